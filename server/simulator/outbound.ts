/** Calls that the center makes: the dials of the sales teams, and callbacks that were asked for. */
import type { z } from 'zod'
import { MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import type { outboundEvents } from '../../shared/events/contact.ts'
import { queues } from './center.ts'
import { CALLING_BACK, declare, finish } from './desk.ts'
import { queuesOf, type Call, type Callback, type Desk, type Floor } from './floor.ts'
import { named, newLeg, writeDown, type Leg } from './talking.ts'

type Result = z.output<(typeof outboundEvents)['outbound.completed']>['result']

/** How dials of the sales teams end, the likeliest last. */
const results: readonly [Result, number][] = [
  ['invalid', 0.03],
  ['rejected', 0.03],
  ['busy', 0.06],
  ['machine', 0.2],
  ['connected', 0.31],
  ['noAnswer', 1],
]
const campaigns = ['Autumn renewals', 'Trial follow-up', 'Trade fair leads'] as const
const outcomes = ['Not interested', 'Call again', 'Send material', 'Appointment set'] as const

/** Between two dials: reading up on the next customer. */
const PREPARE_MS: readonly [number, number] = [8 * SECOND_MS, 45 * SECOND_MS]
/** How long it rings until somebody, or a machine, picks up. */
const PICK_UP_MS: readonly [number, number] = [4 * SECOND_MS, 18 * SECOND_MS]
const GIVE_UP_MS: readonly [number, number] = [20 * SECOND_MS, 32 * SECOND_MS]
const TALK_MEDIAN_MS = 105 * SECOND_MS
const TALK_SIGMA = 0.75
const LONGEST_TALK_MS = 30 * MINUTE_MS
const WRAP_MEDIAN_MS = 24 * SECOND_MS
/** Those who asked for a call mostly pick up. */
const REACHED = 0.8
/** How often a customer is called back before the center gives up, and how long it waits. */
const MOST_ATTEMPTS = 2
const TRY_AGAIN_MS = 10 * MINUTE_MS

/** Prepares and makes the next dial of a block, or ends the block. */
export function dial(floor: Floor, desk: Desk): void {
  const { agenda, random } = floor
  const beginsMs = agenda.nowMs() + random.between(...PREPARE_MS)
  const isLast = desk.due !== null || beginsMs >= desk.dialsUntilMs
  agenda.at(isLast ? Math.max(agenda.nowMs(), desk.dialsUntilMs) : beginsMs, () => {
    if (isLast || desk.due !== null) finish(floor, desk)
    else callLead(floor, desk)
  })
}

function callLead(floor: Floor, desk: Desk): void {
  const { random } = floor
  const [queue] = queuesOf(desk)
  if (queue === undefined) throw new Error(`${desk.person.key} has no queue`)
  const id = floor.newCall()
  const call: Call = {
    ...{ id, queue, channel: 'voice', attempt: 1, visits: 0, legs: 0 },
    ...{ customer: `lead-${random.below(20_000)}`, reason: random.pick(outcomes) },
  }
  const roll = random.next()
  let sum = 0
  const [result] = results.find(([, share]) => roll < (sum += share)) ?? ['noAnswer' as const]
  desk.state = 'engaged'
  const again = (): void => {
    desk.state = 'notReady'
    dial(floor, desk)
  }
  const made = { call, campaign: random.pick(campaigns), mode: 'preview', parent: null }
  place(floor, desk, made, result, (leg) => {
    if (leg) writeDown(floor, leg, WRAP_MEDIAN_MS, { reason: call.reason }, again)
    else again()
  })
}

type Placed = { call: Call; campaign: string | null; mode: string; parent: string | null }

/** Makes a call to a customer; `then` follows the talk, or the failure (null). */
function place(
  floor: Floor,
  desk: Desk,
  { call, campaign, mode, parent }: Placed,
  result: Result,
  then: (leg: Leg | null) => void,
): void {
  const { agenda, random } = floor
  const { customer } = call
  const attemptId = call.id
  const filed = campaign === null ? {} : { campaign }
  floor.say(call.id, 'contact.started', {
    ...{ contactId: call.id, channel: 'voice', direction: 'outbound', customer },
    ...filed,
    ...(parent === null ? {} : { parentContactId: parent }),
  })
  floor.say(call.id, 'outbound.attempted', {
    ...{ attemptId, agent: desk.person.key, contactId: call.id, mode, customer },
    ...filed,
  })
  const isPickedUp = result === 'connected' || result === 'machine' || result === 'rejected'
  agenda.after(random.between(...(isPickedUp ? PICK_UP_MS : GIVE_UP_MS)), () => {
    if (result !== 'connected') {
      floor.say(call.id, 'outbound.completed', { attemptId, result })
      floor.say(call.id, 'contact.ended', { contactId: call.id, final: 'failed' })
      then(null)
      return
    }
    const leg = newLeg(call, desk, call.queue)
    floor.say(call.id, 'outbound.completed', { attemptId, result, legId: leg.id })
    floor.say(call.id, 'contact.connected', {
      ...{ ...named(leg), queue: call.queue, role: 'primary', direction: 'outbound' },
    })
    const talkMs = random.logNormal(TALK_MEDIAN_MS * desk.pace, TALK_SIGMA)
    agenda.after(Math.min(talkMs, LONGEST_TALK_MS), () => {
      floor.say(call.id, 'contact.disconnected', { ...named(leg), by: 'customer' })
      floor.say(call.id, 'contact.ended', { contactId: call.id, final: 'handled' })
      then(leg)
    })
  })
}

/** Calls somebody back, if anybody of this desk's queues is due; false: nobody is. */
export function callBack(floor: Floor, desk: Desk): boolean {
  const due = floor.callbacks.find(
    ({ queue, dueAtMs }) => dueAtMs <= floor.agenda.nowMs() && queuesOf(desk).includes(queue),
  )
  if (!due) return false
  floor.callbacks.splice(floor.callbacks.indexOf(due), 1)
  due.attempts += 1
  desk.state = 'engaged'
  declare(floor, desk, 'notReady', CALLING_BACK)
  const change = (
    state: 'attempting' | 'connected' | 'completed' | 'failed',
    contactId: string,
  ) => {
    floor.say(due.id, 'callback.changed', {
      ...{ callbackId: due.id, state, contactId, queue: due.queue, agent: desk.person.key },
    })
  }
  const { customer, reason, attempt } = due.call
  const call: Call = {
    ...{ id: floor.newCall(), queue: due.queue, channel: 'voice', visits: 0, legs: 0 },
    ...{ customer, reason, attempt },
  }
  change('attempting', call.id)
  const result = floor.random.chance(REACHED) ? 'connected' : 'noAnswer'
  const made = { call, campaign: null, mode: 'callback', parent: due.call.id }
  place(floor, desk, made, result, (leg) => {
    if (!leg) {
      if (due.attempts >= MOST_ATTEMPTS) change('failed', call.id)
      else later(floor, due)
      finish(floor, desk)
      return
    }
    change('completed', call.id)
    const medianMs = queues[due.queue].wrapMedianSeconds * SECOND_MS
    writeDown(floor, leg, medianMs, { reason, resolved: true }, () => {
      finish(floor, desk)
    })
  })
  return true
}

function later(floor: Floor, callback: Callback): void {
  floor.callbacks.push({ ...callback, dueAtMs: floor.agenda.nowMs() + TRY_AGAIN_MS })
}
