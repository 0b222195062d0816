/** What it costs to show numbers to thousands, beside a prebuilt frame written to raw sockets. */
import { fork, type ChildProcess } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { fileURLToPath } from 'node:url'
import { Directory } from '../../shared/directory.ts'
import type { Entry } from '../../shared/entry.ts'
import { SECOND_MS } from '../../shared/time.ts'
import type { WatchRequest } from '../../shared/wire.ts'
import { openDatabase } from '../../server/database/database.ts'
import { serveGateway } from '../../server/gateway/gateway.ts'
import { localLive } from '../../server/stream/liveChannel.ts'
import { makeDatabase } from '../database.ts'
import { until } from '../keeping.ts'
import type { ClientsJob, ClientsReport } from './fanoutClients.ts'
import type { BenchRow } from './row.ts'
import { liveBookMemory } from './memory.ts'
import { wallTraffic } from './wall.ts'

/** Figures drift by the minute: each is taken beside its floor so many times, the middle one counts. */
const ROUNDS = 3
/** How often a wall's numbers change, and how often some of the personal pages do. */
const WALL_HERTZ = 4
const PAGES_HERTZ = 50
const MEASURED_MS = 4 * SECOND_MS
const PERSONAL_PAGES = 5_000
const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'

export async function fanoutBench(): Promise<BenchRow[]> {
  // First, as nothing of the others may be garbage that it is charged with.
  const rows = [liveBookMemory()]
  for (const clients of [1_000, 10_000]) rows.push(...(await oneRoom(clients)))
  rows.push(await personalPages())
  const { bytesASecond } = wallTraffic()
  rows.push({
    name: 'bytes to a wall of 40 queues, 12 figures each, at 32 events/s',
    figure: bytesASecond / 1_000,
    unit: 'kB/s',
    floor: 4,
    ratio: bytesASecond / 4_000,
    target: '≤ 4 kB/s a viewer',
    wants: { atMost: 4 },
  })
  return rows
}

type Measured = { cpuMicros: number; frames: number; bytes: number; p99: number }

/** Everybody watches the same wall. */
async function oneRoom(clients: number): Promise<BenchRow[]> {
  const rounds: { gateway: Measured; raw: Measured }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const gateway = await measureGateway(clients, [wallWatch], () => [...wallEntries()], WALL)
    rounds.push({ gateway, raw: await measureRaw(clients, gateway.bytes / gateway.frames, WALL) })
  }
  const cost = ({ cpuMicros, frames }: Measured): number => cpuMicros / frames
  const middle = middleOf(rounds, ({ gateway, raw }) => cost(gateway) / cost(raw))
  const late = middleOf(rounds, ({ gateway }) => gateway.p99)
  const name = `${clients.toLocaleString('en')} clients at ${String(WALL_HERTZ)} Hz`
  return [
    {
      name: `fan-out, ${name}: CPU a message of ${String(Math.round(middle.gateway.bytes / middle.gateway.frames))} bytes`,
      figure: cost(middle.gateway),
      unit: 'µs',
      floor: cost(middle.raw),
      ratio: cost(middle.gateway) / cost(middle.raw),
      target: '≤ 1.7 of one prebuilt frame written to raw sockets',
      wants: { ratioAtMost: 1.7 },
    },
    {
      name: `fan-out, ${name}: change to frame read, p99`,
      figure: late.gateway.p99,
      unit: 'ms',
      floor: late.raw.p99,
      ratio: late.gateway.p99 / late.raw.p99,
      target: clients > 1_000 ? '≤ 250 ms' : 'near the floor; gathering takes up to 20 ms',
      wants: clients > 1_000 ? { atMost: 250 } : {},
    },
  ]
}

/** Everybody has a page of their own, and every second each one’s numbers change. */
async function personalPages(): Promise<BenchRow> {
  const watches = Array.from({ length: PERSONAL_PAGES }, (_, n) =>
    watchText({ scopes: [`agent:${agentOf(n)}`] }),
  )
  let next = 0
  // Spread over the second: each turn, those whose turn it is.
  const turn = function* (): Iterable<Entry> {
    for (let n = 0; n < PERSONAL_PAGES / PAGES_HERTZ; n++) {
      yield entryOf({ agent: agentOf(next++ % PERSONAL_PAGES), queue: null })
    }
  }
  const rounds: { gateway: Measured; raw: Measured }[] = []
  for (let round = 0; round < ROUNDS; round++) {
    next = 0
    const gateway = await measureGateway(PERSONAL_PAGES, watches, () => [...turn()], PAGES)
    rounds.push({
      gateway,
      raw: await measureRaw(PERSONAL_PAGES, gateway.bytes / gateway.frames, PAGES),
    })
  }
  const middle = middleOf(rounds, ({ gateway }) => gateway.p99)
  return {
    name: `personal pages, ${PERSONAL_PAGES.toLocaleString('en')} open, each changing every second: p99`,
    figure: middle.gateway.p99,
    unit: 'ms',
    floor: middle.raw.p99,
    ratio: middle.gateway.p99 / middle.raw.p99,
    target: '≤ 50 ms',
    wants: { atMost: 50 },
  }
}

