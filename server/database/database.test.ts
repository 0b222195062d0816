/** What both databases promise: one set of tests for SQLite and for PostgreSQL. */
import { sql } from 'kysely'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import Sqlite from 'libsql'
import {
  afterAll,
  beforeAll,
  beforeEach,
  describe,
  expect,
  inject,
  it,
  onTestFinished,
} from 'vitest'
import { databaseKinds, makeDatabase, type TestDatabase } from '../../test/database.ts'
import { bulkInsert } from './bulkInsert.ts'
import { openDatabase, type Database } from './database.ts'
import { isAway } from './failure.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations.ts'

describe.each(databaseKinds)('%s', (kind) => {
  let place: TestDatabase
  let database: Database
  beforeAll(async () => {
    place = await makeDatabase(kind, inject('postgresUrl'))
    database = await openDatabase(place)
  })
  afterAll(async () => {
    await database.close()
    await place.remove()
  })

  const balance = {
    center: 'main',
    grain: '15m',
    counter: 'handled',
    bucketMs: 1_795_284_000_000,
    cell: '1',
    detail: '',
  }
  const addTo = (db: Database['kysely'], amount: number) =>
    db
      .insertInto('balance')
      .values({ ...balance, amount })
      .onConflict((conflict) =>
        conflict
          .columns(['center', 'grain', 'counter', 'bucketMs', 'cell', 'detail'])
          .doUpdateSet({ amount: sql`balance.amount + excluded.amount` }),
      )
      .returning('amount')
      .executeTakeFirstOrThrow()
  const amounts = (db: Database['kysely']) =>
    db
      .selectFrom('balance')
      .select('amount')
      .execute()
      .then((rows) => rows.map(({ amount }) => amount))

  beforeEach(async () => {
    await database.kysely.deleteFrom('balance').execute()
    await database.kysely.deleteFrom('gap').execute()
  })

  it('adds to a row that is there, and says what came out', async () => {
    expect(await addTo(database.kysely, 2)).toEqual({ amount: 2 })
    expect(await addTo(database.kysely, 0.5)).toEqual({ amount: 2.5 })
    expect(await amounts(database.kysely)).toEqual([2.5])
  })

  it('says how many rows it changed', async () => {
    await addTo(database.kysely, 1)
    const change = (cell: string) =>
      database.kysely
        .updateTable('balance')
        .set({ amount: 7 })
        .where('cell', '=', cell)
        .executeTakeFirstOrThrow()
    expect((await change('1')).numUpdatedRows).toBe(1n)
    expect((await change('2')).numUpdatedRows).toBe(0n)
  })

  it('gives bigints, sums and fractions back as the numbers they were', async () => {
    const fromMs = Number.MAX_SAFE_INTEGER
    await database.kysely
      .insertInto('gap')
      .values({ center: 'main', id: '1', fromMs, toMs: -1, reason: '' })
      .execute()
    const gap = await database.kysely.selectFrom('gap').selectAll().executeTakeFirstOrThrow()
    expect(gap).toEqual({ center: 'main', id: '1', fromMs, toMs: -1, reason: '' })

    await addTo(database.kysely, 0.1)
    const sums = await database.kysely
      .selectFrom(['balance', 'gap'])
      .select(({ fn }) => [
        fn.sum<number>('balance.amount').as('amount'),
        fn.sum<number>('gap.toMs').as('toMs'),
        fn.countAll<number>().as('rows'),
      ])
      .executeTakeFirstOrThrow()
    expect(sums).toEqual({ amount: 0.1, toMs: -1, rows: 1 })
  })

  it('keeps JSON and every kind of name as text', async () => {
    const reason = JSON.stringify({ 名前: '🎧 \u0000 "quoted"\n', n: [1, null] })
    const id = `O'Brien "x" ; drop -- \\ 東京`
    await database.kysely
      .insertInto('gap')
      .values({ center: 'main', id, fromMs: 0, toMs: 0, reason })
      .execute()
    const row = await database.kysely
      .selectFrom('gap')
      .select(['id', 'reason'])
      .executeTakeFirstOrThrow()
    expect(row).toEqual({ id, reason })
  })

  it('orders text by code points, so that pages by key go on where they ended', async () => {
    const ids = ['a', 'B', 'é', 'Z', 'a-1', 'a/1', '10', '9']
    await database.kysely
      .insertInto('gap')
      .values(ids.map((id) => ({ center: 'main', id, fromMs: 0, toMs: 0, reason: '' })))
      .execute()
    const rows = await database.kysely.selectFrom('gap').select('id').orderBy('id').execute()
    expect(rows.map(({ id }) => id)).toEqual(['10', '9', 'B', 'Z', 'a', 'a-1', 'a/1', 'é'])
  })

  it('takes back all of a transaction that fails, and goes on', async () => {
    const failing = database.kysely.transaction().execute(async (transaction) => {
      await addTo(transaction, 1)
      throw new Error('changed my mind')
    })
    await expect(failing).rejects.toThrow('changed my mind')
    expect(await amounts(database.kysely)).toEqual([])
    await addTo(database.kysely, 3)
    expect(await amounts(database.kysely)).toEqual([3])
  })

  it('takes back a transaction whose statement fails, and names the reason', async () => {
    const row = { center: 'main', id: '1', fromMs: 0, toMs: 0, reason: '' }
    const failing = database.kysely.transaction().execute(async (transaction) => {
      await addTo(transaction, 1)
      await transaction.insertInto('gap').values(row).execute()
      await transaction.insertInto('gap').values(row).execute()
    })
    await expect(failing).rejects.toMatchObject({
      code: kind === 'sqlite' ? 'SQLITE_CONSTRAINT_PRIMARYKEY' : '23505',
    })
    expect(await amounts(database.kysely)).toEqual([])
  })

  it('loses no addition of transactions that run at the same time', async () => {
    await Promise.all(
      Array.from({ length: 40 }, () =>
        database.kysely.transaction().execute(async (transaction) => {
          await addTo(transaction, 1)
          await addTo(transaction, 1)
        }),
      ),
    )
    expect(await amounts(database.kysely)).toEqual([80])
  })

  it('shows nobody a transaction before it is committed', async () => {
    await database.kysely.transaction().execute(async (transaction) => {
      await addTo(transaction, 1)
      expect(await amounts(transaction)).toEqual([1])
      expect(await amounts(database.kysely)).toEqual([])
    })
    expect(await amounts(database.kysely)).toEqual([1])
  })

  it('reads one committed state, whatever is committed meanwhile', async () => {
    await addTo(database.kysely, 1)
    await database.read(async (snapshot) => {
      expect(await amounts(snapshot)).toEqual([1])
      await addTo(database.kysely, 1)
      expect(await amounts(snapshot)).toEqual([1])
    })
    expect(await database.read(amounts)).toEqual([2])
  })

  it('refuses to write in a read', async () => {
    await expect(database.read((snapshot) => addTo(snapshot, 1))).rejects.toThrow(
      /readonly|read-only/,
    )
    expect(await database.read(amounts)).toEqual([])
  })

  it('commits while long reads go on', async () => {
    const finished: string[] = []
    const long = () =>
      database.read(async (snapshot) => {
        await sql`with recursive n(i) as (select 1 union all select i + 1 from n where i < 1000000)
          select sum(i) from n`.execute(snapshot)
        finished.push('report')
      })
    const reports = [long(), long()]
    await addTo(database.kysely, 1)
    finished.push('commit')
    await Promise.all(reports)
    expect(finished).toEqual(['commit', 'report', 'report'])
  })

  it('writes any number of rows in few statements', async () => {
    const sample = { center: '', id: '', fromMs: 0, toMs: 0, reason: '' }
    const insert = bulkInsert(sample, (db, rows) => db.insertInto('gap').values(rows), 32)
    for (const count of [0, 1, 3, 31, 32, 33, 300]) {
      await database.kysely.deleteFrom('gap').execute()
      const rows = Array.from({ length: count }, (_, n) => ({ ...sample, id: String(n), toMs: n }))
      await database.kysely.transaction().execute((transaction) => insert(transaction, kind, rows))
      const stored = await database.kysely.selectFrom('gap').selectAll().execute()
      expect(stored.sort((a, b) => a.toMs - b.toMs)).toEqual(rows)
    }
    const doubled = [sample, sample, sample, sample, sample]
    const failing = database.kysely
      .transaction()
      .execute((transaction) => insert(transaction, kind, doubled))
    await expect(failing).rejects.toThrow()
  })

  it('lets one at a time do what only one should', async () => {
    const aborted = new AbortController()
    aborted.abort()
    expect(await database.lock('x', aborted.signal)).toBeNull()
    const { signal } = new AbortController()
    const first = await database.lock('x', signal)
    await (
      await database.lock('y', signal)
    )?.()
    if (kind === 'postgres') {
      const waiting = new AbortController()
      const second = database.lock('x', waiting.signal)
      waiting.abort()
      expect(await second).toBeNull()
    }
    await first?.()
    await (
      await database.lock('x', signal)
    )?.()
  })

  it('makes its tables once, and refuses those of a newer release', async () => {
    await migrate(database.kysely, kind)
    const older = migrations.slice(0, -1)
    await expect(migrate(database.kysely, kind, older)).rejects.toThrow('newer release')
  })

  it('upgrades whole or not at all', async () => {
    const half = {
      name: 'half',
      up: async (db: Database['kysely']) => {
        await sql`create table half (id text)`.execute(db)
        await sql`insert into nowhere values (1)`.execute(db)
      },
    }
    await expect(migrate(database.kysely, kind, [...migrations, half])).rejects.toThrow('nowhere')
    await expect(sql`select * from half`.execute(database.kysely)).rejects.toThrow('half')
    await migrate(database.kysely, kind)
  })

  it('opens for several at once', async () => {
    const fresh = await makeDatabase(kind, inject('postgresUrl'))
    const opened = await Promise.all(Array.from({ length: 3 }, () => openDatabase(fresh)))
    for (const each of opened) await each.close()
    await fresh.remove()
  })

  it('has every acknowledged commit after a kill -9, and no half of one', async () => {
    const fresh = await makeDatabase(kind, inject('postgresUrl'))
    const acknowledged = await writeUntilKilled(fresh, 60)
    const again = await openDatabase(fresh)
    const rows = await again.kysely.selectFrom('gap').select(['id', 'fromMs']).execute()
    await again.close()
    await fresh.remove()

    const numbers = rows.map(({ fromMs }) => fromMs)
    const newest = Math.max(...numbers)
    expect(newest).toBeGreaterThanOrEqual(acknowledged)
    // Each commit wrote two rows of one number.
    for (let number = 1; number <= newest; number++) {
      expect(numbers.filter((each) => each === number)).toHaveLength(2)
    }
  })
})

