import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/time.ts'
import { ALL_SUMMED_MS } from '../database/schema.ts'
import { eachBucket, isBookable, keptAt, summedTo, type Grain } from './buckets.ts'
import { createCalendar } from './calendar.ts'

const berlin = createCalendar({
  timeZone: 'Europe/Berlin',
  businessDayStart: '05:00',
  intervalMinutes: 30,
  weekStart: 1,
  fiscalYearStartMonth: 1,
})
const at = (text: string): number => Date.parse(text)

type Told = { grain: Grain; bucket: string; amount: number }
const everything = { minutesFromMs: -Infinity, summedToMs: ALL_SUMMED_MS }
function told(entry: { fromMs: number; toMs: number; amount: number }, kept = everything): Told[] {
  const all: Told[] = []
  eachBucket(entry, berlin, kept, (grain, bucketMs, amount) => {
    all.push({ grain, bucket: new Date(bucketMs).toISOString().slice(0, 16), amount })
  })
  return all
}
const instant = (text: string, amount: number) => ({ fromMs: at(text), toMs: at(text), amount })

describe('an instant', () => {
  it('falls whole into one bucket of each grain', () => {
    expect(told(instant('2026-11-21T10:44:59.999Z', 2.5))).toEqual([
      { grain: '1m', bucket: '2026-11-21T10:44', amount: 2.5 },
      { grain: '15m', bucket: '2026-11-21T10:30', amount: 2.5 },
      { grain: '1d', bucket: '2026-11-21T04:00', amount: 2.5 },
      { grain: '1M', bucket: '2026-11-01T04:00', amount: 2.5 },
    ])
  })

  it('has no minute where minutes are not kept any more', () => {
    const nowMs = at('2026-11-23T12:00:30Z')
    const grains = (text: string) =>
      told(instant(text, 1), keptAt(nowMs, ALL_SUMMED_MS)).map(({ grain }) => grain)
    expect(grains('2026-11-21T12:00:00Z')).toContain('1m')
    expect(grains('2026-11-21T10:59:59Z')).not.toContain('1m')
    expect(grains('2026-11-21T10:59:59Z')).toEqual(['15m', '1d', '1M'])
  })

  it('that is not summed up is in its minute alone', () => {
    const kept = { ...everything, summedToMs: at('2026-11-21T10:45:00Z') }
    expect(told(instant('2026-11-21T10:45:00.000Z', 3), kept)).toEqual([
      { grain: '1m', bucket: '2026-11-21T10:45', amount: 3 },
    ])
    expect(told(instant('2026-11-21T10:44:59.999Z', 3), kept)).toHaveLength(4)
  })

  it('of nothing is in no bucket', () => {
    expect(told(instant('2026-11-21T10:44:59.999Z', 0))).toEqual([])
  })
})

describe('a span', () => {
  it('is spread by whole milliseconds over the buckets that it touches', () => {
    const span = {
      fromMs: at('2026-10-25T03:59:30Z'),
      toMs: at('2026-10-25T04:00:10Z'),
      amount: 40_000,
    }
    // 04:00 UTC is 05:00 in Berlin, where the business day begins.
    expect(told(span)).toEqual([
      { grain: '1m', bucket: '2026-10-25T03:59', amount: 30_000 },
      { grain: '1m', bucket: '2026-10-25T04:00', amount: 10_000 },
      { grain: '15m', bucket: '2026-10-25T03:45', amount: 30_000 },
      { grain: '15m', bucket: '2026-10-25T04:00', amount: 10_000 },
      { grain: '1d', bucket: '2026-10-24T03:00', amount: 30_000 },
      { grain: '1d', bucket: '2026-10-25T04:00', amount: 10_000 },
      { grain: '1M', bucket: '2026-10-01T03:00', amount: 40_000 },
    ])
  })

  it('adds up to its amount in every grain, however it lies', () => {
    const entry = fc.record({
      fromMs: fc.integer({ min: at('2026-03-20'), max: at('2026-04-10') }),
      lastsMs: fc.oneof(
        fc.integer({ min: 0, max: 3 * DAY_MS }),
        fc.integer({ min: 0, max: 90 * MINUTE_MS }),
      ),
      amount: fc.integer({ min: -1_000_000, max: 1_000_000 }),
    })
    fc.assert(
      fc.property(entry, ({ fromMs, lastsMs, amount }) => {
        const sums = new Map<Grain, number>()
        eachBucket(
          { fromMs, toMs: fromMs + lastsMs, amount },
          berlin,
          everything,
          (grain, _, part) => {
            sums.set(grain, (sums.get(grain) ?? 0) + part)
          },
        )
        for (const grain of ['1m', '15m', '1d', '1M'] as const) {
          expect(sums.get(grain) ?? 0).toBe(amount)
        }
      }),
      { numRuns: 200 },
    )
  })

  it('has only the minutes that are kept', () => {
    const nowMs = at('2026-11-23T12:00:00Z')
    const kept = keptAt(nowMs, ALL_SUMMED_MS)
    const fromMs = kept.minutesFromMs - HOUR_MS
    const span = { fromMs, toMs: fromMs + 62 * MINUTE_MS, amount: 62 * MINUTE_MS }
    const minutes = told(span, kept).filter(({ grain }) => grain === '1m')
    expect(minutes.map(({ amount }) => amount)).toEqual([MINUTE_MS, MINUTE_MS])
  })
})

