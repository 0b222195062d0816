/** /api/status: how feeds, the stream, the engine and the books are doing. */
import { z } from 'zod'
import { booksStatus, type BooksStatus } from '../../books/status.ts'
import type { Storage } from '../../database/nightly.ts'
import { comparePlaces, placeMs } from '../../stream/eventLog.ts'
import { behindMs, unlessAway } from '../behind.ts'
import { feedStatuses, LOOKED_AT, type FeedStatus } from '../feeds.ts'
import { readGaps, type Gap } from '../gaps.ts'
import { instantText } from '../instant.ts'
import type { CenterParts } from '../parts.ts'
import { ok } from '../answer.ts'
import { route, type Route } from '../route.ts'

const GapAnswer = z.object({ from: z.string(), to: z.string(), reason: z.string() })
const Listed = { subjects: z.int() }

const SourceStatus = z.object({
  /** Null: events that named no source. */
  source: z.string().nullable(),
  /** The connector that reads it; null: somebody sends it to the API. */
  connector: z.string().nullable(),
  /** As the directory says; null: it is not in it. */
  enabled: z.boolean().nullable(),
  /** What its connector says that it does; null: none runs here. */
  doing: z.string().nullable(),
  /** The latest instant that it told of; null: none yet. */
  lastEventAt: z.string().nullable(),
  lastReceivedAt: z.string().nullable(),
  /** How much later than that instant we last heard from it, in milliseconds. */
  lagMs: z.number().nullable(),
  accepted: z.int(),
  duplicates: z.int(),
  conflicting: z.int(),
  rejected: z.int(),
  keptApart: z.int(),
  /** The commonest of its newest rejected events. */
  reasons: z.array(z.object({ reason: z.string(), count: z.int() })),
  /** What it says that it missed. */
  gaps: z.array(GapAnswer),
  lacks: z.array(z.string()),
})

const StatusAnswer = z.object({
  center: z.object({ key: z.string(), name: z.string(), simulated: z.boolean() }),
  asOf: z.string(),
  /** Up to here the stream is in the numbers, as they are committed. */
  place: z.string(),
  /** Whether that is the stream’s end, and nothing in the numbers is being judged anew. */
  complete: z.boolean(),
  stream: z.object({
    /** Null: it cannot be reached now, and what was counted at the door is not known either. */
    end: z.string().nullable(),
    /** How much it holds, from when on, and what that takes in Redis (null: it does not tell). */
    entries: z.int().nullable(),
    oldestAt: z.string().nullable(),
    bytes: z.number().nullable(),
    /** What the stream itself lost. */
    gaps: z.array(GapAnswer),
  }),
  /** Contacts and entries: from when on all are kept (`center.retention`); null: from the first. */
  detailsFrom: z.string().nullable(),
  engine: z.object({
    place: z.string(),
    /** How far behind the stream’s end, in the stream’s own time; null: that is not known. */
    delayMs: z.number().nullable(),
    committedAt: z.string().nullable(),
    /** Whether what a directory, or a release, that came later says of the past is being applied. */
    judgingAnew: z.boolean(),
    epoch: z.int(),
  }),
  events: z.object({
    folded: z.int(),
    duplicates: z.int(),
    conflicting: z.int(),
    /** In the dead letters. */
    poison: z.int(),
    unstorable: z.int(),
    /**
     * For contacts whose details are given up: they changed nothing there. Events are in the dead
     * letters; `lateFeeds` is what other subjects had to tell such ones.
     */
    late: z.int(),
    lateFeeds: z.int(),
    /** Turned away at the door and kept, of whatever source. */
    rejectedKept: z.int().nullable(),
    /** Ahead of our clock and kept until it reaches their time. */
    ahead: z.object({ kept: z.int(), nextAt: z.string().nullable() }).nullable(),
  }),
  sources: z.array(SourceStatus),
  /** The embedded database and its backups; null: a server of yours, or a simulated center. */
  storage: z
    .object({
      /** What was found wrong with its file: nothing is written until a restart heals it. */
      damage: z.string().nullable(),
      /** The newest good backup; null: there is none. */
      backup: z.object({ file: z.string(), at: z.string(), bytes: z.number() }).nullable(),
      /** Why the last try failed. */
      backupFailure: z.object({ at: z.string(), message: z.string() }).nullable(),
      /** Databases that were found damaged at a start, and are kept. */
      kept: z.array(z.string()),
    })
    .nullable(),
  /** The newest events that got in and are not in the numbers. */
  deadLetters: z.array(
    z.object({
      place: z.string(),
      position: z.int(),
      kind: z.string(),
      reason: z.string(),
      at: z.string(),
      event: z.unknown(),
    }),
  ),
  /** Facts that wait for their opener, such as a dequeued without its queued. */
  unopened: z.object({
    ...Listed,
    facts: z.int(),
    listed: z.array(z.object({ subject: z.string(), facts: z.int() })),
  }),
  /** Subjects in which something looks wrong. */
  flagged: z.object({
    ...Listed,
    listed: z.array(z.object({ subject: z.string(), flags: z.array(z.string()) })),
  }),
  /** Names that feeds used and the directory did not know then. */
  discovered: z.array(
    z.object({ kind: z.string(), key: z.string(), source: z.string(), at: z.string() }),
  ),
})

