/** What several redis-servers are for: one of them dies under load, and another takes over. */
import { SECOND_MS } from '../../shared/time.ts'
import { keysOf } from '../../server/stream/redisKeys.ts'
import type { Fault, Scene } from '../faults/fault.ts'
import { loseNone } from '../faults/kinds/lost.ts'
import { mustHaveHealed, someTime } from '../faults/kinds/processes.ts'
import { until } from '../keeping.ts'
import type { RedisServer } from '../redisServer.ts'
import { startCluster, startSentinels, type Topology } from './topology.ts'

/** The others must agree that it is dead, and elect one, on a busy machine. */
const TAKE_OVER_LIMIT_MS = 150 * SECOND_MS

const { events } = keysOf('main')

/** Some 1,000 events: enough to be under load while one is killed. */
const CALLS = 120

/** A scene whose server uses several redis-servers. */
const withServers = (
  start: () => Promise<Topology>,
  env: Readonly<Record<string, string>>,
  strike: (scene: Scene, topology: Topology) => Promise<void>,
): Pick<Fault, 'calls' | 'prepare' | 'strike'> => {
  const started = new Map<string, Topology>()
  return {
    calls: CALLS,
    prepare: async (after, dataDir) => {
      const topology = await start()
      started.set(dataDir, topology)
      after(async () => {
        started.delete(dataDir)
        await topology.remove()
      })
      return { env: { REDIS_URL: topology.url, ...env } }
    },
    strike: async (scene) => {
      const topology = started.get(scene.dataDir)
      if (!topology) throw new Error('There is no Redis')
      await strike(scene, topology)
    },
  }
}

async function masterNow(topology: Topology): Promise<RedisServer> {
  const master = await topology.masterOf(events)
  if (!master) throw new Error('There is no master')
  return master
}

/** Kills the master of the stream at some instant; resolves when another one has taken over. */
async function killMaster(scene: Scene, topology: Topology): Promise<RedisServer> {
  const { sending, note, random } = scene
  await sending.reached(0.2 + 0.4 * random.next())
  await someTime(scene)
  const killed = await masterNow(topology)
  await killed.kill()
  await takenOver(topology, killed, note)
  return killed
}

async function takenOver(
  topology: Topology,
  killed: RedisServer,
  note: Scene['note'],
): Promise<void> {
  const killedMs = performance.now()
  await until(
    'another master takes over',
    async () => {
      const master = await topology.masterOf(events)
      return master !== null && master !== killed
    },
    TAKE_OVER_LIMIT_MS,
  )
  note(`another took over after ${String(Math.round(performance.now() - killedMs))} ms`)
}

const masterUnderSentinels: Fault = {
  name: 'sentinel-master-killed',
  title: 'kill -9 of the master, a replica must have what is accepted; the server goes on',
  // What nobody was told is accepted may have been read, and be in no replica.
  leavesGap: 'perhaps',
  ...withServers(startSentinels, { RINGSIDE_REDIS_REPLICAS: '1' }, async (scene, topology) => {
    await killMaster(scene, topology)
    await scene.sending.rest()
    await loseNone(scene, true)
    mustHaveHealed(scene)
  }),
}

const masterOfCluster: Fault = {
  name: 'cluster-master-killed',
  title: 'kill -9 of the master that holds the center, and a new start of it as a replica',
  leavesGap: 'perhaps',
  ...withServers(startCluster, { RINGSIDE_REDIS_REPLICAS: '1' }, async (scene, topology) => {
    const { sending, note } = scene
    const killed = await killMaster(scene, topology)
    // Its only replica is the master now, and nothing is in a replica: nothing is accepted.
    const before = sending.acknowledged().size
    const { refused } = sending.counts()
    sending.goOn()
    await until(
      'a batch is refused for want of a replica',
      () => sending.counts().refused > refused + 1,
      TAKE_OVER_LIMIT_MS,
    )
    note(`${String(sending.acknowledged().size - before)} accepted without a replica`)
    await killed.start()
    await sending.rest()
    await loseNone(scene, true)
    mustHaveHealed(scene)
  }),
}

const lostTail: Fault = {
  name: 'sentinel-tail-lost',
  title: 'a master that nobody follows any more is killed, and nobody had asked for replicas',
  leavesGap: true,
  ...withServers(startSentinels, {}, async (scene, topology) => {
    const { sending, random, note } = scene
    await sending.reached(0.2 + 0.2 * random.next())
    const master = await masterNow(topology)
    for (const { client } of await topology.replicasOf(master)) {
      await client.config('SET', 'masterauth', 'wrong')
    }
    await master.client.call('CLIENT', ['KILL', 'TYPE', 'replica'])
    await sending.reached(sending.acknowledged().size / scene.load.batches.length + 0.1)
    await master.kill()
    await takenOver(topology, master, note)
    await loseNone(scene, false)
    mustHaveHealed(scene)
  }),
}

export const topologyFaults: readonly Fault[] = [masterUnderSentinels, masterOfCluster, lostTail]
