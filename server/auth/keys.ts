/** Keys of programs: `rs_<id>_<secret>`, shown once, kept as a hash. */
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { Name } from '../../shared/events/fields.ts'
import { SourceName } from '../../shared/events/event.ts'
import type { KeyRight } from '../../shared/rights.ts'
import { MINUTE_MS } from '../../shared/time.ts'
import type { Tables } from '../database/schema.ts'
import { audit } from './audit.ts'
import { hashOf, isSecretOf, newId, newSecret } from './secret.ts'
import { Rights } from './users.ts'

/** How often a key's last use is written: a row a minute, not one a request. */
const USED_EVERY_MS = MINUTE_MS

export const NewKey = z.strictObject({
  /** What it is for, for people. */
  name: z.string().trim().min(1).max(100),
  rights: Rights,
  /** The one center that it opens; null: any. */
  center: Name.nullable().default(null),
  /** The one source that it may send as; null: any. */
  source: SourceName.nullable().default(null),
})
export type NewKey = z.output<typeof NewKey>

/** A key without its secret. */
export type Key = {
  id: string
  name: string
  rights: readonly KeyRight[]
  center: string | null
  source: string | null
  createdAtMs: number
  /** When it was last used, to the minute; null: never. */
  usedAtMs: number | null
  revoked: boolean
}

const shape = /^rs_([0-9a-z]{1,64})_([\w-]{16,128})$/

function read(row: Tables['key']): Key {
  return {
    id: row.id,
    name: row.name,
    rights: Rights.parse(JSON.parse(row.rights)),
    center: row.center === '' ? null : row.center,
    source: row.source === '' ? null : row.source,
    createdAtMs: row.createdAtMs,
    usedAtMs: row.usedAtMs === 0 ? null : row.usedAtMs,
    revoked: row.revoked !== 0,
  }
}

/** Makes a key; the whole key is returned once and never kept. */
export async function createKey(
  database: Kysely<Tables>,
  key: NewKey,
  by: string,
  nowMs: number,
): Promise<{ key: Key; secret: string }> {
  const secret = newSecret()
  const row: Tables['key'] = {
    id: newId(),
    name: key.name,
    hash: hashOf(secret),
    rights: JSON.stringify([...new Set(key.rights)]),
    center: key.center ?? '',
    source: key.source ?? '',
    createdAtMs: nowMs,
    usedAtMs: 0,
    revoked: 0,
  }
  await database.transaction().execute(async (writing) => {
    await writing.insertInto('key').values(row).execute()
    const detail = JSON.stringify({ rights: key.rights, center: key.center, source: key.source })
    await audit(
      writing,
      { by, action: 'key.created', about: `${key.name} (${row.id})`, detail },
      nowMs,
    )
  })
  return { key: read(row), secret: `rs_${row.id}_${secret}` }
}

/** Every key that was ever made, the newest first. */
export async function listKeys(database: Kysely<Tables>): Promise<Key[]> {
  const rows = await database.selectFrom('key').selectAll().orderBy('createdAtMs', 'desc').execute()
  return rows.map(read)
}

/** Makes a key useless for ever; false where there is no such key that still works. */
export async function revokeKey(
  database: Kysely<Tables>,
  id: string,
  by: string,
  nowMs: number,
): Promise<boolean> {
  return database.transaction().execute(async (writing) => {
    const revoked = await writing
      .updateTable('key')
      .set({ revoked: 1 })
      .where('id', '=', id)
      .where('revoked', '=', 0)
      .executeTakeFirst()
    if (revoked.numUpdatedRows === 0n) return false
    await audit(writing, { by, action: 'key.revoked', about: id }, nowMs)
    return true
  })
}

/** The key that was shown, or null where it is none of ours or was revoked. */
export async function findKey(
  database: Kysely<Tables>,
  shown: string,
  nowMs: number,
): Promise<Key | null> {
  const [, id, secret] = shape.exec(shown) ?? []
  if (id === undefined || secret === undefined) return null
  const row = await database.selectFrom('key').selectAll().where('id', '=', id).executeTakeFirst()
  if (!row || !isSecretOf(secret, row.hash) || row.revoked !== 0) return null
  if (row.usedAtMs + USED_EVERY_MS <= nowMs) {
    await database.updateTable('key').set({ usedAtMs: nowMs }).where('id', '=', id).execute()
  }
  return read(row)
}
