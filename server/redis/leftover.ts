/** Ends the Redis that an earlier start left behind when it was killed. */
import { execFile } from 'node:child_process'
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { SECOND_MS } from '../../shared/time.ts'
import { ping, redisProcess } from './ping.ts'

const run = promisify(execFile)

/** It writes out its log when asked to end; one that takes longer hangs, and is made to. */
const END_LIMIT_MS = 20 * SECOND_MS
/** No process outlives SIGKILL by so long, unless the system itself hangs. */
const KILL_LIMIT_MS = 10 * SECOND_MS
const LOOK_AGAIN_MS = 20

export type Leftover = {
  /** The folder that Redis keeps its data in. */
  folder: string
  /** The socket that a Redis of this folder listens on. */
  path: string
  report: (line: string) => void
}

/** A Redis that runs on a folder: its process, and where it listens. */
type Running = { pid: number; path: string }

/** Notes the process, so that a later start finds it even when it does not answer. */
export async function noteProcess(folder: string, pid: number, path: string): Promise<void> {
  await writeFile(pidFileOf(folder), `${String(pid)}\n${path}\n`)
}

export async function forgetProcess(folder: string): Promise<void> {
  await rm(pidFileOf(folder), { force: true })
}

function pidFileOf(folder: string): string {
  return join(folder, 'redis.pid')
}

/**
 * Two Redis processes on one folder would write one log: resolves when none is left. The caller
 * holds the data folder's lock, so whatever runs there belongs to nobody alive.
 */
export async function endLeftover({ folder, path, report }: Leftover): Promise<void> {
  const pid = await findLeftover(folder, path)
  if (pid !== null) {
    report(`ending the Redis that an earlier start left behind (process ${String(pid)})`)
    await endProcess(pid)
  }
  if ((await ping(path)) !== 'gone') {
    throw new Error(`Something that is not our Redis listens on ${path}`)
  }
  await forgetProcess(folder)
}

/**
 * The Redis that answers for this folder, or the process that the last start noted, if it still is
 * a Redis of ours: one that does not answer, because it is stopped, or ending. Its number may long
 * be somebody else's.
 */
async function findLeftover(folder: string, path: string): Promise<number | null> {
  const noted = await readNoted(folder)
  for (const place of new Set([path, noted?.path ?? path])) {
    const pid = await redisProcess(place, folder)
    if (pid !== null) return pid
  }
  if (noted === null) return null
  return (await commandOf(noted.pid)).includes(noted.path) ? noted.pid : null
}

async function readNoted(folder: string): Promise<Running | null> {
  const text = await readFile(pidFileOf(folder), 'utf8').catch(() => '')
  const [first = '', path = ''] = text.split('\n')
  const pid = Number(first)
  return Number.isInteger(pid) && pid > 1 && path !== '' ? { pid, path } : null
}

/** The words that a process was started with, or gave itself; empty when it is no more. */
async function commandOf(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    return readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '')
  }
  return run('ps', ['-o', 'command=', '-p', String(pid)]).then(
    ({ stdout }) => (stdout.includes('<defunct>') ? '' : stdout),
    () => '',
  )
}

async function endProcess(pid: number): Promise<void> {
  signal(pid, 'SIGTERM')
  // One that is stopped would not hear of it.
  signal(pid, 'SIGCONT')
  if (await hasEnded(pid, END_LIMIT_MS)) return
  signal(pid, 'SIGKILL')
  if (await hasEnded(pid, KILL_LIMIT_MS)) return
  throw new Error(`The Redis of an earlier start cannot be ended (process ${String(pid)})`)
}

/** One that ended and that nobody has asked after has no command any more, and counts as ended. */
async function hasEnded(pid: number, limitMs: number): Promise<boolean> {
  const giveUpAtMs = performance.now() + limitMs
  while (performance.now() < giveUpAtMs) {
    if ((await commandOf(pid)) === '') return true
    await pause(LOOK_AGAIN_MS)
  }
  return false
}

function signal(pid: number, name: 'SIGTERM' | 'SIGCONT' | 'SIGKILL'): void {
  try {
    process.kill(pid, name)
  } catch {
    // It has ended by itself since, or is not ours to end: whether it is gone is looked at next.
  }
}
