import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Instant, Name, parseInstant } from './fields.ts'

describe('an instant', () => {
  it.each([
    ['2026-11-21T10:31:07Z', Date.UTC(2026, 10, 21, 10, 31, 7)],
    ['2026-11-21t10:31:07z', Date.UTC(2026, 10, 21, 10, 31, 7)],
    ['2026-11-21 10:31:07Z', Date.UTC(2026, 10, 21, 10, 31, 7)],
    ['2026-11-21T10:31:07.2Z', Date.UTC(2026, 10, 21, 10, 31, 7, 200)],
    ['2026-11-21T10:31:07.25Z', Date.UTC(2026, 10, 21, 10, 31, 7, 250)],
    ['2026-11-21T10:31:07.250999999Z', Date.UTC(2026, 10, 21, 10, 31, 7, 250)],
    ['2026-11-21T10:31:07.250+09:00', Date.UTC(2026, 10, 21, 1, 31, 7, 250)],
    ['2026-11-21T10:31:07.2-03:30', Date.UTC(2026, 10, 21, 14, 1, 7, 200)],
    ['2026-11-21T10:31:07-00:00', Date.UTC(2026, 10, 21, 10, 31, 7)],
    ['2024-02-29T00:00:00Z', Date.UTC(2024, 1, 29)],
    ['2000-02-29T00:00:00Z', Date.UTC(2000, 1, 29)],
    ['1969-12-31T23:59:59Z', -1_000],
    ['9999-12-31T23:59:59.999Z', Date.UTC(9999, 11, 31, 23, 59, 59, 999)],
  ])('%s', (text, atMs) => {
    expect(parseInstant(text)).toBe(atMs)
  })

  it.each([
    ['no offset', '2026-11-21T10:31:07'],
    ['no seconds', '2026-11-21T10:31Z'],
    ['a comma', '2026-11-21T10:31:07,25Z'],
    ['no digits after the point', '2026-11-21T10:31:07.Z'],
    ['ten digits after the point', '2026-11-21T10:31:07.1234567890Z'],
    ['30 February', '2026-02-30T00:00:00Z'],
    ['29 February', '2026-02-29T00:00:00Z'],
    ['29 February 1900', '1900-02-29T00:00:00Z'],
    ['31 April', '2026-04-31T00:00:00Z'],
    ['day 0', '2026-04-00T00:00:00Z'],
    ['month 0', '2026-00-01T00:00:00Z'],
    ['month 13', '2026-13-01T00:00:00Z'],
    ['hour 24', '2026-04-01T24:00:00Z'],
    ['minute 60', '2026-04-01T10:60:00Z'],
    ['second 60', '2026-04-01T10:00:60Z'],
    ['offset 24:00', '2026-04-01T10:00:00+24:00'],
    ['offset of 60 minutes', '2026-04-01T10:00:00+00:60'],
    ['a year of one century', '0026-04-01T10:00:00Z'],
    ['another line', '2026-04-01T10:00:00Z\n'],
    ['nothing', ''],
  ])('not %s', (_name, text) => {
    expect(parseInstant(text)).toBeNull()
  })

  it('is what was written, to the millisecond, in any zone', () => {
    const min = new Date('0100-01-02T00:00:00Z')
    const max = new Date('9999-12-30T00:00:00Z')
    fc.assert(
      fc.property(
        fc.date({ min, max, noInvalidDate: true }),
        fc.integer({ min: -1439, max: 1439 }),
        (date, offset) => {
          const local = new Date(date.getTime() + offset * 60_000).toISOString().slice(0, -1)
          const two = (n: number): string => String(n).padStart(2, '0')
          const minutes = Math.abs(offset)
          const zone = `${offset < 0 ? '-' : '+'}${two(Math.trunc(minutes / 60))}:${two(minutes % 60)}`
          expect(parseInstant(local + zone)).toBe(date.getTime())
        },
      ),
    )
  })

  it('of an event is not before 2000', () => {
    expect(Instant.safeParse('2000-01-01T00:00:00Z').data).toBe(Date.UTC(2000, 0, 1))
    expect(Instant.safeParse('1999-12-31T23:59:59.999Z').success).toBe(false)
  })
})

describe('a name', () => {
  it.each(['a', '営業', '💥', 'two words', 'tab\tline\nbreak', 'x'.repeat(256)])('%j', (name) => {
    expect(Name.safeParse(name).success).toBe(true)
  })
  it.each(['', 'x'.repeat(257), 'a\0', '\ud800', 'a\udc00b'])('not %j', (name) => {
    expect(Name.safeParse(name).success).toBe(false)
  })
})
