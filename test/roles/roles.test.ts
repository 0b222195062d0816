/** The parts in processes of their own, over one Redis and one PostgreSQL, killed one by one. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { io, type Socket } from 'socket.io-client'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { environmentOf, findOrFetchRedis } from '../../server/redis/binary.ts'
import { SECOND_MS } from '../../shared/time.ts'
import { applyFrame, cellKey, continues, emptyMirror, type Mirror } from '../../shared/mirror.ts'
import { PROTOCOL_VERSION, type ClientToServer, type ServerToClient } from '../../shared/wire.ts'
import { CACHE_DIR } from '../cache.ts'
import { makeDatabase, type TestDatabase } from '../database.ts'
import { until } from '../keeping.ts'
import { API_KEY, startServer, type RunningServer } from '../server.ts'

/** Five processes start, side by side with other tests. */
const LIMIT_MS = 120_000
/** An engine that died is followed by another within this. */
const TAKE_OVER_MS = 10 * SECOND_MS

let redis: { port: number; server: ChildProcess; folder: string }
let database: TestDatabase
const running: RunningServer[] = []
const parts = new Map<string, RunningServer>()
const part = (name: string): RunningServer => {
  const found = parts.get(name)
  if (!found) throw new Error(`${name} does not run`)
  return found
}

beforeAll(async () => {
  redis = await startRedis()
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
  redis.server.kill('SIGKILL')
  await once(redis.server, 'exit')
  await rm(redis.folder, { recursive: true, force: true })
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
    const killedMs = performance.now()
    for (let call = 3; call <= 20; call++) await send(call)
    // One that a sender doubted, and sent again.
    await send(20)
    await until('the next engine has taken over', () => offered(screen) === 20)
    expect(performance.now() - killedMs).toBeLessThan(TAKE_OVER_MS + 5 * SECOND_MS)
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

/** A Redis of its own, on a port: processes find it by its address. */
async function startRedis() {
  const binary = await findOrFetchRedis({
    redisBin: process.env['RINGSIDE_REDIS_BIN'] ?? null,
    searchPath: process.env['PATH'] ?? '',
    cacheDir: CACHE_DIR,
    report: () => undefined,
  })
  if (binary === null) throw new Error('The tests need a Redis: install redis-server or valkey.')
  const folder = await mkdtemp(join(tmpdir(), 'ringside-roles-'))
  const port = await freePort()
  const options = ['--port', String(port), '--bind', '127.0.0.1', '--appendonly', 'yes']
  const server = spawn(binary.path, [...options, '--dir', folder, '--save', ''], {
    env: environmentOf(binary.libraryPath),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  for await (const chunk of server.stdout) if (String(chunk).includes('Ready to accept')) break
  server.stdout.resume()
  return { port, server, folder }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
