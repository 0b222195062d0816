/** SQLite for Kysely, on threads of its own: one writer, and readers that never wait for it. */
import type { CompiledQuery, DatabaseConnection, Dialect, Driver, QueryResult } from 'kysely'
import { SqliteAdapter, SqliteIntrospector, SqliteQueryCompiler } from 'kysely'
import { openConnection, type SqliteConnection } from './sqliteConnection.ts'
import { startThread, type SqliteThread } from './sqliteThread.ts'
import { takingTurns, type Turns } from './turns.ts'

/**
 * A dialect whose single reads go to `reader` and everything else to `writer`: a transaction has
 * the writer to itself until it ends. With one thread for both, transactions are snapshots.
 */
export type SqliteLane = { writer: Seat; reader: Seat }

/** A thread that is started when it is first needed, and again if it should end. */
export type Seat = {
  thread: () => Promise<SqliteThread>
  /** Whoever begins a transaction, or writes, takes turns. */
  turns: Turns
  end: () => Promise<void>
}

export function seat(
  file: string,
  readOnly: boolean,
  damaged: (error: Error) => void = () => undefined,
): Seat {
  let started: Promise<SqliteThread> | null = null
  const start = async (): Promise<SqliteThread> => {
    started ??= startThread({ file, readOnly }, damaged)
    try {
      const thread = await started
      if (thread.alive()) return thread
    } catch (error) {
      started = null
      throw error
    }
    started = startThread({ file, readOnly }, damaged)
    return started
  }
  return {
    thread: start,
    turns: takingTurns(),
    end: async () => {
      const running = await started?.catch(() => null)
      await running?.end()
    },
  }
}

/** A connection in this very thread, opened when it is first needed. */
export function seatHere(file: string): Seat {
  let connection: SqliteConnection | null = null
  const open = (): SqliteConnection => (connection ??= openConnection({ file, readOnly: false }))
  const thread: SqliteThread = {
    run: async (sql, parameters) => open().run(sql, parameters),
    alive: () => true,
    end: async () => {
      connection?.close()
    },
  }
  return { thread: async () => thread, turns: takingTurns(), end: thread.end }
}

/** Works on a file by a connection of its own. */
export async function onFile<Result>(
  file: string,
  work: (thread: SqliteThread) => Promise<Result>,
): Promise<Result> {
  const own = seat(file, false)
  try {
    return await work(await own.thread())
  } finally {
    await own.end()
  }
}

export function sqliteDialect(lane: SqliteLane): Dialect {
  return {
    createAdapter: () => new SqliteAdapter(),
    createQueryCompiler: () => new SqliteQueryCompiler(),
    createIntrospector: (db) => new SqliteIntrospector(db),
    createDriver: () => sqliteDriver(lane),
  }
}

/** What a transaction holds on to: the thread that it began on, and its turn. */
type Held = { thread: SqliteThread; endTurn: () => void }
type Connection = DatabaseConnection & { lane: SqliteLane; held: Held | null }

function sqliteDriver(lane: SqliteLane): Driver {
  // Kysely hands back to a driver only the connections that the driver gave it.
  const own = (connection: DatabaseConnection): Connection => connection as Connection
  return {
    init: async () => undefined,
    acquireConnection: async () => connectionOf(lane),
    async beginTransaction(connection, { accessMode }) {
      const { lane } = own(connection)
      const endTurn = await lane.writer.turns()
      // Held at once, so that the turn ends whatever happens now.
      const held = { thread: await lane.writer.thread().catch(givingUp(endTurn)), endTurn }
      own(connection).held = held
      // Taking the write lock at once: a transaction that reads first could not get it later.
      await held.thread.run(accessMode === 'read only' ? 'begin' : 'begin immediate', [])
    },
    async commitTransaction(connection) {
      await own(connection).held?.thread.run('commit', [])
    },
    async rollbackTransaction(connection) {
      const thread = own(connection).held?.thread
      // A thread that ended took its transaction along; the error that ended it is the one to show.
      // And SQLite itself has rolled back where the disk was full: then there is nothing left to do.
      if (thread?.alive()) await thread.run('rollback', []).catch(() => undefined)
    },
    async releaseConnection(connection) {
      own(connection).held?.endTurn()
      own(connection).held = null
    },
    destroy: async () => undefined,
  }
}

function givingUp(endTurn: () => void): (error: unknown) => never {
  return (error) => {
    endTurn()
    throw error
  }
}

function connectionOf(lane: SqliteLane): Connection {
  const connection: Connection = {
    lane,
    held: null,
    async executeQuery<Row>(query: CompiledQuery): Promise<QueryResult<Row>> {
      const { rows, changes } = await runOn(connection, query)
      // The rows are what the query says they are; Kysely typed it.
      return { rows: rows as Row[], numAffectedRows: BigInt(changes) }
    },
    streamQuery() {
      throw new Error('Rows are not streamed: read page by page, by key.')
    },
  }
  return connection
}

async function runOn({ lane, held }: Connection, { sql, parameters }: CompiledQuery) {
  if (held) return held.thread.run(sql, parameters)
  if (isRead(sql)) return (await lane.reader.thread()).run(sql, parameters)
  const endTurn = await lane.writer.turns()
  try {
    const thread = await lane.writer.thread()
    // A write that finds the file locked stays half-done in libsql and no later transaction could
    // commit; only `begin` may wait for the lock, because the next `begin` resets it.
    await thread.run('begin immediate', [])
    try {
      const given = await thread.run(sql, parameters)
      await thread.run('commit', [])
      return given
    } catch (error) {
      if (thread.alive()) await thread.run('rollback', []).catch(() => undefined)
      throw error
    }
  } finally {
    endTurn()
  }
}

function isRead(sql: string): boolean {
  return /^\s*select\b/i.test(sql)
}
