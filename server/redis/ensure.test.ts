import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { CACHE_DIR } from '../../test/cache.ts'
import { parseRedisUrl, redisAt } from '../stream/redisAddress.ts'
import { ensureRedis, type RedisNeeds } from './ensure.ts'

let folder: string
let lines: string[]
let needs: RedisNeeds

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringside-ensure-'))
  lines = []
  needs = {
    dataDir: join(folder, 'data'),
    fsync: 'always',
    cacheDir: join(folder, 'cache'),
    redisUrl: null,
    redisBin: null,
    searchPath: join(folder, 'bin'),
    report: (line) => lines.push(line),
  }
})

afterEach(() => rm(folder, { recursive: true, force: true }))

/** A program that prints a version as Redis does, and could not be run as one. */
async function pretend(name: string, output: string): Promise<string> {
  const path = join(folder, name)
  await writeFile(path, `#!/bin/sh\necho '${output}'\n`)
  await chmod(path, 0o755)
  return path
}

describe('ensureRedis', () => {
  it('uses the one it is told to use, and never replaces it', async () => {
    const redisUrl = parseRedisUrl('redis://nowhere.invalid:1')
    const redis = await ensureRedis({ ...needs, redisUrl })
    expect(redis).toMatchObject({ kind: 'reachable', address: redisUrl })
  })

  it('starts one that the machine has, or that an earlier start fetched', async () => {
    const redis = await ensureRedis({
      ...needs,
      cacheDir: CACHE_DIR,
      searchPath: process.env['PATH'] ?? '',
    })
    if (redis.kind !== 'reachable') throw new Error(`It is ${redis.kind}.`)
    expect(redis.address).toEqual(redisAt(join(folder, 'data', 'redis', 'redis.sock')))
    await redis.stop()
  })

  it('says what to type when there is none to be had', async () => {
    const redis = await ensureRedis(needs)
    if (redis.kind !== 'unobtainable') throw new Error(`It is ${redis.kind}.`)
    expect(redis.explanation).toContain('REDIS_URL=redis://')
    expect(redis.explanation).toContain('docker run')
  })

  it('passes over one that is too old, and says so', async () => {
    await pretend('redis-server', 'Redis server v=5.0.7 sha=00000000:0 malloc=libc bits=64')
    const redis = await ensureRedis({ ...needs, searchPath: folder })
    expect(redis.kind).toBe('unobtainable')
    expect(lines).toEqual([expect.stringContaining('version 5.0.7')])
  })

  it.each([
    ['is not a Redis', 'Hello', 'is not a Redis that runs here'],
    ['is too old', 'Redis server v=6.0.16 sha=00000000:0', '6.2 is the oldest'],
  ])('does not look further when RINGSIDE_REDIS_BIN %s', async (_what, output, fault) => {
    const redisBin = await pretend('my-redis', output)
    const search = { ...needs, cacheDir: CACHE_DIR, redisBin }
    await expect(ensureRedis(search)).rejects.toThrow(fault)
  })
})
