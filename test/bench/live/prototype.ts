/**
 * The least that brings an event to a viewer: HTTP, one XADD that is fsynced, XREAD, one frame to a
 * room. It checks nothing, counts nothing and knows nobody: the floor of the whole way.
 */
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { Server } from 'socket.io'
import type { SentEvent } from '../../../shared/events/sent.ts'
import { findOrFetchRedis } from '../../../server/redis/binary.ts'
import { startPrivateRedis } from '../../../server/redis/privateRedis.ts'
import { CACHE_DIR } from '../../cache.ts'

export type Prototype = { port: number; close: () => Promise<void> }

export async function startPrototype(): Promise<Prototype> {
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
  const writer = new Redis(server.path)
  const reader = new Redis(server.path)
  const http = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const { length } = JSON.parse(body) as unknown[]
      void writer.xadd('floor', '*', 'events', body).then((place) => {
        response.writeHead(202, { 'content-type': 'application/json' })
        response.end(JSON.stringify({ accepted: length, duplicates: 0, rejected: [], place }))
      })
    })
  })
  const io = new Server(http, { serveClient: false, transports: ['websocket'] })
  io.on('connection', (socket) => {
    socket.on('watch', (_request: unknown, reply: (answer: unknown) => void) => {
      reply({ ok: true, watch: 'all' })
      socket.emit('snapshot', { sequence: 0 })
      void socket.join('all')
    })
  })
  const closing = new AbortController()
  const reading = (async () => {
    let place = '$'
    let sequence = 0
    while (!closing.signal.aborted) {
      const read = await reader.xread('COUNT', 1_000, 'BLOCK', 500, 'STREAMS', 'floor', place)
      const entries = read?.[0]?.[1] ?? []
      if (entries.length === 0) continue
      place = entries.at(-1)?.[0] ?? place
      const visits = entries
        .flatMap(([, [, body = '[]']]) => JSON.parse(body) as SentEvent[])
        .filter(({ type }) => type === 'contact.queued')
        .map(({ data }) => [String(data['visitId']), data] as const)
      sequence += 1
      io.to('all').emit('delta', { sequence, live: { visits: Object.fromEntries(visits) } })
    }
  })().catch((error: unknown) => {
    if (!closing.signal.aborted) throw error
  })
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  return {
    port: (http.address() as AddressInfo).port,
    async close() {
      closing.abort()
      await io.close()
      reader.disconnect()
      await reading
      writer.disconnect()
      await server.stop()
      await rm(dataDir, { recursive: true, force: true })
    },
  }
}
