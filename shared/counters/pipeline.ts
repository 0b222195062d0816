import type { Counter, Need } from './counter.ts'

/** What is counted of leads and of opportunities on their way through a pipeline. */

const leads: readonly Need[] = [['lead.changed']]
const opportunities: readonly Need[] = [['opportunity.changed']]

const ofLeads = { fields: ['origin', 'segment', 'campaign'] } as const
const ofOpportunities = { fields: ['kind', 'origin', 'segment'] } as const
const lead = { of: 'object', unit: 'count', needs: leads, ...ofLeads } as const
const opportunity = {
  of: 'object',
  unit: 'count',
  needs: opportunities,
  ...ofOpportunities,
} as const
const amount = { of: 'object', unit: 'money', needs: opportunities, ...ofOpportunities } as const

export const pipelineCounters = {
  leadsCreated: { ...lead, counts: 'leads, at their creation' },
  leadsReferred: { ...lead, counts: 'leads of origin referral, at their creation' },
  companiesIdentified: {
    ...lead,
    counts: 'accounts with their first lead, at the creation of that lead',
    fields: ['segment'],
  },
  leadsResponded: { ...lead, counts: 'inbound leads responded to, at the first response' },
  leadResponseMs: {
    ...lead,
    unit: 'ms',
    counts: 'from the creation of inbound leads to the first response, at that response',
  },
  leadsMarketingQualified: {
    ...lead,
    counts: 'leads that marketing qualified, when they first reached the stage',
  },
  leadsSalesQualified: {
    ...lead,
    counts: 'leads that sales qualified, when they first reached the stage',
  },
  leadsConverted: {
    ...lead,
    counts: 'leads whose opportunity was won or whose account then ordered, at their creation',
  },
  leadsLost: {
    ...lead,
    counts:
      'leads not converted that were disqualified or lost all their opportunities, at their creation',
  },
  leadsToStageOne: {
    ...lead,
    counts: 'leads whose opportunity reached stage one, at the creation of the lead',
    needs: [...leads, ...opportunities],
  },
  leadsToStageTwo: {
    ...lead,
    counts: 'leads whose opportunity reached stage two, at the creation of the lead',
    needs: [...leads, ...opportunities],
  },

  opportunitiesCreated: { ...opportunity, counts: 'opportunities, at their creation' },
  crossSellCreated: {
    ...opportunity,
    counts: 'opportunities of kind upsell or crosssell, at their creation',
  },
  stageOneReached: { ...opportunity, counts: 'opportunities, when they first reached stage one' },
  stageTwoReached: { ...opportunity, counts: 'opportunities, when they first reached stage two' },
  stageTwoAmount: {
    ...amount,
    counts: 'amounts of opportunities, as they were when they first reached stage two',
  },
  stageOneThenTwo: {
    ...opportunity,
    counts: 'opportunities that reached stage two, at reaching stage one',
  },
  stageTwoThenWon: {
    ...opportunity,
    counts: 'opportunities that were won, at reaching stage two',
  },
  stageTransitions: {
    ...opportunity,
    counts: 'changes of stage, at the change',
    detail: 'from→to',
  },

  dealsWon: { ...opportunity, counts: 'opportunities won, at the decision' },
  dealsLost: { ...opportunity, counts: 'opportunities lost, at the decision' },
  crossSellWon: {
    ...opportunity,
    counts: 'opportunities of kind upsell or crosssell won, at the decision',
  },
  crossSellLost: {
    ...opportunity,
    counts: 'opportunities of kind upsell or crosssell lost, at the decision',
  },
  newContracts: { ...opportunity, counts: 'opportunities of kind new won, at the decision' },
  dealsWonWithAmount: {
    ...opportunity,
    counts: 'opportunities won whose amount is known, at the decision',
  },
  wonAmount: { ...amount, counts: 'amounts of opportunities won, at the decision' },
  newContractAmount: {
    ...amount,
    counts: 'amounts of opportunities of kind new won, at the decision',
  },
  outboundWonAmount: {
    ...amount,
    counts: 'amounts of opportunities of origin outbound won, at the decision',
  },
  dealsWonWithTerm: {
    ...opportunity,
    counts: 'opportunities won whose term is known, at the decision',
  },
  wonTermMonths: {
    ...opportunity,
    unit: 'months',
    counts: 'terms of opportunities won, at the decision',
  },
  dealsWonSinceContact: {
    ...opportunity,
    counts: 'opportunities won whose first contact is known, at the decision',
  },
  salesCycleMs: {
    ...opportunity,
    unit: 'ms',
    counts: 'from the first contact to the decision of opportunities won, at the decision',
  },
  openAmount: {
    ...amount,
    counts:
      'changes of the amounts of open opportunities, at each; the sum from the beginning is the level',
  },
  openAmountWeighted: {
    ...amount,
    counts:
      'changes of the amounts of open opportunities by the probability of their stage, at each; ' +
      'the sum from the beginning is the level',
  },
} as const satisfies Record<string, Counter>
