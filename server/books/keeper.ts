/** Keeps the books of a center: one keeper at a time, whatever happens around it. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Retention } from '../../shared/directory.ts'
import type { Database } from '../database/database.ts'
import { isAway, isDamaged } from '../database/failure.ts'
import type { Horizon } from '../engine/horizon.ts'
import type { Engine } from '../engine/subject.ts'
import { comparePlaces, LogReplaced, LogUnavailable, START } from '../stream/eventLog.ts'
import type { EventLog, Place } from '../stream/eventLog.ts'
import { backOffMs } from './backOff.ts'
import { createBell } from './bell.ts'
import type { OpenWriter } from './bookWriter.ts'
import type { DatedDirectory } from './checkpoint.ts'
import { FoldedInDoubt, JudgedAnew } from './commit.ts'
import { noCounts, type Counts } from './counts.ts'
import { FencedOff } from './fencedOff.ts'
import { Unbookable } from './folding.ts'
import { createHealth } from './health.ts'
import { createHearing } from './hearing.ts'
import { BookedAnew, keepSession, type Session } from './session.ts'
import type { Backups } from './trimming.ts'
import type { LiveUpdate } from './update.ts'

export type KeeperOptions = {
  center: string
  database: Database
  log: EventLog
  /** A new engine with the directories taken so far, and the details given up. */
  makeEngine: (directories: readonly DatedDirectory[], horizon: Horizon) => Engine
  /** Told of every folded batch, in order, before it is committed. It must not throw. */
  publish: (update: LiveUpdate) => void
  /** Who writes what is folded: in this thread, or in one of its own. */
  openWriter: OpenWriter
  /** The clock, in UTC milliseconds. */
  now: () => number
  /** How long what is kept, as the directory says now. */
  retention: () => Promise<Retention>
  /** The backups that the stream is kept for; null: none that are ours. */
  backups: Backups | null
  /** What an administrator should read in the log, a line at a time. */
  report: (line: string) => void
  /** For tests: how many rows may wait for the database. */
  maxUnwrittenRows?: number | undefined
}

export type Keeper = {
  /**
   * Waits until no other process keeps the books (PostgreSQL), takes them over and keeps them until
   * `signal` aborts; then commits what is folded and resolves. Waits for a stream or database that
   * is away, and resolves for good when it is damaged: what is known is shown, and events are
   * taken, without it. Rejects with `FencedOff` when another keeper
   * has taken over, and with whatever is a bug: the process should end then.
   */
  run: (signal: AbortSignal) => Promise<void>
  status: () => KeeperStatus
  /** Sends the outbox on at once; without it, rows are found within a second. */
  outboxChanged: () => void
}

export type KeeperStatus = {
  /** `waiting`: for stream, database or another keeper; `catchingUp`: with what came before the start;
   * `damaged`: the embedded database’s file is, nothing is written, and a restart heals it. */
  state: 'waiting' | 'catchingUp' | 'following' | 'damaged' | 'fencedOff' | 'stopped'
  epoch: number
  generation: string
  /** Up to here the stream is in the live numbers, and in the database. */
  place: Place
  committed: Place
  /** When the database took something the last time; 0: never. */
  committedAtMs: number
  counts: Counts
  /** Rows that wait for the database. */
  unwritten: number
  /** Since when the database has not answered; null: it does. And what it said then. */
  databaseAwaySinceMs: number | null
  lastFailure: string | null
}

export function createKeeper(options: KeeperOptions): Keeper {
  const { database, now, report } = options
  const health = createHealth(now)
  const outbox = createBell()
  let hearing = createHearing(now)
  const refused = new Map<string, string>()
  const alone = new Set<string>()
  let session: Session | null = null
  let ended: 'damaged' | 'fencedOff' | 'stopped' | null = null

  /** How a session that ended may be followed by another; throws where it may not. */
  const judge = (error: unknown): 'atOnce' | 'later' => {
    if (error instanceof FencedOff) {
      ended = 'fencedOff'
      throw error
    }
    if (error instanceof Unbookable) {
      if (error.events > 1) alone.add(error.at)
      else refused.set(error.at, error.message)
      return 'atOnce'
    }
    if (error instanceof LogReplaced || error instanceof FoldedInDoubt) {
      report(`${options.center}: ${error.message}; going on from the checkpoint`)
      return 'atOnce'
    }
    if (error instanceof BookedAnew || error instanceof JudgedAnew) return 'atOnce'
    if (isAway(database.kind, error)) health.failed(error)
    else if (!(error instanceof LogUnavailable)) throw error
    return 'later'
  }

  /** Waits for its turn: two that took the books from one another would never get on. */
  const locked = async (signal: AbortSignal): Promise<(() => Promise<void>) | null> => {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        return await database.lock(`books of ${options.center}`, signal)
      } catch (error) {
        if (judge(error) === 'later') await restFor(attempt, signal)
      }
    }
    return null
  }

  /** Keeps the books, session after session. */
  const keepOn = async (signal: AbortSignal): Promise<void> => {
    let judgesAnew = true
    for (let attempt = 0; !signal.aborted; attempt++) {
      hearing = createHearing(now)
      const begun = (begunSession: Session): void => {
        session = begunSession
        attempt = 0
        judgesAnew = begunSession.judgesAnew
      }
      try {
        await keepSession(
          {
            ...options,
            maxUnwrittenRows: options.maxUnwrittenRows,
            health,
            refused,
            alone,
            outbox,
            hearing,
            judgesAnew,
          },
          begun,
          signal,
        )
      } catch (error) {
        if (isDamaged(error)) {
          ended = 'damaged'
          health.failed(error)
          report(`${options.center}: the books are kept no more: ${String(error)}`)
          return
        }
        if (error instanceof BookedAnew) judgesAnew = false
        if (error instanceof JudgedAnew) judgesAnew = true
        if (judge(error) === 'later') await restFor(attempt, signal)
      }
    }
  }

  return {
    run: async (signal) => {
      const release = await locked(signal)
      try {
        await keepOn(signal)
      } finally {
        ended ??= 'stopped'
        await release?.()
      }
    },
    status: () => {
      const written = session?.writing.state()
      const place = written?.place ?? START
      const isBehind = session !== null && comparePlaces(place, session.endAtStart) < 0
      const following = isBehind ? 'catchingUp' : 'following'
      const isWaiting = session === null || hearing.isSilent()
      return {
        state: ended ?? (isWaiting ? 'waiting' : following),
        epoch: session?.epoch ?? 0,
        generation: session?.generation ?? '',
        place,
        committed: written?.committed ?? START,
        committedAtMs: written?.committedAtMs ?? 0,
        counts: written?.counts ?? noCounts,
        unwritten: written?.rows ?? 0,
        databaseAwaySinceMs: health.awaySinceMs(),
        lastFailure: health.lastFailure(),
      }
    },
    outboxChanged: () => {
      outbox.ring()
    },
  }
}

async function restFor(attempt: number, signal: AbortSignal): Promise<void> {
  await pause(backOffMs(attempt), undefined, { signal }).catch(() => undefined)
}
