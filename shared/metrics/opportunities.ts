import type { CounterId } from '../counters.ts'
import { balanceMetric, ratio, whereCredited } from './metric.ts'
import type { BalanceMetric, DetailMetric } from './metric.ts'
import { usualSettings } from './settings.ts'
import type { MetricSettings } from './settings.ts'

/** Opportunities on their way through a pipeline; its stages are the directory's. */

const common = { group: 5, byChannel: false, better: 'higher', scopes: whereCredited } as const
const count = { ...common, unit: 'count', empty: null } as const

/** Offers of more to who already buys. [D][K][J] */
export const crossSellOpportunities = balanceMetric({
  ...count,
  name: 'Up-sell and cross-sell opportunities',
  nameJa: 'アップセル・クロスセル提案数',
  formula: 'n(opportunities created of kind upsell or crosssell)',
  attribution: 'at the creation',
  parts: { created: ['crossSellCreated'] },
  value: ({ created }) => created,
})

/** [J][G][I] */
export const opportunitiesCreated = balanceMetric({
  ...count,
  name: 'Opportunities created',
  nameJa: '商談化数',
  formula: 'n(opportunities created)',
  attribution: 'at the creation',
  parts: { created: ['opportunitiesCreated'] },
  value: ({ created }) => created,
})

/** What opportunities may be counted against, by the center's setting. */
const bases: Readonly<Record<MetricSettings['opportunityRateOf'], CounterId>> = {
  conversations: 'conversations',
  leadsIdentified: 'leadsCreated',
  outboundCalls: 'dials',
}

/** How many opportunities come of what the center does for them; its parts show of what. [J][K] */
export const opportunityRate: BalanceMetric = {
  ...common,
  kind: 'balance',
  unit: 'ratio',
  name: 'Opportunity rate',
  nameJa: '商談化率',
  formula:
    'n(opportunities created) / conversations (or / leadsIdentified, or / outboundCalls, as the ' +
    'center has set it)',
  attribution: 'opportunities and leads at their creation, conversations and calls at the dial',
  empty: 'there was nothing that an opportunity could come of',
  parts: (_scope, { opportunityRateOf } = usualSettings) => ({
    opportunities: ['opportunitiesCreated'],
    [opportunityRateOf]: [bases[opportunityRateOf]],
  }),
  value: ({ opportunities = 0, ...base }) =>
    ratio(
      opportunities,
      Object.values(base).reduce((sum, amount) => sum + amount, 0),
    ),
  at: {},
  lenient: {},
  beside: [],
  breakdown: null,
}

/** [I] */
export const stageOneOpportunities = balanceMetric({
  ...count,
  name: 'Stage one',
  nameJa: 'ステージ1商談数',
  formula: 'n(opportunities that reached stage one, or one behind it); reaching two implies one',
  attribution: 'when it was first reached',
  parts: { reached: ['stageOneReached'] },
  value: ({ reached }) => reached,
})

/** [I] */
export const stageTwoOpportunities = balanceMetric({
  ...count,
  name: 'Stage two',
  nameJa: 'ステージ2商談数',
  formula: 'n(opportunities that reached stage two, or one behind it)',
  attribution: 'when it was first reached',
  parts: { reached: ['stageTwoReached'] },
  value: ({ reached }) => reached,
})

/** What an opportunity was said to be worth by then; nothing where nobody had said it. [I] */
export const stageTwoValue = balanceMetric({
  ...common,
  unit: 'money',
  empty: null,
  name: 'Stage two value',
  nameJa: 'ステージ2商談金額',
  formula: 'sum(amount when stage two was first reached)',
  attribution: 'when it was first reached',
  parts: { amount: ['stageTwoAmount'] },
  value: ({ amount }) => amount,
})

/** [I] */
export const stageOneToTwoRate = balanceMetric({
  ...common,
  unit: 'ratio',
  name: 'Stage one to two',
  nameJa: 'ステージ1→2転換率',
  formula: 'n(opportunities that reached stage two) / n(opportunities that reached stage one)',
  attribution: 'at reaching stage one: a cohort',
  empty: 'no opportunity reached stage one',
  parts: { two: ['stageOneThenTwo'], one: ['stageOneReached'] },
  value: ({ two, one }) => ratio(two, one),
})

/** Back and forth: each change counts, and the breakdown says from which stage to which. [J] */
export const stageTransitions: DetailMetric = {
  ...common,
  kind: 'detail',
  unit: 'matrix',
  name: 'Customer stage transitions',
  nameJa: '顧客のステージ移行数',
  formula:
    'n(changes of stage) by from→to; from is the stage before among what was said of the opportunity',
  attribution: 'at the change',
  empty: 'no opportunity changed its stage',
  counter: 'stageTransitions',
  part: 'changes',
  value: (byChange) => {
    const changes = [...byChange.values()].reduce((sum, amount) => sum + amount, 0)
    return changes === 0 ? null : changes
  },
}

/**
 * What is open, as large as it was last said to be. Beside it, what is likely to come of it: each
 * amount by the probability of its stage, none where the directory does not know the stage. [I]
 */
export const pipelineValue = balanceMetric({
  ...common,
  unit: 'money',
  empty: null,
  name: 'Open pipeline',
  nameJa: 'パイプライン金額',
  formula:
    'sum(amount of open opportunities) at the end of the span; beside it, weighted: sum(amount × ' +
    'the probability of the stage)',
  attribution: 'as it is at the end of the span',
  parts: { open: ['openAmount'], weighted: ['openAmountWeighted'] },
  at: { open: { level: 'end' }, weighted: { level: 'end' } },
  beside: ['weighted'],
  value: ({ open }) => open,
})