export function statusRoutes(parts: { now: () => number }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/status',
      summary: 'How feeds, the stream and the engine are doing.',
      needs: 'seeStatus',
      ofCenter: true,
      answers: { 200: { description: 'At a committed place.', schema: StatusAnswer } },
      handle: async ({ center, caller }) => {
        const { stream, database, key } = center
        const [books, gaps, door, storage, { directory }] = await Promise.all([
          booksStatus(database, key),
          readGaps(database.kysely, key),
          unlessAway(atTheDoor(stream)),
          center.storage(),
          center.directory.current(),
        ])
        const { counts, rejections } = door ?? { counts: [], rejections: [] }
        const connectors = center.connectors()
        const feeds = feedStatuses({ counts, directory, rejections, gaps, connectors })
        // A key of one feed is nobody to whom the other feeds are shown.
        const only = caller?.kind === 'key' ? caller.source : null
        return ok({
          center: { key, name: directory.center.name, simulated: center.simulated },
          asOf: instantText(parts.now()),
          place: books.place,
          complete:
            door !== null && comparePlaces(books.place, door.end) >= 0 && !books.isJudgedAnew,
          stream: {
            end: door?.end ?? null,
            entries: door?.size.entries ?? null,
            oldestAt: orNull(oldestMs(door?.size.oldest ?? null)),
            bytes: door?.size.bytes ?? null,
            gaps: books.gaps.map(gapText),
          },
          detailsFrom: books.detailsFromMs === 0 ? null : instantText(books.detailsFromMs),
          engine: {
            place: books.place,
            delayMs: door && behindMs(books.place, door.end),
            committedAt: books.committedAtMs === 0 ? null : instantText(books.committedAtMs),
            judgingAnew: books.isJudgedAnew,
            epoch: books.epoch,
          },
          events: {
            ...eventsOf(books),
            rejectedKept: door?.kept ?? null,
            ahead: door && { kept: door.ahead.kept, nextAt: orNull(door.ahead.nextAtMs) },
          },
          sources: feeds.filter(({ source }) => only === null || source === only).map(sourceText),
          storage: only === null && storage ? storageText(storage) : null,
          ...(only === null ? detailsOf(books) : detailsOf(nothingBooked)),
        })
      },
    }),
  ]
}

/** What only the stream knows. */
async function atTheDoor({ log, feeds, rejected, ahead }: CenterParts['stream']) {
  const [end, size, counts, rejections, kept, early] = await Promise.all([
    log.end(),
    log.size(),
    feeds.read(),
    rejected.list(null, LOOKED_AT),
    rejected.size(),
    ahead.size(),
  ])
  return { end, size, counts, rejections, kept, ahead: early }
}

const nothingBooked: Details = {
  deadLetters: [],
  unopened: { facts: 0, subjects: 0, listed: [] },
  flagged: { subjects: 0, listed: [] },
  discovered: [],
}
type Details = Pick<BooksStatus, 'deadLetters' | 'unopened' | 'flagged' | 'discovered'>

function detailsOf({ deadLetters, unopened, flagged, discovered }: Details) {
  return {
    deadLetters: deadLetters.map(({ atMs, ...letter }) => ({ ...letter, at: instantText(atMs) })),
    unopened,
    flagged,
    discovered: discovered.map(({ atMs, ...name }) => ({ ...name, at: instantText(atMs) })),
  }
}

function eventsOf({ counts }: BooksStatus) {
  const { folded, duplicates, conflicting, poison, unstorable, late, lateFeeds } = counts
  return { folded, duplicates, conflicting, poison, unstorable, late, lateFeeds }
}

const oldestMs = (place: string | null): number | null => (place === null ? null : placeMs(place))

const orNull = (atMs: number | null): string | null => (atMs === null ? null : instantText(atMs))

const gapText = ({ fromMs, toMs, reason }: Gap) => ({
  from: instantText(fromMs),
  to: instantText(toMs),
  reason,
})

function storageText({ damage, newest, failure, kept }: Storage) {
  return {
    damage,
    backup: newest && {
      file: newest.file,
      at: instantText(newest.madeAtMs),
      bytes: newest.bytes,
    },
    backupFailure: failure && { at: instantText(failure.atMs), message: failure.message },
    kept: [...kept],
  }
}

function sourceText(feed: FeedStatus): z.output<typeof SourceStatus> {
  const { lastEventAtMs, lastReceivedAtMs, gaps, ...rest } = feed
  return {
    ...rest,
    lastEventAt: orNull(lastEventAtMs),
    lastReceivedAt: orNull(lastReceivedAtMs),
    gaps: gaps.map(gapText),
  }
}
