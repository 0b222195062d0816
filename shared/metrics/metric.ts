import type { CounterId } from '../counters.ts'
import type { EventType } from '../events/event.ts'
import type { LiveAgent, LiveLeg, LiveVisit } from '../live.ts'
import type { ScopeKind } from '../scope.ts'
import type { Staffing } from '../staffing.ts'

/** A part of a formula by name: the counters that are added up for it. */
export type Parts = Readonly<Record<string, readonly CounterId[]>>

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
  /** A `ratio` is 0..1, `ms` milliseconds; only the client turns them into text. */
  unit: 'count' | 'ratio' | 'ms' | 'breakdown'
  /** Which way is good; `band`: between two bounds; `neither`: it only describes. */
  better: 'higher' | 'lower' | 'neither' | 'band'
  scopes: readonly ScopeKind[]
  /** Whether it is computed for each channel (voice unless asked otherwise). */
  byChannel: boolean
  /** Facts that a feed must report, or the metric is n/a. */
  needs: readonly EventType[]
}

/** A metric of balances: so the same definition serves five minutes and a year. */
export type BalanceMetric = Described & {
  kind: 'balance'
  /** The named sums that it is made from, at a scope. */
  parts: (scope: ScopeKind) => Parts
  /** The value from the parts' sums; null where it is undefined, such as a ratio to nothing. */
  value: (parts: Readonly<Record<string, number>>) => number | null
}

/** A metric of a counter that is kept by detail: a percentile, or a ranked breakdown. */
export type DetailMetric = Described & {
  kind: 'detail'
  counter: CounterId
  /** The value from the amounts by detail; null where there is nothing to say it of. */
  value: (byDetail: ReadonlyMap<string, number>) => number | null
}

/** What there is now in a scope. */
export type LiveView = {
  visits: readonly LiveVisit[]
  agents: readonly LiveAgent[]
  legs: readonly LiveLeg[]
  /** What forecasts are made from; null at scopes that have none. */
  staffing: Staffing | null
}

/** A metric of the live state: a function of now, whatever the window. */
export type GaugeMetric = Described & {
  kind: 'gauge'
  /**
   * The value at `nowMs`, or null where it is undefined. `channel` narrows visits. `sinceMs` marks
   * an instant (longest wait, time in state): the value grows with the clock from there.
   */
  value: (live: LiveView, nowMs: number, scope: ScopeKind) => number | null
}

export type Metric = BalanceMetric | DetailMetric | GaugeMetric
