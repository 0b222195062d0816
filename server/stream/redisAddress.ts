/** Where Redis is: one server, a master that Sentinels watch, or a cluster. */
import type { RedisOptions } from 'ioredis'
import { SECOND_MS } from '../../shared/time.ts'
import { clusterConnector, type Host, type Login } from './clusterConnector.ts'

export type RedisAddress =
  | { kind: 'server'; at: Host | { path: string }; login: Login }
  | {
      kind: 'sentinel'
      sentinels: readonly Host[]
      /** The name under which the Sentinels know the master. */
      master: string
      login: Login
      /** What the Sentinels themselves ask for. */
      sentinelLogin: Pick<RedisOptions, 'username' | 'password'>
    }
  | { kind: 'cluster'; nodes: readonly Host[]; login: Login }

/** A Redis of our own, at its unix socket. */
export function redisAt(path: string): RedisAddress {
  return { kind: 'server', at: { path }, login: {} }
}

const REDIS_PORT = 6379
const SENTINEL_PORT = 26379
/** A Sentinel that has not answered by then is passed over for the next one. */
const SENTINEL_LIMIT_MS = SECOND_MS
/** Between two rounds of asking all Sentinels. */
const SENTINEL_ROUND_MS = SECOND_MS / 4

const FORMS =
  'redis://HOST, redis+sentinel://HOST:26379,HOST:26379/MASTER or ' +
  'redis+cluster://HOST:6379,HOST:6379 (rediss for TLS)'

const address =
  /^(?<scheme>rediss?)(?:\+(?<kind>sentinel|cluster))?:\/\/(?:(?<login>[^@/]*)@)?(?<hosts>[^/?@]+)(?<path>\/[^?]*)?(?:\?(?<query>.*))?$/

/**
 * Reads a `REDIS_URL`:
 *
 *     redis://user:password@host:6379/0
 *     redis+sentinel://user:password@host:26379,host2:26379/master?sentinelPassword=…
 *     redis+cluster://user:password@host:6379,host2:6379
 *
 * `rediss` in the place of `redis` is TLS, also to the Sentinels. Throws with what to write instead,
 * and without what was written: it may hold a password.
 */
export function parseRedisUrl(text: string): RedisAddress {
  const parts = address.exec(text)?.groups
  if (!parts) throw new Error(`must be an address like ${FORMS}`)
  const { kind, query } = parts
  const path = (parts['path'] ?? '').slice(1).replace(/\/$/, '')
  const [user, password] = split(parts['login'] ?? '', ':')
  const login: Login = {
    ...credentials(user, password),
    ...(parts['scheme'] === 'rediss' ? { tls: {} } : {}),
  }
  const ofSentinels = new URLSearchParams(query)
  for (const name of ofSentinels.keys()) {
    if (kind !== 'sentinel' || (name !== 'sentinelUser' && name !== 'sentinelPassword')) {
      throw new Error(`has a ?${name} that means nothing here`)
    }
  }
  const hosts = (parts['hosts'] ?? '')
    .split(',')
    .map((host) => hostOf(host, kind === 'sentinel' ? SENTINEL_PORT : REDIS_PORT))

  if (kind === 'cluster') {
    if (path !== '') throw new Error('must end after the last node: a cluster has no databases')
    return { kind, nodes: hosts, login }
  }
  if (kind === 'sentinel') {
    const [master, database] = split(path, '/')
    if (master === '') throw new Error('must end with the name of the master, such as /mymaster')
    return {
      kind,
      sentinels: hosts,
      master: decoded(master),
      login: { ...login, ...databaseOf(database) },
      sentinelLogin: credentials(
        encodeURIComponent(ofSentinels.get('sentinelUser') ?? ''),
        encodeURIComponent(ofSentinels.get('sentinelPassword') ?? ''),
      ),
    }
  }
  const [at, ...others] = hosts
  if (!at || others.length > 0) {
    throw new Error('names several servers: say redis+sentinel:// or redis+cluster://')
  }
  return { kind: 'server', at, login: { ...login, ...databaseOf(path) } }
}

/** What is before and after the first separator; nothing where there is none. */
function split(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator)
  return at === -1 ? [text, ''] : [text.slice(0, at), text.slice(at + 1)]
}

function credentials(user: string, password: string) {
  return {
    ...(user === '' ? {} : { username: decoded(user) }),
    ...(password === '' ? {} : { password: decoded(password) }),
  }
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text)
  } catch {
    throw new Error('has a % that begins no escape: write %25 for it')
  }
}

function databaseOf(text: string): { db?: number } {
  if (text === '') return {}
  if (!/^\d{1,4}$/.test(text)) throw new Error('must have a number where the database is named')
  return { db: Number(text) }
}

function hostOf(text: string, usualPort: number): Host {
  const found = /^(?:\[([\da-fA-F:.]+)\]|([^:[\]]+))(?::(\d{1,5}))?$/.exec(text)
  const host = found?.[1] ?? found?.[2]
  const port = Number(found?.[3] ?? usualPort)
  if (host === undefined || port < 1 || port > 65_535) {
    throw new Error('must have hosts like HOST:PORT, parted by commas')
  }
  return { host, port }
}

/** What connects to the server that holds a key now, as ioredis takes it. */
export function connectionTo(redis: RedisAddress, key: string): Omit<RedisOptions, 'replyMapping'> {
  switch (redis.kind) {
    case 'server':
      return { ...redis.at, ...redis.login }
    case 'sentinel':
      return {
        ...redis.login,
        sentinels: [...redis.sentinels],
        name: redis.master,
        // A master that hangs ends no connection by itself: the Sentinels tell of its successor.
        failoverDetector: true,
        sentinelCommandTimeout: SENTINEL_LIMIT_MS,
        sentinelRetryStrategy: () => SENTINEL_ROUND_MS,
        ...(redis.sentinelLogin.username === undefined
          ? {}
          : { sentinelUsername: redis.sentinelLogin.username }),
        ...(redis.sentinelLogin.password === undefined
          ? {}
          : { sentinelPassword: redis.sentinelLogin.password }),
        ...(redis.login.tls
          ? { enableTLSForSentinelMode: true, sentinelTLS: redis.login.tls }
          : {}),
      }
    case 'cluster':
      return { ...redis.login, Connector: clusterConnector(redis.nodes, redis.login, key) }
  }
}
