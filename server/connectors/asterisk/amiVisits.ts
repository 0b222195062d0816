import type { VisitOutcome } from '../../../shared/events/contact.ts'
import { SECOND_MS } from '../../../shared/time.ts'
import { endLeg } from './amiLegs.ts'
import { agentOf, contactOf, legOf, visitOf } from './amiState.ts'
import type { AmiState, Channel, Contact, Visit } from './amiState.ts'
import type { Fate, Turn } from './amiTurn.ts'
import { channelOf, EARLIER, lacks, whole } from './amiTurn.ts'
import { customerOf, visitIdOf } from './ids.ts'
import type { SentData } from './reading.ts'

/** Queue visits on AMI: who enters, who leaves, and why, which no single packet says. */

/** How long after a caller left the queue the packet may come that says why. */
const WHY_WITHIN_MS = 2 * SECOND_MS

/** Why a channel's next visit begins, by how its last one went. */
function reasonOf(
  last: Channel['last'],
  fromAgent: boolean,
  moved: boolean,
): SentData<'contact.queued'>['reason'] {
  switch (last) {
    case null:
      // A colleague who calls a queue is no new call; it may become a transfer.
      if (moved) return 'transfer'
      return fromAgent ? undefined : 'new'
    case 'unanswered':
      return 'overflow'
    case 'talked':
      return 'requeue'
    case 'abandoned':
    case 'talking':
      // Nobody who hung up enters a queue again: the waiting or talking call was moved.
      return 'transfer'
  }
}

/** The contact of a channel that enters a queue; it begins with the channel's first visit. */
function enteringContact(turn: Turn, uid: string, channel: Channel): Contact {
  const { state, say } = turn
  const known = state.contacts.get(uid)
  if (known) return known
  const customer = customerOf(turn.get('calleridnum'))
  const parent = contactOf(state, uid)
  const contact: Contact = {
    contactId: uid,
    carrier: uid,
    customer,
    handled: false,
    outcome: null,
    carrierGone: false,
    visit: null,
    rings: new Map(),
  }
  state.contacts.set(uid, contact)
  const fromOutside = channel.seen && channel.incoming && agentOf(state, uid) === null
  if (fromOutside && (channel.twin === null || parent)) {
    say(
      'contact.started',
      {
        contactId: uid,
        channel: 'voice',
        direction: 'inbound',
        ...(channel.linkedId === '' ? {} : { interactionId: channel.linkedId }),
        ...(customer === null ? {} : { customer }),
        ...(parent ? { parentContactId: parent.contactId } : {}),
      },
      { atMs: channel.startedAtMs },
    )
  }
  return contact
}

/** Opens a visit of a channel in a queue, at an instant that the caller knows. */
export function openVisit(
  turn: Turn,
  uid: string,
  queue: string,
  found: { atMs: number; listed: boolean; position: number | null },
): void {
  const { state, say } = turn
  const channel = channelOf(turn, uid)
  const moved = channel.twin !== null && legOf(state, channel.twin) !== null
  const contact = enteringContact(turn, uid, channel)
  channel.visits += 1
  const visitId = visitIdOf(uid, channel.visits)
  const reason = reasonOf(channel.last, agentOf(state, uid) !== null, moved)
  const { customer } = contact
  say(
    'contact.queued',
    {
      contactId: uid,
      visitId,
      queue,
      channel: 'voice',
      ...(reason === undefined ? {} : { reason }),
      ...(customer === null ? {} : { customer }),
      ...(found.position === null ? {} : { position: found.position }),
      ...(found.listed ? { provenance: 'derived' as const } : {}),
    },
    found.listed ? { atMs: found.atMs, precision: 's' } : { atMs: found.atMs },
  )
  contact.visit = { visitId, queue, atMs: found.atMs }
  contact.outcome = null
  state.waiting.set(uid, visitId)
  state.visits.set(visitId, {
    visitId,
    contactId: uid,
    channel: uid,
    queue,
    atMs: found.atMs,
    listed: found.listed,
    rings: new Map(),
    abandoning: false,
    left: null,
  })
}

/** Who waits again no longer talks: somebody took the call from its agent. */
function takenAway(turn: Turn, uid: string): void {
  for (const leg of turn.state.legs.values()) {
    if (leg.contactId === uid && !leg.completed) endLeg(turn, leg, 'transfer')
  }
}

export function callerJoin(turn: Turn): Fate {
  const { state, get } = turn
  const uid = get('uniqueid')
  const queue = get('queue')
  if (uid === '' || queue === '') return lacks('Uniqueid or Queue')
  const channel = channelOf(turn, uid)
  if (!channel.seen && turn.settings.besideQueueLog) return EARLIER
  const open = visitOf(state, uid)
  if (open?.queue === queue && open.listed && !open.left) {
    // The list of who waits was sent before the packet of this entry, which it knew already.
    open.listed = false
    open.atMs = turn.atMs
    const { contactId, visitId } = open
    turn.say('contact.queued', { contactId, visitId, queue })
    return null
  }
  if (open) settle(turn, open)
  if (channel.last === 'talking') takenAway(turn, uid)
  openVisit(turn, uid, queue, { atMs: turn.atMs, listed: false, position: whole(get('position')) })
  return null
}

