/** What the stored books say of themselves, for /api/status and whoever looks after a center. */
import type { Database } from '../database/database.ts'
import { NOT_ANEW } from '../database/schema.ts'
import { START, type Place } from '../stream/eventLog.ts'
import { parseCounts, type Counts } from './counts.ts'
import { parseRecord } from './recordText.ts'

/** Rows of each list, the newest first; the counts beside them are whole. */
const MAX_LISTED = 100

export type BooksStatus = {
  /** Of the keeper that took over last; 0: nobody ever kept these books. */
  epoch: number
  generation: string
  /** Up to here the stream is in the books. */
  place: Place
  committedAtMs: number
  /** Whether what was booked by an older directory or release is being judged anew. */
  isJudgedAnew: boolean
  counts: Counts
  /** From when on details are kept; 0: all are. */
  detailsFromMs: number
  /** Facts that wait for their opener, in how many subjects, and some of these. */
  unopened: { facts: number; subjects: number; listed: { subject: string; facts: number }[] }
  /** Subjects in which something looks wrong, and some of them with what. */
  flagged: { subjects: number; listed: { subject: string; flags: readonly string[] }[] }
  deadLetters: {
    place: Place
    position: number
    kind: string
    reason: string
    event: unknown
    atMs: number
  }[]
  /** What the stream itself lost. */
  gaps: { fromMs: number; toMs: number; reason: string }[]
  /** Names that feeds used and the directory did not know then. */
  discovered: { kind: string; key: string; source: string; atMs: number }[]
}

/** All of it at one committed place. */
export function booksStatus(database: Database, center: string): Promise<BooksStatus> {
  return database.read(async (reading) => {
    const row = await reading
      .selectFrom('center')
      .selectAll()
      .where('center', '=', center)
      .executeTakeFirst()

    const unopened = reading
      .selectFrom('subject')
      .where('center', '=', center)
      .where('unopened', '>', 0)
    const unopenedSums = await unopened
      .select(({ fn }) => [
        fn.countAll<number>().as('subjects'),
        fn.sum<number | null>('unopened').as('facts'),
      ])
      .executeTakeFirstOrThrow()
    const unopenedListed = await unopened
      .select(['key', 'unopened'])
      .orderBy('lastAtMs', 'desc')
      .limit(MAX_LISTED)
      .execute()

    const flagged = reading
      .selectFrom('subject')
      .where('center', '=', center)
      .where('flags', '>', 0)
    const flaggedSums = await flagged
      .select(({ fn }) => fn.countAll<number>().as('subjects'))
      .executeTakeFirstOrThrow()
    const flaggedListed = await flagged
      .select(['key', 'record'])
      .orderBy('lastAtMs', 'desc')
      .limit(MAX_LISTED)
      .execute()

    const deadLetters = await reading
      .selectFrom('deadLetter')
      .select(['place', 'position', 'kind', 'reason', 'event', 'atMs'])
      .where('center', '=', center)
      .orderBy('atMs', 'desc')
      .orderBy('position', 'desc')
      .limit(MAX_LISTED)
      .execute()
    const gaps = await reading
      .selectFrom('gap')
      .select(['fromMs', 'toMs', 'reason'])
      .where('center', '=', center)
      .orderBy('toMs', 'desc')
      .limit(MAX_LISTED)
      .execute()
    const discovered = await reading
      .selectFrom('discovered')
      .select(['kind', 'key', 'source', 'atMs'])
      .where('center', '=', center)
      .orderBy('atMs', 'desc')
      .limit(MAX_LISTED)
      .execute()

    return {
      epoch: row?.epoch ?? 0,
      generation: row?.generation ?? '',
      place: row?.place ?? START,
      committedAtMs: row?.committedAtMs ?? 0,
      isJudgedAnew: row !== undefined && row.anewAfter !== NOT_ANEW,
      counts: parseCounts(row?.counts ?? ''),
      detailsFromMs: row?.detailsFromMs ?? 0,
      unopened: {
        facts: unopenedSums.facts ?? 0,
        subjects: unopenedSums.subjects,
        listed: unopenedListed.map(({ key, unopened: facts }) => ({ subject: key, facts })),
      },
      flagged: {
        subjects: flaggedSums.subjects,
        listed: flaggedListed.map(({ key, record }) => ({
          subject: key,
          flags: parseRecord(record).flags,
        })),
      },
      deadLetters: deadLetters.map((letter) => ({
        ...letter,
        event: JSON.parse(letter.event) as unknown,
      })),
      gaps,
      discovered,
    }
  })
}
