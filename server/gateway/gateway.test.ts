/** The gateway over a real port, with real clients: what they get, and what they cannot do. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket as NetSocket } from 'node:net'
import { io, type Socket } from 'socket.io-client'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { Directory } from '../../shared/directory.ts'
import type { Accrual, Entry } from '../../shared/entry.ts'
import {
  amountAt,
  applyFrame,
  cellKey,
  continues,
  emptyMirror,
  type Mirror,
} from '../../shared/mirror.ts'
import type { Viewer } from '../../shared/rights.ts'
import type {
  ClientToServer,
  Delta,
  Refusal,
  ServerToClient,
  Snapshot,
  Tick,
  WatchReply,
  WatchRequest,
  WireSource,
} from '../../shared/wire.ts'
import { makeDatabase, usualKind, type TestDatabase } from '../../test/database.ts'
import { until } from '../../test/keeping.ts'
import { emptyBooks, keep, type NaiveBooks } from '../../test/naiveBooks.ts'
import { writeBooks } from '../../test/writeBooks.ts'
import { createCalendar } from '../books/calendar.ts'
import type { LiveUpdate } from '../books/update.ts'
import { openDatabase, type Database } from '../database/database.ts'
import { localLive } from '../stream/liveChannel.ts'
import { serveGateway, type Gateway } from './gateway.ts'
import type { Admitted } from './watcher.ts'

const directory = Directory.parse({
  center: { name: 'Tokyo', timeZone: 'Asia/Tokyo', currency: 'JPY' },
  queues: [{ key: 'sales' }, { key: 'support' }],
  agents: [{ key: 'anna', teams: [{ team: 'inside' }] }],
  teams: [{ key: 'inside' }],
})
const calendar = createCalendar(directory.center)

type Client = {
  socket: Socket<ServerToClient, ClientToServer>
  mirror: Mirror
  snapshots: Snapshot[]
  deltas: Delta[]
  ticks: Tick[]
  refusals: Refusal[]
}

let at: TestDatabase
let database: Database
beforeAll(async () => {
  at = await makeDatabase(usualKind, inject('postgresUrl'))
  database = await openDatabase(at)
})
afterAll(async () => {
  await database.close()
  await at.remove()
})

let httpServer: Server
let gateway: Gateway
let live: ReturnType<typeof localLive>
let books: NaiveBooks
let clients: Client[]
let sources: WireSource[]
let viewers: Map<string, Viewer>
let reports: string[]
let place = 0

beforeEach(async () => {
  live = localLive()
  books = emptyBooks()
  clients = []
  sources = []
  reports = []
  place = 0
  viewers = new Map<string, Viewer>([
    ['reader', { kind: 'key', rights: ['read'] }],
    ['anna', { kind: 'person', role: 'agent', covers: null, agent: 'anna', teams: ['inside'] }],
  ])
  await store()
  httpServer = createServer()
  gateway = serveGateway({
    httpServer,
    centers: [
      {
        key: 'main',
        simulated: false,
        database,
        feed: live,
        readDirectory: async () => directory,
        sources: () => [...sources],
      },
    ],
    shownCenter: () => 'main',
    admit: async ({ authorization }) => {
      const viewer = viewers.get(authorization ?? '')
      const admitted: Admitted = { ok: true, viewerIn: () => viewer ?? null }
      return viewer ? admitted : { ok: false, refusal: 'notSignedIn' }
    },
    isOwnPage: ({ headers }) => headers.origin !== 'https://elsewhere.example',
    addressOf: ({ socket }) => socket.remoteAddress ?? '',
    build: 'build-1',
    now: Date.now,
    report: (line) => {
      reports.push(line)
    },
  })
  await new Promise<void>((resolve) => {
    httpServer.listen(0, '127.0.0.1', resolve)
  })
  live.beat({ epoch: 1, place: '0', catchingUp: false })
})
afterEach(async () => {
  for (const { socket } of clients) socket.disconnect()
  await gateway.close()
  await new Promise((resolve) => httpServer.close(resolve))
})

/** Writes the books as they are into the database, at the place of the last update. */
const store = () =>
  writeBooks(database, 'main', books, {
    epoch: 1,
    place: place === 0 ? '0' : `${String(place)}-0`,
    nowMs: Date.now(),
    calendar,
  })

