import { agentOf, legOf, visitOf } from './amiState.ts'
import { endContactIfOver, endLeg } from './amiLegs.ts'
import { settleOffer } from './amiOffers.ts'
import type { Fate, Turn } from './amiTurn.ts'
import { channelOf, lacks, whole } from './amiTurn.ts'
import { settle } from './amiVisits.ts'

/** Channels come and go; what ends with one is ended here. */

/** Asterisk's state of a channel whose far end is calling us. */
const RING = '4'

export function newChannel(turn: Turn): Fate {
  const uid = turn.get('uniqueid')
  if (uid === '') return lacks('Uniqueid')
  const channel = channelOf(turn, uid)
  channel.seen = true
  channel.incoming = turn.get('channelstate') === RING
  channel.startedAtMs = turn.atMs
  return null
}

export function localBridge(turn: Turn): Fate {
  const one = turn.get('localoneuniqueid')
  const two = turn.get('localtwouniqueid')
  if (one === '' || two === '') return lacks('LocalOneUniqueid or LocalTwoUniqueid')
  channelOf(turn, one).twin = two
  channelOf(turn, two).twin = one
  return null
}

export function hangupRequest(turn: Turn): Fate {
  const channel = turn.state.channels.get(turn.get('uniqueid'))
  if (channel) channel.hangupRequested = true
  return null
}

/** Asterisk itself hangs a channel up: a caller who has left the queue will not be explained. */
export function softHangupRequest(turn: Turn): Fate {
  const visit = visitOf(turn.state, turn.get('uniqueid'))
  if (visit?.left) settle(turn, visit)
  return null
}

export function hangup(turn: Turn): Fate {
  const { state, get } = turn
  const uid = get('uniqueid')
  if (uid === '') return lacks('Uniqueid')
  settleOffer(turn, uid, whole(get('cause')))
  state.dials.delete(uid)

  const leg = legOf(state, uid)
  if (leg && !leg.ended && (leg.phone === uid || leg.channel === uid)) {
    const byAgent = state.channels.get(uid)?.hangupRequested && agentOf(state, uid) !== null
    endLeg(turn, leg, byAgent ? 'agent' : null)
  }

  const visit = visitOf(state, uid)
  if (visit?.left) settle(turn, visit)
  else if (visit) {
    // The end of the contact ends the visit too; nothing said that it left the queue.
    state.visits.delete(visit.visitId)
    state.waiting.delete(uid)
  }
  for (const contact of [...state.contacts.values()]) {
    if (contact.carrier !== uid) continue
    contact.carrierGone = true
    endContactIfOver(turn, contact)
  }
  state.channels.delete(uid)
  return null
}
