/** A redis-server on a port of its own, to be one of several, and to be killed and started again. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Redis, type RedisOptions } from 'ioredis'
import { environmentOf, findOrFetchRedis } from '../server/redis/binary.ts'
import { CACHE_DIR } from './cache.ts'
import { until } from './keeping.ts'

/** As long as the slowest machine may need to read its log. */
const START_LIMIT_MS = 150_000

/** Nodes of a cluster also listen on the port that is so much higher. */
const BUS_PORTS = 10_000

export type RedisServer = {
  port: number
  /** A connection to look and to meddle with. */
  client: Redis
  pid: () => number
  /** Begins another life on the same port and data. */
  start: () => Promise<void>
  /** Ends it as a power cut does. */
  kill: () => Promise<void>
  /** Where its data is. */
  folder: string
}

/** How a server of the tests proves who it is: no other authority knows it. */
const CERTIFICATE = fileURLToPath(new URL('fixtures/tls/certificate.pem', import.meta.url))
const CERTIFICATE_KEY = fileURLToPath(new URL('fixtures/tls/key.pem', import.meta.url))
/** What whoever connects to it has to trust. */
export const testAuthority = (): string => readFileSync(CERTIFICATE, 'utf8')

/** What a redis-server listens with. */
const listening = (port: number, tls: boolean): readonly string[] =>
  tls
    ? [
        ...['--port', '0', '--tls-port', String(port), '--tls-auth-clients', 'no'],
        ...['--tls-cert-file', CERTIFICATE, '--tls-key-file', CERTIFICATE_KEY],
        ...['--tls-ca-cert-file', CERTIFICATE, '--tls-replication', 'yes'],
      ]
    : ['--port', String(port)]

/** Starts it in a folder that is made for it; `words` come after the port and the folder. */
export async function startRedisServer(
  folder: string,
  port: number,
  words: readonly string[],
  options: { login?: RedisOptions; env?: Readonly<Record<string, string>>; tls?: boolean } = {},
): Promise<RedisServer> {
  const { login = {}, env = {}, tls = false } = options
  const binary = await findOrFetchRedis({
    redisBin: process.env['RINGSIDE_REDIS_BIN'] ?? null,
    searchPath: process.env['PATH'] ?? '',
    cacheDir: CACHE_DIR,
    report: () => undefined,
  })
  if (!binary) throw new Error('There is no Redis to start')
  const own = join(folder, String(port))
  await mkdir(own, { recursive: true })
  const { replyMapping: _, ...credentials } = login
  const client = new Redis({
    ...credentials,
    ...(tls && { tls: { ca: testAuthority() } }),
    port,
    retryStrategy: () => 100,
    // What is asked of one that is being killed is refused: else it waits for another life of it.
    maxRetriesPerRequest: 0,
    lazyConnect: true,
  })
  client.on('error', () => undefined)
  let child: ChildProcess | null = null
  const start = async (): Promise<void> => {
    const named = words[0]?.endsWith('.conf') ? words.slice(0, 1) : []
    const others = words.slice(named.length)
    child = spawn(
      binary.path,
      [...named, ...listening(port, tls), '--bind', '127.0.0.1', '--dir', own, ...others],
      { cwd: own, env: { ...environmentOf(binary.libraryPath), ...env }, stdio: 'ignore' },
    )
    await until(
      `Redis answers on ${String(port)}`,
      () =>
        client.ping().then(
          () => true,
          () => false,
        ),
      START_LIMIT_MS,
    )
  }
  await start()
  return {
    port,
    client,
    pid: () => child?.pid ?? 0,
    start,
    kill: async () => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
    folder: own,
  }
}

/** So many ports that are free, and free on the bus as well. */
export async function freePorts(count: number): Promise<number[]> {
  const ports = new Set<number>()
  while (ports.size < count) {
    const port = await freePort(0)
    const isLow = port + BUS_PORTS <= 65_535
    if (isLow && (await freePort(port + BUS_PORTS).catch(() => 0)) !== 0) ports.add(port)
  }
  return [...ports]
}

async function freePort(wanted: number): Promise<number> {
  const server = createServer().listen(wanted, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}
