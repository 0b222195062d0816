import * as fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { counterIds } from '../../../shared/counters.ts'
import { emptyDirectory } from '../../../shared/directory.ts'
import type { Span } from '../../../shared/entry.ts'
import type { Channel } from '../../../shared/events/fields.ts'
import { parseScope, type Scope } from '../../../shared/scope.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../shared/time.ts'
import { databaseKinds, makeDatabase, type TestDatabase } from '../../../test/database.ts'
import {
  emptyBooks,
  history,
  keep,
  naiveSums,
  plain,
  type NaiveBooks,
} from '../../../test/naiveBooks.ts'
import { writeBooks } from '../../../test/writeBooks.ts'
import { openDatabase, type Database } from '../../database/database.ts'
import { ALL_SUMMED_MS } from '../../database/schema.ts'
import { createCalendar } from '../calendar.ts'
import { readHistory, readSums, type Question } from './balances.ts'
import { readCommitted } from './committed.ts'
import { createLiveBook } from './liveBook.ts'
import { loadBase, loadSpan } from './loadBook.ts'
import { readPresent } from './present.ts'

const directory = {
  ...emptyDirectory,
  center: {
    ...emptyDirectory.center,
    timeZone: 'Asia/Kolkata',
    businessDayStart: '04:10',
    intervalMinutes: 15 as const,
  },
}
const calendar = createCalendar(directory.center)
/** Some minutes before the business day ends in Kolkata. */
const START_MS = Date.UTC(2026, 10, 21, 22, 33)
const scopeTexts = [
  'center',
  'queue:sales',
  'queue:support',
  'agent:anna',
  'team:inside',
  'site:osaka',
]
const scopes = scopeTexts.map((text) => parseScope(text) as Scope)

