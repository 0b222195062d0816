import { fromOneSource, inOrder, text } from './facts.ts'
import type { Fact } from './facts.ts'
import type { World } from './world.ts'

/** Contacts as kpis.md counts them: queue visits, offers and legs, each with its end. */
export type Visit = {
  contact: Contact
  id: string
  queue: string
  channel: string
  reason: string
  fromMs: number
  end: { atMs: number; outcome: string } | null
}
export type Offer = {
  contact: Contact
  agent: string
  queue: string | null
  channel: string
  visit: Visit | null
  /** The visit that it names, known or not. */
  visitId: string | null
  fromMs: number
  end: { atMs: number; outcome: string } | null
  /** The leg that it led to. */
  accepted: Leg | null
}
export type Leg = {
  contact: Contact
  id: string
  agent: string
  queue: string | null
  visit: Visit | null
  visitId: string | null
  channel: string
  direction: string
  role: string
  fromMs: number
  toMs: number | null
  /** Ended by being given up: nothing of it is averaged. */
  isLost: boolean
  holdMs: number
  heldSinceMs: number | null
  /** `isDue`: over by its limit, and nothing was heard of the agent since. */
  wrap: { fromMs: number; toMs: number | null; isDue: boolean } | null
  /** The wrap-up's own end, as its feed told it. */
  wrapToldMs: number | null
  isTransferred: boolean
  reason: string | null
}
export type Contact = {
  key: string
  system: string
  id: string
  startedMs: number
  channel: string
  direction: string
  customer: string | null
  campaign: string | null
  matter: string | null
  /** What was said of the contact itself, not of a leg. */
  reason: string | null
  resolved: boolean | null
  end: { atMs: number; final: string | null } | null
  visits: Visit[]
  offers: Offer[]
  legs: Leg[]
}

const withheld = ['anonymous', 'unknown', 'restricted', 'private', 'withheld', 'unavailable']
const customerOf = (name: string | null) =>
  name === null || withheld.includes(name.toLowerCase()) ? null : name

/** Wrap-ups are as long as their own events say; `endWraps` ends them. */
export function contactsOf(facts: readonly Fact[], world: World): Contact[] {
  const restarts = facts.filter(({ type }) => type === 'source.restarted')
  const byContact = new Map<string, Fact[]>()
  for (const fact of facts) {
    const id = text(fact, 'contactId')
    if (!fact.type.startsWith('contact.') || id === null) continue
    const key = `${fact.system}#${id}`
    byContact.set(key, [...(byContact.get(key) ?? []), fact])
  }
  return [...byContact].map(([key, own]) => contactOf(key, inOrder(own), restarts, world))
}

const queueChannel = (queue: string | null, atMs: number, world: World): string =>
  world.queueOf(queue, atMs)?.channel ?? 'voice'

/** Whether somebody saw it, and did not only work it out. */
const wasSeen = ({ provenance }: Fact) => provenance >= 2

