/** What goes of a stream on a real Redis, and what never does. */
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { calls } from '../../test/calls.ts'
import {
  append,
  booksOf,
  committed,
  differences,
  makeOpened,
  makeStream,
  startKeeper,
  until,
  type TestStream,
} from '../../test/keeping.ts'
import { sampleEvents } from '../../test/sentEvents.ts'
import { DAY_MS } from '../../shared/time.ts'
import { placeMs, START, type Place } from '../stream/eventLog.ts'
import { readEvents } from '../stream/eventLog.contract.ts'
import { booksStatus } from './status.ts'
import { trimStream, type TrimOptions } from './trimming.ts'

let stream: TestStream
beforeEach(() => {
  stream = makeStream(inject('redisSocket'))
})
afterEach(() => {
  stream.end()
})

/** By then all that is in the stream now is older than its days. */
const WEEKS_LATER_MS = Date.now() + 20 * DAY_MS
/** A day that nothing is older than. */
const NOW_MS = Date.now() - DAY_MS
const MEGABYTE = 1024 * 1024

/** Fills a stream with entries of one event each, and gives their places. */
async function fill(entries: number): Promise<Place[]> {
  const places: Place[] = []
  for (let n = 0; n < entries; n++) {
    places.push((await stream.log.append(sampleEvents(n, 1))).place)
  }
  return places
}

const trim = async (options: Partial<TrimOptions>): Promise<number> => {
  await trimStream({
    log: stream.log,
    generation: await stream.log.generation(),
    committed: () => START,
    retention: { streamDays: 7, streamMegabytes: 1_000 },
    backups: null,
    nowMs: WEEKS_LATER_MS,
    signal: new AbortController().signal,
    ...options,
  })
  return (await stream.log.size()).entries
}
const neededFrom = (place: Place | null) => ({
  neededFrom: () => place,
  make: async () => {
    throw new Error('no backup is to be made')
  },
})

describe('a stream', () => {
  it('gives up what is old, and keeps all after the checkpoint', async () => {
    const places = await fill(600)
    const checkpoint = places[400]!
    const kept = await trim({ committed: () => checkpoint })
    expect(kept).toBeGreaterThanOrEqual(200)
    // Whole blocks go, so that one that the checkpoint is in stays.
    expect(kept).toBeLessThan(350)
    expect(await stream.log.holdsAfter(checkpoint)).toBe(true)
    const rest = await readEvents(stream.log, checkpoint, 199)
    expect(rest.flatMap(({ events }) => events)).toEqual(sampleEvents(401, 199))
    const { oldest, bytes } = await stream.log.size()
    expect(places.slice(250, 401)).toContain(oldest)
    expect(bytes).toBeGreaterThan(1_000)
  })

  it('keeps what is young, what is not in the database, and what a backup needs', async () => {
    const places = await fill(600)
    const all = { committed: () => places[599]! }
    expect(await trim({ ...all, nowMs: NOW_MS })).toBe(600)
    expect(await trim({ committed: () => START })).toBe(600)
    expect(await trim({ ...all, backups: neededFrom(null) })).toBe(600)
    await trim({ ...all, backups: neededFrom(places[200]!) })
    expect(await stream.log.holdsAfter(places[200]!)).toBe(true)
    expect((await stream.log.size()).entries).toBeLessThan(600)
    // An older backup was put back: the books are behind the newest one.
    await trim({ committed: () => places[300]!, backups: neededFrom(places[599]!) })
    expect(await stream.log.holdsAfter(places[300]!)).toBe(true)
    expect((await stream.log.size()).entries).toBeLessThan(400)
  })

  it('is left alone when it is another one than the books followed', async () => {
    const places = await fill(300)
    expect(await trim({ committed: () => places[299]!, generation: 'another' })).toBe(300)
  })

  it('gives up what is young where it takes too much, after a backup', async () => {
    const places = await fill(600)
    const bytes = (await stream.log.size()).bytes ?? 0
    const retention = { streamDays: 7, streamMegabytes: bytes / 2 / MEGABYTE }
    const of = { retention, committed: () => places[599]!, nowMs: NOW_MS }

    // It cannot be made: nothing that only the stream has is given up for room.
    const failing = { neededFrom: () => places[0]!, make: async () => false }
    expect(await trim({ ...of, backups: failing })).toBe(600)

    let needed = places[0]!
    const make = async () => {
      needed = places[590]!
      return true
    }
    const kept = await trim({ ...of, backups: { neededFrom: () => needed, make } })
    expect(kept).toBeGreaterThan(150)
    expect(kept).toBeLessThan(400)
    expect(await stream.log.holdsAfter(needed)).toBe(true)
    // Once more needs no backup: it has room again.
    expect(await trim({ ...of, backups: neededFrom(needed) })).toBe(kept)
  })
})

