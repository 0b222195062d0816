/** Figures at a committed place: what metrics of scopes in a span are evaluated from. */
import type { CounterId } from '../../../shared/counters.ts'
import { counterOf } from '../../../shared/counters.ts'
import type { Directory } from '../../../shared/directory.ts'
import type { Span } from '../../../shared/entry.ts'
import type { Figures } from '../../../shared/metrics/evaluate.ts'
import type { Lacking } from '../../../shared/metrics/lacking.ts'
import { liveIn } from '../../../shared/metrics/liveIn.ts'
import { relations, type LiveView, type Relation } from '../../../shared/metrics/metric.ts'
import type { Reads, SpanReads } from '../../../shared/metrics/reads.ts'
import type { MetricSettings } from '../../../shared/metrics/settings.ts'
import { filtersText, type Filters } from '../../../shared/narrowing.ts'
import { scopeText } from '../../../shared/scope.ts'
import type { Staffing } from '../../../shared/staffing.ts'
import { defaultQueue } from '../../engine/settings.ts'
import type { Calendar } from '../calendar.ts'
import { isIn, narrowedBy, readHistory, type Narrowing, type Question } from './balances.ts'
import { readCells, readRows } from './cellRows.ts'
import type { Committed } from './committed.ts'
import type { BaseRow } from './baseRow.ts'
import { liveRowsOf, readPresent, type Present } from './present.ts'
import { relatedSpan, type SpanKind } from './related.ts'
import { staffRows } from './staff.ts'
import { handleCounters, staffingCounters, staffingOf } from './staffing.ts'
import { add, balanceOf, detailsOf, type Sums } from './sums.ts'
import { liveSpan } from './windows.ts'

export type FiguresQuestion = Omit<Question, 'counters'> & {
  /** What is read for the metrics. */
  reads: Reads
  settings: MetricSettings
  /** In order, not overlapping: one window, or the steps of a history. */
  spans: readonly Span[]
  /** What each of them is one of. */
  spanKind: SpanKind
  nowMs: number
  directory: Directory
  /** The directory's. */
  calendar: Calendar
  lacking: Lacking
  /** Whether anything asked for is of the live state; without it the views are empty. */
  live: 'rows' | 'forecasts' | null
  /** Open subjects, where they are others than the books have (`whatIf`). */
  present?: readonly Present[]
  /** Adds to the sums of a span what no book has. */
  adding?: (
    sums: ReadonlyMap<string, Sums>,
    span: Span,
    counters: readonly CounterId[],
    narrowing: Narrowing,
  ) => void
}

/** The figures of each scope, by its text, in each span. */
export async function readFigures(
  committed: Committed,
  question: FiguresQuestion,
): Promise<Map<string, Figures>[]> {
  const { scopes, spans, channel, nowMs, reads } = question
  const present = question.present ?? (await readPresent(committed))
  const everything = await readLive(committed, question, present)
  const views = new Map(
    scopes.map((scope) => [scopeText(scope), liveIn(scope, everything, channel)]),
  )
  const own = await readSpans(committed, question, present, spans, reads)
  const narrowed = new Map<string, SumsRead[]>()
  for (const { filters, counters } of reads.narrowed) {
    const wanted: SpanReads = { within: counters, levels: new Set() }
    const asked = narrowedBy(question, filters)
    narrowed.set(filtersText(filters), await readSpans(committed, asked, present, spans, wanted))
  }
  const related = new Map<Relation, SumsRead[]>()
  for (const relation of relations) {
    const wanted = reads.related[relation]
    if (!wanted) continue
    const others = spans.map((span) =>
      relatedSpan(relation, span, question.spanKind, question.calendar, nowMs),
    )
    related.set(relation, await readSpans(committed, question, present, others, wanted))
  }
  return spans.map((_, at) => {
    const figures = new Map<string, Figures>()
    for (const scope of scopes) {
      const text = scopeText(scope)
      const of = (read: SumsRead | undefined, live: LiveView, others: Figures['related']) =>
        figuresOf({
          within: read?.within.get(text) ?? noSums,
          upTo: read?.upTo.get(text) ?? noSums,
          narrowed: (filters) =>
            narrowed.get(filtersText(filters))?.[at]?.within.get(text) ?? noSums,
          related: others,
          live,
          question,
        })
      const compared = new Map(
        [...related].map(([relation, read]) => [relation, of(read[at], nothing, () => null)]),
      )
      figures.set(
        text,
        of(own[at], views.get(text) ?? nothing, (relation) => compared.get(relation) ?? null),
      )
    }
    return figures
  })
}

const nothing: LiveView = { visits: [], agents: [], legs: [], staffing: new Map() }
const noSums: Sums = new Map()

/** The sums of each scope, by its text: within a span, and from the beginning to its end. */
type SumsRead = { within: ReadonlyMap<string, Sums>; upTo: ReadonlyMap<string, Sums> }

