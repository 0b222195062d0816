/** A row of a CSV file as the events that its mapping makes of it. */
import { createHash } from 'node:crypto'
import { parseEvent } from '../../../shared/events/parse.ts'
import type { SentEvent } from '../../../shared/events/sent.ts'
import { MINUTE_MS, SECOND_MS } from '../../../shared/time.ts'
import { createClock, lengthOf, type ClockReader } from './clock.ts'
import {
  IN_TEMPLATE,
  type Cell,
  type Condition,
  type InstantOf,
  type MappedEvent,
} from './mapping.ts'
import type { Mapping, Plus } from './mapping.ts'

/** The texts of a row by the names of their columns; a column is always there. */
export type Row = ReadonlyMap<string, string>

/** All that a row tells, or why it is refused: never a part of it. */
export type Told = { ok: true; events: SentEvent[] } | { ok: false; reason: string }

/** A row cannot be read: says why. */
class Unreadable extends Error {}

/** Reads rows by a mapping, as events of a feed. */
export function createRowReader(mapping: Mapping, source: string): (row: Row) => Told {
  const reader = createCellReader(mapping)
  return (row) => {
    try {
      const events = mapping.events.flatMap((event, i) =>
        event.when.every((condition) => reader.holds(condition, row))
          ? [eventOf(event, i, row, reader, source)]
          : [],
      )
      for (const event of events) {
        const parsed = parseEvent(event)
        if (!parsed.ok) {
          const faults = parsed.errors.map(({ path, message }) => `${path} ${message}`)
          return { ok: false, reason: `${event.type}: ${faults.join('; ')}` }
        }
      }
      return { ok: true, events }
    } catch (error) {
      if (error instanceof Unreadable) return { ok: false, reason: error.message }
      throw error
    }
  }
}

type CellReader = ReturnType<typeof createCellReader>

function eventOf(
  { type, time, recorded, data, extra }: MappedEvent,
  nth: number,
  row: Row,
  reader: CellReader,
  source: string,
): SentEvent {
  const said: Record<string, unknown> = {}
  for (const [field, cell] of Object.entries({ ...data, ...extra })) {
    const value = reader.value(cell, row)
    if (value !== undefined) said[field] = value
  }
  // An instant that was worked out from a length is the weaker report of it.
  if (time.plus.length > 0) said['provenance'] ??= 'derived'
  const at = reader.instant(time, row) ?? missing(time.columns)
  const seen = recorded === undefined ? undefined : reader.instant(recorded, row)
  const content = {
    ...{ type, time: at },
    ...(seen === undefined ? {} : { recordedtime: seen }),
    // The order of a row's events, where times are of whole seconds only.
    ...(said['precision'] === 's' ? { sequence: String(nth) } : {}),
    data: said,
  }
  // The same content is the same delivery, whatever file it comes in and however often.
  const fields = Object.entries(said).sort(([a], [b]) => (a < b ? -1 : 1))
  const text = JSON.stringify([{ ...content, data: null }, fields])
  const id = createHash('sha256').update(text).digest('base64url').slice(0, 27)
  return { specversion: '1.0', id: `csv-${id}`, source, ...content }
}

function missing(columns: readonly string[]): never {
  throw new Unreadable(`${columns.map(named).join(', ')}: there is no time`)
}

const named = (column: string): string => `column "${column}"`

