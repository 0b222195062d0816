/** Several redis-servers that are one Redis: a master with Sentinels, and a cluster of three. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { until } from '../keeping.ts'
import { freePorts, startRedisServer, type RedisServer } from '../redisServer.ts'

/** A master that is silent for so long is dead. A busy machine must not be taken for a dead one. */
const SILENT_MS = 4_000
/** A hand-over that has not come about by then was given up, and is asked for again. */
const HAND_OVER_AGAIN_MS = 15_000
const START_LIMIT_MS = 150_000
const PASSWORD = 'of the tests: 100%'
const SLOTS = 16_384

export type Topology = {
  /** As `REDIS_URL` has it. */
  url: string
  /** The one that takes writes of a key now; null: none does. */
  masterOf: (key: string) => Promise<RedisServer | null>
  /** Those that follow a master now, and have all that it had. */
  replicasOf: (master: RedisServer) => Promise<RedisServer[]>
  /** Has the master of a key hand over to a replica, as for its maintenance; resolves when it has. */
  handOver: (key: string) => Promise<void>
  /** Ends all of them, and removes their data. */
  remove: () => Promise<void>
}

const onDisk = ['--save', '', '--appendonly', 'yes', '--maxmemory-policy', 'noeviction'] as const

/** With `tls`, all of them speak nothing else, among themselves too. */
type How = { tls?: boolean }
const schemeOf = (tls: boolean): string => (tls ? 'rediss' : 'redis')

/** A master and two replicas with a password, and three Sentinels with another one. */
export async function startSentinels({ tls = false }: How = {}): Promise<Topology> {
  const folder = await mkdtemp(join(tmpdir(), 'ringside-sentinel-'))
  const [first = 0, second = 0, third = 0, ...watching] = await freePorts(6)
  const started: RedisServer[] = []
  const secret = ['--requirepass', PASSWORD, '--masterauth', PASSWORD]
  const start = async (port: number, more: readonly string[]): Promise<RedisServer> => {
    const words = [...onDisk, ...secret, ...more]
    const login = { password: PASSWORD }
    const server = await startRedisServer(folder, port, words, { login, tls })
    started.push(server)
    return server
  }
  const data = [await start(first, [])]
  for (const port of [second, third]) {
    data.push(await start(port, ['--replicaof', '127.0.0.1', String(first)]))
  }
  await until('the replicas follow', async () => (await followers(data)).length === 2)
  for (const port of watching) {
    const file = join(folder, `${String(port)}.conf`)
    const settings = [
      `sentinel monitor wall 127.0.0.1 ${String(first)} 2`,
      `sentinel auth-pass wall "${PASSWORD}"`,
      `sentinel down-after-milliseconds wall ${String(SILENT_MS)}`,
      'sentinel failover-timeout wall 10000',
      `requirepass "${PASSWORD}"`,
    ]
    await writeFile(file, `${settings.join('\n')}\n`)
    started.push(
      await startRedisServer(folder, port, [file, '--sentinel'], {
        login: { password: PASSWORD },
        tls,
      }),
    )
  }
  const sentinels = started.slice(data.length)
  await until('the Sentinels know each other', async () => {
    const known = await Promise.all(
      sentinels.map(({ client }) => client.call('SENTINEL', ['SENTINELS', 'wall'])),
    )
    return known.every((others) => (others as unknown[]).length === sentinels.length - 1)
  })
  const hosts = sentinels.map(({ port }) => `127.0.0.1:${String(port)}`).join(',')
  const encoded = encodeURIComponent(PASSWORD)
  return {
    url: `${schemeOf(tls)}+sentinel://:${encoded}@${hosts}/wall?sentinelPassword=${encoded}`,
    masterOf: () => masterAmong(data),
    replicasOf: async () => followers(data),
    handOver: () =>
      handedOver(
        () => masterAmong(data),
        async () => sentinels[0]?.client.call('SENTINEL', ['FAILOVER', 'wall']),
      ),
    remove: () => removeAll(started, folder),
  }
}

