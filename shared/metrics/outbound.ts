import { balanceMetric, everywhere, ratio, whereCredited } from './metric.ts'

/**
 * Calls that the center makes. A dial is an attempt to reach a customer; one that a person answered
 * is a conversation, and counts at its dial, so that both are of one period.
 */

const common = {
  group: 2,
  unit: 'count',
  byChannel: false,
  attribution: 'at the dial',
  empty: null,
  better: 'higher',
  scopes: whereCredited,
} as const

/** Dials of the one system that is the authority for them, so that none counts twice. [D J G] */
export const outboundCalls = balanceMetric({
  ...common,
  name: 'Outbound calls (dials)',
  nameJa: '架電数',
  formula:
    'n(attempts); an outbound call of which no attempt tells implies one. Where the directory ' +
    'names a system for the dials of an agent (or of the center), those of others do not count',
  parts: { dials: ['dials'] },
  value: ({ dials }) => dials,
})

/** Dials that a person answered; an answering machine is none. [J K] */
export const conversations = balanceMetric({
  ...common,
  name: 'Conversations',
  nameJa: '通話数',
  formula: 'n(attempts connected to a person)',
  parts: { conversations: ['conversations'] },
  value: (sums) => sums.conversations,
})

/** How many dials reach somebody. [J] */
export const connectRate = balanceMetric({
  ...common,
  unit: 'ratio',
  name: 'Connect rate',
  nameJa: '接続率',
  formula: 'conversations / outboundCalls',
  empty: 'nobody dialled',
  parts: { conversations: ['conversations'], dials: ['dials'] },
  value: (sums) => ratio(sums.conversations, sums.dials),
})

/** Talk of both directions, hold left out; internal talk is none. [J] */
export const talkTime = balanceMetric({
  ...common,
  unit: 'ms',
  byChannel: true,
  name: 'Total talk time',
  nameJa: '通話時間',
  formula: 'sum(talk of inbound and of outbound legs); hold is not talk',
  attribution: 'at the disconnect of the leg',
  scopes: everywhere,
  better: 'neither',
  parts: { talk: ['talkMs', 'outboundTalkMs'] },
  value: ({ talk }) => talk,
})

const times = {
  ...common,
  unit: 'ms',
  byChannel: true,
  attribution: 'at the disconnect of the leg; wrap-up is added there when it ends',
  empty: 'no outbound call was completed',
} as const

/** Hold is not talk; where a feed reports no hold, talk contains it and says so. [D] */
export const outboundAverageTalkTime = balanceMetric({
  ...times,
  name: 'Average talk time, outbound',
  nameJa: '平均通話時間(発信)',
  formula: 'sum(talk of outbound legs) / n(outbound legs completed); callbacks are outbound',
  better: 'neither',
  parts: { talk: ['outboundTalkMs'], handled: ['outboundHandled'] },
  value: ({ talk, handled }) => ratio(talk, handled),
})

/** After-call work; an outbound call without one counts 0. [D] */
export const outboundAverageWrapTime = balanceMetric({
  ...times,
  name: 'Average wrap time, outbound',
  nameJa: '平均後処理時間(発信)',
  formula: 'sum(wrap-up of outbound legs) / n(outbound legs completed)',
  better: 'neither',
  parts: { wrapUp: ['outboundWrapMs'], handled: ['outboundHandled'] },
  value: ({ wrapUp, handled }) => ratio(wrapUp, handled),
})

/** What an outbound call takes in all; without wrap-up, and so marked, where none is reported. [D] */
export const outboundAverageHandleTime = balanceMetric({
  ...times,
  name: 'Average handle time, outbound',
  nameJa: '平均処理時間(発信)',
  formula: 'sum(talk + hold + wrap-up of outbound legs) / n(outbound legs completed)',
  better: 'neither',
  parts: {
    talk: ['outboundTalkMs'],
    hold: ['outboundHoldMs'],
    wrapUp: ['outboundWrapMs'],
    handled: ['outboundHandled'],
  },
  value: ({ talk, hold, wrapUp, handled }) => ratio(talk + hold + wrapUp, handled),
  lenient: { hold: 'elsewhere', wrapUp: 'without' },
})
