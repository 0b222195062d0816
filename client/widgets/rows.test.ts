import { describe, expect, it } from 'vitest'
import { rowsThatFit } from './rows.ts'

describe('the rows that a wall has room for', () => {
  it('are all of them, spread over the box', () => {
    expect(rowsThatFit([0, 0, 0, 0], 200, 40)).toEqual({
      shown: [0, 1, 2, 3],
      left: 0,
      rowHeight: 50,
    })
  })

  it('do not drift apart where they are few', () => {
    expect(rowsThatFit([0], 400, 40).rowHeight).toBe(60)
  })

  it('are the worst where not all fit, in their order, and a row for the rest', () => {
    expect(rowsThatFit([0, 2, 0, 1, 0, 2], 160, 40)).toEqual({
      shown: [1, 3, 5],
      left: 3,
      rowHeight: 40,
    })
  })

  it('are none before the box is measured', () => {
    expect(rowsThatFit([0, 0], 0, 0).shown).toEqual([])
  })
})
