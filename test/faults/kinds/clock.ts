/** Faults of the clock: it steps by an hour, forth and back, for the server; Redis keeps its own. */
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasDebianTools, unpackPackages } from '../../../server/redis/debianPackages.ts'
import { CACHE_DIR } from '../../cache.ts'
import type { Fault } from '../fault.ts'
import { startOwnRedis } from '../ownRedis.ts'
import { mustGetYoung, mustHaveHealed, someTime } from './processes.ts'

const ROOT = join(CACHE_DIR, 'faketime', 'root')

/** Debian's library that tells a process another time; null: it is not to be had. */
async function fakeTime(): Promise<string | null> {
  const found = await library()
  if (found !== null) return found
  const searchPath = process.env['PATH'] ?? ''
  if (process.platform !== 'linux' || !(await hasDebianTools(searchPath))) return null
  await unpackPackages({
    packages: ['libfaketime'],
    into: ROOT,
    searchPath,
    report: () => undefined,
  })
  return library()
}

async function library(): Promise<string | null> {
  const files = await readdir(ROOT, { recursive: true }).catch(() => [])
  const found = files.find((file) => file.endsWith('faketime/libfaketime.so.1'))
  return found === undefined ? null : join(ROOT, found)
}

const offsetFile = (dataDir: string): string => join(dataDir, 'clock')

export const clockSteps: Fault = {
  name: 'clock-steps',
  title: 'the clock steps by an hour, forth, back, and two hours back',
  lacks: async () =>
    (await fakeTime().catch(() => null)) === null ? 'libfaketime is not to be had here' : null,
  prepare: async (after, dataDir) => {
    // Redis brings an allocator along that the library does not get on with.
    const redis = await startOwnRedis(join(dataDir, 'other'), 'everysec')
    after(async () => {
      redis.client.disconnect()
      await redis.kill()
    })
    await writeFile(offsetFile(dataDir), '+0\n')
    return {
      env: {
        REDIS_URL: redis.url,
        LD_PRELOAD: (await fakeTime()) ?? '',
        FAKETIME_TIMESTAMP_FILE: offsetFile(dataDir),
        FAKETIME_NO_CACHE: '1',
        // What measures spans of time goes on as it does when a real clock is set.
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
      },
    }
  },
  strike: async (scene) => {
    const { sending, random, dataDir, ringside } = scene
    let hours = 0
    for (const [share, step] of [
      [0.1, 1],
      [0.3, -1],
      [0.5, -1],
    ] as const) {
      await sending.reached(share + 0.1 * random.next())
      await someTime(scene)
      hours += step
      await writeFile(offsetFile(dataDir), `${hours < 0 ? '' : '+'}${String(hours)}h\n`)
    }
    await sending.reached(0.8)
    // A start with the clock set back: what was written lies in its future.
    await ringside.kill()
    await ringside.start()
    await sending.rest()
    mustHaveHealed(scene)
    await mustGetYoung(scene)
  },
}
