/** What the simulated business sells, and in which money. */
import type { Money } from '../../../shared/events/fields.ts'
import type { Random } from '../random.ts'

/** The center reckons in euros. */
export const currencies = ['EUR', 'JPY', 'USD'] as const
export type Currency = (typeof currencies)[number]

/** Euros for one of it, as the directory has it from a date on. */
export const exchangeRates: readonly { currency: Currency; from: string; rate: number }[] = [
  { currency: 'JPY', from: '2024-01-01', rate: 0.0061 },
  { currency: 'JPY', from: '2026-07-01', rate: 0.0059 },
  { currency: 'USD', from: '2024-01-01', rate: 0.92 },
  { currency: 'USD', from: '2026-07-01', rate: 0.9 },
]
/** What prices are made with: round ones of before the rates' last cent. */
const PER_EURO: Readonly<Record<Currency, number>> = { EUR: 1, JPY: 165, USD: 1.1 }

/** So many euros as a price in a currency; yen have no decimals. */
export function price(euros: number, currency: Currency): Money {
  const value = euros * PER_EURO[currency]
  return { value: currency === 'JPY' ? String(Math.round(value)) : value.toFixed(2), currency }
}

type Product = { sku: string; euros: number; costShare: number }

const products: readonly Product[] = [
  { sku: 'HEADSET-PRO', euros: 140, costShare: 0.62 },
  { sku: 'DESK-PHONE', euros: 95, costShare: 0.7 },
  { sku: 'GATEWAY-16', euros: 890, costShare: 0.58 },
  { sku: 'CARE-YEAR', euros: 480, costShare: 0.35 },
  { sku: 'SEAT-YEAR', euros: 360, costShare: 0.22 },
  { sku: 'ANALYTICS', euros: 1_250, costShare: 0.18 },
  { sku: 'SETUP-DAY', euros: 760, costShare: 0.55 },
]

export type OrderLine = { sku: string; quantity: number; amount: Money; cost?: Money }
export type Basket = { lines: OrderLine[]; amount: Money; euros: number }

/** Few lines mostly; the euros of a basket are those of its lines. */
const MOST_LINES = 6
/** Goods that somebody else delivers: nobody knows what they cost. */
const COST_UNKNOWN = 0.08

/** What a customer buys: lines with their costs, and the sum of them to the last cent. */
export function basketOf(random: Random, currency: Currency, size: number): Basket {
  const count = 1 + Math.min(random.below(MOST_LINES), random.below(MOST_LINES))
  let cents = 0
  const perUnit = currency === 'JPY' ? 1 : 100
  const lines = Array.from({ length: count }, () => {
    const product = random.pick(products)
    const quantity = Math.max(1, Math.round(random.logNormal(size, 0.6)))
    const amount = price(product.euros * quantity, currency)
    cents += Math.round(Number(amount.value) * perUnit)
    const cost = price(product.euros * quantity * product.costShare, currency)
    return {
      ...{ sku: product.sku, quantity, amount },
      ...(random.chance(COST_UNKNOWN) ? {} : { cost }),
    }
  })
  const value = cents / perUnit
  return {
    lines,
    amount: { value: currency === 'JPY' ? String(value) : value.toFixed(2), currency },
    euros: value / PER_EURO[currency],
  }
}
