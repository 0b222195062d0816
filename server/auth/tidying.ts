/** Deletes of people's doings what is kept for a time only. */
import type { Kysely } from 'kysely'
import { DAY_MS } from '../../shared/time.ts'
import type { Tables } from '../database/schema.ts'
import { IDLE_MS } from './sessions.ts'

/** Rows of one statement: some milliseconds. */
const ROWS_AT_ONCE = 500

/** Rows of the audit log that are older than so many days, and sessions that are over. */
export async function forgetOld(
  database: Kysely<Tables>,
  { auditDays }: { auditDays: number },
  nowMs: number,
): Promise<void> {
  await database
    .deleteFrom('session')
    .where((or) => or.or([or('expiresAtMs', '<=', nowMs), or('seenAtMs', '<=', nowMs - IDLE_MS)]))
    .execute()
  for (;;) {
    const rows = await database
      .selectFrom('audit')
      .select('id')
      .where('atMs', '<', nowMs - auditDays * DAY_MS)
      .limit(ROWS_AT_ONCE)
      .execute()
    if (rows.length === 0) return
    const ids = rows.map(({ id }) => id)
    await database.deleteFrom('audit').where('id', 'in', ids).execute()
  }
}
