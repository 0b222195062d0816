/** The thread that writes the books, on both databases: as if they were written here. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { calls } from '../../test/calls.ts'
import { databaseKinds } from '../../test/database.ts'
import {
  append,
  booksOf,
  committed,
  differences,
  makeOpened,
  makeStream,
  NOW_MS,
  startKeeper,
  until,
  type OpenedDatabase,
} from '../../test/keeping.ts'
import { isAway } from '../database/failure.ts'
import { noHorizon } from '../engine/horizon.ts'
import { START } from '../stream/eventLog.ts'
import { ALL_SUMMED_MS } from '../database/schema.ts'
import type { BookedSlice } from './bookedSlice.ts'
import { takeOver } from './checkpoint.ts'
import { noCounts } from './counts.ts'
import { FencedOff } from './fencedOff.ts'
import { writerThread, type WriterThread } from './writerThread.ts'

describe.each(databaseKinds)('with %s', (kind) => {
  let opened: OpenedDatabase
  let thread: WriterThread
  beforeAll(async () => {
    opened = await makeOpened(kind, inject('postgresUrl'))
    thread = writerThread(opened.database)
  })
  afterAll(async () => {
    await thread.end()
    await opened.close()
  })

  const begun = (center: string) => ({
    ...{ center, place: START, counts: noCounts, horizon: noHorizon },
    ...{ summedToMs: ALL_SUMMED_MS, directories: [], cells: [] },
  })
  const slice = (center: string): BookedSlice => ({
    place: '1-0',
    counts: { ...noCounts, folded: 1 },
    horizon: noHorizon,
    nowMs: NOW_MS,
    ...{ entries: [], subjects: [], parts: [], deadLetters: [], discovered: [], directories: [] },
    delivered: [{ center, source: '/s', id: '1', hash: 'h' }],
    doubtful: { subjects: [], parts: [], delivered: [] },
  })
  const deliveredOf = (center: string) =>
    opened.database.kysely.selectFrom('delivered').select('id').where('center', '=', center)

  it('keeps the books that a keeper writes by itself, session after session', async () => {
    const stream = makeStream(inject('redisSocket'))
    const events = calls(40)
    const half = Math.floor(events.length / 2)
    for (const part of [events.slice(0, half), events.slice(half)]) {
      const kept = startKeeper({ ...opened, ...stream, openWriter: thread.open })
      await committed(kept, await append(stream.log, part, 7))
      await kept.stop()
    }
    const other = await makeOpened(kind, inject('postgresUrl'))
    const here = startKeeper({ ...other, ...stream })
    await committed(here, await stream.log.end())
    await here.stop()
    const books = await booksOf(opened.database, stream.center)
    expect(differences(books, await booksOf(other.database, stream.center))).toEqual([])
    await other.close()
    stream.end()
  })

  it('tries again what it could not write, with nothing of what came since', async () => {
    const center = 'tries'
    const { epoch } = await takeOver(opened.database, center)
    const writer = thread.open(begun(center))
    writer.add(slice(center))
    const newer = writer.commit({ center, epoch: epoch + 1, commits: 0 }, NOW_MS)
    await expect(newer).rejects.toThrow(FencedOff)
    writer.add({ ...slice(center), delivered: [{ center, source: '/s', id: '2', hash: 'h' }] })
    await writer.commit({ center, epoch, commits: 0 }, NOW_MS)
    expect(await deliveredOf(center).execute()).toEqual([{ id: '1' }])
    await writer.commit({ center, epoch, commits: 1 }, NOW_MS)
    expect(await deliveredOf(center).orderBy('id').execute()).toEqual([{ id: '1' }, { id: '2' }])
  })

  it('says by whom it is fenced off', async () => {
    const center = 'fenced'
    const older = await takeOver(opened.database, center)
    const { epoch } = await takeOver(opened.database, center)
    const writer = thread.open(begun(center))
    writer.add(slice(center))
    const late = writer.commit({ center, epoch: older.epoch, commits: 0 }, NOW_MS)
    await expect(late).rejects.toMatchObject({ name: 'FencedOff', newer: epoch })
  })

  it('tells a statement that is wrong from a database that is away', async () => {
    const center = 'wrong'
    const { epoch } = await takeOver(opened.database, center)
    const writer = thread.open(begun(center))
    const twice = slice(center)
    writer.add({ ...twice, delivered: [...twice.delivered, ...twice.delivered] })
    const failure: unknown = await writer
      .commit({ center, epoch, commits: 0 }, NOW_MS)
      .catch((error: unknown) => error)
    expect(failure).toBeInstanceOf(Error)
    expect(failure).toHaveProperty('code')
    expect(isAway(kind, failure)).toBe(false)
  })

  it('ends with the bug that it met, and begins anew when it is asked to', async () => {
    const center = 'ends'
    const { epoch } = await takeOver(opened.database, center)
    const broken = thread.open(begun(center))
    const directory = { center, place: '1-0', position: 0, atMs: 0, content: '{' }
    broken.add({ ...slice(center), directories: [directory] })
    const first = broken.commit({ center, epoch, commits: 0 }, NOW_MS)
    await expect(first).rejects.toThrow('JSON')
    const writer = thread.open(begun(center))
    writer.add(slice(center))
    await writer.commit({ center, epoch, commits: 0 }, NOW_MS)
    expect(await deliveredOf(center).execute()).toEqual([{ id: '1' }])
  })
})

it('waits its turn for a file that others write, and leaves a damaged one alone', async () => {
  const opened = await makeOpened('sqlite', '')
  const { writeElsewhere, kysely } = opened.database
  const order: string[] = []
  let letGo = (): void => undefined
  const elsewhere = writeElsewhere(async () => {
    order.push('elsewhere begins')
    await new Promise<void>((resolve) => (letGo = resolve))
    order.push('elsewhere ends')
  })
  await until('it writes elsewhere', () => order.length > 0)
  const here = kysely.transaction().execute(async () => order.push('here'))
  // Time enough for who would not wait.
  for (let n = 0; n < 20; n++) await kysely.selectFrom('center').select('place').execute()
  letGo()
  await Promise.all([elsewhere, here])
  expect(order).toEqual(['elsewhere begins', 'elsewhere ends', 'here'])

  const damage = Object.assign(new Error('malformed'), { code: 'SQLITE_CORRUPT' })
  await expect(writeElsewhere(() => Promise.reject(damage))).rejects.toThrow(damage)
  await expect(writeElsewhere(async () => order.push('again'))).rejects.toThrow(damage)
  await expect(kysely.deleteFrom('outbox').execute()).rejects.toThrow(damage)
  expect(order).not.toContain('again')
  await opened.close()
})
