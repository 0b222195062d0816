/** Keepers of the books for tests: real stream, real database, real engine, one center each. */
import { Redis } from 'ioredis'
import { emptyDirectory } from '../shared/directory.ts'
import { sql } from 'kysely'
import { randomUUID } from 'node:crypto'
import { openDatabase, type Database } from '../server/database/database.ts'
import { writeHere } from '../server/books/bookWriter.ts'
import { createKeeper, type Keeper, type KeeperOptions } from '../server/books/keeper.ts'
import type { LiveUpdate } from '../server/books/update.ts'
import { createEngine } from '../server/engine/fold.ts'
import { openStream, type CenterStream } from '../server/stream/openStream.ts'
import { redisAt } from '../server/stream/redisAddress.ts'
import type { EventLog, Place, StreamEvent } from '../server/stream/eventLog.ts'
import { comparePlaces } from '../server/stream/eventLog.ts'
import { CALLS_BEGIN_MS } from './calls.ts'
import { makeDatabase, type databaseKinds, type TestDatabase } from './database.ts'

/** The clock of these tests, unless one says otherwise: it stands still. */
export const NOW_MS = CALLS_BEGIN_MS + 3_600_000

/** A keeper that runs, what it told, and how to end it. */
export type Kept = {
  keeper: Keeper
  updates: LiveUpdate[]
  reports: string[]
  /** Resolves when `run` has ended; rejects as it does. */
  ended: Promise<void>
  stop: () => Promise<void>
}

/** A stream of its own on the run's Redis. */
export type TestStream = CenterStream & { center: string; redis: Redis; end: () => void }

export function makeStream(redisSocket: string, center: string = randomUUID()): TestStream {
  const redis = new Redis(redisSocket)
  const stream = openStream({
    redis: redisAt(redisSocket),
    center,
    now: () => NOW_MS,
    damaged: () => undefined,
  })
  return {
    ...stream,
    center,
    redis,
    end: () => {
      stream.close()
      redis.disconnect()
    },
  }
}

/** A database that is open, and gone again after `close`. */
export type OpenedDatabase = { database: Database; at: TestDatabase; close: () => Promise<void> }

export async function makeOpened(
  kind: (typeof databaseKinds)[number],
  postgresUrl: string,
): Promise<OpenedDatabase> {
  const at = await makeDatabase(kind, postgresUrl)
  const database = await openDatabase(at)
  return {
    database,
    at,
    close: async () => {
      await database.close()
      await at.remove()
    },
  }
}

export function startKeeper(
  options: { database: Database; log: EventLog; center: string } & Partial<KeeperOptions>,
): Kept {
  const stopping = new AbortController()
  const updates: LiveUpdate[] = []
  const reports: string[] = []
  const keeper = createKeeper({
    makeEngine: (directories, horizon) => createEngine({ directories, horizon }),
    publish: (update) => {
      updates.push(update)
    },
    now: () => NOW_MS,
    openWriter: writeHere(options.database),
    retention: async () => emptyDirectory.center.retention,
    backups: null,
    report: (line) => {
      reports.push(line)
    },
    ...options,
  })
  const ended = keeper.run(stopping.signal)
  // Whoever awaits it is told as well.
  ended.catch(() => undefined)
  return {
    keeper,
    updates,
    reports,
    ended,
    stop: async () => {
      stopping.abort()
      await ended
    },
  }
}

/** Appends in batches of a size. Gives the last place. */
export async function append(
  log: EventLog,
  events: readonly StreamEvent[],
  size = 50,
): Promise<Place> {
  let place: Place = '0'
  for (let at = 0; at < events.length; at += size) {
    place = (await log.append(events.slice(at, at + size))).place
  }
  return place
}

/** As long as a slow and busy machine may need; less than a test may take, so that it is named. */
const CONDITION_LIMIT_MS = 100_000

/** Resolves when a condition holds; rejects, with what it was about, when it never comes to hold. */
export async function until(
  what: string,
  holds: () => boolean | Promise<boolean>,
  limitMs = CONDITION_LIMIT_MS,
): Promise<void> {
  let isOver = false
  let deadline: NodeJS.Timeout | undefined
  // A condition that itself never answers is told by its name, too.
  const inVain = new Promise<never>((_, reject) => {
    deadline = setTimeout(() => {
      isOver = true
      reject(new Error(`Waited in vain: ${what}`))
    }, limitMs)
  })
  const comesToHold = async (): Promise<void> => {
    while (!(await holds()) && !isOver) {
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
  }
  try {
    await Promise.race([comesToHold(), inVain])
  } finally {
    clearTimeout(deadline)
  }
}

/** Resolves when a place is in the database; rejects when the keeper has ended before. */
export function committed(kept: Kept, place: Place): Promise<void> {
  return until(`${place} is committed`, async () => {
    const isCommitted = comparePlaces(kept.keeper.status().committed, place) >= 0
    if (!isCommitted && isOver(kept)) {
      await kept.ended
      throw new Error('The keeper was stopped')
    }
    return isCommitted
  })
}

function isOver({ keeper }: Kept): boolean {
  const { state } = keeper.status()
  return state === 'stopped' || state === 'fencedOff'
}

/** All that is in the books of a center, apart from who wrote it and when. */
export async function booksOf({ kysely }: Database, center: string) {
  const rows = async (table: 'cell' | 'entry' | 'part' | 'delivered' | 'deadLetter') => {
    const { rows: all } = await sql<Record<string, unknown>>`
      select * from ${sql.table(table)} where center = ${center}`.execute(kysely)
    return all.map((row) => JSON.stringify({ ...row, atMs: 0 })).sort()
  }
  const balances = await kysely
    .selectFrom('balance as b')
    .innerJoin('cell as c', (join) =>
      join.onRef('c.center', '=', 'b.center').onRef('c.id', '=', 'b.cell'),
    )
    .select(['grain', 'counter', 'bucketMs', 'detail', 'amount'])
    .select(['queue', 'agent', 'team', 'site', 'channel', 'filters'])
    .where('b.center', '=', center)
    .where('amount', '!=', 0)
    .execute()
  const subjects = await kysely
    .selectFrom('subject')
    .selectAll()
    .where('center', '=', center)
    .execute()
  const stand = await kysely
    .selectFrom('center')
    .select(['place', 'generation', 'calendar', 'counts'])
    .where('center', '=', center)
    .executeTakeFirst()
  return {
    stand,
    cells: await rows('cell'),
    entries: await rows('entry'),
    balances: balances.map((row) => JSON.stringify(row)).sort(),
    subjects: subjects.map((row) => JSON.stringify(row)).sort(),
    parts: await rows('part'),
    delivered: await rows('delivered'),
    deadLetters: await rows('deadLetter'),
  }
}

/** What one has and the other has not, the first of each table: empty where they are the same. */
export function differences(
  a: Readonly<Record<string, unknown>>,
  b: Readonly<Record<string, unknown>>,
): string[] {
  const lines = (books: Readonly<Record<string, unknown>>, table: string): string[] => {
    const rows = books[table]
    return Array.isArray(rows) ? rows.map(String) : [JSON.stringify(rows)]
  }
  return Object.keys({ ...a, ...b }).flatMap((table) => {
    const [inA, inB] = [lines(a, table), lines(b, table)]
    const [setA, setB] = [new Set(inA), new Set(inB)]
    const onlyA = inA.filter((line) => !setB.has(line)).map((line) => `- ${table} ${line}`)
    const onlyB = inB.filter((line) => !setA.has(line)).map((line) => `+ ${table} ${line}`)
    return [...onlyA.slice(0, 5), ...onlyB.slice(0, 5)]
  })
}
