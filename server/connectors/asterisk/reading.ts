import { createHash } from 'node:crypto'
import type { z } from 'zod'
import type { EventType, eventSchemas } from '../../../shared/events/event.ts'
import type { SentEvent } from '../../../shared/events/sent.ts'

/** Input that a translator does not understand: an excerpt of it, and why. */
export type Rejected = { input: string; reason: string }

/**
 * What was read from a piece of a feed. Every line or packet of it had one of three fates; they
 * add up to what went in.
 */
export type Reading = {
  events: SentEvent[]
  /** Lines or packets that were understood, whether or not they gave an event. */
  understood: number
  /** How many were known and skipped, by what they were. */
  skipped: Map<string, number>
  rejected: Rejected[]
}

export const emptyReading = (): Reading => ({
  events: [],
  understood: 0,
  skipped: new Map(),
  rejected: [],
})

export function skip(reading: Reading, what: string): void {
  reading.skipped.set(what, (reading.skipped.get(what) ?? 0) + 1)
}

/** Enough of a rejected line to recognise it; a whole one may be hostile in size. */
const EXCERPT_LENGTH = 200

export function reject(reading: Reading, input: string, reason: string): void {
  reading.rejected.push({ input: input.slice(0, EXCERPT_LENGTH), reason })
}

/** The fields of one type of event, as a sender writes them. */
export type SentData<Type extends EventType> = z.input<(typeof eventSchemas)[Type]>

/** When an event happened, and its place among those of the same instant. */
export type Stamp = {
  atMs: number
  /** `s`: the feed says whole seconds, rounded down. */
  precision: 'ms' | 's'
  /** The source's own order, digits only. */
  sequence: string
  /** When it became known, for a report that amends an earlier one of the same fact. */
  recordedAtMs?: number
}

export const instant = (atMs: number): string => new Date(atMs).toISOString()

/** Long enough that two deliveries never share an id by chance. */
const ID_LENGTH = 32

/** A delivery id that comes out the same whenever the same piece of a feed is read again. */
export const deliveryId = (...parts: readonly string[]): string =>
  createHash('sha256').update(parts.join('\u0000')).digest('hex').slice(0, ID_LENGTH)

/** One event as a sender writes it. Fields that are undefined are left out. */
export function sentEvent<Type extends EventType>(
  id: string,
  source: string,
  type: Type,
  stamp: Stamp,
  data: SentData<Type>,
): SentEvent {
  const precision = stamp.precision === 's' ? { precision: 's' } : {}
  const said = Object.entries(data).filter(([, value]) => value !== undefined)
  return {
    specversion: '1.0',
    id,
    source,
    type,
    time: instant(stamp.atMs),
    ...(stamp.recordedAtMs === undefined ? {} : { recordedtime: instant(stamp.recordedAtMs) }),
    sequence: stamp.sequence,
    data: { ...Object.fromEntries(said), ...precision },
  }
}

/** Adds what was read next to what was read before. */
export function addReading(to: Reading, more: Reading): void {
  to.events.push(...more.events)
  to.understood += more.understood
  for (const [what, count] of more.skipped)
    to.skipped.set(what, (to.skipped.get(what) ?? 0) + count)
  to.rejected.push(...more.rejected)
}
