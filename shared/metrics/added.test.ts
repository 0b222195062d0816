import { expect, it } from 'vitest'
import type { CounterId } from '../counters.ts'
import { addedFigures } from './added.ts'
import { evaluate, type Figures } from './evaluate.ts'
import { usualSettings } from './settings.ts'

type Sums = Partial<Record<CounterId, Readonly<Record<string, number>>>>

const figures = (sums: Sums, previous: Figures | null = null): Figures => ({
  balance: (counter) => ({
    booked: Object.values(sums[counter] ?? {}).reduce((sum, amount) => sum + amount, 0),
    live: 0,
  }),
  details: (counter) => new Map(Object.entries(sums[counter] ?? {})),
  level: (counter) => ({ booked: 1_000 * (sums[counter]?.[''] ?? 0), live: 1 }),
  narrowed: () => ({
    balance: (counter) => ({ booked: 10 * (sums[counter]?.[''] ?? 0), live: 1 }),
  }),
  related: () => previous,
  settings: usualSettings,
  live: { visits: [], agents: [], legs: [], staffing: new Map() },
  nowMs: 7,
  lacking: new Map([['agent.stateChanged', '/pbx']]),
})

it('weighs a ratio by what each center counted', () => {
  const small = figures({ serviceLevelMet: { '': 1 }, serviceLevelDecided: { '': 1 } })
  const large = figures({ serviceLevelMet: { '': 30 }, serviceLevelDecided: { '': 99 } })
  const together = addedFigures([small, large])
  // The mean of the two ratios would be 0.65.
  expect(together && evaluate('serviceLevel', 'center', together)).toMatchObject({
    value: 0.31,
    parts: { met: { booked: 31, live: 0 }, decided: { booked: 100, live: 0 } },
  })
})

it('adds levels, and details each by its own', () => {
  const one = figures({ serviceLevelMet: { '': 1, a: 2 } })
  const other = figures({ serviceLevelMet: { a: 3, b: 4 } })
  const together = addedFigures([one, other])
  expect(together?.level('serviceLevelMet')).toEqual({ booked: 1_000, live: 2 })
  expect(together?.narrowed(new Map()).balance('serviceLevelMet')).toEqual({ booked: 10, live: 2 })
  expect(together?.details('serviceLevelMet')).toEqual(
    new Map([
      ['', 1],
      ['a', 5],
      ['b', 4],
    ]),
  )
})

it('compares with what all of them have to compare with', () => {
  const before = figures({ serviceLevelMet: { '': 5 } })
  const both = [figures({}, before), figures({}, before)]
  expect(addedFigures(both)?.related('previous')?.balance('serviceLevelMet').booked).toBe(10)
  expect(addedFigures([...both, figures({})])?.related('previous')).toBeNull()
})

it('is nothing for no centers', () => {
  expect(addedFigures([])).toBeNull()
})
