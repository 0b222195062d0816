import { expect, it } from 'vitest'
import { serviceLevel } from '../../shared/metrics/serviceLevel.ts'
import { rolling } from './rolling.ts'

const step = (minute: number, met: number, decided: number) => ({
  fromMs: minute * 60_000,
  toMs: (minute + 1) * 60_000,
  parts: { met, decided },
})

it('divides sums over the minutes before, and says nothing of minutes that it does not have', () => {
  const steps = [step(0, 1, 1), step(1, 0, 3), step(2, 0, 0), step(3, 0, 0)]
  expect(rolling(steps, serviceLevel, 2)).toEqual([
    { atMs: 120_000, value: 0.25 },
    { atMs: 180_000, value: 0 },
    { atMs: 240_000, value: null },
  ])
})
