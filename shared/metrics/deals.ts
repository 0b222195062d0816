import { balanceMetric, ratio, whereCredited } from './metric.ts'

/**
 * Opportunities decided. The last decision stands: won, lost and won again is won once, at the last
 * word.
 */

const common = {
  group: 5,
  byChannel: false,
  better: 'higher',
  scopes: whereCredited,
  attribution: 'at the decision',
} as const

/** [K][J] */
export const crossSellSuccesses = balanceMetric({
  ...common,
  unit: 'count',
  empty: null,
  name: 'Up-sell and cross-sell opportunities won',
  nameJa: 'アップセル・クロスセル成功数',
  formula: 'n(opportunities of kind upsell or crosssell won)',
  parts: { won: ['crossSellWon'] },
  value: ({ won }) => won,
})

/** [J] */
export const crossSellRate = balanceMetric({
  ...common,
  unit: 'ratio',
  name: 'Up-sell and cross-sell rate',
  nameJa: 'アップセル・クロスセル率',
  formula: 'n(won) / n(won + lost), of opportunities of kind upsell or crosssell',
  empty: 'no such opportunity was decided',
  parts: { won: ['crossSellWon'], lost: ['crossSellLost'] },
  value: ({ won, lost }) => ratio(won, won + lost),
})

/** [I] */
export const dealsWon = balanceMetric({
  ...common,
  unit: 'count',
  empty: null,
  name: 'Deals won',
  nameJa: '受注案件数',
  formula: 'n(opportunities won)',
  parts: { won: ['dealsWon'] },
  value: ({ won }) => won,
})

/** [K] */
export const newContracts = balanceMetric({
  ...common,
  unit: 'count',
  empty: null,
  name: 'New contracts',
  nameJa: '新規契約数',
  formula: 'n(opportunities of kind new won)',
  parts: { won: ['newContracts'] },
  value: ({ won }) => won,
})

/** Of the deals that were decided in the span, whenever they began. [G][I][K] */
export const winRate = balanceMetric({
  ...common,
  unit: 'ratio',
  name: 'Win rate',
  nameJa: '受注率',
  formula: 'n(won) / n(won + lost)',
  empty: 'no opportunity was decided',
  parts: { won: ['dealsWon'], lost: ['dealsLost'] },
  value: ({ won, lost }) => ratio(won, won + lost),
})

/** Of the opportunities that reached stage two in the span, whenever they are won. [I] */
export const winRateCohort = balanceMetric({
  ...common,
  unit: 'ratio',
  name: 'Win rate, cohort',
  nameJa: '受注率(コホート)',
  formula: 'n(won of those that reached stage two) / n(reached stage two)',
  attribution: 'at reaching stage two: a cohort, best seen over the last 60 days',
  empty: 'no opportunity reached stage two',
  parts: { won: ['stageTwoThenWon'], reached: ['stageTwoReached'] },
  value: ({ won, reached }) => ratio(won, reached),
})

/** How many it takes to win one. [I] */
export const salesClosingRatio = balanceMetric({
  ...common,
  unit: 'ratio',
  name: 'Opportunities per win',
  nameJa: '1件受注あたり案件数',
  formula: 'n(won + lost) / n(won)',
  empty: 'no opportunity was won',
  better: 'lower',
  parts: { won: ['dealsWon'], lost: ['dealsLost'] },
  value: ({ won, lost }) => ratio(won + lost, won),
})

/** [G] */
export const salesCycleLength = balanceMetric({
  ...common,
  unit: 'ms',
  name: 'Sales cycle',
  nameJa: '平均営業サイクル日数',
  formula:
    'sum(won − first contact) / n(won); the first contact as said of the opportunity, else the ' +
    'first response to its lead, else its creation',
  empty: 'no opportunity whose first contact is known was won',
  better: 'lower',
  parts: { cycle: ['salesCycleMs'], won: ['dealsWonSinceContact'] },
  value: ({ cycle, won }) => ratio(cycle, won),
})

/** [G][I][K] */
export const averageDealSize = balanceMetric({
  ...common,
  unit: 'money',
  name: 'Average deal size (ASP)',
  nameJa: '平均受注単価',
  formula: 'sum(amount of opportunities won) / n(won with an amount)',
  empty: 'no opportunity with an amount was won',
  parts: { amount: ['wonAmount'], won: ['dealsWonWithAmount'] },
  value: ({ amount, won }) => ratio(amount, won),
})

/** [I] */
export const averageContractTerm = balanceMetric({
  ...common,
  unit: 'months',
  name: 'Average contract term',
  nameJa: '平均契約期間',
  formula: 'sum(term in months) / n(won with a term)',
  empty: 'no opportunity with a term was won',
  parts: { months: ['wonTermMonths'], won: ['dealsWonWithTerm'] },
  value: ({ months, won }) => ratio(months, won),
})
