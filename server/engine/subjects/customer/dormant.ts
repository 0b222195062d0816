import { DAY_MS } from '../../../../shared/time.ts'
import { creditedTo } from '../account.ts'
import type { Booking } from '../kind.ts'
import { agentSince } from '../object.ts'
import type { AccountTopic } from './topic.ts'
import { accountChanges } from './revenue.ts'
import { ordersOf } from './sales.ts'

/**
 * Whether an account that lay dormant was regained.
 *
 *     business ── so many days without an order or a change ──► dormant ── an order ──► regained
 *         └────── churned ──► lost ── returned ──────────────────────────────────────►
 *
 * Who pays a monthly amount is not dormant, however rarely it orders. The return that a CRM notes
 * after the order that regained the account is the same regaining.
 */
export const dormant: AccountTopic = deriveDormant

/** What happened with an account, in order; of one instant, a change before an order. */
type Step = { atMs: number; agent: string | null } & (
  { is: 'change'; change: string; pays: boolean | null } | { is: 'order' }
)

function deriveDormant(input: Parameters<AccountTopic>[0]): ReturnType<AccountTopic> {
  const { fed, settings } = input
  const changes = accountChanges(input)
  const steps: Step[] = [
    ...changes.map((change): Step => {
      const { monthly } = change.data
      return {
        is: 'change',
        atMs: change.atMs,
        agent: agentSince(changes, change),
        change: change.data.change,
        pays: monthly === undefined ? null : Number(monthly.value) > 0,
      }
    }),
    ...ordersOf(fed).map(({ placedAtMs, agent }): Step => {
      return { is: 'order', atMs: placedAtMs, agent }
    }),
  ].sort((a, b) => a.atMs - b.atMs || (a.is < b.is ? -1 : a.is > b.is ? 1 : 0))

  const bookings: Booking[] = []
  let lastMs: number | null = null
  let isPaying = false
  let regainedByOrderMs: number | null = null
  for (const step of steps) {
    const { atMs, agent } = step
    const dormantMs = settings.centerAt(atMs).dormantDays * DAY_MS
    let isRegained: boolean
    if (step.is === 'order') {
      isRegained = lastMs !== null && !isPaying && atMs - lastMs >= dormantMs
      if (isRegained) regainedByOrderMs = atMs
    } else {
      const isSame = regainedByOrderMs !== null && atMs - regainedByOrderMs < dormantMs
      isRegained = step.change === 'returned' && !isSame
      if (step.change === 'churned') regainedByOrderMs = null
      isPaying = step.change !== 'churned' && (step.pays ?? isPaying)
    }
    lastMs = atMs
    if (!isRegained) continue
    bookings.push({
      counter: 'dormantReactivations',
      detail: null,
      fromMs: atMs,
      toMs: atMs,
      amount: 1,
      ...creditedTo(settings, agent, atMs),
    })
  }
  return { bookings }
}
