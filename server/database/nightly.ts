/** Backs the embedded database up once a day, and knows the newest backup that is good. */
import { setTimeout as pause } from 'node:timers/promises'
import { HOUR_MS, MINUTE_MS } from '../../shared/time.ts'
import type { Place } from '../stream/eventLog.ts'
import { deleteOldBackups, listBackups, readBackup, type Backup } from './backup.ts'
import { takingTurns } from './turns.ts'

/** How often it is looked whether a backup is due, and when one that failed is tried again. */
const LOOK_MS = MINUTE_MS
const AGAIN_MS = HOUR_MS

export type BackupStatus = {
  /** The newest good backup; null: there is none. */
  newest: Backup | null
  /** Why the last try failed, and when (UTC milliseconds); null: it did not. */
  failure: { atMs: number; message: string } | null
}

/** How the embedded database and its backups are, for who looks after them. */
export type Storage = BackupStatus & {
  /** What was found wrong with the file in use; null: nothing. */
  damage: string | null
  /** Damaged databases that were moved aside, the newest first. */
  kept: readonly string[]
}

export type NightlyOptions = {
  folder: string
  /** Makes the backup of the day into `folder`. Rejects where it cannot. */
  backUp: (nowMs: number) => Promise<Backup>
  /** How many backups are kept, the newest ones. */
  keep: number
  /**
   * The last instant at which a backup was due, as it is now: it is made then, or when the server
   * runs again. Null: none is to be made yet.
   */
  dueMs: (nowMs: number) => Promise<number | null>
  now: () => number
  done: (backup: Backup) => void
  failed: (error: unknown) => void
}

export type Nightly = {
  /** Makes backups until aborted. */
  run: (signal: AbortSignal) => Promise<void>
  status: () => BackupStatus
  /** Makes one now, as when the stream needs room, whenever the last one was. False: it failed, and was told. */
  make: () => Promise<boolean>
  /**
   * From the entry at this place on the stream of a center has to be kept, so that the newest good
   * backup can be followed by it. Null: there is no backup, and all of the stream is needed.
   */
  neededFrom: (center: string, generation: string) => Place | null
}

/** Reads what the newest backup says, so that it is known before the first one is made here. */
export async function nightlyBackups(options: NightlyOptions): Promise<Nightly> {
  const { folder, now } = options
  let newest = await newestIn(folder)
  let failure: BackupStatus['failure'] = null

  // Two at a time would write one file.
  const turns = takingTurns()
  const backUpNow = async (nowMs: number): Promise<void> => {
    const endTurn = await turns()
    try {
      newest = await options.backUp(nowMs)
      failure = null
      options.done(newest)
      await deleteOldBackups(folder, options.keep)
    } finally {
      endTurn()
    }
  }
  const look = async (): Promise<void> => {
    const nowMs = now()
    const dueMs = await options.dueMs(nowMs)
    if (dueMs === null || (newest !== null && newest.madeAtMs >= dueMs)) return
    // A clock that was set back must not bring one backup a minute.
    if (failure !== null && Math.abs(nowMs - failure.atMs) < AGAIN_MS) return
    await backUpNow(nowMs)
  }
  const failed = (error: unknown): void => {
    failure = { atMs: now(), message: error instanceof Error ? error.message : String(error) }
    options.failed(error)
  }

  return {
    run: async (signal) => {
      while (!signal.aborted) {
        await look().catch(failed)
        await pause(LOOK_MS, undefined, { signal }).catch(() => undefined)
      }
    },
    status: () => ({ newest, failure }),
    make: () =>
      backUpNow(now()).then(
        () => true,
        (error: unknown) => {
          failed(error)
          return false
        },
      ),
    neededFrom: (center, generation) =>
      newest?.centers.find((each) => each.center === center && each.generation === generation)
        ?.place ?? null,
  }
}

async function newestIn(folder: string): Promise<Backup | null> {
  for (const file of await listBackups(folder)) {
    const backup = await readBackup(file).catch(() => null)
    if (backup) return backup
  }
  return null
}
