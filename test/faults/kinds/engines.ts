/** Two servers on one center: one keeps the books, and the other one must be kept off. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'
import { SECOND_MS } from '../../../shared/time.ts'
import { eventually } from '../eventually.ts'
import { startCluster, type Cluster } from '../../postgres.ts'
import { statusOf } from '../check.ts'
import type { Fault, Scene } from '../fault.ts'
import { redisOfScene } from '../ownRedis.ts'
import { startRingside, type Ringside } from '../ringside.ts'
import { someTime } from './processes.ts'

/** A process that was away for so long still believes that it keeps the books. */
const LONG_MS = 10 * SECOND_MS

/** What ends by itself has ended by then, on the slowest machine. */
const LIMIT_MS = 150 * SECOND_MS

type Shared = { env: Record<string, string>; cluster: Cluster }

/** PostgreSQL and Redis that two servers share. */
const withShared = (
  strike: (scene: Scene, shared: Shared) => Promise<void>,
): Pick<Fault, 'prepare' | 'strike'> => {
  const started = new Map<string, Shared>()
  return {
    prepare: async (after, dataDir) => {
      const cluster = await startCluster(['jit=off'])
      after(cluster.remove)
      const redis = await redisOfScene(join(dataDir, 'shared'), after)
      after(() => {
        started.delete(dataDir)
      })
      const env = { DATABASE_URL: cluster.url, REDIS_URL: redis.url }
      started.set(dataDir, { env, cluster })
      return { env }
    },
    strike: async (scene) => {
      const shared = started.get(scene.dataDir)
      if (!shared) throw new Error('There is nothing to share')
      await strike(scene, shared)
    },
  }
}

async function startSecond({ dataDir, after }: Scene, { env }: Shared): Promise<Ringside> {
  const second = await startRingside({ dataDir: join(dataDir, 'second'), env })
  after(() => second.kill())
  return second
}

/** Cuts the connections by which somebody says that the books are being kept, as a network may. */
async function cutLocks({ cluster }: Shared): Promise<void> {
  const client = new pg.Client({ connectionString: cluster.url })
  await client.connect()
  try {
    await client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'ringside lock' and pid in
              (select pid from pg_locks where locktype = 'advisory' and granted)`,
    )
  } finally {
    await client.end()
  }
}

/** The other one has taken the books over: their epoch is a later one. */
export async function takenOver(ringside: Ringside, after: number): Promise<void> {
  await eventually('the other one keeps the books', async () => {
    // It may be busy with just that.
    const status = await statusOf(ringside).catch(() => null)
    return status !== null && status.engine.epoch > after
  })
}

/** It met the newer epoch, wrote nothing, and ended. */
async function mustEndFenced(ringside: Ringside): Promise<void> {
  const code = await Promise.race([ringside.ended(), pause(LIMIT_MS, 'alive' as const)])
  if (code !== 1 || !ringside.output().includes('kept by another process')) {
    throw new Error(
      `It was to be fenced off, and ended with ${String(code)}:\n${ringside.output()}`,
    )
  }
}

const fenced = (name: string, title: string, awayMs: number): Fault => ({
  name,
  title,
  ...withShared(async (scene, shared) => {
    const { sending, ringside, random, note } = scene
    const second = await startSecond(scene, shared)
    await sending.reached(0.1 + 0.3 * random.next())
    await someTime(scene)
    const { engine } = await statusOf(ringside)
    if (awayMs > 0) process.kill(ringside.pid(), 'SIGSTOP')
    await cutLocks(shared)
    await takenOver(second, engine.epoch)
    await pause(awayMs)
    if (awayMs > 0) process.kill(ringside.pid(), 'SIGCONT')
    // What it would commit; before that, it cannot know.
    sending.goOn()
    await mustEndFenced(ringside)
    note('the first one was fenced off')
    await ringside.start()
  }),
})

export const fencedAtOnce = fenced(
  'two-engines',
  'two servers on one center: the first one loses its lock and goes on',
  0,
)

export const fencedLate = fenced(
  'two-engines-paused',
  'two servers on one center: the first one is frozen, loses its lock, and comes back after 10 s',
  LONG_MS,
)

export const engineKilled: Fault = {
  name: 'engine-takes-over',
  title: 'two servers on one center: the one that keeps the books is killed',
  ...withShared(async (scene, shared) => {
    const { sending, ringside, random, note } = scene
    const second = await startSecond(scene, shared)
    await sending.reached(0.2 + 0.4 * random.next())
    const { engine } = await statusOf(ringside)
    await ringside.kill()
    const beganMs = performance.now()
    await takenOver(second, engine.epoch)
    const tookMs = performance.now() - beganMs
    note(`taken over after ${String(Math.round(tookMs))} ms`)
    await ringside.start()
  }),
}
