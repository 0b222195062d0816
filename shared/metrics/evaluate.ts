import { counterOf } from '../counters.ts'
import type { CounterId } from '../counters.ts'
import type { Need } from '../counters/counter.ts'
import { counterBy, isNarrowable, splitFilters, type Filters } from '../narrowing.ts'
import type { ScopeKind } from '../scope.ts'
import { firstLacking } from './lacking.ts'
import type { Lacking } from './lacking.ts'
import { isMetricId, metricOf } from './registry.ts'
import type { MetricId } from './registry.ts'
import type {
  BalanceMetric,
  DetailMetric,
  GaugeMetric,
  LiveView,
  Metric,
  Relation,
  RelativeMetric,
} from './metric.ts'
import { quotaOf } from './quota.ts'
import { partsRead, type ReadPart } from './reads.ts'
import type { MetricSettings } from './settings.ts'

/**
 * The one place where a metric becomes a value: wall, console, report, API and explanation all call
 * it, so they cannot disagree.
 */

/** A sum of a counter: what is booked, and what open subjects have accrued by now. */
export type PartSum = { booked: number; live: number }

/** What is known of one scope in one span, narrowed to the channel asked for. */
export type Figures = {
  /** A counter's sum over all its details. */
  balance: (counter: CounterId) => PartSum
  /** A counter's amounts by detail, booked and live together. */
  details: (counter: CounterId) => ReadonlyMap<string, number>
  /** A counter's sum from the beginning of the books to the span's end. */
  level: (counter: CounterId) => PartSum
  /** The sums of what has these fields alone; 0 where that was not read. */
  narrowed: (filters: Filters) => Pick<Figures, 'balance'>
  /** The same of a span that this one is compared with; null: there is none, or it was not read. */
  related: (relation: Relation) => Figures | null
  /** What the center sets of its metrics. */
  settings: MetricSettings
  /** Now, in the scope (`liveIn`). */
  live: LiveView
  nowMs: number
  /** What no feed of the scope reports (`lackingOf`). */
  lacking: Lacking
}

/** What a reader must be told beside the value. */
export type Caveat =
  /** The part is in the sum but nobody reports it: "handle time, without wrap-up". */
  | { kind: 'without'; part: string; source: string }
  /** The part holds something else as well: "talk, hold included". */
  | { kind: 'includes'; part: string; what: string; source: string }
  /** Some or all of the part comes from a setting and not from the feed. */
  | { kind: 'configured'; part: string }

/** What a value consists of, greatest first. A null key stands for all beyond the limit together. */
export type Breakdown = readonly { key: string | null; amount: number }[]

/** A metric's value in a scope and span, with what it is made from. Plain JSON. */
export type Evaluated = {
  /** By the names of the formula; empty where the value is of the live state. */
  parts: Readonly<Record<string, PartSum>>
  caveats?: readonly Caveat[]
  breakdown?: Breakdown
} & (
  | {
      value: number
      /** Where the value is a time that still runs: the instant from which it grows. */
      sinceMs?: number
    }
  /** Undefined, such as the service level of an idle queue. */
  | { value: null; reason: 'empty' }
  /** The feed does not say: n/a. `lacks` is the type of event that would. */
  | { value: null; reason: 'notReported'; source: string; lacks: string }
  /** There is no such metric at scopes of this kind; callers refuse that at their edge. */
  | { value: null; reason: 'notAtScope' }
)

/** Whether a metric is defined at scopes of a kind. */
export function isDefinedAt(id: MetricId, scope: ScopeKind): boolean {
  return metricOf(id).scopes.includes(scope)
}

/** The value of a metric, or why there is none. `of` says what a relative one is of. */
export function evaluate(
  id: MetricId,
  scope: ScopeKind,
  figures: Figures,
  of: MetricId | null = null,
): Evaluated {
  return evaluateMetric(metricOf(id), scope, figures, of)
}

/** The same of a metric that is not in the registry, such as one of a center's own. */
export function evaluateMetric(
  metric: Metric,
  scope: ScopeKind,
  figures: Figures,
  of: MetricId | null = null,
): Evaluated {
  if (!metric.scopes.includes(scope)) return { value: null, reason: 'notAtScope', parts: {} }
  switch (metric.kind) {
    case 'balance':
      return evaluateBalance(metric, scope, figures)
    case 'detail':
      return evaluateDetail(metric, figures)
    case 'gauge':
      return evaluateGauge(metric, figures)
    case 'relative':
      return evaluateRelative(metric, scope, figures, of)
  }
}

