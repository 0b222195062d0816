/** What is deleted of people's doings, and what stays, on both databases. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { databaseKinds, makeDatabase, type TestDatabase } from '../../test/database.ts'
import { DAY_MS } from '../../shared/time.ts'
import { openDatabase, type Database } from '../database/database.ts'
import { IDLE_MS, LONGEST_MS } from './sessions.ts'
import { forgetOld } from './tidying.ts'

const NOW_MS = Date.UTC(2026, 10, 21, 9)

describe.each(databaseKinds)('%s', (kind) => {
  let place: TestDatabase
  let opened: Database
  beforeAll(async () => {
    place = await makeDatabase(kind, inject('postgresUrl'))
    opened = await openDatabase(place)
  })
  afterAll(async () => {
    await opened.close()
    await place.remove()
  })

  it('deletes of the audit log what is older than its days, however much', async () => {
    const edgeMs = NOW_MS - 40 * DAY_MS
    const row = (id: string, atMs: number) => ({
      ...{ id, atMs, by: 'user:admin', action: 'directory.put', about: '', detail: '' },
    })
    // More than one statement takes.
    const old = Array.from({ length: 1_200 }, (_, n) => row(`old ${String(n)}`, edgeMs - 1 - n))
    await opened.kysely.insertInto('audit').values(old).execute()
    await opened.kysely
      .insertInto('audit')
      .values([row('edge', edgeMs), row('new', NOW_MS)])
      .execute()
    await forgetOld(opened.kysely, { auditDays: 40 }, NOW_MS)
    const left = await opened.kysely.selectFrom('audit').select('id').orderBy('atMs').execute()
    expect(left).toEqual([{ id: 'edge' }, { id: 'new' }])
  })

  it('deletes sessions that are over, and no other', async () => {
    const session = (id: string, createdAtMs: number, seenAtMs: number) => ({
      ...{ id, userId: 'someone', createdAtMs, seenAtMs, expiresAtMs: createdAtMs + LONGEST_MS },
      ...{ userAgent: '', address: '' },
    })
    await opened.kysely
      .insertInto('session')
      .values([
        session('too long', NOW_MS - LONGEST_MS, NOW_MS),
        session('unused', NOW_MS - DAY_MS * 2, NOW_MS - IDLE_MS),
        session('nearly', NOW_MS - LONGEST_MS + 1, NOW_MS - IDLE_MS + 1),
        session('fresh', NOW_MS, NOW_MS),
      ])
      .execute()
    await forgetOld(opened.kysely, { auditDays: 730 }, NOW_MS)
    const left = await opened.kysely.selectFrom('session').select('id').orderBy('id').execute()
    expect(left).toEqual([{ id: 'fresh' }, { id: 'nearly' }])
  })
})
