/** A busy center that goes on as long as its clock does: what happens, when it is due, and its sums. */
import type { EventType } from '../../../shared/events/event.ts'
import type { SentEvent } from '../../../shared/events/sent.ts'
import { SECOND_MS } from '../../../shared/time.ts'

const CENTER_SOURCE = '/asterisk/pbx-1/ami'

export type CenterSize = {
  queues: number
  agents: number
  /** How many of a day's events fall into a second. */
  eventsASecond: number
}

/** What the ended calls must add up to, worked out as they are made, by nothing of the product. */
export type CenterTruth = {
  offered: number
  answered: number
  /** All who hung up while they waited, the short ones as well. */
  abandoned: number
  handled: number
  talkMs: number
}

export type BusyCenter = {
  /** What is due by now and was not given out yet, in the order in which it happens. */
  due: (nowMs: number) => SentEvent[]
  /** Nobody calls any more; those who do talk to the end. */
  close: () => void
  /** Whether nothing is due any more. */
  isOver: () => boolean
  /** Of the calls that began so far, as it is once they are over. */
  truth: () => CenterTruth
}

/** Events of an answered call, and how many of a hundred calls are hung up in the queue. */
const EVENTS_A_CALL = 10
const ABANDONED_PERCENT = 8
/** How soon after its call an event happens, at least: calls do not all begin on the second. */
const SLOT_MS = 10

export const queueOf = (n: number): string => `queue-${String(n)}`
export const agentOf = (n: number): string => `agent-${String(n)}`

/**
 * Begins at an instant with every agent signed in. Calls come evenly, and last as long as there are
 * agents for them; each agent takes calls of one queue.
 */
export function busyCenter(size: CenterSize, startMs: number): BusyCenter {
  const { queues, agents, eventsASecond } = size
  const waiting = new Map<number, SentEvent[]>()
  let left = 0
  let nextSlot = Math.floor(startMs / SLOT_MS)
  let calls = 0
  let isClosed = false
  const truth: CenterTruth = { offered: 0, answered: 0, abandoned: 0, handled: 0, talkMs: 0 }
  const callsASecond = eventsASecond / EVENTS_A_CALL
  /** An agent's turn comes again after so long, and by then the call is over. */
  const roundMs = (agents / callsASecond) * SECOND_MS

  const callAtMs = (n: number): number => startMs + Math.floor((n / callsASecond) * SECOND_MS)

  const add = (id: string, type: EventType, atMs: number, data: Record<string, unknown>): void => {
    const slot = Math.floor(atMs / SLOT_MS)
    const event: SentEvent = {
      specversion: '1.0',
      id,
      source: CENTER_SOURCE,
      type,
      time: new Date(atMs).toISOString(),
      data,
    }
    const some = waiting.get(slot)
    if (some) some.push(event)
    else waiting.set(slot, [event])
    left += 1
  }

  const call = (n: number, atMs: number): void => {
    const contactId = `${String(Math.floor(startMs / SECOND_MS))}.${String(n)}`
    const at = n % agents
    const agent = agentOf(at)
    const queue = queueOf(at % queues)
    const visitId = `${contactId}/1`
    const legId = `${contactId}/leg`
    const say = (type: EventType, after: number, data: Record<string, unknown>): void => {
      add(`${contactId}/${type}`, type, after, { contactId, ...data })
    }
    const customer = `+8150${String(10_000_000 + (n % 1_000_000))}`
    say('contact.queued', atMs, { visitId, queue, channel: 'voice', customer })
    truth.offered += 1
    // Of the time in which the agent is this call's: ringing, talk and wrap-up.
    const spentMs = (share: number): number => Math.floor((roundMs * 0.9 * share) / 100)
    const ringsMs = Math.min(spentMs(10), 2 * SECOND_MS)
    const waitMs = Math.min(spentMs(5 + scattered(n, 15)), 30 * SECOND_MS)
    if (scattered(n * 3, 100) < ABANDONED_PERCENT) {
      say('contact.dequeued', atMs + waitMs, { visitId, queue, outcome: 'abandoned' })
      say('contact.ended', atMs + waitMs, { final: 'abandoned' })
      truth.abandoned += 1
      return
    }
    const offerId = `${visitId}/${agent}/1`
    const answeredMs = atMs + waitMs + ringsMs
    const talkMs = spentMs(20 + scattered(n * 5, 30))
    const hungUpMs = answeredMs + talkMs
    const wrappedMs = hungUpMs + spentMs(5 + scattered(n * 7, 10))
    say('contact.offered', atMs + waitMs, { visitId, queue, offerId, agent })
    say('contact.offerEnded', answeredMs, { offerId, agent, outcome: 'accepted' })
    say('contact.dequeued', answeredMs, { visitId, queue, outcome: 'answered', agent })
    say('contact.connected', answeredMs, { visitId, queue, legId, agent })
    say('contact.disconnected', hungUpMs, { legId, agent, by: 'customer' })
    say('contact.wrapUpStarted', hungUpMs, { legId, agent })
    say('contact.ended', hungUpMs, { final: 'handled' })
    say('contact.disposed', wrappedMs, { legId, agent, reason: `reason-${String(n % 12)}` })
    say('contact.wrapUpEnded', wrappedMs, { legId, agent })
    truth.answered += 1
    truth.handled += 1
    truth.talkMs += talkMs
  }

  for (let n = 0; n < agents; n++) {
    const agent = agentOf(n)
    add(`in-${agent}-${String(startMs)}`, 'agent.stateChanged', startMs, {
      agent,
      state: 'available',
    })
  }

  return {
    due(nowMs) {
      while (!isClosed && callAtMs(calls) <= nowMs) call(calls, callAtMs(calls++))
      const events: SentEvent[] = []
      for (; nextSlot * SLOT_MS <= nowMs - SLOT_MS; nextSlot++) {
        const some = waiting.get(nextSlot)
        if (!some) continue
        waiting.delete(nextSlot)
        events.push(...some)
      }
      left -= events.length
      return events
    },
    close() {
      isClosed = true
    },
    isOver: () => isClosed && left === 0,
    truth: () => ({ ...truth }),
  }
}

/** A number below a limit, the same one each time, and without a pattern. */
function scattered(n: number, below: number): number {
  return Math.floor((((n * 2_654_435_761) % 4_294_967_296) / 4_294_967_296) * below)
}
