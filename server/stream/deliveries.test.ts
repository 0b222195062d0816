import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { sampleEvent, sampleEvents, sentEvent } from '../../test/sentEvents.ts'
import { contentHash } from './contentHash.ts'
import { MARK_LENGTH, marksOf, NEVER, recentDeliveries } from './deliveries.ts'

const marks = (from: number, count: number): string => marksOf(sampleEvents(from, count))
const mark = (n: number): string => marks(n, 1)

describe('a mark', () => {
  it('has one length', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1, maxLength: 512 }), fc.nat(), (id, n) => {
        expect(marksOf([sampleEvent(n, { id })])).toMatch(/^[\w+/]{12}[0-9a-f]{8}$/)
      }),
    )
    expect(marks(0, 3)).toHaveLength(3 * MARK_LENGTH)
  })

  it('tells ids, sources and contents apart, and our own events', () => {
    const data = { ...sentEvent(0).data, queue: 'support' }
    const own = {
      id: 'sample-0',
      type: 'directory.changed',
      atMs: 0,
      data: { directory: {} },
    } as const
    const all = [
      mark(0),
      mark(1),
      marksOf([sampleEvent(0, { source: '/x' })]),
      marksOf([sampleEvent(0, { data })]),
      marksOf([own]),
    ]
    expect(new Set(all).size).toBe(5)
    const ids = all.map((one) => one.slice(0, 12))
    expect(ids[3]).toBe(ids[0])
    expect(new Set(ids).size).toBe(4)
  })
})

describe('the memory of deliveries', () => {
  it('knows what it met, and whether it said the same', () => {
    const deliveries = recentDeliveries(100)
    deliveries.replace('', 0)
    const other = mark(0).slice(0, 12) + mark(1).slice(12)
    expect(deliveries.meet(mark(0), 0)).toBe('new')
    expect(deliveries.meet(mark(0), 0)).toBe('same')
    expect(deliveries.meet(marks(5, 2) + other, 2)).toBe('other')
    expect(deliveries.meet(mark(0), 0)).toBe('same')
  })

  it('knows up to where it is a copy', () => {
    const deliveries = recentDeliveries(100)
    expect(deliveries.position).toBe(NEVER)
    deliveries.replace(marks(0, 3), 7)
    expect([deliveries.position, deliveries.last]).toEqual([7, mark(2)])
    deliveries.add(marks(3, 2))
    expect([deliveries.position, deliveries.last]).toEqual([9, mark(4)])
    expect(deliveries.meet(mark(5), 0)).toBe('new')
    deliveries.wrote(mark(5))
    expect([deliveries.position, deliveries.last]).toEqual([10, mark(5)])
    deliveries.add('')
    expect([deliveries.position, deliveries.last]).toEqual([10, mark(5)])
    deliveries.doubt()
    expect(deliveries.position).toBe(NEVER)
    deliveries.replace('', 0)
    expect([deliveries.position, deliveries.last]).toEqual([0, ''])
    expect(deliveries.meet(mark(0), 0)).toBe('new')
  })

  it('remembers the last ones: half of its capacity for certain, no more than all', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 60 }), fc.nat(120), (capacity, count) => {
        const deliveries = recentDeliveries(capacity)
        deliveries.replace(marks(0, count), count)
        const known = Array.from({ length: count }, (_, n) => {
          // Meeting one would change what is remembered: each gets a memory of its own.
          const fresh = recentDeliveries(capacity)
          fresh.replace(marks(0, count), count)
          return fresh.meet(mark(n), 0) === 'same'
        })
        const first = known.indexOf(true)
        expect(known.slice(Math.max(0, count - Math.floor(capacity / 2) + 1))).not.toContain(false)
        if (first !== -1) expect(count - first).toBeLessThanOrEqual(capacity)
      }),
      { numRuns: 20 },
    )
  })

  it('agrees with a map, whatever comes', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(40), fc.nat(2)), { maxLength: 200 }), (met) => {
        const deliveries = recentDeliveries(1_000)
        deliveries.replace('', 0)
        const model = new Map<number, number>()
        for (const [id, content] of met) {
          const first = model.get(id)
          const expected = first === undefined ? 'new' : first === content ? 'same' : 'other'
          if (first === undefined) model.set(id, content)
          const time = new Date(Date.UTC(2026, 0, 1) + content).toISOString()
          expect(deliveries.meet(marksOf([sampleEvent(0, { id: String(id), time })]), 0)).toBe(
            expected,
          )
        }
      }),
    )
  })
})

describe('the hash of a content', () => {
  it('does not depend on the order of fields, and on all else', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        const turned = JSON.parse(JSON.stringify(a, turn)) as unknown
        expect(contentHash(turned)).toBe(contentHash(a))
        if (JSON.stringify(sortedKeys(a)) !== JSON.stringify(sortedKeys(b))) {
          expect(contentHash(a)).not.toBe(contentHash(b))
        }
      }),
      { numRuns: 1_000 },
    )
  })

  it.each([
    [1, '1'],
    [[1], { 0: 1 }],
    [
      [1, 2],
      [2, 1],
    ],
    [
      { a: 1, b: 2 },
      { a: 2, b: 1 },
    ],
    [{ a: { b: 1 } }, { b: { a: 1 } }],
    [null, 'null'],
    [null, 0],
    [true, 'true'],
    ['', null],
    [[], {}],
    [{ a: null }, {}],
  ])('tells %j from %j', (a, b) => {
    expect(contentHash(a)).not.toBe(contentHash(b))
  })

  it('is the same in every release: stores hold it', () => {
    const value = { a: [1, 'x', null, true, { b: 2.5 }], 名: '注文' }
    expect(contentHash(value)).toBe(HASH_OF_VALUE)
    expect(contentHash({ ...value, gone: undefined })).toBe(HASH_OF_VALUE)
  })
})

const HASH_OF_VALUE = 2_461_003_910

/** Objects written with their fields in the opposite order. */
function turn(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value
  return Object.fromEntries(Object.entries(value).reverse())
}

function sortedKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sortedKeys)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, field]) => [key, sortedKeys(field)] as const)
  return entries.sort(([a], [b]) => (a < b ? -1 : 1))
}
