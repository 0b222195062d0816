import { describe, expect, it } from 'vitest'
import { createClock, lengthOf } from './clock.ts'

function read(format: string, text: string, timeZone = 'UTC', clock = '00:00'): string | null {
  const made = createClock(format, timeZone, clock)
  if (!made.ok) throw new Error(made.reason)
  const atMs = made.read(text)
  return atMs === null ? null : new Date(atMs).toISOString()
}

describe('instants', () => {
  it.each([
    ['yyyy-MM-dd HH:mm:ss', '2026-11-21 10:31:07', '2026-11-21T10:31:07.000Z'],
    ['yyyy-MM-ddTHH:mm:ss.SSS', '2026-11-21T10:31:07.25', '2026-11-21T10:31:07.250Z'],
    ['yyyy/M/d H:mm', '2026/1/5 9:05', '2026-01-05T09:05:00.000Z'],
    ['dd.MM.yy HH:mm', '21.11.26 23:59', '2026-11-21T23:59:00.000Z'],
    ['M/d/yyyy h:mm:ss a', '1/2/2026 12:05:09 AM', '2026-01-02T00:05:09.000Z'],
    ['M/d/yyyy h:mm:ss a', '1/2/2026 12:05:09 p.m.', '2026-01-02T12:05:09.000Z'],
    ['d-MMM-yy', '3-Feb-26', '2026-02-03T00:00:00.000Z'],
    ['yyyy年M月d日 H:mm', '2026年11月21日 9:05', '2026-11-21T09:05:00.000Z'],
    ['yyyyMMddHHmmss', '20261121103107', '2026-11-21T10:31:07.000Z'],
    ['iso', '2026-11-21T10:31:07+09:00', '2026-11-21T01:31:07.000Z'],
    ['epochSeconds', '1795257067.5', '2026-11-21T10:31:07.500Z'],
    ['epochMilliseconds', '1795257067250', '2026-11-21T10:31:07.250Z'],
  ])('%s: %s', (format, text, expected) => {
    expect(read(format, text)).toBe(expected)
  })

  it.each([
    ['yyyy-MM-dd', '2026-02-29'],
    ['yyyy-MM-dd', '2026-13-01'],
    ['yyyy-MM-dd', '2026-1-01'],
    ['yyyy-MM-dd', '2026-01-01 '],
    ['yyyy-MM-dd HH:mm', '2026-01-01 24:00'],
    ['yyyy-MM-dd h:mm a', '2026-01-01 13:00 PM'],
    ['d-MMM-yy', '3-Fev-26'],
    ['epochSeconds', '-1'],
  ])('of %s, %s is none', (format, text) => {
    expect(read(format, text)).toBeNull()
  })

  it.each([
    ['in winter', '2026-11-21 10:00', '2026-11-21T09:00:00.000Z'],
    ['in summer', '2026-07-21 10:00', '2026-07-21T08:00:00.000Z'],
    ['in the hour that is left out', '2026-03-29 02:30', '2026-03-29T01:30:00.000Z'],
    ['in the hour that is there twice, the first', '2026-10-25 02:30', '2026-10-25T00:30:00.000Z'],
    ['after it', '2026-10-25 03:00', '2026-10-25T02:00:00.000Z'],
  ])('by the clock of Berlin %s', (_name, text, expected) => {
    expect(read('yyyy-MM-dd HH:mm', text, 'Europe/Berlin')).toBe(expected)
  })

  it('by a clock that is three quarters of an hour off', () => {
    expect(read('yyyy-MM-dd HH:mm', '2026-01-01 05:45', 'Asia/Kathmandu')).toBe(
      '2026-01-01T00:00:00.000Z',
    )
  })

  it('without an hour are at the time of day that the mapping names', () => {
    expect(read('yyyy-MM-dd', '2026-11-21', 'Asia/Tokyo', '09:30')).toBe('2026-11-21T00:30:00.000Z')
  })

  it.each([
    ['HH:mm', /no year/],
    ['yyyy-dd', /no month/],
    ['yyyy-MM', /no day/],
    ['yyyy-MM-dd EEE', /"EEE" is no part/],
    ['yyyy-MM-dd HH:mm h', /"h" stands twice/],
  ])('of the format %s cannot be read', (format, reason) => {
    const made = createClock(format, 'UTC', '00:00')
    expect(made.ok ? '' : made.reason).toMatch(reason)
  })
})

it.each([
  ['0:02:23', 143_000],
  ['2:23', 143_000],
  ['1:00:00.5', 3_600_500],
  ['100:00:00', 360_000_000],
  ['90:00', 5_400_000],
  ['0:60', null],
  ['143', null],
  ['', null],
])('the length of time %s', (text, expected) => {
  expect(lengthOf(text)).toBe(expected)
})
