/** A Redis beside the server, as on a machine of its own: on a port, with its log on disk. */
import { readdir, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import type { Scene } from './fault.ts'
import { freePorts, startRedisServer, type RedisServer } from '../redisServer.ts'

export type OwnRedis = RedisServer & { url: string }

/** Starts it in a folder that is made for it, for as long as a scene lasts. */
export async function redisOfScene(
  folder: string,
  after: Scene['after'],
  env: Readonly<Record<string, string>> = {},
): Promise<OwnRedis> {
  const [port = 0] = await freePorts(1)
  const words = [
    ...['--save', '', '--appendonly', 'yes', '--appendfsync', 'everysec'],
    ...['--maxmemory-policy', 'noeviction'],
  ]
  const server = await startRedisServer(folder, port, words, { env })
  after(async () => {
    server.client.disconnect()
    await server.kill()
  })
  return { ...server, url: `redis://127.0.0.1:${String(port)}` }
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
