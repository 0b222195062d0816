import type { Board, Widget } from './board.ts'
import { QUEUE_OF_ADDRESS } from './queueBoard.ts'
import { MINUTE_MS } from './time.ts'

/**
 * The boards that a center has from the first start on. Six headline numbers each, the present
 * interval large and the day beneath: what is on a wall should be something to act on now.
 */

type Tile = Extract<Widget, { kind: 'metricTile' }>

/** A tile of the present interval with the day beneath and no target, but for what is said. */
function tile(
  [x, y, w, h]: readonly [x: number, y: number, w: number, h: number],
  metric: string,
  scope: string,
  rest: Partial<Tile> = {},
): Tile {
  return {
    kind: 'metricTile',
    ...{ x, y, w, h, metric, scope },
    ...{
      window: 'interval',
      beneath: 'today',
      target: null,
      of: null,
      bad: null,
      sparkline: false,
    },
    ...rest,
  }
}

/** The whole center: is the service good, who waits, which queue needs help, who can give it. */
const center: Board = {
  schema: 'ringside.board/1',
  key: 'center',
  name: 'Center overview',
  nameJa: 'センター全体',
  theme: 'dark',
  widgets: [
    tile([0, 0, 5, 4], 'serviceLevel', 'center', { target: 0.8, bad: 0.7, sparkline: true }),
    tile([5, 0, 5, 4], 'contactsWaiting', 'center', {
      ...{ beneath: null, target: 5, bad: 10, sparkline: true },
    }),
    tile([10, 0, 5, 4], 'longestWait', 'center', {
      ...{ beneath: null, target: MINUTE_MS, bad: 2 * MINUTE_MS, sparkline: true },
    }),
    tile([0, 4, 5, 3], 'abandonRate', 'center', { target: 0.05, bad: 0.1 }),
    tile([5, 4, 5, 3], 'callsAnswered', 'center', { window: 'today', beneath: 'interval' }),
    tile([10, 4, 5, 3], 'agentsAvailable', 'center', { beneath: null }),
    {
      kind: 'queueTable',
      ...{ x: 0, y: 7, w: 15, h: 5 },
      queues: 'all',
      metrics: ['contactsWaiting', 'longestWait', 'serviceLevel', 'abandonRate', 'agentsAvailable'],
      window: 'interval',
    },
    { kind: 'agentGrid', x: 15, y: 0, w: 9, h: 12, scope: 'center', names: 'initials' },
  ],
}

/** One queue in depth, for the team that serves it; the address says which. */
const queue: Board = {
  schema: 'ringside.board/1',
  key: 'queue',
  name: 'One queue',
  nameJa: 'キュー別',
  theme: 'dark',
  widgets: [
    tile([0, 0, 5, 4], 'serviceLevel', QUEUE_OF_ADDRESS, {
      ...{ target: 0.8, bad: 0.7, sparkline: true },
    }),
    tile([5, 0, 5, 4], 'contactsWaiting', QUEUE_OF_ADDRESS, {
      ...{ beneath: null, target: 2, bad: 5, sparkline: true },
    }),
    tile([10, 0, 5, 4], 'longestWait', QUEUE_OF_ADDRESS, {
      ...{ beneath: null, target: MINUTE_MS, bad: 2 * MINUTE_MS, sparkline: true },
    }),
    tile([0, 4, 5, 3], 'abandonRate', QUEUE_OF_ADDRESS, { target: 0.05, bad: 0.1 }),
    tile([5, 4, 5, 3], 'callsAnswered', QUEUE_OF_ADDRESS, { window: 'today', beneath: 'interval' }),
    tile([10, 4, 5, 3], 'agentsAvailable', QUEUE_OF_ADDRESS, { beneath: null }),
    {
      kind: 'trend',
      ...{ x: 0, y: 7, w: 15, h: 5 },
      ...{ metric: 'serviceLevel', scope: QUEUE_OF_ADDRESS, target: 0.8 },
    },
    { kind: 'waitingList', x: 15, y: 0, w: 9, h: 5, scope: QUEUE_OF_ADDRESS },
    { kind: 'agentGrid', x: 15, y: 5, w: 9, h: 7, scope: QUEUE_OF_ADDRESS, names: 'initials' },
  ],
}

/** Twelve numbers of the center, four a row: the period large and another one beneath. */
const ofCenter = (numbers: readonly (readonly [metric: string, rest: Partial<Tile>])[]): Tile[] =>
  numbers.map(([metric, rest], index) =>
    tile([(index % 4) * 6, Math.floor(index / 4) * 4, 6, 4], metric, 'center', {
      ...{ window: 'month', beneath: 'today' },
      ...rest,
    }),
  )

/** What inside sales brings in: the month against its quota, and what will become of the next. */
const sales: Board = {
  schema: 'ringside.board/1',
  key: 'sales',
  name: 'Sales',
  nameJa: '営業',
  theme: 'dark',
  widgets: ofCenter([
    ['salesAmount', {}],
    ['quotaAttainment', { beneath: 'quarter', target: 1, bad: 0.8 }],
    ['winRate', { beneath: 'quarter' }],
    ['pipelineValue', { beneath: null }],
    ['orders', { window: 'today', beneath: 'month' }],
    ['quotesProcessed', { window: 'today', beneath: 'month' }],
    ['opportunitiesCreated', { window: 'today', beneath: 'month' }],
    ['leadsIdentified', { window: 'today', beneath: 'month' }],
    ['conversations', { window: 'today', beneath: 'week' }],
    ['connectRate', { window: 'today', beneath: 'week' }],
    ['appointments', { window: 'today', beneath: 'week' }],
    ['averageDealSize', { beneath: 'quarter' }],
  ]),
}

/** How well it is done: what evaluators and customers say, and how long those who write wait. */
const quality: Board = {
  schema: 'ringside.board/1',
  key: 'quality',
  name: 'Quality and mail',
  nameJa: '品質とメール',
  theme: 'dark',
  widgets: ofCenter([
    ['customerSatisfaction', { beneath: 'week', target: 0.85, bad: 0.75 }],
    ['netPromoterScore', { beneath: 'quarter' }],
    ['callFirstContactResolution', { beneath: 'week', target: 0.7, bad: 0.6 }],
    ['customerEffortScore', { beneath: 'quarter' }],
    ['callQualityScore', { beneath: 'week', target: 0.85, bad: 0.75 }],
    ['emailQualityScore', { beneath: 'week', target: 0.85, bad: 0.75 }],
    ['criticalFailures', { beneath: 'week' }],
    ['orderAccuracy', { beneath: 'quarter', target: 0.98, bad: 0.95 }],
    ['openEmails', { window: 'today', beneath: null, sparkline: true }],
    ['oldestEmail', { window: 'today', beneath: null }],
    ['emailServiceLevel', { window: 'today', beneath: 'week', target: 0.8, bad: 0.7 }],
    ['averageEmailResponseTimeBusinessHours', { window: 'today', beneath: 'week' }],
  ]),
}

export const readyBoards: readonly Board[] = [center, queue, sales, quality]
