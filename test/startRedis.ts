/** A process for tests to kill: starts a private Redis on the data folder named, prints its number. */
import { findOrFetchRedis } from '../server/redis/binary.ts'
import { startPrivateRedis } from '../server/redis/privateRedis.ts'
import { CACHE_DIR } from './cache.ts'

const report = (line: string): void => {
  console.error(line)
}
const searchPath = process.env['PATH'] ?? ''
const binary = await findOrFetchRedis({ redisBin: null, searchPath, cacheDir: CACHE_DIR, report })
if (binary === null) throw new Error('There is no Redis to start.')
const dataDir = process.argv[2]
if (dataDir === undefined) throw new Error('Name a data folder.')
const redis = await startPrivateRedis({ binary, dataDir, fsync: 'always', report })
console.log(redis.pid)
