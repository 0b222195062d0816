import { nothingLive } from '../../../shared/live.ts'
import { isOf } from '../facts.ts'
import { objectKey } from './keys.ts'
import type { DeriveInput, Derived, Kind } from './kind.ts'

/**
 * A case: what a customer's mails are about. Solved, closed, or said to need no reply, it closes the
 * open turns of its threads, which it knows by the messages that name it.
 */
export const caseSubject: Kind = { version: 1, derive: deriveCase }

/** When a case was closed, for its threads. */
export type ClosingFeed = { closedAtMs: number[] }

function deriveCase({ key, standing }: DeriveInput): Derived {
  const system = key.slice('case'.length, key.indexOf('#'))
  const threads = new Set<string>()
  const closedAtMs: number[] = []
  for (const fact of standing) {
    if (isOf(fact, 'message.recorded')) threads.add(fact.data.threadId)
    else if (isOf(fact, 'case.changed')) {
      const { statusClass, noReplyNeeded } = fact.data
      const isClosed = statusClass === 'solved' || statusClass === 'closed'
      if (isClosed || noReplyNeeded === true) closedAtMs.push(fact.atMs)
    }
  }
  const data: ClosingFeed = { closedAtMs }
  return {
    bookings: [],
    accruals: [],
    live: nothingLive,
    feeds:
      closedAtMs.length === 0
        ? []
        : [...threads].map((id) => ({ to: objectKey('thread', system, id), id: 'closed', data })),
    open: false,
    unopened: 0,
    flags: [],
    parts: [],
    silentAtMs: null,
  }
}
