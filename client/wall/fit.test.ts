import { describe, expect, it } from 'vitest'
import { emsOf, fitted } from './fit.ts'

describe('a number fitted to its tile', () => {
  it('is as high as the box where there is room enough', () => {
    expect(fitted(emsOf('7'), { width: 1000, height: 120 })).toBe(120)
  })

  it('is as wide as the box where there is not', () => {
    const ems = emsOf('1:02:09')
    expect(fitted(ems, { width: 300, height: 400 }) * ems).toBeCloseTo(300)
  })

  it('is nothing in a box that has not been measured yet', () => {
    expect(fitted(emsOf('7'), { width: 0, height: 0 })).toBe(0)
  })
})

describe('the width of figures', () => {
  it('is the same for every digit, and more for letters of other scripts', () => {
    expect(emsOf('1111')).toBe(emsOf('8888'))
    expect(emsOf('–')).toBeGreaterThan(0)
    expect(emsOf('分')).toBeGreaterThan(emsOf('0'))
  })
})
