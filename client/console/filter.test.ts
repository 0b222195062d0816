import { expect, it } from 'vitest'
import { asState, matches } from './filter.ts'

it.each([
  ['', ['anything'], true],
  ['ann', ['Anna Berg'], true],
  ['berg anna', ['Anna Berg'], true],
  ['anna sales', ['Anna Berg', 'Inside Sales'], true],
  ['anna care', ['Anna Berg', 'Inside Sales'], false],
  ['ＡＮＮＡ', ['Anna Berg'], true],
  ['さぽーと', ['日本語サポート'], true],
  ['ｻﾎﾟｰﾄ', ['日本語サポート'], true],
  ['佐藤', ['佐藤 花子'], true],
  ['  anna  ', ['Anna'], true],
])('searching %j in %j: %s', (search, texts, found) => {
  expect(matches(search, texts)).toBe(found)
})

it('knows the states and nothing else', () => {
  expect(asState('wrapUp')).toBe('wrapUp')
  expect(asState('toString')).toBeNull()
  expect(asState(null)).toBeNull()
})
