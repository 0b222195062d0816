import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { Redis } from 'ioredis'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { Event } from '../../shared/events/event.ts'
import { sampleEvent, sampleEvents, sentEvent } from '../../test/sentEvents.ts'
import { MARK_LENGTH } from './deliveries.ts'
import { START, type EventLog } from './eventLog.ts'
import { eventLogContract, readEvents } from './eventLog.contract.ts'
import { openStream, type CenterStream } from './openStream.ts'
import { redisAt, type RedisAddress } from './redisAddress.ts'
import { ownConnection } from './redisConnection.ts'
import { redisEventLog } from './redisEventLog.ts'
import { keysOf, type CenterKeys } from './redisKeys.ts'

const NOW_MS = Date.UTC(2026, 10, 21, 12)
let redis: Redis
beforeAll(() => {
  redis = new Redis(inject('redisSocket'))
})
afterAll(() => {
  redis.disconnect()
})

const at = (): RedisAddress => redisAt(inject('redisSocket'))

const damagedEntries: string[] = []
const openCenter = (): CenterStream & { center: string } => {
  const center = randomUUID()
  const damaged = (_: string, content: string): void => void damagedEntries.push(content)
  return { center, ...openStream({ redis: at(), center, now: () => NOW_MS, damaged }) }
}

/** A log whose door remembers little. */
const openSmall = (
  rememberedDeliveries: number,
  keys = keysOf(randomUUID()),
): { log: EventLog; keys: CenterKeys; close: () => void } => {
  const writer = ownConnection(at(), keys.events, 'test')
  const damaged = (): void => undefined
  const now = (): number => NOW_MS
  const log = redisEventLog({
    redis: at(),
    keys,
    writer,
    replicas: 0,
    now,
    damaged,
    rememberedDeliveries,
  })
  return {
    log,
    keys,
    close() {
      writer.disconnect()
    },
  }
}

eventLogContract('redisEventLog', openCenter)

