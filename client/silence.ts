/** Which feeds that have fallen silent a number depends on. */
import { counterOf } from '../shared/counters.ts'
import type { Need } from '../shared/counters/counter.ts'
import type { Metric } from '../shared/metrics/metric.ts'
import { partsRead } from '../shared/metrics/reads.ts'
import { isMetricId, metricOf } from '../shared/metrics/registry.ts'
import { usualSettings } from '../shared/metrics/settings.ts'
import type { ScopeKind } from '../shared/scope.ts'
import type { WireSource } from '../shared/wire.ts'

/** The facts that a metric is made from at a scope: of each list, one. */
export function needsOf(metric: Metric, scope: ScopeKind): readonly Need[] {
  if (metric.kind === 'gauge') return metric.needs
  const usual = metric.kind === 'relative' ? metric.usual : null
  const of = usual !== null && isMetricId(usual) ? metricOf(usual) : null
  return partsRead(metric, scope, usualSettings, of).flatMap(({ counters }) =>
    counters.flatMap((counter) => counterOf(counter).needs),
  )
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
