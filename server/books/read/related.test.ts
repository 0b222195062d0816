import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { emptyDirectory } from '../../../shared/directory.ts'
import { HOUR_MS, MINUTE_MS } from '../../../shared/time.ts'
import { QUARTER_MS } from '../buckets.ts'
import { createCalendar } from '../calendar.ts'
import { passedBy, relatedSpan, type SpanKind } from './related.ts'
import { namedWindows, resolveWindow } from './windows.ts'

const at = (text: string): number => Date.parse(text)
const text = ({ fromMs, toMs }: { fromMs: number; toMs: number }): string =>
  [fromMs, toMs].map((ms) => new Date(ms).toISOString().replace(/:00\.000Z$/, 'Z')).join(' ')
const calendarOf = (timeZone: string, businessDayStart = '00:00', fiscalYearStartMonth = 1) =>
  createCalendar({ ...emptyDirectory.center, timeZone, businessDayStart, fiscalYearStartMonth })
const spanOf = (written: string) => {
  const [from = '', to = ''] = written.split(' ')
  return { fromMs: at(from), toMs: at(to) }
}
const OVER = '2030-01-01T00:00Z'

describe('what a span is compared with', () => {
  it.each<[zone: string, kind: SpanKind, span: string, now: string, previous: string]>([
    // A period that is over: the whole one before.
    [
      'UTC',
      'day',
      '2026-11-21T00:00Z 2026-11-22T00:00Z',
      OVER,
      '2026-11-20T00:00Z 2026-11-21T00:00Z',
    ],
    [
      'UTC',
      'month',
      '2026-03-01T00:00Z 2026-04-01T00:00Z',
      OVER,
      '2026-02-01T00:00Z 2026-03-01T00:00Z',
    ],
    [
      'UTC',
      'quarter',
      '2026-01-01T00:00Z 2026-04-01T00:00Z',
      OVER,
      '2025-10-01T00:00Z 2026-01-01T00:00Z',
    ],
    [
      'UTC',
      'year',
      '2026-01-01T00:00Z 2027-01-01T00:00Z',
      OVER,
      '2025-01-01T00:00Z 2026-01-01T00:00Z',
    ],
    // One that goes on: as much of it as has passed.
    [
      'UTC',
      'day',
      '2026-11-21T00:00Z 2026-11-22T00:00Z',
      '2026-11-21T10:30Z',
      '2026-11-20T00:00Z 2026-11-20T10:30Z',
    ],
    [
      'UTC',
      'month',
      '2026-11-01T00:00Z 2026-12-01T00:00Z',
      '2026-11-21T10:30Z',
      '2026-10-01T00:00Z 2026-10-21T10:30Z',
    ],
    // … and never more than there was: 31 March has no counterpart in February.
    [
      'UTC',
      'month',
      '2026-03-01T00:00Z 2026-04-01T00:00Z',
      '2026-03-30T12:00Z',
      '2026-02-01T00:00Z 2026-03-01T00:00Z',
    ],
    // A part of a day, such as a ragged step.
    [
      'UTC',
      'day',
      '2026-11-21T10:00Z 2026-11-22T00:00Z',
      OVER,
      '2026-11-20T10:00Z 2026-11-21T00:00Z',
    ],
    // The clocks change: 23 hours by 24, 24 by 23, 25 by 24.
    [
      'Europe/Berlin',
      'day',
      '2026-03-28T23:00Z 2026-03-29T22:00Z',
      OVER,
      '2026-03-27T23:00Z 2026-03-28T23:00Z',
    ],
    [
      'Europe/Berlin',
      'day',
      '2026-03-29T22:00Z 2026-03-30T22:00Z',
      OVER,
      '2026-03-28T23:00Z 2026-03-29T22:00Z',
    ],
    [
      'Europe/Berlin',
      'day',
      '2026-10-24T22:00Z 2026-10-25T23:00Z',
      OVER,
      '2026-10-23T22:00Z 2026-10-24T22:00Z',
    ],
    // Zones at :30 and :45.
    [
      'Asia/Kolkata',
      'day',
      '2026-11-20T18:30Z 2026-11-21T18:30Z',
      OVER,
      '2026-11-19T18:30Z 2026-11-20T18:30Z',
    ],
    [
      'Asia/Kathmandu',
      'month',
      '2026-12-31T18:15Z 2027-01-31T18:15Z',
      OVER,
      '2026-11-30T18:15Z 2026-12-31T18:15Z',
    ],
    [
      'Asia/Kathmandu',
      'interval',
      '2026-11-21T10:15Z 2026-11-21T10:45Z',
      '2026-11-21T10:20Z',
      '2026-11-21T09:45Z 2026-11-21T09:50Z',
    ],
    // What is one of nothing: as long right before.
    [
      'UTC',
      'span',
      '2026-11-21T10:00Z 2026-11-21T11:00Z',
      OVER,
      '2026-11-21T09:00Z 2026-11-21T10:00Z',
    ],
    [
      'UTC',
      'span',
      '2026-11-21T10:00Z 2026-11-21T11:00Z',
      '2026-11-21T10:15Z',
      '2026-11-21T09:00Z 2026-11-21T09:15Z',
    ],
    [
      'UTC',
      'last30',
      '2026-11-21T10:02Z 2026-11-21T10:31Z',
      '2026-11-21T10:31Z',
      '2026-11-21T09:32Z 2026-11-21T10:01Z',
    ],
    [
      'UTC',
      'last60days',
      '2026-09-23T00:00Z 2026-11-22T00:00Z',
      '2026-11-21T10:00Z',
      '2026-07-25T00:00Z 2026-09-22T10:00Z',
    ],
  ])('%s %s %s at %s: %s', (zone, kind, span, now, previous) => {
    expect(text(relatedSpan('previous', spanOf(span), kind, calendarOf(zone), at(now)))).toBe(
      previous,
    )
  })

  it.each([
    [
      'UTC',
      '2026-11-21T00:00Z 2026-11-22T00:00Z',
      '2026-11-21T10:00Z',
      '2026-10-01T00:00Z 2026-11-01T00:00Z',
    ],
    [
      'UTC',
      '2026-11-01T00:00Z 2026-12-01T00:00Z',
      '2026-11-21T10:00Z',
      '2026-10-01T00:00Z 2026-11-01T00:00Z',
    ],
    // It is over itself.
    [
      'UTC',
      '2026-10-01T00:00Z 2026-11-01T00:00Z',
      '2026-11-21T10:00Z',
      '2026-10-01T00:00Z 2026-11-01T00:00Z',
    ],
    // Over the end of the year.
    [
      'Asia/Tokyo',
      '2026-12-31T15:00Z 2027-01-31T15:00Z',
      '2027-01-10T00:00Z',
      '2026-11-30T15:00Z 2026-12-31T15:00Z',
    ],
  ])('the last full month of %s %s at %s is %s', (zone, span, now, month) => {
    expect(text(relatedSpan('lastMonth', spanOf(span), 'span', calendarOf(zone), at(now)))).toBe(
      month,
    )
  })
})

