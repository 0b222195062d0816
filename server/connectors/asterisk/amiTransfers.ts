import { agentOf, contactOf, legOf, moveVisit, visitOf } from './amiState.ts'
import type { Contact, Leg } from './amiState.ts'
import { beginLeg, endLeg, SAME_TALK_MS } from './amiLegs.ts'
import type { Fate, Turn } from './amiTurn.ts'
import { channelOf, EARLIER } from './amiTurn.ts'
import { customerOf } from './ids.ts'
import type { SentData } from './reading.ts'

/** Calls that an agent hands on: at once (blind), or after talking to who takes it (attended). */

type To = Pick<SentData<'contact.transferred'>, 'toType' | 'to'>

function sayTransferred(
  turn: Turn,
  leg: Leg,
  kind: SentData<'contact.transferred'>['kind'],
  to: To,
  result: 'completed' | 'failed',
): void {
  const { contactId, legId } = leg
  turn.say('contact.transferred', { contactId, fromLegId: legId, kind, ...to, result })
}

export function blindTransfer(turn: Turn): Fate {
  const { state, get } = turn
  const leg = legOf(state, get('transfereruniqueid'))
  // The next queue's packet may come first; it ended the talk already.
  if (!leg || (leg.ended && turn.atMs - leg.ended.atMs > SAME_TALK_MS)) return EARLIER
  const extension = get('extension')
  // A number of the dialplan: what it leads to will speak for itself.
  const to: To = { toType: 'unknown', ...(extension === '' ? {} : { to: extension }) }
  const completed = get('result') === 'Success'
  sayTransferred(turn, leg, 'blind', to, completed ? 'completed' : 'failed')
  if (!completed) return null
  endLeg(turn, leg, 'transfer')
  return null
}

/** A visit that the consulting call entered turns out to be a transfer of the customer's. */
function becomesTransfer(turn: Turn, consult: Contact, transferee: string): void {
  const { state, say } = turn
  const parent = contactOf(state, transferee)
  const customer =
    parent?.customer ?? customerOf(turn.get('transfereecalleridnum')) ?? consult.customer
  consult.customer = customer
  if (consult.visit) {
    const { visitId, queue, atMs } = consult.visit
    say(
      'contact.queued',
      {
        contactId: consult.contactId,
        visitId,
        queue,
        reason: 'transfer',
        ...(customer === null ? {} : { customer }),
      },
      { atMs, amends: true },
    )
    const linkedId = turn.get('transfereelinkedid')
    say('contact.started', {
      contactId: consult.contactId,
      channel: 'voice',
      direction: 'inbound',
      ...(linkedId === '' ? {} : { interactionId: linkedId }),
      ...(customer === null ? {} : { customer }),
      ...(parent ? { parentContactId: parent.contactId } : {}),
    })
  }
}

/** The agent who was consulted talks to the customer from now on. */
function talksOn(turn: Turn, target: string, transferee: string): To {
  const { state } = turn
  const consulted = legOf(state, target)
  const agent = consulted?.agent ?? agentOf(state, target)
  if (agent === null) {
    const number = turn.get('transfertargetcalleridnum')
    return customerOf(number) === null ? { toType: 'unknown' } : { toType: 'external', to: number }
  }
  if (consulted) endLeg(turn, consulted, 'transfer')
  const contact = contactOf(state, transferee)
  if (contact) {
    const fromQueue = consulted !== null && consulted.queue !== null
    beginLeg(turn, {
      legId: `${target}/2`,
      contactId: contact.contactId,
      agent,
      channel: target,
      phone: consulted?.phone ?? target,
      visit: null,
      // The talk that the queue counted as answered and this one are one handling.
      role: fromQueue ? 'consult' : null,
      direction: null,
      holdS: null,
    })
  }
  return { toType: 'agent', to: agent }
}

export function attendedTransfer(turn: Turn): Fate {
  const { state, get } = turn
  const leg = legOf(state, get('origtransfereruniqueid'))
  const second = get('secondtransfereruniqueid')
  const transferee = get('transfereeuniqueid')
  const type = get('desttype')
  if (!leg) return EARLIER
  if (get('result') !== 'Success' || type === 'Fail') {
    sayTransferred(turn, leg, 'attended', { toType: 'unknown' }, 'failed')
    return null
  }
  if (type === 'Threeway') {
    sayTransferred(turn, leg, 'conference', { toType: 'unknown' }, 'completed')
    return null
  }
  const consult = state.contacts.get(second) ?? null
  const waiting = visitOf(state, second)
  let to: To = { toType: 'unknown' }
  if (consult && transferee !== '') becomesTransfer(turn, consult, transferee)
  if (waiting && consult && type === 'App') {
    // Asterisk puts the customer's channel in the place of the one that waits.
    channelOf(turn, transferee)
    moveVisit(state, waiting, transferee)
    consult.carrier = transferee
    to = { toType: 'queue', to: waiting.queue }
  } else if (get('transfertargetuniqueid') !== '') {
    to = talksOn(turn, get('transfertargetuniqueid'), transferee)
  }
  sayTransferred(turn, leg, 'attended', to, 'completed')
  endLeg(turn, leg, 'transfer')
  const consulting = legOf(state, second)
  if (consulting) endLeg(turn, consulting, 'transfer')
  return null
}
