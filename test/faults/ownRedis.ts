/** A Redis beside the server, as on a machine of its own: on a port, with its log on disk. */
import { spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, readdir, stat, truncate } from 'node:fs/promises'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import { Redis } from 'ioredis'
import { environmentOf, findOrFetchRedis } from '../../server/redis/binary.ts'
import { CACHE_DIR } from '../cache.ts'
import { eventually } from './eventually.ts'

export type OwnRedis = {
  url: string
  /** A connection to look and to meddle with. */
  client: Redis
  pid: () => number
  start: () => Promise<void>
  /** Ends it as a power cut does. */
  kill: () => Promise<void>
  folder: string
}

/** Starts it in a folder that is made for it. */
export async function startOwnRedis(
  folder: string,
  fsync: 'always' | 'everysec',
): Promise<OwnRedis> {
  const binary = await findOrFetchRedis({
    redisBin: process.env['RINGSIDE_REDIS_BIN'] ?? null,
    searchPath: process.env['PATH'] ?? '',
    cacheDir: CACHE_DIR,
    report: () => undefined,
  })
  if (!binary) throw new Error('There is no Redis to break')
  await mkdir(folder, { recursive: true })
  const port = String(await freePort())
  const client = new Redis({
    port: Number(port),
    lazyConnect: true,
    retryStrategy: () => 100,
    maxRetriesPerRequest: null,
  })
  client.on('error', () => undefined)
  let child: ChildProcess | null = null

  const start = async (): Promise<void> => {
    child = spawn(
      binary.path,
      [
        ...['--port', port, '--bind', '127.0.0.1', '--dir', folder, '--save', ''],
        ...['--appendonly', 'yes', '--appendfsync', fsync, '--maxmemory-policy', 'noeviction'],
      ],
      { cwd: folder, env: environmentOf(binary.libraryPath), stdio: 'ignore' },
    )
    await eventually('Redis answers', () => client.ping().then(Boolean))
  }
  await start()
  return {
    url: `redis://127.0.0.1:${port}`,
    client,
    pid: () => child?.pid ?? 0,
    start,
    kill: async () => {
      if (!child || child.exitCode !== null || child.signalCode !== null) return
      const ended = once(child, 'exit')
      child.kill('SIGKILL')
      await ended
    },
    folder,
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** The file that a Redis appends to now, in its folder. */
async function appendedFile(folder: string): Promise<string> {
  const parts = join(folder, 'appendonlydir')
  const [newest] = (await readdir(parts).catch(() => []))
    .filter((name) => name.endsWith('.incr.aof'))
    .sort((a, b) => b.localeCompare(a, 'en', { numeric: true }))
  // Before version 7 it is one file.
  return newest === undefined ? join(folder, 'appendonly.aof') : join(parts, newest)
}

/** How long the log is on disk, as the file system has it. */
export async function appendedBytes(folder: string): Promise<number> {
  return (await stat(await appendedFile(folder))).size
}

/** Cuts the log back to a length, as a power cut does with what was not yet on the disk. */
export async function cutLog(folder: string, bytes: number): Promise<void> {
  await truncate(await appendedFile(folder), bytes)
}