const zones = [
  'UTC',
  'Asia/Tokyo',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Pacific/Chatham',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Apia',
]
const calendars = zones.map((zone, i) =>
  calendarOf(zone, ['00:00', '02:30', '23:45'][i % 3], (i % 12) + 1),
)
const instant = fc.integer({ min: at('2009-01-01T00:00Z'), max: at('2039-01-01T00:00Z') })

it('has for each window a predecessor that ends where it begins, or earlier, and is no longer than its own', () => {
  fc.assert(
    fc.property(
      fc.constantFrom(...calendars),
      instant,
      fc.constantFrom(...namedWindows),
      (calendar, nowMs, name) => {
        const window = resolveWindow(name, calendar, nowMs)
        const kind: SpanKind = name === 'today' ? 'day' : name
        const previous = relatedSpan('previous', window, kind, calendar, nowMs)
        const full = resolveWindow(name, calendar, nowMs, 'full')
        expect(previous.toMs).toBeGreaterThanOrEqual(previous.fromMs)
        expect(previous.toMs).toBeLessThanOrEqual(window.fromMs)
        if (name !== 'last60days') expect(previous.fromMs).toBe(full.fromMs)
        // What has passed of it is what has passed of the present one, unless it was shorter.
        const passedMs = Math.min(passedBy(nowMs, kind), window.toMs) - window.fromMs
        const length = previous.toMs - previous.fromMs
        expect(length).toBeLessThanOrEqual(Math.max(passedMs, full.toMs - full.fromMs))
        if (previous.toMs < full.toMs) expect(length).toBe(passedMs)
        // So long ago there may be nothing but quarters of an hour.
        if (name === 'quarter' || name === 'year') expect(previous.toMs % QUARTER_MS).toBe(0)
        // A period that is over has the whole one before for its predecessor.
        const over = relatedSpan('previous', full, kind, calendar, nowMs)
        expect(over.toMs).toBeLessThanOrEqual(full.fromMs)
        if (name !== 'last30' && name !== 'last60days') {
          expect([name, over.toMs]).toEqual([name, full.fromMs])
        }
      },
    ),
    { numRuns: 600 },
  )
})

it('knows windows by the calendar: days of 23 to 25 hours, months and years that meet', () => {
  fc.assert(
    fc.property(fc.constantFrom(...calendars), instant, (calendar, nowMs) => {
      const today = resolveWindow('today', calendar, nowMs)
      const hours = (today.toMs - today.fromMs) / HOUR_MS
      // Samoa's skipped day is none of its own.
      expect(hours).toBeGreaterThanOrEqual(23)
      expect(hours).toBeLessThanOrEqual(25)
      for (const name of ['today', 'week', 'month', 'quarter', 'year'] as const) {
        const window = resolveWindow(name, calendar, nowMs)
        expect(window.fromMs).toBeLessThanOrEqual(nowMs)
        expect(window.toMs).toBeGreaterThan(nowMs)
        const next = resolveWindow(name, calendar, window.toMs)
        expect(next.fromMs).toBe(window.toMs)
        expect(resolveWindow(name, calendar, window.toMs, 'full')).toEqual(window)
        // All are whole business days.
        expect(calendar.dayStart(window.fromMs)).toBe(window.fromMs)
      }
      const interval = resolveWindow('interval', calendar, nowMs)
      expect((interval.toMs - interval.fromMs) / MINUTE_MS).toBeLessThanOrEqual(30)
    }),
    { numRuns: 400 },
  )
})
