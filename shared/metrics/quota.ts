import type { ScopeKind } from '../scope.ts'
import { isMetricId, type MetricId } from './registry.ts'

/** Quotas among the figures: their targets are amounts of one counter, told apart by detail. */

/** How the detail of `quotaTargets` names whose quota it is and of what. */
export const quotaDetail = (kind: ScopeKind, metric: string): string => `${kind} ${metric}`

/**
 * The quota that stands at a scope, of a metric or, with null, of the first by name: the scope's
 * own; else the quotas of its people together, else those of its teams.
 */
export function quotaOf(
  targets: ReadonlyMap<string, number>,
  scope: ScopeKind,
  of: MetricId | null,
): { metric: MetricId; target: number } | null {
  const kinds: readonly ScopeKind[] = [scope, 'agent', 'team']
  for (const kind of kinds) {
    const found = [...targets].flatMap(([detail, target]) => {
      const [whose, metric = ''] = detail.split(' ')
      const isMeant = whose === kind && isMetricId(metric) && (of === null || metric === of)
      return isMeant ? [{ metric, target }] : []
    })
    const [first] = found.sort((one, other) => (one.metric < other.metric ? -1 : 1))
    if (first) return first
  }
  return null
}
