/** Lets closed subjects leave memory, when nothing is likely to be said of them any more. */
import { MINUTE_MS } from '../../shared/time.ts'
import type { Engine, SubjectKey } from '../engine/subject.ts'

/** How long a closed subject stays: wrap-ups, dispositions and a second feed come within it. */
const GRACE_MS = 2 * MINUTE_MS
/**
 * More closed subjects than this do not wait for it: an import closes thousands a second. It is what
 * a center of two thousand agents closes in the grace period, and some 50 MB.
 */
const MAX_CLOSED = 5_000

export type Retiring = {
  /** Tells of a subject that was loaded or has changed, and whether it is open. */
  touched: (key: SubjectKey, isOpen: boolean, nowMs: number) => void
  /** Releases what may go: closed, written, and left alone for the grace period. */
  retire: (nowMs: number) => void
}

export function createRetiring(
  engine: Engine,
  isUnwritten: (key: SubjectKey) => boolean,
  released: (key: SubjectKey) => void,
): Retiring {
  /** Closed subjects by when they were touched, the earliest first. */
  const closed = new Map<SubjectKey, number>()
  return {
    touched: (key, isOpen, nowMs) => {
      closed.delete(key)
      if (!isOpen) closed.set(key, nowMs)
    },
    retire: (nowMs) => {
      for (const [key, touchedAtMs] of closed) {
        const isCrowded = closed.size > MAX_CLOSED
        if (!isCrowded && touchedAtMs + GRACE_MS > nowMs) return
        // Those behind it were touched later, and are no more written than it is: not looked at, as
        // an import has thousands of them after every batch.
        if (isUnwritten(key)) return
        closed.delete(key)
        engine.release(key)
        released(key)
      }
    },
  }
}