it('writes on after a write that found the file of SQLite locked', async () => {
  const place = await makeDatabase('sqlite', inject('postgresUrl'))
  const { kysely, close } = await openDatabase(place)
  const other = new Sqlite(place.file)
  other.exec('begin exclusive')
  const locked = kysely.deleteFrom('gap').where('id', '=', 'a').execute()
  await expect(locked).rejects.toMatchObject({ code: 'SQLITE_BUSY' })
  other.exec('rollback')
  other.close()
  const gap = { center: 'main', id: 'b', fromMs: 0, toMs: 0, reason: '' }
  await kysely
    .transaction()
    .execute((transaction) => transaction.insertInto('gap').values(gap).execute())
  expect(await kysely.selectFrom('gap').selectAll().execute()).toEqual([gap])
  await close()
  await place.remove()
})

/** Commits in a process of its own until so many are acknowledged, then kills it. */
async function writeUntilKilled(place: TestDatabase, commits: number): Promise<number> {
  const program = `
    import { openDatabase } from ${JSON.stringify(new URL('./database.ts', import.meta.url).href)}
    const database = await openDatabase(${JSON.stringify({ url: place.url, file: place.file })})
    for (let n = 1; ; n++) {
      await database.kysely.transaction().execute(async (transaction) => {
        for (const half of ['a', 'b']) {
          const row = { center: 'main', id: n + half, fromMs: n, toMs: 0, reason: '' }
          await transaction.insertInto('gap').values(row).execute()
        }
      })
      process.stdout.write(n + '\\n')
    }`
  const tsx = fileURLToPath(import.meta.resolve('tsx'))
  const child = spawn(process.execPath, ['--import', tsx, '--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let acknowledged = 0
  for await (const chunk of child.stdout) {
    acknowledged = Math.max(acknowledged, ...String(chunk).trim().split('\n').map(Number))
    if (acknowledged >= commits) child.kill('SIGKILL')
  }
  if (child.exitCode === null && child.signalCode === null) await once(child, 'exit')
  return acknowledged
}

it('SQLite goes on once a disk that was full has room again', async () => {
  const place = await makeDatabase('sqlite', '')
  const database = await openDatabase(place)
  onTestFinished(async () => {
    await database.close()
    await place.remove()
  })
  // Less than there is means: no more than there is.
  const limitPages = (pages: number) =>
    sql`pragma max_page_count = ${sql.lit(pages)}`.execute(database.kysely)
  const write = () =>
    database.kysely.transaction().execute(async (transaction) => {
      for (let n = 0; n < 50; n++) {
        const gap = { center: 'main', id: String(n), fromMs: 0, toMs: 1 }
        const reason = 'x'.repeat(20_000)
        await transaction
          .insertInto('gap')
          .values({ ...gap, reason })
          .execute()
      }
    })
  await limitPages(1)
  const error: unknown = await write().catch((failure: unknown) => failure)
  expect(error).toMatchObject({ code: 'SQLITE_FULL' })
  expect(isAway('sqlite', error)).toBe(true)
  await limitPages(1_000_000)
  await write()
  expect(await database.kysely.selectFrom('gap').select('id').execute()).toHaveLength(50)
})
