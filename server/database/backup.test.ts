import { mkdtemp, readdir, rm, truncate, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { DAY_MS } from '../../shared/time.ts'
import { backUp, checkBackup, deleteOldBackups, listBackups, restore } from './backup.ts'
import { openDatabase, type Database } from './database.ts'

const NOW_MS = Date.UTC(2026, 10, 21, 3)

describe('a backup', () => {
  let folder: string
  let file: string
  let backups: string
  let database: Database
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'ringside-backup-'))
    file = join(folder, 'ringside.db')
    backups = join(folder, 'backups')
    database = await openDatabase({ url: null, file })
    await note(1)
  })
  afterEach(async () => {
    await database.close()
    await rm(folder, { recursive: true, force: true })
  })

  const note = (n: number) =>
    database.kysely
      .insertInto('gap')
      .values({ center: 'main', id: String(n), fromMs: n, toMs: n, reason: 'x'.repeat(1_000) })
      .execute()
  const notesIn = async (path: string): Promise<number> => {
    const opened = await openDatabase({ url: null, file: path })
    const rows = await opened.kysely.selectFrom('gap').select('id').execute()
    await opened.close()
    return rows.length
  }

  it('is a copy of one instant, made while work goes on', async () => {
    for (let n = 2; n <= 200; n++) await note(n)
    const making = backUp(file, backups, NOW_MS)
    for (let n = 201; n <= 220; n++) await note(n)
    const backup = await making
    expect(backup.file).toBe(join(backups, 'ringside-2026-11-21.db'))
    expect(backup.bytes).toBeGreaterThan(200_000)
    const notes = await notesIn(backup.file)
    expect(notes).toBeGreaterThanOrEqual(200)
    expect(notes).toBeLessThanOrEqual(220)
  })

  it('says up to where each stream is in it', async () => {
    await database.kysely
      .insertInto('center')
      .values({
        center: 'main',
        epoch: 3,
        generation: 'g',
        place: '17-0',
        commits: 1,
        committedAtMs: 1,
        calendar: '',
        counts: '',
      })
      .execute()
    const { centers } = await backUp(file, backups, NOW_MS)
    expect(centers).toEqual([{ center: 'main', generation: 'g', place: '17-0' }])
  })

  it('takes the place of an earlier one of the day, never of a good one by a bad one', async () => {
    await backUp(file, backups, NOW_MS)
    await note(2)
    const { file: again } = await backUp(file, backups, NOW_MS + 1)
    expect(await listBackups(backups)).toEqual([again])
    expect(await notesIn(again)).toBe(2)
    await expect(backUp(join(folder, 'none', 'x.db'), backups, NOW_MS)).rejects.toThrow()
    expect(await notesIn(again)).toBe(2)
    expect((await readdir(backups)).filter((each) => each.includes('part'))).toEqual([])
  })

  it('is refused when it is damaged, or something else', async () => {
    for (let n = 2; n <= 100; n++) await note(n)
    const { file: backup, bytes } = await backUp(file, backups, NOW_MS)
    await truncate(backup, bytes - 20_000)
    await expect(checkBackup(backup)).rejects.toThrow()
    await expect(restore(backup, file, NOW_MS)).rejects.toThrow()
    await writeFile(backup, 'hello')
    await expect(checkBackup(backup)).rejects.toThrow()
    expect(await notesIn(file)).toBe(100)
  })

  it('is put back, and what was there is kept', async () => {
    const { file: backup } = await backUp(file, backups, NOW_MS)
    await note(2)
    await database.close()
    const aside = await restore(backup, file, NOW_MS)
    expect(await notesIn(file)).toBe(1)
    expect(aside).not.toBeNull()
    expect(await notesIn(aside ?? '')).toBe(2)
    database = await openDatabase({ url: null, file })
    expect(await restore(backup, join(folder, 'new', 'x.db'), NOW_MS)).toBeNull()
  })

  it('is deleted when there are newer ones, and nothing else is', async () => {
    for (const day of [1, 2, 3]) await backUp(file, backups, NOW_MS + day * DAY_MS)
    await writeFile(join(backups, 'notes.txt'), 'mine')
    await deleteOldBackups(backups, 2)
    expect((await readdir(backups)).sort()).toEqual([
      'notes.txt',
      'ringside-2026-11-23.db',
      'ringside-2026-11-24.db',
    ])
  })
})
