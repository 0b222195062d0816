/** What the stream does when its Redis fails. Each test has a Redis of its own to break. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CACHE_DIR } from '../../test/cache.ts'
import { sampleEvents } from '../../test/sentEvents.ts'
import { findOrFetchRedis } from '../redis/binary.ts'
import { startPrivateRedis, type PrivateRedis } from '../redis/privateRedis.ts'
import type { Event } from '../../shared/events/event.ts'
import { LogUnavailable, START, type EventLog } from './eventLog.ts'
import { readEvents } from './eventLog.contract.ts'
import { openStream, type CenterStream } from './openStream.ts'
import { redisAt } from './redisAddress.ts'
import { ownConnection, replyOf } from './redisConnection.ts'

let dataDir: string
let server: PrivateRedis
let redis: Redis
let stream: CenterStream

const start = async (): Promise<PrivateRedis> => {
  const binary = await findOrFetchRedis({
    redisBin: process.env['RINGSIDE_REDIS_BIN'] ?? null,
    searchPath: process.env['PATH'] ?? '',
    cacheDir: CACHE_DIR,
    report: () => undefined,
  })
  if (binary === null) throw new Error('There is no Redis to break.')
  return startPrivateRedis({ binary, dataDir, fsync: 'always', report: () => undefined })
}

beforeEach(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'ringside-stream-'))
  server = await start()
  redis = new Redis({ path: server.path, retryStrategy: () => 50 })
  redis.on('error', () => undefined)
  stream = openStream({
    redis: redisAt(server.path),
    center: 'main',
    now: () => 0,
    damaged: () => {
      throw new Error('A batch was torn.')
    },
  })
})

afterEach(async () => {
  stream.close()
  redis.disconnect()
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
})

async function pidOf(connection: Redis): Promise<number> {
  return Number(/process_id:(\d+)/.exec(await connection.info('server'))?.[1])
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

/** Appends until it is stored, as a sender does. */
async function appendStubbornly(log: EventLog, events: readonly Event[]): Promise<number> {
  for (let refused = 0; ; refused += 1) {
    try {
      await log.append(events)
      return refused
    } catch (error) {
      if (!(error instanceof LogUnavailable)) throw error
    }
  }
}

describe('while Redis is away', () => {
  it('refuses before it is back, and takes the same batch once it is back', async () => {
    const { log } = stream
    await log.append(sampleEvents(0, 2))
    await server.stop()

    await expect(log.append(sampleEvents(2, 2))).rejects.toThrow(LogUnavailable)
    await expect(log.end()).rejects.toThrow(LogUnavailable)
    await expect(stream.feeds.read()).rejects.toThrow(LogUnavailable)

    server = await start()
    await appendStubbornly(log, sampleEvents(0, 4))
    const entries = await readEvents(log, START, 4)
    expect(entries.map(({ events }) => events)).toEqual([sampleEvents(0, 2), sampleEvents(2, 2)])
  })

  it('lets a reader wait, tell that it does, and go on by itself', async () => {
    const { log } = stream
    await log.append(sampleEvents(0, 2))
    const stop = new AbortController()
    const asked = { inVain: 0 }
    const listener = {
      asking: () => void (asked.inVain += 1),
      answered: () => void (asked.inVain = 0),
    }
    const reading = log.readAfter(START, stop.signal, listener)[Symbol.asyncIterator]()
    expect((await reading.next()).value).toHaveLength(1)
    expect(asked.inVain).toBe(0)

    const next = reading.next()
    await server.stop()
    await expect.poll(() => asked.inVain).toBeGreaterThan(2)
    server = await start()
    await expect.poll(() => asked.inVain).toBeLessThan(2)
    await appendStubbornly(log, sampleEvents(2, 2))
    expect((await next).value).toMatchObject([{ events: sampleEvents(2, 2) }])
    stop.abort()
    expect((await reading.next()).done).toBe(true)
  })

  it('stops a reader that is told to', async () => {
    await server.stop()
    const stop = new AbortController()
    const next = stream.log.readAfter(START, stop.signal)[Symbol.asyncIterator]().next()
    stop.abort()
    expect((await next).done).toBe(true)
    server = await start()
  })
})

