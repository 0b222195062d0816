/** A private PostgreSQL, a real one: `inject('postgresUrl')` for a whole run, or one to break. */
import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { chmod, chown, cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
// Makes the module known, so that its list of what a run provides can be added to.
import type {} from 'vitest'
import type { TestProject } from 'vitest/node'
import { hasDebianTools, libraryPath, unpackPackages } from '../server/redis/debianPackages.ts'
import { findProgram } from '../server/redis/program.ts'
import { CACHE_DIR } from './cache.ts'
import { POSTGRES_OF_RUN } from './database.ts'

const run = promisify(execFile)

/** The oldest PostgreSQL that Ringside supports. */
const OLDEST_USABLE = 15
/** The user that PostgreSQL runs as when the tests run as root, whom it refuses. */
const UNPRIVILEGED = { uid: 65_534, gid: 65_534 }

declare module 'vitest' {
  export interface ProvidedContext {
    /**
     * A PostgreSQL that all test files share, with a superuser and no password: a file that writes
     * makes a database of its own (`create database`), with a random name.
     */
    postgresUrl: string
  }
}

type Programs = { bin: string; libraries: string | null }

export type Cluster = {
  /** A superuser without a password, in the database `postgres`. */
  url: string
  /** The server's first process now. */
  pid: () => number
  /** Starts it again on the same data, once it has ended. */
  start: () => Promise<void>
  /** PostgreSQL's fast shutdown. */
  stop: () => Promise<void>
  /** Ends it as a power cut does, with all of its processes. */
  kill: () => Promise<void>
  /** Ends it, and removes its data. */
  remove: () => Promise<void>
}

/** Starts the cluster before the first test and ends it after the last one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // Each project of vitest may start one; files run in processes that are forked from here.
  const cluster = await startForRun()
  project.provide('postgresUrl', cluster.url)
  return cluster.remove
}

/** The cluster of a run, which servers on folders of their own then find (`usualDatabase`). */
export async function startForRun(): Promise<Cluster> {
  // Nothing outlives the run, so nothing needs to reach the disk.
  const cluster = await startCluster(['fsync=off', 'synchronous_commit=off', 'jit=off'])
  process.env[POSTGRES_OF_RUN] = cluster.url
  return cluster
}

/** Makes a cluster of its own in a new folder, and starts it with these settings. */
export async function startCluster(settings: readonly string[]): Promise<Cluster> {
  const folder = await mkdtemp(join(tmpdir(), 'ringside-postgres-'))
  const isRoot = process.getuid?.() === 0
  const owner = isRoot ? UNPRIVILEGED : {}
  if (isRoot) await chown(folder, UNPRIVILEGED.uid, UNPRIVILEGED.gid)
  await chmod(folder, 0o700)

  const { bin, libraries } = await reachable(await findPrograms(), isRoot ? folder : null)
  const libraryEnv = libraries === null ? {} : { LD_LIBRARY_PATH: libraries }
  const env = { PATH: `${bin}:${process.env['PATH'] ?? ''}`, LC_ALL: 'C', ...libraryEnv }
  const data = join(folder, 'data')
  await run(
    join(bin, 'initdb'),
    ['-D', data, '-U', 'ringside', '-E', 'UTF8', '--locale=C', '-A', 'trust', '--no-sync'],
    { ...owner, env, cwd: folder },
  )

  const socketOnly = [`unix_socket_directories=${folder}`, 'listen_addresses=']
  const words = [...socketOnly, ...settings].flatMap((setting) => ['-c', setting])
  let server: ChildProcess | null = null
  const start = async (): Promise<void> => {
    const started = spawn(join(bin, 'postgres'), ['-D', data, ...words], {
      ...owner,
      env,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      // A group of its own: what is done to it is done to all of its processes.
      detached: true,
    })
    server = started
    await readyToAccept(started.stderr)
    // It says more in time; nobody reads it.
    started.stderr.resume()
  }
  const isRunning = (): boolean =>
    server !== null && server.exitCode === null && server.signalCode === null
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (!server || !isRunning()) return
    const ended = once(server, 'exit')
    server.kill(signal)
    await ended
  }
  await start()
  return {
    url: `postgres://ringside@localhost/postgres?host=${folder}`,
    pid: () => server?.pid ?? 0,
    start,
    // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for every client to leave.
    stop: () => end('SIGINT'),
    kill: async () => {
      const children = await childrenOf(server?.pid ?? 0)
      // First the one that would clear up after the others.
      await end('SIGKILL')
      for (const pid of children) {
        // Those that saw it gone have gone as well.
        try {
          process.kill(pid, 'SIGKILL')
        } catch {
          continue
        }
      }
    },
    remove: async () => {
      // Its immediate shutdown: nobody needs what it holds.
      await end('SIGQUIT')
      await rm(folder, { recursive: true, force: true })
    },
  }
}

