/** What the API answers while the stream or the database is away. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { CACHE_DIR } from '../../test/cache.ts'
import { findOrFetchRedis } from '../redis/binary.ts'
import { startPrivateRedis, type PrivateRedis } from '../redis/privateRedis.ts'
import { startTestServer, type TestServer } from '../../test/apiServer.ts'
import { usualKind } from '../../test/database.ts'

let folder: string
const servers: TestServer[] = []
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringside-away-'))
})
afterAll(async () => {
  for (const server of servers) await server.close()
  await rm(folder, { recursive: true, force: true })
})

async function startRedis(): Promise<PrivateRedis> {
  const binary = await findOrFetchRedis({
    redisBin: process.env['RINGSIDE_REDIS_BIN'] ?? null,
    searchPath: process.env['PATH'] ?? '',
    cacheDir: CACHE_DIR,
    report: () => undefined,
  })
  if (!binary) throw new Error('There is no Redis to stop')
  const dataDir = join(folder, 'data')
  return startPrivateRedis({ binary, dataDir, fsync: 'always', report: () => undefined })
}

it('without Redis: reports are read, and say that they may not be all; nobody signs in', async () => {
  const redis = await startRedis()
  const postgresUrl = inject('postgresUrl')
  const server = await startTestServer({ kind: usualKind, postgresUrl, redisSocket: redis.path })
  servers.push(server)
  await redis.stop()
  const call = (path: string) => server.call(path, { key: server.apiKey })

  const metrics = await call('/api/metrics?scope=center&ids=callsOffered')
  expect(metrics.status).toBe(200)
  expect(metrics.json).toMatchObject({ complete: false })
  const status = await call('/api/status')
  expect(status.status).toBe(200)
  expect(status.json).toMatchObject({
    complete: false,
    stream: { end: null },
    engine: { delayMs: null },
    sources: [],
    events: { rejectedKept: null, ahead: null },
  })
  const rejected = await call('/api/rejected')
  expect(rejected.status).toBe(503)
  expect(rejected.headers.get('retry-after')).toBe('2')

  const body = { name: 'admin', password: 'correct horse' }
  const signIn = await server.call('/api/session', { method: 'POST', body })
  expect(signIn.status).toBe(503)
  expect((await server.call('/healthz')).status).toBe(200)
})

it('without the database: says so, and that it will be back', async () => {
  const redisSocket = inject('redisSocket')
  const server = await startTestServer({
    kind: 'postgres',
    postgresUrl: inject('postgresUrl'),
    redisSocket,
  })
  const key = server.apiKey
  expect((await server.call('/api/boards', { key })).status).toBe(200)
  await server.place.remove()
  const answer = await server.call('/api/boards', { key })
  expect(answer.status).toBe(503)
  expect(answer.json).toMatchObject({ detail: 'The database cannot be reached now; try again.' })
  expect((await server.call('/healthz')).status).toBe(200)
  expect((await server.call('/api/openapi.json', { key })).status).toBe(200)
  await server.close().catch((error: unknown) => {
    // It has no database to remove any more.
    if (!String(error).includes('does not exist')) throw error
  })
})
