import type { Accrual, Entry } from '../../shared/entry.ts'
import type { Live } from '../../shared/live.ts'
import type { SubjectKey } from '../engine/subject.ts'
import type { Place } from '../stream/eventLog.ts'

/**
 * What the keeper of the books tells the live books of every gateway after each folded batch, in
 * order. A reader whose books end at `after` applies it; one that finds a gap, or a higher epoch,
 * loads the stored books anew and goes on from there. So a lost message heals by itself, and the
 * stored books are the one snapshot there is.
 */
export type LiveUpdate = {
  /** Of the keeper that sent it; readers drop lower ones. */
  epoch: number
  /** The place in the stream before the batch, and after it. */
  after: Place
  place: Place
  entries: readonly Entry[]
  /** Subjects whose live state or accruals changed, with the present ones; open false: gone. */
  subjects: readonly { key: SubjectKey; open: boolean; live: Live; accruals: readonly Accrual[] }[]
  /** The server's clock when it was sent, in UTC milliseconds. */
  sentAtMs: number
}
