import { describe, expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'

describe('opportunities', () => {
  const sums = {
    opportunitiesCreated: 9,
    crossSellCreated: 2,
    stageOneReached: 4,
    stageTwoReached: 3,
    stageTwoAmount: 120_000,
    stageOneThenTwo: 1,
  }
  it.each([
    ['opportunitiesCreated', 9],
    ['crossSellOpportunities', 2],
    ['stageOneOpportunities', 4],
    ['stageTwoOpportunities', 3],
    ['stageTwoValue', 120_000],
    ['stageOneToTwoRate', 0.25],
  ] as const)('%s', (id, expected) => {
    expect(valueOf(id, sums, 'agent')).toBe(expected)
  })

  it('have no rate where none reached stage one', () => {
    expect(valueOf('stageOneToTwoRate', { stageTwoReached: 1 }, 'team')).toBe(null)
  })
})

describe('stageTransitions', () => {
  it('is a matrix from stage to stage, back and forth, with their sum', () => {
    const details = { stageTransitions: { 'demo→offer': 3, 'offer→demo': 1 } }
    const sums = { stageTransitions: 4 }
    expect(evaluated('stageTransitions', { sums, details }, 'center')).toEqual({
      value: 4,
      parts: { changes: { booked: 4, live: 0 } },
      breakdown: [
        { key: 'demo→offer', amount: 3 },
        { key: 'offer→demo', amount: 1 },
      ],
    })
  })

  it('is empty where nothing moved', () => {
    expect(evaluated('stageTransitions', {}, 'center')).toMatchObject({ reason: 'empty' })
  })
})
