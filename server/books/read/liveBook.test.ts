import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Directory } from '../../../shared/directory.ts'
import type { Channel } from '../../../shared/events/fields.ts'
import { HOUR_MS, MINUTE_MS } from '../../../shared/time.ts'
import {
  emptyBooks,
  history,
  keep,
  naiveBase,
  naiveRows,
  naiveSums,
  plain,
  type NaiveBooks,
} from '../../../test/naiveBooks.ts'
import { createCalendar } from '../calendar.ts'
import type { LiveUpdate } from '../update.ts'
import { createLiveBook, type LiveBook } from './liveBook.ts'
import { liveRowsOf } from './present.ts'

const directory = Directory.parse({
  center: { timeZone: 'Asia/Tokyo', intervalMinutes: 15 },
  queues: [{ key: 'sales', serviceLevel: { thresholdSeconds: 30 } }],
})
const calendar = createCalendar(directory.center)
/** Shortly before an interval and a business day end in Tokyo. */
const START_MS = Date.UTC(2026, 10, 21, 14, 52)

const scopes = [
  'center',
  'queue:sales',
  'queue:support',
  'agent:anna',
  'agent:ben',
  'team:inside',
  'site:tokyo',
  'site:osaka',
]
const channelsAsked: (Channel | null)[] = [null, 'voice', 'chat']

const load = (books: NaiveBooks, place: string, nowMs: number): LiveBook =>
  createLiveBook(naiveBase(books, place, calendar, nowMs), directory)

function expectSame(book: LiveBook, books: NaiveBooks, windows: readonly string[]): void {
  for (const name of windows) {
    const span = book.window(name)?.span
    if (!span) throw new Error(`no window ${name}`)
    for (const scope of scopes) {
      for (const channel of channelsAsked) {
        const expected = plain(naiveSums(books, scope, span, channel, book.nowMs()))
        expect([name, scope, channel, plain(book.sums(scope, name, channel))]).toEqual([
          name,
          scope,
          channel,
          expected,
        ])
      }
    }
  }
}

const named = ['interval', 'last30', 'today']

/** A time between this update and the one after, or some time after the last. */
const between = (updates: readonly LiveUpdate[], i: number, part: number): number => {
  const fromMs = updates[i]?.sentAtMs ?? START_MS
  const toMs = updates[i + 1]?.sentAtMs ?? fromMs + 2 * MINUTE_MS
  return Math.floor(fromMs + (toMs - fromMs) * part)
}

describe('live books', () => {
  it('are the sums of entries and accruals, whatever comes and however time passes', () => {
    fc.assert(
      fc.property(
        history(START_MS, 25),
        fc.array(fc.double({ min: 0, max: 0.99, noNaN: true }), { minLength: 25, maxLength: 25 }),
        (updates, parts) => {
          const books = emptyBooks()
          let book = load(books, '0', START_MS)
          updates.forEach((update, i) => {
            if (!book.advance(update.sentAtMs)) book = load(books, update.after, update.sentAtMs)
            expect(book.continuesWith(update)).toBe(true)
            book.apply(update, update.sentAtMs)
            keep(books, update)
            expectSame(book, books, named)
            const laterMs = between(updates, i, parts[i] ?? 0)
            if (!book.advance(laterMs)) book = load(books, update.place, laterMs)
            expectSame(book, books, named)
          })
        },
      ),
      { numRuns: 60 },
    )
  })

  it('come out the same when they are loaded at any place and go on from there', () => {
    fc.assert(
      fc.property(history(START_MS, 16), fc.nat(), (updates, seed) => {
        const at = seed % updates.length
        const books = emptyBooks()
        for (const update of updates.slice(0, at)) keep(books, update)
        const endMs = updates.at(-1)?.sentAtMs ?? START_MS
        const book = load(books, updates[at]?.after ?? '0', endMs)
        for (const update of updates.slice(at)) {
          book.apply(update, endMs)
          keep(books, update)
        }
        expectSame(book, books, named)
      }),
      { numRuns: 60 },
    )
  })

  it('show any span: what is stored of it, and every later entry that lies in it', () => {
    const span = fc
      .tuple(
        fc.integer({ min: -30 * HOUR_MS, max: HOUR_MS }),
        fc.integer({ min: 1, max: 3 * HOUR_MS }),
      )
      .map(([shift, lastsMs]) => ({ fromMs: START_MS + shift, toMs: START_MS + shift + lastsMs }))
    fc.assert(
      fc.property(history(START_MS, 16), span, fc.nat(), fc.nat(), (updates, asked, seed, lag) => {
        const books = emptyBooks()
        const stored = emptyBooks()
        const openAt = seed % updates.length
        const storedUpTo = Math.max(0, openAt - (lag % 3))
        let book = load(books, '0', START_MS)
        const name = 'a span'
        const opened = (): boolean => {
          const { rows } = naiveRows(stored, asked)
          return book.openSpan(name, asked, rows, updates[storedUpTo]?.after ?? '0')
        }
        for (const update of updates.slice(0, storedUpTo)) keep(stored, update)
        let isOpen = false
        updates.forEach((update, i) => {
          if (!book.advance(update.sentAtMs)) {
            book = load(books, update.after, update.sentAtMs)
            isOpen = false
          }
          // Too long ago for the tail: then it has to be read again, and nothing is shown.
          if (i === openAt) isOpen = opened()
          book.apply(update, update.sentAtMs)
          keep(books, update)
          if (isOpen) expectSame(book, books, [name])
        })
      }),
      { numRuns: 80 },
    )
  })

  it('know who waits, talks and works: the rows of open subjects, the latest of an agent', () => {
    fc.assert(
      fc.property(history(START_MS, 16), (updates) => {
        const books = emptyBooks()
        const book = load(books, '0', START_MS)
        for (const update of updates) {
          book.apply(update, START_MS)
          keep(books, update)
          const { visits, legs, agents } = liveRowsOf([...books.open.values()])
          expect(new Set(book.presence.visits.values())).toEqual(new Set(visits))
          expect(new Set(book.presence.legs.values())).toEqual(new Set(legs))
          expect(new Set(book.presence.agents())).toEqual(new Set(agents))
          for (const key of ['anna', 'ben']) {
            const row = book.presence.agentOf(key)
            for (const queue of ['sales', 'support']) {
              const isJoined = book.presence.joinedTo(queue).some(({ agent }) => agent === key)
              expect(isJoined).toBe(row?.joined.includes(queue) ?? false)
            }
          }
        }
      }),
      { numRuns: 60 },
    )
  })
})
