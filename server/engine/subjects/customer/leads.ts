import { creditedTo } from '../account.ts'
import type { DeriveInput } from '../kind.ts'
import type { LeadOfAccount } from '../lead.ts'
import type { AccountTopic } from './customer.ts'

/** The leads of an account: it is identified with its first one. */
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
  }
}
