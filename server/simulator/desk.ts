/** A person's day at the desk: sign-in, pauses, calls in between, and the way home. */
import { MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import { isOver, shiftStory, waitingFor, type Desk, type Floor } from './floor.ts'
import type { Random } from './random.ts'
import type { Activity, Shift } from './shifts.ts'

/** How the feed calls what somebody does who takes no calls. */
export const reasonOf: Readonly<Record<Exclude<Activity, 'phone'>, string>> = {
  outbound: 'Outbound calls',
  break: 'Break',
  lunch: 'Lunch',
  training: 'Training',
}
/** What the telephone system sets when nobody picked up. */
const NO_ANSWER = 'No answer'
export const CALLING_BACK = 'Callback'

/** Who lets the phone ring more often than others. */
const CARELESS = 0.12
const MISSING_USUALLY = 0.016
const MISSING_CARELESS = 0.055
const PACE_SIGMA = 0.1
/** Those who begin at the handover are there before it: nobody else will be. */
const BEFORE_HANDOVER_MS: readonly [number, number] = [1 * MINUTE_MS, 8 * MINUTE_MS]
const PUNCTUALITY_MS: readonly [number, number] = [-4 * MINUTE_MS, 3 * MINUTE_MS]
/** How late after its plan a pause begins, where no call holds it up. */
const PAUSE_DELAY_MS: readonly [number, number] = [-1 * MINUTE_MS, 3 * MINUTE_MS]
/** How long a pause takes of what was planned. */
const PAUSE_LENGTH: readonly [number, number] = [0.93, 1.08]
/** How long somebody is away who did not pick up. */
const AWAY_MS: readonly [number, number] = [25 * SECOND_MS, 140 * SECOND_MS]
/** After the end of the day, how often those who stayed look whether somebody still waits. */
const LOOK_AGAIN_MS = 5 * SECOND_MS

export function deskOf(shift: Shift, random: Random): Desk {
  const missing = random.chance(CARELESS) ? MISSING_CARELESS : MISSING_USUALLY
  const pace = random.logNormal(1, PACE_SIGMA)
  const { person } = shift
  return {
    ...{ person, shift, missing, pace },
    ...{ state: 'away', freeSinceMs: 0, due: null, said: '', dialsUntilMs: 0 },
  }
}

/** Puts a person's day on the agenda. */
export function planDay(floor: Floor, desk: Desk): void {
  const { agenda, random, day } = floor
  const { spans } = desk.shift
  const begins = spans[0]?.fromMs ?? day.startMs
  const ends = spans.at(-1)?.toMs ?? day.endMs
  const isHandover = begins === day.startMs
  const signInMs = isHandover
    ? begins - random.between(...BEFORE_HANDOVER_MS)
    : begins + random.between(...PUNCTUALITY_MS)
  agenda.at(signInMs, () => {
    finish(floor, desk)
  })
  for (const { activity, fromMs, toMs } of spans) {
    // After a pause the phone comes by itself, however late the pause began.
    if (activity === 'phone') continue
    const ms = (toMs - fromMs) * random.between(...PAUSE_LENGTH)
    agenda.at(fromMs + random.between(...PAUSE_DELAY_MS), () => {
      ask(floor, desk, { activity, ms })
    })
  }
  const homeMs = ends === day.endMs ? ends : ends + random.between(0, 4 * MINUTE_MS)
  agenda.at(homeMs, () => {
    ask(floor, desk, { activity: 'home', ms: 0 })
  })
}

/** Asks for what the plan says next; who is on a call does it after that. */
function ask(floor: Floor, desk: Desk, due: NonNullable<Desk['due']>): void {
  desk.due = due
  if (desk.state === 'free') follow(floor, desk, due)
}

/** Does what is due; true: and so takes no calls. */
function follow(floor: Floor, desk: Desk, due: NonNullable<Desk['due']>): boolean {
  const { activity, ms } = due
  if (activity === 'home') return goHome(floor, desk)
  desk.due = null
  desk.state = 'notReady'
  declare(floor, desk, 'notReady', reasonOf[activity])
  if (activity === 'outbound') {
    desk.dialsUntilMs = floor.agenda.nowMs() + ms
    floor.does.dial(desk)
  } else {
    floor.agenda.after(ms, () => {
      finish(floor, desk)
    })
  }
  return true
}

/** The last of a business day leave when nobody waits any more. */
function goHome(floor: Floor, desk: Desk): boolean {
  if (isOver(floor) && waitingFor(floor, desk).length > 0) {
    floor.agenda.after(LOOK_AGAIN_MS, () => {
      if (desk.state === 'free') goHome(floor, desk)
    })
    return false
  }
  desk.due = null
  desk.state = 'away'
  declare(floor, desk, 'signedOut', null)
  return true
}

/** What is done is done: a call with its wrap-up, a pause. Then comes what is due, or the phone. */
export function finish(floor: Floor, desk: Desk): void {
  desk.state = 'free'
  desk.freeSinceMs = floor.agenda.nowMs()
  if (desk.due !== null && follow(floor, desk, desk.due)) return
  declare(floor, desk, 'available', null)
  floor.does.seekWork(desk)
}

/** Nobody picked up: the system takes the person out until somebody is back. */
export function takeOut(floor: Floor, desk: Desk): void {
  declare(floor, desk, 'notReady', NO_ANSWER, 'system')
  desk.state = 'notReady'
  floor.agenda.after(floor.random.between(...AWAY_MS), () => {
    finish(floor, desk)
  })
}

/** Says the state of a person, where it is a new one. */
export function declare(
  floor: Floor,
  desk: Desk,
  state: 'available' | 'notReady' | 'signedOut',
  reason: string | null,
  by?: string,
): void {
  const said = `${state}/${reason ?? ''}`
  if (desk.said === said) return
  desk.said = said
  floor.say(shiftStory(desk), 'agent.stateChanged', {
    agent: desk.person.key,
    state,
    ...(reason === null ? {} : { reason }),
    ...(by === undefined ? {} : { by }),
  })
}
