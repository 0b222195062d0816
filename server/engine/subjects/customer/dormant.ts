import { DAY_MS } from '../../../../shared/time.ts'
import { creditedTo } from '../account.ts'
import type { Booking, DeriveInput } from '../kind.ts'
import { agentSince } from '../object.ts'
import type { LeadOfAccount } from '../salesFeeds.ts'
import { touchesIn } from '../touches.ts'
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
 * after the order that regained the account is the same regaining. It counts for the campaign of the
 * last lead or word of ours that named one since the account last did business.
 */
export const dormant: AccountTopic = deriveDormant

/** What happened with an account, in order; of one instant, a change before an order. */
type Step = { atMs: number; agent: string | null } & (
  { is: 'change'; change: string; pays: boolean | null } | { is: 'order' }
)

type Campaign = { atMs: number; campaign: string }

/** The campaigns that leads and words of ours with the account were part of, in order. */
function campaignsOf(fed: DeriveInput['fed']): Campaign[] {
  const leads = fed
    .filter(({ id }) => id === 'lead')
    // Fed by our own subject, by this type.
    .map(({ data }) => data as LeadOfAccount)
    .map(({ createdAtMs, campaign }) => ({ atMs: createdAtMs, campaign }))
  return [...leads, ...touchesIn(fed)]
    .filter((each): each is Campaign => each.campaign !== undefined)
    .sort((a, b) => a.atMs - b.atMs || (a.campaign < b.campaign ? -1 : 1))
}

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
  const campaigns = campaignsOf(fed)
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
    const sinceMs = lastMs ?? -Infinity
    lastMs = atMs
    if (!isRegained) continue
    const campaign = campaigns.findLast(
      (each) => each.atMs <= atMs && each.atMs > sinceMs,
    )?.campaign
    bookings.push({
      counter: 'dormantReactivations',
      detail: null,
      fromMs: atMs,
      toMs: atMs,
      amount: 1,
      ...creditedTo(settings, agent, atMs, { campaign }),
    })
  }
  return { bookings }
}
