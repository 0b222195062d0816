import { z } from 'zod'

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

/** RFC 3339 with an offset, in whole or broken seconds. Kept to the millisecond. */
const rfc3339 =
  /^(\d{4})-(\d{2})-(\d{2})[Tt ](\d{2}):(\d{2}):(\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})$/

/** The instant in UTC milliseconds, or null where the text is no RFC 3339 instant with an offset. */
export function parseInstant(text: string): number | null {
  const found = rfc3339.exec(text)
  if (!found) return null
  const [, year, month, day, hour, minute, second, fraction = '', offset = 'Z'] = found
  const milliseconds = fraction.padEnd(3, '0').slice(0, 3)
  const zone = offset === 'z' ? 'Z' : offset
  const local = `${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}`
  const atMs = Date.parse(`${local}${zone}`)
  if (Number.isNaN(atMs)) return null
  // Date.parse takes 30 February for 2 March: a day that does not exist is refused instead.
  const asWritten = Date.parse(`${local}Z`)
  return new Date(asWritten).toISOString().startsWith(`${year}-${month}-${day}T`) ? atMs : null
}

/** RFC 3339 in; UTC milliseconds out. */
export const Instant = z.string().transform((text, context) => {
  const atMs = parseInstant(text)
  if (atMs !== null) return atMs
  context.addIssue({
    code: 'custom',
    message: 'must be an RFC 3339 instant with an offset, such as 2026-11-21T10:31:07.250+09:00',
  })
  return z.NEVER
})

/** The name of something as its source has it: an id, an agent, a queue, a reason. */
export const Name = z.string().min(1).max(MAX_NAME_LENGTH)
export const Text = z.string().max(MAX_TEXT_LENGTH)

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

export const Direction = z.enum(['inbound', 'outbound', 'internal'])
export type Direction = z.infer<typeof Direction>
