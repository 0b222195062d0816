import type { Event, EventType } from './event.ts'
import { Envelope, eventSchemas } from './event.ts'
import type { z } from 'zod'

/** Why an event was refused: where in it, and what is wrong there. */
export type EventFault = { path: string; message: string }
export type ParsedEvent = { ok: true; event: Event } | { ok: false; errors: EventFault[] }

const knownTypes = new Map<string, EventType>(
  Object.keys(eventSchemas).map((type) => [type, type as EventType]),
)

/**
 * The type that a sender means: `contact.queued` itself, or a longer reverse-DNS name that ends in
 * it, such as `com.acme.contact.queued`.
 */
function knownType(type: string): EventType | undefined {
  const exact = knownTypes.get(type)
  if (exact) return exact
  const segments = type.split('.')
  return segments.length > 2 ? knownTypes.get(segments.slice(-2).join('.')) : undefined
}

const faultsOf = (error: z.ZodError, prefix: readonly string[]): EventFault[] =>
  error.issues.map(({ path, message }) => ({ path: [...prefix, ...path].join('.'), message }))

/**
 * Judges one event as sent against the contract: every fault is named, not only the first.
 * Pure: whether its time is too far ahead of our clock is for the door to say.
 */
export function parseEvent(input: unknown): ParsedEvent {
  const envelope = Envelope.safeParse(input)
  if (!envelope.success) return { ok: false, errors: faultsOf(envelope.error, []) }
  const sent = envelope.data

  const type = knownType(sent.type)
  if (!type) {
    return { ok: false, errors: [{ path: 'type', message: `unknown event type ${sent.type}` }] }
  }
  const data = eventSchemas[type].safeParse(sent.data)
  const errors = data.success ? [] : faultsOf(data.error, ['data'])
  if (data.success && data.data.precision === 's' && sent.sequence === undefined) {
    errors.push({ path: 'sequence', message: 'is required with precision s' })
  }
  if (!data.success || errors.length > 0) return { ok: false, errors }

  const event = {
    id: sent.id,
    source: sent.source,
    type,
    atMs: sent.time,
    ...(sent.recordedtime === undefined ? {} : { recordedAtMs: sent.recordedtime }),
    ...(sent.sequence === undefined ? {} : { sequence: sent.sequence }),
    ...(sent.subject === undefined ? {} : { subject: sent.subject }),
    ...(sent.correlationid === undefined ? {} : { correlationId: sent.correlationid }),
    ...(sent.causationid === undefined ? {} : { causationId: sent.causationid }),
    data: data.data,
  }
  // The schema was chosen by the type, so type and data belong together.
  return { ok: true, event: event as Event }
}
