import { balanceMetric, everywhere, isOfAgents, ratio, whereQueued } from './metric.ts'

/**
 * How much came, how much of it was answered, how much work it made. Queues count visits: one entry
 * into one queue. Agents and teams count what they were rung for and what they answered themselves,
 * calls without a queue included. A visit without direction is inbound; callbacks are left out.
 */

const common = { group: 1, unit: 'count', byChannel: true, empty: null } as const

/**
 * Contacts offered: entries into a queue, so a call that flows over into a second queue counts in
 * both; for agents and teams, ring attempts. Never null: an idle queue was offered 0. [D]
 */
export const callsOffered = balanceMetric({
  ...common,
  name: 'Calls offered',
  nameJa: '着信数',
  formula: 'Queue, site, center: n(visits). Agent, team: n(offers), direct calls included.',
  attribution: 'at the entry into the queue; an offer at its first ring',
  better: 'neither',
  scopes: everywhere,
  parts: (scope) => ({ offered: isOfAgents(scope) ? ['offers'] : ['visitsOffered'] }),
  value: ({ offered }) => offered,
})

/** Contacts offered, each once: overflow, transfer and requeue begin no new one. [+] */
export const uniqueCallsOffered = balanceMetric({
  ...common,
  name: 'Calls offered, each once',
  nameJa: '着信数(ユニーク)',
  formula: 'n(visits with reason new)',
  attribution: 'at the entry into the queue',
  better: 'neither',
  scopes: whereQueued,
  parts: { offered: ['visitsOfferedNew'] },
  value: ({ offered }) => offered,
})

/** Visits that an agent answered; for agents and teams, those that they answered themselves. [+] */
export const callsAnswered = balanceMetric({
  ...common,
  name: 'Calls answered',
  nameJa: '応答数',
  formula: 'n(visits answered). Agent, team: those that they answered.',
  attribution: 'at the answer: the first primary connect of the visit',
  better: 'higher',
  scopes: everywhere,
  parts: (scope) => ({
    answered: isOfAgents(scope) ? ['ownAnsweredInTime', 'ownAnsweredLate'] : ['visitsAnswered'],
  }),
  value: ({ answered }) => answered,
})

/**
 * The share of ended visits that were answered. Short abandons count against it, other than in the
 * abandon rate: this one asks how many callers reached somebody. Null while no visit has ended. [+]
 */
export const answerRate = balanceMetric({
  ...common,
  unit: 'ratio',
  name: 'Answer rate',
  nameJa: '応答率',
  formula: 'answered / (answered + abandoned + short abandons + flowed out)',
  attribution: 'when the visit is answered or left',
  empty: 'no visit has ended',
  better: 'higher',
  scopes: whereQueued,
  parts: {
    answered: ['visitsAnswered'],
    abandoned: ['abandonedInTime', 'abandonedPassed'],
    shortAbandons: ['abandonedShort'],
    flowedOut: ['flowedOut'],
  },
  value: ({ answered, abandoned, shortAbandons, flowedOut }) =>
    ratio(answered, answered + abandoned + shortAbandons + flowedOut),
})

/** Completed inbound primary legs: a call that two agents handled is two handlings. [D] */
export const callsHandled = balanceMetric({
  ...common,
  name: 'Calls handled',
  nameJa: '対応件数',
  formula: 'n(completed inbound primary legs), direct calls included',
  attribution: 'at the disconnect of the leg',
  better: 'higher',
  scopes: everywhere,
  parts: { handled: ['handled'] },
  value: ({ handled }) => handled,
})
