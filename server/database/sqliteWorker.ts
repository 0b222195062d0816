/** One SQLite connection on a thread of its own, so that no query ever holds up the event loop. */
import { parentPort, workerData } from 'node:worker_threads'
import {
  openConnection,
  type ConnectionOptions,
  type Given,
  type SqliteConnection,
} from './sqliteConnection.ts'

/** Statements that were asked for at the same time travel together and are answered together. */
export type Asked = readonly { sql: string; parameters: readonly unknown[] }[]
export type Answer = ({ ok: true } & Given) | { ok: false; message: string; code: string }

const port = parentPort
if (port === null) throw new Error('sqliteWorker.ts runs as a worker thread only')

/** The first message: null, the file is open; else why it cannot be, and the thread ends. */
export type Opening = { message: string; code: string } | null

const connection = tryToOpen()
if (connection) serve(connection)

function tryToOpen(): SqliteConnection | null {
  try {
    const opened = openConnection(workerData as ConnectionOptions)
    port?.postMessage(null satisfies Opening)
    return opened
  } catch (error) {
    port?.postMessage(failureOf(error) satisfies Opening)
    return null
  }
}

function serve(opened: SqliteConnection): void {
  port?.on('message', (asked: Asked | null) => {
    if (asked !== null) {
      port.postMessage(asked.map(({ sql, parameters }) => answer(opened, sql, parameters)))
      return
    }
    opened.close()
    port.close()
  })
}

function answer(opened: SqliteConnection, sql: string, parameters: readonly unknown[]): Answer {
  try {
    return { ok: true, ...opened.run(sql, parameters) }
  } catch (error) {
    return { ok: false, ...failureOf(error) }
  }
}

function failureOf(error: unknown): { message: string; code: string } {
  const { message, code } = error as { message: string; code?: string }
  return { message, code: code ?? 'SQLITE_ERROR' }
}
