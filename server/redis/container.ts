/** A Redis in a container, for systems that have an engine for containers and no Redis. */
import { execFile } from 'node:child_process'
import { mkdir, realpath } from 'node:fs/promises'
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import { findProgram } from './program.ts'

const run = promisify(execFile)

/** Valkey is Redis under a free licence; 8 is its first version made for long use. */
const IMAGE = 'valkey/valkey:8-alpine'
/** An engine that is there answers at once. */
const ANSWER_LIMIT_MS = 10 * SECOND_MS
/** The image is 14 MB. */
const PULL_LIMIT_MS = 10 * MINUTE_MS

export type ContainerOptions = {
  searchPath: string
  dataDir: string
  fsync: 'always' | 'everysec'
  report: (line: string) => void
}

export type RedisContainer = { url: string; stop: () => Promise<void> }

/** Whether there is an engine for containers that works: the client alone is not one. */
async function dockerProgram(searchPath: string): Promise<string | null> {
  const docker = await findProgram('docker', searchPath)
  if (docker === null) return null
  return run(docker, ['info', '--format', '{{.ServerVersion}}'], { timeout: ANSWER_LIMIT_MS }).then(
    () => docker,
    () => null,
  )
}

/** Starts the container, reachable from this machine only; null when there is no engine for it. */
export async function startContainer(options: ContainerOptions): Promise<RedisContainer | null> {
  const docker = await dockerProgram(options.searchPath)
  if (docker === null) return null
  await mkdir(join(options.dataDir, 'redis'), { recursive: true, mode: 0o700 })
  const folder = await realpath(join(options.dataDir, 'redis'))
  // One name for one folder: a container that an earlier start left is found, and replaced.
  const name = `ringside-${createHash('sha256').update(folder).digest('hex').slice(0, 12)}`
  const remove = (): Promise<unknown> => run(docker, ['rm', '--force', name]).catch(() => null)

  await remove()
  options.report(`starting Redis in a container (${IMAGE})`)
  await run(docker, containerCommand(name, folder, options.fsync), { timeout: PULL_LIMIT_MS })
  const { stdout } = await run(docker, ['port', name, '6379/tcp'])
  return {
    url: `redis://${firstAddress(stdout)}`,
    async stop() {
      await run(docker, ['stop', name]).catch(() => null)
      await remove()
    },
  }
}

/** The words after `docker` that run a Redis as `startPrivateRedis` would. */
export function containerCommand(
  name: string,
  folder: string,
  fsync: 'always' | 'everysec',
): string[] {
  const owner = process.getuid?.()
  const asUs = owner === undefined ? [] : ['--user', String(owner)]
  return [
    ...['run', '--detach', '--name', name, ...asUs],
    ...['--publish', '127.0.0.1:0:6379', '--volume', `${folder}:/data`, IMAGE],
    ...['valkey-server', '--save', '', '--appendonly', 'yes', '--appendfsync', fsync],
    ...['--maxmemory-policy', 'noeviction'],
  ]
}

/** `docker port` prints one address a line: `127.0.0.1:49153`. */
export function firstAddress(output: string): string {
  const [address = ''] = output.trim().split('\n')
  if (!/^[\d.]+:\d+$/.test(address)) throw new Error(`docker port said: ${output}`)
  return address
}
