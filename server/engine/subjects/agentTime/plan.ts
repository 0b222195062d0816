import type { Directory } from '../../../../shared/directory.ts'
import type { Accrual } from '../../../../shared/entry.ts'
import type { Booking, DeriveInput } from '../kind.ts'
import type { PlanFeed } from './activity.ts'
import { bookTime } from './bookTime.ts'
import type { Segment } from './timeline.ts'

/**
 * Adherence: the time of a plan in which the agent's state is known, and of that the time in a
 * state that the directory maps to the planned activity. An activity that the directory does not
 * map is in neither. The time before an agent is heard of for the first time, or after a day
 * without a word, is known to nobody.
 */
export function bookPlans(
  input: Pick<DeriveInput, 'key' | 'settings'>,
  agent: string,
  plans: readonly PlanFeed[],
  segments: readonly Segment[],
  knownMs: number,
  bookings: Booking[],
  accruals: Accrual[],
): void {
  const fromMs = segments[0]?.fromMs ?? Infinity
  const toMs = segments.at(-1)?.toMs ?? Infinity
  for (const plan of plans) {
    if (plan.toMs <= fromMs || plan.fromMs >= toMs) continue
    const rule = input.settings
      .directoryAt(plan.fromMs)
      .schedules.find(({ activity }) => activity === plan.planned)
    if (!rule) continue
    for (const segment of segments) {
      if (segment.state === 'unknown') continue
      const from = Math.max(segment.fromMs, plan.fromMs)
      const to = Math.min(segment.toMs ?? Infinity, plan.toMs)
      if (to <= from) continue
      bookTime(input, agent, 'scheduledMs', null, from, to, knownMs, bookings, accruals)
      if (!keeps(rule, segment)) continue
      bookTime(input, agent, 'adherentMs', null, from, to, knownMs, bookings, accruals)
    }
  }
}

/** Reasons tell breaks apart; an agent who talks gives none. */
const keeps = (
  { states, reasons }: Directory['schedules'][number],
  { state, reason }: Segment,
): boolean =>
  states.some((kept) => kept === state) &&
  (state !== 'notReady' || reasons.length === 0 || (reason !== null && reasons.includes(reason)))
