import { describe, expect, it } from 'vitest'
import { randomOf } from './random.ts'

const many = 20_000
const drawn = (draw: () => number): number[] =>
  Array.from({ length: many }, draw).sort((a, b) => a - b)
const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length
const median = (values: readonly number[]): number => values[values.length / 2] ?? NaN

describe('chance from a seed', () => {
  it('is the same for the same seed, and another for another', () => {
    const draw = (seed: string) => {
      const random = randomOf(seed)
      return Array.from({ length: 8 }, () => random.next())
    }
    expect(draw('1/2026-11-21/floor')).toEqual(draw('1/2026-11-21/floor'))
    expect(draw('1/2026-11-21/floor')).not.toEqual(draw('1/2026-11-22/floor'))
    // Pinned: whoever changes these numbers changes every day that was ever told.
    expect(draw('pinned').map((value) => value.toFixed(6))).toMatchInlineSnapshot(`
      [
        "0.983755",
        "0.223349",
        "0.412350",
        "0.526145",
        "0.487851",
        "0.129670",
        "0.345666",
        "0.751252",
      ]
    `)
  })

  it('has the means and medians that its distributions promise', () => {
    const random = randomOf('shapes')
    expect(mean(drawn(() => random.next()))).toBeCloseTo(0.5, 1)
    expect(mean(drawn(() => random.exponential(40)))).toBeCloseTo(40, -0.5)
    expect(median(drawn(() => random.logNormal(150, 0.6))) / 150).toBeCloseTo(1, 1)
    // The median of a Weibull distribution is scale × ln(2)^(1/shape).
    const expected = 120 * Math.log(2) ** (1 / 1.15)
    expect(median(drawn(() => random.weibull(120, 1.15))) / expected).toBeCloseTo(1, 1)
    expect(new Set(drawn(() => random.below(6)))).toEqual(new Set([0, 1, 2, 3, 4, 5]))
  })
})
