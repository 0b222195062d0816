import type { SentData } from './reading.ts'
import { agentOf, contactOf, legOf, visitOf } from './amiState.ts'
import type { Contact, Dial } from './amiState.ts'
import { beginLeg } from './amiLegs.ts'
import { offerDialEnd, phoneBehind } from './amiOffers.ts'
import type { Fate, Turn } from './amiTurn.ts'
import { channelOf, lacks } from './amiTurn.ts'
import { customerOf, offerIdOf } from './ids.ts'

/**
 * Calls outside of queues, as far as the dial proves them: an agent's phone that dials out, or a
 * colleague; a caller who is put straight through to an agent.
 */

/** How deep Local channels may stand in front of each other before it is a loop. */
const MAX_LOCAL_DEPTH = 5

/** The channel that really dials: behind a Local channel, the one that dialled that. */
function dialler(turn: Turn, uid: string): string {
  let from = uid
  for (let depth = 0; depth < MAX_LOCAL_DEPTH; depth += 1) {
    const twin = turn.state.channels.get(from)?.twin
    const dial = twin ? turn.state.dials.get(twin) : undefined
    if (!dial) return from
    from = dial.from
  }
  return from
}

/** The number in a dial string such as `12129806824@trunk` or `trunk/12129806824`. */
const dialled = /\+?\d{3,}/

function newContact(turn: Turn, uid: string, customer: string | null): Contact {
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
  turn.state.contacts.set(uid, contact)
  return contact
}

function started(
  turn: Turn,
  contact: Contact,
  direction: 'inbound' | 'outbound' | 'internal',
): void {
  const channel = channelOf(turn, contact.carrier)
  const { contactId, customer } = contact
  turn.say(
    'contact.started',
    {
      contactId,
      channel: 'voice',
      direction,
      ...(channel.linkedId === '' ? {} : { interactionId: channel.linkedId }),
      ...(customer === null ? {} : { customer }),
    },
    { atMs: channel.startedAtMs },
  )
}

function dialOut(turn: Turn, from: string, agent: string): Dial {
  const number = dialled.exec(turn.get('dialstring').replace(/^[A-Za-z]+\//, ''))?.[0]
  const customer = customerOf(number ?? turn.get('destcalleridnum'))
  if (!turn.state.contacts.has(from)) {
    started(turn, newContact(turn, from, customer), 'outbound')
    turn.say('outbound.attempted', {
      attemptId: from,
      agent,
      contactId: from,
      ...(customer === null ? {} : { customer }),
    })
  }
  return { kind: 'outbound', contactId: from, from, caller: agent, callee: null }
}

function dialColleague(turn: Turn, from: string, caller: string, callee: string): Dial {
  if (!turn.state.contacts.has(from)) started(turn, newContact(turn, from, null), 'internal')
  return { kind: 'internal', contactId: from, from, caller, callee }
}

/** A caller who is put through to one agent: an offer and a talk without a queue. */
function dialAgent(turn: Turn, from: string, callee: string): Dial | null {
  const { state, get, atMs, say } = turn
  const channel = channelOf(turn, from)
  let contact = contactOf(state, from)
  if (!contact) {
    if (!channel.seen || !channel.incoming || channel.twin !== null) return null
    contact = newContact(turn, from, customerOf(channel.number))
    started(turn, contact, 'inbound')
  }
  const to = get('destuniqueid')
  const n = (contact.rings.get(callee) ?? 0) + 1
  contact.rings.set(callee, n)
  const { contactId } = contact
  const offerId = offerIdOf(contactId, callee, n)
  say('contact.offered', { contactId, offerId, agent: callee })
  state.offers.set(to, {
    offerId,
    contactId,
    visitId: null,
    agent: callee,
    atMs,
    phone: to,
    dialStatus: null,
    ended: null,
  })
  return { kind: 'direct', contactId, from, caller: null, callee }
}

export function dialBegin(turn: Turn): Fate {
  const { state, get } = turn
  const uid = get('uniqueid')
  const to = get('destuniqueid')
  if (to === '') return lacks('DestUniqueid')
  // Asterisk itself dials (an Originate): who is called will speak for itself.
  if (uid === '') return { skipped: 'DialBegin of Asterisk itself' }
  if (state.offers.has(to) || visitOf(state, uid)) return { skipped: 'DialBegin of a queue' }
  const twin = channelOf(turn, uid).twin
  if (twin !== null && phoneBehind(turn, twin, to)) return null

  const from = dialler(turn, uid)
  const caller = agentOf(state, from)
  const callee = agentOf(state, to)
  const own = legOf(state, from)
  let dial: Dial | null = null
  if (caller !== null && !(own && !own.ended)) {
    const local = (state.channels.get(to)?.twin ?? null) !== null
    if (callee !== null) dial = dialColleague(turn, from, caller, callee)
    else if (!local) dial = dialOut(turn, from, caller)
  } else if (caller === null && callee !== null) {
    dial = dialAgent(turn, from, callee)
  }
  // Of a Local channel only who dials it is kept, for the dial on its other side.
  state.dials.set(to, dial ?? { kind: 'direct', contactId: '', from, caller: null, callee: null })
  return dial ? null : { skipped: 'DialBegin of no agent' }
}

/** How an agent's dial ended, by Asterisk's word for it. */
const resultOf: Partial<Record<string, SentData<'outbound.completed'>['result']>> = {
  ANSWER: 'connected',
  BUSY: 'busy',
  NOANSWER: 'noAnswer',
  // The agent gave up before anybody answered.
  CANCEL: 'noAnswer',
  CONGESTION: 'failed',
  CHANUNAVAIL: 'failed',
}

function answered(turn: Turn, dial: Dial, to: string): void {
  const { caller, callee, contactId, from, kind } = dial
  const base = { contactId, visit: null, holdS: null }
  const internal = kind === 'internal'
  if (caller !== null && !turn.state.legs.has(from)) {
    beginLeg(turn, {
      ...base,
      legId: from,
      agent: caller,
      channel: from,
      phone: from,
      role: internal ? 'consult' : null,
      direction: internal ? 'internal' : 'outbound',
    })
  }
  if (callee !== null) {
    beginLeg(turn, {
      ...base,
      legId: to,
      agent: callee,
      channel: to,
      phone: to,
      role: internal ? 'consult' : null,
      direction: internal ? 'internal' : null,
    })
  }
}

export function dialEnd(turn: Turn): Fate {
  const { state, get, say } = turn
  const to = get('destuniqueid')
  const status = get('dialstatus')
  const offer = offerDialEnd(turn)
  const dial = state.dials.get(to)
  if (!dial || dial.contactId === '') return offer ? null : { skipped: 'DialEnd of no agent' }
  if (dial.kind === 'outbound') {
    const result = resultOf[status]
    if (result === undefined) return { skipped: `DialEnd ${status}` }
    say('outbound.completed', {
      attemptId: dial.contactId,
      result,
      ...(result === 'connected' ? { legId: dial.from } : {}),
    })
  }
  if (status !== 'ANSWER') return null
  if (offer) {
    state.offers.delete(to)
    const { contactId, offerId, agent } = offer
    say('contact.offerEnded', { contactId, offerId, agent, outcome: 'accepted' })
  }
  answered(turn, dial, to)
  state.dials.delete(to)
  return null
}
