import { describe, expect, it } from 'vitest'
import { valueOf } from '../../test/figures.ts'

describe('callsOffered', () => {
  it.each([
    ['a queue was offered its visits', 'queue', 5],
    ['a site those of its queues', 'site', 5],
    ['the center all', 'center', 5],
    ['an agent was offered every ring', 'agent', 8],
    ['a team those of its agents', 'team', 8],
  ] as const)('%s', (_name, scope, expected) => {
    expect(valueOf('callsOffered', { visitsOffered: 5, offers: 8 }, scope)).toBe(expected)
  })

  it('is 0 and not nothing where nobody called', () => {
    expect(valueOf('callsOffered')).toBe(0)
  })
})

describe('uniqueCallsOffered', () => {
  it('leaves out what flowed over from another queue', () => {
    expect(valueOf('uniqueCallsOffered', { visitsOffered: 5, visitsOfferedNew: 3 })).toBe(3)
  })
})

describe('callsAnswered', () => {
  it.each([
    ['a queue answered its visits', 'queue', 4],
    ['an agent what the agent answered, in time or late', 'agent', 3],
    ['a team what its agents answered', 'team', 3],
  ] as const)('%s', (_name, scope, expected) => {
    const sums = { visitsAnswered: 4, ownAnsweredInTime: 2, ownAnsweredLate: 1 }
    expect(valueOf('callsAnswered', sums, scope)).toBe(expected)
  })
})

describe('answerRate', () => {
  it.each([
    ['all answered', { visitsAnswered: 4 }, 1],
    ['an abandon in time', { visitsAnswered: 1, abandonedInTime: 1 }, 0.5],
    ['an abandon after T', { visitsAnswered: 1, abandonedPassed: 1 }, 0.5],
    ['short abandons count here', { visitsAnswered: 1, abandonedShort: 1 }, 0.5],
    ['and so do those who flowed out', { visitsAnswered: 1, flowedOut: 1 }, 0.5],
    ['lost and failed ones do not', { visitsAnswered: 1, visitsLost: 5, visitsFailed: 5 }, 1],
    ['everybody gave up', { abandonedShort: 2 }, 0],
    ['nor does who still waits', { visitsOffered: 3 }, null],
  ])('%s', (_name, sums, expected) => {
    expect(valueOf('answerRate', sums)).toBe(expected)
  })
})

describe('callsHandled', () => {
  it('counts legs: a call that two agents handled is two', () => {
    expect(valueOf('callsHandled', { visitsAnswered: 1, handled: 2 })).toBe(2)
  })
})
