import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'

describe('serviceLevel', () => {
  it.each([
    ['all in time', { serviceLevelMet: 4, serviceLevelDecided: 4 }, 1],
    ['one of four late', { serviceLevelMet: 3, serviceLevelDecided: 4 }, 0.75],
    ['nobody in time', { serviceLevelDecided: 2 }, 0],
    ['an idle queue has none', {}, null],
    ['nor one where nothing is decided', { visitsOffered: 9, abandonedShort: 2 }, null],
  ])('%s', (_name, sums, expected) => {
    expect(valueOf('serviceLevel', sums)).toBe(expected)
  })

  it('is missed by one who still waits past T, before there is an entry', () => {
    const sums = { serviceLevelMet: 10, serviceLevelDecided: [11, 1] as [number, number] }
    expect(evaluated('serviceLevel', { sums })).toEqual({
      value: 10 / 12,
      parts: { met: { booked: 10, live: 0 }, decided: { booked: 11, live: 1 } },
    })
  })

  it.each(['agent', 'team'] as const)('of an %s is about what was answered', (scope) => {
    const sums = {
      ownAnsweredInTime: 3,
      ownAnsweredLate: 1,
      serviceLevelMet: 1,
      serviceLevelDecided: 9,
    }
    expect(evaluated('serviceLevel', { sums }, scope)).toEqual({
      value: 0.75,
      parts: { met: { booked: 3, live: 0 }, decided: { booked: 4, live: 0 } },
    })
  })

  it('is a ratio whatever happened', () => {
    fc.assert(
      fc.property(fc.nat(), fc.nat(), fc.nat(), (met, missed, past) => {
        const decided: [number, number] = [met + missed, past]
        const level = valueOf('serviceLevel', {
          serviceLevelMet: met,
          serviceLevelDecided: decided,
        })
        expect(level === null || (level >= 0 && level <= 1)).toBe(true)
      }),
    )
  })
})
