/** Talks with callers: holds, transfers, the end, and what has to be written down after it. */
import { MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import { queues, WRAP_LIMIT_SECONDS, type QueueKey } from './center.ts'
import { isOpen } from './demand.ts'
import { finish } from './desk.ts'
import { longestIdle, type Call, type Desk, type Floor, type Visit } from './floor.ts'

const TALK_SIGMA = 0.62
const LONGEST_TALK_MS = 35 * MINUTE_MS
/** Talks that are over as soon as they begin: a wrong number, a line that breaks. */
const CUT_SHORT = 0.018
const CUT_SHORT_MS: readonly [number, number] = [4 * SECOND_MS, 24 * SECOND_MS]
const HELD = 0.16
const HOLD_MEDIAN_MS = 34 * SECOND_MS
const HOLD_SIGMA = 0.6
const LONGEST_HOLD_MS = 4 * MINUTE_MS
/** Of transfers, those in which the colleague is asked first. */
const ATTENDED = 0.3
const CONSULT_MS: readonly [number, number] = [12 * SECOND_MS, 50 * SECOND_MS]
/** A call goes through so many hands at most. */
const MOST_LEGS = 3
const WRAPPED_UP = 0.94
const WRAP_SIGMA = 0.5
const CUSTOMER_HANGS_UP = 0.6
/** What an agent says of the matter, and how often the customer calls again all the same. */
const RESOLVED = 0.9
const CALLS_AGAIN_UNRESOLVED = 0.4
const CALLS_AGAIN_RESOLVED = 0.03
const CALLS_AGAIN_MS: readonly [number, number] = [8 * MINUTE_MS, 300 * MINUTE_MS]

/** One person's part in a call. */
export type Leg = { id: string; call: Call; desk: Desk; queue: QueueKey }

export const newLeg = (call: Call, desk: Desk, queue: QueueKey): Leg => {
  call.legs += 1
  return { id: `${call.id}/L${call.legs}`, call, desk, queue }
}

export const named = ({ id, call, desk }: Leg) => ({
  ...{ contactId: call.id, legId: id, agent: desk.person.key },
})

/** A desk picks up. */
export function answer(floor: Floor, desk: Desk, visit: Visit): void {
  const { call, queue } = visit
  const leg = newLeg(call, desk, queue)
  const where = { visitId: visit.id, queue }
  floor.say(call.id, 'contact.dequeued', {
    ...{ contactId: call.id, ...where, outcome: 'answered', agent: desk.person.key },
  })
  floor.say(call.id, 'contact.connected', { ...named(leg), ...where, role: 'primary' })
  converse(floor, leg)
}

/** A talk from its beginning to its end, or to its transfer. */
function converse(floor: Floor, leg: Leg): void {
  const { agenda, random } = floor
  const { call, desk } = leg
  const profile = queues[leg.queue]
  if (random.chance(CUT_SHORT)) {
    agenda.after(random.between(...CUT_SHORT_MS), () => {
      hangUp(floor, leg)
    })
    return
  }
  const medianMs = profile.talkMedianSeconds * SECOND_MS * desk.pace
  const talkMs = Math.min(random.logNormal(medianMs, TALK_SIGMA), LONGEST_TALK_MS)
  const passOn = call.legs < MOST_LEGS && random.chance(profile.transfers)
  const end = (): void => {
    if (!passOn || !transfer(floor, leg)) hangUp(floor, leg)
  }
  if (call.channel !== 'voice' || !random.chance(HELD)) {
    agenda.after(talkMs, end)
    return
  }
  const beforeMs = talkMs * random.between(0.25, 0.75)
  const holdMs = Math.min(random.logNormal(HOLD_MEDIAN_MS, HOLD_SIGMA), LONGEST_HOLD_MS)
  agenda.after(beforeMs, () => {
    floor.say(call.id, 'contact.held', named(leg))
    agenda.after(holdMs, () => {
      floor.say(call.id, 'contact.resumed', named(leg))
      agenda.after(talkMs - beforeMs, end)
    })
  })
}

/** Passes the caller on, if there is a queue to pass on to. */
function transfer(floor: Floor, leg: Leg): boolean {
  const { agenda, random, day } = floor
  const { call, desk } = leg
  const open = queues[leg.queue].transfersTo.filter((queue) => isOpen(queue, agenda.nowMs(), day))
  if (open.length === 0) return false
  const queue = random.pick(open)
  const colleague = random.chance(ATTENDED) ? longestIdle(floor, queue, desk) : null
  if (colleague) {
    consult(floor, leg, colleague, queue)
    return true
  }
  floor.say(call.id, 'contact.transferred', {
    ...{ contactId: call.id, fromLegId: leg.id, kind: 'blind', toType: 'queue', to: queue },
    result: 'completed',
  })
  floor.say(call.id, 'contact.disconnected', { ...named(leg), by: 'transfer' })
  floor.does.enter(call, queue, 'transfer')
  wrapUp(floor, leg, null)
  return true
}

/** Asks a colleague while the caller waits on hold, and then hands the caller over. */
function consult(floor: Floor, leg: Leg, colleague: Desk, queue: QueueKey): void {
  const { agenda, random } = floor
  const { call } = leg
  colleague.state = 'engaged'
  const asking = newLeg(call, colleague, queue)
  floor.say(call.id, 'contact.held', named(leg))
  floor.say(call.id, 'contact.connected', { ...named(asking), queue, role: 'consult' })
  agenda.after(random.between(...CONSULT_MS), () => {
    const taken = newLeg(call, colleague, queue)
    floor.say(call.id, 'contact.transferred', {
      ...{ contactId: call.id, fromLegId: leg.id, kind: 'attended', toType: 'agent' },
      ...{ to: colleague.person.key, result: 'completed' },
    })
    floor.say(call.id, 'contact.disconnected', { ...named(leg), by: 'transfer' })
    floor.say(call.id, 'contact.disconnected', { ...named(asking), by: 'agent' })
    floor.say(call.id, 'contact.connected', { ...named(taken), queue, role: 'primary' })
    converse(floor, taken)
    wrapUp(floor, leg, null)
  })
}

/** The last talk of a call ends. */
function hangUp(floor: Floor, leg: Leg): void {
  const { random } = floor
  const { call } = leg
  const by = random.chance(CUSTOMER_HANGS_UP) ? 'customer' : 'agent'
  floor.say(call.id, 'contact.disconnected', { ...named(leg), by })
  floor.say(call.id, 'contact.ended', { contactId: call.id, final: 'handled' })
  floor.does.followUp(call, leg.desk, leg.queue)
  const isResolved = random.chance(RESOLVED)
  const again = isResolved ? CALLS_AGAIN_RESOLVED : CALLS_AGAIN_UNRESOLVED
  // Each further try is less likely: in the end people write, or give up.
  if (random.chance(again / call.attempt)) {
    floor.does.callAgain(call, random.between(...CALLS_AGAIN_MS))
  }
  wrapUp(floor, leg, isResolved)
}

/**
 * After-call work, at the end of which the agent says what it was about, and whether it is settled
 * (null: that is for the colleague to say who has the caller now).
 */
function wrapUp(floor: Floor, leg: Leg, isResolved: boolean | null): void {
  const { call, desk } = leg
  const medianMs = queues[leg.queue].wrapMedianSeconds * SECOND_MS
  const disposition = {
    reason: call.reason,
    ...(isResolved === null ? {} : { resolved: isResolved }),
  }
  writeDown(floor, leg, medianMs, disposition, () => {
    finish(floor, desk)
  })
}

/** The wrap-up of a leg; some write while they talk, and need none. */
export function writeDown(
  floor: Floor,
  leg: Leg,
  medianMs: number,
  disposition: { reason: string; resolved?: boolean },
  then: () => void,
): void {
  const { agenda, random } = floor
  const { call, desk } = leg
  const part = named(leg)
  const dispose = (): void => {
    floor.say(call.id, 'contact.disposed', { ...part, ...disposition })
  }
  if (!random.chance(WRAPPED_UP)) {
    dispose()
    then()
    return
  }
  floor.say(call.id, 'contact.wrapUpStarted', part)
  const wishedMs = random.logNormal(medianMs * desk.pace, WRAP_SIGMA)
  const limitMs = WRAP_LIMIT_SECONDS * SECOND_MS
  agenda.after(Math.min(wishedMs, limitMs), () => {
    dispose()
    floor.say(call.id, 'contact.wrapUpEnded', {
      ...part,
      by: wishedMs < limitMs ? 'agent' : 'timer',
    })
    then()
  })
}
