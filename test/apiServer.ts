/** For tests: the whole API on a real port, over real databases and a real Redis. */
import { randomUUID } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Redis } from 'ioredis'
import { pino } from 'pino'
import { Registry } from 'prom-client'
import { expect } from 'vitest'
import { makeDatabase, type databaseKinds } from './database.ts'
import { startKeeper, type Kept } from './keeping.ts'
import type { Feed } from '../shared/metrics/lacking.ts'
import type { KeyRight, Role } from '../shared/rights.ts'
import { createIdentity } from '../server/auth/identity.ts'
import { createKey, NewKey } from '../server/auth/keys.ts'
import { openSession } from '../server/auth/sessions.ts'
import { createUser, NewUser } from '../server/auth/users.ts'
import { openDatabase } from '../server/database/database.ts'
import { exchangeBy } from '../server/directory/exchange.ts'
import { directoryStore } from '../server/directory/store.ts'
import { openDoor } from '../server/ingest/door.ts'
import { openStream, type CenterStream } from '../server/stream/openStream.ts'
import { redisAt } from '../server/stream/redisAddress.ts'
import { booksReads } from '../server/api/booksReads.ts'
import { createApp, type AppParts } from '../server/api/app.ts'
import type { TrustProxy } from '../server/api/mount.ts'
import { signInGuard } from '../server/api/signInGuard.ts'
import type { CenterParts } from '../server/api/parts.ts'
import { apiRoutes } from '../server/api/routes.ts'

export type Asked = {
  method?: string
  /** A key, or a session's token. */
  key?: string
  cookie?: string
  body?: unknown
  /** Sent as it is, in the place of `body`. */
  raw?: string | Uint8Array<ArrayBuffer>
  headers?: Record<string, string>
}
export type Answered = { status: number; headers: Headers; text: string; json: unknown }

export type TestServer = Awaited<ReturnType<typeof startTestServer>>

const API_KEY = 'key-of-the-environment'

