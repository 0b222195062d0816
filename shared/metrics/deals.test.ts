import { describe, expect, it } from 'vitest'
import { valueOf } from '../../test/figures.ts'

describe('deals', () => {
  const sums = {
    dealsWon: 4,
    dealsLost: 12,
    crossSellWon: 1,
    crossSellLost: 4,
    newContracts: 3,
    stageTwoThenWon: 2,
    stageTwoReached: 8,
    dealsWonSinceContact: 3,
    salesCycleMs: 3 * 86_400_000,
    dealsWonWithAmount: 2,
    wonAmount: 50_000,
    dealsWonWithTerm: 2,
    wonTermMonths: 30,
  }
  it.each([
    ['dealsWon', 4],
    ['newContracts', 3],
    ['crossSellSuccesses', 1],
    ['crossSellRate', 0.2],
    ['winRate', 0.25],
    ['winRateCohort', 0.25],
    ['salesClosingRatio', 4],
    ['salesCycleLength', 86_400_000],
    ['averageDealSize', 25_000],
    ['averageContractTerm', 15],
  ] as const)('%s', (id, expected) => {
    expect(valueOf(id, sums, 'team')).toBe(expected)
  })

  it.each([
    ['winRate', { opportunitiesCreated: 1 }],
    ['crossSellRate', { dealsWon: 1 }],
    ['winRateCohort', { dealsWon: 1 }],
    ['salesClosingRatio', { dealsLost: 1 }],
    ['salesCycleLength', { dealsWon: 1 }],
    ['averageDealSize', { dealsWon: 1 }],
    ['averageContractTerm', { dealsWon: 1 }],
  ] as const)('%s is empty of nothing', (id, nothing) => {
    expect(valueOf(id, nothing, 'team')).toBe(null)
  })
})