/** The processes that a process of Linux has started. */
export async function childrenOf(pid: number): Promise<number[]> {
  const of = `/proc/${String(pid)}/task/${String(pid)}/children`
  const children = await readFile(of, 'utf8').catch(() => '')
  return children.split(' ').filter(Boolean).map(Number)
}

/** Resolves when PostgreSQL says so; rejects with what it said instead, when it ends before that. */
function readyToAccept(output: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    output.on('data', (chunk) => {
      said += String(chunk)
      if (said.includes('ready to accept connections')) resolve()
    })
    output.on('end', () => {
      reject(new Error(`PostgreSQL did not start:\n${said}`))
    })
  })
}

/** PostgreSQL's programs: Debian's place, the PATH, an earlier fetch, or fetched now. */
async function findPrograms(): Promise<Programs> {
  const searchPath = process.env['PATH'] ?? ''
  const installed =
    (await newestIn('/usr/lib/postgresql')) ?? (await onPath(searchPath)) ?? (await fetched())
  if (installed !== null) return installed
  if (await hasDebianTools(searchPath)) {
    await unpackPackages({
      packages: ['postgresql'],
      into: fetchedRoot(),
      searchPath,
      report: (line) => {
        console.log(`PostgreSQL: ${line}`)
      },
    })
    const now = await fetched()
    if (now !== null) return now
  }
  throw new Error('The tests need PostgreSQL 15 or later: install its server package.')
}

function fetchedRoot(): string {
  return join(CACHE_DIR, 'postgres', 'root')
}

async function fetched(): Promise<Programs | null> {
  const programs = await newestIn(join(fetchedRoot(), 'usr/lib/postgresql'))
  return programs && { ...programs, libraries: await libraryPath(fetchedRoot()) }
}

async function onPath(searchPath: string): Promise<Programs | null> {
  const postgres = await findProgram('postgres', searchPath)
  if (postgres === null || (await findProgram('initdb', searchPath)) === null) return null
  const { stdout } = await run(postgres, ['--version'])
  const major = Number(/(\d+)/.exec(stdout)?.[1] ?? 0)
  return major >= OLDEST_USABLE ? { bin: dirname(postgres), libraries: null } : null
}

/** Debian keeps each major version in a folder of its own. */
async function newestIn(folder: string): Promise<Programs | null> {
  const versions = await readdir(folder).catch(() => [])
  const newest = versions
    .map(Number)
    .filter(
      (version) =>
        version >= OLDEST_USABLE && existsSync(join(folder, `${String(version)}/bin/postgres`)),
    )
    .sort((a, b) => b - a)[0]
  return newest === undefined ? null : { bin: join(folder, String(newest), 'bin'), libraries: null }
}

/**
 * Programs that the unprivileged user may run. A root's home, where a project may lie, is closed to
 * everybody else: then a copy beside the data is used.
 */
async function reachable(programs: Programs, folder: string | null): Promise<Programs> {
  if (folder === null || programs.libraries === null) return programs
  const copy = join(folder, 'root')
  await cp(fetchedRoot(), copy, { recursive: true, verbatimSymlinks: true })
  const moved = (path: string): string => path.replaceAll(fetchedRoot(), copy)
  return { bin: moved(programs.bin), libraries: moved(programs.libraries) }
}
