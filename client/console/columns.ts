/** Which numbers the console's tables show, and what they have to be sent for it. */
import type { CounterId } from '../../shared/counters.ts'
import { countersOf } from '../../shared/metrics/reads.ts'
import { metricOf, type MetricId } from '../../shared/metrics/registry.ts'
import type { Watched } from '../live.svelte.ts'
import { WINDOWS } from './windows.ts'

export const summaryMetrics = [
  'serviceLevel',
  'contactsWaiting',
  'longestWait',
  'abandonRate',
  'callsAnswered',
  'agentsAvailable',
  'agentsOnContact',
  'occupancy',
] as const satisfies readonly MetricId[]

export const queueColumns = [
  'contactsWaiting',
  'longestWait',
  'serviceLevel',
  'abandonRate',
  'callsOffered',
  'callsAnswered',
  'averageSpeedOfAnswer',
  'averageHandleTime',
  'agentsAvailable',
  'agentsOnContact',
] as const satisfies readonly MetricId[]

export const agentColumns = [
  'callsHandled',
  'averageHandleTime',
  'occupancy',
] as const satisfies readonly MetricId[]

/** The numbers of the console; each of them opens. */
const shown: ReadonlySet<MetricId> = new Set([
  ...summaryMetrics,
  ...queueColumns,
  ...agentColumns,
  'timeInState',
])

/** Whether the console is sent what a metric is made from. */
export function isShown(metric: MetricId): boolean {
  return shown.has(metric)
}

/** Everything that the console shows of a center; `own` are its own metrics, each of which opens. */
export function consoleWatch(own: readonly string[]): Watched {
  const counters = new Set<CounterId>()
  for (const metric of shown) {
    for (const counter of countersOf(metricOf(metric))) counters.add(counter)
  }
  return {
    scopes: ['center', 'queue:*', 'agent:*'],
    windows: [...WINDOWS],
    counters: [...counters],
    ...(own.length > 0 && { own: [...own] }),
  }
}
