/** Faults that lose a part of the stream: a power cut, a Redis emptied, trimmed, or set back. */
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { SECOND_MS } from '../../../shared/time.ts'
import { keysOf } from '../../../server/stream/redisKeys.ts'
import { settled } from '../check.ts'
import type { Fault, Scene } from '../fault.ts'
import { appendedBytes, cutLog, redisOfScene, type OwnRedis } from '../ownRedis.ts'
import { startSending } from '../sender.ts'
import { mustHaveHealed, someTime } from './processes.ts'

/** How often the length of the log is noted. */
const NOTED_MS = 10
/** With `everysec`, what was written longer ago is on the disk. */
const UNSYNCED_MS = SECOND_MS

type Noted = { atMs: number; bytes: number; acknowledged: number }

/** Notes how long the log was when, and how much was acknowledged by then, until told to stop. */
function noteLengths({ sending }: Scene, folder: string) {
  const noted: Noted[] = []
  const stopping = new AbortController()
  const noting = (async () => {
    while (!stopping.signal.aborted) {
      // Counted first: what is acknowledged is in the length that is read after it.
      const acknowledged = sending.acknowledged().size
      const bytes = await appendedBytes(folder)
      noted.push({ atMs: performance.now(), bytes, acknowledged })
      await pause(NOTED_MS)
    }
  })()
  return async (): Promise<Noted[]> => {
    stopping.abort()
    await noting
    return noted
  }
}

/**
 * What a power cut takes: the whole machine stops, and of the log only what was on the disk is left.
 * Redis is stopped first, so that it writes no more while it is being killed.
 */
const powerCut = (fsync: 'always' | 'everysec'): Fault => ({
  name: `power-cut-${fsync}`,
  title:
    fsync === 'always'
      ? 'power cut: all killed, the log cut back to anything that was not acknowledged'
      : 'power cut with everysec: all killed, the log cut back by up to a second',
  prepare: async () => ({ env: { RINGSIDE_REDIS_FSYNC: fsync } }),
  ...(fsync === 'everysec' ? { leavesGap: 'perhaps' as const } : {}),
  strike: async (scene) => {
    const { sending, ringside, random, note, dataDir } = scene
    const folder = join(dataDir, 'redis')
    const stopNoting = noteLengths(scene, folder)
    await sending.reached(0.3 + 0.5 * random.next())
    await someTime(scene)
    const pid = await ringside.redisPid()
    process.kill(pid, 'SIGSTOP')
    const bytes = await appendedBytes(folder)
    await ringside.kill()
    process.kill(pid, 'SIGKILL')
    const noted = await stopNoting()
    const kept =
      fsync === 'always' ? afterAcknowledged(noted, bytes, random.next()) : synced(scene, noted)
    await cutLog(folder, kept)
    note(`${String(bytes - kept)} of ${String(bytes)} bytes of the log were lost`)

    await ringside.start()
    await loseNone(scene, fsync === 'always')
  },
})

/** Somewhere between what was acknowledged and what was written: in the middle of an entry, mostly. */
function afterAcknowledged(noted: readonly Noted[], bytes: number, share: number): number {
  const last = noted.at(-1)
  const surely = noted.findLast(({ acknowledged }) => acknowledged <= (last?.acknowledged ?? 0))
  const least = surely?.bytes ?? bytes
  return least + Math.floor((bytes - least) * share)
}

/** What it was at the last of the syncs that come every second. */
function synced({ random }: Scene, noted: readonly Noted[]): number {
  const atMs = performance.now() - UNSYNCED_MS * random.next()
  return (noted.findLast((each) => each.atMs <= atMs) ?? noted[0])?.bytes ?? 0
}

/**
 * Counts the acknowledged events that are in no number now; then all is sent once more, by a feed that
 * keeps what it sent: what of it was lost, it cannot know.
 */
export async function loseNone(scene: Scene, isNone: boolean): Promise<void> {
  const { sending, ringside, random, load, note } = scene
  await sending.rest()
  const { events } = await settled(ringside)
  const lost = load.events - events.folded
  note(`${String(lost)} of ${String(load.events)} acknowledged events were lost`)
  if (isNone && lost > 0) {
    throw new Error(`${String(lost)} acknowledged events are in no number`)
  }
  await startSending({
    url: () => ringside.url,
    batches: load.batches,
    random,
    longestPauseMs: 1,
  }).rest()
}

export const powerCutAlways = powerCut('always')
export const powerCutEverysec = powerCut('everysec')

/** A Redis on a machine of its own, which the scene's server uses. */
const withRedis = (
  strike: (scene: Scene, redis: OwnRedis) => Promise<void>,
): Pick<Fault, 'prepare' | 'strike'> => {
  const started = new Map<string, OwnRedis>()
  return {
    prepare: async (after, dataDir) => {
      const redis = await redisOfScene(join(dataDir, 'other'), after)
      started.set(dataDir, redis)
      after(() => {
        started.delete(dataDir)
      })
      return { env: { REDIS_URL: redis.url } }
    },
    strike: async (scene) => {
      const redis = started.get(scene.dataDir)
      if (!redis) throw new Error('There is no Redis')
      await strike(scene, redis)
    },
  }
}

export const redisSetBack: Fault = {
  name: 'redis-set-back',
  title: 'Redis alone loses its last second, and is back at once; the server goes on',
  leavesGap: true,
  ...withRedis(async (scene, redis) => {
    const { sending, random, note } = scene
    const stopNoting = noteLengths(scene, redis.folder)
    await sending.reached(0.3 + 0.4 * random.next())
    await someTime(scene)
    await redis.kill()
    const noted = await stopNoting()
    const last = noted.at(-1)?.bytes ?? 0
    const kept = Math.min(synced(scene, noted), last - 1)
    await cutLog(redis.folder, kept)
    note(`${String(last - kept)} bytes of the log were lost`)
    await redis.start()
    await loseNone(scene, false)
    mustHaveHealed(scene)
  }),
}

export const redisEmptied: Fault = {
  name: 'redis-emptied',
  title: 'FLUSHALL under load; the server goes on',
  leavesGap: true,
  ...withRedis(async (scene, redis) => {
    const { sending, random } = scene
    await sending.reached(0.3 + 0.4 * random.next())
    await someTime(scene)
    await redis.client.flushall()
    await loseNone(scene, false)
    mustHaveHealed(scene)
  }),
}

export const streamTrimmed: Fault = {
  name: 'stream-trimmed',
  title: 'the stream is trimmed too far while the server is down',
  leavesGap: true,
  ...withRedis(async (scene, redis) => {
    const { sending, ringside, random } = scene
    await sending.reached(0.3 + 0.4 * random.next())
    await someTime(scene)
    await ringside.kill()
    // What somebody appended whom the server did not live to hear, and nothing of what was before.
    const { events } = keysOf('main')
    await redis.client.xtrim(events, 'MAXLEN', 0)
    await redis.client.xadd(events, '*', 'events', '[]')
    await ringside.start()
    await loseNone(scene, false)
  }),
}
