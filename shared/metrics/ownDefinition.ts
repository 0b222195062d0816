import { z } from 'zod'
import { closest } from '../closest.ts'
import { counterIds, counterOf, type CounterId } from '../counters.ts'
import { filterFields, isFilterField } from '../counters/filterFields.ts'
import { Channel, Name } from '../events/fields.ts'
import { isNarrowable, narrowingFault } from '../narrowing.ts'
import { scopeKinds } from '../scope.ts'
import { scopeFault, tellsReasons, unitOf } from './own.ts'

/**
 * The small form in which a center defines a metric of its own: checked as a whole, so that what is
 * stored always has a value, a unit and places where it is. A metric is made from counters and never
 * from metrics, so no definition can bite its own tail.
 */

/** More in one sum than a reader of its formula follows. */
const MAX_COUNTERS = 50

const unknownCounter = (written: unknown): string => {
  if (typeof written !== 'string') return 'must be the name of a counter'
  const near = closest(written, counterIds)
  const hint = near === null ? '' : `did you mean ${near}? `
  return `"${written}" is no counter; ${hint}GET /api/catalogue names those of each metric`
}
const Counters = z
  .array(z.enum(counterIds, { error: ({ input }) => unknownCounter(input) }))
  .max(MAX_COUNTERS)
const Fields = z.record(Name, Name)

export const OwnKey = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]{0,63}$/, 'must be a word such as callsPerSale')

/**
 * A metric of the center's own: counters added up, less others, and by others where it is a ratio;
 * narrowed to what has these fields. The API names it `own:` and its key.
 */
export const OwnMetric = z
  .strictObject({
    key: OwnKey,
    /** What a person reads; the key where it is left out. */
    name: Name.optional(),
    /** Its name in Japanese. */
    nameJa: Name.optional(),
    add: Counters.min(1, 'must name a counter'),
    subtract: Counters.default([]),
    /** What the sum is divided by; none: it is the sum. */
    by: Counters.default([]),
    /** What is added and taken away has these fields, and what it is divided by as well … */
    filters: Fields.default({}),
    /** … unless that has these; `{}`: whatever they are. */
    byFilters: Fields.optional(),
    better: z.enum(['higher', 'lower', 'neither']).default('neither'),
    /** Left out: wherever its counters are. */
    scopes: z.array(z.enum(scopeKinds)).min(1).optional(),
    /** No longer asked for; what it was is still in the directory's versions. */
    retired: z.boolean().default(false),
  })
  .superRefine((metric, context) => {
    for (const { path, message } of faultsOf(metric)) {
      context.addIssue({ code: 'custom', path, message })
    }
  })
export type OwnMetric = z.output<typeof OwnMetric>

type Fault = { path: (string | number)[]; message: string }

function faultsOf(metric: OwnMetric): Fault[] {
  const { add, subtract, by, filters, byFilters, scopes = [] } = metric
  const counters = [...add, ...subtract, ...by]
  return [
    ...unitFaults(metric),
    ...fieldFaults('filters', filters, byFilters === undefined ? counters : [...add, ...subtract]),
    ...(byFilters === undefined ? [] : fieldFaults('byFilters', byFilters, by)),
    ...(byFilters !== undefined && by.length === 0
      ? [{ path: ['byFilters'], message: 'leave out: there is nothing that is divided by' }]
      : []),
    ...scopes.flatMap((kind, at): Fault[] => {
      const path = ['scopes', at]
      if (kind === 'agent' && tellsReasons(metric)) {
        const message = 'why somebody is away is not told of one agent: leave agent out'
        return [{ path, message }]
      }
      const faults = counters.flatMap((id) => scopeFault(id, kind) ?? [])
      return [...new Set(faults)].map((message) => ({ path, message: `${message}: leave it out` }))
    }),
  ]
}

function unitFaults(metric: OwnMetric): Fault[] {
  if (unitOf(metric) !== null) return []
  const { add, subtract, by } = metric
  const unit = (id: CounterId): string => counterOf(id).unit
  const listed = (lists: Record<string, readonly CounterId[]>): Fault[] =>
    Object.entries(lists).flatMap(([list, ids]) => {
      const at = ids.findIndex(
        (id) => unit(id) !== unit(ids === by ? (by[0] ?? id) : (add[0] ?? id)),
      )
      const [id, first] = [ids[at], ids === by ? by[0] : add[0]]
      if (id === undefined || first === undefined) return []
      const message = `${id} is of ${unit(id)}, and ${first} of ${unit(first)}: they do not add up`
      return [{ path: [list, at], message }]
    })
  const faults = listed({ add, subtract, by })
  if (faults.length > 0) return faults
  const [first, whole] = [add[0], by[0]]
  if (first !== undefined && unit(first) === 'points') {
    const message = `${first} is of points, which mean nothing alone: take another counter`
    return [{ path: ['add', 0], message }]
  }
  if (first === undefined || whole === undefined) return []
  const message = `${first} is of ${unit(first)}, and ${whole} of ${unit(whole)}: divide by a count, or by what is of ${unit(first)}`
  return [{ path: ['by', 0], message }]
}

function fieldFaults(
  list: 'filters' | 'byFilters',
  fields: Readonly<Record<string, string>>,
  counters: readonly CounterId[],
): Fault[] {
  return Object.entries(fields).flatMap(([field, value]): Fault[] => {
    const fault = (message: string): Fault[] => [{ path: [list, field], message }]
    if (!isFilterField(field)) {
      const near = closest(field, filterFields)
      const hint = near === null ? `one of ${filterFields.join(', ')}` : `did you mean ${near}?`
      return fault(`"${field}" is no field to narrow by; ${hint}`)
    }
    if (field === 'channel' && !Channel.safeParse(value).success) {
      return fault(`must be one of ${Channel.options.join(', ')}`)
    }
    const narrowable = counters.filter(isNarrowable)
    if (narrowable.length === 0) {
      return fault('what the directory says of people cannot be narrowed: leave it out')
    }
    const lacking = narrowable.flatMap((id) => narrowingFault(id, [field]) ?? [])
    return [...new Set(lacking)].flatMap(fault)
  })
}
