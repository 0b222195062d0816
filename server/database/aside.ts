/** Database files that were moved aside: nothing that held numbers is ever deleted by us. */
import { readdir, rename, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'

/** Why it was moved: it was damaged, or a backup was put in its place. */
export type Why = 'damaged' | 'before'

/**
 * Moves a database aside, with the log that belongs to it, as `main.db.damaged-2026-11-21T03-00-…`.
 * Gives its new name. Nobody may have it open.
 */
export async function putAside(file: string, why: Why, nowMs: number): Promise<string> {
  const stamp = new Date(nowMs).toISOString().replaceAll(/[:.]/g, '-')
  const aside = `${file}.${why}-${stamp}`
  // SQLite finds the log of a database by the same name with this ending.
  for (const suffix of ['', '-wal']) {
    if (await exists(`${file}${suffix}`)) await rename(`${file}${suffix}`, `${aside}${suffix}`)
  }
  return aside
}

/** The databases of this name that were found damaged and are kept, the newest first. */
export async function damagedFiles(file: string): Promise<string[]> {
  const begins = `${basename(file)}.damaged-`
  const names = await readdir(dirname(file)).catch(() => [])
  return names
    .filter((each) => each.startsWith(begins) && !each.endsWith('-wal'))
    .sort()
    .reverse()
    .map((each) => join(dirname(file), each))
}

export async function exists(file: string): Promise<boolean> {
  return stat(file).then(
    () => true,
    () => false,
  )
}
