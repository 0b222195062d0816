/** Dates and times as files have them, by a pattern and the clock of a zone. */
import { Temporal } from 'temporal-polyfill'
import { parseInstant } from '../../../shared/events/fields.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../shared/time.ts'

/** What a pattern is made of; other letters in it are refused, all else stands for itself. */
const parts = {
  yyyy: { pattern: '(?<year>\\d{4})' },
  yy: { pattern: '(?<year>\\d{2})' },
  MMM: { pattern: '(?<monthName>[A-Za-z]{3})[a-z]*' },
  MM: { pattern: '(?<month>\\d{2})' },
  M: { pattern: '(?<month>\\d{1,2})' },
  dd: { pattern: '(?<day>\\d{2})' },
  d: { pattern: '(?<day>\\d{1,2})' },
  HH: { pattern: '(?<hour>\\d{2})' },
  H: { pattern: '(?<hour>\\d{1,2})' },
  h: { pattern: '(?<hour>\\d{1,2})' },
  mm: { pattern: '(?<minute>\\d{2})' },
  ss: { pattern: '(?<second>\\d{2})' },
  SSS: { pattern: '(?<fraction>\\d{1,3})' },
  a: { pattern: '(?<half>[AaPp])\\.?[Mm]\\.?' },
} as const
type Part = keyof typeof parts

const months = 'jan feb mar apr may jun jul aug sep oct nov dec'.split(' ')

/** Formats that are no pattern. */
const special = ['iso', 'epochSeconds', 'epochMilliseconds'] as const
type Special = (typeof special)[number]

/** Reads texts of one format; null: a text is not of it, or names a day or an hour that is none. */
export type ClockReader = (text: string) => number | null

/**
 * A reader of instants. Times without a zone of their own are of `timeZone`'s clock; of an hour that
 * the clock shows twice the first is meant, and one that it leaves out is the same time after it.
 * `clock`, `HH:MM`, is meant where the format has no hour. Refuses a format with the reason.
 */
export function createClock(
  format: string,
  timeZone: string,
  clock: string,
): { ok: true; read: ClockReader } | { ok: false; reason: string } {
  const known = special.find((name) => name === format)
  if (known) return { ok: true, read: specialReader(known) }
  const tokens = format.match(/[A-Za-z]+|[^A-Za-z]+/g) ?? []
  let source = ''
  const used = new Set<string>()
  // A literal T, as ISO 8601 has it between date and time, may stand alone.
  for (const token of tokens.flatMap((one) => (/^[A-Za-z]/.test(one) ? runsOf(one) : [one]))) {
    if (!/^[A-Za-z]/.test(token) || token === 'T') {
      source += token.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
      continue
    }
    if (!(token in parts)) return { ok: false, reason: `"${token}" is no part of a date or time` }
    const { pattern } = parts[token as Part]
    const [, name = ''] = /<(\w+)>/.exec(pattern) ?? []
    if (used.has(name)) return { ok: false, reason: `"${token}" stands twice in it` }
    used.add(name)
    source += pattern
  }
  for (const needed of ['year', 'day']) {
    if (!used.has(needed)) return { ok: false, reason: `it has no ${needed}` }
  }
  if (!used.has('month') && !used.has('monthName')) return { ok: false, reason: 'it has no month' }
  const expression = new RegExp(`^${source}$`)
  const [hour = 0, minute = 0] = clock.split(':').map(Number)
  const offsets = createOffsets(timeZone)
  return {
    ok: true,
    read: (text) => {
      const groups = expression.exec(text)?.groups
      if (!groups) return null
      const atMs = localMs(groups, { hour, minute })
      return atMs === null ? null : offsets(atMs)
    },
  }
}

/** `ddMMMyyyy` as its runs of one letter. */
const runsOf = (letters: string): string[] => letters.match(/(.)\1*/g) ?? []

function specialReader(name: Special): ClockReader {
  if (name === 'iso') return parseInstant
  const unit = name === 'epochSeconds' ? SECOND_MS : 1
  return (text) => (/^\d{1,15}(\.\d{1,9})?$/.test(text) ? Math.floor(Number(text) * unit) : null)
}

/** What the clock shows, as if it were UTC; null: no calendar has that day, or no day that hour. */
function localMs(
  groups: Partial<Record<string, string>>,
  otherwise: { hour: number; minute: number },
): number | null {
  const number = (name: string): number | null =>
    groups[name] === undefined ? null : Number(groups[name])
  const written = number('year') ?? 0
  // Two digits are of this century: no feed is older.
  const year = groups['year']?.length === 2 ? 2000 + written : written
  const named = groups['monthName']
  const month = named === undefined ? number('month') : months.indexOf(named.toLowerCase()) + 1
  const day = number('day')
  const hour = hourOf(groups, otherwise.hour)
  const minute = number('minute') ?? (groups['hour'] === undefined ? otherwise.minute : 0)
  const second = number('second') ?? 0
  const fraction = Number((groups['fraction'] ?? '0').padEnd(3, '0'))
  if (month === null || day === null || hour === null) return null
  const date = new Date(Date.UTC(year, month - 1, day))
  const exists = year >= 100 && month >= 1 && month <= 12 && date.getUTCDate() === day && hour <= 23
  if (!exists || minute > 59 || second > 59) return null
  return date.getTime() + hour * HOUR_MS + minute * MINUTE_MS + second * SECOND_MS + fraction
}

function hourOf(groups: Partial<Record<string, string>>, otherwise: number): number | null {
  const { hour, half } = groups
  if (hour === undefined) return otherwise
  const shown = Number(hour)
  if (half === undefined) return shown
  if (shown < 1 || shown > 12) return null
  return (shown % 12) + (half.toLowerCase() === 'p' ? 12 : 0)
}

/** Clocks change at quarters of an hour, so all of one quarter is as far from UTC. */
const SLOT_MS = DAY_MS / 96
/** Three years of quarters; a file with more days begins to look them up anew. */
const MAX_SLOTS = 100_000

/** From what a zone's clock shows to the instant; a look-up in the zone's history is slow. */
function createOffsets(timeZone: string): (localMs: number) => number {
  const known = new Map<number, number>()
  return (atMs) => {
    const slot = Math.floor(atMs / SLOT_MS)
    const offset = known.get(slot)
    if (offset !== undefined) return atMs + offset
    const startMs = slot * SLOT_MS
    const plain = Temporal.Instant.fromEpochMilliseconds(startMs).toZonedDateTimeISO('UTC')
    const there = plain.toPlainDateTime().toZonedDateTime(timeZone).epochMilliseconds
    if (known.size >= MAX_SLOTS) known.clear()
    known.set(slot, there - startMs)
    return atMs + there - startMs
  }
}

/** `1:02:03`, `02:03` or `2:03.5` in milliseconds; null: it is no such length of time. */
export function lengthOf(text: string): number | null {
  const match = /^(?:(\d{1,4}):)?(\d{1,3}):(\d{2}(?:\.\d{1,3})?)$/.exec(text)
  if (!match) return null
  const [, hours = '0', minutes = '0', seconds = '0'] = match
  if (Number(seconds) >= 60) return null
  const ms = Number(hours) * HOUR_MS + Number(minutes) * MINUTE_MS + Number(seconds) * SECOND_MS
  return Math.round(ms)
}
