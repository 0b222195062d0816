import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { afterEach, beforeAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { CACHE_DIR } from '../../test/cache.ts'
import { environmentOf, findOrFetchRedis, type RedisBinary } from './binary.ts'
import { noteProcess } from './leftover.ts'
import { ping } from './ping.ts'
import { startPrivateRedis, type PrivateRedis } from './privateRedis.ts'

let binary: RedisBinary
/** On a machine that is busy with others. */
const LIMIT = { timeout: 60_000 }

const folders: string[] = []
const running: PrivateRedis[] = []

beforeAll(async () => {
  const found = await findOrFetchRedis({
    redisBin: null,
    searchPath: process.env['PATH'] ?? '',
    cacheDir: CACHE_DIR,
    report: () => undefined,
  })
  binary = found!
})

afterEach(async () => {
  await Promise.all(running.splice(0).map((redis) => redis.stop()))
  await Promise.all(folders.splice(0).map((folder) => rm(folder, { recursive: true })))
})

async function dataDir(below = ''): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ringside-data-'))
  folders.push(folder)
  await mkdir(join(folder, below), { recursive: true })
  return join(folder, below)
}

async function start(folder: string, lines: string[] = []): Promise<PrivateRedis> {
  const redis = await startPrivateRedis({
    binary,
    dataDir: folder,
    fsync: 'always',
    report: (line) => lines.push(line),
  })
  running.push(redis)
  return redis
}

async function ask<Result>(path: string, work: (redis: Redis) => Promise<Result>): Promise<Result> {
  const client = new Redis({ path })
  try {
    return await work(client)
  } finally {
    client.disconnect()
  }
}

/** A Redis as a killed start leaves it: running, noted, and nobody's child of ours. */
async function leaveBehind(folder: string): Promise<{ child: ChildProcess; path: string }> {
  const path = join(folder, 'redis', 'redis.sock')
  await mkdir(join(folder, 'redis'), { recursive: true })
  const words = ['--port', '0', '--unixsocket', path, '--dir', join(folder, 'redis')]
  const child = spawn(
    binary.path,
    [...words, '--save', '', '--appendonly', 'yes', '--appendfsync', 'always'],
    { env: environmentOf(binary.libraryPath), stdio: 'ignore' },
  )
  onTestFinished(() => void child.kill('SIGKILL'))
  await vi.waitUntil(async () => (await ping(path)) === 'ready', LIMIT)
  return { child, path }
}

