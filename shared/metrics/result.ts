import { balanceMetric, ratio, whereCredited } from './metric.ts'

/** What is sold, by the rep, by the contract, and against the period before; and what is to come. */

const common = { group: 6, byChannel: false, better: 'higher' } as const

const whereReps = ['team', 'site', 'center'] as const

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

const pipeline = {
  ...common,
  group: 5,
  unit: 'money',
  attribution: 'everything up to the end of the span',
  empty: null,
  scopes: whereCredited,
} as const

/** What may still be won. [I] */
export const pipelineValue = balanceMetric({
  ...pipeline,
  name: 'Open pipeline',
  nameJa: 'パイプライン金額',
  formula: 'sum(amount) of opportunities that are open',
  parts: { open: ['openAmount'] },
  at: { open: { level: 'end' } },
  value: ({ open }) => open,
})

/** What will be won of it, as the stages' probabilities have it. [I] */
export const pipelineValueWeighted = balanceMetric({
  ...pipeline,
  name: 'Open pipeline, weighted',
  nameJa: 'パイプライン金額(加重)',
  formula: 'sum(amount × probability of the stage) of opportunities that are open',
  parts: { weighted: ['openAmountWeighted'] },
  at: { weighted: { level: 'end' } },
  value: ({ weighted }) => weighted,
})
