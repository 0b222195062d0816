import { describe, expect, it } from 'vitest'
import { smallestLegible } from './legibility.ts'

describe('the smallest legible text', () => {
  // Rows: diagonal; columns: 3, 5, 8, 12 metres.
  it.each([
    [43, [39, 65, 104, 156]],
    [55, [31, 51, 82, 122]],
    [65, [26, 43, 69, 103]],
    [75, [22, 37, 60, 90]],
  ])('on %d inches', (inches, sizes) => {
    const computed = [3, 5, 8, 12].map((metres) => smallestLegible(inches, metres, false))
    computed.forEach((size, i) => {
      expect(Math.abs(size - sizes[i]!)).toBeLessThan(1)
    })
  })

  it('is a quarter larger for kanji', () => {
    expect(smallestLegible(55, 3, true) / smallestLegible(55, 3, false)).toBeCloseTo(1.25)
  })
})
