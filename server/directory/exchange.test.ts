import { expect, it } from 'vitest'
import { Directory } from '../../shared/directory.ts'
import { LogUnavailable } from '../stream/eventLog.ts'
import { exchangeBy } from './exchange.ts'
import type { PutDirectory } from './store.ts'

const putOf = (version: number, rate: number): PutDirectory => ({
  version,
  atMs: 0,
  directory: Directory.parse({
    exchangeRates: [{ currency: 'EUR', from: '2026-01-01', rate }],
  }),
  content: {},
})
const oneEuro = { value: '1', currency: 'EUR' }
const atMs = Date.UTC(2026, 10, 21)

it('is by the newest directory, and by the last one read while it cannot be read', async () => {
  let answer: PutDirectory | null = null
  const exchange = exchangeBy({
    current: () => (answer ? Promise.resolve(answer) : Promise.reject(new Error('away'))),
  })
  const cents = async () => {
    const converted = (await exchange()).convert(oneEuro, atMs)
    return converted.ok ? converted.minorUnits : null
  }

  await expect(exchange()).rejects.toThrow(LogUnavailable)
  answer = putOf(1, 1.1)
  expect(await cents()).toBe(110)
  answer = putOf(2, 1.2)
  expect(await cents()).toBe(120)
  answer = null
  expect(await cents()).toBe(120)
})
