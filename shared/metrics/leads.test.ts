import { describe, expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'

describe('leads', () => {
  const sums = {
    leadsCreated: 8,
    companiesIdentified: 5,
    dials: 20,
    outreachSent: 8,
    approachActivities: 4,
    leadsReferred: 2,
    referralsWithoutLead: 1,
    leadsMarketingQualified: 4,
    leadsSalesQualified: 3,
    leadsResponded: 2,
    leadResponseMs: 90_000,
    leadsConverted: 1,
    leadsLost: 3,
    leadsToStageOne: 6,
    leadsToStageTwo: 2,
  }
  it.each([
    ['leadsIdentified', 8],
    ['companiesIdentified', 5],
    ['referrals', 3],
    ['leadAcquisitionRate', 0.25],
    ['marketingQualifiedLeads', 4],
    ['salesQualifiedLeads', 3],
    ['leadResponseTime', 45_000],
    ['leadConversionRate', 0.25],
    ['leadToStageOneRate', 0.75],
    ['leadToStageTwoRate', 0.25],
  ] as const)('%s', (id, expected) => {
    expect(valueOf(id, sums, 'agent')).toBe(expected)
  })

  it.each([
    'leadAcquisitionRate',
    'leadResponseTime',
    'leadConversionRate',
    'leadToStageOneRate',
    'leadToStageTwoRate',
  ] as const)('%s is empty where nothing happened', (id) => {
    expect(valueOf(id, {}, 'team')).toBe(null)
  })

  it('are n/a, and not 0, where no feed speaks of them', () => {
    const lacking = { 'lead.changed': '/crm/1/feed' }
    expect(evaluated('leadsIdentified', { lacking }, 'center')).toMatchObject({
      reason: 'notReported',
      source: '/crm/1/feed',
    })
  })

  it('tells referrals without activities, and says so, where no feed reports any', () => {
    const lacking = { 'activity.recorded': '/crm/1/feed' }
    expect(evaluated('referrals', { sums: { leadsReferred: 2 }, lacking }, 'center')).toMatchObject(
      {
        value: 2,
        caveats: [{ kind: 'without', part: 'activities' }],
      },
    )
  })

  it('belong to no queue', () => {
    expect(evaluated('leadsIdentified', { sums }, 'queue')).toMatchObject({ reason: 'notAtScope' })
  })
})
