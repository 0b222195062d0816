import { counterOf, type CounterId } from '../counters.ts'
import type { ScopeKind } from '../scope.ts'
import { balanceMetric, ratio, type BalanceMetric, type Unit } from './metric.ts'

/** Metrics of a center's own: sums or ratios of counters, as its directory defines them. No code. */

/** One of them, as a directory has it. */
type Definition = {
  key: string
  name?: string | undefined
  nameJa?: string | undefined
  better: BalanceMetric['better']
  scopes: readonly ScopeKind[]
  add: readonly CounterId[]
  subtract: readonly CounterId[]
  by: readonly CounterId[]
  filters: Readonly<Record<string, string>>
  retired: boolean
}

/** How the API names such a metric; no metric of ours has a colon in its name. */
const ownId = (key: string): string => `own:${key}`

/** A metric of a center's own, with the fields of subjects that it is narrowed to. */
export type OwnMetric = { metric: BalanceMetric; filters: ReadonlyMap<string, string> | null }

/** The metrics that a center has defined and not retired, by their ids. */
export function ownMetrics({
  metrics,
}: {
  metrics: readonly Definition[]
}): ReadonlyMap<string, OwnMetric> {
  return new Map(
    metrics
      .filter(({ retired }) => !retired)
      .map((definition) => {
        const filters = new Map(Object.entries(definition.filters))
        const metric = metricOf(definition)
        return [ownId(definition.key), { metric, filters: filters.size === 0 ? null : filters }]
      }),
  )
}

function metricOf({ key, name, nameJa, better, scopes, add, subtract, by, filters }: Definition) {
  const narrowed = Object.entries(filters).map(([field, value]) => `${field} ${value}`)
  const sum = [add.join(' + '), ...subtract].join(' − ')
  const whole = by.length === 0 ? sum : `(${sum}) / (${by.join(' + ')})`
  return balanceMetric({
    group: 6,
    name: name ?? key,
    nameJa: nameJa ?? name ?? key,
    unit: unitOf({ add, subtract, by }) ?? 'count',
    formula: [whole, ...narrowed].join('; '),
    attribution: 'as its counters are',
    empty: by.length === 0 ? null : 'what it is divided by is nothing',
    better,
    scopes,
    byChannel: false,
    parts: { added: add, subtracted: subtract, by },
    value: ({ added, subtracted, by: whole }) =>
      by.length === 0 ? added - subtracted : ratio(added - subtracted, whole),
  })
}

/** What its value is; null: its counters do not go together. */
export function unitOf(of: Pick<Definition, 'add' | 'subtract' | 'by'>): Unit | null {
  const units = new Set([...of.add, ...of.subtract].map((id) => counterOf(id).unit))
  const wholes = new Set(of.by.map((id) => counterOf(id).unit))
  const [unit] = units
  const [whole] = wholes
  if (units.size !== 1 || wholes.size > 1 || unit === undefined || unit === 'points') return null
  if (whole === undefined) return unit
  if (whole === unit) return 'ratio'
  return whole === 'count' ? unit : null
}
