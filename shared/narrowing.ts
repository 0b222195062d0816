import { counterIds, counterOf, type CounterId } from './counters.ts'
import { isFilterField, filterFields, type FilterField } from './counters/filterFields.ts'
import type { Dimensions } from './entry.ts'
import type { Channel } from './events/fields.ts'

/**
 * Numbers narrowed to what has certain fields: what each counter is kept by, and where the books
 * have it. Most fields stand with whom an entry is booked for; a reason or a product is the detail
 * of a counter, or of another one that holds the same by it.
 */

/** What numbers are narrowed to: fields, each with the value that it must have. */
export type Filters = ReadonlyMap<string, string>

/** Fields that are the detail of counters, and stand nowhere else. */
const detailFields = ['reason', 'product'] as const
const isDetailField = (field: string): boolean =>
  (detailFields as readonly string[]).includes(field)

/** The fields that a counter can be narrowed by, in the order in which they are named. */
export function fieldsOf(id: CounterId): readonly FilterField[] {
  const { fields = [], detailField, apart = {} } = counterOf(id)
  return filterFields.filter(
    (field) => fields.includes(field) || field === detailField || apart[field] !== undefined,
  )
}

/** What the directory says of people is not narrowed: it is the same whatever they do. */
export const isNarrowable = (id: CounterId): boolean => counterOf(id).of !== 'directory'

/**
 * Why a counter, or the metric `of` it, cannot be narrowed by some fields, in words with what can be
 * asked; null: it can.
 */
export function narrowingFault(
  id: CounterId,
  names: Iterable<string>,
  of: string = id,
): string | null {
  const own = fieldsOf(id)
  for (const name of names) {
    if (isFilterField(name) && own.includes(name)) continue
    const it = of === id ? 'it' : id
    const can =
      own.length === 0 ? `${it} cannot be narrowed` : `${it} can be narrowed by ${own.join(', ')}`
    const others = isFilterField(name) ? countersBy(name) : []
    const also = others.length === 0 ? '' : `; kept by ${name}: ${others.join(', ')}`
    return `${of} is not kept by ${name}: ${can}${also}`
  }
  return null
}

/** More names than this nobody reads in a message. */
const MOST_NAMED = 6

/** Some counters that are kept by a field; none where most are, and naming a few would mislead. */
function countersBy(field: FilterField): readonly CounterId[] {
  const all = counterIds.filter((id) => fieldsOf(id).includes(field))
  return all.length > MOST_NAMED ? [] : all
}

/** What of `filters` is a detail, and what stands with whom entries are booked for. */
export type SplitFilters = {
  /** The detail that is meant; null: all of them. */
  detail: string | null
  /** By which field that is; null: by none. */
  detailField: FilterField | null
  queue: string | null
  channel: Channel | null
  /** The rest: fields of subjects. */
  fields: Filters | null
}

export function splitFilters(filters: Filters | null): SplitFilters {
  const detailField = detailFields.find((field) => filters?.has(field)) ?? null
  const rest = [...(filters ?? [])].filter(
    ([name]) => !isDetailField(name) && name !== 'queue' && name !== 'channel',
  )
  return {
    detail: detailField === null ? null : (filters?.get(detailField) ?? null),
    detailField,
    queue: filters?.get('queue') ?? null,
    // Whoever narrows to a channel has had its name checked.
    channel: (filters?.get('channel') as Channel | undefined) ?? null,
    fields: rest.length === 0 ? null : new Map(rest),
  }
}

/** The counter that holds another by a field: itself, unless it is kept apart. */
export function counterBy(id: CounterId, field: FilterField | null): CounterId {
  const apart = field === null ? undefined : counterOf(id).apart?.[field]
  return counterIds.find((each) => each === apart) ?? id
}

/** Whether something with these dimensions and this detail has the fields. */
export function hasFields(
  { fields, detail, queue, channel }: SplitFilters,
  of: Dimensions,
  ownDetail: string | null,
): boolean {
  if (detail !== null && ownDetail !== detail) return false
  if (queue !== null && of.queue !== queue) return false
  if (channel !== null && of.channel !== channel) return false
  return [...(fields ?? [])].every(([name, value]) => of.filters?.[name] === value)
}

/** Filters as text, the same for the same: `campaign=spring&reason=billing`. */
export function filtersText(filters: Filters): string {
  return [...filters]
    .sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0))
    .map(([name, value]) => `${name}=${encodeURIComponent(value)}`)
    .join('&')
}

/** A narrowed counter by name, as the wire has it: `handled?reason=billing`. */
export function narrowedName(id: CounterId, filters: Filters): string {
  return `${id}?${filtersText(filters)}`
}