const dimensions = {
  queue: 'sales',
  agent: 'anna',
  team: 'inside',
  site: null,
  channel: 'voice',
  filters: null,
} as const

function entry(changes: Partial<Entry> = {}): Entry {
  const nowMs = Date.now()
  return {
    ...dimensions,
    counter: 'handled',
    detail: null,
    fromMs: nowMs,
    toMs: nowMs,
    amount: 1,
    subject: 'contact/x#1',
    ...changes,
  }
}

/** Tells the gateway of a folded batch, and keeps it; lost: it is kept and not told. */
function tell(entries: Entry[], subjects: LiveUpdate['subjects'] = [], isLost = false): void {
  const update: LiveUpdate = {
    epoch: 1,
    after: place === 0 ? '0' : `${String(place)}-0`,
    place: `${String(place + 1)}-0`,
    entries,
    subjects,
    sentAtMs: Date.now(),
  }
  place += 1
  keep(books, update)
  if (!isLost) live.update(update)
}

type Transport = 'websocket' | 'polling'

function connect(
  as: string,
  headers: Record<string, string> = {},
  transport: Transport = 'websocket',
): Client {
  const { port } = httpServer.address() as AddressInfo
  const socket: Client['socket'] = io(`http://127.0.0.1:${String(port)}`, {
    transports: [transport],
    extraHeaders: { authorization: as, ...headers },
    forceNew: true,
    reconnection: false,
  })
  const client: Client = {
    socket,
    mirror: emptyMirror(),
    snapshots: [],
    deltas: [],
    ticks: [],
    refusals: [],
  }
  socket.on('snapshot', (snapshot) => {
    client.snapshots.push(snapshot)
    client.mirror = emptyMirror()
    applyFrame(client.mirror, snapshot)
  })
  socket.on('delta', (delta) => {
    client.deltas.push(delta)
    if (continues(client.mirror, delta)) applyFrame(client.mirror, delta)
  })
  socket.on('tick', (tick) => client.ticks.push(tick))
  socket.on('refused', (refusal) => client.refusals.push(refusal))
  socket.on('connect_error', ({ message }) => client.refusals.push(message as Refusal))
  clients.push(client)
  return client
}

const request: WatchRequest = { protocolVersion: 1, scopes: ['center'], windows: ['today'] }

const ask = (client: Client, asked: unknown): Promise<WatchReply> =>
  new Promise((resolve) => {
    client.socket.emit('watch', asked as WatchRequest, resolve)
  })

/** Connects and watches, and resolves with the first snapshot. */
async function watching(
  as: string,
  asked: Partial<WatchRequest> = {},
  transport: Transport = 'websocket',
): Promise<Client> {
  const client = connect(as, {}, transport)
  expect(await ask(client, { ...request, ...asked })).toMatchObject({ ok: true })
  await until('the snapshot', () => client.snapshots.length > 0)
  return client
}

/** What a client knows of a counter now. */
function known(client: Client, scope: string, counter: string, window = 'today'): number {
  const { mirror } = client
  const value = mirror.cells.get(cellKey(scope, window))?.get(counter)
  const span = mirror.windows.find(({ name }) => name === window)
  const { booked, live: accruing } = amountAt(value, span, mirror.atMs)
  return booked + accruing
}

