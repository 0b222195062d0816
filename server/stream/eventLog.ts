import type { FoldedEvent } from '../engine/stream.ts'
import type { Batch } from './batch.ts'

/**
 * A place in a center's stream: where an accepted batch lies. Opaque to others; compare with
 * `comparePlaces`. `'0'` is before the first.
 */
export type Place = string
export const START: Place = '0'

/** What a log holds: accepted events, and our own. */
export type StreamEvent = FoldedEvent

/** One accepted batch, as it is read back. */
export type LogEntry = { place: Place; events: readonly StreamEvent[] }

/** What the door says of one event of a batch, in the order given. */
export type DoorVerdict = 'accepted' | 'duplicate' | 'conflicting'

export type Appended = {
  /** Where the batch lies, on disk as the server is set; the stream's end where nothing was new. */
  place: Place
  verdicts: readonly DoorVerdict[]
}

/**
 * The durable, ordered log of one center.
 *
 * Appending marks each event's `source` and `id` at the door and stores what is new as one entry,
 * in one step, before it resolves. The door's memory is bounded: it is a hint that keeps most
 * doubles out; the truth is the books' table of delivered ids.
 */
export type EventLog = {
  /**
   * Rejects with `LogUnavailable` while the log cannot store. Where only the answer was lost, the
   * batch is stored all the same: append it again, and the door tells which events it has.
   * Batches that come together share an entry, and so a place.
   */
  append: (events: readonly StreamEvent[] | Batch) => Promise<Appended>
  /**
   * Entries after a place, oldest first, in chunks of bounded size, waiting for what comes; ends
   * soon after abort. While the log cannot be reached it waits and then goes on by itself. Throws
   * `LogReplaced` when what it finds then is not the log that it read.
   */
  readAfter: (
    place: Place,
    signal: AbortSignal,
    listener?: ReadListener,
  ) => AsyncIterable<readonly LogEntry[]>
  /** The last place given out; `START` (or `0-0`) where nothing was ever appended. */
  end: () => Promise<Place>
  /** The random identity of this log; a new one means that the old log is gone. */
  generation: () => Promise<string>
  /**
   * Whether all that was ever appended after a place can still be read. False where the log lost
   * its tail, or was trimmed beyond the place: the entry there is gone, and others came after it.
   */
  holdsAfter: (place: Place) => Promise<boolean>
  /** How much it holds. */
  size: () => Promise<LogSize>
  /**
   * Deletes entries before a place, the oldest ones and about `most` at once; the entry at the place
   * stays, by which whoever read up to there knows that nothing is lost. Gives how many went: 0 when
   * no whole block of entries lies before it, or when the log is not of this generation any more.
   */
  trim: (generation: string, before: Place, most: number) => Promise<number>
  /**
   * What `trim` has deleted since the log began: from its first entry ever to the oldest that it
   * holds; null: nothing.
   */
  trimmed: () => Promise<{ from: Place; to: Place } | null>
  /** The door forgets what it knows: retries of what the log has lost are needed now. */
  forgetDeliveries: () => Promise<void>
}

export type LogSize = {
  entries: number
  /** Where the oldest entry lies; null: it is empty. */
  oldest: Place | null
  /** What it takes in Redis' memory, as Redis reckons; null: this Redis does not tell. */
  bytes: number | null
}

/** Told of each question that a reader asks the log, and of each answer, an empty one included. */
export type ReadListener = { asking: () => void; answered: () => void }

/** The log cannot be reached or cannot store now; try again later. */
export class LogUnavailable extends Error {
  override name = 'LogUnavailable'
}

/**
 * The log is not the one that was read: it has another generation, or the entry read last is not in
 * it, because Redis lost all of it or its tail. Whoever reads starts anew from its checkpoint.
 */
export class LogReplaced extends Error {
  override name = 'LogReplaced'
}

/** When an entry of the log was written, by the log's clock, in UTC milliseconds. */
export const placeMs = (place: Place): number => Number(place.split('-')[0])

/** Before (negative), same (0) or after (positive), by time and sequence. */
export function comparePlaces(a: Place, b: Place): number {
  const [aMs = '0', aSequence = '0'] = a.split('-')
  const [bMs = '0', bSequence = '0'] = b.split('-')
  return Number(aMs) - Number(bMs) || Number(aSequence) - Number(bSequence)
}
