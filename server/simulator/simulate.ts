/** The simulated center from any instant on: its business days, one after the other. */
import type { SentEvent } from '../../shared/events/sent.ts'
import { DAY_MS } from '../../shared/time.ts'
import { LONGEST_STORY_MS } from './business/pipeline.ts'
import { tellBusiness } from './business/tell.ts'
import { businessDayAt, type BusinessDay } from './businessDay.ts'
import { EARLY_MS, LATE_MS, tellDay } from './day.ts'
import { isShift } from './floor.ts'
import type { Told } from './told.ts'

export type SimulateOptions = {
  /** Another seed is another center: other callers, other luck. */
  seed: number
  /** From when on, in UTC milliseconds. */
  fromMs: number
  /**
   * Whether what went on at that instant is told from its beginning, calls and people's states
   * alike: for whoever has not heard it. Without, it goes on in the middle.
   */
  whole: boolean
  /**
   * Where it goes on in the middle: the instant from which it was told whole, in UTC milliseconds.
   * What began before that one's history was never told, and is not gone on with.
   */
  sinceMs: number
  /** Up to when mail was told the last time, so that what was open then is closed; null: never. */
  mailToldMs: number | null
  /** The last business day that is told, by an instant in it; null: there is no last one. */
  untilMs: number | null
}

/** What happens at one instant; without events: nothing yet, others may have a turn. */
export type Step = { atMs: number; events: readonly SentEvent[] }

/** Days that are told to nobody take a while: a turn for others after so many events. */
const TURN_EVENTS = 500

/**
 * How much of the business is told that went before, for whoever has not heard it: a month and the
 * one before it can be compared. Of mail, only what may still be unanswered.
 */
const HISTORY_MS = 62 * DAY_MS
const MAIL_HISTORY_MS = 3 * DAY_MS
/** Nothing of a mail goes on for longer. */
const LONGEST_MAIL_MS = 12 * DAY_MS

/**
 * Steps in the order of time. A business day is told from its seed and date alone, so that whenever
 * this begins, the same day comes out, with the same ids.
 */
export function* simulate(options: SimulateOptions): Generator<Step, void> {
  const { seed, fromMs, untilMs } = options
  const today = businessDayAt(fromMs)
  let next = today
  let running: Running[] = started(businessOf(options))
  for (const day of [dayBefore(today), today, dayAfter(today)]) {
    if (day.endMs + LATE_MS <= fromMs) continue
    if (tellsFrom(day) >= fromMs || isAfter(day, untilMs)) break
    running.push(...started(yield* rest(tellDay(seed, day), options)))
    next = dayAfter(day)
  }
  for (;;) {
    const first = earliest(running)
    if (!isAfter(next, untilMs) && (!first || first.told.atMs >= tellsFrom(next))) {
      running.push(...started(tellDay(seed, next)))
      next = dayAfter(next)
      continue
    }
    if (!first) return
    const { atMs } = first.told
    const events: SentEvent[] = []
    for (const day of running) {
      while (!day.isDone && day.told.atMs === atMs) {
        events.push(day.told.event)
        advance(day)
      }
    }
    running = running.filter(({ isDone }) => !isDone)
    yield { atMs, events }
  }
}

/** The business: whole from some months before, or from the instant on. */
function businessOf(options: SimulateOptions): Iterator<Told, void> {
  const { seed, fromMs, whole, untilMs } = options
  const sinceMs = whole ? fromMs : options.sinceMs
  const mailToldMs = options.mailToldMs ?? Infinity
  return tellBusiness({
    ...{ seed, fromMs: whole ? null : fromMs, untilMs },
    // What began long before is over.
    bornFromMs: Math.max(sinceMs - HISTORY_MS, fromMs - LONGEST_STORY_MS),
    mailFromMs: Math.max(
      Math.min(sinceMs - MAIL_HISTORY_MS, mailToldMs - LONGEST_MAIL_MS),
      whole ? sinceMs - HISTORY_MS : fromMs - LONGEST_MAIL_MS,
    ),
  })
}

/** When the first word of a day is told. */
export const tellsFrom = ({ startMs }: BusinessDay): number => startMs - EARLY_MS

const dayBefore = ({ startMs }: BusinessDay): BusinessDay => businessDayAt(startMs - 1)
const dayAfter = ({ endMs }: BusinessDay): BusinessDay => businessDayAt(endMs)
const isAfter = ({ startMs }: BusinessDay, untilMs: number | null): boolean =>
  untilMs !== null && startMs > untilMs

/** A day that is being told: what comes next, and the rest. */
type Running = { told: Told; rest: Iterator<Told, void>; isDone: boolean }

function started(rest: Iterator<Told, void>): Running[] {
  const first = rest.next()
  return first.done ? [] : [{ told: first.value, rest, isDone: false }]
}

function advance(day: Running): void {
  const next = day.rest.next()
  if (next.done) day.isDone = true
  else day.told = next.value
}

const earliest = (running: readonly Running[]): Running | null =>
  running.reduce<Running | null>(
    (first, day) => (first === null || day.told.atMs < first.told.atMs ? day : first),
    null,
  )

/** What is left of a day at an instant; where `whole`, with the beginning of what goes on then. */
function* rest(
  day: Iterator<Told, void> & Iterable<Told>,
  { fromMs, whole }: SimulateOptions,
): Generator<Step, Iterator<Told, void>> {
  const before: Told[] = []
  const after: Told[] = []
  let count = 0
  for (let next = day.next(); !next.done; next = day.next()) {
    const told = next.value
    ;(told.atMs < fromMs ? before : after).push(told)
    // Only to find out which stories go on has the day to be known to its end.
    if (after.length > 0 && !whole) break
    count += 1
    if (count % TURN_EVENTS === 0) yield { atMs: fromMs, events: [] }
  }
  if (!whole) return chain(after, day)
  const goingOn = new Set(after.map(({ story }) => story))
  return [...latest(before.filter(({ story }) => goingOn.has(story))), ...after].values()
}

function* chain(first: readonly Told[], then: Iterable<Told>): Generator<Told, void> {
  yield* first
  yield* then
}

/** Of a person's states only the last counts for what comes; the plan always does. */
function latest(before: readonly Told[]): Told[] {
  const last = new Map(before.map(({ story, event }, i) => [`${story} ${event.type}`, i]))
  return before.filter(
    ({ story, event }, i) => !isShift(story) || last.get(`${story} ${event.type}`) === i,
  )
}
