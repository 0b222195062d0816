/** An upgrade on both databases: what an older release left goes on, and it may still be running. */
import { Kysely, PostgresDialect, sql } from 'kysely'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import pg from 'pg'
import { describe, expect, inject, it, onTestFinished } from 'vitest'
import { calls, CALLS_BEGIN_MS } from '../../test/calls.ts'
import { databaseKinds, makeDatabase, type TestDatabase } from '../../test/database.ts'
import {
  append,
  booksOf,
  committed,
  differences,
  makeOpened,
  makeStream,
  startKeeper,
  until,
} from '../../test/keeping.ts'
import { openDatabase } from './database.ts'
import { createCalendar } from '../books/calendar.ts'
import { sumUp } from '../books/sumUp.ts'
import { emptyDirectory } from '../../shared/directory.ts'
import { migrate } from './migrate.ts'
import { migrations } from './migrations.ts'
import { postgresPool } from './postgres.ts'
import { ALL_SUMMED_MS, type Tables } from './schema.ts'
import { seat, sqliteDialect } from './sqlite.ts'

/** The steps that the first release had. */
const FIRST_STEPS = 2
/** The tables that a center's books are in; users and boards come over in the same way. */
const tables = [
  ...['center', 'cell', 'entry', 'balance', 'subject', 'part', 'delivered', 'deadLetter'],
  ...['discovered', 'gap', 'takenDirectory'],
] as const

describe.each(databaseKinds)('with %s', (kind) => {
  const makePlace = async (): Promise<TestDatabase> => {
    const place = await makeDatabase(kind, inject('postgresUrl'))
    onTestFinished(() => place.remove())
    return place
  }

  it('goes on with what the release before has written', async () => {
    const stream = makeStream(inject('redisSocket'))
    onTestFinished(() => {
      stream.end()
    })
    const newer = await makeOpened(kind, inject('postgresUrl'))
    onTestFinished(() => newer.close())
    const events = calls(40)
    // So early that nothing of it is summed up by the time.
    const now = () => CALLS_BEGIN_MS
    const before = startKeeper({ ...newer, ...stream, now })
    await committed(before, await append(stream.log, events.slice(0, 150)))
    await before.stop()
    await newer.database.kysely.transaction().execute(async (transaction) => {
      // The release before had all in every grain.
      const stand = transaction.selectFrom('center').where('center', '=', stream.center)
      const { summedToMs } = await stand.select('summedToMs').executeTakeFirstOrThrow()
      const summed = { fromMs: summedToMs, toMs: ALL_SUMMED_MS }
      const calendar = createCalendar(emptyDirectory.center)
      await sumUp(transaction, kind, stream.center, calendar, summed)
    })

    const place = await makePlace()
    const older = await openAt(place)
    await migrate(older, kind, migrations.slice(0, FIRST_STEPS))
    for (const table of tables) {
      const columns = await columnsOf(older, table)
      const { rows } = await sql<Record<string, unknown>>`
        select * from ${sql.table(table)} where center = ${stream.center}`.execute(
        newer.database.kysely,
      )
      await insertAll(older, table, columns, rows)
    }
    await older.destroy()

    const upgraded = await openDatabase(place)
    onTestFinished(() => upgraded.close())
    const found = await booksOf(upgraded, stream.center)
    expect(differences(found, await booksOf(newer.database, stream.center))).toEqual([])
    // And with what comes then: half of it was there before, under the same ids.
    const after = startKeeper({ ...stream, database: upgraded, now })
    await stream.log.forgetDeliveries()
    await committed(after, await append(stream.log, events.slice(100)))
    await after.stop()
    expect(after.keeper.status().counts).toMatchObject({ folded: events.length, duplicates: 50 })

    const other = makeStream(inject('redisSocket'))
    const undisturbed = startKeeper({ ...newer, ...other, now })
    await committed(undisturbed, await append(other.log, events))
    await undisturbed.stop()
    other.end()
    const [{ balances }, expected] = [
      await booksOf(upgraded, stream.center),
      await booksOf(newer.database, other.center),
    ]
    expect(differences({ balances }, { balances: expected.balances })).toEqual([])
  })

  it('leaves what the release before writes meanwhile right', async () => {
    const place = await makePlace()
    const older = await openAt(place)
    await migrate(older, kind, migrations.slice(0, FIRST_STEPS))
    const columns = new Map<string, string[]>()
    for (const table of tables) columns.set(table, await columnsOf(older, table))
    const upgraded = await openDatabase(place)
    onTestFinished(() => upgraded.close())
    // It names the columns that it knows; every other one has to have something to stand there.
    for (const [table, known] of columns) {
      const row = Object.fromEntries(known.map((column) => [column, '1']))
      await insertAll(older, table, known, [row])
    }
    await older.destroy()
    for (const table of tables) {
      const { rows } = await sql<Record<string, unknown>>`
        select * from ${sql.table(table)}`.execute(upgraded.kysely)
      expect(rows).toHaveLength(1)
      expect(Object.values(rows[0] ?? {})).not.toContain(null)
    }
  })

  it('happens once, however many start at the same time', async () => {
    const place = await makePlace()
    const older = await openAt(place)
    await migrate(older, kind, migrations.slice(0, FIRST_STEPS))
    await older.destroy()
    // Of a SQLite file there is one process; its first step is the lock.
    const starters = kind === 'postgres' ? 4 : 1
    const opened = await Promise.all(Array.from({ length: starters }, () => openDatabase(place)))
    const { rows } = await sql<{ step: number }>`select step from migration order by step`.execute(
      opened[0]!.kysely,
    )
    expect(rows.map(({ step }) => step)).toEqual(migrations.map((_, at) => at + 1))
    for (const each of opened) await each.close()
  })

  it('is refused by an older release once it has been taken, in words', async () => {
    const place = await makePlace()
    const upgraded = await openDatabase(place)
    const fault = migrate(upgraded.kysely, kind, migrations.slice(0, FIRST_STEPS))
    await expect(fault).rejects.toThrow('written by a newer release of Ringside')
    await upgraded.close()
  })
})

