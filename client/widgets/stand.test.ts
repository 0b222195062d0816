import { expect, it } from 'vitest'
import { metricOf } from '../../shared/metrics/registry.ts'
import { tileStand } from './stand.ts'
import type { WidgetOf } from './widget.ts'

const tile = (
  metric: WidgetOf<'metricTile'>['metric'],
  target: number | null,
  bad: number | null,
): WidgetOf<'metricTile'> => ({
  kind: 'metricTile',
  ...{ x: 0, y: 0, w: 5, h: 4, metric, of: null, scope: 'center' },
  ...{ window: 'interval', beneath: null, target, bad, sparkline: false },
})

it.each([
  // metric, target, bad, value, stand
  ['serviceLevel', 0.8, 0.7, 0.8, 'ok'],
  ['serviceLevel', 0.8, 0.7, 0.75, 'warn'],
  ['serviceLevel', 0.8, 0.7, 0.7, 'warn'],
  ['serviceLevel', 0.8, 0.7, 0.69, 'bad'],
  ['serviceLevel', 0.8, 0.7, null, 'none'],
  ['longestWait', 60_000, 120_000, 60_999, 'ok'],
  ['longestWait', 60_000, 120_000, 61_000, 'warn'],
  ['longestWait', 60_000, 120_000, 121_000, 'bad'],
  ['contactsWaiting', null, null, 99, 'none'],
  ['agentsAvailable', 5, 1, 0, 'none'],
] as const)('%s, target %s, bad %s: %s is %s', (metric, target, bad, value, stand) => {
  expect(tileStand(tile(metric, target, bad), value, metricOf(metric))).toBe(stand)
})
