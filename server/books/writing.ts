/** Commits what was folded, in groups and beside the folding, and bounds what waits for that. */
import { setTimeout as pause } from 'node:timers/promises'
import { Directory, emptyDirectory } from '../../shared/directory.ts'
import { SECOND_MS } from '../../shared/time.ts'
import type { Database } from '../database/database.ts'
import { isAway } from '../database/failure.ts'
import type { SubjectKey, SubjectRecord } from '../engine/subject.ts'
import type { Place } from '../stream/eventLog.ts'
import { backOffMs } from './backOff.ts'
import { createBell } from './bell.ts'
import { book, emptyBatch, keepSubject, rowsIn, type Batch, type BatchState } from './batch.ts'
import type { Cells } from './cells.ts'
import { calendarOver, calendarText, type DatedDirectory } from './checkpoint.ts'
import { commit, JudgedAnew } from './commit.ts'
import type { Counts } from './counts.ts'
import type { Slice } from './folding.ts'
import type { Health } from './health.ts'

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

/** Every name that a directory gives an agent or a queue, as `queue/sales`. */
function namesIn({ agents, queues }: Directory): Set<string> {
  const names = new Set<string>()
  for (const { key, aliases } of agents) for (const n of [key, ...aliases]) names.add(`agent/${n}`)
  for (const { key, aliases } of queues) for (const n of [key, ...aliases]) names.add(`queue/${n}`)
  return names
}

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

export type WritingOptions = BatchState & {
  database: Database
  center: string
  epoch: number
  commits: number
  committedAtMs: number
  cells: Cells
  directories: readonly DatedDirectory[]
  /** The parts of each held subject that are stored already; kept up to date here. */
  storedParts: Map<SubjectKey, readonly string[]>
  health: Health
  now: () => number
  /** For tests; `MAX_UNWRITTEN_ROWS` otherwise. */
  maxUnwrittenRows?: number | undefined
}

export function createWriting(options: WritingOptions): Writing {
  const { database, center, epoch, cells, health, now, storedParts } = options
  const maxRows = options.maxUnwrittenRows ?? MAX_UNWRITTEN_ROWS
  const directories = [...options.directories]
  let gathering = emptyBatch(options)
  let flying: Batch | null = null
  let hasNews = false
  let commits = options.commits
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

  const merge = (slice: Slice, records: readonly SubjectRecord[]): void => {
    const batch = gathering
    const nowMs = now()
    for (const { place, position, atMs, content } of slice.directories) {
      const before = namesIn(directories.at(-1)?.directory ?? emptyDirectory)
      const directory = Directory.parse(content)
      for (const name of namesIn(directory)) if (!before.has(name)) batch.described.add(name)
      directories.push({ atMs, directory })
      const row = { center, place, position, atMs, content: JSON.stringify(content) }
      batch.directories.push(row)
      const calendar = calendarOver(directories)
      if (calendarText(calendar) !== calendarText(batch.calendar)) batch.isRebuilt = true
      batch.calendar = calendar
    }
    book(batch, center, slice.entries, cells, nowMs)
    for (const record of records) keepSubject(batch, center, record, storedParts)
    for (const [name, { source, id, hash }] of slice.delivered) {
      const row = { center, source, id, hash }
      batch.delivered.set(name, row)
      if (slice.doubtful.delivered.has(name)) batch.doubtful.delivered.set(name, row)
    }
    for (const key of slice.doubtful.subjects) batch.doubtful.subjects.add(key)
    for (const part of slice.doubtful.parts) batch.doubtful.parts.add(part)
    for (const letter of slice.deadLetters) {
      batch.deadLetters.push({ center, ...letter, atMs: nowMs })
    }
    for (const { kind, key, source, atMs } of slice.discovered) {
      batch.discovered.set(`${kind}/${key}`, { center, kind, key, source, atMs })
    }
    batch.place = slice.place
    batch.horizon = slice.horizon ?? batch.horizon
    const { counts } = batch
    batch.counts = {
      folded: counts.folded + slice.counts.folded,
      duplicates: counts.duplicates + slice.counts.duplicates,
      conflicting: counts.conflicting + slice.counts.conflicting,
      poison: counts.poison + slice.counts.poison,
      unstorable: counts.unstorable + slice.counts.unstorable,
      late: counts.late + slice.counts.late,
      lateFeeds: counts.lateFeeds + slice.counts.lateFeeds,
      entries: counts.entries,
    }
  }

  const rows = (): number => rowsIn(gathering) + (flying ? rowsIn(flying) : 0)

  const write = async (batch: Batch): Promise<void> => {
    let isJudgedAnew: boolean
    for (let attempt = 0; ; attempt++) {
      try {
        isJudgedAnew = await commit(database, { center, epoch, commits }, batch, now())
        break
      } catch (error) {
        if (!isAway(database.kind, error)) throw error
        health.failed(error)
        if (isFinishing()) throw error
        // Cut short when it ends, for one last try.
        await pause(backOffMs(attempt), undefined, { signal: finishing.signal }).catch(() => null)
      }
    }
    commits += 1
    health.answered()
    committed = { place: batch.place, atMs: now() }
    if (isJudgedAnew) throw new JudgedAnew()
  }

  return {
    add: (slice, records) => {
      merge(slice, records)
      hasNews = true
      const inMs = Math.max(TOGETHER_MS, begunAtMs + GATHER_MS - performance.now())
      timer ??= setTimeout(fire, inMs)
      if (rowsIn(gathering) > maxRows / 2) fire()
    },
    room: async () => {
      while (rows() > maxRows && !isFinishing()) await done.next()
    },
    hashOf: (name) =>
      gathering.delivered.get(name)?.hash ?? flying?.delivered.get(name)?.hash ?? null,
    isUnwritten: (key) => gathering.subjects.has(key) || (flying?.subjects.has(key) ?? false),
    state: () => ({
      place: gathering.place,
      committed: committed.place,
      committedAtMs: committed.atMs,
      counts: gathering.counts,
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
          gathering = emptyBatch(flying)
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