function contactOf(key: string, facts: Fact[], restarts: readonly Fact[], world: World): Contact {
  const all = (type: string) => facts.filter((fact) => fact.type === `contact.${type}`)
  const [started] = all('started')
  const queued = all('queued')
  const first = started ?? facts[0]!
  const said = all('ended')[0]
  // A contact that was supposed lost, and of which more is heard, was not.
  const isSupposed = said !== undefined && text(said, 'final') === 'lost' && !wasSeen(said)
  const isHeardLater = facts.some(({ atMs }) => said !== undefined && atMs > said.atMs)
  const ended = isSupposed && isHeardLater ? undefined : said
  const disposed = all('disposed')
  const lastSaid = (field: string) =>
    disposed.filter(({ data }) => data[field] !== undefined).at(-1)?.data[field] ?? null
  const latestMs = Math.max(...facts.map(({ atMs }) => atMs))
  const cut = restarts
    .filter(({ system, atMs }) => system === first.system && atMs > latestMs)
    .sort((one, other) => one.atMs - other.atMs)[0]

  const contact: Contact = {
    key,
    system: first.system,
    id: text(first, 'contactId')!,
    startedMs: first.atMs,
    channel: text(started, 'channel') ?? '',
    direction: text(started, 'direction') ?? 'inbound',
    customer: customerOf(
      text(started, 'customer') ??
        queued.map((fact) => text(fact, 'customer')).find((name) => name !== null) ??
        null,
    ),
    campaign: text(started, 'campaign'),
    matter: lastSaid('matter') as string | null,
    reason:
      disposed
        .filter(({ data }) => data['legId'] === undefined && data['reason'] !== undefined)
        .map((fact) => text(fact, 'reason'))
        .at(-1) ?? null,
    resolved: lastSaid('resolved') as boolean | null,
    end: ended
      ? { atMs: ended.atMs, final: text(ended, 'final') }
      : cut
        ? { atMs: cut.atMs, final: 'lost' }
        : null,
    visits: [],
    offers: [],
    legs: [],
  }

  for (const fact of queued) {
    const queue = world.queue(text(fact, 'queue')!)
    contact.visits.push({
      contact,
      id: text(fact, 'visitId')!,
      queue,
      channel: text(fact, 'channel') ?? (contact.channel || queueChannel(queue, fact.atMs, world)),
      reason: text(fact, 'reason') ?? 'new',
      fromMs: fact.atMs,
      end: null,
    })
  }
  if (contact.channel === '') contact.channel = contact.visits[0]?.channel ?? 'voice'

  for (const fact of all('connected')) contact.legs.push(legOf(contact, fact, all, world))
  contact.visits.forEach((visit, index) => {
    visit.end = endOfVisit(visit, contact, all('dequeued'), contact.visits[index + 1])
  })
  const offered = fromOneSource(all('offered'))
  for (const fact of offered) contact.offers.push(offerOf(contact, fact, all, world))
  return contact
}

function endOfVisit(
  visit: Visit,
  contact: Contact,
  dequeued: readonly Fact[],
  next: Visit | undefined,
): Visit['end'] {
  const own = dequeued.find((fact) => text(fact, 'visitId') === visit.id)
  const answer = contact.legs
    .filter((leg) => leg.visit === visit && leg.role === 'primary')
    .sort((one, other) => one.fromMs - other.fromMs)[0]
  const notBefore = (atMs: number) => Math.max(atMs, visit.fromMs)
  const outcome = text(own, 'outcome')
  if (own && outcome !== null && outcome !== 'answered') {
    return { atMs: notBefore(own.atMs), outcome }
  }
  if (answer) return { atMs: notBefore(answer.fromMs), outcome: 'answered' }
  if (own) return { atMs: notBefore(own.atMs), outcome: 'answered' }
  if (next) {
    return {
      atMs: next.fromMs,
      outcome: next.reason === 'transfer' ? 'transferredOut' : 'overflow',
    }
  }
  if (!contact.end) return null
  const { atMs, final } = contact.end
  return {
    atMs: notBefore(atMs),
    outcome: final === 'abandoned' || final === 'voicemail' ? final : 'lost',
  }
}

