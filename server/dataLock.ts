/** One Ringside for one data folder: a second start is refused, and told who holds it. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { hostname } from 'node:os'
import { join, resolve } from 'node:path'
import Database from 'libsql'
import { z } from 'zod'

const Holder = z.object({ pid: z.int(), host: z.string(), since: z.string() })
/** Who holds a data folder; `since` is its start, as ISO 8601 in UTC. */
export type Holder = z.infer<typeof Holder>

export type DataLock = {
  /** Gives the folder back. The system does so too, when the process ends in any way. */
  release: () => void
}

export type LockAttempt =
  | ({ ok: true } & DataLock)
  /** `holder` is null when the holder has not yet said who it is. */
  | { ok: false; folder: string; holder: Holder | null }

/**
 * Takes the folder, which is made where it is missing. Never waits.
 *
 * The lock is SQLite's own on `lock.db`, which the system drops with the process, so a crash leaves
 * nothing to clean up; `lock.json` beside it is only for people to read.
 */
export function lockDataDir(dataDir: string, nowMs: number): LockAttempt {
  const folder = resolve(dataDir)
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const holderFile = join(folder, 'lock.json')
  const database = new Database(join(folder, 'lock.db'), { timeout: 0 })
  try {
    database.exec('begin exclusive')
  } catch (error) {
    database.close()
    if (!isBusy(error)) throw error
    return { ok: false, folder, holder: readHolder(holderFile) }
  }
  const since = new Date(nowMs).toISOString()
  const holder: Holder = { pid: process.pid, host: hostname(), since }
  writeFileSync(holderFile, `${JSON.stringify(holder)}\n`)
  return {
    ok: true,
    release() {
      rmSync(holderFile, { force: true })
      database.close()
    },
  }
}

/** The sentence for whoever started the second one. */
export function refusal(attempt: Extract<LockAttempt, { ok: false }>): string {
  const { folder, holder } = attempt
  const who =
    holder === null
      ? 'another Ringside'
      : `another Ringside: process ${String(holder.pid)} on ${holder.host}, since ${holder.since}`
  return `The data folder ${folder} is in use by ${who}. Stop that one, or set another DATA_DIR.`
}

function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && String(error.code).startsWith('SQLITE_BUSY')
}

function readHolder(file: string): Holder | null {
  try {
    return Holder.parse(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return null
  }
}
