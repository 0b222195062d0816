/** How much ingest costs beside the least that it could: the figures of docs and of `npm run bench`. */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import express from 'express'
import { Redis } from 'ioredis'
import { openDoor } from '../../server/ingest/door.ts'
import { eventsHandler } from '../../server/ingest/http.ts'
import { findOrFetchRedis } from '../../server/redis/binary.ts'
import { startPrivateRedis } from '../../server/redis/privateRedis.ts'
import { openStream } from '../../server/stream/openStream.ts'
import { redisAt } from '../../server/stream/redisAddress.ts'
import { CACHE_DIR } from '../cache.ts'
import { testExchange } from '../exchange.ts'
import { SENT_AT_MS } from '../sentEvents.ts'
import { bodiesOf, type Bodies } from './bodies.ts'
import type { PostDone, PostJob } from './post.ts'
import { middleOf, type BenchRow } from './row.ts'

/** Figures drift by the minute: each is taken beside its floor so many times, the middle one counts. */
const ROUNDS = 5
const BATCH = 100
const BATCHES = 1_000
const BATCH_CONNECTIONS = 8
const SINGLES = 8_000
const SINGLE_CONNECTIONS = 50

export async function ingestBench(): Promise<BenchRow[]> {
  const dataDir = await mkdtemp(join(tmpdir(), 'ringside-bench-'))
  const binary = await findOrFetchRedis({
    redisBin: process.env['RINGSIDE_REDIS_BIN'] ?? null,
    searchPath: process.env['PATH'] ?? '',
    cacheDir: CACHE_DIR,
    report: () => undefined,
  })
  if (binary === null) throw new Error('There is no Redis to measure with.')
  const server = await startPrivateRedis({
    binary,
    dataDir,
    fsync: 'always',
    report: () => undefined,
  })
  const redis = new Redis(server.path)
  try {
    return [await batches(redis), await singles(redis)]
  } finally {
    redis.disconnect()
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Posts of 100 events, against one XADD of the same bytes and JSON.parse. */
async function batches(redis: Redis): Promise<BenchRow> {
  const events = BATCH * BATCHES
  const { figure, floor } = await sideBySide(
    async (round) => {
      const bodies = { from: round * BATCHES, count: BATCHES, events: BATCH }
      return events / (await post(redis, bodies, BATCH_CONNECTIONS))
    },
    async (round) => {
      const bodies = { from: round * BATCHES, count: BATCHES, events: BATCH }
      return events / (await appendBytes(redis, bodies, BATCH_CONNECTIONS))
    },
  )
  return {
    name: `ingest, POST of ${BATCH} events, on disk`,
    figure,
    unit: 'events/s',
    floor,
    ratio: figure / floor,
    target: '≥ 0.5 of one XADD of the same bytes and JSON.parse; ≥ 60,000 events/s',
    wants: { ratioAtLeast: 0.5, atLeast: 60_000 },
  }
}

/** Posts of one event over many connections, against express that only parses the body. */
async function singles(redis: Redis): Promise<BenchRow> {
  const { figure, floor } = await sideBySide(
    async (round) => {
      const bodies = { from: round * SINGLES, count: SINGLES, events: 1 }
      return SINGLES / (await post(redis, bodies, SINGLE_CONNECTIONS))
    },
    async (round) => {
      const bodies = { from: round * SINGLES, count: SINGLES, events: 1 }
      return SINGLES / (await postToExpress(bodies, SINGLE_CONNECTIONS))
    },
  )
  return {
    name: `ingest, single events, ${SINGLE_CONNECTIONS} connections, on disk`,
    figure,
    unit: 'events/s',
    floor,
    ratio: figure / floor,
    target: '≥ 0.6 of express with a JSON body and no work',
    wants: { ratioAtLeast: 0.6 },
  }
}

/** The middle of several rounds in which each was measured right after the other. */
async function sideBySide(
  measure: (round: number) => Promise<number>,
  measureFloor: (round: number) => Promise<number>,
): Promise<{ figure: number; floor: number }> {
  const figures: number[] = []
  const floors: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    figures.push(await measure(round))
    floors.push(await measureFloor(round))
  }
  return { figure: middleOf(figures), floor: middleOf(floors) }
}

/** Seconds until our server has answered all of them, each event stored. */
async function post(redis: Redis, bodies: Bodies, connections: number): Promise<number> {
  const now = (): number => SENT_AT_MS + 1_000_000_000
  await redis.flushall()
  const stream = openStream({
    redis: redisAt(redis.options.path ?? ''),
    center: 'bench',
    now,
    damaged: () => undefined,
  })
  const door = openDoor(stream, now, testExchange)
  const rights = { ingest: true, source: null, center: 'bench' }
  const http = createServer(
    eventsHandler({
      authorise: () => ({ ok: true, rights }),
      doorOf: () => door,
      failed: (error) => {
        throw error
      },
    }),
  )
  try {
    return await answered(http, bodies, connections)
  } finally {
    stream.close()
  }
}

async function postToExpress(bodies: Bodies, connections: number): Promise<number> {
  const app = express()
  app.use(express.json())
  app.post('/api/events', (_request, response) => {
    response.status(202).json({ accepted: 1, duplicates: 0, rejected: [], place: '0-0' })
  })
  return answered(createServer(app), bodies, connections)
}

async function answered(http: Server, bodies: Bodies, connections: number): Promise<number> {
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  const { port } = http.address() as AddressInfo
  const job: PostJob = { port, path: '/api/events', connections, bodies }
  const poster = fork(fileURLToPath(new URL('post.ts', import.meta.url)))
  poster.send(job)
  const [done] = (await once(poster, 'message')) as [PostDone]
  http.closeAllConnections()
  http.close()
  if (done.answered202 !== bodies.count) throw new Error('Not every post was accepted.')
  return done.elapsedMs / 1_000
}

/** Seconds until Redis has stored all of them, each parsed before. */
async function appendBytes(redis: Redis, bodies: Bodies, writers: number): Promise<number> {
  await redis.flushall()
  const texts = bodiesOf(bodies)
  const startedAtMs = performance.now()
  let next = 0
  const write = async (): Promise<void> => {
    for (let body = texts[next++]; body !== undefined; body = texts[next++]) {
      JSON.parse(body)
      await redis.xadd('floor', '*', 'events', body)
    }
  }
  await Promise.all(Array.from({ length: writers }, write))
  return (performance.now() - startedAtMs) / 1_000
}
