/** Writes naive books into a database as the keeper would: entries, balances, open subjects. */
import type { Database } from '../server/database/database.ts'
import { ALL_SUMMED_MS } from '../server/database/schema.ts'
import { eachBucket, keptAt, summedTo } from '../server/books/buckets.ts'
import type { Calendar } from '../server/books/calendar.ts'
import { createCells } from '../server/books/cells.ts'
import { calendarText } from '../server/books/checkpoint.ts'
import {
  addToBalances,
  insertCells,
  insertEntries,
  replaceSubjects,
  subjectRow,
  type BalanceRow,
} from '../server/books/rows.ts'
import type { SubjectRecord } from '../server/engine/subject.ts'
import type { NaiveBooks } from './naiveBooks.ts'

/** Puts the whole books of a center in the place of what is stored of it. */
export async function writeBooks(
  database: Database,
  center: string,
  books: NaiveBooks,
  at: { epoch: number; place: string; nowMs: number; calendar: Calendar; summedToMs?: number },
  records: readonly SubjectRecord[] = [],
): Promise<void> {
  const { epoch, place, nowMs, calendar } = at
  const summedToMs = at.summedToMs ?? summedTo(ALL_SUMMED_MS, nowMs)
  const { kind } = database
  const cells = createCells(center, [])
  const balances = new Map<string, BalanceRow>()
  const kept = keptAt(nowMs, summedToMs)
  const entries = books.entries.map((entry, i) => {
    const { subject, counter, detail, fromMs, toMs, amount } = entry
    const row = { center, counter, detail: detail ?? '', cell: cells.idOf(entry) }
    eachBucket(entry, calendar, kept, (grain, bucketMs, part) => {
      const key = JSON.stringify([row, grain, bucketMs])
      const amount = part + (balances.get(key)?.amount ?? 0)
      balances.set(key, { ...row, grain, bucketMs, amount })
    })
    return { ...row, id: String(i), subject, fromMs, toMs, amount, place }
  })
  const open = [...books.open.values()].map(({ key, live, accruals }) =>
    subjectRow(center, { ...emptyRecord, key, live, accruals: [...accruals], open: true }),
  )
  await database.kysely.transaction().execute(async (writing) => {
    for (const table of ['center', 'cell', 'entry', 'balance', 'subject'] as const) {
      await writing.deleteFrom(table).where('center', '=', center).execute()
    }
    await writing
      .insertInto('center')
      .values({
        center,
        epoch,
        generation: 'test',
        place,
        commits: 1,
        committedAtMs: nowMs,
        calendar: calendarText(calendar),
        counts: '{}',
        summedToMs,
      })
      .execute()
    await insertCells(writing, kind, cells.takeNew())
    await insertEntries(writing, kind, entries)
    await addToBalances(writing, kind, balances.values())
    await replaceSubjects(writing, kind, [
      ...open,
      ...records.map((record) => subjectRow(center, record)),
    ])
  })
}

const emptyRecord: SubjectRecord = {
  key: '',
  version: 1,
  facts: [],
  fed: [],
  feeds: [],
  booked: [],
  accruals: [],
  live: { visits: [], legs: [], agent: null },
  open: false,
  firstAtMs: 0,
  lastAtMs: 0,
  unopened: 0,
  flags: [],
  parts: [],
  silentAtMs: null,
  touchedMs: 0,
}
