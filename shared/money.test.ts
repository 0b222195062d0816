import { describe, expect, it } from 'vitest'
import { Directory } from './directory.ts'
import { exchangeOf } from './money.ts'

const directory = (currency: string, rates: [string, string, number][], timeZone = 'UTC') =>
  Directory.parse({
    center: { currency, timeZone },
    exchangeRates: rates.map(([of, from, rate]) => ({ currency: of, from, rate })),
  })
const noon = Date.UTC(2026, 10, 21, 12)
const converted = (own: string, value: string, currency: string, rate = 1) =>
  exchangeOf([directory(own, [[currency, '2026-01-01', rate]])]).convert({ value, currency }, noon)

describe('an amount in minor units of the center’s currency', () => {
  it.each([
    ['USD', '1234.50', 'USD', 1, 123_450],
    ['USD', '0.1', 'USD', 1, 10],
    ['USD', '-0.05', 'USD', 1, -5],
    ['USD', '0', 'USD', 1, 0],
    ['USD', '-0.00', 'USD', 1, 0],
    ['JPY', '1200', 'JPY', 1, 1_200],
    ['KWD', '1.005', 'KWD', 1, 1_005],
    // Doubles would say 1.005 * 100 = 100.49999999999999.
    ['USD', '1.005', 'KWD', 1, 101],
    ['USD', '-1.005', 'KWD', 1, -101],
    ['USD', '10.00', 'EUR', 1.1, 1_100],
    // 0.07 * 1.15 = 0.0805, which doubles make 0.08049999999999999.
    ['USD', '0.07', 'EUR', 1.15, 8],
    ['USD', '0.70', 'EUR', 1.15, 81],
    ['JPY', '10.01', 'USD', 150.5, 1_507],
    ['USD', '10000', 'JPY', 0.0066, 6_600],
    ['USD', '1000000', 'VND', 1e-7, 10],
    ['USD', '9999999999999.99', 'USD', 1, 999_999_999_999_999],
  ])('%s: %s %s at %d is %d', (own, value, currency, rate, minorUnits) => {
    expect(converted(own, value, currency, rate)).toEqual({ ok: true, minorUnits })
  })

  it.each([
    ['USD', '1.005', 'USD', 1, 'value', 'has more decimals than USD has: 2'],
    ['USD', '100.0', 'JPY', 1, 'value', 'has more decimals than JPY has: 0'],
    ['USD', '999999999999999', 'USD', 1, 'value', 'is larger than any amount can be'],
    ['JPY', '-99999999999999', 'EUR', 160, 'value', 'is larger than any amount can be'],
  ])('%s: %s %s at %d is none', (own, value, currency, rate, field, message) => {
    expect(converted(own, value, currency, rate)).toEqual({ ok: false, field, message })
  })
})

describe('the rate', () => {
  const euro = { value: '1.00', currency: 'EUR' }
  const rates: [string, string, number][] = [
    ['EUR', '2026-11-01', 1.1],
    ['EUR', '2026-11-21', 1.2],
    ['GBP', '2026-01-01', 1.3],
  ]
  const cents = (of: Directory[], atMs: number) => {
    const outcome = exchangeOf(of).convert(euro, atMs)
    return outcome.ok ? outcome.minorUnits : outcome.message
  }
  const none = 'has no exchange rate to USD on 2026-10-31: put a dated one into the directory'

  it.each([
    ['before the first', Date.UTC(2026, 9, 31, 23, 59), none],
    ['from its day on', Date.UTC(2026, 10, 1), 110],
    ['until the next', Date.UTC(2026, 10, 20, 23, 59), 110],
    ['from the next on', Date.UTC(2026, 10, 21), 120],
  ])('%s', (_name, atMs, expected) => {
    expect(cents([directory('USD', rates)], atMs)).toBe(expected)
  })

  it('is of the day by the center’s calendar', () => {
    const tokyo = [directory('USD', rates, 'Asia/Tokyo')]
    expect(cents(tokyo, Date.UTC(2026, 10, 20, 14, 59))).toBe(110)
    expect(cents(tokyo, Date.UTC(2026, 10, 20, 15))).toBe(120)
  })

  it('is the one put last for its day, and known though a newer directory leaves it out', () => {
    const changed = directory('USD', [['EUR', '2026-11-21', 1.5]])
    expect(cents([directory('USD', rates), changed], noon)).toBe(150)
    expect(cents([directory('USD', rates), changed], Date.UTC(2026, 10, 2))).toBe(110)
  })
})
