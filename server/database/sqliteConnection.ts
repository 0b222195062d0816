/** One SQLite connection in the thread that it is opened in: every statement holds that thread up. */
import Sqlite from 'libsql'

/** How a connection is opened: one writer, and readers that see what is committed. */
export type ConnectionOptions = { file: string; readOnly: boolean }

/** What a statement gave: its rows, and how many rows it changed (or returned). */
export type Given = { rows: unknown[]; changes: number }

export type SqliteConnection = {
  /** Throws what libsql throws; its `code` is SQLite's. */
  run: (sql: string, parameters: readonly unknown[]) => Given
  close: () => void
}

/** A prepared statement costs memory for as long as it is kept; the product has some hundred. */
const MAX_STATEMENTS = 400
/** How long a statement waits for another process, such as a backup tool, to let go of the file. */
const BUSY_TIMEOUT_MS = 5_000
/** Pages that a connection keeps in memory, in KiB: the writer's are the books of the last hours. */
const WRITER_CACHE_KIB = 16_384
const READER_CACHE_KIB = 4_096
/**
 * The log goes into the file when it has so many pages (64 MiB; SQLite's own 1,000 are less than one
 * busy commit): a page that several commits changed is then written to the file once.
 */
const LOG_PAGES = 16_384
/** To this the log is cut once all of it is in the file: it grows for as long as a backup reads. */
const LOG_LIMIT_BYTES = 64 * 1024 * 1024

export function openConnection({ file, readOnly }: ConnectionOptions): SqliteConnection {
  const opened = new Sqlite(file)
  opened.pragma(`busy_timeout = ${String(BUSY_TIMEOUT_MS)}`)
  opened.pragma('journal_mode = WAL')
  // An acknowledged commit is on the disk: WAL alone would lose the newest ones with the power.
  opened.pragma('synchronous = FULL')
  opened.pragma('foreign_keys = OFF')
  opened.pragma(`journal_size_limit = ${String(LOG_LIMIT_BYTES)}`)
  opened.pragma(`cache_size = -${String(readOnly ? READER_CACHE_KIB : WRITER_CACHE_KIB)}`)
  opened.pragma(`wal_autocheckpoint = ${String(LOG_PAGES)}`)
  opened.pragma('temp_store = MEMORY')
  if (readOnly) opened.pragma('query_only = ON')

  const statements = new Map<string, Sqlite.Statement>()
  const prepared = (sql: string): Sqlite.Statement => {
    const known = statements.get(sql)
    if (known) return known
    const statement = opened.prepare(sql)
    const [oldest] = statements.keys()
    if (oldest !== undefined && statements.size >= MAX_STATEMENTS) statements.delete(oldest)
    statements.set(sql, statement)
    return statement
  }

  return {
    run: (sql, parameters) => {
      const statement = prepared(sql)
      if (!statement.reader) return { rows: [], changes: statement.run([...parameters]).changes }
      const rows = statement.all([...parameters])
      return { rows, changes: rows.length }
    },
    close: () => {
      statements.clear()
      opened.close()
    },
  }
}
