import { counterOf, type CounterId } from '../counters.ts'
import { fieldsOf, isNarrowable, type Filters } from '../narrowing.ts'
import { scopeKinds, type ScopeKind } from '../scope.ts'
import { balanceMetric, ratio, type BalanceMetric, type PartAt, type Unit } from './metric.ts'

/** Metrics of a center's own: sums or ratios of counters, as its directory defines them. No code. */

/** One of them, as a directory has it. */
export type OwnDefinition = {
  key: string
  name?: string | undefined
  nameJa?: string | undefined
  better: BalanceMetric['better']
  /** Left out: wherever its counters are. */
  scopes?: readonly ScopeKind[] | undefined
  add: readonly CounterId[]
  subtract: readonly CounterId[]
  by: readonly CounterId[]
  filters: Readonly<Record<string, string>>
  /** What the whole is narrowed to; left out: to the same. */
  byFilters?: Readonly<Record<string, string>> | undefined
  retired: boolean
}

/** How the API, boards and goals name such a metric; no metric of ours has a colon in its name. */
export type OwnId = `own:${string}`
const OWN = 'own:'
export const ownId = (key: string): OwnId => `${OWN}${key}`
export const isOwnId = (id: string): id is OwnId => id.startsWith(OWN) && id.length > OWN.length

/** More of a center's own nobody tells apart; each narrowed one is counted live as entries come. */
export const MAX_OWN_METRICS = 100
/** With those that are retired, which cost nothing but their place in the directory. */
export const MAX_KEPT_METRICS = 1_000

/** The metrics that a center has defined and not retired, by their ids. */
export type OwnMetrics = ReadonlyMap<string, BalanceMetric>

export function ownMetrics({ metrics }: { metrics: readonly OwnDefinition[] }): OwnMetrics {
  return new Map(
    metrics
      .filter(({ retired }) => !retired)
      .map((definition) => [ownId(definition.key), metricOf(definition)]),
  )
}

/** The parts of its formula; each is named in the languages of the screens. */
export const ownParts = ['added', 'subtracted', 'by'] as const

function metricOf(definition: OwnDefinition): BalanceMetric {
  const { key, name, nameJa, better, add, subtract, by } = definition
  const { filters, byFilters } = filtersOf(definition)
  const sum = narrowed([add.join(' + '), ...subtract].join(' − '), filters)
  const whole = narrowed(by.join(' + '), byFilters)
  const at = (own: Filters | null, counters: readonly CounterId[]): PartAt =>
    own !== null && counters.some(isNarrowable) ? { filters: own } : {}
  return balanceMetric({
    group: 6,
    name: name ?? key,
    nameJa: nameJa ?? name ?? key,
    unit: unitOf({ add, subtract, by }) ?? 'count',
    formula: by.length === 0 ? sum : `(${sum}) / (${whole})`,
    attribution: 'as its counters are',
    empty: by.length === 0 ? null : 'what it is divided by is nothing',
    better,
    scopes: definition.scopes ?? scopesOfOwn(definition),
    byChannel: false,
    parts: { added: add, subtracted: subtract, by } satisfies Record<
      (typeof ownParts)[number],
      readonly CounterId[]
    >,
    at: { added: at(filters, add), subtracted: at(filters, subtract), by: at(byFilters, by) },
    value: ({ added, subtracted, by: below }) =>
      by.length === 0 ? added - subtracted : ratio(added - subtracted, below),
  })
}

/** A sum in words, with what it is narrowed to. */
const narrowed = (sum: string, filters: Filters | null): string =>
  filters === null
    ? sum
    : [sum, ...[...filters].map(([field, value]) => `${field} ${value}`)].join('; ')

/** What the two halves of a metric are narrowed to; null: to nothing. */
function filtersOf({
  filters,
  byFilters,
}: Pick<OwnDefinition, 'filters' | 'byFilters'>): Record<'filters' | 'byFilters', Filters | null> {
  const read = (fields: Readonly<Record<string, string>>): Filters | null =>
    Object.keys(fields).length === 0 ? null : new Map(Object.entries(fields))
  const own = read(filters)
  return { filters: own, byFilters: byFilters === undefined ? own : read(byFilters) }
}

/** The fields by which a metric is narrowed by itself. */
export const ownFields = ({ at }: BalanceMetric): ReadonlySet<string> =>
  new Set(Object.values(at).flatMap((each) => [...(each?.filters?.keys() ?? [])]))

/** What its value is; null: its counters do not go together. */
export function unitOf(of: Pick<OwnDefinition, 'add' | 'subtract' | 'by'>): Unit | null {
  const units = new Set([...of.add, ...of.subtract].map((id) => counterOf(id).unit))
  const wholes = new Set(of.by.map((id) => counterOf(id).unit))
  const [unit] = units
  const [whole] = wholes
  if (units.size !== 1 || wholes.size > 1 || unit === undefined || unit === 'points') return null
  if (whole === undefined) return unit
  if (whole === unit) return 'ratio'
  return whole === 'count' ? unit : null
}

/** Whether a counter is counted at scopes of a kind; at others it would be 0, whatever happens. */
export function isCountedAt(id: CounterId, kind: ScopeKind): boolean {
  const { of } = counterOf(id)
  const isOfPeople = kind === 'agent' || kind === 'team'
  if (isOfPeople && (of === 'visit' || of === 'callback')) return false
  return kind !== 'queue' || fieldsOf(id).includes('queue')
}

/** Whether it tells why people are away: of one agent that is not everybody's to know. */
export function tellsReasons(
  of: Pick<OwnDefinition, 'add' | 'subtract' | 'by' | 'filters' | 'byFilters'>,
): boolean {
  const { filters, byFilters } = filtersOf(of)
  const tells = (own: Filters | null, counters: readonly CounterId[]): boolean =>
    own?.has('reason') === true && counters.includes('notReadyMs')
  return tells(filters, [...of.add, ...of.subtract]) || tells(byFilters, of.by)
}

/** Where all counters of a metric are: wherever it can be asked for. */
export function scopesOfOwn(
  of: Pick<OwnDefinition, 'add' | 'subtract' | 'by' | 'filters' | 'byFilters'>,
): ScopeKind[] {
  const counters = [...of.add, ...of.subtract, ...of.by]
  return scopeKinds.filter(
    (kind) =>
      counters.every((id) => isCountedAt(id, kind)) && !(kind === 'agent' && tellsReasons(of)),
  )
}
