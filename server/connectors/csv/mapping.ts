/** The mapping of a CSV file: which events a row tells of, and from which columns. */
import { z } from 'zod'
import {
  eventSchemas,
  eventTypes,
  SourceName,
  type EventType,
} from '../../../shared/events/event.ts'
import { createClock } from './clock.ts'

/** More of anything than this in a mapping is no mapping. */
const MAX_ITEMS = 200
const Column = z.string().min(1).max(256)
const Scalar = z.union([z.string().max(4_000), z.number(), z.boolean()])

/** Something that is added to a time: a wait, a talk. The instant is then marked as derived. */
const Plus = z
  .strictObject({
    column: Column.optional(),
    value: z.number().optional(),
    /** `clock`: as h:mm:ss or mm:ss. */
    unit: z.enum(['milliseconds', 'seconds', 'minutes', 'clock']),
  })
  .refine(({ column, value }) => (column === undefined) !== (value === undefined), {
    error: 'needs either column or value',
  })
  .refine(({ value, unit }) => value === undefined || unit !== 'clock', {
    error: 'a value has a unit other than clock',
  })
export type Plus = z.output<typeof Plus>

const InstantOf = z.strictObject({
  /** Joined by a space, such as a date and a time of day. */
  columns: z.array(Column).min(1).max(10),
  /** Such as `yyyy-MM-dd HH:mm:ss`; or iso, epochSeconds, epochMilliseconds. */
  format: z.string().min(1).max(100),
  /** The clock that the file goes by, where it is another one than the mapping's. */
  timeZone: z.string().optional(),
  /** What is meant where the format has no hour. */
  clock: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'must be HH:MM')
    .default('00:00'),
  plus: z.array(Plus).max(10).default([]),
})
export type InstantOf = z.output<typeof InstantOf>

/** Where the value of a field comes from. */
export type Cell =
  | { value: string | number | boolean }
  | {
      column: string
      as: 'text' | 'number'
      map?: Record<string, string | number | boolean> | undefined
      default?: string | number | boolean | undefined
    }
  | { template: string }
  | { money: string; currency: string | { column: string } }
  | { instant: InstantOf }
  | { object: Record<string, Cell> }
  | { list: Cell[] }

const cellKinds = ['value', 'column', 'template', 'money', 'instant', 'object', 'list']
const Cell: z.ZodType<Cell> = z.lazy(() =>
  z.union(
    [
      z.strictObject({ value: Scalar }),
      z.strictObject({
        column: Column,
        as: z.enum(['text', 'number']).default('text'),
        /** What stands for each value of the column; another value is refused. */
        map: z.record(z.string(), Scalar).optional(),
        /** Where the column is empty; without it the field is left out. */
        default: Scalar.optional(),
      }),
      z.strictObject({ template: z.string().min(1).max(500) }),
      z.strictObject({
        money: Column,
        currency: z.union([
          z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code, such as USD'),
          z.strictObject({ column: Column }),
        ]),
      }),
      z.strictObject({ instant: InstantOf }),
      z.strictObject({ object: z.record(z.string(), Cell) }),
      z.strictObject({ list: z.array(Cell).max(MAX_ITEMS) }),
    ],
    {
      error: `must be an object with one of ${cellKinds.join(', ')}, and nothing that is misspelt`,
    },
  ),
)

/** A row tells of an event only where all of these hold. */
const Condition = z
  .strictObject({
    column: Column,
    is: z.array(z.string()).max(MAX_ITEMS).optional(),
    isNot: z.array(z.string()).max(MAX_ITEMS).optional(),
    present: z.boolean().optional(),
  })
  .refine(({ is, isNot, present }) => (is ?? isNot ?? present) !== undefined, {
    error: 'needs is, isNot or present',
  })
export type Condition = z.output<typeof Condition>

const MappedEvent = z.strictObject({
  type: z.string(),
  when: z.array(Condition).max(MAX_ITEMS).default([]),
  time: InstantOf,
  /** When the row was last changed, where the file says so: the newer report of a fact stands. */
  recorded: InstantOf.optional(),
  /** The event's fields, by their names in the contract; `a.b` is not known: use object. */
  data: z.record(z.string(), Cell),
  /** Fields that the contract does not know. They are kept, and in no number. */
  extra: z.record(z.string(), Cell).default({}),
})

const oneCharacter = z.string().regex(/^[^\r\n]$/, 'must be one character')

const MappingFile = z.strictObject({
  /** What the mapping is for, in a few words. */
  about: z.string().max(1_000).default(''),
  source: SourceName,
  /** As the Encoding standard names it: utf-8, shift_jis, windows-1252, utf-16le … */
  encoding: z.string().default('utf-8'),
  separator: oneCharacter.default(','),
  quote: oneCharacter.nullable().default('"'),
  /** Whether the first row names the columns; else they are named 1, 2, 3 … */
  header: z.boolean().default(true),
  timeZone: z.string(),
  decimal: z.enum(['.', ',']).default('.'),
  /** What stands between thousands; null: nothing does. */
  group: z.enum([',', '.', ' ', "'"]).nullable().default(null),
  /** What says that there is no value, beside nothing. */
  missing: z.array(z.string().max(100)).max(MAX_ITEMS).default([]),
  events: z.array(MappedEvent).min(1).max(MAX_ITEMS),
})

