import { describe, expect, it } from 'vitest'
import { keepOrder, mayReorder, sortKeys } from './order.ts'

const rows = new Map<string, number | string | null>([
  ['c', 2],
  ['a', null],
  ['b', 2],
  ['d', 1],
])
const sorted = (descending: boolean) => sortKeys(rows, (value) => value, descending, 'en')

describe('the order of rows', () => {
  it('is by value, then by key; what has no value comes last whichever way', () => {
    expect(sorted(false)).toEqual(['d', 'b', 'c', 'a'])
    expect(sorted(true)).toEqual(['b', 'c', 'd', 'a'])
  })

  it('puts text in the order of the language, numbers within it by size', () => {
    const names = new Map([
      ['x', 'Team 10'],
      ['y', 'team 9'],
      ['z', 'Ärzte'],
    ])
    expect(sortKeys(names, (name) => name, false, 'en')).toEqual(['z', 'y', 'x'])
  })

  it('stays while rows come and go: new ones stand at the end', () => {
    expect(keepOrder(['d', 'b', 'gone'], ['a', 'b', 'c', 'd'])).toEqual(['d', 'b', 'a', 'c'])
  })

  it('is taken anew every five seconds, and never while somebody is at the table', () => {
    expect(mayReorder(1_000, 5_999, false)).toBe(false)
    expect(mayReorder(1_000, 6_000, false)).toBe(true)
    expect(mayReorder(1_000, 60_000, true)).toBe(false)
  })
})