it('of PostgreSQL waits for a long report, and does not make others wait', async () => {
  const place = await makeDatabase('postgres', inject('postgresUrl'))
  onTestFinished(() => place.remove())
  const older = await openAt(place)
  await migrate(older, 'postgres', migrations.slice(0, FIRST_STEPS))
  await older.destroy()

  const report = new pg.Client({ connectionString: place.url ?? '' })
  const commits = new pg.Client({ connectionString: place.url ?? '' })
  await report.connect()
  await commits.connect()
  await report.query('begin')
  await report.query('select * from center')
  const opening = openDatabase(place)
  let isOpen = false
  void opening.then(() => (isOpen = true))
  await until('the step waits for the table', async () => {
    const { rows } = await commits.query(
      "select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
    )
    return rows.length > 0
  })
  // It stands behind the step, which lets it go first: the report is not over yet.
  await commits.query('update center set epoch = epoch + 1')
  expect(isOpen).toBe(false)
  await report.query('commit')
  const opened = await opening
  await opened.close()
  await report.end()
  await commits.end()
})

/** A database as it is, without the steps of this release. */
async function openAt({ url, file }: TestDatabase): Promise<Kysely<Tables>> {
  if (url !== null) {
    return new Kysely({ dialect: new PostgresDialect({ pool: postgresPool(url, 'queries') }) })
  }
  await mkdir(dirname(file), { recursive: true })
  const own = seat(file, false)
  const dialect = sqliteDialect({ writer: own, reader: own })
  return new Kysely({
    dialect: {
      ...dialect,
      createDriver: () => ({ ...dialect.createDriver(), destroy: () => own.end() }),
    },
  })
}

async function columnsOf(database: Kysely<Tables>, table: string): Promise<string[]> {
  const all = await database.introspection.getTables()
  return all.find(({ name }) => name === table)?.columns.map(({ name }) => name) ?? []
}

async function insertAll(
  database: Kysely<Tables>,
  table: string,
  columns: readonly string[],
  rows: readonly Readonly<Record<string, unknown>>[],
): Promise<void> {
  for (const row of rows) {
    const values = columns.map((column) => row[column])
    await sql`
      insert into ${sql.table(table)} (${sql.join(columns.map((column) => sql.ref(column)))})
      values (${sql.join(values)})`.execute(database)
  }
}
