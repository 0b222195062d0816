/** Redis by TLS: one server, Sentinels and a cluster, with an authority of one's own. */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { LogUnavailable, START } from '../../server/stream/eventLog.ts'
import { openStream, type CenterStream } from '../../server/stream/openStream.ts'
import { parseRedisUrl, type RedisAddress } from '../../server/stream/redisAddress.ts'
import { freePorts, startRedisServer, testAuthority } from '../redisServer.ts'
import { sampleEvents } from '../sentEvents.ts'
import { expectUpdatesToPass } from './hearing.ts'
import { startCluster, startSentinels, type Topology } from './topology.ts'

/** Six processes start beside everything else. */
const LIMIT_MS = 300_000

async function startOne(): Promise<Pick<Topology, 'url' | 'remove'>> {
  const folder = await mkdtemp(join(tmpdir(), 'ringside-tls-'))
  const [port = 0] = await freePorts(1)
  const { client, kill } = await startRedisServer(folder, port, ['--appendonly', 'yes'], {
    tls: true,
  })
  return {
    url: `rediss://localhost:${String(port)}`,
    remove: async () => {
      client.disconnect()
      await kill()
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** As with the test's certificate in `NODE_EXTRA_CA_CERTS`, which Node reads when it starts. */
const trusting = (redis: RedisAddress): RedisAddress => ({
  ...redis,
  login: { ...redis.login, tls: { ...redis.login.tls, ca: testAuthority() } },
})

const open = (redis: RedisAddress): CenterStream =>
  openStream({
    ...{ redis, center: randomUUID(), replicas: 0, damaged: () => undefined },
    now: () => Date.UTC(2026, 10, 21, 12),
  })

describe.each([
  ['one server', startOne],
  ['a master watched by Sentinels', () => startSentinels({ tls: true })],
  ['a cluster', () => startCluster({ tls: true })],
])('%s that speaks TLS only', (_name, start) => {
  it(
    'keeps events, tells of updates, and is not believed without proof',
    { timeout: LIMIT_MS },
    async () => {
      const topology = await start()
      try {
        const redis = trusting(parseRedisUrl(topology.url))
        const { log, close } = open(redis)
        await log.append(sampleEvents(0, 3))
        const stop = new AbortController()
        const reading = log.readAfter(START, stop.signal)[Symbol.asyncIterator]()
        expect((await reading.next()).value).toMatchObject([{ events: sampleEvents(0, 3) }])
        stop.abort()
        close()

        await expectUpdatesToPass(redis)

        const doubting = open(parseRedisUrl(topology.url))
        await expect(doubting.log.append(sampleEvents(0, 1))).rejects.toThrow(LogUnavailable)
        doubting.close()
      } finally {
        await topology.remove()
      }
    },
  )
})