/** Three masters with a replica each. */
export async function startCluster({ tls = false }: How = {}): Promise<Topology> {
  const folder = await mkdtemp(join(tmpdir(), 'ringside-cluster-'))
  const ports = await freePorts(6)
  const words = ['--cluster-enabled', 'yes', '--cluster-node-timeout', String(SILENT_MS)]
  if (tls) words.push('--tls-cluster', 'yes')
  const nodes: RedisServer[] = []
  for (const port of ports) {
    nodes.push(await startRedisServer(folder, port, [...onDisk, ...words], { tls }))
  }
  const masters = nodes.slice(0, 3)
  const replicas = nodes.slice(3)
  const [firstNode] = nodes
  for (const [n, { client }] of nodes.entries()) {
    await client.cluster('SET-CONFIG-EPOCH', n + 1)
    if (n > 0) await client.cluster('MEET', '127.0.0.1', firstNode?.port ?? 0)
  }
  for (const [n, { client }] of masters.entries()) {
    const [from, to] = [n, n + 1].map((part) => Math.ceil((SLOTS * part) / masters.length))
    const slots = Array.from({ length: (to ?? 0) - (from ?? 0) }, (_, slot) => (from ?? 0) + slot)
    await client.cluster('ADDSLOTS', ...slots)
  }
  const isKnown = async ({ client }: RedisServer): Promise<boolean> =>
    (await client.cluster('INFO')).includes('cluster_known_nodes:6')
  await until('all nodes know each other', async () => everyOf(nodes, isKnown), START_LIMIT_MS)
  for (const [n, { client }] of replicas.entries()) {
    const id = String(await masters[n]?.client.cluster('MYID'))
    await until('it follows', () =>
      client.cluster('REPLICATE', id).then(
        () => true,
        () => false,
      ),
    )
  }
  const isWell = async ({ client }: RedisServer): Promise<boolean> =>
    (await client.cluster('INFO')).includes('cluster_state:ok')
  await until('the cluster is well', async () => everyOf(nodes, isWell), START_LIMIT_MS)
  await until(
    'the replicas follow',
    async () => (await followers(nodes)).length === 3,
    START_LIMIT_MS,
  )
  // One that is killed by the tests is not the one that is asked first.
  const hosts = ports.map((port) => `127.0.0.1:${String(port)}`).join(',')
  const masterOf: Topology['masterOf'] = async (key) => {
    const slot = await answering(nodes, ({ client }) => client.cluster('KEYSLOT', key))
    const slots = await answering(nodes, ({ client }) => client.cluster('SLOTS'))
    const held = slots?.find(([from, to]) => from <= Number(slot) && Number(slot) <= to)
    const [, port] = held?.[2] ?? []
    return nodes.find((node) => node.port === port) ?? null
  }
  const replicasOf: Topology['replicasOf'] = async (master) => {
    const all = await followers(nodes)
    const its = await Promise.all(all.map(async (node) => (await masterPort(node)) === master.port))
    return all.filter((_, n) => its[n])
  }
  return {
    url: `${schemeOf(tls)}+cluster://${hosts}`,
    masterOf,
    replicasOf,
    handOver: (key) =>
      handedOver(
        () => masterOf(key),
        async () => {
          const master = await masterOf(key)
          const [replica] = master ? await replicasOf(master) : []
          return replica?.client.cluster('FAILOVER')
        },
      ),
    remove: () => removeAll(nodes, folder),
  }
}

async function everyOf(
  servers: readonly RedisServer[],
  holds: (server: RedisServer) => Promise<boolean>,
): Promise<boolean> {
  return (await Promise.all(servers.map(holds))).every(Boolean)
}

/** Asks for it, which is refused while the replicas are taken for dead, until there is another master. */
async function handedOver(
  masterNow: () => Promise<RedisServer | null>,
  ask: () => Promise<unknown>,
): Promise<void> {
  const before = await masterNow()
  let againAtMs = 0
  await until(
    'another is the master',
    async () => {
      const now = await masterNow()
      if (now !== null && now !== before) return true
      if (performance.now() < againAtMs) return false
      const answer = await ask().catch(() => null)
      if (answer === 'OK') againAtMs = performance.now() + HAND_OVER_AGAIN_MS
      return false
    },
    START_LIMIT_MS,
  )
}

const isUp = ({ client }: RedisServer): boolean => client.status === 'ready'

/** What the first that is up says; null where it dies over it. */
async function answering<Answer>(
  servers: readonly RedisServer[],
  ask: (server: RedisServer) => Promise<Answer>,
): Promise<Answer | null> {
  const one = servers.find(isUp)
  return one ? ask(one).catch(() => null) : null
}

/** What it says of its part; nothing where it dies over it. */
const about = async ({ client }: RedisServer): Promise<string> =>
  client.info('replication').catch(() => '')

/** Those that have a master, and are in step with it. */
async function followers(servers: readonly RedisServer[]): Promise<RedisServer[]> {
  const up = servers.filter(isUp)
  const told = await Promise.all(up.map(about))
  return up.filter((_, n) => told[n]?.includes('master_link_status:up'))
}

async function masterPort(server: RedisServer): Promise<number> {
  return Number(/master_port:(\d+)/.exec(await about(server))?.[1] ?? 0)
}

async function masterAmong(servers: readonly RedisServer[]): Promise<RedisServer | null> {
  const up = servers.filter(isUp)
  const told = await Promise.all(up.map(about))
  return up.find((_, n) => told[n]?.includes('role:master')) ?? null
}

async function removeAll(servers: readonly RedisServer[], folder: string): Promise<void> {
  for (const { client } of servers) client.disconnect()
  for (const { kill } of servers) await kill()
  await rm(folder, { recursive: true, force: true })
}
