/** The parts in processes of their own, over one Redis and one PostgreSQL, killed one after the other. */
import { join } from 'node:path'
import { SECOND_MS } from '../../../shared/time.ts'
import { startCluster } from '../../postgres.ts'
import { statusOf } from '../check.ts'
import type { Fault, Scene } from '../fault.ts'
import { redisOfScene } from '../ownRedis.ts'
import { startRingside, type Ringside } from '../ringside.ts'
import { takenOver } from './engines.ts'
import { mustGetYoung, someTime } from './processes.ts'

/** An engine that died is followed by another within ten seconds; a machine may be slow and busy. */
const TAKE_OVER_LIMIT_MS = 40 * SECOND_MS

/** Beside the scene's own server, which is the API. */
type Parts = { door: Ringside; gateway: Ringside; engine: Ringside; nextEngine: Ringside }

const started = new Map<string, Parts>()

export const rolesKilled: Fault = {
  name: 'roles-killed',
  title: 'ingest, two engines, gateway and api as processes: kill -9 of each, one after the other',
  prepare: async (after, dataDir) => {
    const cluster = await startCluster(['jit=off'])
    after(cluster.remove)
    const redis = await redisOfScene(join(dataDir, 'shared'), after)
    after(() => {
      started.delete(dataDir)
    })
    const env = { DATABASE_URL: cluster.url, REDIS_URL: redis.url }
    const start = async (name: string, roles: string): Promise<Ringside> => {
      const life = { dataDir: join(dataDir, name), env: { ...env, RINGSIDE_ROLES: roles } }
      const part = await startRingside(life)
      after(() => part.kill())
      return part
    }
    const parts = {
      engine: await start('engine', 'engine'),
      nextEngine: await start('next-engine', 'engine'),
      door: await start('door', 'ingest,connectors'),
      gateway: await start('gateway', 'gateway'),
    }
    started.set(dataDir, parts)
    return {
      env: { ...env, RINGSIDE_ROLES: 'api' },
      doorUrl: () => parts.door.url,
      wallUrl: () => parts.gateway.url,
    }
  },
  strike: async (scene) => {
    const { sending, ringside, random } = scene
    const parts = started.get(scene.dataDir)
    if (!parts) throw new Error('There are no parts')
    const { door, gateway, engine, nextEngine } = parts
    const killed = [
      async () => restarted(door),
      async () => follows(scene, engine),
      async () => restarted(gateway),
      async () => restarted(ringside),
      async () => follows(scene, nextEngine),
    ]
    for (const [n, kill] of killed.entries()) {
      await sending.reached(0.15 * (n + 1) + 0.1 * random.next())
      await someTime(scene)
      await kill()
    }
    await sending.rest()
    await mustGetYoung(scene)
    for (const [name, part] of Object.entries(parts)) {
      if (!part.isUp()) throw new Error(`The ${name} has ended:\n${part.output()}`)
    }
  },
}

async function restarted(part: Ringside): Promise<void> {
  await part.kill()
  await part.start()
}

/** Kills the engine that keeps the books: the other one must take them over, and soon. */
async function follows({ ringside, note }: Scene, engine: Ringside): Promise<void> {
  const { epoch } = (await statusOf(ringside)).engine
  await engine.kill()
  const beganMs = performance.now()
  await takenOver(ringside, epoch)
  const tookMs = performance.now() - beganMs
  note(`taken over after ${String(Math.round(tookMs))} ms`)
  if (tookMs > TAKE_OVER_LIMIT_MS) throw new Error(`Taken over after ${String(tookMs)} ms`)
  await engine.start()
}
