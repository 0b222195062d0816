import type { LegRole } from '../../../shared/events/contact.ts'
import { SECOND_MS } from '../../../shared/time.ts'
import { legOf } from './amiState.ts'
import type { Contact, EndedBy, Leg, Visit } from './amiState.ts'
import type { Fate, Turn } from './amiTurn.ts'
import { EARLIER, whole } from './amiTurn.ts'
import type { SentData } from './reading.ts'

/** Talks of agents: answered, on hold, over. A talk is over when the agent's own phone is out. */

/** Times of one talk by two clocks of whole seconds may differ by so much. */
export const SAME_TALK_MS = 2 * SECOND_MS
/** An end that Asterisk reports later than this after the phone was out is wrong. */
const LATE_MS = SECOND_MS
/** How long the end of a talk is remembered for what may still be said of it. */
const REMEMBERED_MS = 4 * 3_600 * SECOND_MS

type Begun = {
  legId: string
  contactId: string
  agent: string
  channel: string
  phone: string
  visit: Visit | null
  role: LegRole | null
  direction: SentData<'contact.connected'>['direction'] | null
  holdS: number | null
}

export function beginLeg(turn: Turn, begun: Begun): void {
  const { state, atMs, say } = turn
  const { legId, contactId, agent, visit, role, direction } = begun
  say('contact.connected', {
    contactId,
    legId,
    agent,
    ...(visit ? { visitId: visit.visitId, queue: visit.queue } : {}),
    ...(role ? { role } : {}),
    ...(direction ? { direction } : {}),
  })
  state.legs.set(legId, {
    legId,
    contactId,
    queue: visit?.queue ?? null,
    agent,
    role,
    channel: begun.channel,
    phone: begun.phone,
    atMs,
    holdS: begun.holdS,
    held: false,
    ended: null,
    // Asterisk reports an end of its own only of talks that a queue began.
    completed: visit === null,
  })
  const contact = state.contacts.get(contactId)
  if (contact) contact.handled = true
}

/** An end that was not seen: since when it is known, and how exactly. */
export type Unseen = { atMs: number; precision: 's' | null }

/** Ends a talk, once. What is said of its end later can only add who it was. */
export function endLeg(
  turn: Turn,
  leg: Leg,
  by: EndedBy | null,
  unseen: Unseen | null = null,
): void {
  const { contactId, legId, agent, ended } = leg
  if (ended) {
    if (ended.by !== null || by === null) return
    ended.by = by
    const at = { atMs: ended.atMs, amends: true }
    return turn.say('contact.disconnected', { contactId, legId, agent, by }, at)
  }
  const atMs = unseen?.atMs ?? turn.atMs
  leg.ended = { atMs, receivedAtMs: turn.receivedAtMs, by }
  leg.held = false
  turn.say(
    'contact.disconnected',
    {
      contactId,
      legId,
      agent,
      ...(by ? { by } : {}),
      ...(unseen ? { provenance: 'derived' as const } : {}),
    },
    unseen?.precision ? { atMs, precision: unseen.precision } : { atMs },
  )
  endContactIfOver(turn, turn.state.contacts.get(contactId) ?? null)
}

const byReason: Partial<Record<string, EndedBy>> = {
  caller: 'customer',
  agent: 'agent',
  transfer: 'transfer',
}

/** The leg that AgentComplete means: by its channel, else by who talked since when. */
function completedLeg({ state, get, atMs }: Turn): Leg | null {
  const legId = get('destuniqueid')
  if (legId !== '') return state.legs.get(legId) ?? null
  const sinceMs = atMs - (whole(get('talktime')) ?? 0) * SECOND_MS
  const fitting = [...state.legs.values()].filter(
    (leg) =>
      !leg.completed &&
      leg.agent === get('membername') &&
      leg.queue === get('queue') &&
      leg.holdS === whole(get('holdtime')) &&
      Math.abs(leg.atMs - sinceMs) <= SAME_TALK_MS,
  )
  return fitting[0] ?? null
}

/**
 * Asterisk's own end of a talk. It is late where the call was moved on while a Local channel, or
 * the queue itself, still held on to it: then the phone's end stands, and is said to be the one
 * that was checked against the other.
 */
export function agentComplete(turn: Turn): Fate {
  const { state, get, atMs, say } = turn
  const leg = completedLeg(turn)
  if (!leg || leg.completed) return EARLIER
  leg.completed = true
  const by = byReason[get('reason')] ?? null
  const channel = state.channels.get(get('uniqueid'))
  if (channel?.last === 'talking' && by !== 'transfer') channel.last = 'talked'
  const { ended, contactId, legId, agent } = leg
  if (!ended || atMs - ended.atMs <= LATE_MS) {
    endLeg(turn, leg, by)
    return null
  }
  say(
    'contact.disconnected',
    { contactId, legId, agent, ...(ended.by ? { by: ended.by } : {}), provenance: 'reconciled' },
    { atMs: ended.atMs, amends: true },
  )
  return null
}

const hold =
  (held: boolean) =>
  (turn: Turn): Fate => {
    const leg = legOf(turn.state, turn.get('uniqueid'))
    // A caller's phone may press hold too; and a second press changes nothing.
    if (leg?.phone !== turn.get('uniqueid') || leg.ended || leg.held === held) {
      return { skipped: 'Hold or Unhold of no agent who talks, or again' }
    }
    leg.held = held
    const { contactId, legId, agent } = leg
    turn.say(held ? 'contact.held' : 'contact.resumed', { contactId, legId, agent })
    return null
  }

export const held = hold(true)
export const resumed = hold(false)

/** Ends a contact once its customer's channel is gone and nobody talks in it any more. */
export function endContactIfOver(turn: Turn, contact: Contact | null): void {
  if (!contact?.carrierGone) return
  const { contactId, handled, outcome } = contact
  for (const leg of turn.state.legs.values()) {
    if (leg.contactId === contactId && !leg.ended) return
  }
  turn.state.contacts.delete(contactId)
  const final = handled ? 'handled' : outcome === 'abandoned' ? 'abandoned' : null
  turn.say('contact.ended', { contactId, ...(final ? { final } : {}) })
}

/** Ends a contact whose end nobody heard, and of which nothing tells when it was. */
export function loseContact(turn: Turn, { contactId }: Contact): void {
  turn.state.contacts.delete(contactId)
  turn.say('contact.ended', { contactId, final: 'lost', provenance: 'derived' })
}

export function forgetOldLegs(turn: Turn): void {
  for (const [legId, leg] of turn.state.legs) {
    if (!leg.ended) continue
    const ageMs = turn.receivedAtMs - leg.ended.receivedAtMs
    if (ageMs > (leg.completed ? SAME_TALK_MS : REMEMBERED_MS)) turn.state.legs.delete(legId)
  }
}
