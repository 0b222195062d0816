/** The Redis that Ringside runs on: the one it is told to use, or one of its own. */
import { parseRedisUrl, redisAt, type RedisAddress } from '../stream/redisAddress.ts'
import { startContainer } from './container.ts'
import { findOrFetchRedis } from './binary.ts'
import { startPrivateRedis } from './privateRedis.ts'
import { howToGetRedis } from './unobtainable.ts'

export type RedisNeeds = {
  /** The data folder, which the caller has locked. */
  dataDir: string
  /** When an append of a Redis of our own reaches the disk. */
  fsync: 'always' | 'everysec'
  /** Where a fetched Redis is kept between starts. */
  cacheDir: string
  /** `REDIS_URL`: this one and no other; null to have one of our own. */
  redisUrl: RedisAddress | null
  /** `RINGSIDE_REDIS_BIN`: the program for one of our own; null to look for it. */
  redisBin: string | null
  /** A `PATH` to look for programs on. */
  searchPath: string
  /** Told, in a few words a line, what is being done. */
  report: (line: string) => void
}

export type EnsuredRedis =
  /** `stop` ends it where it was started for us, and else does nothing. */
  | { kind: 'reachable'; address: RedisAddress; stop: () => Promise<void> }
  /** There is none to be had; `explanation` says what to type, for this platform. */
  | { kind: 'unobtainable'; explanation: string }

/**
 * Finds, fetches or starts a Redis, in this order: `redisUrl`; `redisBin`, or one on the PATH; one
 * fetched before; Debian's or Ubuntu's package, unpacked into the cache; Homebrew's; a container.
 * Never a make-believe in memory. With `redisUrl` nothing is tried here: whoever uses it retries.
 *
 * Rejects when one is there and does not start.
 */
export async function ensureRedis(needs: RedisNeeds): Promise<EnsuredRedis> {
  if (needs.redisUrl !== null) {
    return { kind: 'reachable', address: needs.redisUrl, stop: () => Promise.resolve() }
  }
  const binary = await findOrFetchRedis(needs)
  if (binary !== null) {
    const { path, stop } = await startPrivateRedis({ ...needs, binary })
    return { kind: 'reachable', address: redisAt(path), stop }
  }
  const container = await startContainer(needs)
  if (container !== null) {
    return { kind: 'reachable', address: parseRedisUrl(container.url), stop: container.stop }
  }
  return { kind: 'unobtainable', explanation: await howToGetRedis() }
}
