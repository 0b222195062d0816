/** A Redis of our own: on a unix socket, durable, ended with us, started again when it fails. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, open, readFile, realpath, rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import { environmentOf, type RedisBinary } from './binary.ts'
import { endLeftover, forgetProcess, noteProcess } from './leftover.ts'
import { ping } from './ping.ts'
import { findProgram } from './program.ts'
import { socketPathFor } from './socketPath.ts'

/** Loading a full log takes seconds; one that takes longer than this is not loading. */
const READY_LIMIT_MS = 30 * MINUTE_MS
const LOOK_AGAIN_MS = 20
/** How often a long load is reported. */
const STILL_LOADING_MS = 5 * SECOND_MS
/** Redis writes out its log when asked to end; one that takes longer hangs. */
const END_LIMIT_MS = 20 * SECOND_MS
/** A Redis that fails is started again after a pause that doubles up to the longest. */
const SHORTEST_PAUSE_MS = 200
const LONGEST_PAUSE_MS = 10 * SECOND_MS
/** A Redis that ran so long was well: its next failure is a new one. */
const WELL_AFTER_MS = MINUTE_MS
/** What Redis said is kept up to this size, and once more under another name. */
const LOG_LIMIT_BYTES = 1024 * 1024
/** How much of what Redis said an error quotes. */
const QUOTED_BYTES = 2_000

export type PrivateRedis = {
  /** Its unix socket; the same for as long as the data folder is. */
  path: string
  /** Its process now; another one after it failed and was started again. */
  readonly pid: number
  /** Ends it. Everything acknowledged is on disk then. */
  stop: () => Promise<void>
}

export type PrivateRedisOptions = {
  binary: RedisBinary
  /** The center's data folder, which the caller has locked; Redis gets `redis` in it. */
  dataDir: string
  /** When an append reaches the disk: before it is acknowledged, or within a second. */
  fsync: 'always' | 'everysec'
  report: (line: string) => void
}

/**
 * Starts a Redis that is ours alone and resolves when it answers. Rejects, with Redis's own words,
 * when it cannot start.
 *
 * One left by a start that was killed is ended first: ours is always our child, so that it ends
 * with us, is started again by us, and has the settings of now.
 */
export async function startPrivateRedis(options: PrivateRedisOptions): Promise<PrivateRedis> {
  await mkdir(join(options.dataDir, 'redis'), { recursive: true, mode: 0o700 })
  const folder = await realpath(join(options.dataDir, 'redis'))
  if (options.binary.version.major < 7 && existsSync(join(folder, 'appendonlydir'))) {
    throw new Error(
      `${folder} was written by Redis 7 or later, which ${options.binary.path} ` +
        `(version ${options.binary.version.text}) cannot read`,
    )
  }
  const path = await socketPathFor(folder)
  await endLeftover({ folder, path, report: options.report })

  const abort = new AbortController()
  const isStopping = (): boolean => abort.signal.aborted
  let child = await startOnce(options, folder, path)
  let startedAtMs = performance.now()
  let pauseMs = SHORTEST_PAUSE_MS
  let again: Promise<void> | null = null

  const watch = (): void => {
    child.once('exit', (code, signal) => {
      if (isStopping()) return
      options.report(`Redis ended by itself (${String(signal ?? code)}); starting it again`)
      again = startAgain()
    })
  }
  const startAgain = async (): Promise<void> => {
    if (performance.now() - startedAtMs > WELL_AFTER_MS) pauseMs = SHORTEST_PAUSE_MS
    while (!isStopping()) {
      await pause(pauseMs, undefined, { signal: abort.signal }).catch(() => undefined)
      pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)
      if (isStopping()) return
      try {
        child = await startOnce(options, folder, path)
        startedAtMs = performance.now()
        watch()
        options.report('Redis runs again')
        return
      } catch (error) {
        options.report(error instanceof Error ? error.message : String(error))
      }
    }
  }
  watch()

  return {
    path,
    get pid() {
      return child.pid ?? 0
    },
    async stop() {
      if (isStopping()) return
      abort.abort()
      await again
      await end(child)
      await forgetProcess(folder)
    },
  }
}

async function startOnce(
  { binary, fsync, report }: PrivateRedisOptions,
  folder: string,
  path: string,
): Promise<ChildProcess> {
  const log = await openLog(folder)
  const [command, ...words] = await diesWithUs([
    ...[binary.path, '--port', '0', '--unixsocket', path, '--unixsocketperm', '700'],
    ...['--dir', folder, '--save', '', '--appendonly', 'yes', '--appendfsync', fsync],
    ...['--maxmemory-policy', 'noeviction', '--daemonize', 'no'],
  ])
  const child = spawn(command ?? binary.path, words, {
    cwd: folder,
    env: environmentOf(binary.libraryPath),
    stdio: ['ignore', log.fd, log.fd],
    // A session of its own: Ctrl-C in our terminal is for us, who end Redis last.
    detached: true,
  })
  const failed = new Promise<never>((_resolve, reject) => {
    child.on('error', reject)
  })
  // It may fail when nobody waits for it any more: its end is what counts then.
  failed.catch(() => undefined)
  try {
    await log.close()
    await noteProcess(folder, child.pid ?? 0, path)
    await Promise.race([answering(child, path, report), failed])
  } catch (error) {
    await end(child)
    const said = await lastWords(folder)
    throw new Error(`Redis did not start. It said:\n${said}`, { cause: error })
  }
  return child
}

/**
 * Linux ends a child with its parent, however the parent ended, when told to; elsewhere one that
 * was left behind is ended by the next start.
 */
async function diesWithUs(command: readonly string[]): Promise<readonly string[]> {
  if (process.platform !== 'linux') return command
  const setpriv = await findProgram('setpriv', process.env['PATH'] ?? '')
  return setpriv === null ? command : [setpriv, '--pdeathsig', 'TERM', ...command]
}

async function answering(
  child: ChildProcess,
  path: string,
  report: (line: string) => void,
): Promise<void> {
  const startedAtMs = performance.now()
  let reportAtMs = startedAtMs + STILL_LOADING_MS
  while (performance.now() - startedAtMs < READY_LIMIT_MS) {
    if (child.exitCode !== null || child.signalCode !== null) throw new Error('It has ended.')
    const answer = await ping(path)
    if (answer === 'ready') return
    if (performance.now() > reportAtMs) {
      report(answer === 'loading' ? 'Redis is reading its log' : 'Redis does not answer yet')
      reportAtMs = performance.now() + STILL_LOADING_MS
    }
    await pause(LOOK_AGAIN_MS)
  }
  throw new Error('It did not answer in time.')
}

async function end(child: ChildProcess): Promise<void> {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return
  const ended = once(child, 'exit')
  child.kill('SIGTERM')
  const abort = new AbortController()
  const tooLong = pause(END_LIMIT_MS, 'tooLong', { signal: abort.signal }).catch(() => null)
  if ((await Promise.race([ended, tooLong])) === 'tooLong') child.kill('SIGKILL')
  abort.abort()
  await ended
}

async function openLog(folder: string): ReturnType<typeof open> {
  const file = join(folder, 'redis.log')
  const size = await stat(file).then(
    (stats) => stats.size,
    () => 0,
  )
  if (size > LOG_LIMIT_BYTES) await rename(file, `${file}.1`)
  return open(file, 'a')
}

async function lastWords(folder: string): Promise<string> {
  const said = await readFile(join(folder, 'redis.log'), 'utf8').catch(() => '')
  return said.slice(-QUOTED_BYTES).trim()
}
