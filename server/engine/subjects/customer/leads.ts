import { creditedTo } from '../account.ts'
import type { DeriveInput } from '../kind.ts'
import type { AccountOfLead, LeadOfAccount } from '../salesFeeds.ts'
import { touchesOf } from '../touches.ts'
import type { AccountTopic } from './topic.ts'
import { ordersOf } from './sales.ts'

/**
 * The leads of an account: it is identified with its first one, and tells each of them what is said
 * of the account without naming a lead.
 */
export const leads: AccountTopic = deriveLeads

type Lead = LeadOfAccount & { from: string }

function deriveLeads({ fed, settings }: DeriveInput): ReturnType<AccountTopic> {
  const all = fed
    .filter(({ id }) => id === 'lead')
    // Fed by our own subject, by this type.
    .map(({ from, data }): Lead => ({ from, ...(data as LeadOfAccount) }))
    .sort((a, b) => a.createdAtMs - b.createdAtMs || (a.from < b.from ? -1 : 1))
  const [first] = all
  if (!first) return {}

  const touches = touchesOf(fed)
  const firstOrderAtMs = ordersOf(fed)[0]?.placedAtMs ?? null
  const { createdAtMs, agent, segment } = first
  return {
    bookings: [
      {
        ...creditedTo(settings, agent, createdAtMs, { segment: segment ?? undefined }),
        counter: 'companiesIdentified',
        detail: null,
        fromMs: createdAtMs,
        toMs: createdAtMs,
        amount: 1,
      },
    ],
    feeds: all.flatMap((lead) => {
      const touchedAtMs = touches.find((atMs) => atMs >= lead.createdAtMs) ?? null
      const data: AccountOfLead = { touchedAtMs, firstOrderAtMs }
      return touchedAtMs === null && firstOrderAtMs === null
        ? []
        : [{ to: lead.from, id: 'account', data }]
    }),
  }
}
