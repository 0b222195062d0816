import { describe, expect, it } from 'vitest'
import { emptyDirectory } from '../../../shared/directory.ts'
import { createCalendar } from '../calendar.ts'
import { liveSpan, resolveWindow, type NamedWindow, type Previous } from './windows.ts'

/** A center in Berlin whose business day begins at 06:00 and whose fiscal year begins in April. */
const berlin = createCalendar({
  ...emptyDirectory.center,
  timeZone: 'Europe/Berlin',
  businessDayStart: '06:00',
  fiscalYearStartMonth: 4,
})
/** A Thursday, 10:31:07.250 in Berlin. */
const NOW_MS = Date.parse('2026-11-19T10:31:07.250+01:00')
/** The Sunday on which the clocks go back. */
const AUTUMN_MS = Date.parse('2026-10-25T12:00:00+01:00')

describe('a window', () => {
  it.each<[string, NamedWindow, number, Previous | null, string, string]>([
    [
      'the present interval',
      'interval',
      NOW_MS,
      null,
      '2026-11-19T10:30+01:00',
      '2026-11-19T11:00+01:00',
    ],
    [
      'the interval before',
      'interval',
      NOW_MS,
      'full',
      '2026-11-19T10:00+01:00',
      '2026-11-19T10:30+01:00',
    ],
    [
      'as much of the interval before',
      'interval',
      NOW_MS,
      'span',
      '2026-11-19T10:00+01:00',
      '2026-11-19T10:01:07.250+01:00',
    ],
    [
      'the last 30 minutes, to now',
      'last30',
      NOW_MS,
      null,
      '2026-11-19T10:02+01:00',
      '2026-11-19T10:31:07.250+01:00',
    ],
    [
      'the 30 minutes before them',
      'last30',
      NOW_MS,
      'full',
      '2026-11-19T09:32+01:00',
      '2026-11-19T10:02+01:00',
    ],
    [
      'as much of those',
      'last30',
      NOW_MS,
      'span',
      '2026-11-19T09:32+01:00',
      '2026-11-19T10:01:07.250+01:00',
    ],
    ['the business day', 'today', NOW_MS, null, '2026-11-19T06:00+01:00', '2026-11-20T06:00+01:00'],
    [
      'a business day of 25 hours',
      'today',
      AUTUMN_MS - 12 * 3_600_000,
      null,
      '2026-10-24T06:00+02:00',
      '2026-10-25T06:00+01:00',
    ],
    [
      'yesterday up to this time',
      'today',
      NOW_MS,
      'span',
      '2026-11-18T06:00+01:00',
      '2026-11-18T10:31:07.250+01:00',
    ],
    [
      'the week from Monday',
      'week',
      NOW_MS,
      null,
      '2026-11-16T06:00+01:00',
      '2026-11-23T06:00+01:00',
    ],
    ['the month', 'month', NOW_MS, null, '2026-11-01T06:00+01:00', '2026-12-01T06:00+01:00'],
    [
      'the month before, whole',
      'month',
      NOW_MS,
      'full',
      '2026-10-01T06:00+02:00',
      '2026-11-01T06:00+01:00',
    ],
    [
      'the fiscal quarter',
      'quarter',
      NOW_MS,
      null,
      '2026-10-01T06:00+02:00',
      '2027-01-01T06:00+01:00',
    ],
    ['the fiscal year', 'year', NOW_MS, null, '2026-04-01T06:00+02:00', '2027-04-01T06:00+02:00'],
    [
      'sixty days, today the last',
      'last60days',
      NOW_MS,
      null,
      '2026-09-21T06:00+02:00',
      '2026-11-20T06:00+01:00',
    ],
    [
      'the sixty days before',
      'last60days',
      NOW_MS,
      'full',
      '2026-07-23T06:00+02:00',
      '2026-09-21T06:00+02:00',
    ],
  ])('is %s', (_what, name, nowMs, previous, from, to) => {
    expect(resolveWindow(name, berlin, nowMs, previous)).toEqual({
      name,
      fromMs: Date.parse(from),
      toMs: Date.parse(to),
    })
  })

  it('of as much as has passed is never longer than the window before', () => {
    const lastDayOfMarch = Date.parse('2026-03-31T23:00:00+02:00')
    const february = resolveWindow('month', berlin, lastDayOfMarch, 'full')
    expect(resolveWindow('month', berlin, lastDayOfMarch, 'span')).toEqual(february)
  })

  it('that is live goes on to the end of the minute', () => {
    expect(liveSpan('last30', berlin, NOW_MS)).toEqual({
      fromMs: Date.parse('2026-11-19T10:02+01:00'),
      toMs: Date.parse('2026-11-19T10:32+01:00'),
    })
  })
})
