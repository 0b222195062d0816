import type { Dimensions } from '../../../shared/entry.ts'
import { systemOf } from '../../../shared/events/event.ts'
import type { Settings } from '../settings.ts'
import type { Fact, Fed, SubjectKey } from '../subject.ts'
import { creditedTo } from './account.ts'
import { objectKey, splitReference } from './keys.ts'
import type { Derived } from './kind.ts'

/**
 * Whom what is said of a contact afterwards, a survey or an evaluation, is credited to: the agent
 * and the queue that it names, else those of the contact, which may be a mail thread. The contact
 * hears of it (route.ts) and tells what it knows.
 */

/** What a contact tells of itself to those who speak of it. */
export type CreditFeed = {
  /** Who handled it last; null: nobody did. */
  agent: string | null
  /** In which queue that was, else in which it waited last; null: none. */
  queue: string | null
  /** The matter that it counts in, by its subject; null: it is no handled contact of a customer. */
  matter: SubjectKey | null
}

/** The subjects that may be what a survey or an evaluation names: a contact, or a mail thread. */
export function namedContacts(
  contactId: string,
  source: string,
  settings: Settings,
): readonly SubjectKey[] {
  const { system, id } = splitReference(contactId, settings.systemOfContacts(source))
  return [objectKey('contact', system, id), objectKey('thread', system, id)]
}

/** Who speaks of a contact afterwards: the kind of its subject, and the field of its id. */
const speakers: Readonly<Record<string, readonly [kind: string, id: string]>> = {
  'evaluation.recorded': ['evaluation', 'evaluationId'],
  'survey.sent': ['survey', 'responseId'],
  'survey.answered': ['survey', 'responseId'],
}

/** Whether it is said of a contact, or a mail thread, by others: no word of its own, whenever it comes. */
export const isSaidOfContact = (kind: string, type: string): boolean =>
  type in speakers && (kind === 'contact' || kind === 'thread')

/** What a contact with these facts feeds to those who speak of it. */
export function creditFeeds(facts: readonly Fact[], data: CreditFeed): Derived['feeds'] {
  if (!facts.some(({ type }) => type in speakers)) return []
  const keys = new Set(
    facts.flatMap(({ type, reports }) => {
      const [kind, id] = speakers[type] ?? []
      if (kind === undefined || id === undefined) return []
      // Of one contact, two systems may each have their own survey 7.
      return reports.map((report) =>
        objectKey(kind, systemOf(report.source), String(report.data[id])),
      )
    }),
  )
  return [...keys].map((to) => ({ to, id: 'credit', data }))
}

/** What the contact told, and which it is; null: none of them is known, or said anything itself. */
export function creditFrom(
  fed: readonly Fed[],
  contacts: readonly SubjectKey[],
): (CreditFeed & { contact: SubjectKey }) | null {
  for (const contact of contacts) {
    const found = fed.find(({ from, id }) => id === 'credit' && from === contact)
    // Fed by our own subject, by this type.
    if (found) return { ...(found.data as CreditFeed), contact }
  }
  return null
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