describe('the door', () => {
  it('takes a retry for the same whatever the order of its fields and its receipt', async () => {
    const { log, close } = openCenter()
    const data = { contactId: 'c', visitId: 'v', queue: 'q', x: { a: 1, b: [1, 2] } }
    const turned = { x: { b: [1, 2], a: 1 }, queue: 'q', visitId: 'v', contactId: 'c' }
    await log.append([sampleEvent(0, { data, recordedtime: '2026-11-21T10:32:00Z' })])
    const retries = [
      sampleEvent(0, { data: turned, recordedtime: '2026-11-21T10:40:00Z' }),
      sampleEvent(0, { data: turned }),
      sampleEvent(0, { data: { ...turned, x: { a: 1, b: [2, 1] } } }),
    ]
    expect((await log.append(retries)).verdicts).toEqual(['duplicate', 'duplicate', 'conflicting'])
    close()
  })

  it('remembers the last deliveries, within its bound', async () => {
    const { log, keys, close } = openSmall(20)
    for (let n = 0; n < 95; n += 5) {
      await log.append(sampleEvents(n, 5))
      expect(await redis.strlen(keys.door)).toBeLessThanOrEqual(20 * MARK_LENGTH)
    }
    const { verdicts } = await log.append(sampleEvents(85, 10))
    expect(new Set(verdicts)).toEqual(new Set(['duplicate']))
    // The first are forgotten: the books know them for good.
    expect((await log.append(sampleEvents(0, 1))).verdicts).toEqual(['accepted'])
    close()
  })

  it('knows what other processes appended, whoever is slow to hear of it', async () => {
    const { keys, ...first } = openSmall(50)
    const others = [openSmall(50, keys), openSmall(50, keys)]
    const logs = [first, ...others].map(({ log }) => log)
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(2), fc.nat(60), fc.integer({ min: 1, max: 9 })), {
          maxLength: 20,
        }),
        async (appends) => {
          await redis.del(keys.events)
          const accepted = await Promise.all(
            appends.map(async ([writer, from, count]) => {
              const events = sampleEvents(from, count)
              const { verdicts } = await logs[writer]!.append(events)
              return events.filter((_, n) => verdicts[n] === 'accepted').map(({ id }) => id)
            }),
          )
          const ids = accepted.flat()
          // Twice at most where so much came between that the first was forgotten.
          if (new Set(ids).size <= 25) expect(new Set(ids).size).toBe(ids.length)
          const stored = ids.length === 0 ? [] : await readEvents(first.log, START, ids.length)
          const storedIds = stored.flatMap(({ events }) => events.map(({ id }) => id))
          expect(storedIds.sort()).toEqual(ids.sort())
        },
      ),
    )
    for (const { close } of [first, ...others]) close()
  })

  it('learns anew when Redis forgot what it had marked', async () => {
    const { log, keys, close } = openSmall(100)
    await log.append(sampleEvents(0, 10))
    // As after a power cut: the last appends are gone, marks and all, and another process came.
    const [marks, position] = await Promise.all([
      redis.getrange(keys.door, 0, 5 * MARK_LENGTH - 1),
      Promise.resolve('5'),
    ])
    await redis.set(keys.door, marks)
    await redis.set(keys.doorPosition, position)
    expect((await log.append(sampleEvents(4, 2))).verdicts).toEqual(['duplicate', 'accepted'])

    await redis.set(keys.door, marks)
    await redis.set(keys.doorPosition, position)
    const { log: other, close: closeOther } = openSmall(100, keys)
    await other.append(sampleEvents(50, 1))
    // As many marks as this process knows, but not the same ones.
    expect((await log.append(sampleEvents(5, 1))).verdicts).toEqual(['accepted'])
    close()
    closeOther()
  })

  it('takes ids of any length and any characters', async () => {
    const { log, close } = openCenter()
    const ids = ['x'.repeat(512), `${'x'.repeat(511)}y`, '注文 1', '\n', ' ', '{}', '💥']
    const events = ids.map((id) => sampleEvent(0, { id }))
    expect(new Set((await log.append(events)).verdicts)).toEqual(new Set(['accepted']))
    expect(new Set((await log.append(events)).verdicts)).toEqual(new Set(['duplicate']))
    close()
  })

  it('counts by source what came', async () => {
    const { log, feeds, close } = openCenter()
    const other = { source: '/crm/main', time: '2026-11-21T11:00:00Z' }
    await log.append([sampleEvent(0), sampleEvent(1, other), sampleEvent(2), sampleEvent(2)])
    await log.append([sampleEvent(0, { data: sentEvent(7).data }), sampleEvent(1, other)])
    expect(await feeds.read()).toEqual([
      {
        source: '/asterisk/pbx-1/ami',
        accepted: 2,
        duplicates: 1,
        conflicting: 1,
        rejected: 0,
        keptApart: 0,
        lastEventAtMs: sampleEvent(2).atMs,
        lastReceivedAtMs: NOW_MS,
      },
      {
        source: '/crm/main',
        accepted: 1,
        duplicates: 1,
        conflicting: 0,
        rejected: 0,
        keptApart: 0,
        lastEventAtMs: Date.UTC(2026, 10, 21, 11),
        lastReceivedAtMs: NOW_MS,
      },
    ])
    close()
  })

  it('counts together the sources that are too many', async () => {
    const { log, feeds, close } = openCenter()
    const events = Array.from({ length: 1_005 }, (_, n) =>
      sampleEvent(n, { source: `/made/up/${n}` }),
    )
    await log.append(events)
    const counts = await feeds.read()
    expect(counts).toHaveLength(1_001)
    expect(counts.at(-1)).toMatchObject({ source: null, accepted: 5 })
    close()
  })
})

