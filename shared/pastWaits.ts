import { MINUTE_MS } from './time.ts'
import { expectedWaitMs } from './staffing.ts'

/**
 * How good the expected wait has been: what it would have said when each contact came, against the
 * wait that came of it. Worked out from what the ledger holds, so that it is the same for everybody
 * who asks, and needs nothing to have been watching.
 */

/** What is known of a queue and its agents, in UTC milliseconds. */
export type PastQueue = {
  nowMs: number
  waitingNow: number
  /** When visits came, and when they left, whichever way. */
  arrivals: readonly number[]
  departures: readonly number[]
  answered: readonly { atMs: number; waitMs: number }[]
  /** Handlings of the queue. */
  handlings: readonly { atMs: number; handled: number; handleMs: number }[]
  /** Handle time of its agents, in this queue (`here`) and any other. */
  handleTimes: readonly { atMs: number; agent: string; here: boolean; handleMs: number }[]
  /** When its agents were staffed; at work on nothing, they were available. */
  staffed: readonly { agent: string; fromMs: number; toMs: number; available: boolean }[]
}

export type PastWaits = {
  /** The span of answers that are looked at. */
  fromMs: number
  toMs: number
  /** Answered in it, the latest of them, and of these those that something could be said of. */
  answered: number
  predicted: number
  /** Over those: expected less came, above 0 where too much was expected. Null: none. */
  meanErrorMs: number | null
  /** How far off it was, either way. Null: none. */
  meanAbsoluteErrorMs: number | null
}

/** Answers this old are judged, as forecasts are made from as much. */
export const JUDGED_MS = 30 * MINUTE_MS
/** What a forecast was made from: as much before the entry. */
export const BASIS_MS = 30 * MINUTE_MS
/** Waits longer than this are not looked at: what they rested on is too long ago to read. */
export const LONGEST_JUDGED_MS = 30 * MINUTE_MS
/** Enough for a mean; each is worked out from an hour of entries. */
const MOST_JUDGED = 200

export function judgePastWaits(past: PastQueue): PastWaits {
  const fromMs = past.nowMs - JUDGED_MS
  const judged = past.answered
    .filter(({ atMs, waitMs }) => atMs > fromMs && waitMs <= LONGEST_JUDGED_MS)
    .sort((a, b) => b.atMs - a.atMs)
    .slice(0, MOST_JUDGED)
  const errors = judged.flatMap(({ atMs, waitMs }) => {
    const expectedMs = expectedAt(past, atMs - waitMs)
    return expectedMs === null ? [] : [expectedMs - waitMs]
  })
  const mean = (values: readonly number[]): number | null =>
    values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0) / values.length
  return {
    fromMs,
    toMs: past.nowMs,
    answered: judged.length,
    predicted: errors.length,
    meanErrorMs: mean(errors),
    meanAbsoluteErrorMs: mean(errors.map((error) => Math.abs(error))),
  }
}

/** What would have been expected for a contact that came at an instant, just before it did. */
function expectedAt(past: PastQueue, atMs: number): number | null {
  const since = (instants: readonly number[]): number =>
    instants.filter((instant) => instant >= atMs).length
  const waiting = Math.max(0, past.waitingNow - since(past.arrivals) + since(past.departures))
  const isBasis = (one: { atMs: number }): boolean => one.atMs > atMs - BASIS_MS && one.atMs <= atMs
  const basis = past.handlings.filter(isBasis)

  const times = new Map<string, { here: number; all: number }>()
  for (const { agent, here, handleMs } of past.handleTimes.filter(isBasis)) {
    const sums = times.get(agent) ?? { here: 0, all: 0 }
    times.set(agent, { here: sums.here + (here ? handleMs : 0), all: sums.all + handleMs })
  }
  // The call that is answered at once ends its agent's availability at the same instant.
  const there = past.staffed.filter(({ fromMs, toMs }) => fromMs < atMs && atMs <= toMs)
  const share = (agent: string): number => {
    const { here = 0, all = 0 } = times.get(agent) ?? {}
    return all > 0 ? here / all : 1
  }
  return expectedWaitMs(
    {
      handled: basis.reduce((sum, { handled }) => sum + handled, 0),
      handleMs: basis.reduce((sum, { handleMs }) => sum + handleMs, 0),
      staffedShare: there.reduce((sum, { agent }) => sum + share(agent), 0),
    },
    waiting,
    there.filter(({ available }) => available).length,
  )
}
