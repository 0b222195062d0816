import { counterOf } from '../counters.ts'
import type { CounterId } from '../counters.ts'
import type { Need } from '../counters/counter.ts'
import type { ScopeKind } from '../scope.ts'
import { firstLacking } from './lacking.ts'
import type { Lacking } from './lacking.ts'
import { metricOf } from './registry.ts'
import type { MetricId } from './registry.ts'
import type { BalanceMetric, DetailMetric, GaugeMetric, LiveView, Parts } from './metric.ts'

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

/** The value of a metric, or why there is none. */
export function evaluate(id: MetricId, scope: ScopeKind, figures: Figures): Evaluated {
  const metric = metricOf(id)
  if (!metric.scopes.includes(scope)) return { value: null, reason: 'notAtScope', parts: {} }
  switch (metric.kind) {
    case 'balance':
      return evaluateBalance(metric, scope, figures)
    case 'detail':
      return evaluateDetail(metric, figures)
    case 'gauge':
      return evaluateGauge(metric, figures)
  }
}

function evaluateBalance(metric: BalanceMetric, scope: ScopeKind, figures: Figures): Evaluated {
  const named = metric.parts(scope)
  const parts: Record<string, PartSum> = {}
  const sums: Record<string, number> = {}
  for (const [part, counters] of Object.entries(named)) {
    const sum = { booked: 0, live: 0 }
    for (const counter of counters) {
      const { booked, live } = figures.balance(counter)
      sum.booked += booked
      sum.live += live
    }
    parts[part] = sum
    sums[part] = sum.booked + sum.live
  }

  const { missing, caveats } = judgeParts(metric, named, sums, figures)
  if (missing) return { value: null, reason: 'notReported', ...missing, parts }
  return {
    ...valueOrEmpty(metric.value(sums)),
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
  named: Parts,
  sums: Readonly<Record<string, number>>,
  { balance, lacking }: Figures,
): { missing: { source: string; lacks: string } | null; caveats: Caveat[] } {
  const caveats: Caveat[] = []
  for (const [part, counters] of Object.entries(named)) {
    for (const id of counters) {
      const { includes, configured } = counterOf(id)
      const { booked, live } = balance(id)
      if (configured && booked + live !== 0) caveats.push({ kind: 'configured', part })
      const source = includes && lacking.get(includes.unlessReported)
      if (includes && source !== undefined) {
        caveats.push({ kind: 'includes', part, what: includes.what, source })
      }
    }
    if (sums[part] !== 0) continue
    const missing = firstLacking(needsOf(counters), lacking)
    if (!missing || metric.lenient[part] === 'elsewhere') continue
    if (metric.lenient[part] !== 'without') return { missing, caveats }
    caveats.push({ kind: 'without', part, source: missing.source })
  }
  return { missing: null, caveats }
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

/** Facts that the counters need, all of them. */
function needsOf(ids: readonly CounterId[]): readonly Need[] {
  return ids.flatMap((id) => counterOf(id).needs)
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
