import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { HOUR_MS } from '../../shared/time.ts'
import { createCalendar, type CalendarPeriod, type CalendarSettings } from './calendar.ts'

const settings: CalendarSettings = {
  timeZone: 'UTC',
  businessDayStart: '00:00',
  intervalMinutes: 30,
  weekStart: 1,
  fiscalYearStartMonth: 1,
}
const at = (text: string): number => Date.parse(text)
const text = (atMs: number): string => new Date(atMs).toISOString().replace(':00.000Z', 'Z')
const calendarOf = (timeZone: string, businessDayStart = '00:00') =>
  createCalendar({ ...settings, timeZone, businessDayStart })

describe('a business day', () => {
  it.each<[string, string, string, string, string, number]>([
    // zone, day start, instant, the day's start, its end, hours
    ['UTC', '00:00', '2026-11-21T10:31:07.250Z', '2026-11-21T00:00Z', '2026-11-22T00:00Z', 24],
    ['UTC', '00:00', '2026-11-21T00:00:00.000Z', '2026-11-21T00:00Z', '2026-11-22T00:00Z', 24],
    ['UTC', '00:00', '2026-11-20T23:59:59.999Z', '2026-11-20T00:00Z', '2026-11-21T00:00Z', 24],
    [
      'Asia/Tokyo',
      '00:00',
      '2026-11-21T14:59:59.999Z',
      '2026-11-20T15:00Z',
      '2026-11-21T15:00Z',
      24,
    ],
    [
      'Asia/Tokyo',
      '05:00',
      '2026-11-21T19:59:59.999Z',
      '2026-11-20T20:00Z',
      '2026-11-21T20:00Z',
      24,
    ],
    [
      'Asia/Tokyo',
      '05:00',
      '2026-11-21T20:00:00.000Z',
      '2026-11-21T20:00Z',
      '2026-11-22T20:00Z',
      24,
    ],
    // Clocks go forward and back: 23 and 25 hours.
    [
      'Europe/Berlin',
      '00:00',
      '2026-03-29T12:00:00.000Z',
      '2026-03-28T23:00Z',
      '2026-03-29T22:00Z',
      23,
    ],
    [
      'Europe/Berlin',
      '00:00',
      '2026-10-25T12:00:00.000Z',
      '2026-10-24T22:00Z',
      '2026-10-25T23:00Z',
      25,
    ],
    [
      'America/New_York',
      '00:00',
      '2026-03-08T12:00:00.000Z',
      '2026-03-08T05:00Z',
      '2026-03-09T04:00Z',
      23,
    ],
    [
      'America/New_York',
      '00:00',
      '2026-11-01T12:00:00.000Z',
      '2026-11-01T04:00Z',
      '2026-11-02T05:00Z',
      25,
    ],
    // Clocks that move by half an hour.
    [
      'Australia/Lord_Howe',
      '00:00',
      '2026-10-04T00:00:00.000Z',
      '2026-10-03T13:30Z',
      '2026-10-04T13:00Z',
      23.5,
    ],
    [
      'Australia/Lord_Howe',
      '00:00',
      '2026-04-05T00:00:00.000Z',
      '2026-04-04T13:00Z',
      '2026-04-05T13:30Z',
      24.5,
    ],
    // Zones at :30 and :45.
    [
      'Asia/Kolkata',
      '00:00',
      '2026-11-21T18:29:59.999Z',
      '2026-11-20T18:30Z',
      '2026-11-21T18:30Z',
      24,
    ],
    [
      'Asia/Kathmandu',
      '00:00',
      '2026-11-21T18:15:00.000Z',
      '2026-11-21T18:15Z',
      '2026-11-22T18:15Z',
      24,
    ],
    [
      'Pacific/Chatham',
      '00:00',
      '2026-06-01T12:00:00.000Z',
      '2026-06-01T11:15Z',
      '2026-06-02T11:15Z',
      24,
    ],
    // The day would begin at an hour that the clocks leave out, or say twice.
    [
      'America/New_York',
      '02:30',
      '2026-03-08T07:30:00.000Z',
      '2026-03-08T07:30Z',
      '2026-03-09T06:30Z',
      23,
    ],
    [
      'America/New_York',
      '01:30',
      '2026-11-01T06:15:00.000Z',
      '2026-11-01T05:30Z',
      '2026-11-02T06:30Z',
      25,
    ],
    [
      'America/New_York',
      '01:30',
      '2026-11-01T05:29:59.999Z',
      '2026-10-31T05:30Z',
      '2026-11-01T05:30Z',
      24,
    ],
    // Midnight left out: Beirut's clocks go from 0:00 to 1:00.
    [
      'Asia/Beirut',
      '00:00',
      '2026-03-29T12:00:00.000Z',
      '2026-03-28T22:00Z',
      '2026-03-29T21:00Z',
      23,
    ],
    // Samoa crossed the date line: 30 December 2011 never was.
    [
      'Pacific/Apia',
      '00:00',
      '2011-12-30T09:59:59.999Z',
      '2011-12-29T10:00Z',
      '2011-12-30T10:00Z',
      24,
    ],
    [
      'Pacific/Apia',
      '00:00',
      '2011-12-30T10:00:00.000Z',
      '2011-12-30T10:00Z',
      '2011-12-31T10:00Z',
      24,
    ],
    // Nor did a day begin on it.
    [
      'Pacific/Apia',
      '23:45',
      '2011-12-30T22:00:00.000Z',
      '2011-12-30T09:45Z',
      '2011-12-31T09:45Z',
      24,
    ],
  ])('%s from %s at %s is %s to %s', (zone, begins, instant, from, to, hours) => {
    const calendar = calendarOf(zone, begins)
    expect(text(calendar.dayStart(at(instant)))).toBe(from)
    expect(text(calendar.nextDayStart(at(instant)))).toBe(to)
    expect((at(to) - at(from)) / HOUR_MS).toBe(hours)
  })

  it.each([
    ['2026-11-21T19:59:59.999Z', '2026-11-21'],
    ['2026-11-21T20:00:00.000Z', '2026-11-22'],
  ])('at %s in Tokyo from 05:00 is named %s', (instant, day) => {
    const calendar = calendarOf('Asia/Tokyo', '05:00')
    expect(calendar.dayOf(at(instant))).toBe(day)
    expect(calendar.startOf(day)).toBe(calendar.dayStart(at(instant)))
  })
})

