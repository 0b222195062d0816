/** Faults of the clock: it steps by an hour, forth and back, for the server or for Redis. */
import { join } from 'node:path'
import type { Fault, Scene } from '../fault.ts'
import { lacksFakeClock, makeFakeClock, type FakeClock } from '../fakeClock.ts'
import { redisOfScene, type OwnRedis } from '../ownRedis.ts'
import { mustGetYoung, mustHaveHealed, someTime } from './processes.ts'

type Clocked = { clock: FakeClock; redis: OwnRedis }

/** A server and a Redis beside it, one of which goes by a clock that can be set. */
const withClock = (
  whose: 'server' | 'redis',
  strike: (scene: Scene, clocked: Clocked) => Promise<void>,
): Pick<Fault, 'lacks' | 'prepare' | 'strike'> => {
  const started = new Map<string, Clocked>()
  return {
    lacks: lacksFakeClock,
    prepare: async (after, dataDir) => {
      const clock = await makeFakeClock(join(dataDir, 'clock'))
      const env = whose === 'redis' ? clock.env : {}
      const redis = await redisOfScene(join(dataDir, 'other'), after, env)
      started.set(dataDir, { clock, redis })
      after(() => {
        started.delete(dataDir)
      })
      return { env: { REDIS_URL: redis.url, ...(whose === 'server' ? clock.env : {}) } }
    },
    strike: async (scene) => {
      const clocked = started.get(scene.dataDir)
      if (!clocked) throw new Error('There is no clock')
      await strike(scene, clocked)
    },
  }
}

/** An hour forth, back, and back once more, each while events come. */
async function stepThrice(scene: Scene, clock: FakeClock): Promise<void> {
  const { sending, random } = scene
  for (const [share, hours] of [
    [0.1, 1],
    [0.3, 0],
    [0.5, -1],
  ] as const) {
    await sending.reached(share + 0.1 * random.next())
    await someTime(scene)
    await clock.set(hours)
  }
  await sending.reached(0.8)
}

export const clockSteps: Fault = {
  name: 'clock-steps',
  title: 'the clock steps by an hour, forth, back, and back again',
  ...withClock('server', async (scene, { clock }) => {
    const { sending, ringside } = scene
    await stepThrice(scene, clock)
    // A start with the clock set back: what was written lies in its future.
    await ringside.kill()
    await ringside.start()
    await sending.rest()
    mustHaveHealed(scene)
    await mustGetYoung(scene)
  }),
}

export const redisClockSteps: Fault = {
  name: 'redis-clock-steps',
  title: 'the clock of Redis steps by an hour, forth, back, and back again; then it is killed',
  ...withClock('redis', async (scene, { clock, redis }) => {
    const { sending, note } = scene
    const [toldS = '0'] = await redis.client.time().then((told) => told.map(String))
    await stepThrice(scene, clock)
    const [thenS = '0'] = await redis.client.time().then((told) => told.map(String))
    note(`by its own clock ${String(Math.round((Number(thenS) - Number(toldS)) / 60))} min passed`)
    if (Number(thenS) > Number(toldS)) throw new Error('The clock of Redis has not been set back')
    await redis.kill()
    await redis.start()
    await sending.rest()
    mustHaveHealed(scene)
    await mustGetYoung(scene)
  }),
}