describe('the gateway', () => {
  it('sends a snapshot, then each change, and the clock', async () => {
    tell([entry({ amount: 3 })])
    const client = await watching('reader', { windows: ['today', 'last30'] })
    expect(client.snapshots[0]).toMatchObject({
      center: {
        key: 'main',
        name: 'Tokyo',
        timeZone: 'Asia/Tokyo',
        currency: 'JPY',
        simulated: false,
      },
      place: '1-0',
    })
    expect(known(client, 'center', 'handled')).toBe(3)
    tell([entry({ amount: 4 })])
    await until('the change', () => known(client, 'center', 'handled') === 7)
    expect(known(client, 'center', 'handled', 'last30')).toBe(7)
    await until('the place', () => client.ticks.at(-1)?.place === '2-0')
    await until('a tick', () => client.ticks.length > 0)
    expect(client.ticks[0]?.build).toBe('build-1')
    const beforeMs = Date.now()
    const now = await new Promise<number>((resolve) => client.socket.emit('clock', resolve))
    expect(now).toBeGreaterThanOrEqual(beforeMs)
    expect(now).toBeLessThanOrEqual(Date.now())
  })

  it('encodes a frame once, however many watch the same', async () => {
    const many = await Promise.all(Array.from({ length: 20 }, () => watching('reader')))
    let encoded = 0
    const counting = (source: string): WireSource => ({
      source,
      lastEventAtMs: null,
      heardAtMs: null,
      silent: false,
      get lacks() {
        encoded += 1
        return []
      },
    })
    sources = [counting('/a'), counting('/b')]
    await until('all are told', () => many.every(({ deltas }) => deltas.some((d) => d.sources)))
    // Once to be sent, and once to find out whether it is news.
    expect(encoded / sources.length).toBeLessThan(5)
    expect(gateway.counts()).toMatchObject({ sockets: 20, rooms: 1 })
  })

  it('gives whoever finds a hole a new snapshot', async () => {
    const client = await watching('reader')
    tell([entry()])
    await until('a delta', () => client.deltas.length === 1)
    client.mirror.sequence = -1
    tell([entry()])
    await until('another delta', () => client.deltas.length === 2)
    expect(known(client, 'center', 'handled')).toBe(1)
    expect(await ask(client, request)).toMatchObject({ ok: true })
    await until('the new snapshot', () => client.snapshots.length === 2)
    tell([entry()])
    await until('all is there', () => known(client, 'center', 'handled') === 3)
  })

  it('loads the stored books where an update was lost, and goes on from there', async () => {
    const client = await watching('reader')
    tell([entry({ amount: 10 })], [], true)
    tell([entry({ amount: 100 })])
    await store()
    await until('the lost one is there', () => known(client, 'center', 'handled') === 110)
    expect(client.snapshots.length).toBeGreaterThan(1)
    tell([entry({ amount: 1_000 })])
    await until('it goes on', () => known(client, 'center', 'handled') === 1_110)
    expect(reports.join()).toContain('does not continue')
  })

  it('notices by the beat that the last update was lost', async () => {
    const client = await watching('reader')
    tell([entry({ amount: 5 })], [], true)
    await store()
    live.beat({ epoch: 1, place: '1-0', catchingUp: false })
    await until('it is there', () => known(client, 'center', 'handled') === 5)
  })

  it('drops what an older keeper says, and shows a new one when it has caught up', async () => {
    const client = await watching('reader')
    tell([entry()])
    await until('a delta', () => known(client, 'center', 'handled') === 1)
    await writeBooks(database, 'main', books, {
      epoch: 2,
      place: '1-0',
      nowMs: Date.now(),
      calendar,
    })
    live.beat({ epoch: 2, place: '1-0', catchingUp: true })
    const update = { subjects: [], sentAtMs: Date.now() }
    live.update({
      ...update,
      epoch: 2,
      after: '1-0',
      place: '2-0',
      entries: [entry({ amount: 50 })],
    })
    live.update({
      ...update,
      epoch: 1,
      after: '1-0',
      place: '2-0',
      entries: [entry({ amount: 7 })],
    })
    const ticks = client.ticks.length
    await until('a second has passed', () => client.ticks.length > ticks + 1)
    expect(known(client, 'center', 'handled')).toBe(1)
    live.beat({ epoch: 2, place: '2-0', catchingUp: false })
    await until('the new keeper is shown', () => known(client, 'center', 'handled') === 51)
    expect(client.snapshots).toHaveLength(2)
  })

  it('pushes what falls due without any event', async () => {
    const client = await watching('reader')
    const nobody = { visits: [], legs: [], agent: null }
    let told = 0
    // Each tick shows what is due by then as well; one that comes between two ticks did not wait.
    await until('one is shown between two ticks', async () => {
      told += 1
      const nowMs = Date.now()
      const accrual: Accrual = {
        ...dimensions,
        counter: 'waitingPast',
        detail: null,
        accrues: 'once',
        atMs: nowMs,
        dueMs: nowMs + 150,
        amount: 1,
      }
      const key = `contact/x#${String(told)}`
      tell([], [{ key, open: true, live: nobody, accruals: [accrual] }])
      await until('it is due', () => known(client, 'center', 'waitingPast') === told)
      const shownMs = Date.now()
      expect(shownMs).toBeGreaterThanOrEqual(accrual.dueMs)
      const ticks = client.ticks.length
      await until('the next tick', () => client.ticks.length > ticks)
      return (client.ticks[ticks]?.serverNow ?? 0) - shownMs > 100
    })
  })

  it('ticks where a frame goes out with every tick', async () => {
    const client = await watching('reader')
    let heard = 0
    const source = {
      source: '/acme/suite-1/feed',
      lastEventAtMs: null,
      // Another one each time that somebody looks, and so a frame at every tick.
      get heardAtMs() {
        return (heard += 1)
      },
      silent: false,
      lacks: [],
    }
    sources = [source]
    await until('a frame', () => client.deltas.some((delta) => delta.sources))
    const ticks = client.ticks.length
    const frames = client.deltas.length
    await until('three ticks', () => client.ticks.length >= ticks + 3)
    expect(client.deltas.length).toBeGreaterThan(frames)
  })

  it.each(['websocket', 'polling'] as const)(
    'sends frames of any size by %s',
    async (transport) => {
      const client = await watching('reader', {}, transport)
      for (const length of [1, 100, 60_000, 70_000]) {
        const source = `/acme/${'営'.repeat(length)}`
        sources = [{ source, lastEventAtMs: null, heardAtMs: null, silent: false, lacks: [] }]
        const isTold = ({ sources: told }: Delta): boolean => told?.[0]?.source === source
        await until(`a frame of ${String(length)}`, () => client.deltas.some(isTold))
        tell([entry({ amount: 1 })])
      }
      await until('a tick of all of it', () => client.ticks.at(-1)?.place === `${String(place)}-0`)
      expect(known(client, 'center', 'handled')).toBe(4)
      expect(client.snapshots).toHaveLength(1)
    },
  )

  it('shows any span, with what comes later in it', async () => {
    const nowMs = Date.now()
    const span = { from: new Date(nowMs - 60_000), to: new Date(nowMs + 60_000) }
    tell([entry({ amount: 2, fromMs: nowMs - 30_000, toMs: nowMs - 30_000 })])
    tell([entry({ amount: 4, fromMs: nowMs - 90_000, toMs: nowMs - 90_000 })])
    await store()
    const client = await watching('reader', {
      windows: [{ from: span.from.toISOString(), to: span.to.toISOString() }],
    })
    const name = `${String(span.from.getTime())}/${String(span.to.getTime())}`
    expect(known(client, 'center', 'handled', name)).toBe(2)
    tell([entry({ amount: 8, fromMs: nowMs - 10, toMs: nowMs - 10 })])
    await until('the later one', () => known(client, 'center', 'handled', name) === 10)
  })

  it('sends a client that does not keep up the newest state, and no backlog', async () => {
    const all: Partial<WatchRequest> = {
      scopes: ['agent:*'],
      windows: ['interval', 'last30', 'today'],
    }
    const slow = await watching('reader', all)
    const quick = await watching('reader', all)
    const { engine } = slow.socket.io
    const line = (engine.transport as unknown as { ws: { _socket: NetSocket } }).ws._socket
    line.pause()
    const agents = Array.from({ length: 2_000 }, (_, n) => `agent number ${String(n)}`)
    const flood = async () => {
      const before = quick.deltas.length
      const counters = ['talkMs', 'holdMs', 'wrapMs', 'handled', 'offers'] as const
      tell(
        counters.flatMap((counter) => agents.map((agent) => entry({ agent, counter, amount: 1 }))),
      )
      await until('the quick one is told', () => quick.deltas.length > before)
    }
    for (let n = 0; gateway.counts().slow === 0 && n < 2_000; n++) await flood()
    expect(gateway.counts().slow).toBe(1)
    const missed = 5
    for (let n = 0; n < missed; n++) await flood()
    const total = place
    line.resume()
    await until(
      'it has the newest state',
      () => known(slow, 'agent:agent number 7', 'talkMs') === total,
    )
    expect(slow.snapshots.length).toBeGreaterThan(1)
    expect(slow.deltas.length).toBeLessThanOrEqual(total - missed)
    await until('so has the other', () => known(quick, 'agent:agent number 7', 'talkMs') === total)
    await flood()
    await until(
      'it is told again',
      () => known(slow, 'agent:agent number 7', 'talkMs') === total + 1,
    )
  }, 120_000)

  it('lets nobody in whom it does not know, nor a page of another site', async () => {
    const stranger = connect('nobody')
    await until('it is refused', () => stranger.refusals.length > 0)
    expect(stranger.refusals).toEqual(['notSignedIn'])
    const page = connect('reader', { origin: 'https://elsewhere.example' })
    await until('it is refused', () => page.refusals.length > 0)
    expect(page.socket.connected).toBe(false)
  })

  it('shows a rep own numbers and refuses those of others', async () => {
    const rep = await watching('anna', { scopes: ['agent:anna', 'team:inside'] })
    tell([entry(), entry({ agent: 'ben', team: 'inside' })])
    await until('the numbers', () => known(rep, 'team:inside', 'handled') === 2)
    expect(known(rep, 'agent:anna', 'handled')).toBe(1)
    for (const scope of ['agent:ben', 'center', 'queue:sales']) {
      expect(await ask(rep, { ...request, scopes: [scope] })).toEqual({
        ok: false,
        refusal: 'notAllowed',
      })
    }
  })

  it('lets go whoever may not watch any more', async () => {
    const rep = await watching('anna', { scopes: ['agent:anna'] })
    viewers.delete('anna')
    await gateway.recheck()
    await until('it is told', () => rep.refusals.length > 0)
    expect(rep.refusals).toEqual(['notSignedIn'])
    await until('it is gone', () => !rep.socket.connected)
    await until('nothing of it is left', () => gateway.counts().sockets === 0)
    expect(gateway.counts().rooms).toBe(0)
  })

  it('puts whoever may see less into another room', async () => {
    const rep = await watching('anna', { scopes: ['agent:anna', 'agent:*'] })
    viewers.set('anna', {
      kind: 'person',
      role: 'agent',
      covers: new Set(),
      agent: 'anna',
      teams: [],
    })
    await gateway.recheck()
    await until('a new snapshot', () => rep.snapshots.length === 2)
  })

  it('limits how often somebody changes what they watch', async () => {
    const client = await watching('reader')
    const replies: WatchReply[] = []
    for (let n = 0; n < 25; n++) replies.push(await ask(client, request))
    expect(replies.at(-1)).toEqual({ ok: false, refusal: 'tooMuch' })
    expect(replies[0]).toMatchObject({ ok: true })
  })

  it('closes a connection that only floods', async () => {
    const client = await watching('reader')
    for (let n = 0; n < 200; n++) client.socket.emit('clock', () => undefined)
    await until('it is closed', () => !client.socket.connected)
    expect((await watching('reader')).snapshots).toHaveLength(1)
  })
})

