import { balanceMetric, whereCredited } from './metric.ts'

/**
 * Revenue by contracts, and who became a customer or was lost: of what is said of accounts, never
 * of orders, so that no sale counts twice.
 */

const common = {
  group: 6,
  byChannel: false,
  better: 'higher',
  scopes: whereCredited,
  attribution: 'at the change',
} as const
const money = { ...common, unit: 'money', empty: null } as const

/** [I][K] */
export const newBusinessRevenue = balanceMetric({
  ...money,
  name: 'New business',
  nameJa: '新規売上',
  formula: 'sum(amount of new contracts); an amount not stated is the change of the monthly level',
  parts: { new: ['newBusinessAmount'] },
  value: (sums) => sums.new,
})

/** [I] */
export const expansionRevenue = balanceMetric({
  ...money,
  name: 'Expansion',
  nameJa: '拡大売上',
  formula: 'sum(amount of expansions); an amount not stated is the change of the monthly level',
  parts: { expansion: ['expansionAmount'] },
  value: ({ expansion }) => expansion,
})

/** [I] */
export const contractionRevenue = balanceMetric({
  ...money,
  name: 'Contraction',
  nameJa: '縮小売上',
  formula: 'sum(amount of contractions); an amount not stated is the change of the monthly level',
  better: 'lower',
  parts: { contraction: ['contractionAmount'] },
  value: ({ contraction }) => contraction,
})

/** [I] */
export const churnedRevenue = balanceMetric({
  ...money,
  name: 'Churn',
  nameJa: '解約売上',
  formula: 'sum(amount of customers lost); an amount not stated is their monthly level',
  better: 'lower',
  parts: { churned: ['churnedAmount'] },
  value: ({ churned }) => churned,
})

const net = {
  expansion: ['expansionAmount'],
  contraction: ['contractionAmount'],
  churned: ['churnedAmount'],
} as const

/** [I] */
export const netExpansionRevenue = balanceMetric({
  ...money,
  name: 'Net expansion',
  nameJa: '純拡大売上',
  formula: 'expansion − contraction − churned',
  parts: net,
  value: ({ expansion, contraction, churned }) => expansion - contraction - churned,
})

/** [I] */
export const netNewRevenue = balanceMetric({
  ...money,
  name: 'Net new',
  nameJa: '純増売上',
  formula: 'new + expansion − contraction − churned',
  parts: { new: ['newBusinessAmount'], ...net },
  value: (sums) => sums.new + sums.expansion - sums.contraction - sums.churned,
})

/** [K][I] */
export const newCustomers = balanceMetric({
  ...common,
  unit: 'count',
  empty: null,
  name: 'New customers',
  nameJa: '新規顧客数',
  formula: 'n(accounts with their first contract or order), less cancelled',
  attribution: 'at the first contract or order of the account',
  parts: { new: ['customersNew'] },
  value: (sums) => sums.new,
})

/** [I] */
export const customersLost = balanceMetric({
  ...common,
  unit: 'count',
  empty: null,
  name: 'Customers lost',
  nameJa: '解約顧客数',
  formula: 'n(customers churned); one who is lost is not lost again before returning',
  attribution: 'at the churn',
  better: 'lower',
  scopes: ['site', 'center'],
  parts: { churned: ['customersChurned'] },
  value: ({ churned }) => churned,
})