/** A mapping as a person writes it. */
export type Mapping = Omit<z.output<typeof MappingFile>, 'events'> & { events: MappedEvent[] }
export type MappedEvent = Omit<z.output<typeof MappedEvent>, 'type'> & { type: EventType }

export type Checked = { ok: true; mapping: Mapping } | { ok: false; errors: string[] }

/** Reads a mapping; every fault of it is named. */
export function checkMapping(input: unknown): Checked {
  const parsed = MappingFile.safeParse(input)
  if (!parsed.success) {
    const errors = parsed.error.issues.map(
      ({ path, message }) => `${path.join('.') || 'the mapping'}: ${message}`,
    )
    return { ok: false, errors }
  }
  const { events, ...rest } = parsed.data
  const errors = [...faultsOfFile(rest)]
  const known: MappedEvent[] = []
  for (const [i, event] of events.entries()) {
    const type = eventTypes.find((name) => name === event.type)
    if (type === undefined) {
      errors.push(`events.${i}.type: there is no event type "${event.type}"`)
      continue
    }
    known.push({ ...event, type })
    errors.push(...faultsOfEvent(event, type, rest.timeZone, `events.${i}`))
  }
  return errors.length > 0
    ? { ok: false, errors }
    : { ok: true, mapping: { ...rest, events: known } }
}

function* faultsOfFile({
  encoding,
  timeZone,
  separator,
  quote,
}: Pick<Mapping, 'encoding' | 'timeZone' | 'separator' | 'quote'>): Generator<string> {
  try {
    new TextDecoder(encoding)
  } catch {
    yield `encoding: "${encoding}" is not known`
  }
  if (!isZone(timeZone)) yield `timeZone: ${zoneFault(timeZone)}`
  if (separator === quote) yield 'quote: is the separator as well'
}

const isZone = (timeZone: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone }).resolvedOptions().timeZone !== ''
  } catch {
    return false
  }
}
const zoneFault = (zone: string): string => `"${zone}" is no IANA time zone; one is Asia/Tokyo`

function* faultsOfEvent(
  { data, extra, time, recorded }: z.output<typeof MappedEvent>,
  type: EventType,
  timeZone: string,
  at: string,
): Generator<string> {
  const shape: Readonly<Record<string, z.core.$ZodType>> = eventSchemas[type].shape
  for (const field of Object.keys(data)) {
    if (!(field in shape)) {
      const fields = Object.keys(shape).join(', ')
      yield `${at}.data.${field}: ${type} has no such field; it has ${fields}`
    }
  }
  for (const field of Object.keys(extra)) {
    if (field in shape) yield `${at}.extra.${field}: ${type} has that field: it belongs into data`
  }
  for (const [field, schema] of Object.entries(shape)) {
    if (!(field in data) && !z.safeParse(schema, undefined).success) {
      yield `${at}.data.${field}: is missing, and ${type} needs it`
    }
  }
  const cells = [...Object.values(data), ...Object.values(extra)]
  for (const instant of [time, ...(recorded ? [recorded] : []), ...cells.flatMap(instantsOf)]) {
    const zone = instant.timeZone ?? timeZone
    if (instant.timeZone !== undefined && !isZone(zone)) yield `${at}: ${zoneFault(zone)}`
    const clock = createClock(instant.format, 'UTC', instant.clock)
    if (!clock.ok) yield `${at}: the format "${instant.format}" cannot be read: ${clock.reason}`
  }
}

function instantsOf(cell: Cell): InstantOf[] {
  if ('instant' in cell) return [cell.instant]
  if ('object' in cell) return Object.values(cell.object).flatMap(instantsOf)
  return 'list' in cell ? cell.list.flatMap(instantsOf) : []
}

/** A column's name in the text of a template. */
export const IN_TEMPLATE = /\{([^{}]+)\}/g

const columnsOfInstant = ({ columns, plus }: InstantOf): string[] => [
  ...columns,
  ...plus.flatMap(({ column }) => column ?? []),
]

function columnsOfCell(cell: Cell): string[] {
  if ('column' in cell) return [cell.column]
  if ('template' in cell)
    return [...cell.template.matchAll(IN_TEMPLATE)].map(([, name = '']) => name)
  if ('money' in cell) {
    return [cell.money, ...(typeof cell.currency === 'string' ? [] : [cell.currency.column])]
  }
  if ('instant' in cell) return columnsOfInstant(cell.instant)
  if ('object' in cell) return Object.values(cell.object).flatMap(columnsOfCell)
  return 'list' in cell ? cell.list.flatMap(columnsOfCell) : []
}

/** Every column that a mapping reads. */
export function columnsOf({ events }: Mapping): ReadonlySet<string> {
  return new Set(
    events.flatMap(({ when, time, recorded, data, extra }) => [
      ...when.map(({ column }) => column),
      ...columnsOfInstant(time),
      ...(recorded ? columnsOfInstant(recorded) : []),
      ...[...Object.values(data), ...Object.values(extra)].flatMap(columnsOfCell),
    ]),
  )
}
