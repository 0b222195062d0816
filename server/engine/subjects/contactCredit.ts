import type { Dimensions } from '../../../shared/entry.ts'
import type { Settings } from '../settings.ts'
import type { Fed, SubjectKey } from '../subject.ts'
import { creditedTo } from './account.ts'
import { objectKey, splitReference } from './keys.ts'

/**
 * Whom what is said of a contact afterwards, a survey or an evaluation, is credited to: the agent
 * and the queue that it names, else those of the contact. The contact hears of it (route.ts) and
 * tells what it knows.
 */

/** What a contact tells of itself to those who were asked about it. */
export type CreditFeed = {
  /** Of the last primary leg; null: no agent had it. */
  agent: string | null
  /** Of that leg, else of the last visit; null: none. */
  queue: string | null
  /** The matter that it counts in, by its subject; null: it is no handled contact of a customer. */
  matter: SubjectKey | null
}

/** The contact that a survey or an evaluation names, in its own system or another's. */
export function namedContact(contactId: string, source: string, settings: Settings): SubjectKey {
  const { system, id } = splitReference(contactId, settings.systemOfContacts(source))
  return objectKey('contact', system, id)
}

/** What the contact of that key told; null: it is not known, or has nothing of its own yet. */
export function creditFrom(fed: readonly Fed[], contact: SubjectKey | null): CreditFeed | null {
  const found = fed.find(({ from, id }) => id === 'credit' && from === contact)
  // Fed by our own subject, by this type.
  return found ? (found.data as CreditFeed) : null
}

/**
 * The dimensions of what an agent is credited with at an instant, in a queue, both by any name of
 * theirs. Where there is no agent, site and team are the queue's.
 */
export function creditedIn(
  settings: Settings,
  named: { agent: string | null; queue: string | null },
  atMs: number,
): Dimensions {
  const queue = named.queue === null ? null : settings.queueKey(named.queue)
  const dimensions = creditedTo(settings, named.agent, atMs)
  if (queue === null) return dimensions
  return dimensions.agent === null
    ? { ...dimensions, queue, ...settings.queuePlace(queue, atMs) }
    : { ...dimensions, queue }
}
