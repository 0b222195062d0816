import { balanceMetric, ratio, whereCredited } from './metric.ts'
import type { RelativeMetric } from './metric.ts'

/** What the directory says of people: their quotas, and how long they have been there. */

const common = { group: 6, byChannel: false } as const

/** The value of a quota's metric by its target; the quota's own scope's, else that of its people. [I] */
export const quotaAttainment: RelativeMetric = {
  ...common,
  kind: 'relative',
  how: 'attainment',
  usual: null,
  unit: 'ratio',
  name: 'Quota attainment',
  nameJa: '目標達成率',
  formula:
    "the quota's metric / its target, as much of it as the span holds of its periods; where there " +
    'are several, of the metric that is asked for (of), else of the first by name',
  attribution: 'as the metric of the quota',
  empty: 'there is no quota',
  better: 'higher',
  scopes: whereCredited,
}

/** Of the reps who have a quota, those who reached all that they have. [I] */
export const repsAtQuota = balanceMetric({
  ...common,
  unit: 'ratio',
  name: 'Reps at quota',
  nameJa: '目標達成者率',
  formula: 'n(reps whose every quota is reached) / n(reps with a quota)',
  attribution: 'as the metrics of their quotas',
  empty: 'nobody has a quota',
  better: 'higher',
  scopes: ['team', 'site', 'center'],
  parts: { reached: ['repsAtQuota'], withQuota: ['repsWithQuota'] },
  value: ({ reached, withQuota }) => ratio(reached, withQuota),
})

/** How long those who are there have been there. [I] */
export const repTenure = balanceMetric({
  ...common,
  unit: 'months',
  name: 'Average rep tenure',
  nameJa: '平均在籍期間',
  formula: 'months since they started / n(active reps whose first day the directory has)',
  attribution: 'at the end of the span, or now',
  empty: 'no active rep has a first day',
  better: 'higher',
  scopes: ['team', 'site', 'center'],
  parts: { tenure: ['tenureMonths'], reps: ['tenuredReps'] },
  value: ({ tenure, reps }) => ratio(tenure, reps),
})

/** How much better a rate is than in the span before; above 1 always is better. [K] */
export const improvementRate: RelativeMetric = {
  ...common,
  kind: 'relative',
  how: 'improvement',
  usual: 'winRate',
  unit: 'ratio',
  name: 'Improvement of a rate',
  nameJa: '改善率',
  formula:
    'this / the same span of the last period where higher is better, the other way round where ' +
    'lower is: above 1 always means improved; of winRate, or of the rate that is asked for (of)',
  attribution: 'as the rate that it is of',
  empty: 'the rate, or the one that it is divided by, is nothing in one of the spans',
  better: 'higher',
  scopes: whereCredited,
}
