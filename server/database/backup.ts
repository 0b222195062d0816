/** Backups of the embedded database: a whole copy a day, made beside the work, and checked. */
import { copyFile, mkdir, open, readdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { exists, putAside, type Why } from './aside.ts'
import { damageSeen } from './damage.ts'
import { DamagedError } from './failure.ts'
import { onFile } from './sqlite.ts'
import type { SqliteThread } from './sqliteThread.ts'

/** A copy that was read back, and where the books stand in it. */
export type Backup = {
  file: string
  bytes: number
  /** When it was made, in UTC milliseconds, as the file system has it. */
  madeAtMs: number
  /** Up to here each center's stream is in the copy: what lies before may be trimmed. */
  centers: { center: string; generation: string; place: string }[]
}

/** `ringside-2026-11-21.db`, by the UTC day. */
const name = /^ringside-\d{4}-\d{2}-\d{2}\.db$/
const nameOf = (nowMs: number): string =>
  `ringside-${new Date(nowMs).toISOString().slice(0, 10)}.db`

/**
 * Copies the database file into a folder as the day's backup, in place of an earlier one of that
 * day. Reads all of the file's pages before, and all of the copy after. Work on the database goes on
 * meanwhile; the copy is of one instant. It has its name only once it is whole, sound, and on the
 * disk. Rejects, and leaves no file behind, where the file is damaged (see `isDamaged`) or the copy
 * cannot be made or is not sound.
 */
export async function backUp(file: string, folder: string, nowMs: number): Promise<Backup> {
  // Opening a file that is not there would make an empty one.
  await stat(file)
  await mkdir(folder, { recursive: true })
  const finished = join(folder, nameOf(nowMs))
  // One name for all days: what a crash left is in nobody's way.
  const unfinished = join(folder, 'ringside.db.part')
  await removeDatabase(unfinished)
  try {
    await onFile(file, async (thread) => {
      const damage = await damageSeen(thread, 'pages')
      if (damage !== null) throw new DamagedError(damage)
      await thread.run('vacuum into ?', [unfinished])
    })
    const checked = await checkBackup(unfinished).catch((error: unknown) => {
      // Not to be taken for damage of the file itself.
      throw new Error(`The copy is not sound: ${String(error)}`, { cause: error })
    })
    await reachDisk(unfinished)
    await removeDatabase(finished)
    await rename(unfinished, finished)
    await reachDisk(folder)
    return { ...checked, file: finished }
  } catch (error) {
    await removeDatabase(unfinished)
    throw error
  }
}

/** Reads a backup whole. Rejects where it is damaged, or no database of Ringside. */
export async function checkBackup(file: string): Promise<Backup> {
  await stat(file)
  return onFile(file, async (thread) => {
    const damage = await damageSeen(thread, 'indexes')
    if (damage !== null) throw new Error(`${file} is damaged: ${damage}`)
    return described(file, thread)
  })
}

/** Where the books stand in a backup, without reading all of it. */
export async function readBackup(file: string): Promise<Backup> {
  await stat(file)
  return onFile(file, (thread) => described(file, thread))
}

async function described(file: string, thread: SqliteThread): Promise<Backup> {
  const { size, mtimeMs } = await stat(file)
  const { rows } = await thread.run('select center, generation, place from center', [])
  return { file, bytes: size, madeAtMs: Math.floor(mtimeMs), centers: rows as Backup['centers'] }
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

/** Deletes all backups of a folder but the newest `keep`. */
export async function deleteOldBackups(folder: string, keep: number): Promise<void> {
  for (const old of (await listBackups(folder)).slice(keep)) await removeDatabase(old)
}

/**
 * Puts a backup in the place of the database, which nobody may have open, once it is checked. What
 * was there is kept beside it; its name is given back, or null where there was nothing.
 */
export async function restore(backup: string, file: string, nowMs: number): Promise<string | null> {
  await checkBackup(backup)
  return putInPlace(backup, file, 'before', nowMs)
}

/** The same with a backup that was checked just now. What was there may be damaged, or half gone. */
export async function putInPlace(
  backup: string,
  file: string,
  why: Why,
  nowMs: number,
): Promise<string | null> {
  await mkdir(dirname(file), { recursive: true })
  const incoming = `${file}.incoming`
  await removeDatabase(incoming)
  await copyFile(backup, incoming)
  await reachDisk(incoming)
  const isThere = (await exists(file)) || (await exists(`${file}-wal`))
  const aside = isThere ? await putAside(file, why, nowMs) : null
  await removeDatabase(file)
  await rename(incoming, file)
  await reachDisk(dirname(file))
  return aside
}

/** Resolves when a file, or the names in a folder, would survive the power. */
async function reachDisk(path: string): Promise<void> {
  const handle = await open(path, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

/** A database file and what SQLite keeps beside it. */
async function removeDatabase(file: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm', '-journal']) {
    await rm(`${file}${suffix}`, { force: true })
  }
}
