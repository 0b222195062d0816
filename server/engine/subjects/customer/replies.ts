import { creditedTo } from '../account.ts'
import { RESPONDED } from '../trackedMessage.ts'
import type { RespondedFeed } from '../trackedMessage.ts'
import type { AccountTopic } from './topic.ts'

/**
 * Whether a company ever replied to outreach: counted once, at its first reply, for whoever wrote
 * what it replied to.
 */
export const replies: AccountTopic = ({ fed, settings }) => {
  const [first] = fed
    .filter(({ id }) => id === RESPONDED)
    // Fed by our own subject, by this type.
    .map(({ from, data }) => ({ from, ...(data as RespondedFeed) }))
    .sort((a, b) => a.atMs - b.atMs || (a.from < b.from ? -1 : 1))
  if (!first) return {}
  const { atMs, agent } = first
  return {
    bookings: [
      {
        counter: 'companiesResponded',
        detail: null,
        fromMs: atMs,
        toMs: atMs,
        amount: 1,
        ...creditedTo(settings, agent, atMs),
      },
    ],
  }
}
