/** A simulated week of all channels: at any instant of it live, stored and summed entries agree. */
import type { ExpressionBuilder } from 'kysely'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { usualKind } from '../../../test/database.ts'
import {
  append,
  committed,
  makeOpened,
  makeStream,
  startKeeper,
  until,
  type OpenedDatabase,
  type TestStream,
} from '../../../test/keeping.ts'
import { naiveSums, plain } from '../../../test/naiveBooks.ts'
import { counterOf, type CounterId } from '../../../shared/counters.ts'
import { Directory } from '../../../shared/directory.ts'
import type { Span } from '../../../shared/entry.ts'
import type { Event } from '../../../shared/events/event.ts'
import { parseEvent } from '../../../shared/events/parse.ts'
import { parseScope, type Scope } from '../../../shared/scope.ts'
import { DAY_MS, MINUTE_MS } from '../../../shared/time.ts'
import type { Tables } from '../../database/schema.ts'
import { createEngine } from '../../engine/fold.ts'
import { tellBusiness } from '../../simulator/business/tell.ts'
import { businessDayAt } from '../../simulator/businessDay.ts'
import { EARLY_MS, tellDay } from '../../simulator/day.ts'
import { simulatedDirectory } from '../../simulator/directory.ts'
import { randomOf } from '../../simulator/random.ts'
import type { Told } from '../../simulator/told.ts'
import { localLive } from '../../stream/liveChannel.ts'
import { createCalendar } from '../calendar.ts'
import { readSums } from './balances.ts'
import { readCommitted, type Committed } from './committed.ts'
import { followBooks } from './followBooks.ts'
import type { LiveBook } from './liveBook.ts'
import { readPresent } from './present.ts'
import { reconcile } from './reconcile.ts'
import type { Sums } from './sums.ts'

const SEED = 1
const DAYS = 7
/** Of the usual calls; of the business beside them all is told. */
const SHARE = 0.05
const INSTANTS = 4
/** So long before each instant the live books are told every minute, and do not load anew. */
const MINUTES_FOLLOWED = 3
const directory = Directory.parse(simulatedDirectory())
const calendar = createCalendar(directory.center)
const makeEngine = (directories: Parameters<typeof createEngine>[0]['directories']) =>
  createEngine({ directories })

const firstDay = businessDayAt(Date.UTC(2026, 10, 9, 12))
const days = Array.from({ length: DAYS }, (_, i) =>
  businessDayAt(firstDay.startMs + DAY_MS / 2 + i * DAY_MS),
)
const beginMs = firstDay.startMs - EARLY_MS
const endMs = days.at(-1)?.endMs ?? 0
/** One of each kind. */
const scopeTexts = ['center', ...['site', 'team', 'queue', 'agent'].map(firstOf)]

function firstOf(kind: string): string {
  const { sites, teams, queues, agents } = directory
  const all = { site: sites, team: teams, queue: queues, agent: agents }[kind] ?? []
  return `${kind}:${all[0]?.key ?? ''}`
}

/** The week's events in the order of time. */
function week(): Event[] {
  const told: Told[] = days.flatMap((day) => [...tellDay(SEED, day, SHARE)])
  const from = { bornFromMs: firstDay.startMs, mailFromMs: firstDay.startMs }
  for (const one of tellBusiness({ seed: SEED, ...from, fromMs: null, untilMs: endMs - 1 })) {
    told.push(one)
  }
  told.sort((a, b) => a.atMs - b.atMs)
  return told
    .filter(({ atMs }) => atMs < endMs)
    .map(({ event }) => {
      const parsed = parseEvent(event)
      if (!parsed.ok) throw new Error(`${event.id} is no event`)
      return parsed.event
    })
}

/** Random instants of the week, and its last one. */
function instants(): number[] {
  const random = randomOf('reconciled week')
  const inside = Array.from({ length: INSTANTS }, () =>
    Math.floor(firstDay.startMs + random.next() * (endMs - firstDay.startMs)),
  )
  return [...inside.sort((a, b) => a - b), endMs - 1]
}

