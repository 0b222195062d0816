/** Opens the one relational store: SQLite in a file of ours, or a PostgreSQL server. */
import { Kysely, PostgresDialect } from 'kysely'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import { isDamaged } from './failure.ts'
import { migrate } from './migrate.ts'
import { checkServer, holdLock, postgresPool } from './postgres.ts'
import type { DatabaseKind, Tables } from './schema.ts'
import { seat, seatHere, sqliteDialect, type Seat } from './sqlite.ts'

/** Where a store is: a PostgreSQL server, or (null) a SQLite file. */
export type DatabaseAddress = { url: string | null; file: string }

export type Database = {
  kind: DatabaseKind
  address: DatabaseAddress
  /**
   * Every query and transaction. A single read sees what is committed and waits for no commit;
   * a transaction has the lock of a writer from its beginning (SQLite) or takes it by row.
   */
  kysely: Kysely<Tables>
  /**
   * Runs reads that all see one committed state, however long they take; writes are refused. For
   * reports: it never delays a commit, nor the single reads of `kysely`.
   */
  read: <Result>(work: (snapshot: Kysely<Tables>) => Promise<Result>) => Promise<Result>
  /**
   * Waits until this process should do what only one should at a time, such as keeping a center's
   * books; gives the function that lets others. Null when aborted first. On PostgreSQL processes
   * wait for one another; a SQLite file is one process's anyway.
   */
  lock: (name: string, signal: AbortSignal) => Promise<(() => Promise<void>) | null>
  /**
   * Lets another thread of this process write: on SQLite when nobody else here does, since a file
   * has one writer at a time. Rejects, without asking, where the file was found damaged.
   */
  writeElsewhere: <Result>(work: () => Promise<Result>) => Promise<Result>
  close: () => Promise<void>
}

/** Reports side by side on SQLite; each has a thread. More wait for their turn. */
const SQLITE_REPORT_THREADS = 2

/**
 * Opens the store, and makes or upgrades its tables. `url` names a PostgreSQL (15 or later, UTF8);
 * without it, `file` is the SQLite file, made where there is none. Rejects while it cannot be
 * reached, and for a database that a newer Ringside has written.
 */
export async function openDatabase(
  options: DatabaseAddress & {
    /** Told when a statement finds the file damaged, besides whoever asked: it takes no write more. */
    damaged?: (what: string) => void
  },
): Promise<Database> {
  const database = options.url === null ? await openSqlite(options) : openPostgres(options.url)
  try {
    await database.prepare()
    await migrate(database.kysely, database.kind)
  } catch (error) {
    await database.close()
    throw error
  }
  return database
}

/** What a thread that only writes has of a store that another one has opened. */
export type WritingConnection = Pick<Database, 'kind' | 'kysely' | 'close'>

/**
 * One connection, opened when it is first needed. SQLite runs in the calling thread itself, which
 * each statement holds up.
 */
export function openForWriting({ url, file }: DatabaseAddress): WritingConnection {
  if (url !== null) {
    const pool = postgresPool(url, 'commits')
    const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
    return { kind: 'postgres', kysely, close: () => kysely.destroy() }
  }
  const own = seatHere(file)
  const kysely = new Kysely<Tables>({ dialect: sqliteDialect({ writer: own, reader: own }) })
  return {
    kind: 'sqlite',
    kysely,
    close: async () => {
      await kysely.destroy()
      await own.end()
    },
  }
}

type Opened = Database & { prepare: () => Promise<void> }

async function openSqlite({
  file,
  damaged,
}: {
  file: string
  damaged?: (what: string) => void
}): Promise<Opened> {
  await mkdir(dirname(file), { recursive: true })
  let damage: Error | null = null
  const met = (error: Error): void => {
    damage ??= error
    damaged?.(error.message)
  }
  const writing = seat(file, false, met)
  const writer: Seat = {
    ...writing,
    // Whoever found it: what is written from then on could only make it worse.
    thread: async () => {
      if (damage) throw damage
      return writing.thread()
    },
  }
  const reader = seat(file, true, met)
  const kysely = new Kysely<Tables>({ dialect: sqliteDialect({ writer, reader }) })
  const reporting = Array.from({ length: SQLITE_REPORT_THREADS }, () => {
    const thread = seat(file, true, met)
    const dialect = sqliteDialect({ writer: thread, reader: thread })
    return { thread, kysely: new Kysely<Tables>({ dialect }), reports: 0 }
  })
  return {
    kind: 'sqlite',
    address: { url: null, file },
    kysely,
    read: async (work) => {
      const freest = reporting.reduce((a, b) => (b.reports < a.reports ? b : a))
      freest.reports += 1
      try {
        return await freest.kysely.transaction().setAccessMode('read only').execute(work)
      } finally {
        freest.reports -= 1
      }
    },
    lock: async (_, signal) => (signal.aborted ? null : async () => undefined),
    writeElsewhere: async (work) => {
      const endTurn = await writer.turns()
      try {
        if (damage) throw damage
        return await work()
      } catch (error) {
        if (error instanceof Error && isDamaged(error)) met(error)
        throw error
      } finally {
        endTurn()
      }
    },
    // The writer first: it is the one that makes the file and its log.
    prepare: async () => {
      await writer.thread()
      await reader.thread()
    },
    close: async () => {
      await Promise.all([kysely.destroy(), ...reporting.map((each) => each.kysely.destroy())])
      // The writer last: it folds its log into the file when nobody else has it open.
      await Promise.all([reader.end(), ...reporting.map(({ thread }) => thread.end())])
      await writer.end()
    },
  }
}

function openPostgres(url: string): Opened {
  const pool = postgresPool(url, 'queries')
  const kysely = new Kysely<Tables>({ dialect: new PostgresDialect({ pool }) })
  const reporting = new Kysely<Tables>({
    dialect: new PostgresDialect({ pool: postgresPool(url, 'reports') }),
  })
  return {
    kind: 'postgres',
    address: { url, file: '' },
    kysely,
    read: (work) =>
      reporting
        .transaction()
        .setIsolationLevel('repeatable read')
        .setAccessMode('read only')
        .execute(work),
    lock: (name, signal) => holdLock(url, `ringside ${name}`, signal),
    writeElsewhere: (work) => work(),
    prepare: () => checkServer(pool),
    close: async () => {
      await Promise.all([kysely.destroy(), reporting.destroy()])
    },
  }
}
