import { balanceMetric, everywhere, ratio } from './metric.ts'

/**
 * What a handling takes: talk, hold, wrap-up. A handling is a completed inbound primary leg; its
 * times are dated at its disconnect, the wrap-up too once it has ended. All are null where nothing
 * was handled.
 */

const common = {
  group: 1,
  unit: 'ms',
  byChannel: true,
  attribution: 'at the disconnect of the leg; wrap-up is added there when it ends',
  empty: 'nothing was handled',
  scopes: everywhere,
} as const

/** Where no feed reports wrap-ups, what a queue is configured with stands in, and is marked. */
const wrapUp = ['wrapMs', 'configuredWrapMs'] as const

/** Hold is not talk; where a feed reports no hold, talk contains it and says so. [D] */
export const averageTalkTime = balanceMetric({
  ...common,
  name: 'Average talk time',
  nameJa: '平均通話時間',
  formula: 'sum(talk) / handled; hold is not talk',
  better: 'neither',
  parts: { talk: ['talkMs'], handled: ['handled'] },
  value: ({ talk, handled }) => ratio(talk, handled),
})

/** The customer's time on hold. [+] */
export const averageHoldTime = balanceMetric({
  ...common,
  name: 'Average hold time',
  nameJa: '平均保留時間',
  formula: 'sum(hold) / handled',
  better: 'lower',
  parts: { hold: ['holdMs'], handled: ['handled'] },
  value: ({ hold, handled }) => ratio(hold, handled),
})

/** After-call work; a handling without one counts 0. [D] */
export const averageWrapTime = balanceMetric({
  ...common,
  name: 'Average wrap time',
  nameJa: '平均後処理時間',
  formula: 'sum(wrap-up) / handled',
  better: 'lower',
  parts: { wrapUp, handled: ['handled'] },
  value: ({ wrapUp, handled }) => ratio(wrapUp, handled),
})

/** What a handling takes in all; shown without wrap-up, and so marked, where none is reported. [D] */
export const averageHandleTime = balanceMetric({
  ...common,
  name: 'Average handle time',
  nameJa: '平均処理時間',
  formula: 'sum(talk + hold + wrap-up) / handled',
  better: 'neither',
  parts: { talk: ['talkMs'], hold: ['holdMs'], wrapUp, handled: ['handled'] },
  value: ({ talk, hold, wrapUp, handled }) => ratio(talk + hold + wrapUp, handled),
  lenient: { hold: 'elsewhere', wrapUp: 'without' },
})

/** Handlings too short to have helped: somebody hung up, or was hung up on. [D] */
export const shortCallRate = balanceMetric({
  ...common,
  unit: 'ratio',
  name: 'Too-short calls',
  nameJa: '短時間通話率',
  formula: 'n(handled, talk below the floor of the queue: 30 s unless set) / handled',
  attribution: 'at the disconnect of the leg',
  better: 'lower',
  parts: { short: ['shortCalls'], handled: ['handled'] },
  value: ({ short, handled }) => ratio(short, handled),
})

/** Handlings that the agent passed on; a transfer that failed or was cancelled is none. [+] */
export const transferRate = balanceMetric({
  ...common,
  unit: 'ratio',
  name: 'Transfer rate',
  nameJa: '転送率',
  formula: 'n(handlings with a blind or attended transfer, or disconnected by one) / handled',
  attribution: 'at the disconnect of the leg',
  better: 'lower',
  parts: { transferred: ['transferred'], handled: ['handled'] },
  value: ({ transferred, handled }) => ratio(transferred, handled),
})
