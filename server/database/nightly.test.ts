import { mkdtemp, rename, rm, utimes } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { until } from '../../test/keeping.ts'
import { DAY_MS, HOUR_MS } from '../../shared/time.ts'
import { backUp, listBackups } from './backup.ts'
import { openDatabase, type Database } from './database.ts'
import { nightlyBackups, type Nightly } from './nightly.ts'

let folder: string
let database: Database
const file = () => join(folder, 'main.db')
const backups = () => join(folder, 'backups')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringside-nightly-'))
  database = await openDatabase({ url: null, file: file() })
  await database.kysely
    .insertInto('center')
    .values({
      center: 'main',
      epoch: 3,
      generation: 'g',
      place: '17-0',
      commits: 1,
      committedAtMs: 1,
      calendar: '',
      counts: '',
    })
    .execute()
})
afterEach(async () => {
  await database.close()
  await rm(folder, { recursive: true, force: true })
})

/** Looks once, at this instant, where a backup is due every day at midnight. */
async function lookAt(
  nowMs: number,
  due: (nowMs: number) => number | null = (atMs) => Math.floor(atMs / DAY_MS) * DAY_MS,
): Promise<{ nightly: Nightly; told: string[] }> {
  const told: string[] = []
  const nightly = await nightlyBackups({
    folder: backups(),
    backUp: (atMs) => backUp(file(), backups(), atMs),
    keep: 2,
    dueMs: async (atMs) => due(atMs),
    now: () => nowMs,
    done: () => told.push('done'),
    failed: () => told.push('failed'),
  })
  const stop = new AbortController()
  const running = nightly.run(stop.signal)
  // It has looked when it waits for the next time; aborting does not cut a look short.
  stop.abort()
  await running
  for (const backup of await listBackups(backups())) {
    // The file system's clock is the real one; this test has its own.
    if (told.includes('done') && backup === nightly.status().newest?.file) {
      await utimes(backup, nowMs / 1_000, nowMs / 1_000)
    }
  }
  return { nightly, told }
}

const NOON_MS = Date.UTC(2026, 10, 21, 12)

it('is made when it is due, once, and the old ones go', async () => {
  const looks = [0, HOUR_MS, DAY_MS, DAY_MS + HOUR_MS, 2 * DAY_MS]
  const told: string[][] = []
  for (const later of looks) told.push((await lookAt(NOON_MS + later)).told)
  expect(told).toEqual([['done'], [], ['done'], [], ['done']])
  const kept = await listBackups(backups())
  expect(kept.map((each) => each.slice(-13, -3))).toEqual(['2026-11-23', '2026-11-22'])
})

it('waits while none is to be made', async () => {
  expect((await lookAt(NOON_MS, () => null)).told).toEqual([])
  expect(await listBackups(backups())).toEqual([])
})

it('says from where on the stream is needed, also after a new start', async () => {
  await lookAt(NOON_MS)
  const { nightly } = await lookAt(NOON_MS + HOUR_MS)
  expect(nightly.status().newest).toMatchObject({ madeAtMs: NOON_MS })
  expect(nightly.neededFrom('main', 'g')).toBe('17-0')
  // A backup of another stream can be followed by none of this one.
  expect(nightly.neededFrom('main', 'another')).toBeNull()
  expect(nightly.neededFrom('demo', 'g')).toBeNull()
})

it('tells of one that fails, and does not try again at once', async () => {
  await rename(file(), `${file()}.away`)
  const stop = new AbortController()
  let fails = 0
  const nightly = await nightlyBackups({
    folder: backups(),
    backUp: (atMs) => backUp(file(), backups(), atMs),
    keep: 2,
    dueMs: async () => 1,
    now: () => NOON_MS,
    done: () => undefined,
    failed: () => (fails += 1),
  })
  const running = nightly.run(stop.signal)
  await until('it has failed', () => fails > 0)
  expect(nightly.status()).toMatchObject({ newest: null, failure: { atMs: NOON_MS } })
  stop.abort()
  await running
  await nightly.run(AbortSignal.abort())
  expect(fails).toBe(1)
  // Unless somebody asks for it.
  expect(await nightly.make()).toBe(false)
  await rename(`${file()}.away`, file())
  expect(await nightly.make()).toBe(true)
  expect(nightly.status().failure).toBeNull()
  // Two who ask at the same time do not write one file.
  expect(await Promise.all([nightly.make(), nightly.make()])).toEqual([true, true])
  expect(await listBackups(backups())).toEqual([nightly.status().newest?.file])
})
