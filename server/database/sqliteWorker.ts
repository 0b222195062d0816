/** One SQLite connection on a thread of its own, so that no query ever holds up the event loop. */
import Sqlite from 'libsql'
import { parentPort, workerData } from 'node:worker_threads'

/** How a thread is opened: one writer, and readers that see what is committed. */
export type ThreadOptions = { file: string; readOnly: boolean }
/** Statements that were asked for at the same time travel together and are answered together. */
export type Asked = readonly { sql: string; parameters: readonly unknown[] }[]
export type Answer =
  { ok: true; rows: unknown[]; changes: number } | { ok: false; message: string; code: string }

/** A prepared statement costs memory for as long as it is kept; the product has some hundred. */
const MAX_STATEMENTS = 400
/** How long a statement waits for another process, such as a backup tool, to let go of the file. */
const BUSY_TIMEOUT_MS = 5_000
/** Pages that a connection keeps in memory, in KiB: the writer's are the books of the last hours. */
const WRITER_CACHE_KIB = 16_384
const READER_CACHE_KIB = 4_096
/** To this the log is cut once all of it is in the file: it grows for as long as a backup reads. */
const LOG_LIMIT_BYTES = 64 * 1024 * 1024

const port = parentPort
if (port === null) throw new Error('sqliteWorker.ts runs as a worker thread only')
const { file, readOnly } = workerData as ThreadOptions

/** The first message: null, the file is open; else why it cannot be, and the thread ends. */
export type Opening = { message: string; code: string } | null

const statements = new Map<string, Sqlite.Statement>()
const connection = tryToOpen()
if (connection) serve(connection)

function tryToOpen(): Sqlite.Database | null {
  try {
    const opened = open()
    port?.postMessage(null satisfies Opening)
    return opened
  } catch (error) {
    port?.postMessage(failureOf(error) satisfies Opening)
    return null
  }
}

function serve(opened: Sqlite.Database): void {
  port?.on('message', (asked: Asked | null) => {
    if (asked !== null) {
      port.postMessage(asked.map(({ sql, parameters }) => answer(opened, sql, parameters)))
      return
    }
    statements.clear()
    opened.close()
    port.close()
  })
}

function failureOf(error: unknown): { message: string; code: string } {
  const { message, code } = error as { message: string; code?: string }
  return { message, code: code ?? 'SQLITE_ERROR' }
}

function open(): Sqlite.Database {
  const opened = new Sqlite(file)
  opened.pragma(`busy_timeout = ${String(BUSY_TIMEOUT_MS)}`)
  opened.pragma('journal_mode = WAL')
  // An acknowledged commit is on the disk: WAL alone would lose the newest ones with the power.
  opened.pragma('synchronous = FULL')
  opened.pragma('foreign_keys = OFF')
  opened.pragma(`journal_size_limit = ${String(LOG_LIMIT_BYTES)}`)
  opened.pragma(`cache_size = -${String(readOnly ? READER_CACHE_KIB : WRITER_CACHE_KIB)}`)
  opened.pragma('temp_store = MEMORY')
  if (readOnly) opened.pragma('query_only = ON')
  return opened
}

function answer(opened: Sqlite.Database, sql: string, parameters: readonly unknown[]): Answer {
  try {
    const statement = prepared(opened, sql)
    if (!statement.reader) {
      return { ok: true, rows: [], changes: statement.run([...parameters]).changes }
    }
    const rows = statement.all([...parameters])
    return { ok: true, rows, changes: rows.length }
  } catch (error) {
    return { ok: false, ...failureOf(error) }
  }
}

function prepared(opened: Sqlite.Database, sql: string): Sqlite.Statement {
  const known = statements.get(sql)
  if (known) return known
  const statement = opened.prepare(sql)
  const [oldest] = statements.keys()
  if (oldest !== undefined && statements.size >= MAX_STATEMENTS) statements.delete(oldest)
  statements.set(sql, statement)
  return statement
}
