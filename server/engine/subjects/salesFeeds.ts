import type { SubjectKey } from '../subject.ts'

/** What leads, opportunities and accounts derive for one another. */

/** What a lead's account has to know of it. */
export type LeadOfAccount = {
  createdAtMs: number
  agent: string | null
  segment: string | null
  /** Left out: none is named. */
  campaign?: string
}

/** What an opportunity has to know of its lead: when somebody first responded to it. */
export type LeadOfOpportunity = { respondedAtMs: number }

/** What a lead has to know of its account. */
export type AccountOfLead = {
  /** The first word of ours with the account since the lead was created; null: none. */
  touchedAtMs: number | null
  /** When it first ordered; null: it did not, or cancelled. */
  firstOrderAtMs: number | null
}

/** What a lead has to know of an opportunity that came of it. */
export type OpportunityOfLead = {
  hasReachedOne: boolean
  hasReachedTwo: boolean
  outcome: 'won' | 'lost' | null
}

/** What an order has to know of its quote: the opportunity that it is of. */
export type OpportunityOfQuote = { opportunity: SubjectKey }

/** What an account has to know of an opportunity that was won. */
export type ContractFeed = {
  wonAtMs: number
  agent: string | null
  /** As the opportunity says: new, upsell, crosssell, renewal; null: not said. */
  kind: string | null
}