describe('what is summed up', () => {
  it('is, with the minutes after it, all of an amount, however both lie', () => {
    const entry = fc.record({
      fromMs: fc.integer({ min: at('2026-11-21'), max: at('2026-11-23') }),
      lastsMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 30 * HOUR_MS })),
      amount: fc.integer({ min: -1_000_000, max: 1_000_000 }),
    })
    const minute = fc.integer({ min: -150, max: 3_150 })
    fc.assert(
      fc.property(entry, minute, minute, ({ fromMs, lastsMs, amount }, n, later) => {
        const span = { fromMs, toMs: fromMs + lastsMs, amount }
        const summedToMs = at('2026-11-21') + n * MINUTE_MS
        const parts = told(span, { minutesFromMs: -Infinity, summedToMs })
        const sum = (of: (one: Told) => boolean): number =>
          parts.filter(of).reduce((total, one) => total + one.amount, 0)
        const isAfter = ({ bucket }: Told): boolean => at(`${bucket}Z`) >= summedToMs
        const minutesAfter = sum((one) => one.grain === '1m' && isAfter(one))
        for (const grain of ['15m', '1d', '1M'] as const) {
          expect(sum((one) => one.grain === grain) + minutesAfter).toBe(amount)
        }
        // Minutes added up later make what would have been told had it been summed up at once.
        const laterMs = summedToMs + Math.abs(later) * MINUTE_MS
        const minutes = parts.filter(
          (one) => one.grain === '1m' && isAfter(one) && at(`${one.bucket}Z`) < laterMs,
        )
        const added = minutes.flatMap((one) =>
          told({ fromMs: at(`${one.bucket}Z`), toMs: at(`${one.bucket}Z`), amount: one.amount }),
        )
        const sums = (of: Told[]): Record<string, number> => {
          const all: Record<string, number> = {}
          for (const { grain, bucket, amount } of of) {
            if (grain === '1m') continue
            all[`${grain} ${bucket}`] = (all[`${grain} ${bucket}`] ?? 0) + amount
          }
          return Object.fromEntries(Object.entries(all).filter(([, n]) => n !== 0))
        }
        const atOnce = told(span, { minutesFromMs: -Infinity, summedToMs: laterMs })
        expect(sums([...parts, ...added])).toEqual(sums(atOnce))
      }),
      { numRuns: 100 },
    )
  })

  it.each([
    ['a minute that was over two minutes ago', '10:44', '10:47:00', '10:45'],
    ['not one that was over just now', '10:44', '10:46:59.999', '10:44'],
    ['back only from books that have all in every grain', null, '10:46', '10:44'],
    ['not back with the clock', '10:30', '09:00', '10:30'],
    ['all that was missed', '07:15', '10:47', '10:45'],
  ])('goes on to %s', (_, before, now, to) => {
    const beforeMs = before === null ? ALL_SUMMED_MS : at(`2026-11-21T${before}Z`)
    expect(summedTo(beforeMs, at(`2026-11-21T${now}Z`))).toBe(at(`2026-11-21T${to}Z`))
  })

  it('bounds which minutes are given up: one that is not summed up is kept', () => {
    const nowMs = at('2026-11-23T12:00Z')
    expect(keptAt(nowMs, at('2026-11-20T10:00Z')).minutesFromMs).toBe(at('2026-11-20T10:00Z'))
    expect(keptAt(nowMs, at('2026-11-23T11:45Z')).minutesFromMs).toBe(at('2026-11-21T11:00Z'))
  })
})

describe('isBookable', () => {
  const entry = {
    counter: 'handled' as const,
    detail: null,
    queue: null,
    agent: null,
    team: null,
    site: null,
    channel: null,
    filters: null,
    fromMs: 0,
    toMs: 0,
    amount: 1,
  }
  it.each([
    ['an instant', {}, true],
    ['a year', { toMs: 366 * DAY_MS }, true],
    ['more than its neighbours', { toMs: 401 * DAY_MS }, false],
    ['without an end', { toMs: Infinity }, false],
    ['no number', { amount: NaN }, false],
    ['from no instant', { fromMs: NaN }, false],
    ['to no instant', { toMs: NaN }, false],
  ])('%s', (_, change, bookable) => {
    expect(isBookable({ ...entry, ...change })).toBe(bookable)
  })
})
