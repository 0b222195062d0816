/** The near end of a SQLite worker thread: statements go in, rows come out. */
import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { isDamaged } from './failure.ts'
import type { Answer, Asked, Opening, ThreadOptions } from './sqliteWorker.ts'

/** What a statement gave: its rows, and how many rows it changed (or returned). */
export type Given = { rows: unknown[]; changes: number }

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
  options: ThreadOptions,
  damaged: (error: Error) => void,
): Promise<SqliteThread> {
  const worker = startWorker(options)
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

function startWorker(options: ThreadOptions): Worker {
  // Built, this module is dist/server/main.js and the worker lies beside it.
  if (!import.meta.url.endsWith('.ts')) {
    return new Worker(new URL('./sqliteWorker.js', import.meta.url), { workerData: options })
  }
  // From source, Node 20 needs tsx to be started inside the thread: `--import tsx` does not do it.
  const tsx = import.meta.resolve('tsx/esm/api')
  const source = new URL('./sqliteWorker.ts', import.meta.url).href
  const boot = `import(${JSON.stringify(tsx)}).then(({ register }) => {
    register()
    return import(${JSON.stringify(source)})
  })`
  return new Worker(boot, { eval: true, workerData: options })
}