/** Starts a server of its own; `close` leaves nothing behind. */
export async function startTestServer(options: {
  kind: (typeof databaseKinds)[number]
  postgresUrl: string
  redisSocket: string
  clientDir?: string
  trustProxy?: TrustProxy
  change?: (parts: AppParts) => AppParts
}) {
  const place = await makeDatabase(options.kind, options.postgresUrl)
  const opened = await openDatabase(place)
  const database = opened.kysely
  const redis = new Redis({ path: options.redisSocket, maxRetriesPerRequest: 1 })
  // A test that ends its Redis knows that it has.
  redis.on('error', () => undefined)
  const clock = { nowMs: Date.UTC(2026, 10, 21, 9) }
  const now = (): number => clock.nowMs
  const trustProxy = options.trustProxy ?? false
  const told = { passwordSet: 0, outboxChanged: 0, sessionsEnded: [] as string[] }
  const logged: string[] = []
  const log = pino({ level: 'debug' }, { write: (line: string) => logged.push(line) })

  const prefix = randomUUID()
  const feeds: Feed[] = []
  const streams: CenterStream[] = []
  const center = (key: string): CenterParts => {
    const name = `${prefix}-${key}`
    const stream = openStream({
      redis: redisAt(options.redisSocket),
      center: name,
      now,
      damaged: () => undefined,
    })
    streams.push(stream)
    const directory = directoryStore(database, key)
    return {
      key,
      simulated: key === 'demo',
      database: opened,
      directory,
      storage: async () => null,
      reads: booksReads({
        center: key,
        database: opened,
        directory,
        feeds: () => feeds,
        liveBook: () => null,
        end: () => stream.log.end(),
        now,
      }),
      stream,
      door: openDoor(stream, now, exchangeBy(directory)),
      connectors: () => new Map([['/asterisk/pbx-1/ami', 'signed in']]),
      outboxChanged: () => {
        told.outboxChanged += 1
      },
    }
  }
  const centers = new Map([
    ['main', center('main')],
    ['demo', center('demo')],
  ])
  const shown = { center: 'main' }
  const identity = createIdentity({
    database,
    apiKey: API_KEY,
    trustProxy: trustProxy !== false,
    now,
  })
  const limits = signInGuard({
    // The types of ioredis ask for the command's name apart.
    sendCommand: ([command = '', ...rest]) => redis.call(command, ...rest),
    prefix: `test:${prefix}:`,
    log,
  })
  const served = {
    of: (key: string) => centers.get(key) ?? null,
    keys: () => [...centers.keys()],
    shown: () => shown.center,
  }
  const parts: AppParts = {
    identity,
    centers: served,
    trustProxy,
    now,
    routes: apiRoutes({
      database,
      identity,
      centers: served,
      limits,
      now,
      onPasswordSet: () => {
        told.passwordSet += 1
      },
      onSessionsEnded: (userId) => {
        told.sessionsEnded.push(userId)
      },
    }),
    events: (_request, response) => {
      response.writeHead(202).end('events')
    },
    readiness: () => Promise.resolve({ stream: null, database: null, engine: null }),
    metrics: new Registry(),
    clientDir: options.clientDir ?? null,
    version: '0.1.0',
    log,
  }
  const server: Server = createServer(createApp(options.change ? options.change(parts) : parts))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${String(port)}`

  /** Every answer that a test gets is held to what the API's document says of it. */
  const checkDescribed = (method: string, path: string, status: number, json: unknown): void => {
    const [place = ''] = path.split('?')
    const route = parts.routes.find(
      (each) =>
        each.method.toUpperCase() === method &&
        new RegExp(`^${each.path.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(place),
    )
    const schema = route?.answers[status]?.schema
    // The directory is answered as it is put: its schema reads instants that others write.
    if (!schema || json === null || route.path === '/api/directory') return
    expect(schema.parse(json), `${method} ${place} is answered as described`).toEqual(json)
  }

  const call = async (path: string, asked: Asked = {}): Promise<Answered> => {
    const hasBody = asked.body !== undefined
    const response = await fetch(`${url}${path}`, {
      method: asked.method ?? 'GET',
      redirect: 'manual',
      headers: {
        ...(asked.key === undefined ? {} : { authorization: `Bearer ${asked.key}` }),
        ...(asked.cookie === undefined ? {} : { cookie: `ringside=${asked.cookie}` }),
        ...(hasBody ? { 'content-type': 'application/json' } : {}),
        ...asked.headers,
      },
      ...(hasBody ? { body: JSON.stringify(asked.body) } : {}),
      ...(asked.raw === undefined ? {} : { body: asked.raw }),
    })
    const text = await response.text()
    const isJson = text !== '' && /json/.test(response.headers.get('content-type') ?? '')
    const { status, headers } = response
    const json = isJson ? (JSON.parse(text) as unknown) : null
    checkDescribed(asked.method ?? 'GET', path, status, json)
    return { status, headers, text, json }
  }

  const kept: Kept[] = []
  return {
    /** Keeps the books of a center from now on. */
    keep(key: string): Kept {
      const stream = centers.get(key)?.stream
      if (!stream) throw new Error(`There is no center ${key}`)
      // The whole stream; the API is given less of it.
      const { log } = stream as CenterStream
      const keeper = startKeeper({ database: opened, log, center: key, now })
      kept.push(keeper)
      return keeper
    },
    url,
    port,
    database,
    opened,
    redis,
    clock,
    told,
    feeds,
    logged,
    place,
    parts,
    centers,
    shown,
    call,
    apiKey: API_KEY,
    /** A user who has signed in: the session's token. */
    async signedIn(role: Role, ...scopes: string[]): Promise<string> {
      const name = `${role}-${randomUUID()}`
      const user = NewUser.parse({ name, role, scopes, password: 'correct horse' })
      const created = await createUser(database, user, 'test', now())
      if (!created.ok) throw new Error(created.refusal)
      const who = { userId: created.user.id, userAgent: '', address: '' }
      return (await openSession(database, who, now())).token
    },
    async key(rights: readonly KeyRight[], given: object = {}): Promise<string> {
      const key = NewKey.parse({ name: 'a program', rights, ...given })
      return (await createKey(database, key, 'test', now())).secret
    },
    async close(): Promise<void> {
      await Promise.all(kept.map(({ stop }) => stop()))
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
      for (const stream of streams) stream.close()
      redis.disconnect()
      await opened.close()
      await place.remove()
    },
  }
}
