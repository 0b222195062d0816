import { z } from 'zod'
import { SECOND_MS } from './time.ts'

/**
 * Service level: no two vendors count it alike, so the definition is data, and each queue has one.
 *
 * A wait has one service-level event, the first of answered, abandoned, flowed out and *threshold
 * passed*; a contact that still waits past the threshold T is a miss already, at the instant at
 * which T passed. Each event either counts as met, counts as missed, or is left out:
 *
 *     service level = met / decided
 */
export const ServiceLevelDefinition = z
  .strictObject({
    /** T. Answered exactly at T is in time. */
    thresholdSeconds: z.number().positive().max(86_400).default(20),
    /** s. Abandoned before s is short: nobody could have answered. At s exactly it is not. */
    shortAbandonSeconds: z.number().nonnegative().max(86_400).default(5),
    /** Abandoned from s to T, inclusive. */
    abandonedInTime: z.enum(['missed', 'ignored', 'met']).default('missed'),
    abandonedShort: z.enum(['ignored', 'missed', 'met']).default('ignored'),
    /** Left the queue unanswered and not by hanging up: timeout, overflow, key, callback … */
    flowedOut: z.enum(['ignored', 'missed']).default('ignored'),
    /** In time / answered, whatever else is set: abandons and those still waiting play no part. */
    answeredOnly: z.boolean().default(false),
  })
  .refine((sl) => sl.shortAbandonSeconds <= sl.thresholdSeconds, {
    path: ['shortAbandonSeconds'],
    error: 'must not be over thresholdSeconds',
  })
export type ServiceLevelDefinition = z.output<typeof ServiceLevelDefinition>

/**
 * The additive counters that a wait's end is booked to. `answeredInTime`, `abandonedShort`,
 * `abandonedInTime` and `flowedOutInTime` at the end of the wait; the `passedThen…` ones at
 * queued + T; `waitingPast` is what accrues while a contact still waits past T.
 */
export const serviceLevelEvents = [
  'answeredInTime',
  'abandonedShort',
  'abandonedInTime',
  'flowedOutInTime',
  'passedThenAnswered',
  'passedThenAbandoned',
  'passedThenFlowedOut',
  'waitingPast',
] as const
export type ServiceLevelEvent = (typeof serviceLevelEvents)[number]

export type Judgement = 'met' | 'missed' | 'ignored'

/** What one service-level event counts as under a definition. */
export function judge(event: ServiceLevelEvent, definition: ServiceLevelDefinition): Judgement {
  switch (event) {
    case 'answeredInTime':
      return 'met'
    case 'passedThenAnswered':
      return 'missed'
    case 'abandonedShort':
      return definition.answeredOnly ? 'ignored' : definition.abandonedShort
    case 'abandonedInTime':
      return definition.answeredOnly ? 'ignored' : definition.abandonedInTime
    case 'passedThenAbandoned':
    case 'waitingPast':
      return definition.answeredOnly ? 'ignored' : 'missed'
    case 'flowedOutInTime':
    case 'passedThenFlowedOut':
      return definition.answeredOnly ? 'ignored' : definition.flowedOut
  }
}

/** How a wait ended, for the service level; `lost` and `error` are in no rate and have no event. */
export type WaitEnd = 'answered' | 'abandoned' | 'flowedOut'

/** The service-level event of a wait that ended. */
export function serviceLevelEvent(
  end: WaitEnd,
  waitMs: number,
  definition: Pick<ServiceLevelDefinition, 'thresholdSeconds' | 'shortAbandonSeconds'>,
): Exclude<ServiceLevelEvent, 'waitingPast'> {
  const passed = waitMs > definition.thresholdSeconds * SECOND_MS
  switch (end) {
    case 'answered':
      return passed ? 'passedThenAnswered' : 'answeredInTime'
    case 'abandoned':
      if (waitMs < definition.shortAbandonSeconds * SECOND_MS) return 'abandonedShort'
      return passed ? 'passedThenAbandoned' : 'abandonedInTime'
    case 'flowedOut':
      return passed ? 'passedThenFlowedOut' : 'flowedOutInTime'
  }
}

/** How many waits had each service-level event, over any scope and span of one definition's T and s. */
export type ServiceLevelCounts = Readonly<Record<ServiceLevelEvent, number>>

/**
 * The service level of such counts under any definition with the same thresholds: the answer to
 * "what if abandons counted otherwise?", and the check on what was booked. Another T or s moves
 * waits between the counts themselves, which takes the waits.
 *
 *     met / decided, null where nothing is decided
 */
export function serviceLevelOf(
  counts: ServiceLevelCounts,
  definition: ServiceLevelDefinition,
): { met: number; decided: number; value: number | null } {
  let met = 0
  let decided = 0
  for (const event of serviceLevelEvents) {
    const judgement = judge(event, definition)
    if (judgement === 'met') met += counts[event]
    if (judgement !== 'ignored') decided += counts[event]
  }
  return { met, decided, value: decided === 0 ? null : met / decided }
}
