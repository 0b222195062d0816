/** Trims the stream: what the books hold, and no backup needs, goes when it is old or too much. */
import type { Retention } from '../../shared/directory.ts'
import { DAY_MS } from '../../shared/time.ts'
import { comparePlaces, START, type EventLog, type Place } from '../stream/eventLog.ts'

/** The backups that the stream has to lead on from. */
export type Backups = {
  /** From the entry at this place on, the newest good one needs it; null: there is none yet. */
  neededFrom: (generation: string) => Place | null
  /** Makes one now. False: it cannot be made, which the administrator has been told. */
  make: () => Promise<boolean>
}

/** Entries deleted in one step: an entry may be as large as a request, and Redis does one at a time. */
const ENTRIES_AT_ONCE = 100
const MEGABYTE = 1024 * 1024

export type TrimOptions = {
  log: Pick<EventLog, 'size' | 'trim'>
  generation: string
  /** Up to here the stream is in the database: beyond it nothing is ever trimmed. */
  committed: () => Place
  retention: Pick<Retention, 'streamDays' | 'streamMegabytes'>
  /** Null: others back the database up, and have `streamDays` to do so. */
  backups: Backups | null
  nowMs: number
  signal: AbortSignal
}

/**
 * Deletes what is older than its days; and where the stream still takes more than it may, also what
 * is younger, after a backup that holds it. In small steps, any of which may be the last: what is
 * left is trimmed the next time. Without that backup it grows on: nothing is given up for room.
 */
export async function trimStream(options: TrimOptions): Promise<void> {
  const { log, generation, retention, backups, signal } = options
  const held = (): Place => {
    const committed = options.committed()
    const needed = backups ? (backups.neededFrom(generation) ?? START) : committed
    return earlier(committed, needed)
  }
  const daysAgo = `${String(options.nowMs - retention.streamDays * DAY_MS)}-0`
  const isMoreBefore = async (place: Place): Promise<boolean> =>
    !signal.aborted && (await log.trim(generation, place, ENTRIES_AT_ONCE)) > 0
  const isTooMuch = async (): Promise<boolean> =>
    ((await log.size()).bytes ?? 0) > retention.streamMegabytes * MEGABYTE

  while (await isMoreBefore(earlier(held(), daysAgo)));
  while ((await isTooMuch()) && (await isMoreBefore(held())));
  if (signal.aborted || !backups || !(await isTooMuch())) return
  // A backup of now has nearly all that the books have: that can go then.
  if (comparePlaces(held(), options.committed()) === 0) return
  if (!(await madeUnlessAborted(backups, signal))) return
  while ((await isTooMuch()) && (await isMoreBefore(held())));
}

/** False as soon as it is to end: the backup ends by itself, and the rest goes the next time. */
function madeUnlessAborted({ make }: Backups, signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const end = (): void => {
      resolve(false)
    }
    signal.addEventListener('abort', end)
    make()
      .then(resolve, reject)
      .finally(() => {
        signal.removeEventListener('abort', end)
      })
  })
}

const earlier = (one: Place, other: Place): Place => (comparePlaces(one, other) < 0 ? one : other)
