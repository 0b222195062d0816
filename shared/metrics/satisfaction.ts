import type { CounterId } from '../counters.ts'
import { POINT } from '../counters/counter.ts'
import { balanceMetric, everywhere, ratio } from './metric.ts'

/**
 * What people answered when they were asked. Three audiences are asked, customers, the field's own
 * sales staff, and partners, and never mixed in one number. A survey counts for the agent and queue
 * that it names, else for those of its contact.
 */

type Audience = 'customer' | 'fieldSales' | 'partner'

const answer = {
  byChannel: false,
  group: 8,
  attribution: 'at the answer',
  empty: 'nobody answered',
  better: 'higher',
  scopes: everywhere,
} as const

const satisfaction = (audience: Audience, name: string, nameJa: string) => {
  const counter = (part: 'Answers' | 'Top' | 'Places'): readonly CounterId[] => [
    `${audience}Csat${part}`,
  ]
  return balanceMetric({
    ...answer,
    unit: 'ratio',
    name,
    nameJa,
    formula:
      'n(answers in the top two boxes; the top one on scales under four points) / n(answers); ' +
      '`places` / answers is the mean, from 0 for the worst to 10000 for the best',
    parts: { top: counter('Top'), answers: counter('Answers'), places: counter('Places') },
    beside: ['places'],
    value: ({ top, answers }) => ratio(top, answers),
  })
}
/** Customers who are satisfied. Null: none answered. [D] */
export const customerSatisfaction = satisfaction('customer', 'CSAT: customers', '顧客満足度')
/** Field sales staff who are satisfied with the inside sales team. Null: none answered. [D] */
export const fieldSalesSatisfaction = satisfaction(
  'fieldSales',
  'CSAT: field sales staff',
  'フィールドセールス満足度',
)
/** Partners and distributors who are satisfied. Null: none answered. [D] */
export const partnerSatisfaction = satisfaction(
  'partner',
  'CSAT: partners and distributors',
  '代理店満足度',
)

const promoterScore = (audience: Audience, name: string, nameJa: string) => {
  const counter = (part: 'Answers' | 'Promoters' | 'Detractors'): readonly CounterId[] => [
    `${audience}Nps${part}`,
  ]
  return balanceMetric({
    ...answer,
    unit: 'score',
    name,
    nameJa,
    formula: '(n(9 and 10) − n(0 to 6)) / n(answers) · 100',
    parts: {
      promoters: counter('Promoters'),
      detractors: counter('Detractors'),
      answers: counter('Answers'),
    },
    value: ({ promoters, detractors, answers }) => {
      const net = ratio(promoters - detractors, answers)
      return net === null ? null : net * 100
    },
  })
}
/** Customers who would recommend, less those who would warn. Null: none answered. [+] */
export const netPromoterScore = promoterScore('customer', 'NPS', 'NPS')
/** The same of field sales staff. [+] */
export const fieldSalesNetPromoterScore = promoterScore(
  'fieldSales',
  'NPS: field sales staff',
  'NPS(フィールドセールス)',
)
/** The same of partners and distributors. [+] */
export const partnerNetPromoterScore = promoterScore(
  'partner',
  'NPS: partners and distributors',
  'NPS(代理店)',
)

const effortScore = (audience: Audience, name: string, nameJa: string) => {
  const counter = (part: 'Answers' | 'Places'): readonly CounterId[] => [`${audience}Ces${part}`]
  return balanceMetric({
    ...answer,
    unit: 'ratio',
    name,
    nameJa,
    formula: 'mean of (score − min) / (max − min): 1 is no effort at all',
    parts: { places: counter('Places'), answers: counter('Answers') },
    value: ({ places, answers }) => ratio(places / POINT, answers),
  })
}
/** How easy it was made for customers. Null: none answered. [+] */
export const customerEffortScore = effortScore('customer', 'CES', '顧客努力指標(CES)')
/** The same for field sales staff. [+] */
export const fieldSalesEffortScore = effortScore(
  'fieldSales',
  'CES: field sales staff',
  '努力指標(フィールドセールス)',
)
/** The same for partners and distributors. [+] */
export const partnerEffortScore = effortScore(
  'partner',
  'CES: partners and distributors',
  '努力指標(代理店)',
)

/** Of the surveys that were sent, those that anybody answered, of every audience and kind. [+] */
export const surveyResponseRate = balanceMetric({
  group: 8,
  unit: 'ratio',
  byChannel: false,
  name: 'Survey response rate',
  nameJa: 'アンケート回答率',
  formula:
    'n(sent that were answered) / n(sent); an answer whose send nobody told of is in neither',
  attribution: 'both at the send',
  empty: 'no survey was sent',
  better: 'higher',
  scopes: ['team', 'site', 'queue', 'center'],
  parts: { answered: ['surveysSentAnswered'], sent: ['surveysSent'] },
  value: ({ answered, sent }) => ratio(answered, sent),
})
