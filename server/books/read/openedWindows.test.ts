/** Longer periods, what they are compared with and levels: live as they are stored, as time goes on. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { counterIds, counterOf } from '../../../shared/counters.ts'
import { Directory } from '../../../shared/directory.ts'
import type { Event } from '../../../shared/events/event.ts'
import { usualSettings } from '../../../shared/metrics/settings.ts'
import { parseScope, type Scope } from '../../../shared/scope.ts'
import { DAY_MS, HOUR_MS } from '../../../shared/time.ts'
import { databaseKinds } from '../../../test/database.ts'
import {
  append,
  committed,
  makeOpened,
  makeStream,
  startKeeper,
  until,
  type OpenedDatabase,
} from '../../../test/keeping.ts'
import { localLive } from '../../stream/liveChannel.ts'
import { createCalendar } from '../calendar.ts'
import { readCommitted } from './committed.ts'
import { readFigures } from './figures.ts'
import { followBooks } from './followBooks.ts'
import { keptIn, openedSpan } from './openedWindows.ts'
import type { SpanKind } from './related.ts'
import { balanceOf } from './sums.ts'

const at = (text: string): number => Date.parse(text)
const directory = Directory.parse({
  center: { timeZone: 'Asia/Kathmandu' },
  sites: [{ key: 'osaka' }],
  teams: [{ key: 'red', site: 'osaka' }],
  agents: [
    { key: 'ana', teams: [{ team: 'red' }], started: '2026-11-11' },
    { key: 'bo', started: '2020-01-01' },
  ],
})
const calendar = createCalendar(directory.center)

describe('the span of a window by its name', () => {
  const tokyo = createCalendar({ ...directory.center, timeZone: 'Asia/Tokyo' })
  const nowMs = at('2026-11-21T10:31:07.250Z')
  it.each([
    ['month', '2026-10-31T15:00:00.000Z', '2026-11-30T15:00:00.000Z'],
    ['month@previous', '2026-09-30T15:00:00.000Z', '2026-10-21T10:31:00.000Z'],
    ['today@previous', '2026-11-19T15:00:00.000Z', '2026-11-20T10:31:00.000Z'],
    ['today@lastMonth', '2026-09-30T15:00:00.000Z', '2026-10-31T15:00:00.000Z'],
    ['1795273200000/1795359600000', '2026-11-21T15:00:00.000Z', '2026-11-22T15:00:00.000Z'],
  ])('%s', (name, from, to) => {
    const { fromMs, toMs } = openedSpan(name, tokyo, nowMs)
    expect([fromMs, toMs].map((ms) => new Date(ms).toISOString())).toEqual([from, to])
  })

  it('a level begins before everything, and keeps only what is read as one', () => {
    expect(openedSpan('today@end', tokyo, nowMs).fromMs).toBeLessThan(0)
    expect(openedSpan('today@end', tokyo, nowMs).toMs).toBe(at('2026-11-21T15:00:00Z'))
    expect(openedSpan('today@lastMonth@end', tokyo, nowMs).toMs).toBe(at('2026-10-31T15:00:00Z'))
    expect(keptIn('today@end', new Set(['monthlyAmount', 'handled']))).toEqual(
      new Set(['monthlyAmount']),
    )
    expect(keptIn('today@end', null)?.has('customersActive')).toBe(true)
    expect(keptIn('month', null)).toBeNull()
  })
})

const change = (id: string, atMs: number, data: object): Event =>
  ({
    source: '/crm/1',
    id,
    type: 'customer.changed',
    atMs,
    recordedAtMs: atMs,
    receivedAtMs: atMs,
    data: { agent: 'ana', ...data },
  }) as unknown as Event
const money = (value: string) => ({ value, currency: 'USD' })

describe.each(databaseKinds)('opened windows, on %s', (kind) => {
  let opened: OpenedDatabase
  beforeAll(async () => {
    opened = await makeOpened(kind, inject('postgresUrl'))
  })
  afterAll(() => opened.close())

  it('are the sums of the stored books, levels and people included, and move on with the calendar', async () => {
    const start = at('2026-11-21T09:40:00Z')
    let nowMs = start
    const stream = makeStream(inject('redisSocket'))
    const live = localLive()
    const kept = startKeeper({ ...opened, ...stream, publish: live.update, now: () => nowMs })
    const followed = followBooks({
      center: stream.center,
      database: opened.database,
      feed: live,
      readDirectory: async () => directory,
      now: () => nowMs,
      changed: () => undefined,
      replaced: () => undefined,
      report: () => undefined,
    })
    try {
      const changed: Event = {
        source: '/ringside',
        id: 'd',
        type: 'directory.changed',
        atMs: at('2020-01-01T00:00:00Z'),
        data: { directory },
      } as unknown as Event
      const tell = async (events: readonly Event[]): Promise<void> => {
        const place = await append(stream.log, events)
        await committed(kept, place)
        live.beat({ epoch: kept.keeper.status().epoch, place, catchingUp: false })
        await until('the gateway shows it', () => followed.book()?.place() === place)
      }
      await tell([
        changed,
        change('1', start - 400 * DAY_MS, {
          account: 'a',
          change: 'existing',
          monthly: money('100'),
        }),
        change('2', start - 30 * DAY_MS, { account: 'b', change: 'new', monthly: money('70') }),
        change('3', start - DAY_MS - HOUR_MS, {
          account: 'c',
          change: 'new',
          monthly: money('30'),
        }),
      ])
      const names = [
        ...['month', 'year', 'today@previous', 'month@previous', 'today@lastMonth'],
        ...['today@end', 'month@end', 'today@previous@end', 'last30@end'],
      ]
      followed.showStaff()
      for (const name of names) await followed.openWindow(name, null)
      // After the windows were opened: what comes moves them.
      await tell([
        change('4', start - 40 * DAY_MS, { account: 'd', change: 'new', monthly: money('5') }),
        change('5', start - 60_000, { account: 'b', change: 'churned' }),
      ])

      const scopes = ['center', 'site:osaka', 'agent:ana', 'agent:bo'].map(
        (text) => parseScope(text) as Scope,
      )
      const compare = async (): Promise<Record<string, number>> => {
        const book = followed.book()
        if (!book) throw new Error('no book')
        const found: Record<string, number> = {}
        await readCommitted(opened.database, stream.center, async (stored) => {
          for (const name of [...names, 'today']) {
            const span = openedSpan(name, calendar, nowMs)
            expect([name, book.window(name)?.span]).toEqual([name, span])
            const isLevel = name.endsWith('@end')
            const [figures] = await readFigures(stored, {
              scopes,
              channel: 'voice',
              queue: null,
              filters: null,
              reads: {
                within: new Set(counterIds),
                levels: new Set(counterIds),
                related: {},
                narrowed: [],
              },
              settings: usualSettings,
              spans: [span],
              spanKind: 'span' satisfies SpanKind,
              nowMs,
              directory,
              calendar,
              lacking: new Map(),
              live: null,
            })
            for (const scope of ['center', 'site:osaka', 'agent:ana', 'agent:bo']) {
              const sums = book.sums(scope, name, 'voice')
              const own = figures?.get(scope)
              for (const counter of keptIn(name, null) ?? counterIds) {
                if (isLevel && counterOf(counter).of === 'directory') continue
                const stands = isLevel ? own?.level(counter) : own?.balance(counter)
                const shown = balanceOf(sums, counter)
                expect([name, scope, counter, shown]).toEqual([name, scope, counter, stands])
                if (shown.booked !== 0) found[`${name} ${scope} ${counter}`] = shown.booked
              }
            }
          }
        })
        return found
      }
      const first = await compare()
      expect(first).toMatchObject({
        'today@end center customersActive': 3,
        'today@end center monthlyAmount': 13_500,
        'today@previous@end center customersActive': 4,
        'today center customersChurned': 1,
        // 11 of the 21 days that have begun.
        'month agent:ana reps': 11 / 21,
      })
      expect(first['month center reps']).toBeLessThan(2)

      // Another day, and another minute after it.
      for (const laterMs of [start + DAY_MS, start + DAY_MS + 60_000]) {
        nowMs = laterMs
        await until('the windows have moved on', () =>
          [...names, 'today'].every((name) => {
            const span = openedSpan(name, calendar, nowMs)
            const shown = followed.book()?.window(name)?.span
            return shown?.fromMs === span.fromMs && shown.toMs === span.toMs
          }),
        )
        await compare()
      }
      expect((await compare())['today@previous center customersChurned']).toBe(1)
    } finally {
      await followed.close()
      await kept.stop()
      stream.end()
    }
  })
})
