/** What a queue's numbers are held to, by the queue's own settings. */
import type { MetricId } from '../../shared/metrics/registry.ts'
import type { Target } from '../../shared/metrics/state.ts'
import type { Staffing } from '../../shared/staffing.ts'

/** A wait of twice the threshold is more than late. */
const WAIT_TOLERANCE = 1

/**
 * The target of a metric at a queue: its service-level target, and the threshold T for waits. Null
 * for every other metric, and where nothing is known of the queue's settings.
 */
export function queueTarget(id: MetricId, staffing: Staffing | null): Target | null {
  if (!staffing) return null
  switch (id) {
    case 'serviceLevel':
    case 'projectedServiceLevel':
      return { kind: 'figure', figure: staffing.target, tolerance: null }
    case 'longestWait':
    case 'averageSpeedOfAnswer':
    case 'expectedWait':
      return {
        kind: 'figure',
        figure: staffing.thresholdMs,
        tolerance: staffing.thresholdMs * WAIT_TOLERANCE,
      }
    default:
      return null
  }
}
