import { randomBytes } from 'node:crypto'
import {
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rm,
  stat,
  truncate,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import Sqlite from 'libsql'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { backUp } from './backup.ts'
import { openEmbedded } from './embedded.ts'
import { isDamaged } from './failure.ts'
import { ensureSound, type Soundness } from './soundness.ts'
import { onFile } from './sqlite.ts'

const NOW_MS = Date.UTC(2026, 10, 21, 3)

let folder: string
const file = () => join(folder, 'main.db')
const backups = () => join(folder, 'backups')
const backupOf = (day: string) => join(backups(), `ringside-2026-11-${day}.db`)

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringside-sound-'))
  await mkdir(backups())
  make(file(), 100)
})
afterEach(async () => {
  await rm(folder, { recursive: true, force: true })
})

/** A database of so many notes, all of it in its file. Made here: threads are slow to start. */
function make(path: string, notes: number): void {
  const made = new Sqlite(path)
  made.pragma('journal_mode = WAL')
  made.exec('create table center (center text, generation text, place text)')
  made.exec('create table note (id integer primary key, said text)')
  made.exec('create index saying on note (said)')
  made.exec('begin')
  const insert = made.prepare('insert into note values (?, ?)')
  for (let n = 0; n < notes; n++) insert.run(n, `${String(n)} ${'x'.repeat(1_000)}`)
  made.exec('commit')
  made.pragma('wal_checkpoint(truncate)')
  made.close()
}

function notes(): number {
  const found = new Sqlite(file())
  const [{ n } = { n: 0 }] = found.prepare('select count(*) as n from note').all() as {
    n: number
  }[]
  found.close()
  return n
}

const ensure = (more: Partial<Parameters<typeof ensureSound>[0]> = {}): Promise<Soundness> =>
  ensureSound({
    file: file(),
    backups: backups(),
    nowMs: NOW_MS,
    ...more,
  })

async function overwrite(atByte: number, bytes: number): Promise<void> {
  const handle = await open(file(), 'r+')
  await handle.write(randomBytes(bytes), 0, bytes, atByte)
  await handle.close()
}

const harms: Record<string, () => Promise<void>> = {
  'overwritten in the middle': async () => overwrite((await stat(file())).size / 2, 40_000),
  'overwritten at its head': () => overwrite(0, 4_096),
  'cut in half': async () => truncate(file(), (await stat(file())).size / 2),
  'cut to nothing': () => truncate(file(), 0),
}

describe('a sound file', () => {
  it('is left as it is, and so is one that is not there yet', async () => {
    expect(await ensure()).toEqual({ kind: 'sound' })
    expect(notes()).toBe(100)
    await rm(file())
    expect(await ensure()).toEqual({ kind: 'sound' })
    expect((await readdir(folder)).filter((name) => name.includes('damaged'))).toEqual([])
  })

  it('is looked over once more, and whole, where damage was met in use', async () => {
    await writeFile(`${file()}.suspect`, 'malformed\n')
    expect(await ensure()).toEqual({ kind: 'sound' })
    expect(await readdir(folder)).not.toContain('main.db.suspect')
  })
})

describe.each(Object.entries(harms))('a file that was %s', (_what, harm) => {
  it('gives way to the newest sound backup, and is kept', async () => {
    make(backupOf('19'), 80)
    make(backupOf('20'), 90)
    await truncate(backupOf('20'), 20_000)
    await harm()
    const harmed = await readFile(file())
    const found = await ensure()
    if (found.kind !== 'restored') throw new Error(found.kind)
    expect(found.from?.file).toBe(backupOf('19'))
    expect(notes()).toBe(80)
    expect(await readFile(found.aside ?? '')).toEqual(harmed)
  })

  it('is left alone where there is no backup, and said what to type', async () => {
    await harm()
    const harmed = await readFile(file())
    const found = await ensure()
    if (found.kind !== 'lost') throw new Error(found.kind)
    expect(found.explanation).toContain('npm run ringside -- restore FILE')
    expect(found.explanation).toContain(`mv '${file()}'* '${folder}/damaged'`)
    expect(await readFile(file())).toEqual(harmed)
  })
})

it('is begun anew where what was in it can be made again', async () => {
  await truncate(file(), 20_000)
  const found = await ensure({ backups: null })
  expect(found).toMatchObject({ kind: 'restored', from: null })
  expect(await readdir(folder)).not.toContain('main.db')
})

it('puts the backup in the place of a file that is gone, or that lost its log', async () => {
  make(backupOf('20'), 90)
  await rm(file())
  expect(await ensure()).toMatchObject({ damage: 'the file is gone' })
  expect(notes()).toBe(90)
  await rm(file())
  const bare = new Sqlite(file())
  bare.pragma('user_version = 1')
  bare.close()
  expect(await ensure()).toMatchObject({ damage: 'the file holds no tables' })
  expect(notes()).toBe(90)
})

describe('a large file', () => {
  it('is not read whole, and still seen to be cut or overwritten at its head', async () => {
    make(backupOf('20'), 90)
    const sound = await readFile(file())
    await harms['overwritten in the middle']?.()
    expect(await ensure({ smallBytes: 0 })).toEqual({ kind: 'sound' })
    for (const harm of ['overwritten at its head', 'cut in half', 'cut to nothing']) {
      await writeFile(file(), sound)
      await harms[harm]?.()
      expect(await ensure({ smallBytes: 0 }), harm).toMatchObject({ kind: 'restored' })
      await rm(file())
    }
  })

  it('is read whole before it is backed up, and damage found then is told as such', async () => {
    await harms['overwritten in the middle']?.()
    const failure: unknown = await backUp(file(), backups(), NOW_MS).catch(
      (error: unknown) => error,
    )
    expect(isDamaged(failure)).toBe(true)
    expect(await readdir(backups())).toEqual([])
  })
})

it('says that a file was damaged in use, and heals it at the next start', async () => {
  const alarms: string[] = []
  const options = {
    file: file(),
    backups: backups(),
    now: () => NOW_MS,
    alarm: (line: string) => alarms.push(line),
  }
  await rm(file())
  const opening = await openEmbedded(options)
  if (opening.kind !== 'open') throw new Error(opening.kind)
  const { file: backup } = await backUp(file(), backups(), NOW_MS)
  await onFile(file(), (thread) => thread.run('pragma wal_checkpoint(truncate)', []))
  await overwrite(4_096, (await stat(file())).size - 4_096)
  await expect(opening.database.kysely.selectFrom('gap').selectAll().execute()).rejects.toThrow()
  expect(opening.condition.damage()).toContain('malformed')
  const writing = opening.database.kysely.deleteFrom('gap').execute()
  await expect(writing).rejects.toThrow('malformed')
  expect(alarms).toHaveLength(1)
  await opening.database.close()

  const again = await openEmbedded(options)
  if (again.kind !== 'open') throw new Error(again.kind)
  expect(alarms.at(-1)).toContain(backup)
  expect(again.condition.damage()).toBeNull()
  expect(await again.condition.kept()).toHaveLength(1)
  await again.database.close()
})
