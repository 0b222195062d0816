import { z } from 'zod'
import { HOUR_MS, MINUTE_MS } from '../time.ts'

/**
 * The field types that every family of events is made from.
 *
 * A schema here checks what a sender wrote and gives what the engine reads: an instant arrives as
 * RFC 3339 text with an offset and leaves as UTC milliseconds; nothing else is changed.
 */

/** Longer names than this are a sender's mistake, and would fill an index. */
const MAX_NAME_LENGTH = 256
/** Free text such as a comment; a whole document does not belong in an event. */
const MAX_TEXT_LENGTH = 4_000

/** RFC 3339 with an offset, in whole or broken seconds. */
const rfc3339 = /^\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}:\d{2}(?:\.\d{1,9})?(?:[Zz]|[+-]\d{2}:\d{2})$/
/** Where a fraction starts, if there is one. */
const SECONDS_END = 19

/**
 * The instant in UTC milliseconds, or null where the text is no RFC 3339 instant with an offset,
 * or names a day or an hour that does not exist. What is finer than a millisecond is cut off.
 *
 * Digits are read by their places: every event has an instant, and this is several times as fast
 * as groups of an expression.
 */
export function parseInstant(text: string): number | null {
  if (!rfc3339.test(text)) return null
  const year = twoDigits(text, 0) * 100 + twoDigits(text, 2)
  const month = twoDigits(text, 5)
  const day = twoDigits(text, 8)
  const hour = twoDigits(text, 11)
  const minute = twoDigits(text, 14)
  const second = twoDigits(text, 17)
  const exists =
    // Date.UTC takes a year below 100 for one of the twentieth century.
    year >= 100 &&
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysIn(year, month) &&
    hour <= 23 &&
    minute <= 59 &&
    second <= 59
  const offset = offsetMs(text)
  if (!exists || offset === null) return null
  return Date.UTC(year, month - 1, day, hour, minute, second, milliseconds(text)) - offset
}

const digit = (text: string, at: number): number => text.charCodeAt(at) - 48
const twoDigits = (text: string, at: number): number => digit(text, at) * 10 + digit(text, at + 1)

/** The first three places of the fraction of a second; those that are not written are 0. */
function milliseconds(text: string): number {
  if (text[SECONDS_END] !== '.') return 0
  let value = 0
  for (let at = SECONDS_END + 1; at <= SECONDS_END + 3; at++) {
    const place = digit(text, at)
    // Past the fraction's end stands the offset.
    if (!(place >= 0 && place <= 9)) return value * 10 ** (SECONDS_END + 4 - at)
    value = value * 10 + place
  }
  return value
}

/** How far ahead of UTC the text's local time is; null where no place can be that far. */
function offsetMs(text: string): number | null {
  const end = text.length
  if (text[end - 1] === 'Z' || text[end - 1] === 'z') return 0
  const hour = twoDigits(text, end - 5)
  const minute = twoDigits(text, end - 2)
  if (hour > 23 || minute > 59) return null
  return (text[end - 6] === '-' ? -1 : 1) * (hour * HOUR_MS + minute * MINUTE_MS)
}

function daysIn(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
  return (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0 ? 29 : 28
}

/** No feed is older: an earlier instant comes from a clock that was never set (1970, 1980). */
export const FIRST_INSTANT_MS = Date.UTC(2000, 0, 1)

/** RFC 3339 in; UTC milliseconds out. */
export const Instant = z.string().transform((text, context) => {
  const atMs = parseInstant(text)
  if (atMs !== null && atMs >= FIRST_INSTANT_MS) return atMs
  const message =
    atMs === null
      ? 'must be an RFC 3339 instant with an offset, such as 2026-11-21T10:31:07.250+09:00'
      : 'must not lie before 2000: the clock that gave it is not set'
  context.addIssue({ code: 'custom', message })
  return z.NEVER
})

/** Neither a NUL nor half of a surrogate pair: UTF-8 and databases hold neither. */
const storable = /^[^\0\p{Cs}]*$/u

/** Text of at most so many characters that every store can hold. */
export const boundedText = (maxLength: number): z.ZodString =>
  z.string().max(maxLength).regex(storable, 'must not hold a NUL or half of a character')

/** The name of something as its source has it: an id, an agent, a queue, a reason. */
export const Name = boundedText(MAX_NAME_LENGTH).min(1, 'must not be empty')
export const Text = boundedText(MAX_TEXT_LENGTH)

/** A day by the local calendar, such as 2026-11-21. */
export const LocalDate = z.iso.date()

/**
 * An amount of money as written: a decimal string, so that no binary fraction ever touches it.
 * Whether the currency allows so many decimals, and has a rate, is judged with the directory.
 */
export const Money = z.strictObject({
  value: z
    .string()
    .regex(/^-?\d{1,15}(\.\d{1,6})?$/, 'must be a decimal string, such as "1234.50"'),
  currency: z.string().regex(/^[A-Z]{3}$/, 'must be an ISO 4217 code, such as USD'),
})
export type Money = z.infer<typeof Money>

/** How much something grew or shrank; which of the two, its event says. */
export const MoneySize = Money.refine(({ value }) => !value.startsWith('-'), {
  path: ['value'],
  error: 'must not be negative: it is the size of the change',
})

/**
 * How the sender knows a fact, the strongest first. Where reports of one fact differ, the stronger
 * one stands.
 */
export const provenances = ['manual', 'reconciled', 'observed', 'derived', 'configured'] as const
export const Provenance = z.enum(provenances)
export type Provenance = z.infer<typeof Provenance>

/** What an instant is good to: `ms`, or whole seconds, rounded down by the source. */
export const Precision = z.enum(['ms', 's'])
export type Precision = z.infer<typeof Precision>

/** What every event's data may hold beside its own fields. Fields that we do not know are kept. */
export const common = {
  /** Default `observed`. */
  provenance: Provenance.optional(),
  /** Default `ms`. */
  precision: Precision.optional(),
}

export const Channel = z.enum(['voice', 'email', 'chat', 'sms', 'video', 'task'])
export type Channel = z.infer<typeof Channel>
/** What figures are of where nobody asks for a channel. */
export const usualChannel = 'voice' satisfies Channel

export const Direction = z.enum(['inbound', 'outbound', 'internal'])
export type Direction = z.infer<typeof Direction>
