/** `npm start` as somebody types it: it serves, it ends as it is told to, it says what is wrong. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { ping } from '../../server/redis/ping.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
/** The machine may be busy. */
const LIMIT = { timeout: 60_000 }

let dataDir: string

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'ringside-start-'))
})
afterEach(() => {
  rmSync(dataDir, { recursive: true, force: true })
})

type Start = { npm: ChildProcess; output: () => string; ended: Promise<number | null> }

/** `npm start`, in a process group of its own, as in a terminal. */
function npmStart(env: Record<string, string> = {}): Start {
  const npm = spawn('npm', ['start'], {
    cwd: ROOT,
    detached: true,
    env: {
      ...process.env,
      DATA_DIR: dataDir,
      PORT: '0',
      RINGSIDE_DEMO: 'off',
      LOG_LEVEL: 'warn',
      ...env,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let printed = ''
  for (const stream of [npm.stdout, npm.stderr]) {
    stream.on('data', (part) => (printed += String(part)))
  }
  const ended = once(npm, 'exit').then(([code]) => code as number | null)
  onTestFinished(async () => {
    if (npm.exitCode !== null || npm.signalCode !== null || npm.pid === undefined) return
    process.kill(-npm.pid, 'SIGKILL')
    await ended
  })
  return { npm, output: () => printed, ended }
}

/** Resolves with the address that it printed, once it serves there. */
async function served(start: Start): Promise<string> {
  const address = await vi.waitUntil(
    () => {
      if (start.npm.exitCode !== null) throw new Error(`It ended:\n${start.output()}`)
      return /http:\/\/localhost:\d+/.exec(start.output())?.[0]
    },
    { timeout: 100_000 },
  )
  await vi.waitUntil(() => answers(address), LIMIT)
  return address
}

async function answers(address: string): Promise<boolean> {
  return fetch(`${address}/healthz`).then(
    ({ ok }) => ok,
    () => false,
  )
}

const redisSocket = (): string => join(dataDir, 'redis', 'redis.sock')
const serverPid = (): number => {
  const holder = JSON.parse(readFileSync(join(dataDir, 'lock.json'), 'utf8')) as { pid: number }
  return holder.pid
}

describe('npm start', () => {
  it.each([
    ['SIGTERM to npm', (npm: number) => process.kill(npm, 'SIGTERM')],
    ['Ctrl-C in its terminal', (npm: number) => process.kill(-npm, 'SIGINT')],
  ])('serves, and ends with all that it started on %s', async (_what, end) => {
    const start = npmStart()
    const address = await served(start)
    expect(await ping(redisSocket())).toBe('ready')

    end(start.npm.pid!)
    expect(await start.ended, start.output()).toBe(0)
    expect(await ping(redisSocket())).toBe('gone')
    expect(await answers(address)).toBe(false)
  })

  it('serves again after it was killed, with nothing left running in between', async () => {
    const first = npmStart()
    await served(first)
    process.kill(serverPid(), 'SIGKILL')
    await first.ended
    if (process.platform === 'linux') {
      await vi.waitUntil(async () => (await ping(redisSocket())) === 'gone', LIMIT)
    }

    const second = npmStart()
    await served(second)
    process.kill(second.npm.pid!, 'SIGTERM')
    expect(await second.ended, second.output()).toBe(0)
  })

  it('refuses a data folder that another one holds, and names it', async () => {
    const first = npmStart()
    await served(first)
    const second = npmStart()
    expect(await second.ended).toBe(1)
    expect(second.output()).toContain(dataDir)
    expect(second.output()).toContain(`process ${String(serverPid())}`)
    expect(await ping(redisSocket())).toBe('ready')

    process.kill(first.npm.pid!, 'SIGTERM')
    expect(await first.ended, first.output()).toBe(0)
  })

  it('names every bad setting at once', async () => {
    const start = npmStart({ PORT: 'http', LOG_LEVEL: 'loud' })
    expect(await start.ended).toBe(1)
    expect(start.output()).toMatch(/at PORT[^]*at LOG_LEVEL/)
  })

  it('says that its port is taken, and leaves nothing running', async () => {
    const other = createServer().listen(0, '127.0.0.1')
    await once(other, 'listening')
    onTestFinished(() => void other.close())
    const { port } = other.address() as AddressInfo

    const start = npmStart({ PORT: String(port) })
    expect(await start.ended, start.output()).toBe(1)
    expect(start.output()).toContain(String(port))
    await vi.waitUntil(async () => (await ping(redisSocket())) === 'gone', LIMIT)
  })
})
