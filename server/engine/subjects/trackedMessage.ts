import type { CounterId } from '../../../shared/counters.ts'
import { isOf } from '../facts.ts'
import { creditedTo } from './account.ts'
import { objectKey, splitReference } from './keys.ts'
import { nothingDerived } from './kind.ts'
import type { Booking, DeriveInput, Derived, Kind } from './kind.ts'

/**
 * A mail that we sent, and what became of it.
 *
 *     sent ──┬── delivered ──► opened by a person ──► replied to
 *            └── bounced
 *
 * Of outreach, each is counted once and at the send. Opens by machines (scanners, mail proxies) are
 * left out. Where no feed reports deliveries, what did not bounce was delivered.
 */
export const trackedMessage: Kind = { version: 2, derive: deriveTrackedMessage }

/** What its thread knows of the send. */
export type SentFeed = {
  atMs: number
  /** As the feed names the agent; null: nobody is named. */
  agent: string | null
  account: string | null
  outreach: boolean
}
/** Under which id a thread feeds it. */
export const SENT = 'sent'
/** A customer's mail in reply, of whichever thread; its id begins with `reply/`. */
export type ReplyFeed = { atMs: number; account: string | null }

/** What an account is fed: that it replied to outreach. */
export type RespondedFeed = {
  atMs: number
  /** Who wrote the outreach, as the feed names the agent. */
  agent: string | null
}
/** Under which id outreach feeds the account that replied to it. */
export const RESPONDED = 'responded'

function deriveTrackedMessage(input: DeriveInput): Derived {
  const { key, standing, fed, settings } = input
  const tracks = standing.filter((fact) => isOf(fact, 'message.tracked'))
  // Fed by our own subjects, by these types.
  const [sent] = fed
    .filter(({ id }) => id === SENT)
    .sort((a, b) => (a.from < b.from ? -1 : 1))
    .map(({ data }) => data as SentFeed)
  if (!sent) return { ...nothingDerived, unopened: tracks.length }
  if (!sent.outreach) return nothingDerived

  const system = key.slice('trackedMessage'.length, key.indexOf('#'))
  const isTracked = (wanted: (typeof tracks)[number]['data']['track']) =>
    tracks.some(({ data }) => data.track === wanted)
  const book = (counter: CounterId): Booking => ({
    counter,
    detail: null,
    fromMs: sent.atMs,
    toMs: sent.atMs,
    amount: 1,
    ...creditedTo(settings, sent.agent, sent.atMs),
  })
  const bookings = [book('outreachSent')]
  const isDelivered =
    isTracked('delivered') ||
    (!isTracked('bounced') && !settings.reportsDelivery(system, sent.atMs))
  if (isDelivered) bookings.push(book('outreachDelivered'))
  const isOpened = tracks.some(({ data }) => data.track === 'opened' && data.machine !== true)
  if (isOpened) bookings.push(book('outreachOpened'))

  const replies = [
    ...fed
      .filter(({ id }) => id.startsWith('reply/'))
      .map(({ data }) => data as ReplyFeed)
      .sort((a, b) => a.atMs - b.atMs || ((a.account ?? '') < (b.account ?? '') ? -1 : 1)),
    ...tracks
      .filter(({ data }) => data.track === 'replied')
      .map(({ atMs }): ReplyFeed => ({ atMs, account: null })),
  ]
  if (replies.length > 0) bookings.push(book('outreachReplied'))
  return { ...nothingDerived, bookings, feeds: respondedFeed(system, sent, replies) }
}

/** The account whose reply it is: the one that was written to, else the one that wrote back. */
function respondedFeed(
  system: string,
  { agent, account }: SentFeed,
  replies: readonly ReplyFeed[],
): Derived['feeds'] {
  const reference = account ?? replies.find((reply) => reply.account !== null)?.account ?? null
  if (reference === null || replies.length === 0) return []
  const to = splitReference(reference, system)
  const data: RespondedFeed = { atMs: Math.min(...replies.map(({ atMs }) => atMs)), agent }
  return [{ to: objectKey('customer', to.system, to.id), id: RESPONDED, data }]
}
