import { counterOf } from '../counters.ts'
import type { CounterId } from '../counters.ts'
import type { Need } from '../counters/counter.ts'
import type { ScopeKind } from '../scope.ts'
import type { Metric } from './metric.ts'
import { countersOf } from './reads.ts'
import { metricIds, metricOf } from './registry.ts'

/** A metric as the dictionary and `GET /api/catalogue` tell of it. */
export type CatalogueRow = Pick<
  Metric,
  | 'group'
  | 'name'
  | 'nameJa'
  | 'unit'
  | 'formula'
  | 'attribution'
  | 'empty'
  | 'better'
  | 'byChannel'
> & {
  /** A metric of a center's own is `own:` and its key. */
  id: string
  scopes: readonly ScopeKind[]
  /** The counters that it is made from, at any of its scopes; none for a function of now. */
  counters: readonly CounterId[]
  /** Facts that a feed must report: of each list, one. A list may depend on the scope. */
  needs: readonly Need[]
}

/** Every metric, in the order of the registry; then those of a center's own. */
export function catalogue(own: ReadonlyMap<string, Metric> = new Map()): CatalogueRow[] {
  const ours = metricIds.map((id) => [id, metricOf(id)] as const)
  return [...ours, ...own].map(([id, metric]) => {
    const { group, name, nameJa, unit, formula, scopes, better, attribution, empty, byChannel } =
      metric
    const counters = countersOf(metric)
    const needs =
      metric.kind === 'gauge' ? metric.needs : counters.flatMap((each) => needed(metric, each))
    return {
      id,
      name,
      nameJa,
      unit,
      formula,
      scopes,
      better,
      counters,
      attribution,
      group,
      needs: once(needs),
      empty,
      byChannel,
    }
  })
}

/** What a counter needs, unless its part may be lacking. */
function needed(metric: Metric, counter: CounterId): readonly Need[] {
  if (metric.kind === 'balance') {
    const lenient = metric.scopes.every((scope) =>
      Object.entries(metric.parts(scope)).every(
        ([part, counters]) => !counters.includes(counter) || metric.lenient[part] !== undefined,
      ),
    )
    if (lenient) return []
  }
  return counterOf(counter).needs
}

function once(needs: readonly Need[]): Need[] {
  return [...new Map(needs.map((need) => [need.join(), need])).values()]
}
