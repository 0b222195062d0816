import { describe, expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'

const left = { abandonedShort: 1, abandonedInTime: 2, abandonedPassed: 4, flowedOut: 8 }

describe('who left the queue', () => {
  it.each([
    ['callsAbandoned', 6],
    ['shortAbandons', 1],
    ['callsOverflowed', 8],
  ] as const)('%s', (id, expected) => {
    expect(valueOf(id, left)).toBe(expected)
    expect(valueOf(id)).toBe(0)
  })

  it('tells how those who flowed out left, most first', () => {
    const details = { flowedOut: { empty: 3, timeout: 5, voicemail: 0 } }
    expect(evaluated('callsOverflowed', { sums: left, details }).breakdown).toEqual([
      { key: 'timeout', amount: 5 },
      { key: 'empty', amount: 3 },
    ])
  })
})

describe('abandonRate', () => {
  it.each([
    ['nobody gave up', { visitsAnswered: 4 }, 0],
    ['one of four, in time', { visitsAnswered: 3, abandonedInTime: 1 }, 0.25],
    ['one of four, after T', { visitsAnswered: 3, abandonedPassed: 1 }, 0.25],
    [
      'short ones are on neither side',
      { visitsAnswered: 3, abandonedPassed: 1, abandonedShort: 9 },
      0.25,
    ],
    ['who flowed out came too', { visitsAnswered: 2, flowedOut: 1, abandonedPassed: 1 }, 0.25],
    ['none but short ones', { abandonedShort: 9 }, null],
    ['nobody came', {}, null],
  ])('%s', (_name, sums, expected) => {
    expect(valueOf('abandonRate', sums)).toBe(expected)
  })
})

describe('ringNoAnswers', () => {
  it.each(['agent', 'team', 'site', 'queue', 'center'] as const)('counts offers at %s', (scope) => {
    expect(valueOf('ringNoAnswers', { ringNoAnswers: 3, offers: 9 }, scope)).toBe(3)
  })
})
