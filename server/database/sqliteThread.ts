/** The near end of a SQLite worker thread: statements go in, rows come out. */
import { once } from 'node:events'
import { startWorker } from '../worker.ts'
import { isDamaged } from './failure.ts'
import type { ConnectionOptions, Given } from './sqliteConnection.ts'
import type { Answer, Asked, Opening } from './sqliteWorker.ts'

/** One connection. Statements run in the order in which they are asked for. */
export type SqliteThread = {
  run: (sql: string, parameters: readonly unknown[]) => Promise<Given>
  /** Whether it still runs; once ended it stays so, and whatever transaction it had is gone. */
  alive: () => boolean
  end: () => Promise<void>
}

/** A statement failed; `code` is SQLite's, such as SQLITE_BUSY or SQLITE_CONSTRAINT_PRIMARYKEY. */
class SqliteError extends Error {
  override name = 'SqliteError'
  readonly code: string
  constructor(message: string, code: string) {
    super(message)
    this.code = code
  }
}

/**
 * Resolves when the file is open; rejects when it cannot be. `damaged` is told of every statement
 * that found the file damaged, besides whoever asked.
 */
export async function startThread(
  options: ConnectionOptions,
  damaged: (error: Error) => void,
): Promise<SqliteThread> {
  const worker = startWorker('database/sqliteWorker', options)
  let ended: Error | null = null
  /** In the order of the statements posted: replies come back in the same order. */
  const waiting: { resolve: (given: Given) => void; reject: (error: Error) => void }[] = []
  /** Asked for in the present turn of the event loop, to be posted as one message. */
  let gathered: Asked[number][] = []

  const finish = (error: Error): void => {
    ended ??= error
    for (const { reject } of waiting.splice(0)) reject(ended)
  }
  const opened = new Promise<void>((resolve, reject) => {
    worker.once('message', (opening: Opening) => {
      if (opening !== null) {
        const error = new SqliteError(opening.message, opening.code)
        if (isDamaged(error)) damaged(error)
        finish(error)
        reject(error)
        return
      }
      worker.on('message', (answers: readonly Answer[]) => {
        for (const answer of answers) {
          const asker = waiting.shift()
          if (answer.ok) {
            asker?.resolve({ rows: answer.rows, changes: answer.changes })
            continue
          }
          const error = new SqliteError(answer.message, answer.code)
          if (isDamaged(error)) damaged(error)
          asker?.reject(error)
        }
      })
      resolve()
    })
    worker.on('error', (cause) => {
      const error = new SqliteError(`the database thread failed: ${String(cause)}`, 'THREAD_ENDED')
      finish(error)
      reject(error)
    })
    worker.on('exit', () => {
      finish(new SqliteError('the database is closed', 'THREAD_ENDED'))
      reject(new SqliteError('the database thread ended', 'THREAD_ENDED'))
    })
  })
  await opened

  return {
    run: (sql, parameters) =>
      new Promise((resolve, reject) => {
        if (ended) {
          reject(ended)
          return
        }
        waiting.push({ resolve, reject })
        gathered.push({ sql, parameters })
        if (gathered.length > 1) return
        queueMicrotask(() => {
          const asked = gathered
          gathered = []
          worker.postMessage(asked)
        })
      }),
    alive: () => ended === null,
    end: async () => {
      if (ended) return
      const exited = once(worker, 'exit')
      worker.postMessage(null)
      await exited
    },
  }
}