describe('a hostile client', () => {
  const long = 'x'.repeat(2_000)
  const payloads: [string, unknown[], Refusal | null][] = [
    ['nothing', [], null],
    ['null', [null], 'badRequest'],
    ['a number', [1], 'badRequest'],
    ['a text', ['watch'], 'badRequest'],
    ['a list', [[]], 'badRequest'],
    ['an empty object', [{}], 'badRequest'],
    ['no scopes', [{ ...request, scopes: [] }], 'badRequest'],
    ['a scope that is none', [{ ...request, scopes: ['queue'] }], 'badRequest'],
    ['a scope without a key', [{ ...request, scopes: ['queue:'] }], 'badRequest'],
    ['a scope of no kind', [{ ...request, scopes: ['planet:earth'] }], 'badRequest'],
    ['a scope that is a number', [{ ...request, scopes: [7] }], 'badRequest'],
    ['a scope that is too long', [{ ...request, scopes: [`queue:${long}`] }], 'badRequest'],
    ['too many scopes', [{ ...request, scopes: Array(6_001).fill('center') }], 'badRequest'],
    ['a window that is none', [{ ...request, windows: ['yesterday'] }], 'badRequest'],
    ['no windows', [{ ...request, windows: [] }], 'badRequest'],
    [
      'a span that ends before it begins',
      [{ ...request, windows: [{ from: '2026-11-21T10:00:00Z', to: '2026-11-21T09:00:00Z' }] }],
      'badRequest',
    ],
    [
      'a span without an offset',
      [{ ...request, windows: [{ from: '2026-11-21T10:00:00', to: '2026-11-21T11:00:00' }] }],
      'badRequest',
    ],
    ['a channel that is none', [{ ...request, channel: 'telepathy' }], 'badRequest'],
    ['a counter that is none', [{ ...request, counters: ['__proto__'] }], 'badRequest'],
    ['a part that is none', [{ ...request, live: ['everything'] }], 'badRequest'],
    ['a field that is none', [{ ...request, admin: true }], 'badRequest'],
    ['another prototype', [JSON.parse('{"__proto__":{"protocolVersion":1}}')], 'badRequest'],
    ['an old protocol', [{ protocolVersion: 0 }], 'clientTooOld'],
    ['a protocol of the future', [{ ...request, protocolVersion: 99 }], 'badRequest'],
    ['a center that is none', [{ ...request, center: 'atlantis' }], 'unknownCenter'],
    ['a center of tricks', [{ ...request, center: '__proto__' }], 'unknownCenter'],
  ]
  it.each(payloads)('that sends %s is answered, and harms nobody', async (_what, args, refusal) => {
    const client = connect('reader')
    const emit = client.socket.emit.bind(client.socket) as (...args: unknown[]) => void
    const reply = await new Promise<WatchReply>((resolve) => {
      // An answer to each but the one that leaves the request out.
      emit('watch', ...args, resolve)
      if (refusal === null)
        emit('clock', () => {
          resolve({ ok: false, refusal: 'badRequest' })
        })
    })
    expect(reply).toEqual({ ok: false, refusal: refusal ?? 'badRequest' })
    // Without anybody to answer to, and with things in the place of answers.
    emit('watch', ...args)
    emit('watch', ...args, 'no function')
    emit('clock')
    emit('clock', 1, null)
    emit('no such message', ...args)
    expect(await ask(client, request)).toMatchObject({ ok: true })
    await until('it may still watch', () => client.snapshots.length > 0)
  })

  it.each([
    ['text that is no packet', 'hello'],
    ['an event without a name', '42[]'],
    ['an event that is no list', '42{"a":1}'],
    ['broken JSON', '42["watch",'],
    ['a name from the system', '42["disconnect"]'],
    ['an answer to nothing', '43999[1]'],
    ['a binary event that never comes', '451-["watch",{"_placeholder":true,"num":0}]'],
    ['bytes', Buffer.from([0xff, 0x00, 0x80])],
    ['an unknown type', '9'],
  ])('that sends %s is cut off at most', async (_what, bytes) => {
    const client = await watching('reader')
    const { transport } = client.socket.io.engine as unknown as {
      transport: { ws: { send: (data: unknown) => void } }
    }
    transport.ws.send(bytes)
    const other = await watching('reader')
    tell([entry()])
    await until('others go on', () => known(other, 'center', 'handled') === 1)
  })
})
