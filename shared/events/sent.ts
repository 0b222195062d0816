import type { EventType } from './event.ts'

/**
 * An event as a sender writes it: CloudEvents 1.0 in JSON. What a connector emits, what
 * `POST /api/events` takes, and what `parseEvent` judges. Instants are RFC 3339 text.
 */
export type SentEvent = {
  specversion: '1.0'
  id: string
  source: string
  type: EventType
  time: string
  recordedtime?: string
  sequence?: string
  data: Record<string, unknown>
}
