import type { CounterId } from '../counters.ts'
import type { Need } from '../counters/counter.ts'
import type { Filters } from '../narrowing.ts'
import type { LiveAgent, LiveLeg, LiveVisit } from '../live.ts'
import type { ScopeKind } from '../scope.ts'
import type { Staffing } from '../staffing.ts'
import { usualSettings, type MetricSettings } from './settings.ts'

/** A part of a formula by name: the counters that are added up for it. */
export type Parts = Readonly<Record<string, readonly CounterId[]>>

/** A span that belongs to the one asked about; `relatedSpan` says which. */
export const relations = ['previous', 'lastMonth'] as const
/**
 * - `previous`: as much of the period before as has passed of this one.
 * - `lastMonth`: the last month of the calendar that was over at the span's end.
 */
export type Relation = (typeof relations)[number]

/**
 * Of when a part is, and of what. `span` says of which span (left out: the one asked about); `level`
 * that it is the sum from the beginning of the books to that span's start or end, and not the sum
 * within it; `filters` that only what has these fields is in it, within the span asked about.
 */
export type PartAt =
  | { span?: Relation; level?: 'start' | 'end'; filters?: never }
  | { filters: Filters; span?: never; level?: never }

/**
 * What a value is; only the client turns it into text. A `ratio` is 0..1, `ms` milliseconds, `money`
 * minor units of the center's currency, `score` a net promoter score from -100 to 100, `alpha` a
 * measure of agreement that is at most 1; `breakdown` and `matrix` are counts shown by detail.
 */
export type Unit =
  | 'count'
  | 'ratio'
  | 'ms'
  | 'money'
  | 'lines'
  | 'months'
  | 'score'
  | 'alpha'
  | 'breakdown'
  | 'matrix'

/** What every metric says of itself; the id is its key in the registry, for ever. */
type Described = {
  /** The group of the catalogue. */
  group: 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8
  name: string
  nameJa: string
  /** How it is worked out, for people: the dictionary page and every explanation show it. */
  formula: string
  /** When its parts are dated, for people. */
  attribution: string
  /** When there is no value, for people; null: there always is one. */
  empty: string | null
  unit: Unit
  /** Which way is good; `band`: between two bounds; `neither`: it only describes. */
  better: 'higher' | 'lower' | 'neither' | 'band'
  scopes: readonly ScopeKind[]
  /** Whether it is computed for each channel (voice unless asked otherwise). */
  byChannel: boolean
}

/**
 * What becomes of a value whose part no feed reports: `without` it the rest is shown and says so;
 * where the amount is `elsewhere` in the value (hold in talk), nothing is missing.
 */
export type Leniency = 'without' | 'elsewhere'

/** A metric of balances: so the same definition serves five minutes and a year. */
export type BalanceMetric = Described & {
  kind: 'balance'
  /** The named sums that it is made from, at a scope, as the center has set it. */
  parts: (scope: ScopeKind, settings?: MetricSettings) => Parts
  /** Parts that are not sums within the span asked about. */
  at: Readonly<Partial<Record<string, PartAt>>>
  /** The value from the parts' sums; null where it is undefined, such as a ratio to nothing. */
  value: (parts: Readonly<Record<string, number>>) => number | null
  /** Parts that may be lacking. Any other makes the metric n/a where no feed reports it. */
  lenient: Readonly<Partial<Record<string, Leniency>>>
  /** Parts that are told beside the value and are not in it, such as the score before a correction. */
  beside: readonly string[]
  /** The counter that tells what the value consists of, by its detail. */
  breakdown: CounterId | null
}

/** A metric of a counter that is kept by detail: a percentile, or a ranked breakdown. */
export type DetailMetric = Described & {
  kind: 'detail'
  counter: CounterId
  /** What the counter is called among the parts of the value. */
  part: string
  /** The value from the amounts by detail; null where there is nothing to say it of. */
  value: (byDetail: ReadonlyMap<string, number>) => number | null
}

/** What there is now in a scope; `liveIn` makes it. */
export type LiveView = {
  /** Of a scope: contacts. Of a center, before `liveIn`: mail turns as well. */
  visits: readonly LiveVisit[]
  /** Mail turns that wait for a reply; `liveIn` tells them apart. */
  turns?: readonly LiveVisit[]
  agents: readonly LiveAgent[]
  legs: readonly LiveLeg[]
  /** What forecasts are made from, by queue; empty at scopes that have none. */
  staffing: ReadonlyMap<string, Staffing>
}

/** A metric of the live state: a function of now, whatever the window. */
export type GaugeMetric = Described & {
  kind: 'gauge'
  needs: readonly Need[]
  /** The value at `nowMs`, or null where it is undefined. */
  value: (live: LiveView, nowMs: number) => number | null
  /** Where the value is a time that still runs: the instant from which it grows with the clock. */
  since?: (live: LiveView, nowMs: number) => number | null
  /** What the value consists of. */
  breakdown?: (live: LiveView, nowMs: number) => ReadonlyMap<string, number>
}

/**
 * A metric of another metric, which is chosen when it is asked for (`of`).
 *
 * - `improvement`: this span's value by the previous one's where higher is better, the other way
 *   round where lower is: above 1 always is an improvement.
 * - `attainment`: the value by the target of its quota.
 */
export type RelativeMetric = Described & {
  kind: 'relative'
  how: 'improvement' | 'attainment'
  /** What it is of where nobody says; null: what the quota is of. */
  usual: string | null
}

export type Metric = BalanceMetric | DetailMetric | GaugeMetric | RelativeMetric

/** Everywhere; a metric that lists these is counted on behalf of agents. */
export const everywhere: readonly ScopeKind[] = ['agent', 'team', 'site', 'queue', 'center']
/** What is credited to the agent who did it, and is in no queue. */
export const whereCredited: readonly ScopeKind[] = ['agent', 'team', 'site', 'center']
/** Where contacts wait; a team has no line of its own. */
export const whereQueued: readonly ScopeKind[] = ['site', 'queue', 'center']

/** Whether a scope is one of people, whose numbers are their own and not their queues'. */
export const isOfAgents = (scope: ScopeKind): boolean => scope === 'agent' || scope === 'team'

type SumsOf<Part extends string> = Readonly<Record<Part, number>>
type PartsOf<Part extends string> = Readonly<Record<Part, readonly CounterId[]>>
type BalanceDeclaration<Part extends string> = Described & {
  parts: PartsOf<Part> | ((scope: ScopeKind, settings: MetricSettings) => PartsOf<Part>)
  at?: Readonly<Partial<Record<NoInfer<Part>, PartAt>>>
  value: (sums: SumsOf<NoInfer<Part>>) => number | null
  lenient?: Readonly<Partial<Record<NoInfer<Part>, Leniency>>>
  beside?: readonly NoInfer<Part>[]
  breakdown?: CounterId
}

/** Declares a metric of balances; the compiler holds its formula to the names of its parts. */
export function balanceMetric<Part extends string>(
  declaration: BalanceDeclaration<Part>,
): BalanceMetric {
  const { parts } = declaration
  return {
    ...declaration,
    kind: 'balance',
    parts:
      typeof parts === 'function'
        ? (scope, settings = usualSettings) => parts(scope, settings)
        : () => parts,
    at: declaration.at ?? {},
    lenient: declaration.lenient ?? {},
    beside: declaration.beside ?? [],
    breakdown: declaration.breakdown ?? null,
  }
}

/** A part of a whole, both sums: never a mean of ratios. Null where the whole is nothing. */
export function ratio(part: number, whole: number): number | null {
  return whole === 0 ? null : part / whole
}
