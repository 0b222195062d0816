import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Event } from '../../shared/events/event.ts'
import { deliveryHash } from './deliveryHash.ts'

const event = {
  id: '1',
  source: '/a/b',
  type: 'contact.ended',
  atMs: 5,
  data: { contactId: 'c', final: 'lost', more: [{ y: 1, x: null }, '東京', 1.5, true] },
} as unknown as Event
const saying = (change: object): string | null => deliveryHash({ ...event, ...change })

it('is what it has always been: the books keep it', () => {
  expect(deliveryHash(event)).toBe('14011kg.173tvb5')
})

it('does not depend on the order of fields, nor on when it was seen', () => {
  const turned = { more: [{ x: null, y: 1 }, '東京', 1.5, true], final: 'lost', contactId: 'c' }
  expect(saying({ data: turned })).toBe(deliveryHash(event))
  expect(saying({ recordedAtMs: 9 })).toBe(deliveryHash(event))
  expect(saying({ subject: undefined })).toBe(deliveryHash(event))
})

it.each([
  ['another instant', { atMs: 6 }],
  ['another order in a list', { data: { ...event.data, more: ['東京', { y: 1, x: null }, 1.5] } }],
  ['text for a number', { atMs: '5' }],
  ['text for a boolean', { atMs: 'true' }],
  ['a field more', { subject: 'x' }],
  ['an empty list for an empty object', { data: [] }],
])('tells %s', (_, change) => {
  expect(saying(change)).not.toBe(deliveryHash(event))
})

it('tells what differs, whatever it is', () => {
  const hashes = new Map<string, string>()
  const json = fc.json({ maxDepth: 3 })
  fc.assert(
    fc.property(json, (text) => {
      const data = JSON.parse(text) as unknown
      const hash = saying({ data })
      if (hash === null) return
      const same = hashes.get(hash)
      const sorted = JSON.stringify(sortedFields(data))
      if (same !== undefined) expect(sorted).toBe(same)
      hashes.set(hash, sorted)
    }),
    { numRuns: 2_000 },
  )
})

function sortedFields(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(sortedFields)
  const fields = Object.entries(value).map(([name, field]) => [name, sortedFields(field)] as const)
  return Object.fromEntries(fields.sort(([a], [b]) => (a < b ? -1 : 1)))
}

describe('text that a database cannot hold', () => {
  it.each([
    ['', true],
    ['東京 🎧', true],
    ['a\u0001b\n\t', true],
    ['a\u0000b', false],
    ['\ud83d', false],
    ['x\udfa7y', false],
    ['\\u0000', true],
  ])('%j: is storable: %s', (text, storable) => {
    expect(saying({ data: { a: [text] } }) !== null).toBe(storable)
    expect(saying({ data: { [text]: 1 } }) !== null).toBe(storable)
    expect(saying({ id: text }) !== null).toBe(storable)
  })
})
