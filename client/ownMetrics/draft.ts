/** The form of a metric as somebody fills it in, and the definition that it comes to. */
import { z } from 'zod'
import type { CounterId } from '../../shared/counters.ts'
import type { FilterField } from '../../shared/counters/filterFields.ts'
import { scopesOfOwn } from '../../shared/metrics/own.ts'
import {
  MAX_KEY_LENGTH,
  OwnMetric,
  ownFaultsOf,
  type OwnFault,
} from '../../shared/metrics/ownDefinition.ts'
import type { ScopeKind } from '../../shared/scope.ts'

// Our pages allow no code made from text, which zod would try for speed.
z.config({ jitless: true })

/** A field with the value that it must have; an empty value is still to be filled in. */
export type FilterRow = { field: FilterField; value: string }

export type Draft = {
  key: string
  /** False: the key follows the name. */
  isKeyOwn: boolean
  name: string
  nameJa: string
  isRatio: boolean
  add: CounterId[]
  subtract: CounterId[]
  by: CounterId[]
  filters: FilterRow[]
  /** What is divided by has the same fields, whatever fields, or those of `byFilters`. */
  below: 'same' | 'all' | 'other'
  byFilters: FilterRow[]
  better: OwnMetric['better']
  /** Wherever its counters are; else `scopes`. */
  isEverywhere: boolean
  scopes: ScopeKind[]
}

export const emptyDraft: Draft = {
  key: '',
  isKeyOwn: false,
  name: '',
  nameJa: '',
  isRatio: false,
  add: [],
  subtract: [],
  by: [],
  filters: [],
  below: 'same',
  byFilters: [],
  better: 'neither',
  isEverywhere: true,
  scopes: [],
}

/** Metrics to begin with: each leaves open what only the center knows. */
export const examples = {
  share: {
    isRatio: true,
    add: ['handled'],
    by: ['handled'],
    filters: [{ field: 'reason', value: '' }],
    below: 'all',
  },
  talkPerOrder: { isRatio: true, add: ['talkMs'], by: ['ordersPlaced'] },
  product: { add: ['productAmount'], filters: [{ field: 'product', value: '' }], better: 'higher' },
} as const satisfies Record<string, Partial<Draft>>
export type ExampleId = keyof typeof examples
export const exampleIds = Object.keys(examples) as readonly ExampleId[]

/** A form that begins as an example, which has a name in the language of the screen. */
export function exampleDraft(id: ExampleId, name: string): Draft {
  const example: Partial<Draft> = structuredClone(examples[id])
  return { ...structuredClone(emptyDraft), ...example, name, key: keyOf(name) }
}

export function draftOf(definition: OwnMetric): Draft {
  const { key, name = '', nameJa = '', add, subtract, by, filters, byFilters, better } = definition
  const { scopes } = definition
  return {
    ...{ key, name, nameJa, better, add: [...add], subtract: [...subtract], by: [...by] },
    isKeyOwn: true,
    isRatio: by.length > 0,
    filters: rowsOf(filters),
    below: byFilters === undefined ? 'same' : rowsOf(byFilters).length === 0 ? 'all' : 'other',
    byFilters: rowsOf(byFilters ?? {}),
    isEverywhere: scopes === undefined,
    scopes: [...(scopes ?? scopesOfOwn(definition))],
  }
}

// The schema has checked that the names are fields.
const rowsOf = (filters: Readonly<Record<string, string>>): FilterRow[] =>
  Object.entries(filters).map(([field, value]) => ({ field: field as FilterField, value }))
const recordOf = (rows: readonly FilterRow[]): Record<string, string> =>
  Object.fromEntries(rows.map(({ field, value }) => [field, value.trim()]))

/** The definition as it would be sent; whether it can be is what the schema says. */
function sentOf(draft: Draft): Omit<OwnMetric, 'retired'> {
  const { key, add, subtract, by, isRatio, filters, below, byFilters, better, scopes } = draft
  const [name, nameJa] = [draft.name.trim(), draft.nameJa.trim()]
  return {
    key,
    ...(name !== '' && { name }),
    ...(nameJa !== '' && { nameJa }),
    add,
    subtract,
    by: isRatio ? by : [],
    filters: recordOf(filters),
    ...(isRatio && below !== 'same' && { byFilters: below === 'all' ? {} : recordOf(byFilters) }),
    better,
    ...(!draft.isEverywhere && { scopes }),
  }
}

/** A part of the form, with whose words a fault stands. */
export type Part =
  'key' | 'name' | 'nameJa' | 'add' | 'subtract' | 'by' | 'filters' | 'byFilters' | 'scopes'
const parts: readonly Part[] = [
  ...(['name', 'nameJa', 'key', 'add', 'subtract', 'by'] as const),
  ...(['filters', 'byFilters', 'scopes'] as const),
]

export type FormFault = {
  part: Part
  /** `missing`: still to be filled in, which is no mistake before somebody wants to save. */
  fault:
    | OwnFault
    | { kind: 'missing' | 'key' | 'tooLong' | 'taken' }
    /** Something that the form does not let happen, in the schema's words. */
    | { kind: 'other'; message: string }
}

/** What the form comes to, or what is wrong with it, in the order of its parts. */
export function read(
  draft: Draft,
  takenKeys: ReadonlySet<string>,
): { ok: true; definition: OwnMetric } | { ok: false; faults: FormFault[] } {
  const faults: FormFault[] = []
  const missing = (part: Part, lacks: boolean): void => {
    if (lacks) faults.push({ part, fault: { kind: 'missing' } })
  }
  missing('by', draft.isRatio && draft.by.length === 0)
  missing('byFilters', draft.isRatio && draft.below === 'other' && draft.byFilters.length === 0)
  if (takenKeys.has(draft.key)) faults.push({ part: 'key', fault: { kind: 'taken' } })
  const sent = sentOf(draft)
  const parsed = OwnMetric.safeParse(sent)
  for (const issue of parsed.error?.issues ?? []) {
    // What is wrong with the counters is found below, also while there is no name yet.
    if (issue.code !== 'custom') faults.push(faultOf(issue, draft))
  }
  for (const { path, fault } of ownFaultsOf(sent)) faults.push({ part: partOf(path), fault })
  if (parsed.success && faults.length === 0) return { ok: true, definition: parsed.data }
  const place = ({ part }: FormFault): number => parts.indexOf(part)
  return { ok: false, faults: faults.sort((one, other) => place(one) - place(other)) }
}

const partOf = ([first]: readonly PropertyKey[]): Part =>
  parts.find((each) => each === first) ?? 'name'

function faultOf({ code, path, message }: z.core.$ZodIssue, { key }: Draft): FormFault {
  const part = partOf(path)
  if (part === 'key') return { part, fault: { kind: key === '' ? 'missing' : 'key' } }
  if (code === 'too_small') return { part, fault: { kind: 'missing' } }
  if (code === 'too_big') return { part, fault: { kind: 'tooLong' } }
  return { part, fault: { kind: 'other', message } }
}

/** The key that a name suggests: `Calls about bills` is `callsAboutBills`. Empty: none. */
export function keyOf(name: string): string {
  const words = name
    .normalize('NFKD')
    .replaceAll(/\p{M}/gu, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
  const key = words
    .map((word, i) =>
      i === 0 ? word.toLowerCase() : word.charAt(0).toUpperCase() + word.slice(1).toLowerCase(),
    )
    .join('')
    .replace(/^[0-9]+/, '')
  return (key.charAt(0).toLowerCase() + key.slice(1)).slice(0, MAX_KEY_LENGTH)
}