it('loses no retry and doubles none, however often Redis is killed', async () => {
  const WRITERS = 6
  const KILLS = 5
  let batches = 0
  let written = 0
  let refused = 0
  let isOver = false
  /** Goes on until the last kill, as no number of batches is sure to last until then. */
  const write = async (): Promise<void> => {
    while (!isOver) {
      refused += await appendStubbornly(stream.log, sampleEvents(batches++ * 3, 3))
      written += 1
    }
  }
  const kill = async (): Promise<void> => {
    for (let n = 1; n <= KILLS; n++) {
      const before = { written, refused }
      await expect.poll(() => written).toBeGreaterThan(before.written + WRITERS)
      // The one that answers now: one that was killed is first started again.
      let pid = 0
      await expect.poll(async () => (pid = await pidOf(redis).catch(() => 0))).toBeGreaterThan(0)
      process.kill(pid, 'SIGKILL')
      // Dead, and not only about to be: the next kill is for its successor.
      await expect.poll(() => isAlive(pid)).toBe(false)
      await expect.poll(() => refused, { timeout: 10_000 }).toBeGreaterThan(before.refused)
    }
  }
  const killing = kill().finally(() => (isOver = true))
  await Promise.all([killing, ...Array.from({ length: WRITERS }, write)])

  const total = batches * 3
  const entries = await readEvents(stream.log, START, total)
  const ids = entries.flatMap(({ events }) => events.map(({ id }) => id))
  expect(ids).toHaveLength(total)
  expect(new Set(ids).size).toBe(total)
  const [counts] = await stream.feeds.read()
  expect(counts?.accepted).toBe(total)
}, 120_000)

it('gives a Redis that hangs a limited time, and heals when it goes on', async () => {
  const limitMs = 300
  const impatient = ownConnection(redisAt(server.path), 'any', 'impatient', limitMs)
  await impatient.ping()
  process.kill(server.pid, 'SIGSTOP')
  try {
    await expect(replyOf(impatient.ping())).rejects.toThrow(LogUnavailable)
    await expect(replyOf(impatient.ping())).rejects.toThrow(LogUnavailable)
  } finally {
    process.kill(server.pid, 'SIGCONT')
  }
  await expect.poll(() => impatient.ping().catch(String)).toBe('PONG')
  impatient.disconnect()
})

describe('while Redis cannot store', () => {
  it.each([
    ['is full', ['CONFIG', 'SET', 'maxmemory', '1'], ['CONFIG', 'SET', 'maxmemory', '0']],
    ['is a replica', ['REPLICAOF', '127.0.0.1', '1'], ['REPLICAOF', 'NO', 'ONE']],
    [
      'misses its replicas',
      ['CONFIG', 'SET', 'min-replicas-to-write', '1'],
      ['CONFIG', 'SET', 'min-replicas-to-write', '0'],
    ],
  ])('refuses when it %s, storing nothing', async (_name, break_, mend) => {
    const { log, rejected, ahead, feeds } = stream
    await log.append(sampleEvents(0, 1))
    const [command = '', ...words] = break_
    await redis.call(command, words)
    const refused = { name: 'LogUnavailable' }
    await expect(log.append(sampleEvents(1, 1))).rejects.toMatchObject(refused)
    const rejection = { kind: 'rejected', source: null, id: null, errors: [], content: '' } as const
    await expect(rejected.keep([rejection])).rejects.toMatchObject(refused)
    await expect(ahead.keep(sampleEvents(1, 1))).rejects.toMatchObject(refused)
    // What was stored can still be read.
    expect((await readEvents(log, START, 1))[0]?.events).toEqual(sampleEvents(0, 1))

    const [mending = '', ...others] = mend
    await redis.call(mending, others)
    expect((await log.append(sampleEvents(0, 2))).verdicts).toEqual(['duplicate', 'accepted'])
    expect((await feeds.read())[0]).toMatchObject({ accepted: 2, duplicates: 1, rejected: 0 })
  })
})