describe('a month', () => {
  it.each([
    ['UTC', '00:00', '2026-02-28T23:59:59.999Z', '2026-02-01T00:00Z', '2026-03-01T00:00Z'],
    ['Asia/Tokyo', '00:00', '2026-02-28T15:00:00.000Z', '2026-02-28T15:00Z', '2026-03-31T15:00Z'],
    ['Asia/Tokyo', '05:00', '2026-02-28T15:00:00.000Z', '2026-01-31T20:00Z', '2026-02-28T20:00Z'],
    [
      'Europe/Berlin',
      '00:00',
      '2026-03-31T21:59:59.999Z',
      '2026-02-28T23:00Z',
      '2026-03-31T22:00Z',
    ],
    [
      'America/New_York',
      '00:00',
      '2026-11-01T04:00:00.000Z',
      '2026-11-01T04:00Z',
      '2026-12-01T05:00Z',
    ],
  ])('of %s from %s at %s is %s to %s', (zone, begins, instant, from, to) => {
    const calendar = calendarOf(zone, begins)
    expect(text(calendar.monthStart(at(instant)))).toBe(from)
    expect(text(calendar.nextMonthStart(at(instant)))).toBe(to)
  })
})

describe('an interval', () => {
  it.each([
    ['UTC', 30, '2026-11-21T10:31:07.250Z', '2026-11-21T10:30Z', '2026-11-21T11:00Z'],
    ['UTC', 15, '2026-11-21T10:45:00.000Z', '2026-11-21T10:45Z', '2026-11-21T11:00Z'],
    ['Asia/Kathmandu', 30, '2026-11-21T10:31:07.250Z', '2026-11-21T10:15Z', '2026-11-21T10:45Z'],
    ['Asia/Kathmandu', 15, '2026-11-21T10:31:07.250Z', '2026-11-21T10:30Z', '2026-11-21T10:45Z'],
    ['Asia/Kolkata', 30, '2026-11-21T10:31:07.250Z', '2026-11-21T10:30Z', '2026-11-21T11:00Z'],
    ['Europe/Berlin', 30, '2026-10-25T00:59:59.999Z', '2026-10-25T00:30Z', '2026-10-25T01:00Z'],
    ['Europe/Berlin', 30, '2026-10-25T01:00:00.000Z', '2026-10-25T01:00Z', '2026-10-25T01:30Z'],
    ['UTC', 30, '1969-12-31T23:59:59.999Z', '1969-12-31T23:30Z', '1970-01-01T00:00Z'],
  ])('of %s, %i min, at %s is %s to %s', (timeZone, minutes, instant, from, to) => {
    const intervalMinutes = minutes === 15 ? 15 : 30
    const calendar = createCalendar({ ...settings, timeZone, intervalMinutes })
    expect(text(calendar.intervalStart(at(instant)))).toBe(from)
    expect(text(calendar.nextIntervalStart(at(instant)))).toBe(to)
  })
})

