/** The last numbers of a screen, put by so that a restart shows them, marked old, and not nothing. */
import { PROTOCOL_VERSION } from '../shared/protocol.ts'
import type { Snapshot, WatchRequest } from '../shared/wire.ts'

/** One place for one text. */
export type FrameCache = {
  read: () => string | null
  write: (text: string) => void
  remove: () => void
}

/** More than this and writing it would be felt; browsers allow some 5 MB in all. */
const LONGEST = 1_000_000
const KEY = 'ringside.live'

type Watched = Omit<WatchRequest, 'protocolVersion'>

/** Kept in the browser's storage; where that is full or forbidden, nothing is kept. */
export function storageCache(storage: () => Storage): FrameCache {
  const attempt = <Result>(of: (storage: Storage) => Result): Result | null => {
    try {
      return of(storage())
    } catch {
      // A convenience is lost and nothing else: the numbers come with the next snapshot.
      return null
    }
  }
  return {
    read: () => attempt((kept) => kept.getItem(KEY)),
    write: (text) => {
      attempt((kept) => {
        kept.setItem(KEY, text)
      })
    },
    remove: () => {
      attempt((kept) => {
        kept.removeItem(KEY)
      })
    },
  }
}

/** What makes kept numbers the ones that are asked for: the same watch, in the same protocol. */
const labelOf = (watched: Watched): string =>
  `${String(PROTOCOL_VERSION)} ${JSON.stringify(watched)}\n`

/** The numbers that were put by for the same watch, or null. */
export function readCached(cache: FrameCache, watched: Watched): Snapshot | null {
  const text = cache.read()
  const label = labelOf(watched)
  if (text === null || !text.startsWith(label)) return null
  try {
    // Written by this very version of the protocol, by `writeCached`.
    return JSON.parse(text.slice(label.length)) as Snapshot
  } catch {
    return null
  }
}

export function writeCached(cache: FrameCache, watched: Watched, snapshot: Snapshot): void {
  const text = labelOf(watched) + JSON.stringify(snapshot)
  if (text.length <= LONGEST) cache.write(text)
}