function figuresOf(of: {
  within: Sums
  upTo: Sums
  narrowed: (filters: Filters) => Sums
  related: Figures['related']
  live: LiveView
  question: Pick<FiguresQuestion, 'nowMs' | 'lacking' | 'settings'>
}): Figures {
  const { nowMs, lacking, settings } = of.question
  return {
    balance: (counter) => balanceOf(of.within, counter),
    details: (counter) => detailsOf(of.within, counter),
    level: (counter) => balanceOf(of.upTo, counter),
    narrowed: (filters) => {
      const sums = of.narrowed(filters)
      return { balance: (counter) => balanceOf(sums, counter) }
    },
    related: of.related,
    settings,
    live: of.live,
    nowMs,
    lacking,
  }
}

/** What some counters come to in each of several spans, which may overlap. */
async function readSpans(
  committed: Committed,
  question: FiguresQuestion,
  present: readonly Present[],
  spans: readonly Span[],
  { within, levels }: SpanReads,
): Promise<SumsRead[]> {
  const booked = [...within].filter((counter) => counterOf(counter).of !== 'directory')
  const distinct = [...new Map(spans.map((span) => [nameOf(span), span])).values()]
  const found = new Map<string, Map<string, Sums>>()
  for (const apart of withoutOverlap(distinct)) {
    const sums = await readHistory(
      committed,
      { ...question, counters: booked },
      apart,
      present,
      question.nowMs,
    )
    apart.forEach((span, at) => {
      const own = sums[at]
      if (!own) return
      question.adding?.(own, span, booked, question)
      found.set(nameOf(span), own)
    })
  }
  if (within.size > booked.length) {
    for (const span of distinct) {
      const own = found.get(nameOf(span))
      if (own) addStaff(own, question, span)
    }
  }
  const ends = await readLevels(committed, question, present, distinct, [...levels])
  return spans.map((span) => ({
    within: found.get(nameOf(span)) ?? new Map<string, Sums>(),
    upTo: ends.get(span.toMs) ?? new Map<string, Sums>(),
  }))
}

const nameOf = ({ fromMs, toMs }: Span): string => `${String(fromMs)}/${String(toMs)}`

/** Spans put into lists of which each is in order and does not overlap. */
function withoutOverlap(spans: readonly Span[]): Span[][] {
  const lists: Span[][] = []
  for (const span of [...spans].sort((one, other) => one.fromMs - other.fromMs)) {
    const list = lists.find((each) => (each.at(-1)?.toMs ?? -Infinity) <= span.fromMs)
    if (list) list.push(span)
    else lists.push([span])
  }
  return lists
}

/** Nothing that a feed can tell of is older. */
const BEGINNING_MS = Date.parse('0001-02-01T00:00:00Z')

/** What counters have come to from the beginning of the books to the end of each span, by that end. */
async function readLevels(
  committed: Committed,
  question: FiguresQuestion,
  present: readonly Present[],
  spans: readonly Span[],
  counters: readonly CounterId[],
): Promise<Map<number, Map<string, Sums>>> {
  const levels = new Map<number, Map<string, Sums>>()
  if (counters.length === 0) return levels
  const ends = [...new Set(spans.map(({ toMs }) => toMs))].sort((one, other) => one - other)
  let fromMs = committed.calendar.monthStart(BEGINNING_MS)
  const pieces = ends.map((toMs) => {
    const piece = { fromMs, toMs }
    fromMs = toMs
    return piece
  })
  const { nowMs } = question
  const history = await readHistory(committed, { ...question, counters }, pieces, present, nowMs)
  let before = new Map<string, Sums>()
  pieces.forEach((piece, at) => {
    const own = history[at] ?? new Map<string, Sums>()
    question.adding?.(own, piece, counters, question)
    before = new Map(
      [...own].map(([scope, sums]) => [scope, together(before.get(scope) ?? noSums, sums)]),
    )
    levels.set(piece.toMs, before)
  })
  return levels
}

function together(one: Sums, other: Sums): Sums {
  const sums: Sums = new Map()
  for (const each of [one, other]) {
    for (const [counter, details] of each) {
      for (const [detail, { booked, live }] of details) {
        add(sums, counter, detail, { booked })
        add(sums, counter, detail, { live })
      }
    }
  }
  return sums
}

/** Adds what the directory says of people in a span. */
function addStaff(
  sums: ReadonlyMap<string, Sums>,
  { scopes, directory, calendar, nowMs }: FiguresQuestion,
  span: Span,
): void {
  for (const row of staffRows(directory, span, calendar, nowMs)) {
    for (const scope of scopes) {
      const own = sums.get(scopeText(scope))
      if (own && isIn(scope, row)) add(own, row.counter, row.detail, { booked: row.amount })
    }
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
