import { describe, expect, it } from 'vitest'
import { emptyDirectory } from '../../shared/directory.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/time.ts'
import { createCalendar } from '../books/calendar.ts'
import { MAX_STEPS, readPeriod, stepsOf, type StepName } from './period.ts'

const calendarIn = (timeZone: string, businessDayStart = '00:00') =>
  createCalendar({ ...emptyDirectory.center, timeZone, businessDayStart })
const at = (text: string): number => Date.parse(text)

describe('stepsOf', () => {
  /** The lengths of the steps, in minutes. */
  const lengths = (timeZone: string, from: string, to: string, step: StepName): number[] =>
    (stepsOf({ fromMs: at(from), toMs: at(to) }, step, calendarIn(timeZone)) ?? []).map(
      ({ fromMs, toMs }) => (toMs - fromMs) / MINUTE_MS,
    )

  it.each<[string, string, string, string, StepName, number[]]>([
    ['whole hours', 'UTC', '2026-11-21T00:00Z', '2026-11-21T03:00Z', '1h', [60, 60, 60]],
    ['ragged ends', 'UTC', '2026-11-21T00:20Z', '2026-11-21T02:10Z', '1h', [40, 60, 10]],
    [
      'hours where they begin at half past',
      'Asia/Kolkata',
      '2026-11-21T00:00Z',
      '2026-11-21T02:00Z',
      '1h',
      [30, 60, 30],
    ],
    [
      '… and at a quarter past',
      'Asia/Kathmandu',
      '2026-11-21T00:00Z',
      '2026-11-21T02:00Z',
      '1h',
      [15, 60, 45],
    ],
    ['quarters', 'Asia/Tokyo', '2026-11-21T00:10Z', '2026-11-21T00:45Z', '15m', [5, 15, 15]],
    ['minutes', 'UTC', '2026-11-21T00:00:30Z', '2026-11-21T00:02Z', '1m', [0.5, 1]],
    [
      'a day of 23 hours',
      'Europe/Berlin',
      '2026-03-28T23:00Z',
      '2026-03-30T22:00Z',
      '1d',
      [23 * 60, 24 * 60],
    ],
    [
      'a day of 25 hours',
      'Europe/Berlin',
      '2026-10-24T22:00Z',
      '2026-10-26T23:00Z',
      '1d',
      [25 * 60, 24 * 60],
    ],
    [
      'hours through a change of the clocks',
      'Europe/Berlin',
      '2026-03-29T00:00Z',
      '2026-03-29T02:00Z',
      '1h',
      [60, 60],
    ],
    [
      'weeks begin on Monday',
      'UTC',
      '2026-11-21T00:00Z',
      '2026-11-30T00:00Z',
      '1w',
      [2 * 1_440, 7 * 1_440],
    ],
    [
      'months',
      'UTC',
      '2026-01-31T00:00Z',
      '2026-04-01T00:00Z',
      '1M',
      [1_440, 28 * 1_440, 31 * 1_440],
    ],
  ])('%s', (_name, timeZone, from, to, step, expected) => {
    expect(lengths(timeZone, from, to, step)).toEqual(expected)
  })

  it('begins days when the business does', () => {
    const calendar = calendarIn('Asia/Tokyo', '05:00')
    const window = { fromMs: at('2026-11-20T15:00Z'), toMs: at('2026-11-21T20:00Z') }
    expect(
      stepsOf(window, '1d', calendar)?.map(({ fromMs }) => new Date(fromMs).toISOString()),
    ).toEqual(['2026-11-20T15:00:00.000Z', '2026-11-20T20:00:00.000Z'])
  })

  it.each<StepName>(['1m', '15m', '1h', '1d', '1w', '1M'])(
    'covers every millisecond once, by %s',
    (step) => {
      const window = {
        fromMs: at('2026-10-24T13:37:11.123Z'),
        toMs: at('2026-10-26T04:05:06.007Z'),
      }
      for (const zone of [
        'Europe/Berlin',
        'Australia/Lord_Howe',
        'America/St_Johns',
        'Asia/Tokyo',
      ]) {
        const steps = stepsOf(window, step, calendarIn(zone)) ?? []
        expect(steps[0]?.fromMs).toBe(window.fromMs)
        expect(steps.at(-1)?.toMs).toBe(window.toMs)
        steps.slice(1).forEach(({ fromMs }, n) => {
          expect(fromMs).toBe(steps[n]?.toMs)
        })
      }
    },
  )

  it('has an end', () => {
    const calendar = calendarIn('UTC')
    expect(stepsOf({ fromMs: 0, toMs: MAX_STEPS * MINUTE_MS }, '1m', calendar)).toHaveLength(
      MAX_STEPS,
    )
    expect(stepsOf({ fromMs: 0, toMs: MAX_STEPS * MINUTE_MS + 1 }, '1m', calendar)).toBeNull()
  })
})

describe('readPeriod', () => {
  const calendar = calendarIn('Asia/Tokyo')
  const nowMs = at('2026-11-21T01:30Z')
  const read = (query: Parameters<typeof readPeriod>[0]) => readPeriod(query, calendar, nowMs)

  it('is today, by the center’s own day, where nothing is said', () => {
    expect(read({})).toEqual({
      ok: true,
      spanKind: 'day',
      window: { name: 'today', fromMs: at('2026-11-20T15:00Z'), toMs: at('2026-11-21T15:00Z') },
    })
  })

  it.each([
    ['full', '2026-11-19T15:00Z', '2026-11-20T15:00Z'],
    ['span', '2026-11-19T15:00Z', '2026-11-20T01:30Z'],
  ] as const)('knows the one before: %s', (previous, from, to) => {
    expect(read({ window: 'today', previous })).toMatchObject({
      window: { fromMs: at(from), toMs: at(to) },
    })
  })

  it('takes a span as it is', () => {
    const span = { from: nowMs - DAY_MS, to: nowMs + HOUR_MS }
    expect(read(span)).toEqual({
      ok: true,
      spanKind: 'span',
      window: { name: 'span', fromMs: span.from, toMs: span.to },
    })
  })
})
