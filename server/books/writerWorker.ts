/** The writer of a center's books in a thread of its own: what the keeper hands over, it commits. */
import { parentPort, workerData } from 'node:worker_threads'
import { openForWriting, type DatabaseAddress } from '../database/database.ts'
import type { BookedSlice } from './bookedSlice.ts'
import { writeHere, type BooksBegun, type BookWriter } from './bookWriter.ts'
import { FoldedInDoubt, type Writer } from './commit.ts'
import { FencedOff } from './fencedOff.ts'

/** What it is asked, in order; null: to end. Only commits are answered. */
export type Asked =
  | { ask: 'begin'; begun: BooksBegun }
  | { ask: 'add'; slice: BookedSlice }
  | { ask: 'commit'; writer: Writer; nowMs: number }
  | null

/** How a commit went. */
export type Answered =
  | { is: 'committed'; isJudgedAnew: boolean }
  | { is: 'fencedOff'; newer: number | null }
  | { is: 'inDoubt'; message: string }
  | { is: 'failed'; name: string; message: string; code: string | null; stack: string | null }

const port = parentPort
if (port === null) throw new Error('writerWorker.ts runs as a worker thread only')

const connection = openForWriting(workerData as DatabaseAddress)
const openWriter = writeHere(connection)
let writing: BookWriter | null = null

port.on('message', (asked: Asked) => {
  if (asked === null) {
    port.close()
    void connection.close()
  } else if (asked.ask === 'begin') writing = openWriter(asked.begun)
  else if (asked.ask === 'add') writing?.add(asked.slice)
  else {
    void commit(asked.writer, asked.nowMs).then((answered) => {
      port.postMessage(answered)
    })
  }
})

async function commit(writer: Writer, nowMs: number): Promise<Answered> {
  if (!writing) throw new Error('A commit of books that were not begun')
  try {
    return { is: 'committed', isJudgedAnew: await writing.commit(writer, nowMs) }
  } catch (error) {
    if (error instanceof FencedOff) return { is: 'fencedOff', newer: error.newer }
    if (error instanceof FoldedInDoubt) return { is: 'inDoubt', message: error.message }
    return failed(error)
  }
}

function failed(error: unknown): Answered {
  if (!(error instanceof Error)) throw error
  const { name, message, stack } = error
  const code = 'code' in error && typeof error.code === 'string' ? error.code : null
  return { is: 'failed', name, message, code, stack: stack ?? null }
}