/** Ends a visit and forgets it. */
export function endVisit(
  turn: Turn,
  visit: Visit,
  outcome: VisitOutcome,
  how: { atMs: number; agent?: string; derived?: boolean },
): void {
  const { state, say } = turn
  const { contactId, visitId, queue } = visit
  say(
    'contact.dequeued',
    {
      contactId,
      visitId,
      queue,
      outcome,
      ...(how.agent === undefined ? {} : { agent: how.agent }),
      ...(how.derived ? { provenance: 'derived' as const } : {}),
    },
    { atMs: how.atMs },
  )
  state.visits.delete(visitId)
  if (state.waiting.get(visit.channel) === visitId) state.waiting.delete(visit.channel)
  const contact = state.contacts.get(contactId)
  if (contact) contact.outcome = outcome
  const channel = state.channels.get(visit.channel)
  if (!channel) return
  if (outcome === 'answered') channel.last = 'talking'
  else channel.last = outcome === 'abandoned' ? 'abandoned' : 'unanswered'
}

export function callerAbandon(turn: Turn): Fate {
  const { state, get } = turn
  const visit = visitOf(state, get('uniqueid'))
  if (!visit || visit.queue !== get('queue')) return EARLIER
  visit.abandoning = true
  return null
}

export function callerLeave(turn: Turn): Fate {
  const { state, get, atMs, receivedAtMs } = turn
  const visit = visitOf(state, get('uniqueid'))
  if (!visit || visit.queue !== get('queue')) return EARLIER
  visit.left = { atMs, receivedAtMs }
  // Without dialplan packets nothing more will be told than is known now.
  const told = state.varsSeen && !state.channels.get(visit.channel)?.hangupRequested
  if (visit.abandoning && !told) settle(turn, visit)
  return null
}

/** What the dialplan variable QUEUESTATUS says of a visit that nobody answered. */
const outcomeOfStatus: Partial<Record<string, VisitOutcome>> = {
  TIMEOUT: 'timeout',
  LEAVEEMPTY: 'empty',
  LEAVEUNAVAIL: 'empty',
  WITHDRAW: 'withdrawn',
}

/** The variable that is read. */
export const READ_VARIABLE = 'QUEUESTATUS'

/** Only QUEUESTATUS is read: it comes right after a visit that ended without an answer. */
export function variableSet(turn: Turn): Fate {
  const { state, get, say } = turn
  if (get('variable') !== READ_VARIABLE) return { skipped: 'VarSet of another variable' }
  const outcome = outcomeOfStatus[get('value')]
  if (outcome === undefined) return { skipped: 'QUEUESTATUS of a call that was answered' }
  const uid = get('uniqueid')
  const visit = visitOf(state, uid)
  if (visit?.left) {
    endVisit(turn, visit, outcome, { atMs: visit.left.atMs })
    return null
  }
  // It came after a decision without it, when it was not known that such packets come at all.
  const contact = state.contacts.get(uid)
  if (!contact?.visit || contact.outcome === null || contact.outcome === 'answered') return EARLIER
  const { visitId, queue } = contact.visit
  contact.outcome = outcome
  say('contact.dequeued', { contactId: uid, visitId, queue, outcome })
  return null
}

/**
 * Decides why a caller who has left was not answered, from what is known by now.
 *
 * QueueCallerAbandon comes for callers who hung up, and for timeouts, empty queues and withdrawn
 * calls. Where variables are sent, those three are told by QUEUESTATUS, and what is not told is an
 * abandon by Asterisk's own count, also where the waiting call was moved by somebody. Where they
 * are not sent, who did not ask to hang up was timed out. A caller who leaves without that packet
 * and without an answer pressed a key.
 */
export function settle(turn: Turn, visit: Visit): void {
  const { state } = turn
  const atMs = visit.left?.atMs ?? turn.atMs
  if (!visit.abandoning) return endVisit(turn, visit, 'exitKey', { atMs, derived: true })
  const hungUp = state.channels.get(visit.channel)?.hangupRequested === true
  if (hungUp || state.varsSeen) return endVisit(turn, visit, 'abandoned', { atMs })
  endVisit(turn, visit, 'timeout', { atMs, derived: true })
}

/** Decides what no further packet will explain. */
export function settleOld(turn: Turn): void {
  for (const visit of leftVisits(turn.state)) {
    if (turn.receivedAtMs - (visit.left?.receivedAtMs ?? 0) >= WHY_WITHIN_MS) settle(turn, visit)
  }
}

export const leftVisits = (state: AmiState): Visit[] =>
  [...state.visits.values()].filter((visit) => visit.left !== null)
