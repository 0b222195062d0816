/** Adds up all balances of days and months anew, after a center's zone or day start changed. */
import type { Kysely } from 'kysely'
import type { Database } from '../database/database.ts'
import type { Tables } from '../database/schema.ts'
import { accountOf, addTo, balanceRowsOf, countOf, type Balances, type Batch } from './batch.ts'
import { eachBucket, type Kept } from './buckets.ts'
import { addToBalances } from './rows.ts'

/** Rows read at a time, and balances held before they are written. */
const ROWS_AT_ONCE = 10_000
const MAX_HELD_BALANCES = 50_000

/** A part of what was booked, of an instant or spread over a span. */
type Amount = Pick<Tables['entry'], 'counter' | 'detail' | 'cell' | 'fromMs' | 'toMs' | 'amount'>

/**
 * Within the transaction that changes the calendar, so that nobody sees days of two calendars. Takes
 * some seconds for every million rows.
 *
 * Where entries are given up, days are the sums of their quarters of an hour: the same, as long as
 * every day begins with one, which the directory sees to (`center.businessDayStart`).
 */
export async function rebuildDays(
  transaction: Kysely<Tables>,
  kind: Database['kind'],
  center: string,
  { calendar, horizon, summed }: Pick<Batch, 'calendar' | 'horizon' | 'summed'>,
): Promise<void> {
  await transaction
    .deleteFrom('balance')
    .where('center', '=', center)
    .where('grain', 'in', ['1d', '1M'])
    .execute()

  const kept: Kept = { minutesFromMs: Infinity, summedToMs: summed.toMs }
  let balances: Balances = new Map()
  const write = async (): Promise<void> => {
    await addToBalances(transaction, kind, balanceRowsOf(balances))
    balances = new Map()
  }
  const amounts = horizon.fromMs === 0 ? ofEntries : ofQuarters
  for await (const page of amounts(transaction, center)) {
    for (const amount of page) {
      const { counter, cell, detail } = amount
      const account = accountOf({ center, counter, cell, detail })
      eachBucket(amount, calendar, kept, (grain, bucketMs, part) => {
        if (grain !== '1d' && grain !== '1M') return
        addTo(balances, account, grain, bucketMs, part)
      })
    }
    if (countOf(balances) >= MAX_HELD_BALANCES) await write()
  }
  await write()
}

async function* ofEntries(
  transaction: Kysely<Tables>,
  center: string,
): AsyncGenerator<readonly Amount[]> {
  let after = ''
  for (;;) {
    const entries = await transaction
      .selectFrom('entry')
      .select(['id', 'counter', 'detail', 'fromMs', 'toMs', 'amount', 'cell'])
      .where('center', '=', center)
      .where('id', '>', after)
      .orderBy('id')
      .limit(ROWS_AT_ONCE)
      .execute()
    yield entries
    const last = entries.at(-1)
    if (!last || entries.length < ROWS_AT_ONCE) return
    after = last.id
  }
}

/** Each as of its beginning: no day begins within one. */
async function* ofQuarters(
  transaction: Kysely<Tables>,
  center: string,
): AsyncGenerator<readonly Amount[]> {
  const counters = await transaction
    .selectFrom('balance')
    .select('counter')
    .distinct()
    .where('center', '=', center)
    .where('grain', '=', '15m')
    .execute()
  for (const { counter } of counters) {
    for (let afterMs = Number.MIN_SAFE_INTEGER; ;) {
      // Whole buckets, so that the next page begins after one.
      const last = await transaction
        .selectFrom('balance')
        .select('bucketMs')
        .where('center', '=', center)
        .where('grain', '=', '15m')
        .where('counter', '=', counter)
        .where('bucketMs', '>', afterMs)
        .orderBy('bucketMs')
        .offset(ROWS_AT_ONCE - 1)
        .limit(1)
        .executeTakeFirst()
      const untilMs = last?.bucketMs ?? Number.MAX_SAFE_INTEGER
      const rows = await transaction
        .selectFrom('balance')
        .select(['detail', 'cell', 'amount', 'bucketMs'])
        .where('center', '=', center)
        .where('grain', '=', '15m')
        .where('counter', '=', counter)
        .where('bucketMs', '>', afterMs)
        .where('bucketMs', '<=', untilMs)
        .execute()
      yield rows.map(({ bucketMs, ...row }) => {
        return { ...row, counter, fromMs: bucketMs, toMs: bucketMs }
      })
      if (!last) break
      afterMs = untilMs
    }
  }
}
