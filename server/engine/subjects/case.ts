import { isOf } from '../facts.ts'
import { objectKey } from './keys.ts'
import { nothingDerived } from './kind.ts'
import type { DeriveInput, Derived, Kind } from './kind.ts'

/**
 * A case: what a customer's mails are about. Solved, closed, or said to need no reply, it closes the
 * open turns of its threads, which it knows by the messages that name it; put into another queue, it
 * takes what waits in them with it.
 */
export const caseSubject: Kind = { version: 3, derive: deriveCase }

/** What a case tells its threads; queues and agents are as the feed names them. */
export type CaseFeed = {
  /** When it was closed, and whose it was then. */
  closings: { atMs: number; agent: string | null }[]
  /** When it was said to be in which queue; left out: never. */
  moves?: { atMs: number; queue: string }[]
}

function deriveCase({ key, standing }: DeriveInput): Derived {
  const system = key.slice('case'.length, key.indexOf('#'))
  const threads = new Set<string>()
  const closings: CaseFeed['closings'] = []
  const moves: NonNullable<CaseFeed['moves']> = []
  let agent: string | null = null
  for (const fact of standing) {
    if (isOf(fact, 'message.recorded')) threads.add(fact.data.threadId)
    else if (isOf(fact, 'case.changed')) {
      const { field, to, statusClass, noReplyNeeded } = fact.data
      agent = fact.data.agent ?? (field === 'assignee' ? to : agent)
      const queue = fact.data.queue ?? (field === 'queue' ? to : undefined)
      if (queue !== undefined) moves.push({ atMs: fact.atMs, queue })
      const isClosed = statusClass === 'solved' || statusClass === 'closed'
      if (isClosed || noReplyNeeded === true) closings.push({ atMs: fact.atMs, agent })
    }
  }
  const data: CaseFeed = { closings, ...(moves.length > 0 && { moves }) }
  return {
    ...nothingDerived,
    feeds:
      closings.length + moves.length === 0
        ? []
        : [...threads].map((id) => ({ to: objectKey('thread', system, id), id: 'case', data })),
  }
}
