import type { EventType } from '../../../../shared/events/event.ts'
import type {
  ContactEnd,
  LegRole,
  OfferOutcome,
  VisitOutcome,
  VisitReason,
} from '../../../../shared/events/contact.ts'
import type { Channel, Direction } from '../../../../shared/events/fields.ts'
import { bestSource, isOf, validReports } from '../../facts.ts'
import type { Standing } from '../../facts.ts'
import type { Fact, Report } from '../../subject.ts'
import type { DeriveInput } from '../kind.ts'

/** A contact's facts, sorted into its parts: what was said, nothing yet worked out. */
export type ContactFacts = {
  channel: Channel | null
  direction: Direction | null
  customer: string | null
  campaign: string | null
  visits: Map<string, VisitFacts>
  offers: Map<string, OfferFacts>
  legs: Map<string, LegFacts>
  /** Dispositions in their order. */
  disposed: readonly Standing<'contact.disposed'>[]
  /** The contact's own end: said, or by a restart of its system; null while it goes on. */
  end: { atMs: number; final: ContactEnd | null } | null
  /** Whether that end is the system's restart. */
  isCutByRestart: boolean
  /** The instants of its first and last word; ±Infinity: nothing was heard of itself. */
  firstAtMs: number
  lastAtMs: number
}
export type VisitFacts = {
  visit: string
  queued: {
    atMs: number
    queue: string
    channel: Channel | null
    reason: VisitReason | null
    priority: number | null
  } | null
  dequeued: { atMs: number; outcome: VisitOutcome } | null
}
export type OfferFacts = {
  offer: string
  offered: { atMs: number; agent: string; visit: string | null; queue: string | null } | null
  ended: { atMs: number; outcome: OfferOutcome } | null
}
export type LegFacts = {
  leg: string
  connected: {
    atMs: number
    agent: string
    visit: string | null
    queue: string | null
    role: LegRole
    direction: Direction | null
  } | null
  disconnected: { atMs: number; by: string | null } | null
  /** Held and resumed in their order, from one source. */
  holds: { atMs: number; held: boolean }[]
  wrapUp: { startMs: number | null; endMs: number | null }
  /** Whether the agent passed the customer on. */
  transferred: boolean
}

const visitOf = ({ visits }: ContactFacts, visit: string): VisitFacts => {
  const found = visits.get(visit) ?? { visit, queued: null, dequeued: null }
  visits.set(visit, found)
  return found
}
const offerOf = ({ offers }: ContactFacts, offer: string): OfferFacts => {
  const found = offers.get(offer) ?? { offer, offered: null, ended: null }
  offers.set(offer, found)
  return found
}
const legOf = ({ legs }: ContactFacts, leg: string): LegFacts => {
  const found = legs.get(leg) ?? {
    leg,
    connected: null,
    disconnected: null,
    holds: [],
    wrapUp: { startMs: null, endMs: null },
    transferred: false,
  }
  legs.set(leg, found)
  return found
}

type HoldFact = Standing<'contact.held'> | Standing<'contact.resumed'>

const isTransfer = ({ kind, result }: Standing<'contact.transferred'>['data']): boolean =>
  kind !== 'conference' && (result === undefined || result === 'completed')

/** Sorts the standing facts of a contact into its parts. */
export function readContact(input: DeriveInput): ContactFacts {
  const contact: ContactFacts = {
    channel: null,
    direction: null,
    customer: null,
    campaign: null,
    visits: new Map(),
    offers: new Map(),
    legs: new Map(),
    disposed: [],
    end: null,
    isCutByRestart: false,
    firstAtMs: Infinity,
    lastAtMs: -Infinity,
  }
  const disposed: Standing<'contact.disposed'>[] = []
  const holds: HoldFact[] = []
  for (const fact of input.standing) {
    // What others say of it afterwards is no word of its own.
    if (!fact.type.startsWith('contact.')) continue
    contact.firstAtMs = Math.min(contact.firstAtMs, fact.atMs)
    contact.lastAtMs = Math.max(contact.lastAtMs, fact.atMs)
    if (isOf(fact, 'contact.held') || isOf(fact, 'contact.resumed')) holds.push(fact)
    else readFact(contact, fact, disposed)
  }
  contact.disposed = disposed
  keepOneSourceOfOffers(contact, input.facts)
  if (holds.length > 0) keepOneSourceOfHolds(contact, holds, input.facts)

  if (contact.end?.final === 'lost') contact.end = endAfter(contact.end, contact.lastAtMs, input)
  // A restart of the system ends what it no longer knows of.
  const restartMs = input.restarts.find((atMs) => atMs > contact.lastAtMs)
  if (!contact.end && restartMs !== undefined) {
    contact.end = { atMs: restartMs, final: 'lost' }
    contact.isCutByRestart = true
  }
  return contact
}

const isObserved = ({ provenance }: Report): boolean =>
  provenance !== 'derived' && provenance !== 'configured'

/**
 * The end of a contact that was lost. A loss that nobody saw is only supposed: a later word of the
 * contact voids it, and where its end was seen, that is all there is.
 */
function endAfter(
  end: NonNullable<ContactFacts['end']>,
  lastAtMs: number,
  { facts, retractions }: DeriveInput,
): ContactFacts['end'] {
  const seen = facts
    .filter(({ type }) => type === 'contact.ended')
    .flatMap((fact) => validReports(fact, retractions))
    .filter(isObserved)
  if (seen.some(({ data }) => data['final'] === 'lost')) return end
  if (seen.length > 0) return { ...end, final: null }
  return lastAtMs > end.atMs ? null : end
}

