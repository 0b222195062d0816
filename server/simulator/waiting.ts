/** Calls in queues: who is rung for them, and how callers leave who are not answered. */
import { MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import { cancel, type Task } from './agenda.ts'
import { queues, RING_LIMIT_SECONDS, type Escape, type QueueKey } from './center.ts'
import { isOpen } from './demand.ts'
import { finish, takeOut } from './desk.ts'
import { longestIdle, waitingFor, type Call, type Desk, type Floor, type Visit } from './floor.ts'

/** Callers who notice at once that they dialled wrongly. */
const HANGS_UP_AT_ONCE = 0.012
const AT_ONCE_MS: readonly [number, number] = [600, 4_500]
/** Nobody waits longer than this, however patient. */
const MOST_PATIENCE_MS = 15 * MINUTE_MS
/** Above 1: patience wears out. */
const PATIENCE_SHAPE = 1.15
/** A caller who was passed on has been promised something, and goes before those who are new. */
const TRANSFER_PRIORITY = 9
const OVERFLOW_PRIORITY = 7
/** How long people take to pick up. */
const PICK_UP_MEDIAN_MS = 3.4 * SECOND_MS
const PICK_UP_SIGMA = 0.5
/** When the center calls back those who asked for it. */
const CALL_BACK_MS: readonly [number, number] = [6 * MINUTE_MS, 40 * MINUTE_MS]

export function enter(
  floor: Floor,
  call: Call,
  queue: QueueKey,
  reason: 'new' | 'overflow' | 'transfer',
): void {
  const { agenda, random } = floor
  const profile = queues[queue]
  const waiting = floor.waiting.get(queue) ?? []
  call.visits += 1
  const priority =
    reason === 'transfer'
      ? TRANSFER_PRIORITY
      : reason === 'overflow'
        ? OVERFLOW_PRIORITY
        : profile.priority
  const visit: Visit = {
    id: `${call.id}#${call.visits}`,
    ...{ call, queue, priority, sinceMs: agenda.nowMs(), rings: 0, ringing: null, tasks: [] },
  }
  floor.say(call.id, 'contact.queued', {
    ...{ contactId: call.id, visitId: visit.id, queue, channel: call.channel, reason },
    ...{ customer: call.customer, priority, position: waiting.length + 1 },
  })
  waiting.push(visit)
  floor.waiting.set(queue, waiting)

  const isMistake = reason === 'new' && random.chance(HANGS_UP_AT_ONCE)
  const patienceMs = isMistake
    ? random.between(...AT_ONCE_MS)
    : Math.min(
        random.weibull(profile.patienceSeconds * SECOND_MS, PATIENCE_SHAPE),
        MOST_PATIENCE_MS,
      )
  // A task has nobody who waits on the line.
  if (call.channel !== 'task') {
    visit.tasks.push(
      agenda.after(patienceMs, () => {
        leave(floor, visit, 'abandoned')
        floor.say(call.id, 'contact.ended', { contactId: call.id, final: 'abandoned' })
      }),
    )
  }
  const { escape } = profile
  if (escape && reason === 'new') {
    visit.tasks.push(
      agenda.after(escape.afterSeconds * SECOND_MS, () => {
        // Somebody's phone rings for it: too late to go elsewhere.
        if (visit.ringing === null) goElsewhere(floor, visit, escape)
      }),
    )
  }
  const desk = longestIdle(floor, queue)
  if (desk) ring(floor, desk, visit)
}

/** Takes a visit out of its queue, whatever rings for it. */
function takeOff(floor: Floor, visit: Visit): void {
  visit.tasks.forEach(cancel)
  const waiting = floor.waiting.get(visit.queue) ?? []
  floor.waiting.set(
    visit.queue,
    waiting.filter((other) => other !== visit),
  )
}

type Leaving = 'abandoned' | 'overflow' | 'timeout' | 'callbackRequested'

/** Ends a visit that nobody answered. */
function leave(floor: Floor, visit: Visit, outcome: Leaving, toQueue?: QueueKey): void {
  const { call, queue, ringing } = visit
  takeOff(floor, visit)
  if (ringing) {
    ringing.tasks.forEach(cancel)
    floor.say(call.id, 'contact.offerEnded', {
      ...{ contactId: call.id, offerId: ringing.offerId },
      ...{ agent: ringing.desk.person.key, outcome: 'customerLeft' },
    })
  }
  floor.say(call.id, 'contact.dequeued', {
    ...{ contactId: call.id, visitId: visit.id, queue, outcome },
    ...(toQueue === undefined ? {} : { toQueue }),
  })
  if (ringing) giveBack(floor, ringing.desk)
}

/** A desk that was only rung has been idle all the time. */
function giveBack(floor: Floor, desk: Desk): void {
  const { freeSinceMs } = desk
  finish(floor, desk)
  if (desk.state === 'free') desk.freeSinceMs = freeSinceMs
}

function goElsewhere(floor: Floor, visit: Visit, escape: Escape): void {
  const { call } = visit
  const { agenda, random, day } = floor
  if (escape.kind === 'overflow') {
    const to = escape.to.find((queue) => isOpen(queue, agenda.nowMs(), day))
    if (to === undefined) return
    leave(floor, visit, 'overflow', to)
    floor.does.enter(call, to, 'overflow')
  } else if (escape.kind === 'timeout') {
    leave(floor, visit, 'timeout')
    floor.say(call.id, 'contact.ended', { contactId: call.id, final: 'voicemail' })
  } else if (random.chance(escape.taken)) {
    leave(floor, visit, 'callbackRequested')
    const callback = { id: `${call.id}/callback`, call, queue: visit.queue, attempts: 0 }
    const dueAtMs = agenda.nowMs() + random.between(...CALL_BACK_MS)
    floor.say(callback.id, 'callback.changed', {
      ...{ callbackId: callback.id, state: 'requested', contactId: call.id },
      ...{ queue: visit.queue, dueAt: new Date(dueAtMs).toISOString() },
    })
    floor.say(call.id, 'contact.ended', { contactId: call.id })
    floor.callbacks.push({ ...callback, dueAtMs })
  }
}

/** The next call for a desk: the most urgent, of these the one that waits for longest. */
export function nextFor(floor: Floor, desk: Desk): Visit | null {
  return waitingFor(floor, desk).reduce<Visit | null>((best, visit) => {
    if (best === null || visit.priority > best.priority) return visit
    return visit.priority === best.priority && visit.sinceMs < best.sinceMs ? visit : best
  }, null)
}

export function ring(floor: Floor, desk: Desk, visit: Visit): void {
  const { agenda, random } = floor
  const { call } = visit
  visit.rings += 1
  desk.state = 'engaged'
  const offerId = `${visit.id}/${desk.person.key}/${visit.rings}`
  const offer = { contactId: call.id, offerId, agent: desk.person.key }
  floor.say(call.id, 'contact.offered', { ...offer, visitId: visit.id, queue: visit.queue })
  const limitMs = RING_LIMIT_SECONDS * SECOND_MS
  const pickUpMs = Math.max(900, random.logNormal(PICK_UP_MEDIAN_MS, PICK_UP_SIGMA))
  const isMissed = random.chance(desk.missing) || pickUpMs >= limitMs
  const tasks: Task[] = [
    isMissed
      ? agenda.after(limitMs, () => {
          visit.ringing = null
          floor.say(call.id, 'contact.offerEnded', { ...offer, outcome: 'noAnswer' })
          takeOut(floor, desk)
          const other = longestIdle(floor, visit.queue)
          if (other) ring(floor, other, visit)
        })
      : agenda.after(pickUpMs, () => {
          takeOff(floor, visit)
          floor.does.answer(desk, visit)
        }),
  ]
  visit.ringing = { desk, offerId, tasks }
}