describe('reading', () => {
  it('brings back the largest batch whole', async () => {
    const { log, close } = openCenter()
    const events = sampleEvents(0, 10_000)
    const { verdicts } = await log.append(events)
    expect(verdicts).toHaveLength(10_000)
    expect(new Set(verdicts)).toEqual(new Set(['accepted']))
    const entries = await readEvents(log, START, 10_000)
    expect(entries).toHaveLength(1)
    expect(entries[0]?.events).toEqual(events)
    close()
  })

  it('brings chunks of bounded size', async () => {
    const { log, close } = openCenter()
    const large = (n: number): Event =>
      sampleEvent(n, { data: { ...sentEvent(n).data, note: 'x'.repeat(400_000) } })
    for (let n = 0; n < 8; n++) await log.append([large(n)])
    const stop = new AbortController()
    const chunks: number[] = []
    for await (const entries of log.readAfter(START, stop.signal)) {
      chunks.push(entries.length)
      if (chunks.reduce((sum, length) => sum + length, 0) === 8) stop.abort()
    }
    // 1 MiB, and the entry that exceeds it.
    expect(chunks).toEqual([3, 3, 2])
    close()
  })

  it('brings many small entries at once', async () => {
    const { center, log, close } = openCenter()
    await log.append([])
    const pipeline = redis.pipeline()
    for (const event of sampleEvents(0, 1_500)) {
      pipeline.xadd(keysOf(center).events, '*', 'events', JSON.stringify([event]))
    }
    await pipeline.exec()
    const stop = new AbortController()
    const chunks: number[] = []
    for await (const entries of log.readAfter(START, stop.signal)) {
      chunks.push(entries.length)
      if (chunks.reduce((sum, length) => sum + length, 0) === 1_500) stop.abort()
    }
    expect(chunks).toEqual([1_000, 500])
    close()
  })

  it('passes over an entry that is no batch, and says so', async () => {
    const { center, log, close } = openCenter()
    await log.append(sampleEvents(0, 1))
    await redis.xadd(keysOf(center).events, '*', 'events', '[{"id":')
    await redis.xadd(keysOf(center).events, '*', 'hello', '{"no":"batch"}')
    await log.append(sampleEvents(1, 1))
    const entries = await readEvents(log, START, 2)
    expect(entries.map(({ events }) => events.length)).toEqual([1, 0, 0, 1])
    expect(damagedEntries).toEqual(['[{"id":', '{"no":"batch"}'])
    close()
  })

  it.each([
    ['is gone', async (center: string) => redis.del(keysOf(center).events)],
    [
      'is gone and begun anew',
      async (center: string, stream: CenterStream) => {
        await redis.del(keysOf(center).events)
        await stream.log.append(sampleEvents(50, 1))
      },
    ],
    ['has another generation', async (center: string) => redis.set(keysOf(center).generation, 'x')],
    [
      'has lost its tail',
      async (center: string) => {
        await redis.xtrim(keysOf(center).events, 'MAXLEN', 0)
        await redis.xsetid(keysOf(center).events, '1-1')
      },
    ],
    [
      'has lost its tail, and more came since',
      async (center: string, stream: CenterStream) => {
        await redis.xtrim(keysOf(center).events, 'MAXLEN', 0)
        await stream.log.append(sampleEvents(50, 1))
      },
    ],
  ])('says when the log %s', async (_name, break_) => {
    const stream = openCenter()
    await stream.log.append(sampleEvents(0, 1))
    const stop = new AbortController()
    const reading = stream.log.readAfter(START, stop.signal)[Symbol.asyncIterator]()
    await reading.next()
    await break_(stream.center, stream)
    await expect(reading.next()).rejects.toThrow(
      expect.objectContaining({ name: 'LogReplaced' }) as Error,
    )
    stream.close()
  })

  it('forgets the deliveries of a log that is gone: a retry is needed now', async () => {
    const { center, log, close } = openCenter()
    await log.append(sampleEvents(0, 1))
    const before = await log.generation()
    await redis.del(keysOf(center).events)
    expect((await log.append(sampleEvents(0, 1))).verdicts).toEqual(['accepted'])
    expect(await log.generation()).not.toBe(before)
    close()
  })
})
