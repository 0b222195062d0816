import { describe, expect, it } from 'vitest'
import { boundsOf, summaryOf, toColumns } from './series.ts'

const points = [
  { atMs: 60_000, value: 0.5 },
  { atMs: 120_000, value: null },
  { atMs: 180_000, value: 0.9 },
]

describe('a series', () => {
  it('goes to uPlot in seconds, gaps as null', () => {
    expect(toColumns(points)).toEqual([
      [60, 120, 180],
      [0.5, null, 0.9],
    ])
  })

  it.each([
    ['values and target', points, 0.8, true, [0.452, 0.948]],
    ['a target beyond the values', points, 1, true, [0.44, 1]],
    ['counts, never below 0', [{ atMs: 0, value: 0 }], null, false, [0, 1]],
    ['one flat value', [{ atMs: 0, value: 8 }], null, false, [6, 10]],
    ['nothing at all', [{ atMs: 0, value: null }], null, true, [0, 1]],
  ] as const)('has bounds for %s', (_what, series, target, isRatio, bounds) => {
    const found = boundsOf(series, target, isRatio)
    expect(found[0]).toBeCloseTo(bounds[0])
    expect(found[1]).toBeCloseTo(bounds[1])
  })

  it('is summed up in words by what it holds', () => {
    expect(summaryOf(points)).toEqual({
      fromMs: 60_000,
      toMs: 180_000,
      low: 0.5,
      high: 0.9,
      last: 0.9,
    })
    expect(summaryOf([{ atMs: 0, value: null }])).toBeNull()
  })
})