describe('a private Redis', () => {
  it('fsyncs before it acknowledges, evicts nothing, and listens to its own user only', async () => {
    const { path } = await start(await dataDir())
    const settings = await ask(path, (redis) =>
      redis.config('GET', 'appendonly', 'appendfsync', 'maxmemory-policy', 'port'),
    )
    expect(settings).toEqual(
      expect.arrayContaining(['appendonly', 'yes', 'appendfsync', 'always', 'noeviction', '0']),
    )
  })

  it('keeps what was acknowledged over a stop', async () => {
    const folder = await dataDir()
    const first = await start(folder)
    await ask(first.path, (redis) => redis.xadd('events', '1-1', 'body', '[]'))
    await first.stop()
    const second = await start(folder)
    expect(await ask(second.path, (redis) => redis.xlen('events'))).toBe(1)
  })

  it('leaves nothing behind when stopped', async () => {
    const folder = await dataDir()
    const redis = await start(folder)
    await redis.stop()
    expect(await ping(redis.path)).toBe('gone')
    expect(existsSync(join(folder, 'redis', 'redis.pid'))).toBe(false)
  })

  it('comes back on the same socket with the same data after it was killed', async () => {
    const lines: string[] = []
    const redis = await start(await dataDir(), lines)
    await ask(redis.path, (client) => client.xadd('events', '1-1', 'body', '[]'))
    const before = redis.pid
    process.kill(before, 'SIGKILL')
    await vi.waitUntil(() => lines.includes('Redis runs again'), LIMIT)
    expect(redis.pid).not.toBe(before)
    expect(await ask(redis.path, (client) => client.xlen('events'))).toBe(1)
  })

  it('listens elsewhere when the folder has too long a name for a socket', async () => {
    const folder = await dataDir('a-long-name-'.repeat(12))
    const redis = await start(folder)
    expect(Buffer.byteLength(redis.path)).toBeLessThan(104)
    expect(await ping(redis.path)).toBe('ready')
    await redis.stop()
    expect((await start(folder)).path).toBe(redis.path)
  })

  it.runIf(process.platform === 'linux')('is not told of a Ctrl-C in our terminal', async () => {
    const { pid } = await start(await dataDir())
    const stat = await readFile(`/proc/${String(pid)}/stat`, 'utf8')
    // … (command) state parent group session …: the terminal tells its whole group.
    const [, , group] = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    expect(Number(group)).toBe(pid)
  })

  it('says what Redis said when it cannot start', async () => {
    const folder = await dataDir()
    await mkdir(join(folder, 'redis', 'appendonlydir'), { recursive: true })
    const manifest = join(folder, 'redis', 'appendonlydir', 'appendonly.aof.manifest')
    await writeFile(manifest, 'no manifest\n')
    await expect(start(folder)).rejects.toThrow(/manifest/)
  })

  it('keeps no more than two logs of what it said', async () => {
    const folder = await dataDir('redis')
    await writeFile(join(folder, 'redis.log'), 'x'.repeat(2 * 1024 * 1024))
    await start(join(folder, '..'))
    expect((await stat(join(folder, 'redis.log'))).size).toBeLessThan(100_000)
    expect((await stat(join(folder, 'redis.log.1'))).size).toBe(2 * 1024 * 1024)
  })

  it('does not let an older Redis begin anew beside the log of a newer one', async () => {
    const folder = await dataDir()
    await mkdir(join(folder, 'redis', 'appendonlydir'), { recursive: true })
    const old = { ...binary, version: { major: 6, minor: 2, text: '6.2.14' } }
    const options = { binary: old, dataDir: folder, fsync: 'always', report: vi.fn() } as const
    await expect(startPrivateRedis(options)).rejects.toThrow(/written by Redis 7 or later/)
  })
})

describe('a Redis that an earlier start left behind', () => {
  it('is ended, and what it held is there', async () => {
    const folder = await dataDir()
    const { child, path } = await leaveBehind(folder)
    await ask(path, (redis) => redis.xadd('events', '1-1', 'body', '[]'))
    const lines: string[] = []
    const redis = await start(folder, lines)
    expect(child.exitCode).toBe(0)
    expect(lines).toEqual([expect.stringContaining(String(child.pid))])
    expect(await ask(redis.path, (client) => client.xlen('events'))).toBe(1)
  })

  it('is ended even when it does not answer', async () => {
    const folder = await dataDir()
    const { child, path } = await leaveBehind(folder)
    await noteProcess(join(folder, 'redis'), child.pid!, path)
    child.kill('SIGSTOP')
    const redis = await start(folder)
    expect(child.exitCode).toBe(0)
    expect(await ping(redis.path)).toBe('ready')
  })

  it('is told from an innocent process that got its number', async () => {
    const folder = await dataDir()
    await mkdir(join(folder, 'redis'))
    const innocent = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'])
    onTestFinished(() => void innocent.kill())
    await once(innocent, 'spawn')
    await noteProcess(join(folder, 'redis'), innocent.pid!, join(folder, 'redis', 'redis.sock'))
    await start(folder)
    expect(innocent.exitCode ?? innocent.signalCode).toBeNull()
  })

  it.runIf(process.platform === 'linux')(
    'does not exist: it ends with a killed start',
    async () => {
      const folder = await dataDir()
      const starter = fileURLToPath(new URL('../../test/startRedis.ts', import.meta.url))
      const parent = spawn(process.execPath, ['--import', 'tsx', starter, folder], {
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      const [line] = (await once(parent.stdout, 'data')) as [Buffer]
      const pid = Number(line.toString())
      parent.kill('SIGKILL')
      const command = (): Promise<string> =>
        readFile(`/proc/${String(pid)}/cmdline`, 'utf8').catch(() => '')
      await vi.waitUntil(async () => (await command()) === '', LIMIT)
    },
  )
})
