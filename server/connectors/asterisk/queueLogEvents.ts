import type { VisitOutcome } from '../../../shared/events/contact.ts'
import type { EventType } from '../../../shared/events/event.ts'
import { SECOND_MS } from '../../../shared/time.ts'
import { customerOf, isExtension, offerIdOf, RUNG_OUT_MS, visitIdOf } from './ids.ts'
import type { QueueLogLine } from './queueLogLine.ts'
import type { Call, OpenVisit, QueueLogState, Ring } from './queueLogState.ts'
import { callOf, closeVisit, findVisit } from './queueLogState.ts'
import type { SentData } from './reading.ts'

/** What each event of a queue_log means, in events of the contract. */

/** Why a line gave no event; null where it was understood. */
export type Fate = { skipped: string } | { rejected: string } | null

/** A line, with what its handler needs. */
export type Turn = {
  state: QueueLogState
  line: QueueLogLine
  /** The member's name; an interface where the log writes one that the settings do not name. */
  agent: string | null
  /** The line's second. */
  atMs: number
  /** The line's own place in its source, to which the place within the line is added. */
  sequence: string
  /** Adds an event, at the line's second unless `how` says otherwise. */
  say: <Type extends EventType>(
    type: Type,
    data: SentData<Type>,
    how?: { atMs?: number; sequence?: string; amends?: boolean },
  ) => void
}

const EARLIER: Fate = { skipped: 'about a call that began before this log' }
const digits = /^\d{1,9}$/

/** Whole seconds, milliseconds or a count; null where the column is missing or damaged. */
export const whole = (text: string | undefined): number | null =>
  text !== undefined && digits.test(text) ? Number(text) : null

/** Why a call's next visit begins, by how its last one went. */
function reasonOf(
  last: Call['last'],
  fromExtension: boolean,
): Pick<SentData<'contact.queued'>, 'reason'> {
  switch (last) {
    case null:
      // A colleague who calls a queue is no new call; it may become a transfer.
      return fromExtension ? {} : { reason: 'new' }
    case 'unanswered':
      return { reason: 'overflow' }
    case 'talked':
      return { reason: 'requeue' }
    case 'abandoned':
    case 'talking':
      // Nobody who hung up enters a queue again: the waiting or talking call was moved.
      return { reason: 'transfer' }
  }
}

export function enterQueue({ state, line, sequence, say }: Turn): Fate {
  const { callId, queue, epoch } = line
  if (queue === null || callId === 'NONE') return { rejected: 'ENTERQUEUE without queue or call' }
  const call = callOf(state, callId, epoch)
  // A `|` in the URL shifts the columns: then who called is not known.
  const shifted = line.data.length > 4
  const number = shifted ? '' : (line.data[1] ?? '')
  const position = shifted ? null : whole(line.data[2])
  const fromExtension = isExtension(number)
  const customer = customerOf(number)
  call.visits += 1
  const visitId = visitIdOf(callId, call.visits)

  // Who waits again no longer talks: the call was taken from its agent. Asterisk logs the end of
  // that talk only when the caller hangs up, long after.
  for (const leg of state.legs.filter((open) => open.callId === callId && !open.moved)) {
    leg.moved = true
    const { contactId, legId, agent } = leg
    say('contact.disconnected', { contactId, legId, agent, by: 'transfer', provenance: 'derived' })
  }

  say('contact.queued', {
    contactId: callId,
    visitId,
    queue,
    channel: 'voice',
    ...reasonOf(call.last, fromExtension),
    ...(customer === null ? {} : { customer }),
    ...(position === null ? {} : { position }),
  })
  call.open = {
    visitId,
    contactId: callId,
    queue,
    epoch,
    sequence,
    fromExtension,
    rings: new Map(),
  }
  return null
}

/** The visit that a line with a wait speaks of, said to be a transfer where it was renamed. */
function visitOf({ state, line, say }: Turn, queue: string, waitS: number): OpenVisit | null {
  const found = findVisit(state, line.callId, queue, line.epoch, waitS)
  if (!found) return null
  const { visit } = found
  closeVisit(state, visit)
  if (!found.renamed) return visit
  const { contactId, visitId, epoch, sequence } = visit
  say(
    'contact.queued',
    { contactId, visitId, queue, reason: 'transfer' },
    { atMs: epoch * SECOND_MS, sequence, amends: true },
  )
  return visit
}

