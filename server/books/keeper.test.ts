/** The keeper over a real stream and both databases: what comes in is in the books, once. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { calls } from '../../test/calls.ts'
import { databaseKinds } from '../../test/database.ts'
import {
  append,
  booksOf,
  committed,
  makeOpened,
  makeStream,
  startKeeper,
  type OpenedDatabase,
} from '../../test/keeping.ts'
import { amountWithin } from '../../shared/entry.ts'

describe.each(databaseKinds)('with %s', (kind) => {
  let opened: OpenedDatabase
  beforeAll(async () => {
    opened = await makeOpened(kind, inject('postgresUrl'))
  })
  afterAll(() => opened.close())

  it('keeps balances that are the sums of their entries, in every grain', async () => {
    const stream = makeStream(inject('redisSocket'))
    const kept = startKeeper({ ...opened, ...stream })
    const place = await append(stream.log, calls(200))
    await committed(kept, place)
    await kept.stop()
    stream.end()

    const { kysely } = opened.database
    const entries = await kysely
      .selectFrom('entry')
      .selectAll()
      .where('center', '=', stream.center)
      .execute()
    expect(entries.length).toBeGreaterThan(1_000)
    for (const grain of ['1m', '15m', '1d', '1M']) {
      const balances = await kysely
        .selectFrom('balance')
        .selectAll()
        .where('center', '=', stream.center)
        .where('grain', '=', grain)
        .execute()
      const total = (rows: { counter: string; amount: number }[]) => {
        const sums = new Map<string, number>()
        for (const { counter, amount } of rows) {
          sums.set(counter, (sums.get(counter) ?? 0) + amount)
        }
        return Object.fromEntries([...sums].sort())
      }
      expect(total(balances)).toEqual(total(entries))
    }
    console.log(kept.keeper.status())
  })
})
void amountWithin
void booksOf
