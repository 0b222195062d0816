import { expect, it } from 'vitest'
import { isStorable } from './storable.ts'

it.each([
  ['', true],
  ['東京 🎧', true],
  ['a\u0001b\n\t', true],
  ['a\u0000b', false],
  ['\u0000', false],
  ['\ud83d', false],
  ['x\udfa7y', false],
  ['\\u0000', true],
  ['\\\\u0000', true],
  ['\\\u0000', false],
  ['\\\\\ud83d', false],
  ['\\ud83d', true],
  ['\\ud83', true],
])('%j is storable: %s', (text, storable) => {
  expect(isStorable(JSON.stringify({ a: [text] }))).toBe(storable)
  expect(isStorable(JSON.stringify({ [text]: 1 }))).toBe(storable)
})
