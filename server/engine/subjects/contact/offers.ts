import type { OfferOutcome } from '../../../../shared/events/contact.ts'
import type { ContactFacts, OfferFacts } from './facts.ts'
import type { Leg } from './legs.ts'
import { visitNamed } from './visits.ts'
import type { Visit } from './visits.ts'

/**
 * Offers: one ring attempt at one agent each.
 *
 *     offered ──► ringing ──► accepted | noAnswer | rejected | answeredElsewhere | …
 *
 * A primary leg that no offer led to implies one: an agent who answered was offered the contact.
 */
export type Offer = {
  offer: string
  /** As the feed names the agent. */
  agent: string
  visit: Visit | null
  queue: string | null
  offeredAtMs: number
  /** Null while it rings. */
  end: { atMs: number; outcome: OfferOutcome } | null
}

/** The offers of a contact, with the implied ones, without those whose beginning is unknown. */
export function resolveOffers(
  contact: ContactFacts,
  visits: readonly Visit[],
  legs: readonly Leg[],
  agentKey: (name: string) => string,
): Offer[] {
  const accepted = acceptances(contact, visits, legs, agentKey)
  const offers: Offer[] = []
  for (const facts of contact.offers.values()) {
    const { offered } = facts
    if (!offered) continue
    const visit = offered.visit === null ? null : visitNamed(visits, offered.visit)
    const leg = accepted.get(facts.offer)
    offers.push({
      offer: facts.offer,
      agent: offered.agent,
      visit,
      queue: offered.queue ?? visit?.queue ?? null,
      offeredAtMs: offered.atMs,
      end: endOf(contact, facts, visit, leg ?? null),
    })
  }
  const led = legs.length > 0 ? new Set(accepted.values()) : none
  for (const leg of legs) {
    if (leg.role !== 'primary' || led.has(leg)) continue
    offers.push({
      offer: `${leg.leg}/implied`,
      agent: leg.agent,
      visit: leg.visit,
      queue: leg.queue,
      offeredAtMs: leg.connectedAtMs,
      end: { atMs: leg.connectedAtMs, outcome: 'accepted' },
    })
  }
  return offers
}

const none: ReadonlySet<Leg> = new Set()
const nothingAccepted: ReadonlyMap<string, Leg> = new Map()

/**
 * Which leg each offer led to: the agent's next one of the same visit, unless somebody else answered
 * before. Who is connected is rung no more, by none of the rings before it.
 */
function acceptances(
  contact: ContactFacts,
  visits: readonly Visit[],
  legs: readonly Leg[],
  agentKey: (name: string) => string,
): ReadonlyMap<string, Leg> {
  if (legs.length === 0 || contact.offers.size === 0) return nothingAccepted
  const accepted = new Map<string, Leg>()
  const primary = legs
    .filter(({ role }) => role === 'primary')
    .sort((a, b) => a.connectedAtMs - b.connectedAtMs || (a.leg < b.leg ? -1 : 1))
  for (const { offer, offered, ended } of contact.offers.values()) {
    if (!offered || !mayBeAccepted(ended)) continue
    const agent = agentKey(offered.agent)
    const leg = primary.find(
      (one) =>
        one.connectedAtMs >= offered.atMs &&
        visitOf(contact, one) === offered.visit &&
        agentKey(one.agent) === agent,
    )
    if (!leg) continue
    const end = offered.visit === null ? null : visitNamed(visits, offered.visit)?.end
    const isAnsweredBefore =
      end?.outcome === 'answered' && end.atMs >= offered.atMs && end.atMs < leg.connectedAtMs
    if (!isAnsweredBefore) accepted.set(offer, leg)
  }
  return accepted
}

/** Of a visit whose beginning is unknown, both still name it. */
const visitOf = (contact: ContactFacts, { leg, visit }: Leg): string | null =>
  visit?.visit ?? contact.legs.get(leg)?.connected?.visit ?? null

const mayBeAccepted = (ended: OfferFacts['ended']): boolean =>
  ended === null || ended.outcome === 'accepted' || ended.outcome === 'unknown'

function endOf(
  contact: ContactFacts,
  { offered, ended }: OfferFacts,
  visit: Visit | null,
  leg: Leg | null,
): Offer['end'] {
  const offeredAtMs = offered?.atMs ?? 0
  const at = (atMs: number, outcome: OfferOutcome): Offer['end'] => ({
    atMs: Math.max(atMs, offeredAtMs),
    outcome,
  })
  if (ended && (ended.outcome !== 'unknown' || !leg)) return at(ended.atMs, ended.outcome)
  if (leg) return at(leg.connectedAtMs, 'accepted')
  if (visit?.end) {
    const isAnswered = visit.end.outcome === 'answered'
    return at(visit.end.atMs, isAnswered ? 'answeredElsewhere' : 'customerLeft')
  }
  return contact.end ? at(contact.end.atMs, 'customerLeft') : null
}
