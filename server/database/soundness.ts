/** Whether the file of the embedded database is sound when the server starts; healed where not. */
import { rm, stat } from 'node:fs/promises'
import { writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { exists, putAside } from './aside.ts'
import { checkBackup, listBackups, putInPlace, type Backup } from './backup.ts'
import { damageSeen } from './damage.ts'
import { isDamaged } from './failure.ts'
import { onFile } from './sqlite.ts'

/**
 * Up to this size every page is read at each start: some 2 s. Walls wait for a start, and the pages
 * of a larger file are read before each backup of it (`backUp`), where nobody waits.
 */
const SMALL_BYTES = 100 * 1024 * 1024

export type SoundnessOptions = {
  /** The database, which nobody has open. */
  file: string
  /** Where its backups are; null: it has none, and what is in it can be made again. */
  backups: string | null
  nowMs: number
  /** For tests; `SMALL_BYTES` otherwise. */
  smallBytes?: number
}

export type Soundness =
  /** Nothing is wrong with it, as far as was looked; or there is none yet. */
  | { kind: 'sound' }
  /** It was damaged, and is kept as `aside` (null: it was gone). `from` null: it begins empty. */
  | { kind: 'restored'; damage: string; aside: string | null; from: Backup | null }
  /** It is damaged, and there is nothing to put in its place: nothing was touched. */
  | { kind: 'lost'; damage: string; explanation: string }

/**
 * Looks the file over before it is opened. A damaged one is moved aside and the newest backup that
 * is sound put in its place; what the stream holds from after it is counted again.
 */
export async function ensureSound(options: SoundnessOptions): Promise<Soundness> {
  const { file, backups } = options
  const found = backups === null ? [] : await listBackups(backups)
  const damage = await damageOf(options, found.length > 0)
  if (damage === null) return { kind: 'sound' }
  const healed = await heal({ ...options, damage, found })
  if (healed.kind === 'restored') await rm(suspectOf(file), { force: true })
  return healed
}

async function heal({
  file,
  backups,
  nowMs,
  damage,
  found,
}: SoundnessOptions & { damage: string; found: readonly string[] }): Promise<Soundness> {
  if (backups === null) {
    return { kind: 'restored', damage, aside: await putAside(file, 'damaged', nowMs), from: null }
  }
  for (const name of found) {
    const from = await checkBackup(name).catch(() => null)
    if (!from) continue
    return {
      kind: 'restored',
      damage,
      aside: await putInPlace(name, file, 'damaged', nowMs),
      from,
    }
  }
  return { kind: 'lost', damage, explanation: explain(file, backups, damage) }
}

/** What is wrong with the file; null: nothing that was found. */
async function damageOf(
  { file, smallBytes = SMALL_BYTES }: SoundnessOptions,
  hasBackup: boolean,
): Promise<string | null> {
  const size = await stat(file).then(
    (stats) => stats.size,
    () => null,
  )
  // Without a backup it is a first start.
  if (size === null) return hasBackup ? 'the file is gone' : null
  if (size === 0) return 'the file is empty'
  const isSuspect = await exists(suspectOf(file))
  // What was met in use, the quick check may not see.
  const depth = isSuspect ? 'indexes' : size <= smallBytes ? 'pages' : 'schema'
  const damage = await onFile(file, async (thread) => {
    const seen = await damageSeen(thread, depth)
    if (seen !== null || !hasBackup) return seen
    // What is left of a database whose log was lost before any of it was in the file.
    const { rows } = await thread.run('select name from sqlite_schema limit 1', [])
    return rows.length === 0 ? 'the file holds no tables' : null
  }).catch((error: unknown) => {
    // So much so that it cannot be opened.
    if (isDamaged(error)) return (error as Error).message
    throw error
  })
  if (damage !== null) return damage
  if (isSuspect) await rm(suspectOf(file), { force: true })
  return null
}

/** Beside the file, while damage that was met in use has not been looked into. */
const suspectOf = (file: string): string => `${file}.suspect`

/** Has the next start look the whole file over, whatever becomes of this process. */
export function suspect(file: string, damage: string): void {
  writeFileSync(suspectOf(file), `${damage}\n`)
}

function explain(file: string, backups: string, damage: string): string {
  const aside = `${dirname(file)}/damaged`
  return [
    `The database ${file} is damaged: ${damage}.`,
    `There is no sound backup in ${backups}. Nothing was changed. Either put a copy of yours back:`,
    '',
    '  npm run ringside -- restore FILE',
    '',
    'or begin with an empty one, which counts again what the stream still holds and has no users,',
    'boards and directory:',
    '',
    `  mkdir -p '${aside}' && mv '${file}'* '${aside}'`,
  ].join('\n')
}
