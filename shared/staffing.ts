import { erlangA, erlangC, fewestAgents } from './erlang.ts'
import type { Channel } from './events/fields.ts'

/**
 * What forecasts about a queue are made from: the last 30 minutes of its balances and who is
 * staffed now. Worked out by the books, read by the gauges. Every sum is of the queue and of its
 * channel, entries only: what still waits or talks is in no forecast's past.
 */
export type Staffing = {
  /** The queue's channel. */
  channel: Channel
  /** The span that the sums below cover, in milliseconds. */
  spanMs: number
  /** visitsOffered. */
  offered: number
  /** handled. */
  handled: number
  /** Talk, hold and wrap-up of the handlings: talkMs, holdMs, wrapMs and configuredWrapMs. */
  handleMs: number
  /** Everybody who hung up: abandonedShort, abandonedInTime and abandonedPassed. */
  abandoned: number
  /** Waits of all visits that ended in the span: answeredWaitMs and unansweredWaitMs. */
  waitedMs: number
  /** Agents joined to the queue, not paused there, and available, ringing, on a contact or in wrap-up. */
  staffed: number
  /**
   * The sum over staffed agents of the share of this queue in the agent's whole handle time of the
   * span; an agent without any counts 1.
   */
  staffedShare: number
  /** T and the target share of the queue. */
  thresholdMs: number
  target: number
  /**
   * serviceLevelMet and serviceLevelDecided of the present interval, entries only: whoever still
   * waits past T is counted by those waiting. And when the interval ends.
   */
  met: number
  decided: number
  intervalEndsAtMs: number
}

/** AHT of the span; null where nothing was handled. */
function averageHandleMs({
  handled,
  handleMs,
}: Pick<Staffing, 'handled' | 'handleMs'>): number | null {
  return handled > 0 && handleMs > 0 ? handleMs / handled : null
}

/**
 * How long contacts wait before they hang up, on average; null where nobody did. All waits count,
 * those that an answer cut short as well: they prove patience without ending it.
 */
function averagePatienceMs({ abandoned, waitedMs }: Staffing): number | null {
  return abandoned > 0 ? waitedMs / abandoned : null
}

/** The handle time that arrives in a unit of time; null where contacts came and none was handled. */
export function load(staffing: Staffing): number | null {
  if (staffing.offered === 0) return 0
  const handleMs = averageHandleMs(staffing)
  return handleMs === null ? null : (staffing.offered * handleMs) / staffing.spanMs
}

/**
 * How long a contact that comes now may expect to wait.
 *
 *     0 where available > waiting, else (waiting + 1 − available) · AHT / staffed share
 *
 * Null where nobody is staffed for it, or where nothing was handled from which to tell.
 */
export function expectedWaitMs(
  staffing: Pick<Staffing, 'handled' | 'handleMs' | 'staffedShare'>,
  waiting: number,
  available: number,
): number | null {
  if (available > waiting) return 0
  const handleMs = averageHandleMs(staffing)
  if (handleMs === null || staffing.staffedShare <= 0) return null
  return ((waiting + 1 - available) * handleMs) / staffing.staffedShare
}

/** The service level that so many agents would give, in a formula that takes whole ones only. */
function betweenWhole(agents: number, serviceLevel: (agents: number) => number): number {
  const below = Math.floor(agents)
  const part = agents - below
  const level = serviceLevel(below)
  return part === 0 ? level : level + part * (serviceLevel(below + 1) - level)
}

/**
 * The service level of what arrives at the present load, by Erlang A, or by Erlang C where nobody
 * hung up in the span. `agents` may be a fraction: agents who also serve other queues count for
 * their share. Null where the load is unknown.
 */
export function serviceLevelWith(staffing: Staffing, agents: number): number | null {
  const erlangs = load(staffing)
  const handleMs = averageHandleMs(staffing)
  if (erlangs === null || handleMs === null) return null
  const patienceMs = averagePatienceMs(staffing)
  const { thresholdMs } = staffing
  return betweenWhole(agents, (whole) =>
    patienceMs === null
      ? erlangC(whole, erlangs, handleMs, thresholdMs).serviceLevel
      : erlangA(whole, erlangs, handleMs, patienceMs, thresholdMs).serviceLevel,
  )
}

/**
 * What a queue's interval comes to, as two sums that add up over queues: `met / all` is the
 * projected service level.
 *
 *     met so far + expected arrivals · service level with present staff
 *     decided + waiting + expected arrivals
 *
 * Null where contacts are expected and nothing tells how they would fare.
 */
export function projection(
  staffing: Staffing,
  waiting: number,
  nowMs: number,
): { met: number; all: number; arrivals: number } | null {
  const leftMs = Math.max(0, staffing.intervalEndsAtMs - nowMs)
  const arrivals = (staffing.offered * leftMs) / staffing.spanMs
  const serviceLevel = arrivals === 0 ? 0 : serviceLevelWith(staffing, staffing.staffedShare)
  if (serviceLevel === null) return null
  return {
    met: staffing.met + arrivals * serviceLevel,
    all: staffing.decided + waiting + arrivals,
    arrivals,
  }
}

/**
 * The fewest agents with whom the present load would reach the queue's target, by Erlang C (what
 * the wall shows) and by Erlang A, which needs fewer since those who hang up free their place.
 * Null where the load or the patience is unknown, or no number of agents would do.
 */
export function requiredAgents(staffing: Staffing): {
  erlangC: number | null
  erlangA: number | null
} {
  const erlangs = load(staffing)
  if (erlangs === 0) return { erlangC: 0, erlangA: 0 }
  const handleMs = averageHandleMs(staffing)
  if (erlangs === null || handleMs === null) return { erlangC: null, erlangA: null }
  const { target, thresholdMs } = staffing
  const patienceMs = averagePatienceMs(staffing)
  return {
    erlangC: fewestAgents(
      (agents) =>
        agents > erlangs && erlangC(agents, erlangs, handleMs, thresholdMs).serviceLevel >= target,
    ),
    erlangA:
      patienceMs === null
        ? null
        : fewestAgents(
            (agents) =>
              erlangA(agents, erlangs, handleMs, patienceMs, thresholdMs).serviceLevel >= target,
          ),
  }
}

/** Everything that the forecasts of a queue rest on, for people who ask where they come from. */
export function explainStaffing(
  staffing: Staffing,
  now: { waiting: number; available: number; atMs: number },
) {
  return {
    inputs: staffing,
    waiting: now.waiting,
    available: now.available,
    averageHandleMs: averageHandleMs(staffing),
    averagePatienceMs: averagePatienceMs(staffing),
    /** Erlangs. */
    load: load(staffing),
    /** Which formula the service level below is by. */
    formula: averagePatienceMs(staffing) === null ? ('Erlang C' as const) : ('Erlang A' as const),
    serviceLevelWithPresentStaff: serviceLevelWith(staffing, staffing.staffedShare),
    expectedWaitMs: expectedWaitMs(staffing, now.waiting, now.available),
    projection: projection(staffing, now.waiting, now.atMs),
    requiredAgents: requiredAgents(staffing),
  }
}
