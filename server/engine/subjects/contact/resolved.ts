import type { Channel } from '../../../../shared/events/fields.ts'
import type { Settings } from '../../settings.ts'
import type { SubjectKey } from '../../subject.ts'
import type { CreditFeed } from '../contactCredit.ts'
import type { ContactFacts } from './facts.ts'
import type { Leg } from './legs.ts'
import type { Offer } from './offers.ts'
import type { Visit } from './visits.ts'

/** A contact whose parts are worked out. */
export type Resolved = {
  key: SubjectKey
  facts: ContactFacts
  visits: readonly Visit[]
  offers: readonly Offer[]
  legs: readonly Leg[]
  settings: Settings
}

/** The channel of a queue's contact: what it says itself, else what the queue is for. */
export function channelOf(
  { facts, settings }: Resolved,
  said: Channel | null,
  queue: string,
): Channel {
  return said ?? facts.channel ?? settings.queueAt(queue, facts.lastAtMs)?.channel ?? 'voice'
}

/** The primary leg that ended last, or goes on: whom the contact is credited to; null: none. */
function lastHandling(legs: readonly Leg[]): Leg | null {
  const primary = legs.filter(({ role, end }) => role === 'primary' && !end?.lost)
  const endMs = ({ end }: Leg): number => end?.atMs ?? Infinity
  primary.sort((a, b) => endMs(a) - endMs(b) || (a.leg < b.leg ? -1 : 1))
  return primary.at(-1) ?? null
}

/** What a contact tells those who speak of it; null: nothing was heard of the contact itself. */
export function creditOf(
  { facts, legs, visits }: Resolved,
  matter: SubjectKey | null,
): CreditFeed | null {
  if (facts.lastAtMs === -Infinity) return null
  const last = lastHandling(legs)
  return {
    agent: last?.agent ?? null,
    queue: last?.queue ?? visits.at(-1)?.queue ?? null,
    matter,
  }
}

/** Why the customer called: the last reason of the leg, else of the contact. */
export function reasonOf(facts: ContactFacts, leg: Leg): string | null {
  const reasons = facts.disposed.filter(({ data }) => data.reason !== undefined)
  const own = reasons.findLast(({ data }) => data.legId === leg.leg)
  const contactWide = reasons.findLast(({ data }) => data.legId === undefined)
  return (own ?? contactWide)?.data.reason ?? null
}
