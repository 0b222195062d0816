/** What amounts are worth in tests that have no directory: in US dollars, one rate for euros. */
import { Directory } from '../shared/directory.ts'
import { exchangeOf } from '../shared/money.ts'

const directory = Directory.parse({
  center: { currency: 'USD' },
  exchangeRates: [{ currency: 'EUR', from: '2026-11-01', rate: 1.1 }],
})

export const testExchange = () => Promise.resolve(exchangeOf([directory]))
