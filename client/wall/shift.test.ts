import { expect, it } from 'vitest'
import { shiftAt } from './shift.ts'

it('moves every three minutes, by four pixels at most, and comes round to every place', () => {
  const places = Array.from({ length: 9 }, (_, i) => shiftAt(i * 180_000))
  expect(new Set(places.map(({ x, y }) => `${x} ${y}`)).size).toBe(9)
  for (const { x, y } of places) {
    expect(Math.max(Math.abs(x), Math.abs(y))).toBeLessThanOrEqual(4)
  }
  expect(shiftAt(179_999)).toEqual(shiftAt(0))
  expect(shiftAt(9 * 180_000)).toEqual(shiftAt(0))
})
