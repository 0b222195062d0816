/** Faults of the database: PostgreSQL killed, frozen, taken over; SQLite's file damaged. */
import { setTimeout as pause } from 'node:timers/promises'
import { SECOND_MS } from '../../../shared/time.ts'
import { eventually } from '../eventually.ts'
import { childrenOf, startCluster, type Cluster } from '../../postgres.ts'
import type { Fault, Scene } from '../fault.ts'
import { boundedIn, mustHaveHealed, someTime } from './processes.ts'

/** So long it is away: many commits, and longer than a connection waits; frozen, far longer. */
const KILLED_MS = 8 * SECOND_MS
const FROZEN_MS = 30 * SECOND_MS
/** The wall's numbers go on without the database. */
const LIVE_MS = 3 * SECOND_MS

/** A PostgreSQL that the scene's server uses, and that can be broken. */
const withPostgres = (
  strike: (scene: Scene, cluster: Cluster) => Promise<void>,
): Pick<Fault, 'prepare' | 'strike'> => {
  const started = new Map<string, Cluster>()
  return {
    prepare: async (after, dataDir) => {
      // As the server would be run: what is committed survives the power.
      const cluster = await startCluster(['jit=off'])
      started.set(dataDir, cluster)
      after(async () => {
        started.delete(dataDir)
        await cluster.remove()
      })
      return { env: { DATABASE_URL: cluster.url } }
    },
    strike: async (scene) => {
      const cluster = started.get(scene.dataDir)
      if (!cluster) throw new Error('There is no PostgreSQL')
      await strike(scene, cluster)
    },
  }
}

export const postgresKilled: Fault = {
  name: 'postgres-killed',
  title: 'kill -9 of PostgreSQL, away for 8 s; the server goes on',
  ...withPostgres(async (scene, cluster) => {
    const { sending, random } = scene
    await sending.reached(0.1 + 0.4 * random.next())
    await someTime(scene)
    await cluster.kill()
    await goesOnLive(scene, KILLED_MS)
    await cluster.start()
    mustHaveHealed(scene)
  }),
}

export const postgresFrozen: Fault = {
  name: 'postgres-frozen',
  title: 'PostgreSQL frozen for 30 s, and continued',
  ...withPostgres(async (scene, cluster) => {
    const { sending, random } = scene
    await sending.reached(0.1 + 0.4 * random.next())
    await someTime(scene)
    const pids = [cluster.pid(), ...(await childrenOf(cluster.pid()))]
    for (const pid of pids) process.kill(pid, 'SIGSTOP')
    try {
      await goesOnLive(scene, FROZEN_MS)
    } finally {
      for (const pid of pids) {
        // Some may have ended when their peers were seen to be gone.
        try {
          process.kill(pid, 'SIGCONT')
        } catch {
          continue
        }
      }
    }
    mustHaveHealed(scene)
  }),
}

/** Events are taken, and told on the wall, without the database. */
async function goesOnLive(scene: Scene, awayMs: number): Promise<void> {
  const { sending, wall, note } = scene
  const before = sending.acknowledged().size
  await boundedIn(scene, async () => {
    const awayUntilMs = performance.now() + awayMs
    sending.goOn()
    await eventually('events are taken', () => sending.acknowledged().size > before)
    await pause(Math.max(0, awayUntilMs - performance.now()))
  })
  // Still without it; a busy machine may tick late.
  await eventually('the wall is young', () => (wall.ageMs() ?? Infinity) < LIVE_MS)
  note(`the wall's numbers were ${String(wall.ageMs())} ms old`)
}
