/** Deletes what the books keep for a time only. */
import { counterIds } from '../../shared/counters.ts'
import type { Database } from '../database/database.ts'
import { keptAt } from './buckets.ts'
import { readCommitted } from './read/committed.ts'

/** A counter at a time, as the key has it: each is a short write, and commits come in between. */
export async function deleteOldMinutes(
  database: Database,
  center: string,
  nowMs: number,
): Promise<void> {
  const summedToMs = await readCommitted(database, center, async (found) => found.summedToMs)
  const { minutesFromMs } = keptAt(nowMs, summedToMs)
  for (const counter of counterIds) {
    await database.kysely
      .deleteFrom('balance')
      .where('center', '=', center)
      .where('grain', '=', '1m')
      .where('counter', '=', counter)
      .where('bucketMs', '<', minutesFromMs)
      .execute()
  }
}

/** The newest dead letters are kept: a feed gone mad must not fill the disk with them. */
const MAX_DEAD_LETTERS = 10_000

/** Older ones as well: they hold what people said. Their counts stay whole. `max` is for tests. */
export async function deleteOldDeadLetters(
  database: Database,
  center: string,
  beforeMs: number,
  max = MAX_DEAD_LETTERS,
): Promise<void> {
  await database.kysely
    .deleteFrom('deadLetter')
    .where('center', '=', center)
    .where('atMs', '<', beforeMs)
    .execute()
  const oldestKept = await database.kysely
    .selectFrom('deadLetter')
    .select('atMs')
    .where('center', '=', center)
    .orderBy('atMs', 'desc')
    .offset(max - 1)
    .limit(1)
    .executeTakeFirst()
  if (!oldestKept) return
  await database.kysely
    .deleteFrom('deadLetter')
    .where('center', '=', center)
    .where('atMs', '<', oldestKept.atMs)
    .execute()
}
