/** A server of `POST /api/events` on the tests' Redis, and a client that sends it anything. */
import { randomUUID } from 'node:crypto'
import { createServer, request, type IncomingHttpHeaders, type RequestOptions } from 'node:http'
import type { AddressInfo } from 'node:net'
import { once } from 'node:events'
import { Redis } from 'ioredis'
import { openDoor, type Door, type IngestRights } from '../server/ingest/door.ts'
import { eventsHandler, type EventsParts } from '../server/ingest/http.ts'
import { openStream, type CenterStream } from '../server/stream/openStream.ts'
import { redisAt } from '../server/stream/redisAddress.ts'
import { testExchange } from './exchange.ts'

export type Answer = { status: number; headers: IncomingHttpHeaders; body: unknown }
export type EventsServer = {
  stream: CenterStream
  door: Door
  center: string
  redis: Redis
  port: number
  /** Sends a request; the path is that of events. */
  send: (options: RequestOptions, body?: string | Buffer) => Promise<Answer>
  /** Sends a value as `application/json`. */
  post: (value: unknown) => Promise<Answer>
  /** Faults of ours; a test that expects none looks. */
  failures: unknown[]
  close: () => Promise<void>
}

export type EventsServerOptions = {
  redisSocket: string
  now: () => number
  rights?: Partial<IngestRights>
  parts?: Partial<EventsParts>
}

export async function openEventsServer(options: EventsServerOptions): Promise<EventsServer> {
  const { redisSocket, now } = options
  const center = randomUUID()
  const redis = new Redis(redisSocket)
  const stream = openStream({ redis: redisAt(redisSocket), center, now, damaged: () => undefined })
  const door = openDoor(stream, now, testExchange)
  const rights: IngestRights = { ingest: true, source: null, center, ...options.rights }
  const failures: unknown[] = []
  const handle = eventsHandler({
    authorise: () => ({ ok: true, rights }),
    doorOf: (asked) => (asked === center ? door : null),
    failed: (error) => void failures.push(error),
    ...options.parts,
  })
  const server = createServer(handle).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  const send: EventsServer['send'] = (how, body) => sendTo(port, how, body)
  return {
    stream,
    door,
    center,
    redis,
    port,
    send,
    post: (value) =>
      send({ headers: { 'content-type': 'application/json' } }, JSON.stringify(value)),
    failures,
    async close() {
      server.close()
      server.closeAllConnections()
      await once(server, 'close')
      stream.close()
      redis.disconnect()
    },
  }
}

function sendTo(
  port: number,
  options: RequestOptions,
  body: string | Buffer | undefined,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request({ method: 'POST', path: '/api/events', port, agent: false, ...options })
    sent.on('error', reject)
    sent.on('response', (response) => {
      const chunks: Buffer[] = []
      response.on('data', (chunk: Buffer) => chunks.push(chunk))
      response.on('error', reject)
      response.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8')
        const { statusCode = 0, headers } = response
        resolve({ status: statusCode, headers, body: text === '' ? null : JSON.parse(text) })
      })
    })
    sent.end(body)
  })
}