describe.each(databaseKinds)('figures of the stored books, on %s', (kind) => {
  let place: TestDatabase
  let database: Database
  beforeAll(async () => {
    place = await makeDatabase(kind, inject('postgresUrl'))
    database = await openDatabase(place)
  })
  afterAll(async () => {
    await database.close()
    await place.remove()
  })

  const readAll = (
    books: Pick<Question, 'channel' | 'queue' | 'counters'>,
    spans: Span[],
    nowMs: number,
  ) =>
    readCommitted(database, 'main', async (committed) =>
      readHistory(
        committed,
        { ...books, scopes, filters: null },
        spans,
        await readPresent(committed),
        nowMs,
      ),
    )

  it('are the sums of entries and accruals in any span, to the millisecond', async () => {
    const edge = fc.oneof(
      fc.integer({ min: -40 * HOUR_MS, max: HOUR_MS }),
      fc.integer({ min: -300, max: 40 }).map((minutes) => minutes * MINUTE_MS),
      fc
        .integer({ min: -3, max: 2 })
        .map((days) => calendar.dayStart(START_MS + days * DAY_MS) - START_MS),
      fc
        .integer({ min: -2, max: 1 })
        .map((shift) => calendar.periodStart('month', START_MS, shift) - START_MS),
    )
    await fc.assert(
      fc.asyncProperty(
        history(START_MS, 12),
        fc.array(fc.uniqueArray(edge, { minLength: 2, maxLength: 5 }), {
          minLength: 6,
          maxLength: 6,
        }),
        fc.constantFrom<Channel | null>(null, 'voice', 'chat'),
        fc.oneof(fc.constant(ALL_SUMMED_MS), fc.integer({ min: -4_500, max: 300 })),
        async (updates, edges, channel, summed) => {
          const books = emptyBooks()
          for (const update of updates) keep(books, update)
          const nowMs = updates.at(-1)?.sentAtMs ?? START_MS
          const summedToMs = summed === ALL_SUMMED_MS ? summed : START_MS + summed * MINUTE_MS
          const at = { epoch: 1, place: '9-0', nowMs, calendar, summedToMs }
          await writeBooks(database, 'main', books, at)
          for (const chosen of edges) {
            const sorted = chosen.map((shift) => START_MS + shift).sort((a, b) => a - b)
            const spans = sorted.slice(1).map((toMs, i) => ({ fromMs: sorted[i] ?? 0, toMs }))
            const found = await readAll({ channel, queue: null, counters: null }, spans, nowMs)
            spans.forEach((span, i) => {
              for (const scope of scopeTexts) {
                const sums = found[i]?.get(scope) ?? new Map<never, never>()
                expect([span, scope, plain(sums)]).toEqual([
                  span,
                  scope,
                  plain(naiveSums(books, scope, span, channel, nowMs)),
                ])
              }
            })
          }
        },
      ),
      { numRuns: 12, endOnFailure: true },
    )
  }, 120_000)

  it('are those that live books show at the same place', async () => {
    await fc.assert(
      fc.asyncProperty(history(START_MS, 12), fc.nat(), async (updates, seed) => {
        const books = emptyBooks()
        const at = seed % updates.length
        for (const update of updates.slice(0, at)) keep(books, update)
        const nowMs = updates.at(-1)?.sentAtMs ?? START_MS
        await writeBooks(database, 'main', books, {
          epoch: 1,
          place: updates[at]?.after ?? '0',
          nowMs,
          calendar,
        })
        const book = createLiveBook(await loadBase(database, 'main', calendar, nowMs), directory)
        const asked = { fromMs: START_MS - 26 * HOUR_MS - 123, toMs: START_MS + 77 }
        const stored = await loadSpan(database, 'main', asked, nowMs)
        expect(book.openSpan('asked', asked, stored.rows, stored.place)).toBe(true)
        for (const update of updates.slice(at)) {
          book.apply(update, nowMs)
          keep(books, update)
        }
        await writeBooks(database, 'main', books, {
          epoch: 1,
          place: book.place(),
          nowMs,
          calendar,
        })
        for (const name of ['interval', 'last30', 'today', 'asked']) {
          const span = book.window(name)?.span ?? { fromMs: 0, toMs: 0 }
          const [found] = await readAll(
            { channel: 'voice', queue: null, counters: null },
            [span],
            nowMs,
          )
          for (const scope of scopeTexts) {
            expect([name, scope, plain(book.sums(scope, name, 'voice'))]).toEqual([
              name,
              scope,
              plain(found?.get(scope) ?? new Map<never, never>()),
            ])
          }
        }
      }),
      { numRuns: 12, endOnFailure: true },
    )
  }, 120_000)

  it('are narrowed to the counters and the queue that are asked for', async () => {
    const of = { agent: 'anna', team: null, site: null, channel: 'voice' as const, filters: null }
    const at = { fromMs: START_MS - MINUTE_MS, toMs: START_MS - MINUTE_MS, subject: 'contact/x#1' }
    const books: NaiveBooks = {
      entries: [
        { ...of, ...at, queue: 'sales', counter: 'handled', detail: null, amount: 1 },
        { ...of, ...at, queue: 'support', counter: 'handled', detail: null, amount: 2 },
        { ...of, ...at, queue: 'sales', counter: 'talkMs', detail: null, amount: 5 },
      ],
      open: new Map(),
    }
    await writeBooks(database, 'main', books, { epoch: 1, place: '9-0', nowMs: START_MS, calendar })
    const span = { fromMs: START_MS - HOUR_MS, toMs: START_MS }
    const ask = async (counters: Question['counters'], queue: string | null) => {
      const [found] = await readAll({ counters, queue, channel: null }, [span], START_MS)
      return plain(found?.get('agent:anna') ?? new Map<never, never>())
    }
    expect(await ask(null, null)).toEqual(['handled  3 0', 'talkMs  5 0'])
    expect(await ask(['handled'], null)).toEqual(['handled  3 0'])
    expect(await ask(counterIds, 'sales')).toEqual(['handled  1 0', 'talkMs  5 0'])
    expect(await ask(['talkMs'], 'support')).toEqual([])
  })

  it('of a center that nobody has heard of are none', async () => {
    const sums = await readCommitted(database, 'nowhere', async (committed) => {
      expect(committed.place).toBe('0')
      const question = { scopes, counters: null, channel: null, queue: null, filters: null }
      const span = { fromMs: START_MS - HOUR_MS, toMs: START_MS }
      return readSums(committed, question, span, await readPresent(committed), START_MS)
    })
    expect([...sums.values()].map(plain)).toEqual(scopeTexts.map(() => []))
  })
})