function createCellReader({ missing: none, timeZone, decimal, group }: Mapping) {
  const nothing = new Set(['', ...none])
  const clocks = new Map<InstantOf, ClockReader>()
  const clockOf = (instant: InstantOf): ClockReader => {
    const known = clocks.get(instant)
    if (known) return known
    const made = createClock(instant.format, instant.timeZone ?? timeZone, instant.clock)
    if (!made.ok) throw new Error(made.reason)
    clocks.set(instant, made.read)
    return made.read
  }

  /** The text of a column; undefined: it says that there is no value. */
  const text = (column: string, row: Row): string | undefined => {
    const value = row.get(column)?.trim() ?? ''
    if (value.includes('\ufffd')) {
      throw new Unreadable(`${named(column)} holds bytes that are none of the file's encoding`)
    }
    return nothing.has(value) ? undefined : value
  }

  /** A number's digits with a decimal point, however the file writes them. */
  const digits = (column: string, value: string): string => {
    // Full-width digits are digits.
    let plain = value.normalize('NFKC')
    if (group !== null) plain = plain.replaceAll(group, '')
    if (decimal === ',') plain = plain.replace(',', '.')
    if (/^-?\d+(\.\d+)?$/.test(plain)) return plain
    throw new Unreadable(`${named(column)}: ${JSON.stringify(value)} is no number`)
  }

  const lengthMs = ({ column, value, unit }: Plus, row: Row): number => {
    if (column === undefined) return (value ?? 0) * unitMs(unit)
    const written = text(column, row)
    if (written === undefined) throw new Unreadable(`${named(column)} is empty`)
    const ms =
      unit === 'clock'
        ? lengthOf(written.normalize('NFKC'))
        : Number(digits(column, written)) * unitMs(unit)
    if (ms !== null && ms >= 0) return ms
    throw new Unreadable(`${named(column)}: ${JSON.stringify(written)} is no length of time`)
  }

  const instant = (of: InstantOf, row: Row): string | undefined => {
    const texts = of.columns.map((column) => text(column, row))
    if (texts.some((one) => one === undefined)) return undefined
    const written = texts.join(' ')
    const atMs = clockOf(of)(written.normalize('NFKC'))
    if (atMs === null) {
      const where = of.columns.map(named).join(', ')
      throw new Unreadable(`${where}: ${JSON.stringify(written)} is not of the form ${of.format}`)
    }
    const later = of.plus.reduce((sum, plus) => sum + lengthMs(plus, row), atMs)
    return new Date(Math.round(later)).toISOString()
  }

  const scalar = (
    { column, as, map, default: otherwise }: Extract<Cell, { column: string }>,
    row: Row,
  ) => {
    const value = text(column, row)
    if (value === undefined) return otherwise
    if (map) {
      if (Object.hasOwn(map, value)) return map[value]
      throw new Unreadable(`${named(column)}: the mapping does not know ${JSON.stringify(value)}`)
    }
    return as === 'number' ? Number(digits(column, value)) : value
  }

  const value = (cell: Cell, row: Row): unknown => {
    if ('value' in cell) return cell.value
    if ('column' in cell) return scalar(cell, row)
    if ('template' in cell) return filled(cell.template, row)
    if ('instant' in cell) return instant(cell.instant, row)
    if ('list' in cell) return cell.list.map((one) => value(one, row))
    if ('object' in cell) {
      const entries = Object.entries(cell.object).map(([name, one]) => [name, value(one, row)])
      return Object.fromEntries(entries.filter(([, one]) => one !== undefined))
    }
    const amount = text(cell.money, row)
    const { currency: of } = cell
    const currency = typeof of === 'string' ? of : text(of.column, row)
    return amount === undefined ? undefined : { value: digits(cell.money, amount), currency }
  }

  /** A template with the texts of its columns; undefined where one of them is empty. */
  const filled = (template: string, row: Row): string | undefined => {
    const columns = [...template.matchAll(IN_TEMPLATE)].map(([, column = '']) => column)
    if (columns.some((column) => text(column, row) === undefined)) return undefined
    return template.replace(IN_TEMPLATE, (_all, column: string) => text(column, row) ?? '')
  }

  const holds = ({ column, is, isNot, present }: Condition, row: Row): boolean => {
    const found = text(column, row)
    return (
      (is === undefined || is.includes(found ?? '')) &&
      (isNot === undefined || !isNot.includes(found ?? '')) &&
      (present === undefined || (found !== undefined) === present)
    )
  }

  return { value, instant, holds }
}

const unitMs = (unit: Plus['unit']): number =>
  unit === 'minutes' ? MINUTE_MS : unit === 'seconds' ? SECOND_MS : 1
