/** Finds a Redis program on this machine, or fetches one: the order of `npm start`. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { promisify } from 'node:util'
import { SECOND_MS } from '../../shared/time.ts'
import { hasDebianTools, libraryPath, unpackPackages } from './debianPackages.ts'
import { findProgram } from './program.ts'

const run = promisify(execFile)

/** The first Redis with everything that the stream uses (`XTRIM MINID`, `XADD NOMKSTREAM`). */
const OLDEST_USABLE = { major: 6, minor: 2 }
/** Redis and its fork under a free licence; they speak the same protocol and take the same options. */
const NAMES = ['redis-server', 'valkey-server'] as const
/** A program that does not say its version within this is not one that we can use. */
const VERSION_LIMIT_MS = 10 * SECOND_MS
/** `redis-server` and what it needs beyond a bare Debian image. */
const DEBIAN_PACKAGES = [
  'redis-server',
  'redis-tools',
  'libjemalloc2',
  'liblzf1',
  'libatomic1',
] as const

/** A Redis that runs here. */
export type RedisBinary = {
  path: string
  /** What the dynamic linker needs to run it, null when nothing. */
  libraryPath: string | null
  version: RedisVersion
}

export type RedisVersion = { major: number; minor: number; text: string }

export type BinarySearch = {
  /** `RINGSIDE_REDIS_BIN`: this program and no other; null when not set. */
  redisBin: string | null
  /** A `PATH` to look on. */
  searchPath: string
  /** Where fetched programs are kept between starts. */
  cacheDir: string
  report: (line: string) => void
}

/**
 * The Redis to run: the one named, else one on the PATH, else the one fetched before, else one
 * fetched now from Debian's or Ubuntu's packages, else Homebrew's; null when there is none of them.
 * Rejects when `redisBin` names one that cannot be used: what was asked for is never replaced.
 */
export async function findOrFetchRedis(search: BinarySearch): Promise<RedisBinary | null> {
  if (search.redisBin !== null) return namedRedis(search.redisBin)
  return (
    (await redisOnPath(search)) ??
    (await fetchedRedis(search.cacheDir)) ??
    (await fetchRedis(search)) ??
    (await redisOfHomebrew(search.searchPath))
  )
}

async function namedRedis(path: string): Promise<RedisBinary> {
  const version = await versionOf(path, null)
  if (version === null) throw new Error(`RINGSIDE_REDIS_BIN: ${path} is not a Redis that runs here`)
  if (!isUsable(version)) throw new Error(`RINGSIDE_REDIS_BIN: ${tooOld(path, version)}`)
  return { path, libraryPath: null, version }
}

async function redisOnPath({ searchPath, report }: BinarySearch): Promise<RedisBinary | null> {
  for (const name of NAMES) {
    const path = await findProgram(name, searchPath)
    if (path === null) continue
    const version = await versionOf(path, null)
    if (version === null) report(`${path} does not run; looking further`)
    else if (!isUsable(version)) report(`${tooOld(path, version)}; looking further`)
    else return { path, libraryPath: null, version }
  }
  return null
}

/** The Redis that an earlier start fetched; null when there is none, or none that still runs. */
async function fetchedRedis(cacheDir: string): Promise<RedisBinary | null> {
  const root = fetchedRoot(cacheDir)
  const path = join(root, 'usr/bin/redis-server')
  if (!existsSync(path)) return null
  const libraries = await libraryPath(root)
  const version = await versionOf(path, libraries)
  return version !== null && isUsable(version) ? { path, libraryPath: libraries, version } : null
}

async function fetchRedis(search: BinarySearch): Promise<RedisBinary | null> {
  const { cacheDir, searchPath, report } = search
  if (!(await hasDebianTools(searchPath))) return null
  report('no Redis on this machine; fetching one (about 8 MB, kept for later starts)')
  try {
    await unpackPackages({
      packages: DEBIAN_PACKAGES,
      into: fetchedRoot(cacheDir),
      searchPath,
      report,
    })
  } catch (error) {
    report(`could not fetch it: ${error instanceof Error ? error.message : String(error)}`)
    return null
  }
  return fetchedRedis(cacheDir)
}

async function redisOfHomebrew(searchPath: string): Promise<RedisBinary | null> {
  const brew = await findProgram('brew', searchPath)
  if (brew === null) return null
  for (const formula of ['valkey', 'redis']) {
    const prefix = await run(brew, ['--prefix', formula]).then(
      ({ stdout }) => stdout.trim(),
      () => null,
    )
    if (prefix === null) continue
    const path = join(prefix, 'bin', `${formula}-server`)
    const version = existsSync(path) ? await versionOf(path, null) : null
    if (version !== null && isUsable(version)) return { path, libraryPath: null, version }
  }
  return null
}

function fetchedRoot(cacheDir: string): string {
  // Absolute, since programs are run in other folders than ours.
  return resolve(cacheDir, 'redis', 'root')
}

/** The environment that a binary is run with. */
export function environmentOf(libraries: string | null): NodeJS.ProcessEnv {
  return libraries === null ? process.env : { ...process.env, LD_LIBRARY_PATH: libraries }
}

async function versionOf(path: string, libraries: string | null): Promise<RedisVersion | null> {
  try {
    const { stdout } = await run(path, ['--version'], {
      env: environmentOf(libraries),
      timeout: VERSION_LIMIT_MS,
    })
    return parseVersion(stdout)
  } catch {
    return null
  }
}

/**
 * Reads what `--version` prints; null when it is not a Redis.
 *
 *     Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=…
 *     Valkey server v=8.0.1 sha=…
 */
export function parseVersion(output: string): RedisVersion | null {
  const found = /\b(?:Redis|Valkey) server v=(\d+)\.(\d+)\.\d+/.exec(output)
  if (!found) return null
  return {
    major: Number(found[1]),
    minor: Number(found[2]),
    text: found[0].slice(found[0].indexOf('=') + 1),
  }
}

/** Whether the stream can rely on a Redis of this version. */
export function isUsable({ major, minor }: RedisVersion): boolean {
  return (
    major > OLDEST_USABLE.major || (major === OLDEST_USABLE.major && minor >= OLDEST_USABLE.minor)
  )
}

function tooOld(path: string, { text }: RedisVersion): string {
  return `${path} is version ${text}, and 6.2 is the oldest that will do`
}
