/** A directory that the stream tells of and the database has lost comes back from the stream. */
import type { Kysely } from 'kysely'
import { audit } from '../auth/audit.ts'
import type { Tables } from '../database/schema.ts'

/** Who put it is not in the stream: so it stands in the audit log. */
const STREAM = 'stream'

/**
 * Puts the last of the directories that the books take, unless it, or a later one, is among those
 * that were put. It always is, but for a database that was restored from a backup, or begun anew:
 * what an administrator had put since then still lies in the stream, and in force from there. It is
 * the last one for whoever looks as well, and the next change is made to it.
 */
export async function bringBack(
  writing: Kysely<Tables>,
  center: string,
  taken: readonly { atMs: number; content: string }[],
  nowMs: number,
): Promise<void> {
  const last = taken.reduce<{ atMs: number; content: string } | null>(
    (best, one) => (best === null || one.atMs >= best.atMs ? one : best),
    null,
  )
  if (last === null) return
  const put = await writing
    .selectFrom('directory')
    .select(({ fn }) => [fn.max('version').as('version'), fn.max('atMs').as('atMs')])
    .where('center', '=', center)
    .executeTakeFirst()
  // No row, or the maximum of none.
  if ((put?.atMs ?? 0) >= last.atMs) return
  const version = (put?.version ?? 0) + 1
  const { numInsertedOrUpdatedRows } = await writing
    .insertInto('directory')
    .values({ center, version, atMs: last.atMs, by: STREAM, content: last.content })
    // Somebody puts another one at this moment: that is the last one then.
    .onConflict((conflict) => conflict.columns(['center', 'version']).doNothing())
    .executeTakeFirstOrThrow()
  if (numInsertedOrUpdatedRows === 0n) return
  const about = `${center}, version ${String(version)}`
  const detail = 'brought back from the stream: the database had lost it'
  await audit(writing, { by: STREAM, action: 'directory.changed', about, detail }, nowMs)
}
