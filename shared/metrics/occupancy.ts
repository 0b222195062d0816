import { balanceMetric, ratio } from './metric.ts'

/**
 * What agents' time goes into, from the time in each state as it passes. An agent has one state at
 * each instant, so two chats at once are one hour, not two. Queues have none: time is the agent's.
 */

const common = {
  group: 4,
  unit: 'ratio',
  byChannel: false,
  attribution: 'as the time passes',
  scopes: ['agent', 'team', 'site', 'center'],
} as const

/**
 * How busy those were who were there for contacts: near 1 leaves no breath, near 0 nothing to do.
 * Ringing is on neither side. Who answers mails that are no contacts looks idle, and is not: so it
 * is n/a there. Null: nobody worked or was available. [+]
 */
export const occupancy = balanceMetric({
  ...common,
  name: 'Occupancy',
  nameJa: '占有率',
  formula:
    '(on contact + wrap-up) / (on contact + wrap-up + available) time; n/a where mails were ' +
    'answered and nothing tells how long that took',
  empty: 'no agent was on a contact, in wrap-up or available',
  better: 'band',
  parts: {
    onContact: ['onContactMs'],
    wrapUp: ['wrapUpMs'],
    available: ['availableMs'],
    untimed: ['untimedReplies'],
  },
  value: ({ onContact, wrapUp, available }) =>
    ratio(onContact + wrapUp, onContact + wrapUp + available),
  // Where there are no mails at all, none was answered.
  lenient: { wrapUp: 'without', untimed: 'elsewhere' },
})

/** The share of signed-in time that went into contacts, breaks included in the whole. [+] */
export const utilization = balanceMetric({
  ...common,
  name: 'Utilisation',
  nameJa: '稼働率',
  formula: '(on contact + wrap-up) / signed-in time',
  empty: 'no agent was signed in',
  better: 'neither',
  parts: {
    onContact: ['onContactMs'],
    wrapUp: ['wrapUpMs'],
    available: ['availableMs'],
    ringing: ['ringingMs'],
    notReady: ['notReadyMs'],
  },
  value: ({ onContact, wrapUp, available, ringing, notReady }) =>
    ratio(onContact + wrapUp, onContact + wrapUp + available + ringing + notReady),
  // A phone that rings unseen is one that waits: signed in either way.
  lenient: { wrapUp: 'without', ringing: 'elsewhere' },
})

/** How well the day kept to the plan. Null: nothing was planned, or nobody's state is known. [+] */
export const adherence = balanceMetric({
  ...common,
  name: 'Schedule adherence',
  nameJa: 'スケジュール遵守率',
  formula:
    'time in a state that the directory maps to the scheduled activity / scheduled time elapsed ' +
    'and known',
  empty: 'nothing was scheduled of which the state is known',
  better: 'higher',
  parts: { adherent: ['adherentMs'], scheduled: ['scheduledMs'] },
  value: ({ adherent, scheduled }) => ratio(adherent, scheduled),
})
