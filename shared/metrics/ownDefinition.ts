import { z } from 'zod'
import { closest } from '../closest.ts'
import { counterIds, counterOf, type CounterId } from '../counters.ts'
import { filterFields, isFilterField, type FilterField } from '../counters/filterFields.ts'
import { Channel, Name } from '../events/fields.ts'
import { fieldsOf, isNarrowable, narrowingFault } from '../narrowing.ts'
import { scopeKinds, type ScopeKind } from '../scope.ts'
import { isCountedAt, tellsReasons, unitOf } from './own.ts'

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

/** A key is a word that is typed into addresses. */
export const MAX_KEY_LENGTH = 64

export const OwnKey = z
  .string()
  .max(MAX_KEY_LENGTH)
  .regex(/^[a-z][A-Za-z0-9]*$/, 'must be a word such as callsPerSale')

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
    for (const { path, fault } of ownFaultsOf(metric)) {
      context.addIssue({ code: 'custom', path, message: ownFaultText(fault) })
    }
  })
export type OwnMetric = z.output<typeof OwnMetric>

/** What of a definition decides whether it can be; what it is called does not. */
type Made = Pick<OwnMetric, 'add' | 'subtract' | 'by' | 'filters' | 'byFilters' | 'scopes'>

/**
 * What cannot be in a definition, apart from its words: so that a screen can say it in its own. The
 * API says `ownFaultText`.
 */
export type OwnFault =
  /** Counters of two units in one sum. */
  | { kind: 'mixed'; counter: CounterId; first: CounterId }
  | { kind: 'points'; counter: CounterId }
  /** A ratio that is of no unit. */
  | { kind: 'indivisible'; counter: CounterId; whole: CounterId }
  | { kind: 'nothingBelow' }
  | { kind: 'noField'; field: string }
  | { kind: 'noChannel' }
  /** Only what the directory says of people is narrowed. */
  | { kind: 'people' }
  | { kind: 'notKept'; counter: CounterId; field: FilterField }
  /** Why somebody is away, told of one agent. */
  | { kind: 'reasons' }
  | { kind: 'notThere'; counter: CounterId; scope: ScopeKind }

/** Where in a definition something cannot be. */
type Fault = { path: (string | number)[]; fault: OwnFault }

/** A fault in English, with what to do about it. */
function ownFaultText(fault: OwnFault): string {
  switch (fault.kind) {
    case 'mixed': {
      const { counter, first } = fault
      return `${counter} is of ${unitIn(counter)}, and ${first} of ${unitIn(first)}: they do not add up`
    }
    case 'points':
      return `${fault.counter} is of points, which mean nothing alone: take another counter`
    case 'indivisible': {
      const { counter, whole } = fault
      const [unit, other] = [unitIn(counter), unitIn(whole)]
      return `${counter} is of ${unit}, and ${whole} of ${other}: divide by a count, or by what is of ${unit}`
    }
    case 'nothingBelow':
      return 'leave out: there is nothing that is divided by'
    case 'noField': {
      const near = closest(fault.field, filterFields)
      const hint = near === null ? `one of ${filterFields.join(', ')}` : `did you mean ${near}?`
      return `"${fault.field}" is no field to narrow by; ${hint}`
    }
    case 'noChannel':
      return `must be one of ${Channel.options.join(', ')}`
    case 'people':
      return 'what the directory says of people cannot be narrowed: leave it out'
    case 'notKept':
      return narrowingFault(fault.counter, [fault.field]) ?? ''
    case 'reasons':
      return 'why somebody is away is not told of one agent: leave agent out'
    case 'notThere':
      return `${fault.counter} is of no ${fault.scope}: leave it out`
  }
}

const unitIn = (id: CounterId): string => counterOf(id).unit

/** What is wrong with counters that there are: the schema asks it, and the form before it has a name. */
export function ownFaultsOf(metric: Made): Fault[] {
  const { add, subtract, by, filters, byFilters, scopes = [] } = metric
  const counters = [...add, ...subtract, ...by]
  return [
    ...unitFaults(metric),
    ...fieldFaults('filters', filters, byFilters === undefined ? counters : [...add, ...subtract]),
    ...(byFilters === undefined ? [] : fieldFaults('byFilters', byFilters, by)),
    ...(byFilters !== undefined && by.length === 0
      ? [{ path: ['byFilters'], fault: { kind: 'nothingBelow' } as const }]
      : []),
    ...scopes.flatMap((scope, at): Fault[] => {
      const path = ['scopes', at]
      if (scope === 'agent' && tellsReasons(metric)) return [{ path, fault: { kind: 'reasons' } }]
      return [...new Set(counters)]
        .filter((id) => !isCountedAt(id, scope))
        .map((counter) => ({ path, fault: { kind: 'notThere', counter, scope } }))
    }),
  ]
}

function unitFaults(metric: Made): Fault[] {
  if (unitOf(metric) !== null) return []
  const { add, subtract, by } = metric
  const [first, whole] = [add[0], by[0]]
  const listed = ([list, ids, like]: [string, CounterId[], CounterId | undefined]): Fault[] => {
    if (like === undefined) return []
    const at = ids.findIndex((id) => unitIn(id) !== unitIn(like))
    const counter = ids[at]
    if (counter === undefined) return []
    return [{ path: [list, at], fault: { kind: 'mixed', counter, first: like } }]
  }
  const lists: [string, CounterId[], CounterId | undefined][] = [
    ['add', add, first],
    ['subtract', subtract, first],
    ['by', by, whole],
  ]
  const faults = lists.flatMap(listed)
  if (faults.length > 0 || first === undefined) return faults
  if (unitIn(first) === 'points') {
    return [{ path: ['add', 0], fault: { kind: 'points', counter: first } }]
  }
  if (whole === undefined) return []
  return [{ path: ['by', 0], fault: { kind: 'indivisible', counter: first, whole } }]
}

function fieldFaults(
  list: 'filters' | 'byFilters',
  fields: Readonly<Record<string, string>>,
  counters: readonly CounterId[],
): Fault[] {
  return Object.entries(fields).flatMap(([field, value]): Fault[] => {
    const path = [list, field]
    if (!isFilterField(field)) return [{ path, fault: { kind: 'noField', field } }]
    if (field === 'channel' && !Channel.safeParse(value).success) {
      return [{ path, fault: { kind: 'noChannel' } }]
    }
    const narrowable = [...new Set(counters.filter(isNarrowable))]
    if (narrowable.length === 0) return [{ path, fault: { kind: 'people' } }]
    return narrowable
      .filter((counter) => !fieldsOf(counter).includes(field))
      .map((counter) => ({ path, fault: { kind: 'notKept', counter, field } }))
  })
}
