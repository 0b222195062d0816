/** What a folded slice puts into the books, as rows: from the keeper to whoever writes them. */
import type { Entry } from '../../shared/entry.ts'
import type { Horizon } from '../engine/horizon.ts'
import type { SubjectKey, SubjectRecord } from '../engine/subject.ts'
import type { Place } from '../stream/eventLog.ts'
import type { Counts } from './counts.ts'
import type { Slice } from './folding.ts'
import { deliveryName } from './lookup.ts'
import {
  partName,
  subjectRow,
  type DeadLetterRow,
  type DeliveredRow,
  type DiscoveredRow,
  type PartRow,
  type SubjectRow,
  type TakenDirectoryRow,
} from './rows.ts'

/** Plain data: it may go to another thread. */
export type BookedSlice = {
  /** Up to here the stream is in the books with it; and what was counted up to there. */
  place: Place
  counts: Counts
  horizon: Horizon
  nowMs: number
  entries: readonly { entry: Entry; place: Place }[]
  subjects: readonly SubjectRow[]
  parts: readonly PartRow[]
  delivered: readonly DeliveredRow[]
  deadLetters: readonly DeadLetterRow[]
  discovered: readonly DiscoveredRow[]
  directories: readonly TakenDirectoryRow[]
  /** Taken for new while the database could not be asked; to be looked up before all is written. */
  doubtful: {
    subjects: readonly SubjectKey[]
    parts: readonly string[]
    delivered: readonly DeliveredRow[]
  }
}

/** Where the books are before a slice. */
type Before = {
  center: string
  counts: Counts
  horizon: Horizon
  /** The parts of each held subject that are stored, or handed over; kept up to date here. */
  storedParts: Map<SubjectKey, readonly string[]>
}

/** `records`: of the subjects that the slice changed, as they are after it. */
export function bookedSlice(
  { center, counts, horizon, storedParts }: Before,
  slice: Slice,
  records: readonly SubjectRecord[],
  nowMs: number,
): BookedSlice {
  const { doubtful } = slice
  const delivered = Array.from(slice.delivered.values(), ({ source, id, hash }) => {
    return { center, source, id, hash }
  })
  return {
    place: slice.place,
    counts: countsAfter(counts, slice),
    horizon: slice.horizon ?? horizon,
    nowMs,
    entries: slice.entries,
    subjects: records.map((record) => subjectRow(center, record)),
    parts: records.flatMap((record) => newParts(center, record, storedParts)),
    delivered,
    deadLetters: slice.deadLetters.map((letter) => ({ center, ...letter, atMs: nowMs })),
    discovered: slice.discovered.map((name) => ({ center, ...name })),
    directories: slice.directories.map(({ place, position, atMs, content }) => {
      return { center, place, position, atMs, content: JSON.stringify(content) }
    }),
    doubtful: {
      subjects: [...doubtful.subjects],
      parts: [...doubtful.parts],
      delivered:
        doubtful.delivered.size === 0
          ? []
          : delivered.filter((row) => doubtful.delivered.has(deliveryName(row))),
    },
  }
}

function countsAfter(counts: Counts, slice: Slice): Counts {
  const more = slice.counts
  return {
    folded: counts.folded + more.folded,
    duplicates: counts.duplicates + more.duplicates,
    conflicting: counts.conflicting + more.conflicting,
    poison: counts.poison + more.poison,
    unstorable: counts.unstorable + more.unstorable,
    late: counts.late + more.late,
    lateFeeds: counts.lateFeeds + more.lateFeeds,
    entries: counts.entries + slice.entries.length,
  }
}

/** The names of a subject's parts, where those are others than before. */
function newParts(
  center: string,
  { key, parts }: SubjectRecord,
  storedParts: Map<SubjectKey, readonly string[]>,
): PartRow[] {
  const stored = storedParts.get(key) ?? []
  if (isSameList(parts, stored)) return []
  storedParts.set(key, parts)
  return parts
    .filter((part) => !stored.includes(part))
    .map((part) => ({ center, part: partName(key, part), subject: key }))
}

const isSameList = (one: readonly string[], other: readonly string[]): boolean =>
  one.length === other.length && one.every((item, index) => item === other[index])
