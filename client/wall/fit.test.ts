import { describe, expect, it } from 'vitest'
import { emsOf, fitText } from './fit.ts'

describe('a number fitted to its tile', () => {
  it('is as high as the box where there is room enough', () => {
    expect(fitText('7', '000', { width: 1000, height: 120 })).toBe(120)
  })

  it('is as wide as the box where there is not', () => {
    const size = fitText('1:02:09', '0:00', { width: 300, height: 400 })
    expect(size * emsOf('1:02:09')).toBeCloseTo(300)
  })

  it('keeps its size from 7 to 100', () => {
    const box = { width: 200, height: 400 }
    expect(fitText('7', '000', box)).toBe(fitText('100', '000', box))
    expect(fitText('1,234', '000', box)).toBeLessThan(fitText('100', '000', box))
  })

  it('is nothing in a box that has not been measured yet', () => {
    expect(fitText('7', '000', { width: 0, height: 0 })).toBe(0)
  })
})
