import { mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'libsql'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { until } from '../../test/keeping.ts'
import { exists } from './aside.ts'
import { readBackup } from './backup.ts'
import { backUpBeside } from './backupProcess.ts'
import { isDamaged } from './failure.ts'

const NOW_MS = Date.UTC(2026, 10, 21, 3)
const NEVER = new AbortController().signal

let folder: string
const file = () => join(folder, 'main.db')
const backups = () => join(folder, 'backups')

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringside-beside-'))
  const made = new Sqlite(file())
  made.exec('create table center (center text, generation text, place text)')
  made.exec("insert into center values ('main', 'g', '17-0')")
  made.close()
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

it('is told of as if it had been made here', async () => {
  const backup = await backUpBeside(file(), backups(), NOW_MS, NEVER)
  expect(backup).toEqual(await readBackup(join(backups(), 'ringside-2026-11-21.db')))
  expect(backup.centers).toEqual([{ center: 'main', generation: 'g', place: '17-0' }])
})

it('says why there is none, and whether the file is damaged', async () => {
  await rename(file(), `${file()}.away`)
  await expect(backUpBeside(file(), backups(), NOW_MS, NEVER)).rejects.toMatchObject({
    code: 'ENOENT',
  })
  await writeFile(file(), 'x'.repeat(8_192))
  const failure: unknown = await backUpBeside(file(), backups(), NOW_MS, NEVER).catch(
    (error: unknown) => error,
  )
  expect(isDamaged(failure)).toBe(true)
})

it('ends at once in the middle of it, and the next one is made all the same', async () => {
  // Large enough that it takes SQLite a while.
  const large = new Sqlite(file())
  large.exec('create table note (said text)')
  large.exec(
    'with recursive n (i) as (select 1 union all select i + 1 from n where i < 60000) ' +
      'insert into note select hex(randomblob(1000)) from n',
  )
  large.close()
  const ending = new AbortController()
  const making = backUpBeside(file(), backups(), NOW_MS, ending.signal)
  making.catch(() => undefined)
  await until('the copy has begun', () => exists(join(backups(), 'ringside.db.part')))
  ending.abort()
  await expect(making).rejects.toThrow('abort')
  expect(await readdir(backups())).not.toContain('ringside-2026-11-21.db')
  await expect(backUpBeside(file(), backups(), NOW_MS, ending.signal)).rejects.toThrow('abort')
  const { bytes } = await backUpBeside(file(), backups(), NOW_MS, NEVER)
  expect(bytes).toBeGreaterThan(100_000_000)
  expect(await readdir(backups())).toEqual(['ringside-2026-11-21.db'])
})
