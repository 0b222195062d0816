/** Which feeds that have fallen silent a number depends on. */
import { counterOf } from '../shared/counters.ts'
import type { Need } from '../shared/counters/counter.ts'
import { metricOf, type MetricId } from '../shared/metrics/registry.ts'
import type { ScopeKind } from '../shared/scope.ts'
import type { WireSource } from '../shared/wire.ts'

/** The facts that a metric is made from at a scope: of each list, one. */
export function needsOf(id: MetricId, scope: ScopeKind): readonly Need[] {
  const metric = metricOf(id)
  switch (metric.kind) {
    case 'gauge':
      return metric.needs
    case 'detail':
      return counterOf(metric.counter).needs
    case 'balance':
      return Object.values(metric.parts(scope))
        .flat()
        .flatMap((counter) => counterOf(counter).needs)
  }
}

/** The silent feeds that would report one of the facts, if they spoke. */
export function silentSources(
  needs: readonly Need[],
  sources: readonly WireSource[],
): readonly WireSource[] {
  return sources.filter(
    ({ silent, lacks }) =>
      silent && needs.some((need) => need.some((type) => !lacks.includes(type))),
  )
}
