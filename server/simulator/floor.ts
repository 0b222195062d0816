/** The floor of the simulated center: what its people, callers and queues share while a day runs. */
import type { EventType } from '../../shared/events/event.ts'
import type { Channel } from '../../shared/events/fields.ts'
import type { Agenda, Task } from './agenda.ts'
import type { BusinessDay } from './businessDay.ts'
import { teams, type QueueKey } from './center.ts'
import type { Person } from './people.ts'
import type { Random } from './random.ts'
import type { Activity, Shift } from './shifts.ts'
import type { Said } from './told.ts'

/**
 * A place of work, and who works there.
 *
 *     away ──► free ◄──► engaged (rung, talking, wrapping up, dialling)
 *               ▲            │
 *               └─ notReady ◄┘ ──► away
 */
export type Desk = {
  person: Person
  shift: Shift
  state: 'away' | 'free' | 'engaged' | 'notReady'
  /** Since when the person waits for a call; the longest idle gets the next one. */
  freeSinceMs: number
  /** What the plan asks for as soon as the present call is over; null: nothing new. */
  due: { activity: Exclude<Activity, 'phone'> | 'home'; ms: number } | null
  /** What the feed last said of the person, so that nothing is said twice. */
  said: string
  /** Until when the person dials; after that, no new dial. */
  dialsUntilMs: number
  /** How fast this person works: times take so much of what they usually do. */
  pace: number
  /** How often this person lets a phone ring. */
  missing: number
}

/** A caller, with what the call is about. */
export type Call = {
  id: string
  customer: string
  channel: Channel
  reason: string
  /** The queue that was dialled. */
  queue: QueueKey
  /** How often this customer has called about it, this call included. */
  attempt: number
  visits: number
  legs: number
}

/** One wait of a call in one queue. */
export type Visit = {
  id: string
  call: Call
  queue: QueueKey
  sinceMs: number
  priority: number
  rings: number
  ringing: { desk: Desk; offerId: string; tasks: readonly Task[] } | null
  /** The end of the caller's patience, and what the queue does with those who wait for long. */
  tasks: Task[]
}

/** A wish to be called back, until somebody has. */
export type Callback = {
  id: string
  call: Call
  queue: QueueKey
  dueAtMs: number
  attempts: number
}

export type Floor = {
  day: BusinessDay
  /** The name of the run, in every id that it makes. */
  run: string
  agenda: Agenda
  random: Random
  desks: readonly Desk[]
  /** Who waits, by queue, in the order of arrival. */
  waiting: Map<QueueKey, Visit[]>
  callbacks: Callback[]
  /**
   * Says something of a story, now. A story is what has to be told whole: a call, or a person's
   * shift.
   */
  say: <Type extends EventType>(story: string, type: Type, data: Said<Type>) => void
  /** A new id for a call. */
  newCall: () => string
  /** What other parts of the floor do; here, so that they need not know each other. */
  does: {
    enter: (call: Call, queue: QueueKey, reason: 'new' | 'overflow' | 'transfer') => void
    answer: (desk: Desk, visit: Visit) => void
    seekWork: (desk: Desk) => void
    dial: (desk: Desk) => void
    callAgain: (call: Call, inMs: number) => void
    /** What comes of a talk that is over: somebody scores it, the customer is asked. */
    followUp: (call: Call, desk: Desk, queue: QueueKey) => void
  }
}

const SHIFT = 'shift:'

export const shiftStory = ({ person }: Desk): string => `${SHIFT}${person.key}`

/** Whether a story is a person's shift: of its states only the last counts for what comes. */
export const isShift = (story: string): boolean => story.startsWith(SHIFT)

export const queuesOf = (desk: Desk): readonly QueueKey[] => teams[desk.person.team].queues

/** Those who wait for somebody of this desk, and whose call rings nowhere. */
export function waitingFor(floor: Floor, desk: Desk): Visit[] {
  return queuesOf(desk)
    .flatMap((queue) => floor.waiting.get(queue) ?? [])
    .filter((visit) => visit.ringing === null)
}

/** The desk that has been idle for longest of those that take a queue's calls; null: none is free. */
export function longestIdle(floor: Floor, queue: QueueKey, but: Desk | null = null): Desk | null {
  const free = floor.desks.filter(
    (desk) => desk.state === 'free' && desk !== but && queuesOf(desk).includes(queue),
  )
  return free.reduce<Desk | null>(
    (best, desk) => (best === null || desk.freeSinceMs < best.freeSinceMs ? desk : best),
    null,
  )
}

/** Whether the business day is over: who still works finishes what there is. */
export const isOver = (floor: Floor): boolean => floor.agenda.nowMs() >= floor.day.endMs