function sayRing({ say }: Turn, visit: OpenVisit, ring: Ring): void {
  const { contactId, visitId, queue } = visit
  const { agent, outcome, sequence } = ring
  const n = (visit.rings.get(agent) ?? 0) + 1
  visit.rings.set(agent, n)
  // When it began to ring is not known: an offer without a beginning would be no fact.
  if (ring.ringMs === null) return
  const offerId = offerIdOf(visitId, agent, n)
  const endedAtMs = ring.epoch * SECOND_MS
  say(
    'contact.offered',
    { contactId, offerId, agent, visitId, queue, provenance: 'derived' },
    { atMs: Math.max(endedAtMs - ring.ringMs, visit.epoch * SECOND_MS), sequence },
  )
  say(
    'contact.offerEnded',
    {
      contactId,
      offerId,
      agent,
      outcome,
      ...(outcome === 'noAnswer' ? { provenance: 'derived' as const } : {}),
    },
    { atMs: endedAtMs, sequence },
  )
}

/** Rings that were logged under a name whose visit was not known until now. */
function sayStrayRings(turn: Turn, visit: OpenVisit): void {
  const call = callOf(turn.state, turn.line.callId, turn.line.epoch)
  const own = call.strayRings.filter(({ queue }) => queue === visit.queue)
  call.strayRings = call.strayRings.filter(({ queue }) => queue !== visit.queue)
  for (const ring of own) sayRing(turn, visit, ring)
}

function ringEnded(turn: Turn, ringMs: number | null, outcome: Ring['outcome']): Fate {
  const { state, line, agent, sequence } = turn
  const { queue, callId, epoch } = line
  if (queue === null || agent === null) return { rejected: `${line.event} without queue or agent` }
  const ring: Ring = { queue, agent, epoch, ringMs, outcome, sequence }
  const call = callOf(state, callId, epoch)
  if (call.open?.queue === queue) sayRing(turn, call.open, ring)
  else call.strayRings.push(ring)
  return null
}

export function ringNoAnswer(turn: Turn): Fate {
  const ringMs = whole(turn.line.data[0])
  if (ringMs === null) return { rejected: 'RINGNOANSWER without the time that it rang' }
  // The line does not tell a phone that rang out from one that was busy or refused.
  return ringEnded(turn, ringMs, ringMs >= RUNG_OUT_MS ? 'noAnswer' : 'unknown')
}

export function ringCanceled(turn: Turn): Fate {
  const ringMs = whole(turn.line.data[0])
  if (ringMs === null) return { rejected: 'RINGCANCELED without the time that it rang' }
  return ringEnded(turn, ringMs, 'customerLeft')
}

/** The agent hung up during the announcement: the caller waits on. */
export const agentDump = (turn: Turn): Fate => ringEnded(turn, null, 'rejected')

export function connect(turn: Turn): Fate {
  const { state, line, agent, sequence, say } = turn
  const { queue, callId, epoch } = line
  const holdS = whole(line.data[0])
  const legId = line.data[1] ?? ''
  const ringS = whole(line.data[2])
  if (queue === null || agent === null) return { rejected: 'CONNECT without queue or agent' }
  if (holdS === null || legId === '') return { rejected: 'CONNECT without wait or channel' }
  const visit = visitOf(turn, queue, holdS)
  if (!visit) return EARLIER

  sayStrayRings(turn, visit)
  const ringMs = ringS === null ? null : ringS * SECOND_MS
  sayRing(turn, visit, { queue, agent, epoch, ringMs, outcome: 'accepted', sequence })
  const { contactId, visitId } = visit
  say('contact.dequeued', { contactId, visitId, queue, outcome: 'answered', agent })
  say('contact.connected', { contactId, legId, agent, visitId, queue })
  callOf(state, callId, epoch).last = 'talking'
  state.legs.push({ legId, contactId, callId, queue, agent, epoch, holdS, moved: false })
  return null
}

/** A visit that nobody answered; `waitColumn` is where the line has its wait. */
export const leftQueue =
  (outcome: VisitOutcome, waitColumn: number) =>
  (turn: Turn): Fate => {
    const { state, line, say } = turn
    const waitS = whole(line.data[waitColumn])
    if (line.queue === null || waitS === null) {
      return { rejected: `${line.event} without queue or wait` }
    }
    const visit = visitOf(turn, line.queue, waitS)
    if (!visit) return EARLIER
    sayStrayRings(turn, visit)
    const { contactId, visitId, queue } = visit
    say('contact.dequeued', { contactId, visitId, queue, outcome })
    const last = outcome === 'abandoned' ? 'abandoned' : 'unanswered'
    callOf(state, line.callId, line.epoch).last = last
    return null
  }

/** Answered, but the two phones share no codec: the call is dropped. */
export function incompatible(turn: Turn): Fate {
  const { state, line, say } = turn
  const visit = state.calls.get(line.callId)?.open
  if (!visit || visit.queue !== line.queue) return EARLIER
  closeVisit(state, visit)
  const { contactId, visitId, queue } = visit
  say('contact.dequeued', { contactId, visitId, queue, outcome: 'error' })
  callOf(state, line.callId, line.epoch).last = 'unanswered'
  return null
}
