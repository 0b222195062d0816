/** Values of metrics at a committed place, under the definitions in force or another. */
import type { CounterId } from '../../shared/counters.ts'
import type { Directory } from '../../shared/directory.ts'
import { amountWithin, type Entry, type Span } from '../../shared/entry.ts'
import {
  chosenFor,
  evaluateMetric,
  type Evaluated,
  type Figures,
} from '../../shared/metrics/evaluate.ts'
import { relations } from '../../shared/metrics/metric.ts'
import type { Lacking } from '../../shared/metrics/lacking.ts'
import { partsRead, readsOf, type MetricOf, type ReadPart } from '../../shared/metrics/reads.ts'
import { isMetricId, metricOf, type MetricId } from '../../shared/metrics/registry.ts'
import type { MetricSettings } from '../../shared/metrics/settings.ts'
import type { Filters } from '../../shared/narrowing.ts'
import { scopeText, type Scope } from '../../shared/scope.ts'
import { createCalendar } from '../books/calendar.ts'
import { isAsked, isIn, readFor, type Narrowing } from '../books/read/balances.ts'
import type { Committed } from '../books/read/committed.ts'
import { readFigures, type FiguresQuestion } from '../books/read/figures.ts'
import { readPresent } from '../books/read/present.ts'
import { relatedSpan, type SpanKind } from '../books/read/related.ts'
import { add, type Sums } from '../books/read/sums.ts'
import { isProgress, withProgress } from './quotaProgress.ts'
import { settingsUnder, type Definition } from './definition.ts'
import type {
  AskedMetric,
  CenterFiguresAsked,
  ExplainAsked,
  FiguresAsked,
  ScopeFigures,
  Supposed,
} from './reads.ts'
import { MAX_SUBJECTS, whatIf } from './whatIf.ts'

/** Gauges that are made from a queue's last half hour and its staff. */
const forecasts: ReadonlySet<string> = new Set<MetricId>([
  'expectedWait',
  'projectedServiceLevel',
  'agentsRequired',
])

export type ValuesOf = { directory: Directory; lacking: Lacking; nowMs: number }

/** Whether a metric is a forecast, which the staffing of queues explains. */
export const isForecast = (id: string): boolean => forecasts.has(id)

/** The values that are asked for; or why they cannot be had, in words. */
export async function readValues(
  committed: Committed,
  asked: FiguresAsked,
  of: ValuesOf,
): Promise<
  { ok: true; results: ScopeFigures[]; supposed: Supposed | null } | { ok: false; refused: string }
> {
  const { scopes, metrics, spans, define } = asked
  const settings = settingsUnder(of.directory.center, define ?? {})
  const plain = questionOf(asked, metrics, of, settings)
  const under = define
    ? await supposing(committed, plain, define)
    : { question: plain, supposed: null }
  if (under === null) {
    const most = String(MAX_SUBJECTS)
    return {
      ok: false,
      refused: `more than ${most} contacts, mails or matters would have to be judged again: ask for a shorter period`,
    }
  }
  const { question, supposed } = under
  const figures = await readWhole(committed, question)
  const results = scopes.map((scope): ScopeFigures => {
    const steps = spans.flatMap((span, at) => {
      const found = figures[at]?.get(scopeText(scope))
      const values = metrics.flatMap((each) => {
        return found ? [[each.id, evaluateAsked(each, scope, found)] as const] : []
      })
      return [{ span, values: new Map(values) }]
    })
    return { scope, steps }
  })
  return { ok: true, results, supposed }
}

/** The value of what was asked for. */
export function evaluateAsked(
  { metric, of }: AskedMetric,
  scope: Scope,
  figures: Figures,
): Evaluated {
  return evaluateMetric(metric, scope.kind, figures, of)
}

/** Figures with what only the figures of people tell: who reached a quota. */
async function readWhole(
  committed: Committed,
  question: FiguresQuestion,
): Promise<Map<string, Figures>[]> {
  const figures = await readFigures(committed, question)
  return isProgress(question.reads) ? withProgress(committed, question, figures) : figures
}

/** What is read for some metrics. */
function questionOf(
  asked: Pick<FiguresAsked, 'scopes' | 'channel' | 'queue' | 'filters' | 'spans' | 'spanKind'>,
  metrics: readonly AskedMetric[],
  of: ValuesOf,
  settings: MetricSettings,
): FiguresQuestion {
  const { scopes, channel, queue, filters, spans, spanKind } = asked
  const kinds = [...new Set(scopes.map(({ kind }) => kind))]
  return {
    ...of,
    ...{ scopes, channel, queue, filters, spans, spanKind, settings },
    reads: readsOf(
      metrics.flatMap((each) => chosen(each, of.directory)),
      kinds,
      settings,
    ),
    calendar: createCalendar(of.directory.center),
    live: liveFor(metrics),
  }
}

/** A relative metric with each metric that it may turn out to be of. */
function chosen({ metric, of }: AskedMetric, { quotas }: Directory): MetricOf[] {
  if (metric.kind !== 'relative') return [{ metric, of: null }]
  if (of !== null) return [{ metric, of: metricOf(of) }]
  if (metric.how === 'improvement') {
    const { usual } = metric
    return [{ metric, of: usual !== null && isMetricId(usual) ? metricOf(usual) : null }]
  }
  const names = new Set(quotas.map((quota) => quota.metric).filter(isMetricId))
  return names.size === 0
    ? [{ metric, of: null }]
    : [...names].map((name) => ({ metric, of: metricOf(name) }))
}

