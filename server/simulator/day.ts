/** One business day of the simulated center, told from its seed and its date alone. */
import type { Channel } from '../../shared/events/fields.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import { createAgenda } from './agenda.ts'
import { localDateAt, type BusinessDay } from './businessDay.ts'
import { queueKeys, queues, sites, teams, type QueueKey } from './center.ts'
import { arrivalsOf, isOpen } from './demand.ts'
import { deskOf, planDay } from './desk.ts'
import { shiftStory, type Call, type Desk, type Floor } from './floor.ts'
import { callBack, dial } from './outbound.ts'
import { followUp } from './followUp.ts'
import { randomOf, type Random } from './random.ts'
import { shiftsOf } from './shifts.ts'
import { answer } from './talking.ts'
import { isoOf, sentEvent, VERSION, type Told } from './told.ts'
import { enter, nextFor, ring } from './waiting.ts'

/** Plans are told, and the first people come, so long before the business day begins. */
export const EARLY_MS = 10 * MINUTE_MS
/** Nothing of a business day goes on for longer than this after its end. */
export const LATE_MS = 4 * HOUR_MS
/** The menu of the telephone system: choose a queue, hear an announcement. */
const MENU_MS: readonly [number, number] = [5 * SECOND_MS, 24 * SECOND_MS]
/** Callers who find what they want in the menu. */
const SELF_SERVED = 0.035
const WITHHELD = 0.03
/** Many more than call in a week, so that most customers call once. */
const CUSTOMERS = 60_000
/** Nobody calls again so shortly before the day's end: who would, calls tomorrow. */
const LAST_AGAIN_MS = 45 * MINUTE_MS

/**
 * The day's events in the order of time, made as they are asked for. `share` of the usual calls
 * come: 1 is the center as it is.
 */
export function* tellDay(seed: number, day: BusinessDay, share = 1): Generator<Told, void> {
  const told: Told[] = []
  const floor = openFloor(seed, day, told, share)
  for (;;) {
    for (const one of told.splice(0)) yield one
    if (!floor.agenda.runNext()) return
  }
}

/** Everybody's plan and every call of the day, on the agenda. */
function openFloor(seed: number, day: BusinessDay, told: Told[], share: number): Floor {
  // Each part has a chance of its own: another plan of the same day has the same callers.
  const chance = (part: string) => randomOf(`${seed}/${day.date}/${part}`)
  const run = `${seed}.${VERSION}-${day.date.replaceAll('-', '')}`
  const agenda = createAgenda(day.startMs - EARLY_MS)
  const people = chance('people')
  const desks = shiftsOf(day, people).map((shift) => deskOf(shift, people))
  const opinions = chance('opinions')
  let events = 0
  let calls = 0
  const floor: Floor = {
    ...{ day, run, agenda, desks, random: chance('floor') },
    waiting: new Map(queueKeys.map((queue) => [queue, []])),
    callbacks: [],
    say: (story, type, data) => {
      events += 1
      const atMs = agenda.nowMs()
      told.push({ atMs, story, event: sentEvent(`${run}-${events}`, type, atMs, { ...data }) })
    },
    newCall: () => {
      calls += 1
      return `${run}-${String(calls).padStart(5, '0')}`
    },
    does: {
      enter: (call, queue, reason) => {
        enter(floor, call, queue, reason)
      },
      answer: (desk, visit) => {
        answer(floor, desk, visit)
      },
      seekWork: (desk) => {
        const visit = nextFor(floor, desk)
        if (visit) ring(floor, desk, visit)
        else callBack(floor, desk)
      },
      dial: (desk) => {
        dial(floor, desk)
      },
      callAgain: (call, inMs) => {
        callAgain(floor, call, inMs)
      },
      followUp: (call, desk, queue) => {
        followUp(floor, opinions, { call, desk, queue })
      },
    },
  }
  for (const desk of desks) {
    agenda.at(agenda.nowMs(), () => {
      tellPlan(floor, desk)
    })
    planDay(floor, desk)
  }
  for (const { atMs, queue } of arrivalsOf(day, chance('demand'), share)) {
    agenda.at(atMs, () => {
      arrive(floor, newCaller(floor, queue))
    })
  }
  agenda.at(day.endMs, () => {
    expireCallbacks(floor)
  })
  return floor
}

function tellPlan(floor: Floor, desk: Desk): void {
  const { person, shift } = desk
  const first = shift.spans[0]
  if (!first) return
  const { timeZone } = sites[teams[person.team].site]
  floor.say(shiftStory(desk), 'agent.scheduled', {
    agent: person.key,
    day: localDateAt(first.fromMs, timeZone),
    spans: shift.spans.map(({ activity, fromMs, toMs }) => ({
      ...{ from: isoOf(fromMs), to: isoOf(toMs), activity },
    })),
  })
}

function newCaller(floor: Floor, queue: QueueKey): Call {
  const { random } = floor
  const isWithheld = random.chance(WITHHELD)
  return {
    ...{ id: floor.newCall(), queue, attempt: 1, visits: 0, legs: 0 },
    customer: isWithheld ? 'anonymous' : `C${String(10_000 + random.below(CUSTOMERS))}`,
    reason: random.pick(queues[queue].reasons),
    channel: channelOf(queue, random),
  }
}

/** By what a contact comes to a queue. */
function channelOf(queue: QueueKey, random: Random): Channel {
  const { channel, otherChannels } = queues[queue]
  if (!otherChannels) return channel
  const roll = random.next()
  let sum = 0
  return otherChannels.find(({ share }) => roll < (sum += share))?.channel ?? channel
}

/** A call reaches the center, and after the menu its queue. */
function arrive(floor: Floor, call: Call): void {
  const { agenda, random } = floor
  const { id, customer, channel } = call
  const started = { contactId: id, channel, direction: 'inbound', customer } as const
  floor.say(id, 'contact.started', started)
  if (channel !== 'voice') {
    floor.does.enter(call, call.queue, 'new')
    return
  }
  const isSelfServed = random.chance(SELF_SERVED)
  agenda.after(random.between(...MENU_MS), () => {
    if (isSelfServed) floor.say(id, 'contact.ended', { contactId: id, final: 'selfServed' })
    else floor.does.enter(call, call.queue, 'new')
  })
}

/** A customer whose matter was not settled calls again, if there is still somebody to call. */
function callAgain(floor: Floor, call: Call, inMs: number): void {
  const { customer, reason, channel, queue, attempt } = call
  const { agenda, day } = floor
  const atMs = agenda.nowMs() + inMs
  if (atMs > day.endMs - LAST_AGAIN_MS || !isOpen(queue, atMs, day)) return
  agenda.at(atMs, () => {
    const again = { customer, reason, channel, queue, attempt: attempt + 1, visits: 0, legs: 0 }
    arrive(floor, { id: floor.newCall(), ...again })
  })
}

/** Whoever was not called back by the end of the day will not be. */
function expireCallbacks(floor: Floor): void {
  for (const { id, call, queue } of floor.callbacks.splice(0)) {
    const expired = { callbackId: id, state: 'expired', contactId: call.id, queue } as const
    floor.say(id, 'callback.changed', expired)
  }
}
