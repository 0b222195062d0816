/** Serves the built screens with a scripted center behind them: every state of a screen on demand. */
import { readFile } from 'node:fs/promises'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { extname, join, normalize } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Server } from 'socket.io'
import { readyBoards } from '../../../shared/boards.ts'
import { actions } from '../../../shared/rights.ts'
import { MINUTE_MS } from '../../../shared/time.ts'
import type { ClientToServer, ServerToClient, WireSource } from '../../../shared/wire.ts'
import { createCenter, type Center } from './center.ts'
import { answersOf, ownDefinitions } from './answers.ts'
import { people, queues } from './people.ts'
import type { Script } from './script.ts'

const BUILT = fileURLToPath(new URL('../../../dist/client', import.meta.url))
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}

export type Harness = {
  url: string
  script: Script
  center: Center
  /** The server's clock. */
  now: () => number
  /** How many ticks went out so far. */
  ticks: () => number
  /** Sends everybody what changed. */
  push: () => void
  /** Gives every screen a new snapshot, as after a change of rights or sources. */
  renew: () => void
  /** Breaks every line, as a router does that starts anew. */
  cut: () => void
  /** Sends everybody away, as a server does that ends. */
  sendAway: () => void
  close: () => Promise<void>
}

const pbx: WireSource = {
  source: 'asterisk/pbx-1',
  lastEventAtMs: 0,
  heardAtMs: 0,
  silent: false,
  lacks: [],
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

export async function startHarness(options: {
  seed?: number
  /** The instant at which the script begins; the clock goes on from there. */
  startMs: number
  /** Lets the center live on by itself; without, only what a test does happens. */
  alive: boolean
  port?: number
}): Promise<Harness> {
  const beganAt = performance.now()
  const now = (): number => Math.round(options.startMs + performance.now() - beganAt)
  const center = createCenter(options.seed ?? 7, options.startMs - 6 * MINUTE_MS)
  center.runTo(options.startMs)
  center.changes()
  const script: Script = {
    signedIn: true,
    password: null,
    simulated: true,
    ticking: true,
    booksAtMs: null,
    build: 'build-1',
    refusal: null,
    sources: [pbx],
  }
  const wireCenter = () => ({
    key: 'demo',
    name: 'Northwind Contact Center',
    timeZone: 'Asia/Tokyo',
    simulated: script.simulated,
    metrics: ownDefinitions,
  })

  const answer = answersOf({ script, center, now, wireCenter, boards: readyBoards, actions })
  const http = createServer((request, response) => {
    void respond(request, response)
  })
  const respond = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(request.url ?? '/', 'http://harness')
    const body = request.method === 'POST' ? await textOf(request) : ''
    const reply = answer(request.method ?? 'GET', url, body)
    if (reply) {
      response.writeHead(reply.status, { 'content-type': 'application/json' })
      response.end(reply.body === undefined ? '' : JSON.stringify(reply.body))
      return
    }
    const path = normalize(url.pathname)
    const file = join(BUILT, extname(path) === '' ? 'index.html' : path)
    const content = await readFile(file).catch(() => null)
    response.writeHead(content ? 200 : 404, {
      'content-type': TYPES[extname(file)] ?? 'application/octet-stream',
      // As strict as the server's own: a screen that needs more than this would fail there.
      'content-security-policy':
        "default-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; img-src 'self' data:",
    })
    response.end(content ?? '')
  }

  const io = new Server<ClientToServer, ServerToClient>(http, { serveClient: false })
  const watching = 'watching'
  const snapshot = () => ({
    ...center.snapshot(),
    sequence: center.mirror.sequence ?? 1,
    atMs: now(),
    watch: 'w1',
    center: wireCenter(),
    booksAtMs: script.booksAtMs ?? now(),
    sources: script.sources.map((source) => ({
      ...source,
      heardAtMs: source.silent ? source.heardAtMs : now(),
    })),
    names: {
      agents: Object.fromEntries(people.map(({ key, name }) => [key, name])),
      queues: Object.fromEntries(queues.map(({ key, name }) => [key, name])),
    },
  })
  io.on('connection', (socket) => {
    socket.on('clock', (reply) => {
      reply(now())
    })
    socket.on('watch', (_request, reply) => {
      if (script.refusal) {
        reply({ ok: false, refusal: script.refusal })
        return
      }
      reply({ ok: true, watch: 'w1' })
      push()
      socket.emit('snapshot', snapshot())
      void socket.join(watching)
    })
  })

  const push = (): void => {
    const frame = center.changes()
    io.to(watching).emit('delta', { ...frame, atMs: now() })
  }
  let ticks = 0
  const timer = setInterval(() => {
    if (!script.ticking) return
    if (options.alive) {
      center.runTo(now())
      push()
    }
    const serverNow = now()
    const booksAtMs = script.booksAtMs ?? serverNow
    ticks += 1
    io.emit('tick', { serverNow, booksAtMs, place: '1-0', build: script.build })
  }, 500)

  await new Promise<void>((resolve) => {
    http.listen(options.port ?? 0, '127.0.0.1', resolve)
  })
  // Listening on a port, so the address is one of TCP.
  const { port } = http.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    script,
    center,
    now,
    ticks: () => ticks,
    push,
    renew() {
      push()
      io.to(watching).emit('snapshot', snapshot())
    },
    cut() {
      for (const { conn } of io.of('/').sockets.values()) conn.close()
    },
    sendAway() {
      io.disconnectSockets(true)
    },
    async close() {
      clearInterval(timer)
      await io.close()
    },
  }
}
