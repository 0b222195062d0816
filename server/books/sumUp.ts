/** Adds minutes that are over to their quarters of an hour, days and months. */
import type { Kysely } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Tables } from '../database/schema.ts'
import { accountOf, addTo, balanceRowsOf, countOf, type Balances, type Batch } from './batch.ts'
import { eachBucket, type Kept } from './buckets.ts'
import type { Calendar } from './calendar.ts'
import { addToBalances } from './rows.ts'

/** Balances held before they are written. */
const MAX_HELD = 50_000
/** Into quarters, days and months alone. */
const summedOnly: Kept = { minutesFromMs: Infinity, summedToMs: Infinity }

/**
 * Moves, within a transaction, up to where balances are summed up. Backwards, as from books of a
 * release that wrote every grain at once, the minutes are taken out of what they are in.
 */
export async function sumUp(
  transaction: Kysely<Tables>,
  kind: Database['kind'],
  center: string,
  calendar: Calendar,
  { fromMs, toMs }: Batch['summed'],
): Promise<void> {
  if (fromMs === toMs) return
  const sign = fromMs < toMs ? 1 : -1
  let balances: Balances = new Map()
  const write = async (): Promise<void> => {
    await addToBalances(transaction, kind, balanceRowsOf(balances))
    balances = new Map()
  }
  for await (const counter of countersOfMinutes(transaction, center)) {
    const rows = await transaction
      .selectFrom('balance')
      .select(['bucketMs', 'cell', 'detail', 'amount'])
      .where('center', '=', center)
      .where('grain', '=', '1m')
      .where('counter', '=', counter)
      .where('bucketMs', '>=', Math.min(fromMs, toMs))
      .where('bucketMs', '<', Math.max(fromMs, toMs))
      .execute()
    for (const { bucketMs, cell, detail, amount } of rows) {
      const account = accountOf({ center, counter, cell, detail })
      const minute = { fromMs: bucketMs, toMs: bucketMs, amount: sign * amount }
      eachBucket(minute, calendar, summedOnly, (grain, startMs, part) => {
        addTo(balances, account, grain, startMs, part)
      })
    }
    if (countOf(balances) >= MAX_HELD) await write()
  }
  await write()
}

/** From one to the next by the key: asked for what is distinct, a database reads all minutes. */
async function* countersOfMinutes(
  transaction: Kysely<Tables>,
  center: string,
): AsyncGenerator<string> {
  for (let after = ''; ;) {
    const next = await transaction
      .selectFrom('balance')
      .select('counter')
      .where('center', '=', center)
      .where('grain', '=', '1m')
      .where('counter', '>', after)
      .orderBy('counter')
      .limit(1)
      .executeTakeFirst()
    if (!next) return
    yield next.counter
    after = next.counter
  }
}
