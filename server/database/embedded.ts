/** The embedded database: looked over before it is opened, and watched for damage while in use. */
import { damagedFiles } from './aside.ts'
import { openDatabase, type Database } from './database.ts'
import { ensureSound, suspect } from './soundness.ts'

export type EmbeddedOptions = {
  file: string
  /** Where its backups are; null: what is in it can be made again. */
  backups: string | null
  now: () => number
  /** What an administrator must read. */
  alarm: (line: string) => void
}

/** How the file is, for who looks after it. */
export type Condition = {
  /** What was found wrong with it in use; null: nothing. A restart puts it right. */
  damage: () => string | null
  /** Damage was met; the next start looks at all of the file. */
  met: (damage: string) => void
  /** Damaged databases that were moved aside, now or at an earlier start; the newest first. */
  kept: () => Promise<string[]>
}

export type Opening =
  | { kind: 'open'; database: Database; condition: Condition }
  /** It is damaged, and there is nothing to put in its place; `explanation` says what to do. */
  | { kind: 'lost'; explanation: string }

/** Opens the database; a damaged one after the newest backup has taken its place. */
export async function openEmbedded(options: EmbeddedOptions): Promise<Opening> {
  const { file, backups, now, alarm } = options
  let damage: string | null = null
  const met = (what: string): void => {
    if (damage !== null) return
    damage = what
    suspect(file, what)
    alarm(
      `The database ${file} is damaged: ${what}. Its books are written no more; events are kept in ` +
        'the stream. Restart Ringside: it puts the last backup in place and counts them.',
    )
  }
  const found = await ensureSound({ file, backups, nowMs: now() })
  if (found.kind === 'lost') return found
  if (found.kind === 'restored') {
    const { aside, from } = found
    alarm(`The database ${file} was damaged: ${found.damage}.`)
    if (aside !== null) alarm(`What there was of it is kept as ${aside}.`)
    alarm(
      from === null
        ? 'It begins empty.'
        : `${from.file} of ${new Date(from.madeAtMs).toISOString()} is in its place; the stream is ` +
            'counted again from there. Users, keys and boards are as they were then.',
    )
  }
  const database = await openDatabase({ url: null, file, damaged: met })
  return {
    kind: 'open',
    database,
    condition: { damage: () => damage, met, kept: () => damagedFiles(file) },
  }
}
