/** A real server in a process of its own, for tests that ask it as anybody would. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { usualDatabase } from './database.ts'

const ROOT = fileURLToPath(new URL('..', import.meta.url))
/** The machine may be busy with everybody else's tests. */
const START_LIMIT_MS = 120_000

export const API_KEY = 'key-of-the-tests'

export type RunningServer = {
  url: string
  dataDir: string
  /** GET with the key; the JSON that came, whatever the status. */
  get: (path: string) => Promise<{ status: number; body: unknown }>
  /** Everything that it printed so far. */
  output: () => string
  /** Asks it to end, as Ctrl-C does; resolves with the exit code. */
  stop: () => Promise<number | null>
  /** Ends it as a power cut does. */
  kill: () => Promise<void>
  /** Removes its data folder. */
  clean: () => Promise<void>
}

/** Starts a server on a free port; on a data folder of its own unless one is given. */
export async function startServer(
  options: { env?: Record<string, string>; dataDir?: string } = {},
): Promise<RunningServer> {
  const dataDir = options.dataDir ?? (await mkdtemp(join(tmpdir(), 'ringside-server-')))
  const books = await usualDatabase(dataDir, options.env ?? {})
  const server = spawn(process.execPath, ['--import', 'tsx', 'server/main.ts'], {
    cwd: ROOT,
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: '0',
      RINGSIDE_DEMO: 'off',
      RINGSIDE_API_KEY: API_KEY,
      RINGSIDE_ADMIN_PASSWORD: 'password-of-the-tests',
      LOG_LEVEL: 'warn',
      ...books,
      ...options.env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  const hear = (part: Buffer): void => {
    printed += part.toString()
  }
  server.stdout.on('data', hear)
  server.stderr.on('data', hear)
  const ended = once(server, 'exit')

  const url = await new Promise<string>((resolve, reject) => {
    const limit = setTimeout(() => {
      reject(new Error(`The server did not start:\n${printed}`))
    }, START_LIMIT_MS)
    const look = (): void => {
      const found = /is at (http:\/\/localhost:\d+)/.exec(printed)?.[1]
      if (found === undefined) return
      clearTimeout(limit)
      resolve(found.replace('localhost', '127.0.0.1'))
    }
    server.stdout.on('data', look)
    server.once('exit', (code) => {
      clearTimeout(limit)
      reject(new Error(`The server ended with ${String(code)}:\n${printed}`))
    })
  })
  return {
    url,
    dataDir,
    get: async (path) => {
      const response = await fetch(url + path, { headers: { authorization: `Bearer ${API_KEY}` } })
      return { status: response.status, body: await response.json() }
    },
    output: () => printed,
    stop: () => end(server, ended, 'SIGTERM'),
    kill: async () => {
      await end(server, ended, 'SIGKILL')
    },
    clean: () => rm(dataDir, { recursive: true, force: true }),
  }
}

async function end(
  server: ChildProcess,
  ended: Promise<unknown>,
  signal: NodeJS.Signals,
): Promise<number | null> {
  server.kill(signal)
  await ended
  return server.exitCode
}
