/** Adds up all balances of days and months anew, after a center's zone or day start changed. */
import type { Kysely } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Tables } from '../database/schema.ts'
import { accountOf, addTo, balanceRowsOf, type Balances } from './batch.ts'
import { eachBucket } from './buckets.ts'
import type { Calendar } from './calendar.ts'
import { addToBalances } from './rows.ts'

/** Entries read at a time, and balances held before they are written. */
const ENTRIES_AT_ONCE = 10_000
const MAX_HELD_BALANCES = 50_000

/**
 * Within the transaction that changes the calendar, so that nobody sees days of two calendars. Takes
 * some seconds for every million entries.
 */
export async function rebuildDays(
  transaction: Kysely<Tables>,
  kind: Database['kind'],
  center: string,
  calendar: Calendar,
): Promise<void> {
  await transaction
    .deleteFrom('balance')
    .where('center', '=', center)
    .where('grain', 'in', ['1d', '1M'])
    .execute()

  let balances: Balances = new Map()
  const write = async (): Promise<void> => {
    await addToBalances(transaction, kind, balanceRowsOf(balances))
    balances = new Map()
  }
  let after = ''
  for (;;) {
    const entries = await transaction
      .selectFrom('entry')
      .select(['id', 'counter', 'detail', 'fromMs', 'toMs', 'amount', 'cell'])
      .where('center', '=', center)
      .where('id', '>', after)
      .orderBy('id')
      .limit(ENTRIES_AT_ONCE)
      .execute()
    for (const entry of entries) {
      const { counter, cell, detail } = entry
      const account = accountOf({ center, counter, cell, detail })
      eachBucket(entry, calendar, Infinity, (grain, bucketMs, amount) => {
        if (grain !== '1d' && grain !== '1M') return
        addTo(balances, account, grain, bucketMs, amount)
      })
    }
    if (countOf(balances) >= MAX_HELD_BALANCES) await write()
    const last = entries.at(-1)
    if (!last || entries.length < ENTRIES_AT_ONCE) break
    after = last.id
  }
  await write()
}

function countOf(balances: Balances): number {
  let rows = 0
  for (const buckets of balances.values()) for (const some of buckets.values()) rows += some.size
  return rows
}
