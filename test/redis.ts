/** One throw-away Redis, a real one, for a whole run of the tests: `inject('redisSocket')`. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
// Makes the module known, so that its list of what a run provides can be added to.
import type {} from 'vitest'
import type { TestProject } from 'vitest/node'
import { environmentOf, findOrFetchRedis } from '../server/redis/binary.ts'
import { CACHE_DIR } from './cache.ts'

declare module 'vitest' {
  export interface ProvidedContext {
    /**
     * The unix socket of a Redis that all test files share: give keys a random part, and never
     * `FLUSHALL`. A test that stops, kills or fills a Redis starts its own (server/redis).
     */
    redisSocket: string
  }
}

/** Starts the Redis before the first test and ends it after the last one. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const binary = await findOrFetchRedis({
    redisBin: process.env['RINGSIDE_REDIS_BIN'] ?? null,
    searchPath: process.env['PATH'] ?? '',
    cacheDir: CACHE_DIR,
    report: (line) => {
      console.log(`Redis: ${line}`)
    },
  })
  if (binary === null) throw new Error('The tests need a Redis: install redis-server or valkey.')

  const folder = await mkdtemp(join(tmpdir(), 'ringside-redis-'))
  const socket = join(folder, 'redis.sock')
  const options = ['--port', '0', '--unixsocket', socket, '--unixsocketperm', '700']
  const server = spawn(binary.path, [...options, '--dir', folder, '--save', ''], {
    env: environmentOf(binary.libraryPath),
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  await readyToAccept(server.stdout)
  project.provide('redisSocket', socket)

  return async () => {
    const ended = once(server, 'exit')
    server.kill()
    await ended
    await rm(folder, { recursive: true, force: true })
  }
}

/** Resolves when Redis says so; rejects, with what it said instead, when it ends before that. */
function readyToAccept(output: NodeJS.ReadableStream): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = ''
    output.on('data', (chunk) => {
      said += String(chunk)
      // With a socket file the message starts in lower case.
      if (/ready to accept connections/i.test(said)) resolve()
    })
    output.on('end', () => {
      reject(new Error(`Redis did not start:\n${said}`))
    })
  })
}
