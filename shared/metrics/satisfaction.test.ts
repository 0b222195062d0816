import { describe, expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'

const audiences = [
  ['customer', 'customerSatisfaction', 'netPromoterScore', 'customerEffortScore'],
  ['fieldSales', 'fieldSalesSatisfaction', 'fieldSalesNetPromoterScore', 'fieldSalesEffortScore'],
  ['partner', 'partnerSatisfaction', 'partnerNetPromoterScore', 'partnerEffortScore'],
] as const

describe.each(audiences)('of the audience %s', (audience, satisfaction, promoters, effort) => {
  it('the share in the top boxes, with the mean among the parts', () => {
    const sums = {
      [`${audience}CsatAnswers`]: 4,
      [`${audience}CsatTop`]: 3,
      [`${audience}CsatPlaces`]: 32_500,
    }
    const found = evaluated(satisfaction, { sums }, 'agent')
    expect(found.value).toBe(0.75)
    expect(found.parts).toMatchObject({ places: { booked: 32_500 }, answers: { booked: 4 } })
  })

  it.each([
    ['some of each', { Answers: 8, Promoters: 4, Detractors: 2 }, 25],
    ['nobody recommends', { Answers: 3, Detractors: 3 }, -100],
    ['everybody does', { Answers: 3, Promoters: 3 }, 100],
    ['those between count as answers', { Answers: 2 }, 0],
    ['nobody answered', {}, null],
  ])('who recommends, less who warns: %s', (_name, counts, expected) => {
    const sums = Object.fromEntries(
      Object.entries(counts).map(([part, n]) => [`${audience}Nps${part}`, n]),
    )
    expect(valueOf(promoters, sums, 'queue')).toBe(expected)
  })

  it('the mean place of effort', () => {
    const sums = { [`${audience}CesAnswers`]: 2, [`${audience}CesPlaces`]: 15_000 }
    expect(valueOf(effort, sums, 'site')).toBe(0.75)
    expect(valueOf(effort)).toBeNull()
  })
})

describe('surveyResponseRate', () => {
  it.each([
    ['three of four', { surveysSent: 4, surveysSentAnswered: 3 }, 0.75],
    ['nothing was sent, whoever answered', { customerCsatAnswers: 4 }, null],
  ])('%s', (_name, sums, expected) => {
    expect(valueOf('surveyResponseRate', sums, 'team')).toBe(expected)
  })

  it('is n/a, and not empty, where the survey tool tells of answers alone', () => {
    const lacking = { 'survey.sent': '/asks/1' }
    expect(evaluated('surveyResponseRate', { lacking })).toMatchObject({ reason: 'notReported' })
  })

  it('is not of agents, who send none', () => {
    expect(evaluated('surveyResponseRate', {}, 'agent')).toMatchObject({ reason: 'notAtScope' })
  })
})
