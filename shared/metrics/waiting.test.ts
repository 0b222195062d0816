import { describe, expect, it } from 'vitest'
import { evaluated, valueOf, visit } from '../../test/figures.ts'
import { bucketOf } from '../histogram.ts'

describe('averageSpeedOfAnswer', () => {
  it.each([
    ['the mean of a queue', 'queue', { answeredWaitMs: 30_000, visitsAnswered: 3 }, 10_000],
    ['waits of others play no part', 'queue', { unansweredWaitMs: 9, visitsAnswered: 1 }, 0],
    ['nothing answered', 'queue', { unansweredWaitMs: 9_000 }, null],
    [
      'of an agent, the waits that ended there',
      'agent',
      {
        ownAnsweredWaitMs: 8_000,
        ownAnsweredInTime: 1,
        ownAnsweredLate: 1,
        answeredWaitMs: 1,
        visitsAnswered: 1,
      },
      4_000,
    ],
  ] as const)('%s', (_name, scope, sums, expected) => {
    expect(valueOf('averageSpeedOfAnswer', sums, scope)).toBe(expected)
  })
})

describe('waitP50, waitP90, waitP95', () => {
  const details = {
    answeredWaits: Object.fromEntries(
      [
        [2_000, 50],
        [10_000, 40],
        [60_000, 5],
        [300_000, 5],
      ].map(([ms, n]) => [bucketOf(ms!), n!]),
    ),
  }
  it.each([
    ['waitP50', 2_000],
    ['waitP90', 10_000],
    ['waitP95', 60_000],
  ] as const)('%s is within 5 %% of %i', (id, exactMs) => {
    const found = evaluated(id, { sums: { answeredWaits: 100 }, details })
    expect(Math.abs(found.value! - exactMs)).toBeLessThanOrEqual(0.05 * exactMs)
    expect(found.parts).toEqual({ answered: { booked: 100, live: 0 } })
    expect(found).not.toHaveProperty('breakdown')
  })

  it('has none where nothing was answered', () => {
    expect(evaluated('waitP50')).toMatchObject({ value: null, reason: 'empty' })
  })
})

describe('who waits now', () => {
  const live = {
    visits: [visit({ sinceMs: 5_000 }), visit({ sinceMs: 1_000 }), visit({ sinceMs: 30_000 })],
  }

  it.each([
    ['contactsWaiting', 31_000, 3],
    ['longestWait', 31_000, 30_000],
    ['longestWait', 0, 0],
    ['waitingBeyondTarget', 21_000, 0],
    ['waitingBeyondTarget', 21_001, 1],
    ['waitingBeyondTarget', 25_001, 2],
  ] as const)('%s at %i is %i', (id, nowMs, expected) => {
    expect(evaluated(id, { live, nowMs }).value).toBe(expected)
  })

  it.each([
    ['contactsWaiting', 0],
    ['longestWait', null],
    ['waitingBeyondTarget', 0],
  ] as const)('%s of an empty queue is %s', (id, expected) => {
    expect(evaluated(id).value).toBe(expected)
  })

  it('gives the longest wait as an instant too, for clocks that tick by themselves', () => {
    expect(evaluated('longestWait', { live, nowMs: 31_000 })).toMatchObject({ sinceMs: 1_000 })
    expect(evaluated('contactsWaiting', { live })).not.toHaveProperty('sinceMs')
  })
})
