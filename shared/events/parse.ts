import { z } from 'zod'
import type { Event, EventData, EventType } from './event.ts'
import { Envelope, eventSchemas } from './event.ts'

/** Why an event was refused: where in it, and what is wrong there. */
export type EventFault = { path: string; message: string }
export type ParsedEvent = { ok: true; event: Event } | { ok: false; errors: EventFault[] }

const knownTypes = new Map<string, EventType>(
  Object.keys(eventSchemas).map((type) => [type, type as EventType]),
)

/**
 * The schemas made into code, by zod itself: they say the same, in a third of the time. What they
 * refuse is judged by the schemas as they are written, which name the faults.
 */
const compiledEnvelope = z.compile(Envelope)
const compiledData: Partial<Record<EventType, z.ZodType>> = {}
/** Made when a type first comes: a feed sends some of them. */
function compiledOf(type: EventType): z.ZodType {
  return (compiledData[type] ??= z.compile(eventSchemas[type] as z.ZodType))
}

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

/** Says plainly what zod would say in the words of a compiler. */
const plainly: z.core.$ZodErrorMap = ({ code, expected, input }) => {
  if (input === undefined) return 'is required'
  if (input === null) return 'must not be null: leave out what is not known'
  if (code === 'invalid_union') return 'has the wrong type'
  return code === 'invalid_type' && expected === 'string' && typeof input === 'number'
    ? 'must be text, in quotes: a number would lose digits'
    : undefined
}

/**
 * Every fault of a value that its schema has refused. It is judged a second time for that: a map of
 * messages makes zod three times as slow, and only faults need it.
 */
function faultsOf(schema: z.ZodType, value: unknown, prefix: readonly string[]): EventFault[] {
  const { error } = schema.safeParse(value, { error: plainly })
  const issues = error?.issues ?? []
  return issues.map(({ path, message }) => ({ path: [...prefix, ...path].join('.'), message }))
}

/**
 * Judges one event as sent against the contract: every fault is named, not only the first.
 * Pure: whether its time is too far ahead of our clock is for the door to say.
 */
export function parseEvent(input: unknown): ParsedEvent {
  const envelope = compiledEnvelope.safeParse(input)
  if (!envelope.success) {
    return { ok: false, errors: [...faultsOf(Envelope, input, []), ...faultsOfData(input)] }
  }
  const sent = envelope.data

  const type = knownType(sent.type)
  if (!type) return { ok: false, errors: [unknownType(sent.type)] }
  const data = compiledOf(type).safeParse(sent.data) as z.ZodSafeParseResult<EventData<EventType>>
  if (!data.success) return { ok: false, errors: faultsOf(eventSchemas[type], sent.data, ['data']) }
  if (data.data.precision === 's' && sent.sequence === undefined) {
    return {
      ok: false,
      errors: [{ path: 'sequence', message: 'is required with precision s' }],
    }
  }

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

const unknownType = (type: string): EventFault => ({
  path: 'type',
  message: `unknown event type ${type}`,
})

/** What is wrong with type and data where the envelope has faults of its own. */
function faultsOfData(input: unknown): EventFault[] {
  if (typeof input !== 'object' || input === null) return []
  const sent: { type?: unknown; data?: unknown } = input
  if (typeof sent.type !== 'string' || sent.type === '') return []
  const type = knownType(sent.type)
  if (!type) return [unknownType(sent.type)]
  // That there is no data at all, the envelope says.
  if (sent.data === undefined) return []
  return faultsOf(eventSchemas[type], sent.data, ['data'])
}
