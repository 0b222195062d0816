import { describe, expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'
import { usualSettings } from './settings.ts'

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

describe('opportunityRate', () => {
  const sums = { opportunitiesCreated: 6, conversations: 12, leadsCreated: 24, dials: 60 }
  it.each([
    ['conversations', 0.5],
    ['leadsIdentified', 0.25],
    ['outboundCalls', 0.1],
  ] as const)('is counted against %s where the center has set so, and shows it', (base, value) => {
    const settings = { ...usualSettings, opportunityRateOf: base }
    const { parts, ...rest } = evaluated('opportunityRate', { sums, settings }, 'team')
    expect(rest.value).toBe(value)
    expect(Object.keys(parts)).toEqual(['opportunities', base])
  })

  it('is counted against conversations unless set, and empty without any', () => {
    expect(valueOf('opportunityRate', sums, 'agent')).toBe(0.5)
    expect(valueOf('opportunityRate', { ...sums, conversations: 0 }, 'agent')).toBe(null)
  })
})

describe('the open pipeline', () => {
  // What came within the span is not the level.
  const given = {
    sums: { openAmount: 7, openAmountWeighted: 3 },
    levels: { openAmount: 90_000, openAmountWeighted: 30_000 },
  }
  it('is what was open at the end, with the weighted beside it', () => {
    expect(evaluated('pipelineValue', given, 'agent')).toEqual({
      value: 90_000,
      parts: { open: { booked: 90_000, live: 0 }, weighted: { booked: 30_000, live: 0 } },
    })
  })
})