const nothing: PartSum = { booked: 0, live: 0 }

/** A counter's sum where a part reads it; 0 where that span is not known. */
function sumAt(
  figures: Figures,
  counter: CounterId,
  { span, level, filters }: ReadPart['at'],
): PartSum {
  if (filters && isNarrowable(counter)) return figures.narrowed(filters).balance(counter)
  const of = span === undefined ? figures : figures.related(span)
  if (!of) return nothing
  if (level === undefined) return of.balance(counter)
  const end = of.level(counter)
  if (level === 'end') return end
  const within = of.balance(counter)
  return { booked: end.booked - within.booked, live: end.live - within.live }
}

function evaluateBalance(metric: BalanceMetric, scope: ScopeKind, figures: Figures): Evaluated {
  const read = partsRead(metric, scope, figures.settings)
  const parts: Record<string, PartSum> = {}
  const sums: Record<string, number> = {}
  for (const { part, counters, at } of read) {
    const sum = { booked: 0, live: 0 }
    for (const counter of counters) {
      const { booked, live } = sumAt(figures, counter, at)
      sum.booked += booked
      sum.live += live
    }
    parts[part] = sum
    sums[part] = sum.booked + sum.live
  }

  const { missing, caveats } = judgeParts(metric, read, sums, figures)
  if (missing) return { value: null, reason: 'notReported', ...missing, parts }
  // A span that is not there to compare with is not one in which nothing happened.
  const isKnown = read.every(({ at }) => at.span === undefined || figures.related(at.span) !== null)
  return {
    ...valueOrEmpty(isKnown ? metric.value(sums) : null),
    parts,
    ...(caveats.length > 0 && { caveats }),
    ...(metric.breakdown && { breakdown: ranked(figures.details(metric.breakdown)) }),
  }
}

/**
 * What the feeds say of the parts. What was reported counts, whatever a feed declares: a part with
 * an amount is there. One of nothing that nobody reports is missing, and is never taken for 0.
 */
function judgeParts(
  metric: BalanceMetric,
  read: readonly ReadPart[],
  sums: Readonly<Record<string, number>>,
  figures: Figures,
): { missing: { source: string; lacks: string } | null; caveats: Caveat[] } {
  const { lacking } = figures
  const caveats: Caveat[] = []
  for (const { part, counters, at } of read) {
    for (const id of counters) {
      const { includes, configured, untimed } = counterOf(id)
      const { booked, live } = sumAt(figures, id, at)
      if (untimed && booked + live !== 0) {
        const [first] = ranked(figures.details(id))
        return { missing: { source: first?.key ?? '', lacks: untimed }, caveats }
      }
      if (configured && booked + live !== 0) caveats.push({ kind: 'configured', part })
      const source = includes && lacking.get(includes.unlessReported)
      if (includes && source !== undefined) {
        caveats.push({ kind: 'includes', part, what: includes.what, source })
      }
    }
    if (sums[part] !== 0) continue
    const missing = firstLacking(needsOf(counters, at), lacking)
    if (!missing || metric.lenient[part] === 'elsewhere') continue
    if (metric.lenient[part] !== 'without') return { missing, caveats }
    caveats.push({ kind: 'without', part, source: missing.source })
  }
  // A sum of which nothing at all is reported is not known either.
  const without = caveats.filter(({ kind }) => kind === 'without').length
  const [first] = read
  const isNothing = first !== undefined && without === read.length
  const missing = isNothing ? firstLacking(needsOf(first.counters, first.at), lacking) : null
  return { missing, caveats }
}

/** What a relative metric is of; null: nobody has said, and there is no quota that does. */
export function chosenFor(
  metric: RelativeMetric,
  scope: ScopeKind,
  figures: Pick<Figures, 'details'>,
  of: MetricId | null,
): MetricId | null {
  if (of !== null) return of
  if (metric.how === 'attainment')
    return quotaOf(figures.details('quotaTargets'), scope, null)?.metric ?? null
  return metric.usual !== null && isMetricId(metric.usual) ? metric.usual : null
}

