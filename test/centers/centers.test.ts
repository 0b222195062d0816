/** Several centers over one Redis and one PostgreSQL: none touches another, and their sums add up. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { makeDatabase, type TestDatabase } from '../database.ts'
import { until } from '../keeping.ts'
import { API_KEY, startServer, type RunningServer } from '../server.ts'
import { freePorts, startRedisServer, type RedisServer } from '../redisServer.ts'

/** Three processes start, side by side with other tests. */
const LIMIT_MS = 300_000

let folder: string
let redis: RedisServer
let database: TestDatabase
const running: RunningServer[] = []
let screens: RunningServer
let osakaEngine: RunningServer

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringside-centers-'))
  const [port = 0] = await freePorts(1)
  redis = await startRedisServer(folder, port, ['--appendonly', 'yes', '--save', ''])
  database = await makeDatabase('postgres', inject('postgresUrl'))
  const start = async (roles: string, centers: string): Promise<RunningServer> => {
    const server = await startServer({
      env: {
        RINGSIDE_ROLES: roles,
        RINGSIDE_CENTERS: centers,
        REDIS_URL: `redis://127.0.0.1:${String(port)}`,
        DATABASE_URL: database.url ?? '',
      },
    })
    running.push(server)
    return server
  }
  screens = await start('ingest,connectors,gateway,api', 'tokyo,osaka')
  // Engines share centers: each has one here.
  const [osaka] = await Promise.all([start('engine', 'osaka'), start('engine', 'tokyo')])
  osakaEngine = osaka
}, LIMIT_MS)

afterAll(async () => {
  for (const server of running) await server.kill()
  for (const server of running) await server.clean()
  redis.client.disconnect()
  await redis.kill()
  await rm(folder, { recursive: true, force: true })
  await database.remove()
}, LIMIT_MS)

/** Sends a call, answered after so long; it has the same id whatever the center. */
async function send(center: string | null, call: number, waitMs: number): Promise<void> {
  const contactId = `call-${String(call)}`
  const visit = { contactId, visitId: `${contactId}#1`, queue: 'sales' }
  const leg = { contactId, legId: `${contactId}/1`, agent: 'Anna' }
  const nowMs = Date.now()
  const said: [type: string, atMs: number, data: object][] = [
    ['contact.queued', nowMs - waitMs - 2_000, visit],
    ['contact.connected', nowMs - 2_000, { ...leg, visitId: visit.visitId, queue: 'sales' }],
    ['contact.disconnected', nowMs - 1_000, leg],
    ['contact.ended', nowMs - 1_000, { contactId }],
  ]
  const asked = center === null ? '' : `?center=${center}`
  const sent = await fetch(`${screens.url}/api/events${asked}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${API_KEY}`,
      'content-type': 'application/cloudevents-batch+json',
    },
    body: JSON.stringify(
      said.map(([type, atMs, data]) => ({
        specversion: '1.0',
        id: `${contactId}/${type}`,
        source: '/pbx/1/feed',
        type,
        time: new Date(atMs).toISOString(),
        data,
      })),
    ),
  })
  expect(sent.status, await sent.text()).toBe(202)
}

type Values = { values: Record<string, { value: number; parts: Record<string, unknown> }> }

const span = (): string => {
  const [from, to] = [-3_600_000, 3_600_000].map((ms) => new Date(Date.now() + ms).toISOString())
  return `from=${String(from)}&to=${String(to)}&ids=callsAnswered,serviceLevel`
}

async function valuesOf(path: string): Promise<Values['values']> {
  const { status, body } = await screens.get(path)
  expect(status, JSON.stringify(body)).toBe(200)
  return (body as Values).values
}

const answeredIn = async (center: string): Promise<number> =>
  (await valuesOf(`/api/metrics?scope=center&center=${center}&${span()}`))['callsAnswered']
    ?.value ?? 0

const has = (center: string, calls: number): Promise<void> =>
  until(`${center} has ${String(calls)}`, async () => (await answeredIn(center)) === calls)

it('counts the same ids in each center by itself', { timeout: LIMIT_MS }, async () => {
  // The first center is meant where none is named.
  await send(null, 1, 5_000)
  await send('tokyo', 2, 90_000)
  await send('osaka', 1, 5_000)
  await send('osaka', 3, 5_000)
  await send('osaka', 3, 5_000).catch(() => undefined)
  await has('tokyo', 2)
  await has('osaka', 2)
})

it('adds up what the centers counted', { timeout: LIMIT_MS }, async () => {
  await send('osaka', 4, 5_000)
  await has('osaka', 3)
  const values = await valuesOf(`/api/sums?${span()}`)
  expect(values['callsAnswered']?.value).toBe(5)
  // Four of five, and not the mean of a half and of all.
  expect(values['serviceLevel']?.value).toBe(0.8)
  const osaka = await valuesOf(`/api/sums?centers=osaka&${span()}`)
  expect(osaka['callsAnswered']?.value).toBe(3)
  expect(await screens.get(`/api/sums?window=today&ids=callsAnswered`)).toMatchObject({
    body: { centers: [{ center: 'tokyo' }, { center: 'osaka' }], complete: true },
  })
})

it('says why something cannot be added up', { timeout: LIMIT_MS }, async () => {
  const faultOf = async (query: string): Promise<string> => {
    const { status, body } = await screens.get(`/api/sums?${query}`)
    expect(status).toBe(400)
    return JSON.stringify(body)
  }
  expect(await faultOf('centers=kyoto')).toContain('kyoto')
  expect(await faultOf('ids=contactsWaiting')).toContain('of one center')
  const put = await fetch(`${screens.url}/api/directory?center=osaka`, {
    method: 'PUT',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ center: { currency: 'JPY' } }),
  })
  expect(put.status, await put.text()).toBeLessThan(300)
  expect(await faultOf('ids=revenuePerRep')).toMatch(/tokyo counts in \w+, osaka in JPY/)
  // Where none is named, only what can be added is.
  expect(Object.keys(await valuesOf('/api/sums?window=today'))).not.toContain('revenuePerRep')
})

it('refuses a key that opens one center only', { timeout: LIMIT_MS }, async () => {
  const made = await fetch(`${screens.url}/api/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'of osaka', rights: ['read'], center: 'osaka' }),
  })
  const { secret } = (await made.json()) as { secret: string }
  const answer = await fetch(`${screens.url}/api/sums`, {
    headers: { authorization: `Bearer ${secret}` },
  })
  expect(answer.status).toBe(403)
})

it(
  'goes on in one center when the engine of another one is gone',
  { timeout: LIMIT_MS },
  async () => {
    await osakaEngine.kill()
    await send('osaka', 5, 5_000)
    await send('tokyo', 6, 5_000)
    await has('tokyo', 3)
    expect(await answeredIn('osaka')).toBe(3)
  },
)
