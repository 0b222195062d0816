import { balanceMetric, ratio, whereCredited } from './metric.ts'

/** Leads: how many come, how soon somebody responds, and what becomes of them. */

const common = { group: 5, byChannel: false, better: 'higher', scopes: whereCredited } as const
const count = { ...common, unit: 'count', empty: null } as const
const rate = { ...common, unit: 'ratio', empty: 'no lead was created' } as const

/** [D][K] */
export const leadsIdentified = balanceMetric({
  ...count,
  name: 'Leads identified',
  nameJa: 'リード獲得数',
  formula: 'n(leads created)',
  attribution: 'at the creation',
  parts: { leads: ['leadsCreated'] },
  value: ({ leads }) => leads,
})

/** Each account once, however many leads it has. [K] */
export const companiesIdentified = balanceMetric({
  ...count,
  name: 'Companies identified',
  nameJa: 'リード獲得企業数',
  formula: 'n(accounts with their first lead)',
  attribution: 'at the creation of the first lead of the account',
  parts: { companies: ['companiesIdentified'] },
  value: ({ companies }) => companies,
})

/** Who was recommended to us, whether or not it became a lead. [D] */
export const referrals = balanceMetric({
  ...count,
  name: 'Referrals',
  nameJa: '紹介数',
  formula: 'n(leads of origin referral) + n(activities of kind referral that name no lead)',
  attribution: 'leads at their creation, activities when they were made',
  parts: { leads: ['leadsReferred'], activities: ['referralsWithoutLead'] },
  value: ({ leads, activities }) => leads + activities,
  lenient: { activities: 'without' },
})

/** Of every way of approaching a customer, how many leads come of it. [K] */
export const leadAcquisitionRate = balanceMetric({
  ...rate,
  name: 'Lead acquisition rate',
  nameJa: 'リード獲得率',
  formula:
    'n(leads created) / approaches: outboundCalls + n(outreach emails sent) + n(activities ' +
    'directMail, socialMessage, adPlacement)',
  attribution: 'leads at their creation; at the dial, at the send, when the activity was',
  empty: 'nobody was approached',
  parts: {
    leads: ['leadsCreated'],
    dials: ['dials'],
    outreach: ['outreachSent'],
    activities: ['approachActivities'],
  },
  value: ({ leads, dials, outreach, activities }) => ratio(leads, dials + outreach + activities),
  lenient: { dials: 'without', outreach: 'without', activities: 'without' },
})

/** How soon somebody answers who came to us; a lead that nobody answered yet is left out. [G][I] */
export const leadResponseTime = balanceMetric({
  ...common,
  unit: 'ms',
  name: 'Lead response time',
  nameJa: 'リード初回対応時間',
  formula:
    'inbound leads: sum(first response − created) / n(responded); the first response is the ' +
    'earliest, from the creation on, of contacted and any dial, message of an agent or activity ' +
    'that names the lead, or its account and no lead (what the customer did, such as a visit to ' +
    'the site, is none)',
  attribution: 'at the first response',
  empty: 'no inbound lead was responded to',
  better: 'lower',
  parts: { waited: ['leadResponseMs'], responded: ['leadsResponded'] },
  value: ({ waited, responded }) => ratio(waited, responded),
})

/** [K][I] */
export const marketingQualifiedLeads = balanceMetric({
  ...count,
  name: 'MQL',
  nameJa: 'MQL数',
  formula: 'n(leads that first reached mql, or a stage that the directory marks as such)',
  attribution: 'when the lead first reached it',
  parts: { qualified: ['leadsMarketingQualified'] },
  value: ({ qualified }) => qualified,
})

/** [K][I] */
export const salesQualifiedLeads = balanceMetric({
  ...count,
  name: 'SQL',
  nameJa: 'SQL数',
  formula: 'n(leads that first reached sql, or a stage that the directory marks as such)',
  attribution: 'when the lead first reached it',
  parts: { qualified: ['leadsSalesQualified'] },
  value: ({ qualified }) => qualified,
})

/** Of the leads whose fate is known. A lead that is lost and later buys is converted. [G] */
export const leadConversionRate = balanceMetric({
  ...rate,
  name: 'Lead conversion rate',
  nameJa: 'リード成約率',
  formula:
    'n(leads whose opportunity was won or account then first ordered) / n(those + disqualified + ' +
    'all their opportunities lost)',
  attribution: 'at the creation of the lead',
  empty: 'no lead was converted or lost',
  parts: { converted: ['leadsConverted'], lost: ['leadsLost'] },
  value: ({ converted, lost }) => ratio(converted, converted + lost),
})

const cohort = { attribution: 'at the creation of the lead: a cohort' } as const

/** [I] */
export const leadToStageOneRate = balanceMetric({
  ...rate,
  ...cohort,
  name: 'Leads to stage one',
  nameJa: 'リード→ステージ1転換率',
  formula: 'n(leads whose opportunity reached stage one) / n(leads created)',
  parts: { reached: ['leadsToStageOne'], leads: ['leadsCreated'] },
  value: ({ reached, leads }) => ratio(reached, leads),
})

/** [I] */
export const leadToStageTwoRate = balanceMetric({
  ...rate,
  ...cohort,
  name: 'Leads to stage two',
  nameJa: 'リード→ステージ2転換率',
  formula: 'n(leads whose opportunity reached stage two) / n(leads created)',
  parts: { reached: ['leadsToStageTwo'], leads: ['leadsCreated'] },
  value: ({ reached, leads }) => ratio(reached, leads),
})
