import type { CounterId } from '../../../../shared/counters.ts'
import type { Accrual } from '../../../../shared/entry.ts'
import type { Booking, DeriveInput } from '../kind.ts'

/**
 * Books an agent's time from one instant to another; what is not over by the last that is known
 * (`toMs` null: what goes on) accrues.
 */
export function bookTime(
  { key, settings }: Pick<DeriveInput, 'key' | 'settings'>,
  agent: string,
  counter: CounterId,
  detail: string | null,
  fromMs: number,
  toMs: number | null,
  knownMs: number,
  bookings: Booking[],
  accruals: Accrual[],
): void {
  const { site, team } = settings.agentPlace(agent, fromMs)
  // Written out: nothing is made more often, and a copy of a copy costs as much again.
  if (toMs !== null && toMs <= knownMs) {
    bookings.push({
      counter,
      detail,
      fromMs,
      toMs,
      queue: null,
      agent,
      team,
      site,
      channel: null,
      filters: null,
      amount: toMs - fromMs,
      subject: key,
    })
  } else {
    accruals.push({
      accrues: 'time',
      counter,
      detail,
      fromMs,
      untilMs: toMs,
      queue: null,
      agent,
      team,
      site,
      channel: null,
      filters: null,
    })
  }
}
