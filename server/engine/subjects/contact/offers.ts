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
  const accepted = acceptances(contact, legs, agentKey)
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

/** Which leg each offer led to: an agent's last ring before the agent's leg of the same visit. */
function acceptances(
  contact: ContactFacts,
  legs: readonly Leg[],
  agentKey: (name: string) => string,
): ReadonlyMap<string, Leg> {
  if (legs.length === 0 || contact.offers.size === 0) return nothingAccepted
  const led = new Map<string, Leg>()
  const primary = legs
    .filter(({ role }) => role === 'primary')
    .sort((a, b) => a.connectedAtMs - b.connectedAtMs || (a.leg < b.leg ? -1 : 1))
  for (const leg of primary) {
    const agent = agentKey(leg.agent)
    // Of a visit whose beginning is unknown, both still name it.
    const visit = leg.visit?.visit ?? contact.legs.get(leg.leg)?.connected?.visit ?? null
    let last: OpenedOffer | null = null
    for (const offer of contact.offers.values()) {
      const fits =
        isOpened(offer) &&
        offer.offered.visit === visit &&
        offer.offered.atMs <= leg.connectedAtMs &&
        mayBeAccepted(offer) &&
        agentKey(offer.offered.agent) === agent &&
        !led.has(offer.offer)
      if (fits && (!last || isAfter(offer, last))) last = offer
    }
    if (last) led.set(last.offer, leg)
  }
  return led
}

type OpenedOffer = OfferFacts & { offered: NonNullable<OfferFacts['offered']> }
const isOpened = (offer: OfferFacts): offer is OpenedOffer => offer.offered !== null

const mayBeAccepted = ({ ended }: OfferFacts): boolean =>
  ended === null || ended.outcome === 'accepted' || ended.outcome === 'unknown'

const isAfter = (a: OpenedOffer, b: OpenedOffer): boolean =>
  a.offered.atMs > b.offered.atMs || (a.offered.atMs === b.offered.atMs && a.offer > b.offer)

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
