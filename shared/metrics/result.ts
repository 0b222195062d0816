import type { CounterId } from '../counters.ts'
import { balanceMetric, ratio, whereCredited } from './metric.ts'
import type { MetricSettings } from './settings.ts'

/** What is sold, by the rep, by the contract, and against the period before; and what is to come. */

const common = { group: 6, byChannel: false, better: 'higher' } as const

const whereReps = ['team', 'site', 'center'] as const

/** [I] */
export const salesGrowth = balanceMetric({
  ...common,
  unit: 'ratio',
  name: 'Sales growth',
  nameJa: '売上成長率',
  formula: 'amount of items sold / that of the same span of the last period − 1',
  attribution: 'at the placing of the order',
  empty: 'nothing was sold in the last period',
  scopes: whereCredited,
  parts: { sold: ['orderAmount'], soldBefore: ['orderAmount'] },
  at: { soldBefore: { span: 'previous' } },
  value: ({ sold, soldBefore }) => {
    const share = ratio(sold, soldBefore)
    return share === null ? null : share - 1
  },
})

/** [K] */
export const salesPerContract = balanceMetric({
  ...common,
  unit: 'money',
  name: 'Sales per contract',
  nameJa: '契約単価',
  formula: 'sum(won amount of kind new) / n(won, kind new)',
  attribution: 'at the decision',
  empty: 'no new contract was won',
  scopes: ['site', 'center'],
  parts: { won: ['newContractAmount'], contracts: ['newContracts'] },
  value: ({ won, contracts }) => ratio(won, contracts),
})

/** The counters of a result as the center has set it: of the kinds that it leaves out, none. */
function resultParts({ resultOf }: MetricSettings) {
  const none: readonly CounterId[] = []
  const gained: readonly CounterId[] = ['newBusinessAmount', 'expansionAmount']
  const lost: readonly CounterId[] = ['contractionAmount', 'churnedAmount']
  const sold: readonly CounterId[] = ['orderAmount']
  return {
    gained: resultOf === 'sales' ? none : gained,
    lost: resultOf === 'sales' ? none : lost,
    sold: resultOf === 'revenue' ? none : sold,
  }
}
const RESULT = 'net new revenue + amount of items sold, or one of them (a setting of the center)'
const resultAt = 'at the change of the contract and at the placing of the order'

/** [I] */
export const revenuePerRep = balanceMetric({
  ...common,
  unit: 'money',
  name: 'Revenue per rep',
  nameJa: '一人当たり売上',
  formula: `(${RESULT}) / reps; reps = rep-days / days`,
  attribution: resultAt,
  empty: 'there was no rep',
  scopes: whereReps,
  parts: (_, settings) => ({ ...resultParts(settings), reps: ['reps'] }),
  value: ({ gained, lost, sold, reps }) => ratio(gained - lost + sold, reps),
})

/** [I] */
export const revenueToEarnings = balanceMetric({
  ...common,
  unit: 'ratio',
  name: 'Result against on-target earnings',
  nameJa: '対OTE比',
  formula: `(${RESULT}) / on-target earnings, a 365th of a year's for each day of employment`,
  attribution: resultAt,
  empty: 'the directory has no on-target earnings',
  scopes: whereCredited,
  parts: (_, settings) => ({ ...resultParts(settings), earnings: ['onTargetEarnings'] }),
  value: ({ gained, lost, sold, earnings }) => ratio(gained - lost + sold, earnings),
})

/** [I] */
export const opportunitiesPerRep = balanceMetric({
  ...common,
  group: 5,
  unit: 'count',
  name: 'Opportunities per rep',
  nameJa: '一人当たり商談化数',
  formula: 'n(opportunities created) / reps; reps = rep-days / days',
  attribution: 'at the creation',
  empty: 'there was no rep',
  scopes: whereReps,
  parts: { created: ['opportunitiesCreated'], reps: ['reps'] },
  value: ({ created, reps }) => ratio(created, reps),
})
