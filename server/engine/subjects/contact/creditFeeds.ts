import { systemOf } from '../../../../shared/events/event.ts'
import type { Fact, SubjectKey } from '../../subject.ts'
import type { CreditFeed } from '../contactCredit.ts'
import { objectKey } from '../keys.ts'
import type { Derived } from '../kind.ts'
import { lastHandling } from './resolved.ts'
import type { Resolved } from './resolved.ts'

/** Who speaks of a contact afterwards: the kind of its subject, and the field of its id. */
const speakers: Readonly<Record<string, readonly [kind: string, id: string]>> = {
  'evaluation.recorded': ['evaluation', 'evaluationId'],
  'survey.sent': ['survey', 'responseId'],
  'survey.answered': ['survey', 'responseId'],
}

/**
 * What a contact tells those who speak of it afterwards: whom it was handled by. Nothing, as long
 * as nothing was heard of the contact itself.
 */
export function creditFeeds(
  facts: readonly Fact[],
  { facts: own, legs, visits }: Resolved,
  matter: SubjectKey | null,
): Derived['feeds'] {
  const keys = new Set(
    facts.flatMap(({ type, reports }) => {
      const [kind, id] = speakers[type] ?? []
      if (kind === undefined || id === undefined) return []
      // Of one contact, two systems may each have their own survey 7.
      return reports.map(({ source, data }) => objectKey(kind, systemOf(source), String(data[id])))
    }),
  )
  if (keys.size === 0 || own.lastAtMs === -Infinity) return []
  const last = lastHandling(legs)
  const data: CreditFeed = {
    agent: last?.agent ?? null,
    queue: last?.queue ?? visits.at(-1)?.queue ?? null,
    matter,
  }
  return [...keys].map((to) => ({ to, id: 'credit', data }))
}