function legOf(contact: Contact, fact: Fact, all: (type: string) => Fact[], world: World): Leg {
  const id = text(fact, 'legId')!
  const own = (type: string) => all(type).filter((one) => text(one, 'legId') === id)
  const visit =
    contact.visits.find((one) => one.id === text(fact, 'visitId')) ??
    (text(fact, 'visitId') === null
      ? contact.visits.filter(({ fromMs }) => fromMs <= fact.atMs).at(-1)
      : undefined) ??
    null
  const queue = text(fact, 'queue')
  const ofQueue = queue === null ? (visit?.queue ?? null) : world.queue(queue)
  const startedChannel = text(all('started')[0], 'channel')
  const [disconnected] = own('disconnected')
  const isOver = contact.end !== null
  const toMs = disconnected
    ? Math.max(disconnected.atMs, fact.atMs)
    : isOver
      ? Math.max(contact.end!.atMs, fact.atMs)
      : null
  const [wrapStarted] = own('wrapUpStarted')
  const [wrapEnded] = own('wrapUpEnded')

  let [holdMs, heldSinceMs]: [number, number | null] = [0, null]
  for (const turn of inOrder(fromOneSource([...own('held'), ...own('resumed')]))) {
    if (turn.type === 'contact.held') heldSinceMs ??= turn.atMs
    else if (heldSinceMs !== null) {
      holdMs += Math.max(0, turn.atMs - heldSinceMs)
      heldSinceMs = null
    }
  }
  if (toMs !== null && heldSinceMs !== null) {
    holdMs += Math.max(0, toMs - heldSinceMs)
    heldSinceMs = null
  }
  return {
    contact,
    id,
    agent: world.agent(text(fact, 'agent')!),
    queue: ofQueue,
    visit,
    visitId: visit?.id ?? text(fact, 'visitId'),
    channel: visit?.channel ?? startedChannel ?? queueChannel(ofQueue, fact.atMs, world),
    direction: text(fact, 'direction') ?? contact.direction,
    role: text(fact, 'role') ?? 'primary',
    fromMs: fact.atMs,
    toMs,
    isLost: !disconnected && contact.end?.final === 'lost',
    holdMs,
    heldSinceMs,
    wrap: wrapStarted
      ? {
          fromMs: wrapStarted.atMs,
          toMs: wrapEnded ? Math.max(wrapEnded.atMs, wrapStarted.atMs) : null,
          isDue: false,
        }
      : null,
    wrapToldMs: wrapEnded?.atMs ?? null,
    isTransferred:
      text(disconnected, 'by') === 'transfer' ||
      all('transferred').some(
        (one) =>
          text(one, 'fromLegId') === id &&
          text(one, 'kind') !== 'conference' &&
          (text(one, 'result') ?? 'completed') === 'completed',
      ),
    reason:
      own('disposed')
        .map((one) => text(one, 'reason'))
        .filter((reason) => reason !== null)
        .at(-1) ?? contact.reason,
  }
}

function offerOf(contact: Contact, fact: Fact, all: (type: string) => Fact[], world: World): Offer {
  const agent = world.agent(text(fact, 'agent')!)
  const visit = contact.visits.find(({ id }) => id === text(fact, 'visitId')) ?? null
  const visitId = text(fact, 'visitId')
  const queue = text(fact, 'queue')
  const ofQueue = queue === null ? (visit?.queue ?? null) : world.queue(queue)
  const startedChannel = text(all('started')[0], 'channel')
  const own = all('offerEnded').find((one) => text(one, 'offerId') === text(fact, 'offerId'))
  const stopsMs = visit?.end?.atMs ?? contact.end?.atMs
  // Whom somebody else's answer ended the ring of was rung no more.
  const untilMs =
    visit?.end?.outcome === 'answered' && visit.end.atMs >= fact.atMs ? visit.end.atMs : Infinity
  const accepted = contact.legs
    .filter(
      (leg) =>
        leg.agent === agent &&
        leg.role === 'primary' &&
        leg.visitId === visitId &&
        leg.fromMs >= fact.atMs,
    )
    .filter(({ fromMs }) => fromMs <= untilMs)
    .sort((one, other) => one.fromMs - other.fromMs)[0]
  const end = own
    ? { atMs: Math.max(own.atMs, fact.atMs), outcome: text(own, 'outcome')! }
    : accepted
      ? { atMs: accepted.fromMs, outcome: 'accepted' }
      : stopsMs === undefined
        ? null
        : { atMs: Math.max(stopsMs, fact.atMs), outcome: 'unknown' }
  return {
    contact,
    agent,
    queue: ofQueue,
    channel: visit?.channel ?? startedChannel ?? queueChannel(ofQueue, fact.atMs, world),
    visit,
    visitId,
    fromMs: fact.atMs,
    end,
    accepted:
      end === null || ['accepted', 'unknown'].includes(end.outcome) ? (accepted ?? null) : null,
  }
}

/** Monitor, coach and barge legs count in nothing. */
export const takesPart = ({ role }: Pick<Leg, 'role'>): boolean =>
  ['primary', 'consult', 'conference'].includes(role)
