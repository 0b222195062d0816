/** Has what was folded written, in groups and beside the folding, and bounds what waits for that. */
import { setTimeout as pause } from 'node:timers/promises'
import { SECOND_MS } from '../../shared/time.ts'
import { isAway } from '../database/failure.ts'
import type { DatabaseKind } from '../database/schema.ts'
import type { SubjectKey, SubjectRecord } from '../engine/subject.ts'
import type { Place } from '../stream/eventLog.ts'
import { backOffMs } from './backOff.ts'
import { createBell } from './bell.ts'
import { bookedSlice } from './bookedSlice.ts'
import type { BooksBegun, OpenWriter } from './bookWriter.ts'
import { JudgedAnew } from './commit.ts'
import type { Counts } from './counts.ts'
import type { Slice } from './folding.ts'
import type { Health } from './health.ts'
import { deliveryName } from './lookup.ts'

/**
 * From the beginning of one commit to that of the next: what a crash makes us fold again, at most.
 * No sooner, as rows that change all the time, such as an agent's day, are written once a commit.
 */
const GATHER_MS = SECOND_MS / 4
/** After a pause, what comes together is committed together, and at once. */
const TOGETHER_MS = 5
/**
 * Rows that may wait for the database, some 100 MB: at 3,000 events a second twenty seconds, for a
 * desk of two hundred half an hour. Beyond that the stream is not read on, and keeps the rest.
 */
const MAX_UNWRITTEN_ROWS = 200_000

export type Writing = {
  /** Takes a folded slice and the present records of what it changed. */
  add: (slice: Slice, records: readonly SubjectRecord[]) => void
  /** Resolves when there is room for more; at once while the database keeps up. */
  room: () => Promise<void>
  /** The content hash of a delivery that is not committed yet; null: there is none. */
  hashOf: (deliveryName: string) => string | null
  isUnwritten: (key: SubjectKey) => boolean
  /** Up to here the stream is folded, and committed. */
  state: () => {
    place: Place
    committed: Place
    committedAtMs: number
    counts: Counts
    rows: number
  }
  /** Commits until `finish`, then once more. Rejects where it may not, or cannot, go on. */
  run: () => Promise<void>
  /** Ends `run` after a last commit; one that fails then is left to the next start. */
  finish: () => void
  /** Resolves when all that was added by now is committed. */
  flushed: () => Promise<void>
}

export type WritingOptions = BooksBegun & {
  openWriter: OpenWriter
  kind: DatabaseKind
  epoch: number
  commits: number
  committedAtMs: number
  /** The parts of each held subject that are stored already; kept up to date here. */
  storedParts: Map<SubjectKey, readonly string[]>
  health: Health
  now: () => number
  /** For tests; `MAX_UNWRITTEN_ROWS` otherwise. */
  maxUnwrittenRows?: number | undefined
}

/** What the writer has and the database has not, as far as the keeper has to know. */
type Unwritten = {
  place: Place
  /** The hash of each delivery, by its name. */
  delivered: Map<string, string>
  subjects: Set<SubjectKey>
  rows: number
}

const nothingUnwritten = (place: Place): Unwritten => ({
  place,
  delivered: new Map(),
  subjects: new Set(),
  rows: 0,
})

export function createWriting(options: WritingOptions): Writing {
  const { center, kind, epoch, health, now, storedParts } = options
  const maxRows = options.maxUnwrittenRows ?? MAX_UNWRITTEN_ROWS
  const { place, directories, cells } = options
  const writer = options.openWriter({
    center,
    place,
    counts: options.counts,
    horizon: options.horizon,
    summedToMs: options.summedToMs,
    directories,
    cells,
  })
  let { counts, horizon, commits } = options
  let gathering = nothingUnwritten(options.place)
  let flying: Unwritten | null = null
  let hasNews = false
  let committed = { place: options.place, atMs: options.committedAtMs }

  const finishing = new AbortController()
  const due = createBell()
  const done = createBell()
  let isDue = false
  let timer: NodeJS.Timeout | null = null
  let begunAtMs = -Infinity
  const fire = (): void => {
    isDue = true
    due.ring()
  }
  const settle = (): void => {
    isDue = false
    if (timer) clearTimeout(timer)
    timer = null
  }
  const finish = (): void => {
    finishing.abort()
    due.ring()
    done.ring()
  }
  const isFinishing = (): boolean => finishing.signal.aborted

  const rows = (): number => gathering.rows + (flying?.rows ?? 0)

  const handOver = (slice: Slice, records: readonly SubjectRecord[]): void => {
    const booked = bookedSlice({ center, counts, horizon, storedParts }, slice, records, now())
    writer.add(booked)
    ;({ counts, horizon } = booked)
    const { entries, subjects, delivered, deadLetters } = booked
    for (const row of delivered) gathering.delivered.set(deliveryName(row), row.hash)
    for (const { key } of subjects) gathering.subjects.add(key)
    gathering.rows += entries.length + subjects.length + delivered.length + deadLetters.length
    gathering.place = slice.place
  }

  const write = async ({ place }: Unwritten): Promise<void> => {
    let isJudgedAnew: boolean
    for (let attempt = 0; ; attempt++) {
      try {
        isJudgedAnew = await writer.commit({ center, epoch, commits }, now())
        break
      } catch (error) {
        if (!isAway(kind, error)) throw error
        health.failed(error)
        if (isFinishing()) throw error
        // Cut short when it ends, for one last try.
        await pause(backOffMs(attempt), undefined, { signal: finishing.signal }).catch(() => null)
      }
    }
    commits += 1
    health.answered()
    committed = { place, atMs: now() }
    if (isJudgedAnew) throw new JudgedAnew()
  }

  return {
    add: (slice, records) => {
      handOver(slice, records)
      hasNews = true
      const inMs = Math.max(TOGETHER_MS, begunAtMs + GATHER_MS - performance.now())
      timer ??= setTimeout(fire, inMs)
      if (gathering.rows > maxRows / 2) fire()
    },
    room: async () => {
      while (rows() > maxRows && !isFinishing()) await done.next()
    },
    hashOf: (name) => gathering.delivered.get(name) ?? flying?.delivered.get(name) ?? null,
    isUnwritten: (key) => gathering.subjects.has(key) || (flying?.subjects.has(key) ?? false),
    state: () => ({
      place: gathering.place,
      committed: committed.place,
      committedAtMs: committed.atMs,
      counts,
      rows: rows(),
    }),
    run: async () => {
      try {
        for (;;) {
          while (!isDue && !isFinishing()) await due.next()
          settle()
          if (!hasNews && isFinishing()) return
          if (!hasNews) continue
          flying = gathering
          gathering = nothingUnwritten(flying.place)
          hasNews = false
          begunAtMs = performance.now()
          await write(flying)
          flying = null
          done.ring()
        }
      } finally {
        settle()
        finish()
      }
    },
    finish,
    flushed: async () => {
      fire()
      while ((hasNews || flying) && !isFinishing()) await done.next()
    },
  }
}
