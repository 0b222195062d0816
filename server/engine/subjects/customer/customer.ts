import { nothingDerived } from '../kind.ts'
import type { DeriveInput, Derived, Kind } from '../kind.ts'
import { dormant } from './dormant.ts'
import { leads } from './leads.ts'
import { replies } from './replies.ts'
import { revenue } from './revenue.ts'
import { sales } from './sales.ts'
import type { AccountTopic } from './topic.ts'

/**
 * An account: what is known of a customer over all that happened with it. Each topic is a function
 * of its own of the account's facts (`customer.changed`) and of what orders, opportunities, leads
 * and messages derived for it; the account books what all of them say.
 */
export const customer: Kind = { version: 5, derive: deriveCustomer }

const topics: readonly AccountTopic[] = [revenue, sales, leads, replies, dormant]

function deriveCustomer(input: DeriveInput): Derived {
  const said = topics.map((topic) => topic(input))
  return {
    ...nothingDerived,
    bookings: said.flatMap(({ bookings = [] }) => bookings),
    feeds: said.flatMap(({ feeds = [] }) => feeds),
    flags: said.flatMap(({ flags = [] }) => flags),
    unopened: said.reduce((sum, { unopened = 0 }) => sum + unopened, 0),
    open: said.some(({ open = false }) => open),
  }
}
