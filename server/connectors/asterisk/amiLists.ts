import { SECOND_MS } from '../../../shared/time.ts'
import { forgetCalls, visitOf } from './amiState.ts'
import type { AmiState, Leg } from './amiState.ts'
import { endContactIfOver, endLeg, loseContact } from './amiLegs.ts'
import type { Unseen } from './amiLegs.ts'
import { inCall, lastCallOf, leaveUnlisted, listedKey, memberListed } from './amiMembers.ts'
import { loseOffer } from './amiOffers.ts'
import type { Fate, Turn } from './amiTurn.ts'
import { lacks, whole } from './amiTurn.ts'
import { endVisit, openVisit } from './amiVisits.ts'

/**
 * The lists that are asked for at the beginning of a connection: members, who waits, which channels
 * there are. They say what is new; after a cut also what is gone.
 */

/** What the lists have said so far. A list that never completes decides nothing. */
export type Lists = {
  queues: Set<string>
  members: Set<string>
  waiting: Set<string>
  /** Channels in being; `complete` once all were listed, which not every user may ask for. */
  channels: { uids: Set<string>; complete: boolean }
}

export const emptyLists = (): Lists => ({
  queues: new Set(),
  members: new Set(),
  waiting: new Set(),
  channels: { uids: new Set(), complete: false },
})

export function queueListed(turn: Turn, lists: Lists): Fate {
  const queue = turn.get('queue')
  if (queue === '') return lacks('Queue')
  lists.queues.add(queue)
  return null
}

export function memberRow(turn: Turn, lists: Lists): Fate {
  const key = listedKey(turn)
  if (key !== null) lists.members.add(key)
  return memberListed(turn)
}

/** A wait in whole seconds, and the time on the way, may shift the beginning by so much. */
const SAME_ENTRY_MS = 3 * SECOND_MS
/** Nobody waits for longer than a day. */
const LONGEST_WAIT_S = 86_400

export function callerListed(turn: Turn, lists: Lists): Fate {
  const { state, get, settings, atMs } = turn
  const uid = get('uniqueid')
  const queue = get('queue')
  const waitS = whole(get('wait'))
  if (uid === '' || queue === '' || waitS === null) return lacks('Uniqueid, Queue or Wait')
  if (waitS < 0 || waitS > LONGEST_WAIT_S) return { rejected: `with a wait of ${waitS} s` }
  lists.waiting.add(uid)
  const sinceMs = atMs - waitS * SECOND_MS
  const known = visitOf(state, uid)
  if (known?.queue === queue && Math.abs(known.atMs - sinceMs) <= SAME_ENTRY_MS) return null
  // Left and entered again while nobody listened.
  if (known) lose(turn, uid)
  if (settings.besideQueueLog) return { skipped: 'a caller who was waiting before we listened' }
  const position = whole(get('position'))
  openVisit(turn, uid, queue, {
    atMs: Math.floor(sinceMs / SECOND_MS) * SECOND_MS,
    listed: true,
    position,
  })
  return null
}

function lose(turn: Turn, uid: string): void {
  const visit = visitOf(turn.state, uid)
  if (visit) endVisit(turn, visit, 'lost', { atMs: turn.atMs, derived: true })
}

export function channelListed(turn: Turn, lists: Lists): Fate {
  const uid = turn.get('uniqueid')
  if (uid === '') return lacks('Uniqueid')
  lists.channels.uids.add(uid)
  return null
}

export function channelsComplete(_turn: Turn, lists: Lists): Fate {
  lists.channels.complete = true
  return null
}

/** The queues' lists are complete: after a cut, what they no longer have is over. */
export function queuesComplete(turn: Turn, lists: Lists): Fate {
  const { state } = turn
  const { cutAtMs } = state
  if (cutAtMs === null) return null
  leaveUnlisted(turn, lists.queues, lists.members)
  for (const visit of [...state.visits.values()]) {
    if (lists.queues.has(visit.queue) && !lists.waiting.has(visit.channel)) {
      endVisit(turn, visit, 'lost', { atMs: turn.atMs, derived: true })
    }
  }
  for (const channel of [...state.offers.keys()]) {
    if (!goesOn(state, lists, channel, null)) loseOffer(turn, channel)
  }
  const lost = new Set<string>()
  for (const leg of state.legs.values()) {
    if (leg.ended || goesOn(state, lists, leg.phone, leg.agent)) continue
    const unseen = endUnseen(turn, leg, cutAtMs)
    if (unseen.precision === null) lost.add(leg.contactId)
    endLeg(turn, leg, null, unseen)
  }
  for (const contact of [...state.contacts.values()]) {
    const { contactId, carrier, handled } = contact
    if (state.waiting.has(carrier) || contactGoesOn(state, lists, carrier, contactId)) continue
    contact.carrierGone = true
    if (lost.has(contactId) || !handled) loseContact(turn, contact)
    else endContactIfOver(turn, contact)
  }
  forgetChannels(state, lists)
  state.cutAtMs = null
  return null
}

/** When a talk ended that nobody heard end: the queue may tell the second, else it is over by now. */
function endUnseen(turn: Turn, leg: Leg, cutAtMs: number): Unseen {
  const told = lastCallOf(turn.state, leg.agent, leg.queue)
  // To the second, rounded down: a call that ended right after the cut may seem to end before it.
  const within = told !== null && told > cutAtMs - SECOND_MS && told <= turn.atMs
  return within ? { atMs: told, precision: 's' } : { atMs: turn.atMs, precision: null }
}

/** Whether a call goes on: its channel is listed, or, without that list, its agent is in a call. */
function goesOn(state: AmiState, lists: Lists, channel: string, agent: string | null): boolean {
  if (lists.channels.complete) return lists.channels.uids.has(channel)
  return agent !== null && inCall(state, agent)
}

function contactGoesOn(state: AmiState, lists: Lists, carrier: string, contactId: string): boolean {
  if (lists.channels.complete) return lists.channels.uids.has(carrier)
  return [...state.legs.values()].some((leg) => leg.contactId === contactId && !leg.ended)
}

function forgetChannels(state: AmiState, lists: Lists): void {
  if (!lists.channels.complete) return
  for (const uid of state.channels.keys()) {
    if (!lists.channels.uids.has(uid)) state.channels.delete(uid)
  }
}

/** Two readings of when Asterisk started differ by so much, being whole seconds and receipt. */
const SAME_BOOT_MS = 5 * SECOND_MS

/** Comes at every login, and tells for how long Asterisk has run: another start is a restart. */
export function fullyBooted(turn: Turn): Fate {
  const { state, get, atMs, say } = turn
  const uptimeS = whole(get('uptime'))
  if (uptimeS === null) return { skipped: 'FullyBooted without Uptime' }
  const bootedAtMs = atMs - uptimeS * SECOND_MS
  const before = state.bootedAtMs
  state.bootedAtMs = bootedAtMs
  if (before !== null && bootedAtMs - before > SAME_BOOT_MS) {
    forgetCalls(state)
    say('source.restarted', { provenance: 'derived' }, { atMs: bootedAtMs })
  }
  return null
}
