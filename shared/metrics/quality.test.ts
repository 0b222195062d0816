import { describe, expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'

describe('callQualityScore, emailQualityScore', () => {
  it.each([
    ['callQualityScore', { callQualityPoints: 600_000, callQualityPossible: 1_000_000 }, 0.6],
    ['callQualityScore', { callQualityPossible: 1_000_000, callQualityRawPoints: 9 }, 0],
    ['callQualityScore', { emailQualityPoints: 1, emailQualityPossible: 1 }, null],
    ['emailQualityScore', { emailQualityPoints: 450_000, emailQualityPossible: 500_000 }, 0.9],
    ['emailQualityScore', { callQualityPoints: 1, callQualityPossible: 1 }, null],
  ] as const)('%s of %o is %d', (id, sums, expected) => {
    expect(valueOf(id, sums, 'agent')).toBe(expected)
  })

  it('keeps the raw score among its parts', () => {
    const sums = { callQualityPossible: 500_000, callQualityRawPoints: 400_000 }
    expect(evaluated('callQualityScore', { sums }).parts).toMatchObject({
      score: { booked: 0 },
      raw: { booked: 400_000 },
    })
  })

  it.each([
    ['callQualityProductKnowledge', 'callProductKnowledge'],
    ['callQualityTechnicalKnowledge', 'callTechnicalKnowledge'],
    ['callQualityCommunication', 'callCommunication'],
    ['callQualityProblemSolving', 'callProblemSolving'],
    ['emailQualityProductKnowledge', 'emailProductKnowledge'],
    ['emailQualityTechnicalKnowledge', 'emailTechnicalKnowledge'],
    ['emailQualityCommunication', 'emailCommunication'],
    ['emailQualityProblemSolving', 'emailProblemSolving'],
  ] as const)('%s is of its own section', (id, section) => {
    const sums = { [`${section}Points`]: 30_000, [`${section}Possible`]: 40_000 }
    expect(valueOf(id, sums, 'team')).toBe(0.75)
    expect(valueOf(id, { callQualityPoints: 1, callQualityPossible: 1 }, 'team')).toBeNull()
  })

  it('is n/a, and not empty, where no feed evaluates', () => {
    const lacking = { 'evaluation.recorded': '/qa/1' }
    expect(evaluated('callQualityScore', { lacking })).toMatchObject({ reason: 'notReported' })
    expect(evaluated('evaluatorAgreement', { lacking }, 'center')).toMatchObject({
      reason: 'notReported',
    })
  })
})

describe('evaluationsCompleted, criticalFailures', () => {
  it('count', () => {
    const sums = { evaluationsCompleted: 3, criticalFailures: 1 }
    expect(valueOf('evaluationsCompleted', sums, 'agent')).toBe(3)
    expect(valueOf('criticalFailures', sums, 'agent')).toBe(1)
  })
})

describe('evaluatorAgreement', () => {
  const agreement = (byScore: Record<string, number>) => {
    const calibratedScores = Object.values(byScore).reduce((sum, times) => sum + times, 0)
    const given = { sums: { calibratedScores }, details: { calibratedScores: byScore } }
    return evaluated('evaluatorAgreement', given, 'center')
  }

  it.each([
    ['all agree', { 'contact/pbx/1#1 0.8000': 3, 'contact/pbx/1#2 0.4000': 2 }, 1],
    [
      'opposites',
      {
        'contact/pbx/1#1 0.0000': 1,
        'contact/pbx/1#1 1.0000': 1,
        'contact/pbx/1#a b 0.0000': 1,
        'contact/pbx/1#a b 1.0000': 1,
      },
      -0.5,
    ],
    [
      'nobody scored what another did',
      { 'contact/1/2#1 0.8000': 1, 'contact/1/2#2 0.1000': 1 },
      null,
    ],
    ['nothing was calibrated', {}, null],
  ])('%s', (_name, byScore, expected) => {
    const { value } = agreement(byScore)
    if (expected === null) expect(value).toBeNull()
    else expect(value).toBeCloseTo(expected, 12)
  })

  it('is of the whole center', () => {
    expect(evaluated('evaluatorAgreement', {}, 'queue')).toMatchObject({ reason: 'notAtScope' })
  })
})