function evaluateRelative(
  metric: RelativeMetric,
  scope: ScopeKind,
  figures: Figures,
  of: MetricId | null,
): Evaluated {
  const chosen = chosenFor(metric, scope, figures, of)
  const other = chosen === null ? null : metricOf(chosen)
  if (chosen === null || !other || other.kind === 'relative' || !other.scopes.includes(scope)) {
    return { value: null, reason: 'empty', parts: {} }
  }
  const present = evaluateMetric(other, scope, figures)
  if (metric.how === 'attainment') {
    const target = quotaOf(figures.details('quotaTargets'), scope, chosen)?.target ?? 0
    const parts = { ...present.parts, target: { booked: target, live: 0 } }
    if (present.value === null) return { ...present, parts }
    return {
      ...valueOrEmpty(target > 0 ? present.value / target : null),
      parts,
      ...(present.caveats && { caveats: present.caveats }),
    }
  }
  const before = figures.related('previous')
  const last = before && evaluateMetric(other, scope, before)
  const named = Object.entries(last?.parts ?? {}).map(([part, sum]) => [`previous.${part}`, sum])
  const parts = { ...present.parts, ...(Object.fromEntries(named) as Evaluated['parts']) }
  if (present.value === null) return { ...present, parts }
  if (!last) return { value: null, reason: 'empty', parts }
  if (last.value === null) return { ...last, parts }
  const [part, whole] =
    other.better === 'lower' ? [last.value, present.value] : [present.value, last.value]
  return { ...valueOrEmpty(whole === 0 ? null : part / whole), parts }
}

function evaluateDetail(metric: DetailMetric, figures: Figures): Evaluated {
  const sum = figures.balance(metric.counter)
  const parts = { [metric.part]: { booked: sum.booked, live: sum.live } }
  const missing = firstLacking(counterOf(metric.counter).needs, figures.lacking)
  if (missing && sum.booked + sum.live === 0) {
    return { value: null, reason: 'notReported', ...missing, parts }
  }
  const byDetail = figures.details(metric.counter)
  return {
    ...valueOrEmpty(metric.value(byDetail)),
    parts,
    ...((metric.unit === 'breakdown' || metric.unit === 'matrix') && {
      breakdown: ranked(byDetail),
    }),
  }
}

function evaluateGauge(metric: GaugeMetric, { live, nowMs, lacking }: Figures): Evaluated {
  const value = metric.value(live, nowMs)
  const missing = firstLacking(metric.needs, lacking)
  if (missing && !value) return { value: null, reason: 'notReported', ...missing, parts: {} }
  if (value === null) return { value: null, reason: 'empty', parts: {} }
  const sinceMs = metric.since?.(live, nowMs) ?? null
  return {
    value,
    parts: {},
    ...(sinceMs !== null && { sinceMs }),
    ...(metric.breakdown && { breakdown: ranked(metric.breakdown(live, nowMs)) }),
  }
}

const valueOrEmpty = (value: number | null) =>
  value === null ? { value, reason: 'empty' as const } : { value }

/** Facts that the counters of a part need, all of them; narrowed, those of where the books have it. */
function needsOf(ids: readonly CounterId[], { filters }: ReadPart['at']): readonly Need[] {
  const { detailField } = splitFilters(filters ?? null)
  return ids.flatMap((id) => counterOf(counterBy(id, detailField)).needs)
}

/** A list longer than this is read by nobody; a mistaken feed could make it endless. */
const LONGEST_BREAKDOWN = 100

/** Amounts by detail, the greatest first, those of one amount by name. */
export function ranked(byDetail: ReadonlyMap<string, number>): Breakdown {
  const all = [...byDetail]
    .filter(([, amount]) => amount !== 0)
    .map(([key, amount]): { key: string | null; amount: number } => ({ key, amount }))
    // Compared as code units, so that every machine ranks alike.
    .sort(
      (one, other) => other.amount - one.amount || ((one.key ?? '') < (other.key ?? '') ? -1 : 1),
    )
  if (all.length <= LONGEST_BREAKDOWN) return all
  const beyond = all.slice(LONGEST_BREAKDOWN).reduce((sum, { amount }) => sum + amount, 0)
  return [...all.slice(0, LONGEST_BREAKDOWN), { key: null, amount: beyond }]
}
