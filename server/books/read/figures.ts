/** Figures at a committed place: what metrics of scopes in a span are evaluated from. */
import type { CounterId } from '../../../shared/counters.ts'
import type { Directory } from '../../../shared/directory.ts'
import type { Span } from '../../../shared/entry.ts'
import type { Figures } from '../../../shared/metrics/evaluate.ts'
import type { Lacking } from '../../../shared/metrics/lacking.ts'
import { liveIn } from '../../../shared/metrics/liveIn.ts'
import type { LiveView } from '../../../shared/metrics/metric.ts'
import { scopeText } from '../../../shared/scope.ts'
import type { Staffing } from '../../../shared/staffing.ts'
import { defaultQueue } from '../../engine/settings.ts'
import type { Calendar } from '../calendar.ts'
import { readHistory, type Question } from './balances.ts'
import { readCells, readRows } from './cellRows.ts'
import type { Committed } from './committed.ts'
import type { BaseRow } from './liveBook.ts'
import { liveRowsOf, readPresent, type Present } from './present.ts'
import { handleCounters, staffingCounters, staffingOf } from './staffing.ts'
import { balanceOf, detailsOf, type Sums } from './sums.ts'
import { liveSpan } from './windows.ts'

export type FiguresQuestion = Question & {
  /** In order, not overlapping: one window, or the steps of a history. */
  spans: readonly Span[]
  nowMs: number
  directory: Directory
  /** The directory's. */
  calendar: Calendar
  lacking: Lacking
  /** Whether anything asked for is of the live state; without it the views are empty. */
  live: 'rows' | 'forecasts' | null
}

/** The figures of each scope, by its text, in each span. */
export async function readFigures(
  committed: Committed,
  question: FiguresQuestion,
): Promise<Map<string, Figures>[]> {
  const { scopes, channel, nowMs, lacking } = question
  const present = await readPresent(committed)
  const history = await readHistory(committed, question, question.spans, present, nowMs)
  const everything = await readLive(committed, question, present)
  const views = new Map(
    scopes.map((scope) => [scopeText(scope), liveIn(scope, everything, channel)]),
  )
  return history.map(
    (sums) =>
      new Map(
        [...sums].map(([scope, of]) => [
          scope,
          figuresOf(of, views.get(scope) ?? nothing, nowMs, lacking),
        ]),
      ),
  )
}

const nothing: LiveView = { visits: [], agents: [], legs: [], staffing: new Map() }

export function figuresOf(sums: Sums, live: LiveView, nowMs: number, lacking: Lacking): Figures {
  return {
    balance: (counter) => balanceOf(sums, counter),
    details: (counter) => detailsOf(sums, counter),
    live,
    nowMs,
    lacking,
  }
}

async function readLive(
  committed: Committed,
  question: Pick<FiguresQuestion, 'live' | 'directory' | 'calendar' | 'nowMs'>,
  present: readonly Present[],
): Promise<LiveView> {
  if (question.live === null) return nothing
  const rows = liveRowsOf(present)
  const staffing =
    question.live === 'forecasts' ? await readStaffing(committed, question, present) : new Map()
  return { ...rows, staffing }
}

/** What forecasts are made from, of every queue, as live books have it. */
async function readStaffing(
  committed: Committed,
  { directory, calendar, nowMs }: Pick<FiguresQuestion, 'directory' | 'calendar' | 'nowMs'>,
  present: readonly Present[],
): Promise<Map<string, Staffing>> {
  const cells = await readCells(committed)
  const rowsOf = async (span: Span, counters: readonly CounterId[]) => {
    const [found] = await readRows(committed, cells, [span], nowMs, counters)
    return found?.rows ?? []
  }
  const interval = liveSpan('interval', calendar, nowMs)
  const last30Rows = await rowsOf(liveSpan('last30', calendar, nowMs), staffingCounters)
  const intervalRows = await rowsOf(interval, ['serviceLevelMet', 'serviceLevelDecided'])
  const { agents } = liveRowsOf(present)
  const described = new Map(directory.queues.map((queue) => [queue.key, queue]))
  const queues = new Set([
    ...described.keys(),
    ...[...cells.values()].flatMap(({ queue }) => queue ?? []),
    ...agents.flatMap(({ joined }) => joined),
  ])
  const handled = handleTimes(last30Rows)
  return new Map(
    [...queues].map((key) => {
      const queue = described.get(key) ?? { ...defaultQueue, key }
      const sumIn = (rows: readonly BaseRow[]) => {
        const own = rows.filter(
          (row) => row.queue === key && (row.channel === null || row.channel === queue.channel),
        )
        return (counter: CounterId) =>
          own.reduce((sum, row) => (row.counter === counter ? sum + row.amount : sum), 0)
      }
      const staffing = staffingOf({
        queue,
        agents: agents.filter(({ joined }) => joined.includes(key)),
        nowMs,
        last30: sumIn(last30Rows),
        interval: sumIn(intervalRows),
        intervalEndsAtMs: interval.toMs,
        handleMs: (agent) => {
          const times = handled.get(agent)
          return { here: times?.get(key) ?? 0, all: times?.get(null) ?? 0 }
        },
      })
      return [key, staffing]
    }),
  )
}

/** Each agent's handle time by queue, and under null whatever the queue. */
function handleTimes(rows: readonly BaseRow[]): Map<string, Map<string | null, number>> {
  const handles = new Set<CounterId>(handleCounters)
  const times = new Map<string, Map<string | null, number>>()
  for (const { agent, queue, counter, amount } of rows) {
    if (agent === null || !handles.has(counter)) continue
    const own = times.get(agent) ?? new Map<string | null, number>()
    times.set(agent, own.set(null, (own.get(null) ?? 0) + amount))
    if (queue !== null) own.set(queue, (own.get(queue) ?? 0) + amount)
  }
  return times
}
