/** Deletes minute balances that are past their time: 15-minute ones hold the same sums. */
import { counterIds } from '../../shared/counters.ts'
import type { Database } from '../database/database.ts'
import { minutesFrom } from './buckets.ts'

/** A counter at a time, as the key has it: each is a short write, and commits come in between. */
export async function deleteOldMinutes(
  database: Database,
  center: string,
  nowMs: number,
): Promise<void> {
  for (const counter of counterIds) {
    await database.kysely
      .deleteFrom('balance')
      .where('center', '=', center)
      .where('grain', '=', '1m')
      .where('counter', '=', counter)
      .where('bucketMs', '<', minutesFrom(nowMs))
      .execute()
  }
}
