import type { OfferOutcome } from '../../../shared/events/contact.ts'
import { SECOND_MS } from '../../../shared/time.ts'
import { phoneOf, visitOf } from './amiState.ts'
import type { Offer } from './amiState.ts'
import type { Fate, Turn } from './amiTurn.ts'
import { EARLIER, lacks } from './amiTurn.ts'
import { offerIdOf, RUNG_OUT_MS } from './ids.ts'

/** Rings of agents' phones: when they begin, and how they ended. */

/** How long after a ring ended the phone's hangup may come, whose cause says how it ended. */
const CAUSE_WITHIN_MS = 2 * SECOND_MS

/** A phone that was busy says so at once; after so long it rang, and a person refused. */
const RANG_MS = 500

/** Q.850 causes with which a phone's channel hangs up. */
const cause = {
  busy: 17,
  noResponse: 18,
  noAnswer: 19,
  rejected: 21,
  answeredElsewhere: 26,
  normal: 16,
  none: 0,
} as const

/** What is known of a ring that ended without an answer of this phone. */
export type RingEnd = {
  ringMs: number
  /** Asterisk counted it as not answered (AgentRingNoAnswer), or a plain dial was given up. */
  unanswered: boolean
  dialStatus: string | null
  /** The hangup cause of the phone's channel; null where it is not known. */
  hangupCause: number | null
}

/**
 * How a ring ended. Asterisk reports a phone that rang out, was busy or refused in the same words;
 * the cause with which its channel hung up and how long it rang tell them apart.
 */
export function ringOutcome(ring: RingEnd): OfferOutcome {
  const { ringMs, hangupCause, dialStatus } = ring
  if (dialStatus === 'BUSY') return ringMs >= RANG_MS ? 'rejected' : 'busy'
  if (dialStatus === 'CONGESTION' || dialStatus === 'CHANUNAVAIL') return 'unavailable'
  if (hangupCause === cause.answeredElsewhere) return 'answeredElsewhere'
  if (!ring.unanswered) return 'customerLeft'
  const rungOut = ringMs >= RUNG_OUT_MS
  switch (hangupCause) {
    case cause.rejected:
      return 'rejected'
    case cause.busy:
      return ringMs >= RANG_MS ? 'rejected' : 'busy'
    case cause.noAnswer:
    case cause.noResponse:
      return rungOut ? 'noAnswer' : 'unavailable'
    case null:
    case cause.none:
    case cause.normal:
      return rungOut ? 'noAnswer' : 'unknown'
    default:
      return 'unavailable'
  }
}

export function agentCalled(turn: Turn): Fate {
  const { state, get, atMs, say } = turn
  const channel = get('destuniqueid')
  const agent = get('membername')
  if (channel === '' || agent === '') return lacks('DestUniqueid or MemberName')
  const phone = get('interface')
  if (phone !== '' && !phone.startsWith('Local/')) state.phones.set(phone, agent)
  const visit = visitOf(state, get('uniqueid'))
  if (!visit) return EARLIER
  const n = (visit.rings.get(agent) ?? 0) + 1
  visit.rings.set(agent, n)
  const { contactId, visitId, queue } = visit
  const offerId = offerIdOf(visitId, agent, n)
  say('contact.offered', { contactId, offerId, agent, visitId, queue })
  state.offers.set(channel, {
    offerId,
    contactId,
    visitId,
    agent,
    atMs,
    phone: channel,
    dialStatus: null,
    ended: null,
  })
  return null
}

export function endOffer(turn: Turn, channel: string, outcome: OfferOutcome, atMs: number): void {
  const offer = turn.state.offers.get(channel)
  if (!offer) return
  turn.state.offers.delete(channel)
  const { contactId, offerId, agent } = offer
  turn.say('contact.offerEnded', { contactId, offerId, agent, outcome }, { atMs })
}

/** Ends a ring whose end nobody heard. */
export function loseOffer(turn: Turn, channel: string): void {
  const offer = turn.state.offers.get(channel)
  if (!offer) return
  turn.state.offers.delete(channel)
  const { contactId, offerId, agent } = offer
  const lost = { outcome: 'unknown' as const, provenance: 'derived' as const }
  turn.say('contact.offerEnded', { contactId, offerId, agent, ...lost })
}

function ended(turn: Turn, offer: Offer, how: { unanswered: boolean; dumped: boolean }): Fate {
  const { atMs, receivedAtMs } = turn
  // The first word of the end has its time; a later one may say more of the reason.
  offer.ended = {
    atMs: offer.ended?.atMs ?? atMs,
    receivedAtMs: offer.ended?.receivedAtMs ?? receivedAtMs,
    unanswered: how.unanswered || offer.ended?.unanswered === true,
    dumped: how.dumped || offer.ended?.dumped === true,
  }
  return null
}

export function ringNoAnswer(turn: Turn): Fate {
  const offer = turn.state.offers.get(turn.get('destuniqueid'))
  return offer ? ended(turn, offer, { unanswered: true, dumped: false }) : EARLIER
}

/** The agent took the call and hung up before the caller was connected: the caller waits on. */
export function agentDump(turn: Turn): Fate {
  const offer = turn.state.offers.get(turn.get('destuniqueid'))
  return offer ? ended(turn, offer, { unanswered: false, dumped: true }) : EARLIER
}

/** The end of a queue's dial; null where the called channel is not ringing for a queue. */
export function offerDialEnd(turn: Turn): Offer | null {
  const offer = turn.state.offers.get(turn.get('destuniqueid'))
  if (!offer) return null
  const status = turn.get('dialstatus')
  if (status === 'ANSWER') return offer
  offer.dialStatus = status
  // Of a queue's ring AgentRingNoAnswer says that it was not answered; a plain dial has only this.
  const unanswered = offer.visitId === null && status === 'NOANSWER'
  ended(turn, offer, { unanswered, dumped: false })
  return offer
}

/** Tells how a ring ended once its channel has hung up, or no more is to be expected. */
export function settleOffer(turn: Turn, channel: string, hangupCause: number | null): void {
  const offer = turn.state.offers.get(channel)
  if (!offer) return
  const atMs = offer.ended?.atMs ?? turn.atMs
  const outcome = offer.ended?.dumped
    ? 'rejected'
    : ringOutcome({
        ringMs: atMs - offer.atMs,
        // A phone that hangs up before anything was said of its ring did not answer.
        unanswered: offer.ended?.unanswered ?? true,
        dialStatus: offer.dialStatus,
        hangupCause,
      })
  endOffer(turn, channel, outcome, atMs)
}

export function settleOldOffers(turn: Turn): void {
  for (const [channel, offer] of turn.state.offers) {
    if (offer.ended && turn.receivedAtMs - offer.ended.receivedAtMs >= CAUSE_WITHIN_MS) {
      settleOffer(turn, channel, null)
    }
  }
}

/** The agent's own phone behind a Local channel: it rings for the same offer. */
export function phoneBehind(turn: Turn, channel: string, phone: string): boolean {
  const offer = turn.state.offers.get(channel)
  if (!offer) return false
  offer.phone = phone
  const called = turn.state.channels.get(phone)
  if (called) turn.state.phones.set(phoneOf(called.name), offer.agent)
  return true
}
