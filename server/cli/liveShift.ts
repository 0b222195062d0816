/** Tells recorded events as if they happened now: every instant shifted, every id a new one. */
import { parseInstant } from '../../shared/events/fields.ts'
import { DAY_MS } from '../../shared/time.ts'

/** Fields of a day by the calendar, which is shifted by whole days. */
const DAY = /^\d{4}-\d{2}-\d{2}$/
/** Instants beside those that end in `At`. */
const instants = new Set(['time', 'recordedtime', 'since', 'from', 'to'])
/** Ids beside those that end in `Id`. */
const ids = new Set(['id', 'inReplyTo'])
/** Lists whose items have instants and ids of their own. */
const lists = new Set(['spans', 'items'])

/**
 * An event shifted by so many milliseconds. Its ids get a suffix: told again another time, it is
 * about other contacts, and not a later report of the same ones. Null: what names others by a key
 * of the contract (`fact.retracted`) cannot be told anew.
 */
export function shifted(sent: unknown, shiftMs: number): unknown {
  if (typeof sent !== 'object' || sent === null) return sent
  const event: { type?: unknown; data?: unknown } = sent
  if (typeof event.type === 'string' && event.type.endsWith('fact.retracted')) return null
  const { data, ...envelope } = event
  return { ...withShift(envelope, shiftMs), data: withShift(data, shiftMs) }
}

function withShift(value: unknown, shiftMs: number): object {
  if (typeof value !== 'object' || value === null) return {}
  const shiftedFields = Object.entries(value).map(([name, field]: [string, unknown]) => [
    name,
    shiftedField(name, field, shiftMs),
  ])
  return Object.fromEntries(shiftedFields) as object
}

function shiftedField(name: string, field: unknown, shiftMs: number): unknown {
  if (Array.isArray(field) && lists.has(name)) {
    return field.map((item: unknown) => withShift(item, shiftMs))
  }
  if (typeof field !== 'string') return field
  if (ids.has(name) || name.endsWith('Id')) return `${field}@${shiftMs}`
  if (name === 'day' && DAY.test(field)) return shiftedDay(field, shiftMs)
  if (!instants.has(name) && !name.endsWith('At')) return field
  const atMs = parseInstant(field)
  return atMs === null ? field : new Date(atMs + shiftMs).toISOString()
}

function shiftedDay(day: string, shiftMs: number): string {
  const shiftedMs = Date.parse(day) + Math.round(shiftMs / DAY_MS) * DAY_MS
  return new Date(shiftedMs).toISOString().slice(0, day.length)
}

/** When an event happened, as it says; null: it does not. */
export function instantOf(sent: unknown): number | null {
  const { time } = Object(sent) as { time?: unknown }
  return typeof time === 'string' ? parseInstant(time) : null
}
