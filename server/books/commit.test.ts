/** A commit on both databases: by the holder of the epoch, and once, however often it is asked for. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { databaseKinds } from '../../test/database.ts'
import { makeOpened, NOW_MS, type OpenedDatabase } from '../../test/keeping.ts'
import { HOUR_MS } from '../../shared/time.ts'
import { ALL_SUMMED_MS } from '../database/schema.ts'
import { emptyDirectory } from '../../shared/directory.ts'
import { book, emptyBatch, type Batch } from './batch.ts'
import { createCalendar } from './calendar.ts'
import { createCells } from './cells.ts'
import { takeOver } from './checkpoint.ts'
import { commit } from './commit.ts'
import { noHorizon } from '../engine/horizon.ts'
import { noCounts } from './counts.ts'
import { FencedOff } from './fencedOff.ts'

describe.each(databaseKinds)('with %s', (kind) => {
  let opened: OpenedDatabase
  beforeAll(async () => {
    opened = await makeOpened(kind, inject('postgresUrl'))
  })
  afterAll(() => opened.close())

  const amountsOf = async (center: string) => {
    const { kysely } = opened.database
    const of = (table: 'entry' | 'balance') =>
      kysely.selectFrom(table).select('amount').where('center', '=', center).execute()
    return { entries: await of('entry'), balances: await of('balance') }
  }

  it('of an older epoch writes nothing, also before the newer one has written', async () => {
    const center = 'fenced'
    const older = await takeOver(opened.database, center)
    await takeOver(opened.database, center)
    const { epoch, commits } = older
    const writing = commit(opened.database, { center, epoch, commits }, batchOf(center), NOW_MS)
    await expect(writing).rejects.toThrow(FencedOff)
    expect(await amountsOf(center)).toEqual({ entries: [], balances: [] })
  })

  it('that is asked for again, as when its answer was lost, happens once', async () => {
    const center = 'again'
    const { epoch, commits } = await takeOver(opened.database, center)
    const batch = batchOf(center)
    await commit(opened.database, { center, epoch, commits }, batch, NOW_MS)
    const once = await amountsOf(center)
    expect(once).toEqual({ entries: [{ amount: 1 }], balances: [{ amount: 1 }] })
    await commit(opened.database, { center, epoch, commits }, batch, NOW_MS)
    expect(await amountsOf(center)).toEqual(once)
  })

  it('that is asked for again sums up once what is over', async () => {
    const center = 'summed'
    const { epoch, commits } = await takeOver(opened.database, center)
    const first = batchOf(center)
    await commit(opened.database, { center, epoch, commits }, first, NOW_MS)
    const hourLater = emptyBatch(first)
    book(hourLater, center, [], createCells(center, []), NOW_MS + HOUR_MS)
    for (let time = 0; time < 2; time++) {
      await commit(opened.database, { center, epoch, commits: commits + 1 }, hourLater, NOW_MS)
      const each = { amount: 1 }
      expect((await amountsOf(center)).balances).toEqual([each, each, each, each])
    }
  })

  it('has all of a batch summed up to the same instant, however long it was gathered', async () => {
    const center = 'long'
    const { epoch, commits } = await takeOver(opened.database, center)
    const cells = createCells(center, [])
    const batch = batchOf(center, cells)
    book(batch, center, [oneHandled], cells, NOW_MS + HOUR_MS)
    await commit(opened.database, { center, epoch, commits }, batch, NOW_MS)
    expect((await amountsOf(center)).balances).toEqual([{ amount: 2 }])
  })

  it('out of its turn is refused', async () => {
    const center = 'turn'
    const { epoch, commits } = await takeOver(opened.database, center)
    const early = { center, epoch, commits: commits + 1 }
    await expect(commit(opened.database, early, batchOf(center), NOW_MS)).rejects.toThrow(FencedOff)
    expect((await amountsOf(center)).entries).toEqual([])
  })
})

/** One call handled. */
const oneHandled = {
  place: '1-0',
  entry: {
    queue: 'sales',
    agent: null,
    team: null,
    site: null,
    channel: null,
    filters: null,
    counter: 'handled' as const,
    detail: null,
    fromMs: NOW_MS,
    toMs: NOW_MS,
    amount: 1,
    subject: 'contact/a/b#1',
  },
}

function batchOf(center: string, cells = createCells(center, [])): Batch {
  const batch = emptyBatch({
    place: '1-0',
    counts: noCounts,
    calendar: createCalendar(emptyDirectory.center),
    horizon: noHorizon,
    summed: { toMs: ALL_SUMMED_MS },
  })
  book(batch, center, [oneHandled], cells, NOW_MS)
  return batch
}
