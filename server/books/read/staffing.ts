/** What forecasts about a queue are made from: its last half hour, and who is staffed now. */
import type { CounterId } from '../../../shared/counters.ts'
import type { DirectoryQueue } from '../../../shared/directory.ts'
import { stateAt, type AgentState, type LiveAgent } from '../../../shared/live.ts'
import type { Staffing } from '../../../shared/staffing.ts'
import { MINUTE_MS, SECOND_MS } from '../../../shared/time.ts'

/**
 * `last30` holds 29 whole minutes and as much as has passed of the present one. Forecasts reckon
 * with its middle, so that they do not change with every millisecond.
 */
const SPAN_MS = 29.5 * MINUTE_MS

/**
 * Shares are given in so many figures: what is beyond depends on the order of adding. Figures and not
 * places, for an agent who is there for a queue a thousandth of the time makes waits a thousandfold.
 */
const SHARE_FIGURES = 12

/** The counters whose sums are an agent's handle time. */
export const handleCounters = [
  'talkMs',
  'holdMs',
  'wrapMs',
  'configuredWrapMs',
] as const satisfies readonly CounterId[]

/** The counters of `last30` that a queue's staffing is made from. */
export const staffingCounters = [
  ...handleCounters,
  'visitsOffered',
  'handled',
  'abandonedShort',
  'abandonedInTime',
  'abandonedPassed',
  'answeredWaitMs',
  'unansweredWaitMs',
] as const satisfies readonly CounterId[]

const staffedStates: ReadonlySet<AgentState> = new Set([
  'available',
  'ringing',
  'onContact',
  'wrapUp',
])

/** Whether an agent would take the queue's contacts, now or when the present one is over. */
function isStaffed(agent: LiveAgent, queue: string, nowMs: number): boolean {
  return !agent.paused.includes(queue) && staffedStates.has(stateAt(agent, nowMs).state)
}

export type StaffingInput = {
  queue: Pick<DirectoryQueue, 'key' | 'channel' | 'serviceLevel' | 'serviceLevelTarget'>
  /** Agents joined to the queue. */
  agents: readonly LiveAgent[]
  nowMs: number
  /** Booked sums of the queue and its channel, in `last30` and in the present interval. */
  last30: (counter: CounterId) => number
  interval: (counter: CounterId) => number
  intervalEndsAtMs: number
  /** An agent's handle time of `last30`: for this queue, and whatever the queue. */
  handleMs: (agent: string) => { here: number; all: number }
}

export function staffingOf(input: StaffingInput): Staffing {
  const { queue, nowMs, last30, interval } = input
  const staffed = input.agents.filter((agent) => isStaffed(agent, queue.key, nowMs))
  const share = staffed.reduce((sum, { agent }) => {
    const { here, all } = input.handleMs(agent)
    return sum + (all > 0 ? here / all : 1)
  }, 0)
  const sum = (counters: readonly CounterId[]): number =>
    counters.reduce((total, counter) => total + last30(counter), 0)
  return {
    channel: queue.channel,
    spanMs: SPAN_MS,
    offered: last30('visitsOffered'),
    handled: last30('handled'),
    handleMs: sum(handleCounters),
    abandoned: sum(['abandonedShort', 'abandonedInTime', 'abandonedPassed']),
    waitedMs: sum(['answeredWaitMs', 'unansweredWaitMs']),
    staffed: staffed.length,
    staffedShare: Number(share.toPrecision(SHARE_FIGURES)),
    thresholdMs: queue.serviceLevel.thresholdSeconds * SECOND_MS,
    target: queue.serviceLevelTarget,
    met: interval('serviceLevelMet'),
    decided: interval('serviceLevelDecided'),
    intervalEndsAtMs: input.intervalEndsAtMs,
  }
}