/** The middle one by what is compared. */
function middleOf<Round>(rounds: readonly Round[], by: (round: Round) => number): Round {
  const middle = [...rounds].sort((a, b) => by(a) - by(b))[Math.floor(rounds.length / 2)]
  if (!middle) throw new Error('Nothing was measured')
  return middle
}

const agentOf = (n: number): string => `agent-${String(n)}`
const watchText = (asked: Partial<WatchRequest>): string =>
  `420${JSON.stringify(['watch', { protocolVersion: 1, scopes: ['center'], windows: ['today'], ...asked }])}`
/** About a kilobyte of changes: some counters of twenty queues. */
const wallWatch = watchText({ scopes: ['queue:*'], windows: ['interval', 'today'] })

function entryOf(changes: Partial<Entry>): Entry {
  const nowMs = Date.now()
  return {
    queue: 'queue-1',
    agent: null,
    team: null,
    site: null,
    channel: 'voice',
    filters: null,
    counter: 'handled',
    detail: null,
    fromMs: nowMs,
    toMs: nowMs,
    amount: 1,
    subject: 'contact/x#1',
    ...changes,
  }
}

function* wallEntries(): Iterable<Entry> {
  for (let queue = 0; queue < 20; queue++) {
    for (const counter of ['handled', 'talkMs'] as const) {
      yield entryOf({ queue: `queue-${String(queue)}`, counter, amount: 7 })
    }
  }
}

/** Runs the gateway with so many clients; each turn changes some numbers. */
async function measureGateway(
  clients: number,
  watches: string[],
  turn: () => Entry[],
  rhythm: Rhythm,
): Promise<Measured> {
  const at = await makeDatabase('sqlite', '')
  const database = await openDatabase(at)
  const live = localLive()
  const httpServer = createServer()
  const gateway = serveGateway({
    httpServer,
    centers: [
      {
        key: 'main',
        simulated: false,
        database,
        feed: live,
        readDirectory: async () => directory,
        sources: () => [],
      },
    ],
    shownCenter: () => 'main',
    admit: async () => ({ ok: true, viewerIn: () => ({ kind: 'key', rights: ['read'] }) }),
    isOwnPage: () => true,
    addressOf: () => String(addresses++ % 1_000),
    build: 'bench',
    now: Date.now,
    report: () => undefined,
  })
  let addresses = 0
  let place = 0
  live.beat({ epoch: 0, place: '0', catchingUp: false })
  await until('the books are shown', () => gateway.followed('main')?.book() !== null)
  try {
    const path = '/socket.io/?EIO=4&transport=websocket'
    const update = (): void => {
      live.update({
        epoch: 0,
        after: place === 0 ? '0' : `${String(place)}-0`,
        place: `${String(++place)}-0`,
        entries: turn(),
        subjects: [],
        sentAtMs: Date.now(),
      })
    }
    return await measure({ httpServer, clients, path, watches, turn: update, rhythm })
  } finally {
    await gateway.close()
    httpServer.closeAllConnections()
    await new Promise((resolve) => httpServer.close(resolve))
    await database.close()
    await at.remove()
  }
}
const directory = Directory.parse({})

