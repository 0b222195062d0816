/** Keeps the books of a center: one keeper at a time, whatever happens around it. */
import { setTimeout as pause } from 'node:timers/promises'
import type { Database } from '../database/database.ts'
import { isAway } from '../database/failure.ts'
import type { Engine } from '../engine/subject.ts'
import { comparePlaces, LogReplaced, LogUnavailable, START } from '../stream/eventLog.ts'
import type { EventLog, Place } from '../stream/eventLog.ts'
import { backOffMs } from './backOff.ts'
import { createBell } from './bell.ts'
import type { DatedDirectory } from './checkpoint.ts'
import { FoldedInDoubt } from './commit.ts'
import { noCounts, type Counts } from './counts.ts'
import { FencedOff } from './fencedOff.ts'
import { Unbookable } from './folding.ts'
import { createHealth } from './health.ts'
import { BookedAnew, keepSession, type Session } from './session.ts'
import type { LiveUpdate } from './update.ts'

export type KeeperOptions = {
  center: string
  database: Database
  log: EventLog
  /** A new engine with the directories taken so far. */
  makeEngine: (directories: readonly DatedDirectory[]) => Engine
  /** Told of every folded batch, in order, before it is committed. It must not throw. */
  publish: (update: LiveUpdate) => void
  /** The clock, in UTC milliseconds. */
  now: () => number
  /** What an administrator should read in the log, a line at a time. */
  report: (line: string) => void
  /** For tests: how many rows may wait for the database. */
  maxUnwrittenRows?: number | undefined
}

export type Keeper = {
  /**
   * Takes the books over and keeps them until `signal` aborts; then commits what is folded and
   * resolves. Waits for a stream or database that is away. Rejects with `FencedOff` when another
   * keeper has taken over, and with whatever is a bug: the process should end then.
   */
  run: (signal: AbortSignal) => Promise<void>
  status: () => KeeperStatus
  /** Sends the outbox on at once; without it, rows are found within a second. */
  outboxChanged: () => void
}

export type KeeperStatus = {
  /** `waiting`: for the stream or the database; `catchingUp`: with what came before the start. */
  state: 'waiting' | 'catchingUp' | 'following' | 'fencedOff' | 'stopped'
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
  const refused = new Map<string, string>()
  const alone = new Set<string>()
  let session: Session | null = null
  let ended: 'fencedOff' | 'stopped' | null = null

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
    if (error instanceof BookedAnew) return 'atOnce'
    if (isAway(database.kind, error)) health.failed(error)
    else if (!(error instanceof LogUnavailable)) throw error
    return 'later'
  }

  return {
    run: async (signal) => {
      let rederives = true
      try {
        for (let attempt = 0; !signal.aborted; attempt++) {
          try {
            await keepSession(
              {
                ...options,
                maxUnwrittenRows: options.maxUnwrittenRows,
                health,
                refused,
                alone,
                outbox,
                rederives,
              },
              (begun) => {
                session = begun
                attempt = 0
                rederives = false
              },
              signal,
            )
          } catch (error) {
            if (error instanceof BookedAnew) rederives = false
            const when = judge(error)
            if (when === 'later') {
              await pause(backOffMs(attempt), undefined, { signal }).catch(() => undefined)
            }
          }
        }
      } finally {
        ended ??= 'stopped'
      }
    },
    status: () => {
      const written = session?.writing.state()
      const place = written?.place ?? START
      const isBehind = session !== null && comparePlaces(place, session.endAtStart) < 0
      const following = isBehind ? 'catchingUp' : 'following'
      return {
        state: ended ?? (session === null ? 'waiting' : following),
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
