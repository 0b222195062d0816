/** A fault that asks for all that the stream was trimmed to: the database is lost, and a backup is put back. */
import { join } from 'node:path'
import { backUp } from '../../../server/database/backup.ts'
import { eventually } from '../eventually.ts'
import { statusOf } from '../check.ts'
import { lacksFakeClock, makeFakeClock } from '../fakeClock.ts'
import type { Fault } from '../fault.ts'
import { redisOfScene } from '../ownRedis.ts'
import { backupsOf, fileOf, mustHaveRestored, overwrite } from './damage.ts'
import { putUntilTaken } from './forms.ts'
import { someTime } from './processes.ts'

/** So far behind is the clock of Redis: what it stores is older than the stream is kept, at once. */
const OLD_HOURS = -48

export const restoredAfterTrimming: Fault = {
  name: 'restored-after-trimming',
  title:
    'the stream is trimmed by age, then the database lost: a backup and the stream have all of it',
  lacks: lacksFakeClock,
  prepare: async (after, dataDir) => {
    const clock = await makeFakeClock(join(dataDir, 'clock'), OLD_HOURS)
    const redis = await redisOfScene(join(dataDir, 'other'), after, clock.env)
    return { env: { REDIS_URL: redis.url, DATABASE_URL: '' } }
  },
  // The directory is an event of ours.
  reload: (load) => ({ ...load, events: load.events + 1 }),
  strike: async (scene) => {
    const { sending, ringside, random, note } = scene
    await putUntilTaken(scene, { center: { retention: { streamDays: 1 } } })
    await sending.reached(0.3 + 0.1 * random.next())
    await backUp(fileOf(scene), backupsOf(scene), Date.now())
    await sending.reached(0.6 + 0.1 * random.next())
    await someTime(scene)
    const before = await entriesOf(scene)
    // It trims when it starts, and knows the backup then.
    await ringside.end()
    await ringside.start()
    await eventually('the stream is trimmed', async () => {
      const entries = await entriesOf(scene).catch(() => null)
      return entries !== null && entries < before
    })
    await sending.reached(0.8)
    await ringside.end()
    await overwrite(fileOf(scene), scene)
    await ringside.start()
    await mustHaveRestored(scene)
    note(`trimmed from ${String(before)} entries on`)
  },
}

async function entriesOf({ ringside }: Parameters<Fault['strike']>[0]): Promise<number> {
  const { entries } = (await statusOf(ringside)).stream
  if (entries === null) throw new Error('It does not tell how much the stream holds')
  return entries
}
