import { expect, inject, it } from 'vitest'
import { databaseKinds, makeDatabase } from '../../test/database.ts'
import { openDatabase, type Database } from './database.ts'
import { isAway } from './failure.ts'
import { postgresPool } from './postgres.ts'

const coded = (code: string, message = ''): Error => Object.assign(new Error(message), { code })

it.each<[Database['kind'], Error, boolean]>([
  ['sqlite', coded('SQLITE_BUSY'), true],
  ['sqlite', coded('SQLITE_BUSY_SNAPSHOT'), true],
  ['sqlite', coded('SQLITE_FULL'), true],
  ['sqlite', coded('SQLITE_IOERR_WRITE'), true],
  ['sqlite', coded('THREAD_ENDED'), true],
  ['sqlite', coded('SQLITE_CONSTRAINT_PRIMARYKEY'), false],
  ['sqlite', coded('SQLITE_CORRUPT'), false],
  ['sqlite', coded('SQLITE_ERROR', 'no such table: x'), false],
  ['postgres', coded('ECONNREFUSED'), true],
  ['postgres', coded('EAI_AGAIN'), true],
  // As long as a SQLSTATE, and none.
  ['postgres', coded('EPIPE'), true],
  ['postgres', coded('57P01', 'terminating connection'), true],
  ['postgres', coded('53300', 'too many connections'), true],
  ['postgres', coded('40P01', 'deadlock detected'), true],
  ['postgres', new Error('Connection terminated unexpectedly'), true],
  ['postgres', new Error('timeout exceeded when trying to connect'), true],
  ['postgres', new Error('Query read timeout'), true],
  ['postgres', coded('23505', 'duplicate key'), false],
  ['postgres', coded('22021', 'invalid byte sequence'), false],
  ['postgres', coded('42P01', 'no such table'), false],
  ['postgres', new Error('a bug of ours'), false],
  ['postgres', new TypeError('x is undefined'), false],
])('of %s, %s is away: %s', (kind, error, away) => {
  expect(isAway(kind, error)).toBe(away)
})

it.each(databaseKinds)('tells wrong SQL of %s from a database that is closed', async (kind) => {
  const at = await makeDatabase(kind, inject('postgresUrl'))
  const database = await openDatabase(at)
  const wrong = database.kysely
    .selectFrom('nowhere' as 'cell')
    .selectAll()
    .execute()
  expect(isAway(kind, await wrong.catch((error: unknown) => error))).toBe(false)
  await database.close()
  await at.remove()
})

it('takes a server that nobody has for one that is away', async () => {
  const pool = postgresPool('postgres://ringside@localhost/none?host=/nonexistent', 'queries')
  const failure = await pool.query('select 1').catch((error: unknown) => error)
  expect(isAway('postgres', failure)).toBe(true)
  await pool.end()
})