describe('a period', () => {
  const fiscal = createCalendar({
    ...settings,
    timeZone: 'Asia/Tokyo',
    weekStart: 7,
    fiscalYearStartMonth: 4,
  })
  it.each<[CalendarPeriod, number, string, string]>([
    ['day', 0, '2026-11-21T15:00:00Z', '2026-11-21T15:00Z'],
    ['day', -1, '2026-11-21T15:00:00Z', '2026-11-20T15:00Z'],
    ['week', 0, '2026-11-21T14:59:00Z', '2026-11-14T15:00Z'],
    ['week', 0, '2026-11-21T15:00:00Z', '2026-11-21T15:00Z'],
    ['week', 1, '2026-11-21T14:59:00Z', '2026-11-21T15:00Z'],
    ['month', -1, '2026-03-30T15:00:00Z', '2026-01-31T15:00Z'],
    ['quarter', 0, '2026-03-31T14:59:00Z', '2025-12-31T15:00Z'],
    ['quarter', 0, '2026-03-31T15:00:00Z', '2026-03-31T15:00Z'],
    ['quarter', -1, '2026-03-31T15:00:00Z', '2025-12-31T15:00Z'],
    ['year', 0, '2026-03-31T14:59:00Z', '2025-03-31T15:00Z'],
    ['year', 0, '2026-03-31T15:00:00Z', '2026-03-31T15:00Z'],
    ['year', 1, '2026-03-31T15:00:00Z', '2027-03-31T15:00Z'],
  ])('%s %i from %s begins at %s', (period, shift, instant, start) => {
    expect(text(fiscal.periodStart(period, at(instant), shift))).toBe(start)
  })
})

it.each([
  ['00:00', '2011-12-30T10:00Z', '2011-12-29T10:00Z', '2011-12-28T10:00Z'],
  ['23:45', '2011-12-31T09:45Z', '2011-12-30T09:45Z', '2011-12-29T09:45Z'],
])(
  'the day from %s before a date that a zone skipped is the one before that',
  (begins, ...days) => {
    const samoa = calendarOf('Pacific/Apia', begins)
    const [after, before, second] = days.map(at)
    expect(samoa.periodStart('day', after ?? 0, -1)).toBe(before)
    expect(samoa.periodStart('day', before ?? 0, -1)).toBe(second)
    expect(samoa.periodStart('day', before ?? 0, 1)).toBe(after)
  },
)

const zones = [
  'UTC',
  'Asia/Tokyo',
  'Asia/Kathmandu',
  'America/New_York',
  'America/St_Johns',
  'Australia/Lord_Howe',
  'Pacific/Apia',
  'Africa/Casablanca',
]

it('parts time into days, months and intervals without gap or overlap', () => {
  const calendars = zones.map((zone, index) =>
    calendarOf(zone, ['00:00', '02:30', '23:45'][index % 3]),
  )
  const instant = fc.integer({ min: at('2000-01-01T00:00Z'), max: at('2040-01-01T00:00Z') })
  fc.assert(
    fc.property(fc.constantFrom(...calendars), instant, (calendar, atMs) => {
      const spans = [
        [calendar.dayStart, calendar.nextDayStart],
        [calendar.monthStart, calendar.nextMonthStart],
        [calendar.intervalStart, calendar.nextIntervalStart],
      ] as const
      for (const [start, next] of spans) {
        const [fromMs, toMs] = [start(atMs), next(atMs)]
        expect(fromMs).toBeLessThanOrEqual(atMs)
        expect(toMs).toBeGreaterThan(atMs)
        expect(start(fromMs)).toBe(fromMs)
        expect(start(toMs - 1)).toBe(fromMs)
        expect(start(toMs)).toBe(toMs)
        expect(next(fromMs - 1)).toBe(fromMs)
      }
      // Months are whole days.
      expect(calendar.dayStart(calendar.monthStart(atMs))).toBe(calendar.monthStart(atMs))
    }),
    { numRuns: 400 },
  )
})

it('answers for instants beyond any calendar', () => {
  const calendar = calendarOf('Europe/Berlin')
  for (const atMs of [-8.64e15, 8.64e15, Number.MAX_SAFE_INTEGER]) {
    expect(Number.isFinite(calendar.dayStart(atMs))).toBe(true)
    expect(calendar.dayStart(atMs)).toBe(calendar.dayStart(atMs))
  }
})

it('is quick enough to be asked for every entry', () => {
  const calendar = calendarOf('America/New_York', '05:00')
  const begin = at('2026-01-01T00:00Z')
  const days = () => {
    let sum = 0
    for (let i = 0; i < 200_000; i++) sum += calendar.dayStart(begin + (i % 365) * 24 * HOUR_MS)
    return sum
  }
  const timedMs = (): number => {
    const startedMs = performance.now()
    days()
    return performance.now() - startedMs
  }
  // Some 20 ms; without what is kept it would be seconds. The best of some: others run beside it.
  expect(Math.min(...Array.from({ length: 5 }, timedMs))).toBeLessThan(500)
})
