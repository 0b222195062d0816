import { expect, it } from 'vitest'
import { shownName } from './names.ts'

it.each([
  ['Anna Maria Berg', 'full', 'Anna Maria Berg'],
  ['Anna Maria Berg', 'first', 'Anna'],
  ['Anna Maria Berg', 'initials', 'AB'],
  ['Anna Maria Berg', 'alias', 'AB'],
  ['Anna Maria Berg', 'none', null],
  ['anna', 'initials', 'A'],
  ['佐藤 花子', 'initials', '佐藤'],
  ['佐藤　花子', 'initials', '佐藤'],
  ['佐藤花子', 'initials', '佐藤花子'],
  ['', 'initials', ''],
] as const)('%s as %s is %s', (name, style, shown) => {
  expect(shownName(name, style)).toBe(shown)
})
