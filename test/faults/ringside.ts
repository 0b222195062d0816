/** The real server in a process of its own, to be killed, stopped, frozen and started again. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { SECOND_MS } from '../../shared/time.ts'
import { usualDatabase } from '../database.ts'
import { API_KEY } from '../server.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PROGRAM = join(ROOT, 'dist', 'server', 'main.js')
/** The machine may be busy, and a damaged Redis may have to be read first. */
const START_LIMIT_MS = 150 * SECOND_MS
/** A metric over a long span, asked of a server that is busy. */
const ANSWER_LIMIT_MS = 60 * SECOND_MS
/** What it printed is quoted by failures: the end of it says why. */
const QUOTED = 6_000

export type Ringside = {
  /** The same over all of its lives. */
  url: string
  dataDir: string
  /** Its process now. */
  pid: () => number
  isUp: () => boolean
  /** The process of its own Redis, as it noted it. */
  redisPid: () => Promise<number>
  /** Begins another life on the same data folder and port. */
  start: (env?: Record<string, string>) => Promise<void>
  /** Ends it as a power cut does. */
  kill: () => Promise<void>
  /** Asks it to end; resolves with its exit code. */
  end: () => Promise<number | null>
  /** Resolves with its exit code when it ends by itself. */
  ended: () => Promise<number | null>
  /** GET with the key: the status and the JSON. Rejects where none has come in time. */
  get: (path: string, limitMs?: number) => Promise<{ status: number; body: unknown }>
  /** The most memory that its process had so far, in bytes. */
  peakBytes: () => Promise<number>
  /** The end of what it printed, over all of its lives. */
  output: () => string
}

export type Life = {
  dataDir: string
  env: Record<string, string>
  /** What goes before the program, such as `unshare -m`; it must become the program. */
  prefix?: readonly string[]
}

/** Starts it for the first time, on any free port. */
export async function startRingside(life: Life): Promise<Ringside> {
  let printed = ''
  let port = '0'
  let url = ''
  let child: ChildProcess | null = null
  let exited: Promise<number | null> = Promise.resolve(null)

  const hear = (part: Buffer): void => {
    printed = (printed + part.toString()).slice(-50_000)
  }
  const start = async (more: Record<string, string> = {}): Promise<void> => {
    const words = [...(life.prefix ?? []), process.execPath, '--enable-source-maps', PROGRAM]
    const books = await usualDatabase(life.dataDir, { ...life.env, ...more })
    const own = spawn(words[0] ?? process.execPath, words.slice(1), {
      cwd: ROOT,
      env: {
        ...process.env,
        DATA_DIR: life.dataDir,
        PORT: port,
        RINGSIDE_DEMO: 'off',
        RINGSIDE_API_KEY: API_KEY,
        RINGSIDE_ADMIN_PASSWORD: 'password-of-the-tests',
        LOG_LEVEL: 'info',
        ...books,
        ...life.env,
        ...more,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    child = own
    exited = once(own, 'exit').then(([code]) => code as number | null)
    own.stdout.on('data', hear)
    own.stderr.on('data', hear)
    const from = printed.length
    const found = await serving(own, () => printed.slice(Math.min(from, printed.length)))
    url = found.replace('localhost', '127.0.0.1')
    port = new URL(url).port
  }
  const signal = async (name: NodeJS.Signals): Promise<number | null> => {
    child?.kill(name)
    return exited
  }
  await start()
  return {
    get url() {
      return url
    },
    dataDir: life.dataDir,
    pid: () => child?.pid ?? 0,
    isUp: () => child !== null && child.exitCode === null && child.signalCode === null,
    redisPid: async () => {
      const noted = await readFile(join(life.dataDir, 'redis', 'redis.pid'), 'utf8')
      return Number(noted.split('\n')[0])
    },
    start,
    kill: async () => {
      await signal('SIGKILL')
    },
    end: () => signal('SIGTERM'),
    ended: () => exited,
    get: async (path, limitMs = ANSWER_LIMIT_MS) => {
      const response = await fetch(url + path, {
        headers: { authorization: `Bearer ${API_KEY}` },
        signal: AbortSignal.timeout(limitMs),
      })
      return { status: response.status, body: await response.json() }
    },
    peakBytes: async () => {
      const status = await readFile(`/proc/${String(child?.pid ?? 0)}/status`, 'utf8')
      return Number(/VmHWM:\s*(\d+) kB/.exec(status)?.[1] ?? 0) * 1024
    },
    output: () => printed.slice(-QUOTED),
  }
}

/** Resolves with the address that it prints; rejects, with what it said, when it ends instead. */
function serving(child: ChildProcess, printed: () => string): Promise<string> {
  return new Promise((resolve, reject) => {
    const limit = setTimeout(() => {
      child.kill('SIGKILL')
      reject(new Error(`The server did not start:\n${printed()}`))
    }, START_LIMIT_MS)
    child.stdout?.on('data', () => {
      const found = /is at (http:\/\/localhost:\d+)/.exec(printed())?.[1]
      if (found === undefined) return
      clearTimeout(limit)
      resolve(found)
    })
    child.once('exit', (code, signal) => {
      clearTimeout(limit)
      reject(new Error(`The server ended with ${String(signal ?? code)}:\n${printed()}`))
    })
  })
}
