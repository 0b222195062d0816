/** The parts in processes of their own, over one Redis and one PostgreSQL, killed one by one. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { applyFrame, cellKey, continues, emptyMirror, type Mirror } from '../../shared/mirror.ts'
import { PROTOCOL_VERSION, type ClientToServer, type ServerToClient } from '../../shared/wire.ts'
import { makeDatabase, type TestDatabase } from '../database.ts'
import { until } from '../keeping.ts'
import { freePorts, startRedisServer, type RedisServer } from '../redisServer.ts'
import { API_KEY, startServer, type RunningServer } from '../server.ts'

/** Five processes start, side by side with other tests. */
const LIMIT_MS = 300_000

let folder: string
let redis: RedisServer
let database: TestDatabase
const running: RunningServer[] = []
const parts = new Map<string, RunningServer>()
const part = (name: string): RunningServer => {
  const found = parts.get(name)
  if (!found) throw new Error(`${name} does not run`)
  return found
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringside-roles-'))
  const [port = 0] = await freePorts(1)
  redis = await startRedisServer(folder, port, ['--appendonly', 'yes', '--save', ''])
  database = await makeDatabase('postgres', inject('postgresUrl'))
  const start = async (name: string, roles: string): Promise<void> => {
    const server = await startServer({
      env: {
        RINGSIDE_ROLES: roles,
        REDIS_URL: `redis://127.0.0.1:${String(redis.port)}`,
        DATABASE_URL: database.url ?? '',
      },
    })
    running.push(server)
    parts.set(name, server)
  }
  await start('screens', 'gateway,api')
  await Promise.all([
    start('door', 'ingest,connectors'),
    start('engine', 'engine'),
    start('other screens', 'gateway,api'),
  ])
  // It waits until the first one is gone.
  await start('next engine', 'engine')
}, LIMIT_MS)

afterAll(async () => {
  for (const server of running) await server.kill()
  for (const server of running) await server.clean()
  redis.client.disconnect()
  await redis.kill()
  await rm(folder, { recursive: true, force: true })
  await database.remove()
}, LIMIT_MS)

it('passes what the door takes on to every screen', { timeout: LIMIT_MS }, async () => {
  await send(1)
  const [one, other] = [watch(part('screens')), watch(part('other screens'))]
  await until('both show the call', () => offered(one) === 1 && offered(other) === 1)
  await send(2)
  await until('both follow', () => offered(one) === 2 && offered(other) === 2)
  one.socket.disconnect()
  other.socket.disconnect()
})

it('each process does its own part alone', { timeout: LIMIT_MS }, async () => {
  const status = async (server: string, path: string, method = 'GET'): Promise<number> => {
    const headers = { authorization: `Bearer ${API_KEY}` }
    return (await fetch(part(server).url + path, { method, headers })).status
  }
  expect(await status('door', '/api/metrics?scope=center&window=today&ids=callsOffered')).toBe(404)
  expect(await status('screens', '/api/events', 'POST')).toBe(404)
  expect(await status('screens', '/api/metrics?scope=center&window=today&ids=callsOffered')).toBe(
    200,
  )
  for (const name of parts.keys()) expect(await status(name, '/healthz')).toBe(200)
  expect(await status('next engine', '/readyz')).toBe(503)
})

it(
  'goes on with the next engine when one is killed, and loses and doubles nothing',
  { timeout: LIMIT_MS },
  async () => {
    const screen = watch(part('screens'))
    await until('it shows both calls', () => offered(screen) === 2)
    await part('engine').kill()
    for (let call = 3; call <= 20; call++) await send(call)
    // One that a sender doubted, and sent again.
    await send(20)
    await until('the next engine has taken over', () => offered(screen) === 20)
    await until('it is ready', async () => {
      return (await fetch(`${part('next engine').url}/readyz`)).status === 200
    })
    screen.socket.disconnect()

    const { body } = await part('other screens').get(
      `/api/reconcile?day=${new Date().toISOString().slice(0, 10)}`,
    )
    expect(body).toMatchObject({ differences: [] })
  },
)

it('lets a screen go on with another gateway', { timeout: LIMIT_MS }, async () => {
  const before = watch(part('screens'))
  await until('it shows the calls', () => offered(before) === 20)
  await part('screens').kill()
  const after = watch(part('other screens'))
  await send(21)
  await until('it follows there', () => offered(after) === 21)
  after.socket.disconnect()
})

type Screen = { socket: Socket<ServerToClient, ClientToServer>; mirror: Mirror }

/** Watches the center's numbers of today. */
function watch(server: RunningServer): Screen {
  const socket: Screen['socket'] = io(server.url, {
    transports: ['websocket'],
    extraHeaders: { authorization: `Bearer ${API_KEY}` },
    forceNew: true,
  })
  const screen: Screen = { socket, mirror: emptyMirror() }
  socket.on('snapshot', (snapshot) => {
    screen.mirror = emptyMirror()
    applyFrame(screen.mirror, snapshot)
  })
  socket.on('delta', (delta) => {
    if (continues(screen.mirror, delta)) applyFrame(screen.mirror, delta)
  })
  socket.on('connect', () => {
    socket.emit(
      'watch',
      { protocolVersion: PROTOCOL_VERSION, scopes: ['center'], windows: ['today'] },
      () => undefined,
    )
  })
  return screen
}

const offered = ({ mirror }: Screen): number =>
  mirror.cells.get(cellKey('center', 'today'))?.get('visitsOffered')?.booked ?? 0

/** Sends a call that is answered and over, as a feed does that tries again. */
async function send(call: number): Promise<void> {
  const contactId = `call-${String(call)}`
  const leg = { contactId, legId: `${contactId}/1`, agent: 'Anna' }
  const visit = { contactId, visitId: `${contactId}#1`, queue: 'sales' }
  const said: [type: string, data: object][] = [
    ['contact.queued', visit],
    ['contact.connected', { ...leg, visitId: visit.visitId, queue: 'sales' }],
    ['contact.disconnected', leg],
    ['contact.ended', { contactId }],
  ]
  const events = said.map(([type, data]) => ({
    specversion: '1.0',
    id: `${contactId}/${type}`,
    source: '/pbx/1/feed',
    type,
    time: new Date().toISOString(),
    data,
  }))
  const sent = await fetch(`${part('door').url}/api/events`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${API_KEY}`,
      'content-type': 'application/cloudevents-batch+json',
    },
    body: JSON.stringify(events),
  })
  expect(sent.status, await sent.text()).toBe(202)
}
