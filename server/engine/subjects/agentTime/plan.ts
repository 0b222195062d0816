import type { Accrual } from '../../../../shared/entry.ts'
import type { Booking, DeriveInput } from '../kind.ts'
import type { PlanFeed } from './activity.ts'
import type { Segment } from './timeline.ts'

/**
 * Adherence: the time of a plan in which the agent's state is known, and of that the time in a
 * state that the directory maps to the planned activity. An activity that the directory does not
 * map is in neither. The time before an agent is heard of for the first time, or after a day
 * without a word, is known to nobody.
 */
export function bookPlans(
  { key, settings }: Pick<DeriveInput, 'key' | 'settings'>,
  agent: string,
  plans: readonly PlanFeed[],
  segments: readonly Segment[],
  knownMs: number,
  bookings: Booking[],
  accruals: Accrual[],
): void {
  for (const plan of plans) {
    const rule = settings
      .directoryAt(plan.fromMs)
      .schedules.find(({ activity }) => activity === plan.planned)
    if (!rule) continue
    for (const { state, reason, fromMs, toMs } of segments) {
      if (state === 'unknown') continue
      const from = Math.max(fromMs, plan.fromMs)
      const to = Math.min(toMs ?? Infinity, plan.toMs)
      if (to <= from) continue
      const keeps =
        rule.states.some((kept) => kept === state) &&
        // Reasons tell breaks apart; an agent who talks gives none.
        (state !== 'notReady' ||
          rule.reasons.length === 0 ||
          (reason !== null && rule.reasons.includes(reason)))
      const dimensions = {
        queue: null,
        agent,
        ...settings.agentPlace(agent, from),
        channel: null,
        filters: null,
        detail: null,
      }
      for (const counter of keeps
        ? (['scheduledMs', 'adherentMs'] as const)
        : (['scheduledMs'] as const)) {
        if (to <= knownMs) {
          const amount = to - from
          bookings.push({ counter, fromMs: from, toMs: to, amount, ...dimensions, subject: key })
        } else {
          accruals.push({ accrues: 'time', counter, fromMs: from, untilMs: to, ...dimensions })
        }
      }
    }
  }
}
