/** Pages of stored subjects: each one once, whatever the size of a page, on both databases. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { databaseKinds } from '../../../test/database.ts'
import { makeOpened, type OpenedDatabase } from '../../../test/keeping.ts'
import { readCommitted } from './committed.ts'
import { openSubjects, storedSubjects, type SubjectsAsked } from './storedSubjects.ts'

/** key, kind, first, last, open */
const rows = [
  // Said at one instant, in another order than that of their keys.
  ['contact:é', 'contact', 10, 100, 1],
  ['contact:b', 'contact', 10, 100, 0],
  ['contact:a', 'contact', 10, 100, 0],
  ['contact:B', 'contact', 90, 100, 0],
  ['contact:early', 'contact', 10, 99, 0],
  ['contact:late', 'contact', 10, 201, 1],
  ['contact:end', 'contact', 200, 200, 1],
  ['lead:a', 'lead', 10, 100, 1],
] as const

const CENTER = 'main'

describe.each(databaseKinds)('stored subjects, on %s', (kind) => {
  let opened: OpenedDatabase
  beforeAll(async () => {
    opened = await makeOpened(kind, inject('postgresUrl'))
    const values = rows.map(([key, of, firstAtMs, lastAtMs, open]) => ({
      ...{ center: CENTER, key, kind: of, version: 1, open, firstAtMs, lastAtMs },
      ...{ unopened: 0, flags: 0, record: JSON.stringify({ key }), present: '' },
    }))
    await opened.database.kysely.insertInto('subject').values(values).execute()
  })
  afterAll(() => opened.close())

  const pagesOf = (asked: Partial<SubjectsAsked>, pageSize: number): Promise<string[][]> =>
    readCommitted(opened.database, CENTER, async (committed) => {
      const span = { kind: 'contact', lastFromMs: 100, lastToMs: 200, firstToMs: 200 }
      const pages: string[][] = []
      for await (const page of storedSubjects(committed, { ...span, ...asked }, pageSize)) {
        expect(page.map(({ record }) => record.key)).toEqual(page.map(({ key }) => key))
        pages.push(page.map(({ key }) => key))
      }
      return pages
    })
  const within = ['contact:B', 'contact:a', 'contact:b', 'contact:end', 'contact:é']

  it.each([1, 2, 3, 4, 5, 100])('come once each in pages of %i', async (pageSize) => {
    const pages = await pagesOf({}, pageSize)
    expect(pages.every((page) => page.length > 0 && page.length <= pageSize)).toBe(true)
    expect(pages.flat().sort()).toEqual(within)
    expect(pages.flat().at(-1)).toBe('contact:end')
  })

  it('are of the kind and the times that are asked for', async () => {
    const asked: [Partial<SubjectsAsked>, string[]][] = [
      [{ kind: 'lead' }, ['lead:a']],
      [{ kind: 'order' }, []],
      [{ firstToMs: 89 }, ['contact:a', 'contact:b', 'contact:é']],
      [{ lastFromMs: 101 }, ['contact:end']],
      [{ lastFromMs: 99, lastToMs: 99 }, ['contact:early']],
    ]
    for (const [of, keys] of asked) {
      expect((await pagesOf(of, 2)).flat().sort(), JSON.stringify(of)).toEqual(keys)
    }
  })

  it('are open ones that had begun by then', async () => {
    const open = (firstToMs: number) =>
      readCommitted(opened.database, CENTER, async (committed) =>
        (await openSubjects(committed, 'contact', firstToMs)).map(({ key }) => key).sort(),
      )
    expect(await open(199)).toEqual(['contact:late', 'contact:é'])
    expect(await open(200)).toEqual(['contact:end', 'contact:late', 'contact:é'])
  })
})
