/** Faults of the embedded database's file: overwritten, cut, without its log, with and without backup. */
import { execFile } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { open, rm, stat, truncate } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { promisify } from 'node:util'
import { HOUR_MS, SECOND_MS } from '../../../shared/time.ts'
import { backUp } from '../../../server/database/backup.ts'
import { onFile } from '../../../server/database/sqlite.ts'
import { eventually } from '../eventually.ts'
import { settled, statusOf } from '../check.ts'
import type { Fault, Scene } from '../fault.ts'
import { someTime } from './processes.ts'

const run = promisify(execFile)

export const fileOf = ({ dataDir }: Scene): string => join(dataDir, 'main.db')
export const backupsOf = ({ dataDir }: Scene): string => join(dataDir, 'backups')

/** The embedded database, whatever the run is on. */
const embedded: Pick<Fault, 'prepare'> = {
  prepare: async () => ({ env: { DATABASE_URL: '' } }),
}

/** What happens to the file of a server that is off. */
type Harm = (file: string, scene: Scene) => Promise<void>

/** Random bytes in the middle, over a good part of it. */
export const overwrite: Harm = async (file, { random }) => {
  const { size } = await stat(file)
  await scribble(file, Math.floor(size * (0.3 + 0.2 * random.next())), Math.floor(size / 4))
}

const cutShort: Harm = async (file, { random }) => {
  const { size } = await stat(file)
  await truncate(file, Math.floor(size * (0.1 + 0.8 * random.next())))
}

async function scribble(file: string, atByte: number, bytes: number): Promise<void> {
  const handle = await open(file, 'r+')
  await handle.write(randomBytes(bytes), 0, bytes, atByte)
  await handle.close()
}

/** A backup under load, then the server goes down, some time later. */
async function backedUpThenDown(scene: Scene, down: () => Promise<unknown>): Promise<void> {
  const { sending, random } = scene
  await sending.reached(0.2 + 0.2 * random.next())
  await backUp(fileOf(scene), backupsOf(scene), Date.now())
  await sending.reached(0.5 + 0.3 * random.next())
  await someTime(scene)
  await down()
}

/** It says which file it put aside. */
export async function mustHaveRestored({ ringside, note }: Scene): Promise<void> {
  const { storage } = await statusOf(ringside)
  if (storage?.kept.length !== 1 || storage.damage !== null) {
    throw new Error(`The backup is not in place: ${JSON.stringify(storage)}\n${ringside.output()}`)
  }
  note('the backup took its place')
}

const harmed = (name: string, title: string, harm: Harm): Fault => ({
  name,
  title,
  ...embedded,
  strike: async (scene) => {
    const { ringside } = scene
    // An end in order folds the log into the file: the harm falls on what is in use.
    await backedUpThenDown(scene, ringside.end)
    await harm(fileOf(scene), scene)
    await ringside.start()
    await mustHaveRestored(scene)
  },
})

export const databaseOverwritten = harmed(
  'database-overwritten',
  'random bytes in the middle of the database while the server is off, with a backup',
  overwrite,
)

export const databaseCut = harmed(
  'database-cut',
  'the database cut short while the server is off, with a backup',
  cutShort,
)

export const databaseLogLost: Fault = {
  name: 'database-log-lost',
  title: 'kill -9, and the write-ahead log of the database is gone',
  ...embedded,
  strike: async (scene) => {
    const { ringside } = scene
    await backedUpThenDown(scene, ringside.kill)
    await rm(`${fileOf(scene)}-wal`)
    await ringside.start()
  },
}

export const databaseLost: Fault = {
  name: 'database-lost',
  title: 'random bytes in the database and no backup: the start is refused, and says what to type',
  ...embedded,
  strike: async (scene) => {
    const { sending, ringside, random, note } = scene
    await sending.reached(0.3 + 0.4 * random.next())
    await ringside.end()
    await overwrite(fileOf(scene), scene)
    const said = await ringside.start().then(
      () => {
        throw new Error('It started on a damaged database')
      },
      () => ringside.output(),
    )
    const command = /^ {2}(mkdir .* && mv .*)$/m.exec(said)?.[1]
    if (command === undefined || !said.includes('ringside -- restore FILE')) {
      throw new Error(`It does not say what to type:\n${said}`)
    }
    await run('sh', ['-c', command])
    await ringside.start()
    note('refused, then begun empty as it said')
  },
}

export const databaseHarmedInUse: Fault = {
  name: 'database-harmed-in-use',
  title: 'random bytes all over the database while the server uses it, and a restart',
  ...embedded,
  strike: async (scene) => {
    const { sending, ringside, random, note } = scene
    const file = fileOf(scene)
    await sending.reached(0.1 + 0.1 * random.next())
    await backUp(file, backupsOf(scene), Date.now())
    await sending.reached(0.3 + 0.2 * random.next())
    // All of it is in the file then, and none in the log.
    await onFile(file, (thread) => thread.run('pragma wal_checkpoint(truncate)', []))
    const { size } = await stat(file)
    await scribble(file, 4_096, size - 4_096)
    sending.goOn()
    await eventually('the damage is met', async () => {
      const { status, body } = await ringside.get('/readyz')
      return status === 503 && JSON.stringify(body).includes('damaged')
    })
    // The door goes on.
    const before = sending.acknowledged().size
    sending.goOn()
    await eventually('events are taken', () => sending.acknowledged().size > before)
    await pause(SECOND_MS)
    if (!ringside.isUp()) throw new Error(`It has ended:\n${ringside.output()}`)
    const metrics = await fetch(`${ringside.url}/metrics`)
    if (!(await metrics.text()).includes('ringside_database_damaged 1')) {
      throw new Error('Prometheus is not told')
    }
    note('events were taken meanwhile')
    await ringside.end()
    await ringside.start()
    await mustHaveRestored(scene)
  },
}

export const balanceFalsified: Fault = {
  name: 'balance-falsified',
  title: 'a stored sum is another one: reconcile must say so, and nothing when it is right again',
  ...embedded,
  strike: async (scene) => {
    const { sending, ringside, load, note } = scene
    await sending.rest()
    await settled(ringside)
    const day = new Date(load.fromMs + HOUR_MS).toISOString().slice(0, 10)
    const change = async (sql: string): Promise<void> => {
      await ringside.end()
      await onFile(fileOf(scene), (thread) => thread.run(sql, []))
      await ringside.start()
      await settled(ringside)
    }
    await change(`update balance set amount = amount + 1 where grain = '1d' and amount > 0`)
    const { body } = await ringside.get(`/api/reconcile?day=${day}`)
    const { differences } = body as { differences: unknown[] }
    note(`reconcile told ${String(differences.length)} differences`)
    if (differences.length === 0) throw new Error('Reconcile takes falsified sums for right')
    await change(`update balance set amount = amount - 1 where grain = '1d' and amount > 1`)
  },
}
