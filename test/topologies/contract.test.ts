/** The event log on several servers promises what it promises on one. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { LogUnavailable, START } from '../../server/stream/eventLog.ts'
import { eventLogContract } from '../../server/stream/eventLog.contract.ts'
import { openStream, type CenterStream } from '../../server/stream/openStream.ts'
import { parseRedisUrl } from '../../server/stream/redisAddress.ts'
import { keysOf } from '../../server/stream/redisKeys.ts'
import { until } from '../keeping.ts'
import { sampleEvents } from '../sentEvents.ts'
import { expectUpdatesToPass } from './hearing.ts'
import { startCluster, startSentinels, type Topology } from './topology.ts'

/** Six processes start beside everything else. */
const LIMIT_MS = 300_000

describe.each([
  ['a master watched by Sentinels', startSentinels],
  ['a cluster of three masters', startCluster],
])('on %s', (name, start) => {
  let topology: Topology
  beforeAll(async () => {
    topology = await start()
  }, LIMIT_MS)
  afterAll(() => topology.remove(), LIMIT_MS)

  const open = (center: string = randomUUID(), replicas = 1): CenterStream =>
    openStream({
      redis: parseRedisUrl(topology.url),
      center,
      replicas,
      now: () => Date.UTC(2026, 10, 21, 12),
      damaged: () => undefined,
    })

  eventLogContract(name, () => open())

  it('accepts what a replica has, and nothing else', { timeout: LIMIT_MS }, async () => {
    const center = randomUUID()
    const { log, ahead, rejected, feeds, close } = open(center)
    await log.append(sampleEvents(0, 3))
    const master = await topology.masterOf(keysOf(center).events)
    if (!master) throw new Error('There is no master')
    const replicas = await topology.replicasOf(master)
    expect(replicas.length).toBeGreaterThan(0)

    for (const { pid } of replicas) process.kill(pid(), 'SIGSTOP')
    // A retry by another process is a double to the door, and yet is in no replica.
    const other = open(center)
    try {
      const refusal = expect.objectContaining({
        name: 'LogUnavailable',
        message: expect.stringContaining('0 of 1 replicas') as string,
      }) as Error
      await expect(log.append(sampleEvents(3, 3))).rejects.toThrow(refusal)
      const rejection = { source: null, id: null, errors: [], content: '' }
      await Promise.all([
        expect(other.log.append(sampleEvents(3, 3))).rejects.toThrow(refusal),
        expect(ahead.keep(sampleEvents(9, 1))).rejects.toThrow(LogUnavailable),
        expect(rejected.keep([{ ...rejection, kind: 'rejected' }])).rejects.toThrow(LogUnavailable),
      ])
    } finally {
      for (const { pid } of replicas) process.kill(pid(), 'SIGCONT')
    }
    // The replicas may be taken for dead for a while.
    await until('they are heard of again', async () => {
      try {
        await log.append(sampleEvents(3, 3))
        return true
      } catch {
        return false
      }
    })
    const [count] = await feeds.read()
    expect(count).toMatchObject({ accepted: 6 })
    other.close()
    close()
  })

  it('goes on with the next master when one hands over', { timeout: LIMIT_MS }, async () => {
    const center = randomUUID()
    const { log, close } = open(center)
    const { events } = keysOf(center)
    await log.append(sampleEvents(0, 1))
    const stop = new AbortController()
    const reading = log.readAfter(START, stop.signal)[Symbol.asyncIterator]()
    await reading.next()
    const next = reading.next()
    await topology.handOver(events)
    await until('it takes what comes', () =>
      log.append(sampleEvents(1, 1)).then(
        () => true,
        (error: unknown) => {
          if (error instanceof LogUnavailable) return false
          throw error
        },
      ),
    )
    expect((await next).value).toMatchObject([{ events: sampleEvents(1, 1) }])
    stop.abort()
    await reading.next()
    close()
  })

  it('passes live updates on', { timeout: LIMIT_MS }, async () => {
    await expectUpdatesToPass(parseRedisUrl(topology.url))
  })
})