function readFact(
  contact: ContactFacts,
  fact: Standing,
  disposed: Standing<'contact.disposed'>[],
): void {
  const { atMs } = fact
  if (isOf(fact, 'contact.started')) {
    contact.channel = fact.data.channel
    contact.direction = fact.data.direction
    contact.customer = fact.data.customer ?? contact.customer
    contact.campaign = fact.data.campaign ?? null
  } else if (isOf(fact, 'contact.queued')) {
    const { visitId, queue, channel, reason, priority, customer } = fact.data
    contact.customer ??= customer ?? null
    visitOf(contact, visitId).queued = {
      atMs,
      queue,
      channel: channel ?? null,
      reason: reason ?? null,
      priority: priority ?? null,
    }
  } else if (isOf(fact, 'contact.dequeued')) {
    visitOf(contact, fact.data.visitId).dequeued = { atMs, outcome: fact.data.outcome }
  } else if (isOf(fact, 'contact.offered')) {
    const { offerId, agent, visitId, queue } = fact.data
    offerOf(contact, offerId).offered = {
      atMs,
      agent,
      visit: visitId ?? null,
      queue: queue ?? null,
    }
  } else if (isOf(fact, 'contact.offerEnded')) {
    offerOf(contact, fact.data.offerId).ended = { atMs, outcome: fact.data.outcome }
  } else if (isOf(fact, 'contact.connected')) {
    const { legId, agent, visitId, queue, role, direction } = fact.data
    legOf(contact, legId).connected = {
      atMs,
      agent,
      visit: visitId ?? null,
      queue: queue ?? null,
      role: role ?? 'primary',
      direction: direction ?? null,
    }
  } else if (isOf(fact, 'contact.disconnected')) {
    const leg = legOf(contact, fact.data.legId)
    leg.disconnected = { atMs, by: fact.data.by ?? null }
    leg.transferred ||= fact.data.by === 'transfer'
  } else if (isOf(fact, 'contact.transferred')) {
    legOf(contact, fact.data.fromLegId).transferred ||= isTransfer(fact.data)
  } else if (isOf(fact, 'contact.wrapUpStarted')) {
    legOf(contact, fact.data.legId).wrapUp.startMs = atMs
  } else if (isOf(fact, 'contact.wrapUpEnded')) {
    legOf(contact, fact.data.legId).wrapUp.endMs = atMs
  } else if (isOf(fact, 'contact.disposed')) {
    disposed.push(fact)
  } else if (isOf(fact, 'contact.ended')) {
    contact.end = { atMs, final: fact.data.final ?? null }
  }
}

const offerTypes: ReadonlySet<EventType> = new Set(['contact.offered', 'contact.offerEnded'])
const holdTypes: ReadonlySet<EventType> = new Set(['contact.held', 'contact.resumed'])

const groupBy = <Item>(items: Iterable<Item>, keyOf: (item: Item) => string) => {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const key = keyOf(item)
    const group = groups.get(key)
    if (group) group.push(item)
    else groups.set(key, [item])
  }
  return groups
}

/** Whether all was said by one source, as nearly always. */
function isOfOneSource(facts: readonly Fact[]): boolean {
  const source = facts[0]?.reports[0]?.source
  return facts.every(({ reports }) => reports.every((report) => report.source === source))
}

const sourcesOf = (facts: readonly Fact[]): Set<string> =>
  new Set(facts.flatMap(({ reports }) => reports.map(({ source }) => source)))

/**
 * Two feeds of one system may see other rings of a visit, or number them otherwise: the offers of
 * a visit are those of one source.
 */
function keepOneSourceOfOffers(contact: ContactFacts, facts: readonly Fact[]): void {
  if (contact.offers.size === 0 || isOfOneSource(facts)) return
  const offerFacts = facts.filter(({ type }) => offerTypes.has(type))
  if (sourcesOf(offerFacts).size < 2) return
  const factsOf = groupBy(offerFacts, ({ key }) => key)
  const byVisit = groupBy(contact.offers.values(), ({ offered }) => offered?.visit ?? '')
  for (const offers of byVisit.values()) {
    const source = bestSource(offers.flatMap(({ offer }) => factsOf.get(offer) ?? []))
    for (const { offer } of offers) {
      const isReported = factsOf
        .get(offer)
        ?.some(({ reports }) => reports.some((report) => report.source === source))
      if (!isReported) contact.offers.delete(offer)
    }
  }
}

function keepOneSourceOfHolds(
  contact: ContactFacts,
  holds: readonly HoldFact[],
  facts: readonly Fact[],
): void {
  const sources = isOfOneSource(facts) ? null : sourcesOfHolds(facts)
  for (const { type, atMs, source, data } of holds) {
    if (sources && source !== sources.get(data.legId)) continue
    legOf(contact, data.legId).holds.push({ atMs, held: type === 'contact.held' })
  }
}

/** Of each leg, the source that its holds are taken from. */
function sourcesOfHolds(facts: readonly Fact[]): Map<string, string | null> {
  const holdFacts = facts.filter(({ type }) => holdTypes.has(type))
  const legOfFact = ({ key }: { key: string }): string => key.slice(0, key.lastIndexOf('@'))
  const sources = new Map<string, string | null>()
  for (const [leg, own] of groupBy(holdFacts, legOfFact)) sources.set(leg, bestSource(own))
  return sources
}
