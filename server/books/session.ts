/** One keeping of the books: from taking them over until it is stopped, or has to begin again. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Retention } from '../../shared/directory.ts'
import { DAY_MS, MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import { isAway } from '../database/failure.ts'
import {
  comparePlaces,
  LogUnavailable,
  type LogEntry,
  type Place,
  type ReadListener,
} from '../stream/eventLog.ts'
import type { Bell } from './bell.ts'
import { openBooks, type Books, type BooksOptions } from './books.ts'
import { emptySlice, turn } from './folding.ts'
import { relayOutbox } from './outbox.ts'
import { beginAnew, judgeAnew } from './rederiving.ts'
import { closings } from './silence.ts'
import { moveHorizon, purgeDetails } from './purging.ts'
import { deleteOldDeadLetters, deleteOldMinutes } from './tidying.ts'
import { together } from './together.ts'
import { trimStream, type Backups } from './trimming.ts'

/** Events folded between two looks at what else there is to do, unless one batch has more. */
const EVENTS_A_SLICE = 500
/** How often memory is tidied, the outbox looked at for rows of other processes, and the rest done. */
const RETIRE_MS = SECOND_MS
const RELAY_MS = SECOND_MS
const SILENCE_MS = MINUTE_MS
/** How soon the judging of the past is tried again that found the database away. */
const JUDGE_MS = 10 * SECOND_MS
const TIDY_MS = 10 * MINUTE_MS
/** Closings appended as one batch. */
const CLOSINGS_AT_ONCE = 500

export type SessionOptions = BooksOptions & {
  /** Rung when a row was put into the outbox. */
  outbox: Bell
  /** Told whether the stream answers. */
  hearing: ReadListener
  /**
   * Whether newer functions, or a directory's new names, may have to be applied to what was booked
   * before: until that is done once in a process, and after such a directory.
   */
  judgesAnew: boolean
  /** How long what is kept, as the directory says now. */
  retention: () => Promise<Retention>
  /** The backups that the stream is kept for; null: none that are ours. */
  backups: Backups | null
  /** What an administrator should read, such as a subject that a new release cannot derive. */
  report: (line: string) => void
}

/** A session under way, as its status tells it. */
export type Session = Pick<Books, 'epoch' | 'generation' | 'place' | 'writing'> & {
  /** The stream's end when it began: once that is folded, what is shown is right. */
  endAtStart: Place
  /** Whether the past is judged anew beside it. */
  judgesAnew: boolean
}

/**
 * Keeps the books until `signal` aborts. Rejects where it has to begin again, or to stop for good.
 * `began` is told when the books are open.
 */
export async function keepSession(
  options: SessionOptions,
  began: (session: Session) => void,
  signal: AbortSignal,
): Promise<void> {
  const books = await openBooks(options)
  const ending = new AbortController()
  const end = (): void => {
    ending.abort()
  }
  if (signal.aborted) end()
  signal.addEventListener('abort', end)
  const written = books.writing.run()
  // Whoever cannot write must not fold on.
  written.catch(end)
  const failure = await keep(options, books, began, ending.signal).catch((error: unknown) => ({
    error,
  }))
  signal.removeEventListener('abort', end)
  books.writing.finish()
  // First of all: that the books are somebody else's now.
  await written
  if (failure) throw failure.error
}

async function keep(
  options: SessionOptions,
  books: Books,
  began: (session: Session) => void,
  ending: AbortSignal,
): Promise<null> {
  const { database, log, center, report } = options
  const judgesAnew = options.judgesAnew && (await beginAnew(books, database, center, report))
  const endAtStart = await log.end()
  began({ ...books, endAtStart, judgesAnew })
  // Whoever shows live numbers learns that the books are kept anew.
  books.take(emptySlice(books.place(), books.place()), true)
  await together(ending, tasks(options, books, endAtStart, judgesAnew))
  return null
}

/** The books have changed without the stream: everybody loads them again, by a new epoch. */
export class BookedAnew extends Error {
  override name = 'BookedAnew'
}

type Task = (ending: AbortSignal) => Promise<void>

function tasks(
  options: SessionOptions,
  books: Books,
  endAtStart: Place,
  judgesAnew: boolean,
): Task[] {
  const { center, database, log, now, report } = options
  let emptiedFromMs = 0
  const following: Task = async (ending) => {
    for await (const chunk of log.readAfter(books.place(), ending, options.hearing)) {
      for (const entries of slicesOf(chunk)) {
        await books.writing.room()
        if (ending.aborted) return
        await books.fold(entries)
        books.retire()
        await turn()
      }
    }
  }
  const relaying: Task = async (ending) => {
    while (!ending.aborted) {
      const rung = options.outbox.next()
      const isMore = await unlessAway(options, () => relayOutbox(database, log, center, now()))
      if (isMore !== true) await Promise.race([rung, sleep(RELAY_MS, ending)])
    }
  }
  const judging = async (ending: AbortSignal): Promise<void> => {
    if (!judgesAnew) return
    await judgeAnew(books, database, center, report, ending)
    if (!ending.aborted) throw new BookedAnew('What was booked before is booked anew')
  }
  const closing = async (): Promise<void> => {
    // Until then, what ends a contact may still lie in the stream.
    if (comparePlaces(books.place(), endAtStart) < 0) return
    const events = closings(books.engine, now())
    for (let at = 0; at < events.length; at += CLOSINGS_AT_ONCE) {
      await log.append(events.slice(at, at + CLOSINGS_AT_ONCE))
    }
  }
  const every =
    (ms: number, work: (ending: AbortSignal) => Promise<void>): Task =>
    async (ending) => {
      while (!ending.aborted) {
        await unlessAway(options, () => work(ending))
        await sleep(ms, ending)
      }
    }
  return [
    following,
    relaying,
    every(RETIRE_MS, async () => {
      books.retire()
    }),
    every(SILENCE_MS, closing),
    every(JUDGE_MS, judging),
    every(TIDY_MS, async () => {
      await deleteOldMinutes(database, center, now())
      const { rejectedDays } = await options.retention()
      await deleteOldDeadLetters(database, center, now() - rejectedDays * DAY_MS)
    }),
    every(TIDY_MS, async (signal) => {
      await moveHorizon(database, center, await options.retention(), now())
      options.outbox.ring()
      const purged = await purgeDetails(database, center, emptiedFromMs, signal)
      emptiedFromMs = purged.emptiedFromMs
      const { entries, subjects } = purged
      if (entries + subjects === 0) return
      report(`${center}: gave up ${String(entries)} entries and ${String(subjects)} contacts`)
    }),
    every(TIDY_MS, async (signal) => {
      await trimStream({
        log,
        generation: books.generation,
        committed: () => books.writing.state().committed,
        retention: await options.retention(),
        backups: options.backups,
        nowMs: now(),
        signal,
      })
    }),
  ]
}

/** Does what can be done later as well; null: the database or the stream is away. */
async function unlessAway<Result>(
  { database }: SessionOptions,
  work: () => Promise<Result>,
): Promise<Result | null> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof LogUnavailable || isAway(database.kind, error)) return null
    throw error
  }
}

async function sleep(ms: number, ending: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal: ending }).catch(() => undefined)
}

/** Whole entries, so many that their events are a turn's work. */
function* slicesOf(chunk: readonly LogEntry[]): Generator<LogEntry[]> {
  let slice: LogEntry[] = []
  let events = 0
  for (const entry of chunk) {
    slice.push(entry)
    events += entry.events.length
    if (events < EVENTS_A_SLICE) continue
    yield slice
    slice = []
    events = 0
  }
  if (slice.length > 0) yield slice
}
