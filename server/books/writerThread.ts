/** The near end of the thread that writes a center's books: no commit holds up live numbers. */
import { once } from 'node:events'
import type { Worker } from 'node:worker_threads'
import type { Database } from '../database/database.ts'
import { startWorker } from '../worker.ts'
import type { OpenWriter } from './bookWriter.ts'
import { FoldedInDoubt } from './commit.ts'
import { FencedOff } from './fencedOff.ts'
import type { Answered, Asked } from './writerWorker.ts'

export type WriterThread = {
  open: OpenWriter
  /** Ends it after the commit under way; what was gathered since is in the stream. */
  end: () => Promise<void>
}

/** What went wrong in there, as it was: its `code` tells whether the database is away. */
class WritingError extends Error {
  override name = 'WritingError'
  readonly code: string
  constructor(message: string, code: string) {
    super(message)
    this.code = code
  }
}

/** Starts when a session begins, and again if it should have ended by itself. */
export function writerThread(database: Database): WriterThread {
  let thread: Thread | null = null
  return {
    open: (begun) => {
      if (!thread?.isAlive()) thread = startThread(database)
      const own = thread
      own.tell({ ask: 'begin', begun })
      return {
        add: (slice) => {
          own.tell({ ask: 'add', slice })
        },
        commit: (writer, nowMs) =>
          database.writeElsewhere(async () => {
            const answered = await own.ask({ ask: 'commit', writer, nowMs })
            if (answered.is === 'committed') return answered.isJudgedAnew
            if (answered.is === 'inDoubt') throw new FoldedInDoubt(answered.message)
            if (answered.is === 'fencedOff') {
              throw new FencedOff(writer.center, writer.epoch, answered.newer)
            }
            throw errorOf(answered)
          }),
      }
    },
    end: async () => {
      await thread?.end()
      thread = null
    },
  }
}

function errorOf({ name, message, code, stack }: Answered & { is: 'failed' }): Error {
  const error = code === null ? new Error(message) : new WritingError(message, code)
  error.name = name
  if (stack !== null) error.stack = stack
  return error
}

type Thread = {
  tell: (asked: Asked) => void
  /** One at a time. Rejects with what ended the thread: a bug, and what it had gathered is gone. */
  ask: (asked: Asked) => Promise<Answered>
  isAlive: () => boolean
  end: () => Promise<void>
}

function startThread(database: Database): Thread {
  const worker: Worker = startWorker('books/writerWorker', database.address)
  let ended: Error | null = null
  let waiting: { resolve: (answered: Answered) => void; reject: (error: Error) => void } | null =
    null
  const end = (error: Error): void => {
    ended ??= error
    waiting?.reject(ended)
    waiting = null
  }
  worker.on('message', (answered: Answered) => {
    waiting?.resolve(answered)
    waiting = null
  })
  worker.on('error', end)
  worker.on('exit', () => {
    end(new Error('The thread that writes the books has ended'))
  })
  return {
    tell: (asked) => {
      worker.postMessage(asked)
    },
    ask: (asked) =>
      new Promise((resolve, reject) => {
        if (ended) {
          reject(ended)
          return
        }
        waiting = { resolve, reject }
        worker.postMessage(asked)
      }),
    isAlive: () => ended === null,
    end: async () => {
      if (ended) return
      const exited = once(worker, 'exit')
      worker.postMessage(null)
      await exited
    },
  }
}