/** Raw sockets, to which one prebuilt frame is written, each turn to those whose turn it is. */
async function measureRaw(clients: number, bytes: number, rhythm: Rhythm): Promise<Measured> {
  const sockets: Socket[] = []
  const httpServer = createServer()
  httpServer.on('upgrade', (request, stream) => {
    // Node gives the upgraded connection as a stream; it is the socket.
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment
    const socket = stream as Socket
    socket.setNoDelay(true)
    const key = String(request.headers['sec-websocket-key'])
    const accept = createHash('sha1')
      .update(key + GUID)
      .digest('base64')
    socket.on('error', () => undefined)
    socket.write(
      [
        'HTTP/1.1 101 Switching Protocols',
        'Upgrade: websocket',
        'Connection: Upgrade',
        `Sec-WebSocket-Accept: ${accept}`,
        '',
        '',
      ].join('\r\n'),
    )
    // Each client waits for an event before it counts as open.
    socket.write(frameOf('42["hello"]'))
    sockets.push(socket)
  })
  const head = '42["delta",{"rest":"'
  const frame = frameOf(`${head}${'x'.repeat(Math.max(0, Math.round(bytes) - head.length - 3))}"}]`)
  const { parts } = rhythm
  let turn = 0
  const write = (): void => {
    const from = Math.floor((sockets.length * (turn % parts)) / parts)
    const to = Math.floor((sockets.length * ((turn % parts) + 1)) / parts)
    for (const socket of sockets.slice(from, to)) socket.write(frame)
    turn += 1
  }
  try {
    return await measure({ httpServer, clients, path: '/', watches: [''], turn: write, rhythm })
  } finally {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => httpServer.close(resolve))
  }
}

type Job = {
  httpServer: Server
  clients: number
  path: string
  watches: string[]
  turn: () => void
  rhythm: Rhythm
}

type Rhythm = {
  /** Turns a second. */
  hertz: number
  /** How many turns go by until a client's numbers change again. */
  parts: number
}
const WALL: Rhythm = { hertz: WALL_HERTZ, parts: 1 }
const PAGES: Rhythm = { hertz: PAGES_HERTZ, parts: PAGES_HERTZ }

/** Opens the clients, takes turns for some seconds, and adds up what it cost here. */
async function measure(job: Job): Promise<Measured> {
  const { httpServer, clients, path, watches, turn } = job
  const { hertz, parts } = job.rhythm
  await new Promise<void>((resolve) => httpServer.listen(0, '127.0.0.1', 1_024, resolve))
  const { port } = httpServer.address() as AddressInfo
  const child = fork(fileURLToPath(new URL('./fanoutClients.ts', import.meta.url)), {
    execArgv: process.execArgv,
  })
  try {
    await ask(child, { do: 'open', port, count: clients, path, watches })
    // One round that nobody counts: code is warm then, and nothing is left to be sent.
    for (let n = 0; n < parts * 2; n++) {
      turn()
      await pause(SECOND_MS / hertz)
    }
    child.send({ do: 'start' } satisfies ClientsJob)
    const before = process.cpuUsage()
    const turnsAtMicros: number[] = []
    const turns = (MEASURED_MS / SECOND_MS) * hertz
    for (let n = 0; n < turns; n++) {
      turnsAtMicros.push(Number(process.hrtime.bigint() / 1_000n))
      turn()
      await pause(SECOND_MS / hertz)
    }
    // Until the last frames are read, however late they are.
    await pause(SECOND_MS)
    const { user, system } = process.cpuUsage(before)
    const told = await ask(child, { do: 'stop' })
    if (told.said !== 'measured') throw new Error('The clients did not measure')
    const delays = told.read.flatMap(({ client, atMicros }) => {
      const first = Math.floor((client * parts) / clients)
      return lateness(
        turnsAtMicros.filter((_, n) => n >= first && (n - first) % parts === 0),
        atMicros,
      )
    })
    // Where the gateway was busy, one frame tells of two turns; but nobody is left out.
    if (told.frames < (clients / parts) * turns * FEWEST) {
      throw new Error(`Only ${String(told.frames)} frames were read`)
    }
    const { frames, bytes } = told
    return { cpuMicros: user + system, frames, bytes, p99: quantile(delays, 0.99) }
  } finally {
    child.kill()
  }
}

/** The share of the turns that must come through as frames of their own. */
const FEWEST = 0.5

/**
 * How late each frame was read, in milliseconds: since the first turn that no frame before it can
 * have told of.
 */
function lateness(turns: readonly number[], frames: readonly number[]): number[] {
  let next = 0
  return frames.map((at) => {
    const untold = turns[next]
    const since = untold !== undefined && untold <= at ? untold : (turns[next - 1] ?? at)
    while ((turns[next] ?? Infinity) <= at) next += 1
    return (at - since) / 1_000
  })
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Gives the clients something to do, and resolves with what they say of it. */
async function ask(child: ChildProcess, job: ClientsJob): Promise<ClientsReport> {
  const told = once(child, 'message')
  child.send(job)
  const [report] = (await told) as [ClientsReport]
  return report
}

function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? 0
}

/** A text frame of a server. */
function frameOf(text: string): Buffer {
  const payload = Buffer.from(text)
  const { length } = payload
  const header = length < 126 ? [0x81, length] : [0x81, 126, length >> 8, length & 0xff]
  return Buffer.concat([Buffer.from(header), payload])
}
