/** Faults of the disk: no room for the database, none for the log of Redis. */
import { execFile } from 'node:child_process'
import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { findProgram } from '../../../server/redis/program.ts'
import { SECOND_MS } from '../../../shared/time.ts'
import { statusOf } from '../check.ts'
import { eventually } from '../eventually.ts'
import type { Fault, Scene } from '../fault.ts'
import { appendedBytes, redisOfScene } from '../ownRedis.ts'
import { lacksSmallDisk, mountSmallDisk, type SmallDisk } from '../smallDisk.ts'
import { mustGetYoung, mustHaveHealed, someTime } from './processes.ts'

const run = promisify(execFile)
const FULL_MS = 5 * SECOND_MS
/** Far more than a load takes, and little to fill. */
const SMALL_DISK_BYTES = 96 * 1024 * 1024
/** What still fits. */
const ROOM_BYTES = 4_096

const lacks = async (): Promise<string | null> =>
  (await findProgram('prlimit', process.env['PATH'] ?? '')) === null
    ? 'this system has no prlimit'
    : null

/** No file of a process may grow beyond so much: to it, the disk is full. */
async function limitFiles(pid: number, bytes: number | 'unlimited'): Promise<void> {
  // The soft limit alone: whoever is not root could not raise the hard one again.
  await run('prlimit', ['--pid', String(pid), `--fsize=${String(bytes)}:`])
}

export const databaseFull: Fault = {
  name: 'disk-full-database',
  title: 'no room for SQLite for 5 s; the server goes on',
  lacks,
  // The embedded one, whatever the run is on.
  prepare: async () => ({ env: { DATABASE_URL: '' } }),
  strike: async (scene) => {
    const { sending, ringside, random, dataDir } = scene
    await sending.reached(0.1 + 0.4 * random.next())
    await someTime(scene)
    const { size } = await stat(join(dataDir, 'main.db-wal'))
    await limitFiles(ringside.pid(), size + ROOM_BYTES)
    sending.goOn()
    await pause(FULL_MS)
    await noteBooks(scene)
    mustHaveHealed(scene)
    await limitFiles(ringside.pid(), 'unlimited')
    await sending.rest()
    mustHaveHealed(scene)
    await mustGetYoung(scene)
  },
}

export const redisFull: Fault = {
  name: 'disk-full-redis',
  title: 'no room for the log of Redis for 5 s; the server goes on',
  lacks,
  strike: async (scene: Scene) => {
    const { sending, ringside, random, dataDir } = scene
    await sending.reached(0.1 + 0.4 * random.next())
    await someTime(scene)
    const before = sending.counts().refused
    const bytes = await appendedBytes(join(dataDir, 'redis'))
    // The server's as well, which it hands on to the Redis that it starts in place of one that ended.
    await limitFiles(ringside.pid(), Math.max(bytes, 32 * 1024 * 1024))
    await limitFiles(await ringside.redisPid(), bytes + ROOM_BYTES)
    await pause(FULL_MS)
    sending.goOn()
    await eventually('events are refused', () => sending.counts().refused > before)
    await limitFiles(ringside.pid(), 'unlimited')
    // It may have ended of it, and another one been started.
    await limitFiles(await ringside.redisPid(), 'unlimited')
    mustHaveHealed(scene)
    await mustGetYoung(scene)
  },
}

/** Whether they had what was acknowledged: where they have room left of their own, they go on. */
async function noteBooks({ ringside, note }: Scene): Promise<void> {
  const status = await statusOf(ringside).catch(() => null)
  note(status?.complete === true ? 'the books went on' : 'the books waited')
}

/** A data folder on a small disk, or the part of it that Redis has. */
const withSmallDisk = (
  part: string,
  prepare: (after: Scene['after'], dataDir: string) => Promise<Record<string, string>>,
  strike: (scene: Scene, disk: SmallDisk) => Promise<void>,
): Pick<Fault, 'lacks' | 'prepare' | 'strike'> => {
  const mounted = new Map<string, SmallDisk>()
  return {
    lacks: lacksSmallDisk,
    prepare: async (after, dataDir) => {
      const env = await prepare(after, dataDir)
      const disk = await mountSmallDisk(join(dataDir, part), SMALL_DISK_BYTES)
      mounted.set(dataDir, disk)
      after(async () => {
        mounted.delete(dataDir)
        await disk.remove()
      })
      return { env: { ...env, DATA_DIR: join(dataDir, 'data') }, prefix: disk.prefix }
    },
    strike: async (scene) => {
      const disk = mounted.get(scene.dataDir)
      if (!disk) throw new Error('There is no disk')
      await strike(scene, disk)
    },
  }
}

export const diskFullOfDatabase: Fault = {
  name: 'small-disk-database',
  title: 'the disk of the database is full for 5 s, of all of the machine; the server goes on',
  ...withSmallDisk(
    'data',
    async (after, dataDir) => {
      const redis = await redisOfScene(join(dataDir, 'other'), after)
      return { DATABASE_URL: '', REDIS_URL: redis.url }
    },
    async (scene, disk) => {
      const { sending, random } = scene
      await sending.reached(0.1 + 0.4 * random.next())
      await someTime(scene)
      await disk.fill()
      sending.goOn()
      await pause(FULL_MS)
      await noteBooks(scene)
      mustHaveHealed(scene)
      await disk.clear()
      await sending.rest()
      mustHaveHealed(scene)
      await mustGetYoung(scene)
    },
  ),
}

export const diskFullOfRedis: Fault = {
  name: 'small-disk-redis',
  title: 'the disk of Redis is full for 5 s, of all of the machine; the server goes on',
  ...withSmallDisk(
    'data/redis',
    async () => ({}),
    async (scene, disk) => {
      const { sending, random } = scene
      await sending.reached(0.1 + 0.4 * random.next())
      await someTime(scene)
      const before = sending.counts().refused
      await disk.fill()
      sending.goOn()
      await pause(FULL_MS)
      await eventually('events are refused', () => sending.counts().refused > before)
      await disk.clear()
      mustHaveHealed(scene)
      await sending.rest()
      mustHaveHealed(scene)
      await mustGetYoung(scene)
    },
  ),
}
