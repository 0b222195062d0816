import { z } from 'zod'
import { agentEvents } from './agent.ts'
import { callbackEvents, contactEvents, outboundEvents } from './contact.ts'
import { boundedText, Instant, Name } from './fields.ts'
import { messageEvents } from './message.ts'
import { qualityEvents } from './quality.ts'
import { salesEvents } from './sales.ts'
import { sourceEvents } from './source.ts'

/**
 * The vocabulary of Ringside: everything that can happen, by its public name.
 *
 * An event states a fact and when it happened at its source. It carries no durations: the engine
 * derives them, so that two systems that round differently still agree. Each type's schema gives
 * the shape of `data`; docs/events.md has the whole contract.
 */
export const eventSchemas = {
  ...contactEvents,
  ...callbackEvents,
  ...outboundEvents,
  ...agentEvents,
  ...messageEvents,
  ...salesEvents,
  ...qualityEvents,
  ...sourceEvents,
} as const

export type EventType = keyof typeof eventSchemas
export const eventTypes = Object.keys(eventSchemas) as readonly EventType[]

/** The data of one type of event, checked: instants are UTC milliseconds. */
export type EventData<Type extends EventType> = z.output<(typeof eventSchemas)[Type]>

/** Longer ids and names of sources than these are a sender's mistake, and would fill an index. */
export const MAX_ID_LENGTH = 512
const MAX_SOURCE_LENGTH = 256

/**
 * A feed's name such as `/asterisk/pbx-1/ami`: one name for one feed. Its first two segments name
 * the **system**, in which ids of contacts, agents and queues are unique. Any URI reference with a
 * segment will do, as CloudEvents has it.
 */
export const SourceName = boundedText(MAX_SOURCE_LENGTH).regex(
  /^\S*[^\s/]\S*$/,
  'must be a path without spaces, such as /asterisk/pbx-1/ami',
)

/**
 * The CloudEvents 1.0 attributes, without `type` and `data`, which are judged together.
 * `id` is the delivery: the same id from the same source is the same delivery. Attributes that are
 * not known here are passed over.
 */
export const Envelope = z.object({
  specversion: z.literal('1.0', 'must be "1.0"'),
  id: boundedText(MAX_ID_LENGTH).min(1, 'must not be empty'),
  source: SourceName,
  type: z.string().min(1, 'must not be empty').max(256),
  time: Instant,
  subject: boundedText(MAX_ID_LENGTH).optional(),
  /** When a collector saw it, if that is not when it happened. */
  recordedtime: Instant.optional(),
  /** The source's own order; compared as text, or as numbers where both are digits only. */
  sequence: z
    .union([boundedText(64), z.int().transform(String)], 'must be text of at most 64 characters')
    .optional(),
  correlationid: Name.optional(),
  causationid: Name.optional(),
  data: z.unknown(),
})

/** An accepted event, as the stream holds it and the engine reads it. */
export type EventOf<Type extends EventType> = {
  id: string
  source: string
  type: Type
  /** When it happened at the source, in UTC milliseconds. */
  atMs: number
  recordedAtMs?: number
  sequence?: string
  subject?: string
  correlationId?: string
  causationId?: string
  data: EventData<Type>
}
/** Any accepted event; `type` tells which data it holds. */
export type Event = { [Type in EventType]: EventOf<Type> }[EventType]

/** The system of a source: its first two segments, `/asterisk/pbx-1` of `/asterisk/pbx-1/ami`. */
export function systemOf(source: string): string {
  const known = systems.get(source)
  if (known !== undefined) return known
  const segments = source.split('/').filter((segment) => segment !== '')
  const system = `/${segments.slice(0, 2).join('/')}`
  if (systems.size >= MOST_SOURCES) systems.clear()
  systems.set(source, system)
  return system
}

/** Asked several times at every event, of the few sources that a center has; each fact keeps it. */
const systems = new Map<string, string>()
const MOST_SOURCES = 1_000
