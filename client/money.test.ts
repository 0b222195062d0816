import { expect, it } from 'vitest'
import { metricOf } from '../shared/metrics/registry.ts'
import { formatValue } from './format.ts'
import type { Locale } from './i18n/locale.ts'
import { breakdownUnit, valueUnit } from './measure.ts'

it.each<[number, string, Locale, string]>([
  [123_450, 'USD', 'en', '$1,234.50'],
  [123_450, 'USD', 'ja', '$1,234.50'],
  [123_450, 'EUR', 'en', '€1,234.50'],
  [123_450, 'JPY', 'en', '¥123,450'],
  [123_450, 'JPY', 'ja', '￥123,450'],
  [123_450, 'KWD', 'en', 'KWD 123.450'],
  [-5, 'USD', 'en', '-$0.05'],
  [0, 'USD', 'en', '$0.00'],
  [905.5, 'USD', 'en', '$9.06'],
  [-0.2, 'USD', 'en', '$0.00'],
  [999_999_999_999_999, 'USD', 'en', '$9,999,999,999,999.99'],
])('%d minor units of %s are written in %s as %s', (minorUnits, currency, locale, text) => {
  const written = formatValue(minorUnits, 'money', { locale, currency })
  // Some engines set a space apart from the digits that does not break.
  expect(written.replaceAll('\u00a0', ' ')).toBe(text)
})

it.each<[number, number | null, string]>([
  [463_858_499, null, '€4,638,585'],
  [100_000, null, '€1,000'],
  [99_999, null, '€999.99'],
  [-463_858_499, null, '-€4,638,585'],
  [99_999_960, 100_000_000, '€999,999.60'],
  [100_000_000, 100_000_000, '€1,000,000'],
  [99_999_900, 100_000_000, '€999,999'],
])('%d cents of a target of %s are read across a room as %s', (cents, target, text) => {
  const writing = { locale: 'en', currency: 'EUR', isFar: true } as const
  expect(formatValue(cents, 'money', writing, target)).toBe(text)
})

it('a ranking of amounts is of amounts, one of reasons is of counts', () => {
  const [products, reasons] = [metricOf('productMix'), metricOf('contactReasons')]
  expect([valueUnit(products), breakdownUnit(products)]).toEqual(['money', 'money'])
  expect([valueUnit(reasons), breakdownUnit(reasons)]).toEqual(['count', 'count'])
  expect(valueUnit(metricOf('serviceLevel'))).toBe('ratio')
  expect(breakdownUnit(metricOf('openEmails'))).toBe('count')
})
