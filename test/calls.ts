/** Calls of a small center, the same ones each time: for tests that need many plausible events. */
import type { Event } from '../shared/events/event.ts'
import { MINUTE_MS, SECOND_MS } from '../shared/time.ts'

/** 10:00 in Tokyo. */
export const CALLS_BEGIN_MS = Date.UTC(2026, 10, 21, 1)

const SOURCE = '/asterisk/pbx-1/ami'
const queues = ['sales', 'support', 'billing']
const agents = Array.from({ length: 12 }, (_, index) => `agent-${String(index)}`)

/**
 * So many calls, ten seconds apart, each with its events in order: most are answered, every fifth is
 * abandoned, every seventh rings out at one agent first. The calls' events follow one another.
 */
export function calls(count: number, startMs = CALLS_BEGIN_MS): Event[] {
  const signedIn = agents.map((agent, index) =>
    event(`in-${String(index)}`, 'agent.stateChanged', startMs - MINUTE_MS + index, {
      agent,
      state: 'available',
    }),
  )
  return [...signedIn, ...Array.from({ length: count }, (_, n) => call(n, startMs)).flat()]
}

function call(n: number, startMs: number): Event[] {
  const contactId = `call-${String(n)}`
  const visitId = `${contactId}/1`
  const legId = `${contactId}/leg`
  const queue = queues[n % queues.length] ?? ''
  const agent = agents[(n * 7) % agents.length] ?? ''
  const queuedMs = startMs + n * 10 * SECOND_MS
  const waitMs = 1_000 + ((n * 7_919) % 40_000)
  const talkMs = 5_000 + ((n * 104_729) % 300_000)
  const at = (part: string, type: string, atMs: number, data: Record<string, unknown>): Event =>
    event(`${contactId}/${part}`, type, atMs, { contactId, ...data })

  const queued = at('queued', 'contact.queued', queuedMs, { visitId, queue, channel: 'voice' })
  const leftMs = queuedMs + waitMs
  if (n % 5 === 0) {
    return [
      queued,
      at('dequeued', 'contact.dequeued', leftMs, { visitId, queue, outcome: 'abandoned' }),
      at('ended', 'contact.ended', leftMs, { final: 'abandoned' }),
    ]
  }
  const rung = n % 7 === 0 ? 'noAnswer' : 'accepted'
  const offerId = `${visitId}/${agent}/1`
  const hungUpMs = leftMs + talkMs
  return [
    queued,
    at('offered', 'contact.offered', queuedMs + 500, { visitId, queue, offerId, agent }),
    at('offerEnded', 'contact.offerEnded', leftMs, { offerId, agent, outcome: rung }),
    at('dequeued', 'contact.dequeued', leftMs, { visitId, queue, outcome: 'answered', agent }),
    at('connected', 'contact.connected', leftMs, { visitId, queue, legId, agent }),
    at('disconnected', 'contact.disconnected', hungUpMs, { legId, agent, by: 'customer' }),
    at('wrap', 'contact.wrapUpStarted', hungUpMs, { legId, agent }),
    at('wrapped', 'contact.wrapUpEnded', hungUpMs + 15_000, { legId, agent }),
    at('ended', 'contact.ended', hungUpMs, { final: 'handled' }),
  ]
}

function event(id: string, type: string, atMs: number, data: Record<string, unknown>): Event {
  // The data above is of its type, by the contract's schemas; the product's door would check it.
  return { id, source: SOURCE, type, atMs, data } as Event
}
