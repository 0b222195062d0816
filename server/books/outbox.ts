/** Sends on to the stream what the outbox holds: forms and settings that count. */
import type { Database } from '../database/database.ts'
import type { EventLog, StreamEvent } from '../stream/eventLog.ts'

/** Rows sent as one batch. A directory may have a megabyte. */
const ROWS_AT_ONCE = 20

/**
 * Appends rows not sent yet, oldest first, and marks them; true: there may be more. A crash between
 * the two sends a row again, which the door or the books know by its id.
 */
export async function relayOutbox(
  database: Database,
  log: EventLog,
  center: string,
  nowMs: number,
): Promise<boolean> {
  const rows = await database.kysely
    .selectFrom('outbox')
    .select(['id', 'event'])
    .where('center', '=', center)
    .where('sentAtMs', '=', 0)
    .orderBy('atMs')
    .orderBy('id')
    .limit(ROWS_AT_ONCE)
    .execute()
  if (rows.length === 0) return false
  // Our own forms wrote them, in the transaction that wrote what they are about.
  await log.append(rows.map(({ event }) => JSON.parse(event) as StreamEvent))
  await database.kysely
    .updateTable('outbox')
    .set({ sentAtMs: nowMs })
    .where('center', '=', center)
    .where(
      'id',
      'in',
      rows.map(({ id }) => id),
    )
    .execute()
  return rows.length === ROWS_AT_ONCE
}
