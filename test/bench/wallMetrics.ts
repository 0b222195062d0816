import type { MetricId } from '../../shared/metrics/registry.ts'

/** Twelve figures of each queue, as a large wall shows them. */
export const wallMetrics: MetricId[] = [
  'callsOffered',
  'callsAnswered',
  'callsAbandoned',
  'callsHandled',
  'serviceLevel',
  'abandonRate',
  'averageSpeedOfAnswer',
  'averageHandleTime',
  'contactsWaiting',
  'longestWait',
  'agentsAvailable',
  'expectedWait',
]
