/** Backups of the embedded database: a whole copy a day, made beside the work, and checked. */
import { copyFile, mkdir, readdir, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { HOUR_MS } from '../../shared/time.ts'
import { seat } from './sqlite.ts'
import type { SqliteThread } from './sqliteThread.ts'

/** A copy that was read back, and where the books stand in it. */
export type Backup = {
  file: string
  bytes: number
  /** Up to here each center's stream is in the copy: what lies before may be trimmed. */
  centers: { center: string; generation: string; place: string }[]
}

/** `ringside-2026-11-21.db`, by the UTC day. */
const name = /^ringside-\d{4}-\d{2}-\d{2}\.db$/
const nameOf = (nowMs: number): string =>
  `ringside-${new Date(nowMs).toISOString().slice(0, 10)}.db`

/**
 * Copies the database file into a folder as the day's backup, in place of an earlier one of that
 * day, and checks the copy. Work on the database goes on meanwhile; the copy is of one instant.
 * Rejects, and leaves no file behind, where the copy cannot be made or is not sound.
 */
export async function backUp(file: string, folder: string, nowMs: number): Promise<Backup> {
  // Opening a file that is not there would make an empty one.
  await stat(file)
  await mkdir(folder, { recursive: true })
  const finished = join(folder, nameOf(nowMs))
  const unfinished = `${finished}.part`
  await removeDatabase(unfinished)
  try {
    await onFile(file, (thread) => thread.run('vacuum into ?', [unfinished]))
    const checked = await checkBackup(unfinished)
    await removeDatabase(finished)
    await rename(unfinished, finished)
    return { ...checked, file: finished }
  } catch (error) {
    await removeDatabase(unfinished)
    throw error
  }
}

/** Reads a backup whole. Rejects where it is damaged, or no database of Ringside. */
export async function checkBackup(file: string): Promise<Backup> {
  const { size } = await stat(file)
  return onFile(file, async (thread) => {
    const { rows } = await thread.run('pragma integrity_check', [])
    const [{ integrity_check: verdict } = { integrity_check: 'nothing' }] = rows as {
      integrity_check: string
    }[]
    if (verdict !== 'ok') throw new Error(`${file} is damaged: ${verdict}`)
    const centers = await thread.run('select center, generation, place from center', [])
    return { file, bytes: size, centers: centers.rows as Backup['centers'] }
  })
}

/** The backups in a folder, the newest first. */
export async function listBackups(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => [])
  return names
    .filter((each) => name.test(each))
    .sort()
    .reverse()
    .map((each) => join(folder, each))
}

/**
 * Puts a checked backup in the place of the database, which nobody may have open. What was there is
 * kept beside it; its name is given back, or null where there was nothing.
 */
export async function restore(backup: string, file: string, nowMs: number): Promise<string | null> {
  await checkBackup(backup)
  await mkdir(dirname(file), { recursive: true })
  const incoming = `${file}.incoming`
  await removeDatabase(incoming)
  await copyFile(backup, incoming)
  const stamp = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-')
  const aside = join(dirname(file), `${basename(file)}.before-${stamp}`)
  const isThere = await stat(file).then(
    () => true,
    () => false,
  )
  if (isThere) {
    // Folds its log into it first: the copy kept is whole in one file.
    await onFile(file, (thread) => thread.run('pragma wal_checkpoint(truncate)', []))
    await rename(file, aside)
  }
  await removeDatabase(file)
  await rename(incoming, file)
  return isThere ? aside : null
}

/** How often it is looked whether the day has its backup: a server may be off at night. */
const LOOK_MS = HOUR_MS

/**
 * Makes a backup a day until aborted, and deletes all but the newest `days`. A backup that fails
 * is told and tried again an hour later.
 */
export async function keepBackups(options: {
  file: string
  folder: string
  days: number
  now: () => number
  signal: AbortSignal
  done: (backup: Backup) => void
  failed: (error: unknown) => void
}): Promise<void> {
  const { file, folder, days, now, signal, done, failed } = options
  while (!signal.aborted) {
    const [newest] = await listBackups(folder)
    if (newest === undefined || basename(newest) !== nameOf(now())) {
      await backUp(file, folder, now()).then(done, failed)
      for (const old of (await listBackups(folder)).slice(days)) await removeDatabase(old)
    }
    await pause(LOOK_MS, undefined, { signal }).catch(() => undefined)
  }
}

/** Runs on a connection of its own. */
async function onFile<Result>(
  file: string,
  work: (thread: SqliteThread) => Promise<Result>,
): Promise<Result> {
  const own = seat(file, false)
  try {
    return await work(await own.thread())
  } finally {
    await own.end()
  }
}

/** A database file and what SQLite keeps beside it. */
async function removeDatabase(file: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    await rm(`${file}${suffix}`, { force: true })
  }
}