describe('a simulated week in books', { timeout: 900_000 }, () => {
  let opened: OpenedDatabase
  let stream: TestStream
  beforeAll(async () => {
    opened = await makeOpened(usualKind, inject('postgresUrl'))
    stream = makeStream(inject('redisSocket'))
  })
  afterAll(async () => {
    stream.end()
    await opened.close()
  })

  it('is the same live, stored, and added up from its entries, for every counter', async () => {
    let nowMs = beginMs
    const live = localLive()
    const kept = startKeeper({ ...opened, ...stream, publish: live.update, now: () => nowMs })
    const followed = followBooks({
      ...{ center: stream.center, database: opened.database, feed: live, now: () => nowMs },
      readDirectory: async () => directory,
      changed: () => undefined,
      replaced: () => undefined,
      // It loads anew whenever this clock jumps.
      report: () => undefined,
    })
    const events = week()
    await append(stream.log, [
      {
        ...{ id: 'directory', type: 'directory.changed', atMs: beginMs },
        data: { directory: simulatedDirectory() },
      },
    ])
    let told = 0
    const booked = new Set<string>()
    /** Tells what happened up to an instant, and waits until the live books show it. */
    const tellUpTo = async (atMs: number): Promise<void> => {
      nowMs = atMs
      const later = events.findIndex((event) => event.atMs > atMs)
      const rest = events.slice(told, later === -1 ? undefined : later)
      told += rest.length
      const place =
        rest.length > 0 ? await append(stream.log, rest, 500) : kept.keeper.status().place
      await committed(kept, place)
      live.beat({ epoch: kept.keeper.status().epoch, place, catchingUp: false })
      await until(
        'the live books are as far',
        () => followed.book()?.place() === place && followed.book()?.nowMs() === atMs,
      )
    }
    const reconcileDay = (day: string, book: LiveBook | null) =>
      reconcile({
        ...{ database: opened.database, center: stream.center, day, directory, calendar },
        ...{ live: book, makeEngine, nowMs },
      })
    for (const instant of instants()) {
      // By halves of days, so that no wait is a long one.
      while (nowMs < instant - DAY_MS / 2) await tellUpTo(nowMs + DAY_MS / 2)
      for (let ahead = MINUTES_FOLLOWED; ahead >= 0; ahead -= 1) {
        await tellUpTo(instant - ahead * MINUTE_MS)
      }
      const book = followed.book()
      if (!book) throw new Error('no live books')
      await readCommitted(opened.database, stream.center, async (stored) => {
        expect(stored.place).toBe(book.place())
        const spanOf = (name: 'interval' | 'last30' | 'today') => {
          const span = book.window(name)?.span
          if (!span) throw new Error(`no window ${name}`)
          return span
        }
        for (const name of ['interval', 'last30', 'today'] as const) {
          const span = spanOf(name)
          const { sums, added } = await readTwice(stored, span, nowMs)
          for (const scope of scopeTexts) {
            const shown = ofEntries(book.sums(scope, name, null))
            expect([name, scope, plain(shown)]).toEqual([name, scope, plain(sums(scope))])
            expect([name, scope, plain(added(scope))]).toEqual([name, scope, plain(sums(scope))])
          }
        }
        // Whatever began and ended when: from somewhere in the week up to now.
        const ragged = { fromMs: Math.floor((firstDay.startMs + nowMs * 2) / 3), toMs: nowMs }
        const { sums, added } = await readTwice(stored, ragged, nowMs)
        for (const scope of scopeTexts) {
          expect([scope, plain(added(scope))]).toEqual([scope, plain(sums(scope))])
          for (const counter of sums(scope).keys()) booked.add(counter)
        }
      })
      for (const { date, startMs } of days) {
        if (startMs > nowMs) break
        const found = await reconcileDay(date, book)
        expect([date, found.differences, found.more]).toEqual([date, [], 0])
        expect(found.checked).toBeGreaterThan(1_000)
      }
    }
    expect(booked.size).toBeGreaterThan(140)
    await followed.close()
    await kept.stop()

    // And one balance that is wrong by one is found.
    const { date, startMs } = days[2] ?? firstDay
    const ofDay = (eb: ExpressionBuilder<Tables, 'balance'>) =>
      eb.and({ center: stream.center, grain: '1d', bucketMs: startMs, counter: 'talkMs' })
    const { kysely } = opened.database
    const { cell } = await kysely
      .selectFrom('balance')
      .select('cell')
      .where(ofDay)
      .executeTakeFirstOrThrow()
    await kysely
      .updateTable('balance')
      .set(({ eb }) => ({ amount: eb('amount', '+', 1) }))
      .where(ofDay)
      .where('cell', '=', cell)
      .execute()
    const { differences } = await reconcileDay(date, null)
    expect(differences.map(({ between }) => between)).toEqual(['balance', 'month'])
  })

  /** What is stored of a span, and what its entries add up to, one by one. */
  async function readTwice(stored: Committed, span: Span, nowMs: number) {
    const present = await readPresent(stored)
    const scopes = scopeTexts.map((text) => parseScope(text) as Scope)
    const question = { scopes, counters: null, channel: null, queue: null, filters: null }
    const read = await readSums(stored, question, span, present, nowMs)
    const rows = await stored.reading
      .selectFrom('entry as e')
      .innerJoin('cell as c', (join) =>
        join.onRef('c.center', '=', 'e.center').onRef('c.id', '=', 'e.cell'),
      )
      .select(['e.subject', 'e.counter', 'e.detail', 'e.fromMs', 'e.toMs', 'e.amount'])
      .select(['c.queue', 'c.agent', 'c.team', 'c.site'])
      .where('e.center', '=', stream.center)
      .where('e.toMs', '>=', span.fromMs)
      .where('e.fromMs', '<', span.toMs)
      .execute()
    const entries = rows.map((row) => {
      const counter = row.counter as CounterId
      // Neither is asked about here.
      return { ...row, counter, channel: null, filters: null }
    })
    const open = new Map(present.map((one) => [one.key, one]))
    return {
      sums: (scope: string): Sums => read.get(scope) ?? new Map<never, never>(),
      added: (scope: string): Sums => naiveSums({ entries, open }, scope, span, null, nowMs),
    }
  }
})

/** Without what the directory says, which is in no books. */
const ofEntries = (sums: Sums): Sums =>
  new Map([...sums].filter(([counter]) => counterOf(counter).of !== 'directory'))
