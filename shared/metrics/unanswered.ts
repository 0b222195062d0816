import { balanceMetric, everywhere, ratio, whereQueued } from './metric.ts'

/**
 * Contacts that left a queue unanswered. Nobody could have answered a caller who hung up before s:
 * such short abandons are counted by themselves. Errors and lost contacts are in none of these.
 */

const common = {
  group: 1,
  unit: 'count',
  byChannel: true,
  empty: null,
  scopes: whereQueued,
} as const

/** Visits whose customer hung up after s or later. [+] */
export const callsAbandoned = balanceMetric({
  ...common,
  name: 'Calls abandoned',
  nameJa: '放棄呼数',
  formula: 'abandoned in time (s ≤ wait ≤ T) + abandoned after T',
  attribution: 'at the abandon',
  better: 'lower',
  parts: { inTime: ['abandonedInTime'], passed: ['abandonedPassed'] },
  value: ({ inTime, passed }) => inTime + passed,
})

/** Visits whose customer hung up before s. [+] */
export const shortAbandons = balanceMetric({
  ...common,
  name: 'Short abandons',
  nameJa: '短時間放棄数',
  formula: 'n(abandoned, wait < s)',
  attribution: 'at the abandon',
  better: 'neither',
  parts: { abandoned: ['abandonedShort'] },
  value: ({ abandoned }) => abandoned,
})

/** Visits that the queue gave up or sent elsewhere; opens into how they left. [+] */
export const callsOverflowed = balanceMetric({
  ...common,
  name: 'Flowed out',
  nameJa: 'オーバーフロー数',
  formula:
    'n(visits ended by timeout, overflow, exitKey, empty, blocked, withdrawn, callbackRequested, ' +
    'transferredOut or voicemail)',
  attribution: 'when the visit left',
  better: 'lower',
  parts: { flowedOut: ['flowedOut'] },
  value: ({ flowedOut }) => flowedOut,
  breakdown: 'flowedOut',
})

/** The share of ended visits that hung up, short ones left out on both sides. Null: none ended. [+] */
export const abandonRate = balanceMetric({
  ...common,
  unit: 'ratio',
  name: 'Abandon rate',
  nameJa: '放棄呼率',
  formula: 'abandoned / (answered + abandoned + flowed out); short abandons are left out',
  attribution: 'when the visit is answered or left',
  empty: 'no visit has ended but by a short abandon',
  better: 'lower',
  parts: {
    abandoned: ['abandonedInTime', 'abandonedPassed'],
    answered: ['visitsAnswered'],
    flowedOut: ['flowedOut'],
  },
  value: ({ abandoned, answered, flowedOut }) => ratio(abandoned, answered + abandoned + flowedOut),
})

/** Offers that nobody took; rejected, busy and unanswered-elsewhere ones are not in it. [+] */
export const ringNoAnswers = balanceMetric({
  ...common,
  name: 'Ring no answer',
  nameJa: '呼出不応答数',
  formula: 'n(offers ended noAnswer)',
  attribution: 'at the end of the ringing',
  better: 'lower',
  scopes: everywhere,
  parts: { offers: ['ringNoAnswers'] },
  value: ({ offers }) => offers,
})
