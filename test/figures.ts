import type { CounterId } from '../shared/counters.ts'
import type { LiveAgent, LiveLeg, LiveVisit } from '../shared/live.ts'
import { evaluate } from '../shared/metrics/evaluate.ts'
import type { Evaluated, Figures, PartSum } from '../shared/metrics/evaluate.ts'
import type { LiveView } from '../shared/metrics/metric.ts'
import type { MetricId } from '../shared/metrics/registry.ts'
import { usualSettings, type MetricSettings } from '../shared/metrics/settings.ts'
import { filtersText } from '../shared/narrowing.ts'
import type { ScopeKind } from '../shared/scope.ts'
import type { Staffing } from '../shared/staffing.ts'

/** What a test says of the world; everything else is nothing. */
export type Given = {
  /** Booked, or booked and accrued. */
  sums?: Partial<Record<CounterId, number | [booked: number, live: number]>>
  details?: Partial<Record<CounterId, Record<string, number>>>
  live?: Partial<LiveView>
  /** Sums from the beginning to the span's end. */
  levels?: Partial<Record<CounterId, number>>
  /** The span before, and the last month that is over. */
  previous?: Given
  lastMonth?: Given
  /** By the fields, as text. */
  narrowed?: Record<string, Given>
  settings?: MetricSettings
  nowMs?: number
  lacking?: Record<string, string>
}

export function figures(given: Given): Figures {
  return {
    balance: (counter): PartSum => {
      const sum = given.sums?.[counter] ?? 0
      return typeof sum === 'number' ? { booked: sum, live: 0 } : { booked: sum[0], live: sum[1] }
    },
    details: (counter) => new Map(Object.entries(given.details?.[counter] ?? {})),
    narrowed: (filters) => figures(given.narrowed?.[filtersText(filters)] ?? {}),
    level: (counter) => ({ booked: given.levels?.[counter] ?? 0, live: 0 }),
    related: (relation) => {
      const other = given[relation]
      return other ? figures({ ...other, settings: given.settings ?? usualSettings }) : null
    },
    settings: given.settings ?? usualSettings,
    live: { visits: [], agents: [], legs: [], staffing: new Map(), ...given.live },
    nowMs: given.nowMs ?? 0,
    lacking: new Map(Object.entries(given.lacking ?? {})),
  }
}

export function evaluated(id: MetricId, given: Given = {}, scope: ScopeKind = 'queue'): Evaluated {
  return evaluate(id, scope, figures(given))
}

export function valueOf(
  id: MetricId,
  sums: NonNullable<Given['sums']> = {},
  scope: ScopeKind = 'queue',
): number | null {
  return evaluated(id, { sums }, scope).value
}

export const visit = (of: Partial<LiveVisit> = {}): LiveVisit => ({
  contact: 'c1',
  visit: 'v1',
  queue: 'sales',
  site: null,
  team: null,
  channel: 'voice',
  sinceMs: 0,
  pastAtMs: (of.sinceMs ?? 0) + 20_000,
  priority: null,
  ringing: [],
  ...of,
})

export const agent = (of: Partial<LiveAgent> = {}): LiveAgent => ({
  agent: 'Anna Berg',
  site: null,
  team: null,
  state: 'available',
  sinceMs: 0,
  reason: null,
  next: null,
  signedInSinceMs: 0,
  joined: ['sales'],
  paused: [],
  ...of,
})

export const leg = (of: Partial<LiveLeg> = {}): LiveLeg => ({
  contact: 'c1',
  leg: 'l1',
  agent: 'Anna Berg',
  queue: 'sales',
  channel: 'voice',
  sinceMs: 0,
  heldSinceMs: null,
  ...of,
})

/** 100 calls of 180 s in 30 min, nobody hung up, 14 agents, target 80/20. */
export const staffing = (of: Partial<Staffing> = {}): Staffing => ({
  channel: 'voice',
  spanMs: 1_800_000,
  offered: 100,
  handled: 100,
  handleMs: 100 * 180_000,
  abandoned: 0,
  waitedMs: 0,
  staffed: 14,
  staffedShare: 14,
  thresholdMs: 20_000,
  target: 0.8,
  met: 0,
  decided: 0,
  intervalEndsAtMs: 0,
  ...of,
})
