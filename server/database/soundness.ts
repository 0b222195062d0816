/** Whether the file of the embedded database is sound when the server starts; healed where not. */
import { rm, stat } from 'node:fs/promises'
import { writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { SECOND_MS } from '../../shared/time.ts'
import { exists, putAside } from './aside.ts'
import { checkBackup, listBackups, putInPlace, type Backup } from './backup.ts'
import { isDamaged } from './failure.ts'
import { onFile } from './sqlite.ts'

/**
 * A start waits no longer for the check of a large file, as walls wait for it: a gigabyte takes some
 * 20 s. The check goes on beside the work then, and what it still finds is told as damage that was
 * met in use.
 */
const CHECK_LIMIT_MS = 2 * SECOND_MS
/** Up to this size it is waited for, however slow the machine: some 2 s. */
const SMALL_BYTES = 100 * 1024 * 1024

export type SoundnessOptions = {
  /** The database, which nobody has open. */
  file: string
  /** Where its backups are; null: it has none, and what is in it can be made again. */
  backups: string | null
  nowMs: number
  /** For a check that takes longer than a start may: told when it finds damage after all. */
  foundLater: (damage: string) => void
  /** For tests; `SMALL_BYTES` otherwise. */
  smallBytes?: number
  /** For tests; `CHECK_LIMIT_MS` otherwise. */
  checkLimitMs?: number
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
async function damageOf(options: SoundnessOptions, hasBackup: boolean): Promise<string | null> {
  const { file } = options
  const size = await stat(file).then(
    (stats) => stats.size,
    () => null,
  )
  // Without a backup it is a first start.
  if (size === null) return hasBackup ? 'the file is gone' : null
  if (size === 0) return 'the file is empty'
  const isSuspect = await exists(suspectOf(file))
  const isWaitedFor = isSuspect || size <= (options.smallBytes ?? SMALL_BYTES)
  const damage = await check(options, { isSuspect, isWaitedFor, hasBackup })
  if (damage !== null) return damage
  if (isSuspect) await rm(suspectOf(file), { force: true })
  return null
}

/**
 * SQLite's own check: of every page, and, where damage was met before, of every index as well,
 * however long that takes.
 */
async function check(
  { file, foundLater, checkLimitMs = CHECK_LIMIT_MS }: SoundnessOptions,
  how: { isSuspect: boolean; isWaitedFor: boolean; hasBackup: boolean },
): Promise<string | null> {
  const checking = onFile(file, async (thread) => {
    const ask = async (sql: string): Promise<string> => {
      const { rows } = await thread.run(sql, [])
      const [verdict] = Object.values((rows[0] ?? {}) as Record<string, unknown>)
      return String(verdict)
    }
    const verdict = await ask(how.isSuspect ? 'pragma integrity_check(1)' : 'pragma quick_check(1)')
    if (verdict !== 'ok') return verdict.replaceAll('\n', ' ')
    // What is left of a database whose log was lost before any of it was in the file.
    const tables = await ask('select count(*) from sqlite_schema')
    return how.hasBackup && tables === '0' ? 'the file holds no tables' : null
  }).catch((error: unknown) => {
    if (!isDamaged(error)) throw error
    return error instanceof Error ? error.message : String(error)
  })
  if (how.isWaitedFor) return checking
  const limit = new AbortController()
  const first = await Promise.race([
    checking,
    pause(checkLimitMs, 'later' as const, { signal: limit.signal }).catch(() => 'later' as const),
  ])
  limit.abort()
  if (first !== 'later') return first
  checking.then(
    (damage) => {
      if (damage !== null) foundLater(damage)
    },
    // Whoever works on the file meets that as well.
    () => undefined,
  )
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
