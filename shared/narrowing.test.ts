import { describe, expect, it } from 'vitest'
import { counterIds, counterOf } from './counters.ts'
import { filterFields } from './counters/filterFields.ts'
import { counterBy, fieldsOf, filtersText, narrowedName, splitFilters } from './narrowing.ts'

describe('what counters are kept by', () => {
  it('is apart only in counters that there are, of the same unit, by that detail', () => {
    for (const id of counterIds) {
      for (const [field, other] of Object.entries(counterOf(id).apart ?? {})) {
        const holder = counterIds.find((each) => each === other)
        expect(holder, `${id} by ${field}`).toBeDefined()
        if (!holder) continue
        expect(counterOf(holder).detailField).toBe(field)
        expect(counterOf(holder).unit).toBe(counterOf(id).unit)
        expect(counterOf(holder).of).toBe(counterOf(id).of)
      }
    }
  })

  it('is a detail only where there is one', () => {
    for (const id of counterIds) {
      const { detail, detailField } = counterOf(id)
      if (detailField !== undefined) expect(detail, id).toBeDefined()
    }
  })

  it('is every field of some counter', () => {
    for (const field of filterFields) {
      expect(
        counterIds.some((id) => fieldsOf(id).includes(field)),
        field,
      ).toBe(true)
    }
  })

  it('is where the books have it', () => {
    expect(counterBy('handled', 'reason')).toBe('handledReasons')
    expect(counterBy('handledReasons', 'reason')).toBe('handledReasons')
    expect(counterBy('handled', null)).toBe('handled')
    expect(counterBy('handled', 'product')).toBe('handled')
  })
})

describe('filters', () => {
  const filters = new Map([
    ['reason', 'a b&c'],
    ['campaign', 'spring'],
    ['queue', 'sales'],
  ])
  it('are the same text for the same', () => {
    expect(filtersText(filters)).toBe('campaign=spring&queue=sales&reason=a%20b%26c')
    expect(filtersText(new Map([...filters].reverse()))).toBe(filtersText(filters))
    expect(narrowedName('handled', new Map([['reason', 'x']]))).toBe('handled?reason=x')
  })
  it('are parted into the detail, the places and the fields of subjects', () => {
    expect(splitFilters(filters)).toEqual({
      detail: 'a b&c',
      detailField: 'reason',
      queue: 'sales',
      channel: null,
      fields: new Map([['campaign', 'spring']]),
    })
    expect(splitFilters(null).fields).toBeNull()
  })
})
