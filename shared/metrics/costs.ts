import { balanceMetric, ratio, whereCredited } from './metric.ts'

/** What leads and deals cost. A cost counts as its span passes, evenly. */

/** [I] */
export const costPerLead = balanceMetric({
  group: 6,
  byChannel: false,
  unit: 'money',
  name: 'Cost per lead',
  nameJa: 'リード獲得単価',
  formula: 'sum(cost of kind leads) / n(leads created)',
  attribution: 'costs spread over their span, leads at their creation',
  empty: 'no lead was created',
  better: 'lower',
  scopes: whereCredited,
  parts: { cost: ['leadCost'], leads: ['leadsCreated'] },
  value: ({ cost, leads }) => ratio(cost, leads),
})

/** How much is won for each unit spent. [I] */
export const outreachReturn = balanceMetric({
  group: 6,
  byChannel: false,
  unit: 'ratio',
  name: 'Return on outreach',
  nameJa: 'アウトリーチROI',
  formula: 'sum(won amount of origin outbound) / sum(cost of kinds outreach, staff)',
  attribution: 'deals at the decision, costs spread over their span',
  empty: 'nothing was spent',
  better: 'higher',
  scopes: whereCredited,
  parts: { won: ['outboundWonAmount'], cost: ['outreachCost', 'staffCost'] },
  value: ({ won, cost }) => ratio(won, cost),
})
