import type { Directory } from './directory.ts'
import { decimalsOf } from './currency.ts'
import type { Money } from './events/fields.ts'

/**
 * Amounts as they are written, in minor units of the center's currency. Exact: decimal digits are
 * multiplied as whole numbers, and rounded once, half away from zero.
 */

/**
 * No single amount is larger: a sum of several of them must still be exact. Ten trillion in a
 * currency with cents; what is more was mistyped.
 */
const MAX_MINOR_UNITS = 10n ** 15n

/** An amount in minor units, or what is wrong with it and in which of its fields. */
export type Converted =
  { ok: true; minorUnits: number } | { ok: false; field: 'value' | 'currency'; message: string }

/** What amounts are worth in a center. */
export type Exchange = {
  /** The amount as of an instant: by the rate of its day, by the center's calendar. */
  convert: (amount: Money, atMs: number) => Converted
}

type Rate = { from: string; rate: number }

/**
 * The exchange of a center by the directories put so far, oldest first. Rates are dated by their
 * own day, whenever they were put; of one day, the rate put last stands. A rate that a newer
 * directory leaves out is still known, so that what was counted by it can be counted again.
 */
export function exchangeOf(directories: readonly Directory[]): Exchange {
  const center = directories.at(-1)?.center
  const own = center?.currency ?? 'USD'
  const dayOf = localDays(center?.timeZone ?? 'UTC')
  const rates = ratesOf(directories)

  const rateAt = (currency: string, day: string): number | null =>
    rates.get(currency)?.findLast(({ from }) => from <= day)?.rate ?? null

  return {
    convert: ({ value, currency }, atMs) => {
      const written = value.length - value.indexOf('.') - 1
      const allowed = decimalsOf(currency)
      if (value.includes('.') && written > allowed) {
        const message = `has more decimals than ${currency} has: ${String(allowed)}`
        return { ok: false, field: 'value', message }
      }
      const day = currency === own ? '' : dayOf(atMs)
      const rate = currency === own ? 1 : rateAt(currency, day)
      if (rate === null) {
        const message = `has no exchange rate to ${own} on ${day}: put a dated one into the directory`
        return { ok: false, field: 'currency', message }
      }
      const minorUnits = scaled(decimalOf(value), decimalOf(String(rate)), decimalsOf(own))
      if (minorUnits > MAX_MINOR_UNITS || minorUnits < -MAX_MINOR_UNITS) {
        return { ok: false, field: 'value', message: 'is larger than any amount can be' }
      }
      return { ok: true, minorUnits: Number(minorUnits) }
    },
  }
}

/** Rates by currency, the earliest first. */
function ratesOf(directories: readonly Directory[]): Map<string, Rate[]> {
  const byDay = new Map<string, Map<string, number>>()
  for (const { exchangeRates } of directories) {
    for (const { currency, from, rate } of exchangeRates) {
      const days = byDay.get(currency) ?? new Map<string, number>()
      byDay.set(currency, days.set(from, rate))
    }
  }
  return new Map(
    [...byDay].map(([currency, days]) => [
      currency,
      [...days].map(([from, rate]) => ({ from, rate })).sort((a, b) => (a.from < b.from ? -1 : 1)),
    ]),
  )
}

/** A decimal number: `digits` with the last `scale` of them behind the point. */
type Decimal = { digits: bigint; scale: number }

/** A decimal as people or JavaScript write it: `-12.50`, `1e-7`. */
function decimalOf(text: string): Decimal {
  const [mantissa = '', exponent = '0'] = text.split('e')
  const [whole = '', fraction = ''] = mantissa.split('.')
  return { digits: BigInt(whole + fraction), scale: fraction.length - Number(exponent) }
}

/** The product with so many decimals, as a whole number, rounded half away from zero. */
function scaled(a: Decimal, b: Decimal, decimals: number): bigint {
  const digits = a.digits * b.digits
  const drop = a.scale + b.scale - decimals
  if (drop <= 0) return digits * 10n ** BigInt(-drop)
  const unit = 10n ** BigInt(drop)
  const size = digits < 0n ? -digits : digits
  const rounded = (size + unit / 2n) / unit
  return digits < 0n ? -rounded : rounded
}

/** The local date of an instant in a zone, as 2026-11-21. */
function localDays(timeZone: string): (atMs: number) => string {
  const format = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  })
  return (atMs) => {
    const parts = new Map(format.formatToParts(atMs).map(({ type, value }) => [type, value]))
    return `${parts.get('year') ?? ''}-${parts.get('month') ?? ''}-${parts.get('day') ?? ''}`
  }
}