/** The figures from which one metric of one scope is evaluated. */
export async function readFiguresOf(
  committed: Committed,
  asked: ExplainAsked,
  of: ValuesOf,
): Promise<Figures> {
  const [figures] = await readWhole(committed, questionOfOne(asked, of))
  const found = figures?.get(scopeText(asked.scope))
  if (!found) throw new Error('One scope and one span have figures')
  return found
}

/** What is read for one metric of one scope. */
export function questionOfOne(
  { scope, metric, span, spanKind, channel, queue, filters }: ExplainAsked,
  of: ValuesOf,
): FiguresQuestion {
  const asked = { scopes: [scope], channel, queue, filters, spans: [span], spanKind }
  return questionOf(asked, [metric], of, of.directory.center)
}

/** The figures of the whole center in one span, from which any of the metrics is evaluated. */
export async function readCenterFigures(
  committed: Committed,
  { metrics, channel, span, spanKind }: CenterFiguresAsked,
  of: ValuesOf,
): Promise<Figures> {
  const scope: Scope = { kind: 'center' }
  const asked = { scopes: [scope], channel, queue: null, filters: null, spans: [span], spanKind }
  const question = questionOf(asked, metrics, of, of.directory.center)
  const [figures] = await readWhole(committed, question)
  const found = figures?.get(scopeText(scope))
  if (!found) throw new Error('One scope and one span have figures')
  return found
}

/** What a metric of another metric is of at a scope; null: of none, or it is none of these. */
export function chosenOf({ metric, of }: AskedMetric, scope: Scope, figures: Figures) {
  return metric.kind === 'relative' ? chosenFor(metric, scope.kind, figures, of) : null
}

/** A part of a metric with the span that its counters are summed in, and what it is narrowed to. */
export type PartIn = Pick<ReadPart, 'part' | 'counters'> & { span: Span; filters: Filters | null }

/** Nothing that a feed can tell of is older. */
const BEGINNING_MS = Date.parse('0001-01-01T00:00:00Z')

/** The counters behind each part of a metric at a scope, and where; a gauge has none. */
export function partsIn(
  { metric, of }: AskedMetric,
  scope: Scope,
  asked: { span: Span; spanKind: SpanKind },
  { directory, nowMs }: Pick<ValuesOf, 'directory' | 'nowMs'>,
): PartIn[] {
  const calendar = createCalendar(directory.center)
  const other = of === null ? null : metricOf(of)
  return partsRead(metric, scope.kind, directory.center, other).map(({ part, counters, at }) => {
    const span = at.span
      ? relatedSpan(at.span, asked.span, asked.spanKind, calendar, nowMs)
      : asked.span
    const toMs = at.level === 'start' ? span.fromMs : span.toMs
    const within = at.level ? { fromMs: BEGINNING_MS, toMs } : span
    return { part, counters, span: within, filters: at.filters ?? null }
  })
}

function liveFor(metrics: readonly AskedMetric[]): FiguresQuestion['live'] {
  if (metrics.some(({ id }) => forecasts.has(id))) return 'forecasts'
  return metrics.some(({ metric }) => metric.kind === 'gauge') ? 'rows' : null
}

/** The question as it would be under another definition; null: too much to derive again. */
async function supposing(
  committed: Committed,
  question: FiguresQuestion,
  define: Definition,
): Promise<{ question: FiguresQuestion; supposed: Supposed } | null> {
  const { spans, reads, calendar, nowMs, spanKind } = question
  // What is compared has to be judged alike.
  const all = spans.flatMap((span) => [
    span,
    ...relations
      .filter((relation) => reads.related[relation])
      .map((relation) => relatedSpan(relation, span, spanKind, calendar, nowMs)),
  ])
  const whole: Span = {
    fromMs: all.reduce((first, { fromMs }) => Math.min(first, fromMs), Infinity),
    toMs: all.reduce((last, { toMs }) => Math.max(last, toMs), -Infinity),
  }
  const found = await whatIf(committed, define, whole, await readPresent(committed))
  if (!found) return null
  return {
    supposed: { ...whole, subjects: found.subjects },
    question: {
      ...question,
      present: found.present,
      adding: (sums, span, counters, narrowing) => {
        const { scopes } = question
        addEntries(sums, { ...narrowing, scopes }, span, found.differences, counters)
      },
    },
  }
}

/** Adds to the sums of each scope what entries that are in no books amount to in a span. */
function addEntries(
  sums: ReadonlyMap<string, Sums>,
  question: Narrowing & Pick<FiguresQuestion, 'scopes'>,
  span: Span,
  entries: readonly Entry[],
  counters: readonly CounterId[],
): void {
  const reads = readFor(counters, question.filters)
  for (const entry of entries) {
    const booked = amountWithin(entry, span)
    const asked = reads.get(entry.counter) ?? []
    if (booked === 0 || asked.length === 0 || !isAsked(question, entry)) continue
    for (const scope of question.scopes) {
      const own = sums.get(scopeText(scope))
      if (!own || !isIn(scope, entry)) continue
      for (const id of asked) add(own, id, entry.detail ?? '', { booked })
    }
  }
}