describe('a backup for room', () => {
  const small = { retention: { streamDays: 7, streamMegabytes: 0.001 }, nowMs: NOW_MS }

  it('is not made where it would hold no more than the newest one', async () => {
    const [, place] = await fill(2)
    expect(await trim({ ...small, committed: () => place!, backups: neededFrom(place!) })).toBe(2)
  })

  it('is not waited for by books that have to end', async () => {
    const [, place] = await fill(2)
    const ending = new AbortController()
    const make = async () => {
      ending.abort()
      return new Promise<never>(() => undefined)
    }
    const backups = { neededFrom: () => null, make }
    expect(await trim({ ...small, committed: () => place!, backups, signal: ending.signal })).toBe(
      2,
    )
  })
})

describe('the books', () => {
  it('go on without a gap after a crash between a commit and the end of a trim', async () => {
    const opened = await makeOpened('sqlite', inject('postgresUrl'))
    const events = calls(120)
    const first = startKeeper({ ...opened, ...stream })
    // Its own trimming ends with it, before it has come to the rest.
    await committed(first, await append(stream.log, events.slice(0, 500), 1))
    await first.stop()
    const { oldest: began } = await stream.log.size()
    const crash = new AbortController()
    const cutShort = {
      ...stream.log,
      trim: async (generation: string, before: Place) => {
        crash.abort()
        return stream.log.trim(generation, before, 100)
      },
    }
    const { committed: checkpoint } = first.keeper.status()
    const left = await trim({ log: cutShort, committed: () => checkpoint, signal: crash.signal })
    expect(left).toBeGreaterThan(250)
    expect(left).toBeLessThan(500)

    // The next one trims by itself when it starts, and what comes meanwhile is counted.
    const second = startKeeper({ ...opened, ...stream, now: () => WEEKS_LATER_MS })
    await committed(second, await append(stream.log, events.slice(500), 1))
    await until(
      'it has trimmed',
      // What it found in the books, but for the block that the checkpoint is in.
      async () => (await stream.log.size()).entries <= events.length - 500 + 101,
    )
    await second.stop()
    const { gaps } = await booksStatus(opened.database, stream.center)
    expect(gaps).toEqual([])

    // Books that are begun anew have not what is gone, and say so.
    const anew = await makeOpened('sqlite', inject('postgresUrl'))
    const third = startKeeper({ ...anew, ...stream })
    await committed(third, await stream.log.end())
    await third.stop()
    const { oldest } = await stream.log.size()
    expect((await booksStatus(anew.database, stream.center)).gaps).toEqual([
      {
        fromMs: placeMs(began!),
        toMs: placeMs(oldest!),
        reason: expect.stringContaining('anew') as string,
      },
    ])
    await anew.close()

    const other = makeStream(inject('redisSocket'))
    const undisturbed = startKeeper({ ...opened, ...other })
    await committed(undisturbed, await append(other.log, events))
    await undisturbed.stop()
    const expected = await booksOf(opened.database, other.center)
    other.end()
    const found = await booksOf(opened.database, stream.center)
    const sums = ({ balances }: typeof found) => ({
      balances: balances.filter((row) => !row.includes('"1m"')),
    })
    expect(differences(sums(found), sums(expected))).toEqual([])
    await opened.close()
  })
})
