/** A clock that can be set, for a process and all that it starts: Debian's libfaketime. */
import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { hasDebianTools, unpackPackages } from '../../server/redis/debianPackages.ts'
import { CACHE_DIR } from '../cache.ts'

const ROOT = join(CACHE_DIR, 'faketime', 'root')

export type FakeClock = {
  /** The settings of a process that goes by it. */
  env: Record<string, string>
  /** Sets it so many hours before or after the real one. */
  set: (hours: number) => Promise<void>
}

/** Why there can be none on this system; null: there can. */
export const lacksFakeClock = async (): Promise<string | null> =>
  (await library().catch(() => null)) === null ? 'libfaketime is not to be had here' : null

/** Makes one that is set by a file. */
export async function makeFakeClock(file: string, hours = 0): Promise<FakeClock> {
  const set = (offset: number): Promise<void> =>
    writeFile(file, `${offset < 0 ? '' : '+'}${String(offset)}h\n`)
  await set(hours)
  return {
    env: {
      // The C library first of all others: an allocator that comes along, as that of Redis, asks for
      // the time before there is one, and would ask for ever.
      LD_PRELOAD: `${(await library()) ?? ''} libc.so.6`,
      FAKETIME_TIMESTAMP_FILE: file,
      FAKETIME_NO_CACHE: '1',
      // What measures spans of time goes on as it does when a real clock is set.
      FAKETIME_DONT_FAKE_MONOTONIC: '1',
    },
    set,
  }
}

let fetched: Promise<string | null> | null = null

/** Several faults ask at once: two that unpack into one folder would be in each other's way. */
const library = (): Promise<string | null> => (fetched ??= fetchLibrary())

async function fetchLibrary(): Promise<string | null> {
  const had = await unpacked()
  if (had !== null) return had
  const searchPath = process.env['PATH'] ?? ''
  if (process.platform !== 'linux' || !(await hasDebianTools(searchPath))) return null
  await unpackPackages({
    packages: ['libfaketime'],
    into: ROOT,
    searchPath,
    report: () => undefined,
  })
  return unpacked()
}

async function unpacked(): Promise<string | null> {
  const files = await readdir(ROOT, { recursive: true }).catch(() => [])
  const found = files.find((file) => file.endsWith('faketime/libfaketime.so.1'))
  return found === undefined ? null : join(ROOT, found)
}
