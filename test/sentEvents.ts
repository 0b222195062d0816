/** Events as a sender writes them, for tests that need some and do not care which. */
import type { Event } from '../shared/events/event.ts'
import { parseEvent } from '../shared/events/parse.ts'
import type { SentEvent } from '../shared/events/sent.ts'

/** When the sample events begin. */
export const SENT_AT_MS = Date.UTC(2026, 10, 21, 10, 31, 7, 250)

/** The n-th sample: a call that enters the queue `sales`. Its id is its number. */
export function sentEvent(n: number, changes: Partial<SentEvent> = {}): SentEvent {
  return {
    specversion: '1.0',
    id: `sample-${n}`,
    source: '/asterisk/pbx-1/ami',
    type: 'contact.queued',
    time: new Date(SENT_AT_MS + n).toISOString(),
    data: { contactId: `1700000000.${n}`, visitId: `1700000000.${n}/1`, queue: 'sales' },
    ...changes,
  }
}

/** The same as the stream holds it. */
export function sampleEvent(n: number, changes: Partial<SentEvent> = {}): Event {
  const parsed = parseEvent(sentEvent(n, changes))
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.event
}

/** So many samples, from the n-th on. */
export function sampleEvents(from: number, count: number): Event[] {
  return Array.from({ length: count }, (_, n) => sampleEvent(from + n))
}
