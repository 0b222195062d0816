import { isOf } from '../facts.ts'
import { objectKey } from './keys.ts'
import { nothingDerived } from './kind.ts'
import type { DeriveInput, Derived, Kind } from './kind.ts'

/**
 * A case: what a customer's mails are about. Solved, closed, or said to need no reply, it closes the
 * open turns of its threads, which it knows by the messages that name it.
 */
export const caseSubject: Kind = { version: 2, derive: deriveCase }

/** When a case was closed, for its threads, and whose it was then (as the feed names the agent). */
export type ClosingFeed = { closings: { atMs: number; agent: string | null }[] }

function deriveCase({ key, standing }: DeriveInput): Derived {
  const system = key.slice('case'.length, key.indexOf('#'))
  const threads = new Set<string>()
  const closings: ClosingFeed['closings'] = []
  let agent: string | null = null
  for (const fact of standing) {
    if (isOf(fact, 'message.recorded')) threads.add(fact.data.threadId)
    else if (isOf(fact, 'case.changed')) {
      const { field, to, statusClass, noReplyNeeded } = fact.data
      agent = fact.data.agent ?? (field === 'assignee' ? to : agent)
      const isClosed = statusClass === 'solved' || statusClass === 'closed'
      if (isClosed || noReplyNeeded === true) closings.push({ atMs: fact.atMs, agent })
    }
  }
  const data: ClosingFeed = { closings }
  return {
    ...nothingDerived,
    feeds:
      closings.length === 0
        ? []
        : [...threads].map((id) => ({ to: objectKey('thread', system, id), id: 'closed', data })),
  }
}
