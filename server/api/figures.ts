/** Values of metrics at a committed place, under the definitions in force or another. */
import type { CounterId } from '../../shared/counters.ts'
import type { Directory } from '../../shared/directory.ts'
import { amountWithin, type Entry, type Span } from '../../shared/entry.ts'
import { countersOf } from '../../shared/metrics/catalogue.ts'
import { evaluate, type Figures } from '../../shared/metrics/evaluate.ts'
import type { Lacking } from '../../shared/metrics/lacking.ts'
import { metricOf, type MetricId } from '../../shared/metrics/registry.ts'
import type { Parts } from '../../shared/metrics/metric.ts'
import { scopeText, type Scope } from '../../shared/scope.ts'
import { createCalendar } from '../books/calendar.ts'
import { isAsked, isIn, readHistory } from '../books/read/balances.ts'
import type { Committed } from '../books/read/committed.ts'
import { figuresOf, readFigures, type FiguresQuestion } from '../books/read/figures.ts'
import { readPresent } from '../books/read/present.ts'
import { add, type Sums } from '../books/read/sums.ts'
import type { Definition, ExplainAsked, FiguresAsked, ScopeFigures } from './reads.ts'
import { MAX_CONTACTS, whatIf } from './whatIf.ts'

/** Gauges that are made from a queue's last half hour and its staff. */
const forecasts: ReadonlySet<MetricId> = new Set([
  'expectedWait',
  'projectedServiceLevel',
  'agentsRequired',
])

/** The values that are asked for; or why they cannot be had, in words. */
export async function readValues(
  committed: Committed,
  asked: FiguresAsked,
  of: { directory: Directory; lacking: Lacking; nowMs: number },
): Promise<{ ok: true; results: ScopeFigures[] } | { ok: false; refused: string }> {
  const { scopes, ids, channel, spans, define } = asked
  const question: FiguresQuestion = {
    ...of,
    scopes,
    channel,
    queue: null,
    counters: countersFor(ids),
    spans,
    calendar: createCalendar(of.directory.center),
    live: liveFor(ids),
  }
  const plain = await readFigures(committed, question)
  const figures = define ? await supposing(committed, question, plain, define) : plain
  if (figures === null) {
    const most = String(MAX_CONTACTS)
    return { ok: false, refused: `the period holds more than ${most} contacts: ask for less of it` }
  }
  const results = scopes.map((scope): ScopeFigures => {
    const steps = spans.flatMap((span, at) => {
      const found = figures[at]?.get(scopeText(scope))
      if (!found) return []
      const values = ids.map((id) => [id, evaluate(id, scope.kind, found)] as const)
      return [{ span, values: new Map(values) }]
    })
    return { scope, steps }
  })
  return { ok: true, results }
}

/** The figures from which one metric of one scope is evaluated. */
export async function readFiguresOf(
  committed: Committed,
  { scope, id, span, channel }: ExplainAsked,
  of: { directory: Directory; lacking: Lacking; nowMs: number },
): Promise<Figures> {
  const [figures] = await readFigures(committed, {
    ...of,
    scopes: [scope],
    channel,
    queue: null,
    counters: countersFor([id]),
    spans: [span],
    calendar: createCalendar(of.directory.center),
    live: liveFor([id]),
  })
  const found = figures?.get(scopeText(scope))
  if (!found) throw new Error('One scope and one span have figures')
  return found
}

/** The counters behind each part of a metric at a scope; a gauge has none. */
export function partsOf(id: MetricId, kind: Scope['kind']): Parts {
  const metric = metricOf(id)
  switch (metric.kind) {
    case 'balance':
      return metric.parts(kind)
    case 'detail':
      return { [metric.part]: [metric.counter] }
    case 'gauge':
      return {}
  }
}

function countersFor(ids: readonly MetricId[]): CounterId[] {
  const breakdowns = ids.flatMap((id) => {
    const metric = metricOf(id)
    return metric.kind === 'balance' && metric.breakdown ? [metric.breakdown] : []
  })
  return [...new Set([...ids.flatMap((id) => countersOf(metricOf(id))), ...breakdowns])]
}

function liveFor(ids: readonly MetricId[]): FiguresQuestion['live'] {
  if (ids.some((id) => forecasts.has(id))) return 'forecasts'
  return ids.some((id) => metricOf(id).kind === 'gauge') ? 'rows' : null
}

/** The figures as they would be under another definition; null: too many contacts. */
async function supposing(
  committed: Committed,
  question: FiguresQuestion,
  plain: readonly Map<string, Figures>[],
  define: Definition,
): Promise<Map<string, Figures>[] | null> {
  const { spans, nowMs, lacking } = question
  const [first, last] = [spans[0], spans.at(-1)]
  if (!first || !last) return []
  const whole: Span = { fromMs: first.fromMs, toMs: last.toMs }
  const supposed = await whatIf(committed, define, whole, await readPresent(committed))
  if (!supposed) return null
  const history = await readHistory(committed, question, spans, supposed.present, nowMs)
  return history.map((sums, at) => {
    const span = spans[at]
    if (span) addEntries(sums, question, span, supposed.differences)
    return new Map(
      [...sums].flatMap(([scope, own]) => {
        const live = plain[at]?.get(scope)?.live
        return live ? [[scope, figuresOf(own, live, nowMs, lacking)] as const] : []
      }),
    )
  })
}

/** Adds to the sums of each scope what entries that are in no books amount to in a span. */
function addEntries(
  sums: ReadonlyMap<string, Sums>,
  question: FiguresQuestion,
  span: Span,
  entries: readonly Entry[],
): void {
  const wanted = new Set(question.counters)
  for (const entry of entries) {
    const booked = amountWithin(entry, span)
    if (booked === 0 || !wanted.has(entry.counter) || !isAsked(question, entry)) continue
    for (const scope of question.scopes) {
      const own = sums.get(scopeText(scope))
      if (own && isIn(scope, entry)) add(own, entry.counter, entry.detail ?? '', { booked })
    }
  }
}
