import { describe, expect, it } from 'vitest'
import { afterBusinessMs, businessMs } from './businessHours.ts'
import type { DatedHours } from './businessHours.ts'
import { HOUR_MS } from './time.ts'

const at = (text: string): number => Date.parse(text)
const weekdays = [1, 2, 3, 4, 5].map((day) => ({ day, from: '09:00', to: '17:00' }))
const hoursIn = (timeZone: string, days = weekdays, closed: string[] = []): DatedHours[] => [
  { fromMs: 0, hours: { days, closed }, timeZone },
]
const everyDay = (from: string, to: string) =>
  [1, 2, 3, 4, 5, 6, 7].map((day) => ({ day, from, to }))

describe('the open part of a span', () => {
  it.each([
    ['no hours: always open', [], '2026-11-21T00:00Z', '2026-11-22T00:00Z', 24],
    ['within a day', hoursIn('UTC'), '2026-11-20T10:00Z', '2026-11-20T12:30Z', 2.5],
    ['over a night', hoursIn('UTC'), '2026-11-19T16:00Z', '2026-11-20T10:00Z', 2],
    ['over a weekend', hoursIn('UTC'), '2026-11-20T16:00Z', '2026-11-23T10:00Z', 2],
    [
      'by the local clock',
      hoursIn('Asia/Tokyo'),
      '2026-11-19T23:00+09:00',
      '2026-11-20T10:00+09:00',
      1,
    ],
    [
      'a closed day',
      hoursIn('UTC', weekdays, ['2026-11-19']),
      '2026-11-18T16:00Z',
      '2026-11-20T10:00Z',
      2,
    ],
    [
      'hours over midnight',
      hoursIn('UTC', everyDay('22:00', '06:00')),
      '2026-11-20T05:00Z',
      '2026-11-20T23:00Z',
      2,
    ],
    [
      'all day long',
      hoursIn('UTC', everyDay('00:00', '00:00')),
      '2026-11-20T05:00Z',
      '2026-11-21T05:00Z',
      24,
    ],
    [
      'hours that overlap count once',
      hoursIn('UTC', [...everyDay('09:00', '13:00'), ...everyDay('12:00', '15:00')]),
      '2026-11-20T00:00Z',
      '2026-11-21T00:00Z',
      6,
    ],
    [
      'a night that loses an hour',
      hoursIn('Europe/Berlin', everyDay('00:00', '06:00')),
      '2026-03-28T23:00Z',
      '2026-03-29T12:00Z',
      5,
    ],
    [
      'a night that gains one',
      hoursIn('Europe/Berlin', everyDay('00:00', '06:00')),
      '2026-10-24T22:00Z',
      '2026-10-25T12:00Z',
      7,
    ],
  ])('%s', (_what, calendar, from, to, hours) => {
    expect(businessMs(calendar, { fromMs: at(from), toMs: at(to) }) / HOUR_MS).toBe(hours)
  })

  it('is read by the hours in force at each instant', () => {
    const changed = at('2026-11-20T12:00Z')
    const calendar: DatedHours[] = [
      ...hoursIn('UTC'),
      {
        fromMs: changed,
        hours: { days: everyDay('12:00', '14:00'), closed: [] },
        timeZone: 'UTC',
      },
    ]
    const span = { fromMs: at('2026-11-20T08:00Z'), toMs: at('2026-11-20T20:00Z') }
    expect(businessMs(calendar, span) / HOUR_MS).toBe(3 + 2)
    expect(businessMs(calendar, { ...span, fromMs: at('2026-11-10T16:00Z') }) / HOUR_MS).toBe(
      1 + 7 * 8 + 3 + 2,
    )
  })
})

describe('when so much open time has passed', () => {
  it.each([
    ['the same day', hoursIn('UTC'), '2026-11-20T10:00Z', 4, '2026-11-20T14:00:00.000Z'],
    ['at the very end', hoursIn('UTC'), '2026-11-20T13:00Z', 4, '2026-11-20T17:00:00.000Z'],
    ['after the weekend', hoursIn('UTC'), '2026-11-20T15:00Z', 4, '2026-11-23T11:00:00.000Z'],
    ['from before opening', hoursIn('UTC'), '2026-11-21T03:00Z', 4, '2026-11-23T13:00:00.000Z'],
    ['always open', [], '2026-11-21T03:00Z', 4, '2026-11-21T07:00:00.000Z'],
    [
      'where the hour of opening does not exist',
      hoursIn('Europe/Berlin', everyDay('02:30', '06:00')),
      '2026-03-28T22:00Z',
      1,
      '2026-03-29T02:30:00.000Z',
    ],
    [
      'where it is there twice, from the first',
      hoursIn('Europe/Berlin', everyDay('02:30', '06:00')),
      '2026-10-24T22:00Z',
      1,
      '2026-10-25T01:30:00.000Z',
    ],
  ])('%s', (_what, calendar, from, hours, due) => {
    const dueMs = afterBusinessMs(calendar, at(from), hours * HOUR_MS)
    expect(dueMs === null ? null : new Date(dueMs).toISOString()).toBe(due)
  })

  it('never, where it is never open', () => {
    const never: DatedHours[] = [{ fromMs: 0, hours: { days: [], closed: [] }, timeZone: 'UTC' }]
    expect(afterBusinessMs(never, at('2026-11-20T10:00Z'), HOUR_MS)).toBeNull()
  })
})
