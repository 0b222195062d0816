import { percentile } from '../histogram.ts'
import { balanceMetric, everywhere, isOfAgents, ratio, whereQueued } from './metric.ts'
import type { DetailMetric, GaugeMetric } from './metric.ts'

/** How long contacts waited before the answer, and who waits now. */

/** The mean wait of those who were answered; how long others waited plays no part. [+] */
export const averageSpeedOfAnswer = balanceMetric({
  group: 1,
  unit: 'ms',
  byChannel: true,
  name: 'Average speed of answer',
  nameJa: '平均応答速度',
  formula: 'sum(wait of answered) / answered',
  attribution: 'at the answer',
  empty: 'nothing was answered',
  better: 'lower',
  scopes: everywhere,
  parts: (scope) =>
    isOfAgents(scope)
      ? { waited: ['ownAnsweredWaitMs'], answered: ['ownAnsweredInTime', 'ownAnsweredLate'] }
      : { waited: ['answeredWaitMs'], answered: ['visitsAnswered'] },
  value: ({ waited, answered }) => ratio(waited, answered),
})

/** From counts by bucket, which add up: so any scope and span has one, within 5 % of the exact. */
const waitPercentile = (percent: 50 | 90 | 95): DetailMetric => ({
  kind: 'detail',
  group: 1,
  unit: 'ms',
  byChannel: true,
  name: `Wait, ${percent}th percentile (answered)`,
  nameJa: `待ち時間 ${percent}パーセンタイル`,
  formula: `the wait that ${percent} % of the answered did not exceed; relative error at most 5 %`,
  attribution: 'at the answer',
  empty: 'nothing was answered',
  better: 'lower',
  scopes: whereQueued,
  counter: 'answeredWaits',
  part: 'answered',
  value: (byBucket) => percentile(byBucket, percent / 100),
})
/** Half of the answered waited no longer. [+] */
export const waitP50 = waitPercentile(50)
/** Nine of ten answered waited no longer. [+] */
export const waitP90 = waitPercentile(90)
/** Nineteen of twenty answered waited no longer. [+] */
export const waitP95 = waitPercentile(95)

const now = {
  kind: 'gauge',
  group: 4,
  byChannel: true,
  attribution: 'now',
  better: 'lower',
  scopes: whereQueued,
  needs: [['contact.queued'], ['contact.dequeued', 'contact.connected', 'contact.ended']],
} as const

/** Contacts that wait now. Never null: an empty queue has 0. [+] */
export const contactsWaiting: GaugeMetric = {
  ...now,
  unit: 'count',
  name: 'Waiting now',
  nameJa: '待ち件数',
  formula: 'n(visits open)',
  empty: null,
  value: ({ visits }) => visits.length,
}

/** How long the one that waits longest has waited. Null: nobody waits. [+] */
export const longestWait: GaugeMetric = {
  ...now,
  unit: 'ms',
  name: 'Longest wait now',
  nameJa: '最長待ち時間',
  formula: 'now − the earliest entry of a visit that is open',
  empty: 'nobody waits',
  value: (live, nowMs) => {
    const sinceMs = longestWait.since?.(live, nowMs) ?? null
    return sinceMs === null ? null : Math.max(0, nowMs - sinceMs)
  },
  since: ({ visits }) =>
    visits.length === 0
      ? null
      : visits.reduce((ms, { sinceMs }) => Math.min(ms, sinceMs), Infinity),
}

/** Contacts that wait now and have waited longer than T of their queue; at T itself not yet. [+] */
export const waitingBeyondTarget: GaugeMetric = {
  ...now,
  unit: 'count',
  name: 'Waiting past target',
  nameJa: '目標超過待ち数',
  formula: 'n(visits open, wait > T)',
  empty: null,
  value: ({ visits }, nowMs) => visits.filter(({ pastAtMs }) => nowMs > pastAtMs).length,
}
