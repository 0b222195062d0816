import type { Counter, Need } from './counter.ts'

/** What is counted of inbound contacts, of those who take them, and of agents' time. */

const visit: readonly Need[] = [['contact.queued']]
const answer: readonly Need[] = [['contact.queued'], ['contact.dequeued', 'contact.connected']]
const leaving: readonly Need[] = [['contact.queued'], ['contact.dequeued', 'contact.ended']]
const decision: readonly Need[] = [
  ['contact.queued'],
  ['contact.dequeued', 'contact.connected'],
  ['contact.dequeued', 'contact.ended'],
]
const ownAnswer: readonly Need[] = [['contact.queued'], ['contact.connected']]
const talk: readonly Need[] = [['contact.connected'], ['contact.disconnected', 'contact.ended']]
const handled: readonly Need[] = [
  ['contact.connected', 'message.recorded'],
  ['contact.disconnected', 'contact.ended', 'message.recorded'],
]
const hold: readonly Need[] = [...talk, ['contact.held']]
const wrapUp: readonly Need[] = [['contact.wrapUpStarted']]
const state: readonly Need[] = [['agent.stateChanged', 'agent.queueChanged']]
const schedule: readonly Need[] = [['agent.scheduled'], ...state]

export const queueCounters = {
  visitsOffered: {
    of: 'visit',
    unit: 'count',
    counts: 'visits, at the entry into the queue',
    needs: visit,
  },
  visitsOfferedNew: {
    of: 'visit',
    unit: 'count',
    counts: 'visits with reason new, at the entry into the queue',
    needs: visit,
  },
  visitsAnswered: {
    of: 'visit',
    unit: 'count',
    counts: 'visits answered, at the answer',
    needs: answer,
  },
  answeredWaitMs: {
    of: 'visit',
    unit: 'ms',
    counts: 'waits of answered visits, at the answer',
    needs: answer,
  },
  answeredWaits: {
    of: 'visit',
    unit: 'count',
    counts: 'answered visits by wait, at the answer',
    detail: 'bucket of the logarithmic histogram',
    needs: answer,
  },
  unansweredWaitMs: {
    of: 'visit',
    unit: 'ms',
    counts: 'waits of visits abandoned or flowed out, when they left',
    needs: leaving,
  },
  abandonedShort: {
    of: 'visit',
    unit: 'count',
    counts: 'visits abandoned before s, at the abandon',
    needs: leaving,
  },
  abandonedInTime: {
    of: 'visit',
    unit: 'count',
    counts: 'visits abandoned from s to T, at the abandon',
    needs: leaving,
  },
  abandonedPassed: {
    of: 'visit',
    unit: 'count',
    counts: 'visits abandoned after T, at the abandon',
    needs: leaving,
  },
  flowedOut: {
    of: 'visit',
    unit: 'count',
    counts: 'visits that left the queue unanswered and not by hanging up, when they left',
    detail: 'outcome',
    needs: leaving,
  },
  visitsFailed: {
    of: 'visit',
    unit: 'count',
    counts: 'visits that ended in an error, at their end',
    needs: leaving,
  },
  visitsLost: {
    of: 'visit',
    unit: 'count',
    counts: 'visits whose end nobody saw, when they were given up',
    needs: visit,
  },
  answeredInTime: {
    of: 'visit',
    unit: 'count',
    counts: 'answered within T, at the answer',
    needs: answer,
  },
  flowedOutInTime: {
    of: 'visit',
    unit: 'count',
    counts: 'flowed out within T, when they left',
    needs: leaving,
  },
  passedThenAnswered: {
    of: 'visit',
    unit: 'count',
    counts: 'answered after T, at queued + T',
    needs: answer,
  },
  passedThenAbandoned: {
    of: 'visit',
    unit: 'count',
    counts: 'abandoned after T, at queued + T',
    needs: leaving,
  },
  passedThenFlowedOut: {
    of: 'visit',
    unit: 'count',
    counts: 'flowed out after T, at queued + T',
    needs: leaving,
  },
  waitingPast: {
    of: 'visit',
    unit: 'count',
    counts: 'still waiting after T, at queued + T',
    needs: decision,
  },
  serviceLevelMet: {
    of: 'visit',
    unit: 'count',
    counts: 'service-level events that count as met by the definition of their queue',
    needs: decision,
  },
  serviceLevelDecided: {
    of: 'visit',
    unit: 'count',
    counts: 'service-level events that count by the definition of their queue',
    needs: decision,
  },
  offers: {
    of: 'offer',
    unit: 'count',
    counts: 'ring attempts at an agent, at the first ring',
    needs: [['contact.offered']],
  },
  ringNoAnswers: {
    of: 'offer',
    unit: 'count',
    counts: 'offers ended noAnswer, at their end',
    needs: [['contact.offerEnded']],
  },
  ownAnsweredInTime: {
    of: 'leg',
    unit: 'count',
    counts: 'visits that the agent answered within T, at the answer',
    needs: ownAnswer,
  },
  ownAnsweredLate: {
    of: 'leg',
    unit: 'count',
    counts: 'visits that the agent answered after T, at the answer',
    needs: ownAnswer,
  },
  ownAnsweredWaitMs: {
    of: 'leg',
    unit: 'ms',
    counts: 'waits of the visits that the agent answered, at the answer',
    needs: ownAnswer,
  },
  handled: {
    of: 'leg',
    unit: 'count',
    counts: 'completed inbound primary legs, at the disconnect',
    needs: talk,
  },
  talkMs: {
    of: 'leg',
    unit: 'ms',
    counts: 'talk of handlings without hold, at the disconnect',
    needs: talk,
    includes: { what: 'hold', unlessReported: 'contact.held' },
  },
  holdMs: { of: 'leg', unit: 'ms', counts: 'hold of handlings, at the disconnect', needs: hold },
  wrapMs: {
    of: 'leg',
    unit: 'ms',
    counts: 'wrap-up of handlings, at the disconnect',
    needs: wrapUp,
  },
  configuredWrapMs: {
    of: 'leg',
    unit: 'ms',
    counts: 'wrap-up as configured for the queue, where the feed reports none, at the disconnect',
    needs: talk,
    configured: true,
  },
  shortCalls: {
    of: 'leg',
    unit: 'count',
    counts: 'handlings whose talk was below the floor of the queue, at the disconnect',
    needs: talk,
  },
  transferred: {
    of: 'leg',
    unit: 'count',
    counts: 'handlings that the agent transferred on, at the disconnect',
    needs: [...talk, ['contact.transferred']],
  },
  handledReasons: {
    of: 'leg',
    unit: 'count',
    counts: 'handlings by disposition, at the disconnect',
    detail: 'reason',
    needs: [...talk, ['contact.disposed']],
  },
  outboundHandled: {
    of: 'leg',
    unit: 'count',
    counts: 'completed outbound primary legs, at the disconnect',
    needs: talk,
  },
  outboundTalkMs: {
    of: 'leg',
    unit: 'ms',
    counts: 'talk of outbound legs, at the disconnect',
    needs: talk,
    includes: { what: 'hold', unlessReported: 'contact.held' },
  },
  outboundHoldMs: {
    of: 'leg',
    unit: 'ms',
    counts: 'hold of outbound legs, at the disconnect',
    needs: hold,
  },
  outboundWrapMs: {
    of: 'leg',
    unit: 'ms',
    counts: 'wrap-up of outbound legs, at the disconnect',
    needs: wrapUp,
  },
  availableMs: {
    of: 'agentTime',
    unit: 'ms',
    counts: 'time in the state available',
    needs: state,
    includes: { what: 'ringing', unlessReported: 'contact.offered' },
  },
  ringingMs: {
    of: 'agentTime',
    unit: 'ms',
    counts: 'time in the state ringing',
    needs: [['contact.offered']],
  },
  onContactMs: {
    of: 'agentTime',
    unit: 'ms',
    counts: 'time on a contact, hold included',
    needs: talk,
  },
  wrapUpMs: { of: 'agentTime', unit: 'ms', counts: 'time in after-call work', needs: wrapUp },
  notReadyMs: {
    of: 'agentTime',
    unit: 'ms',
    counts: 'time in the state not ready',
    detail: 'reason',
    needs: state,
  },
  scheduledMs: {
    of: 'agentTime',
    unit: 'ms',
    counts: 'scheduled time in which the state of the agent is known',
    needs: schedule,
  },
  adherentMs: {
    of: 'agentTime',
    unit: 'ms',
    counts: 'scheduled time spent in a state that keeps to the plan',
    needs: schedule,
  },
  callbacksRequested: {
    of: 'callback',
    unit: 'count',
    counts: 'callbacks requested, at the request',
    needs: [['callback.changed']],
  },
  callbacksCompleted: {
    of: 'callback',
    unit: 'count',
    counts: 'callbacks completed, at the completion',
    needs: [['callback.changed']],
  },
  inquiries: {
    of: 'matter',
    unit: 'count',
    counts: 'handled inbound contacts and answered mails that opened a matter, when they came in',
    needs: [['contact.connected', 'message.recorded']],
  },
  firstContacts: {
    of: 'matter',
    unit: 'count',
    counts: 'handled inbound contacts that opened a matter, at the last disconnect',
    needs: talk,
  },
  firstContactsResolved: {
    of: 'matter',
    unit: 'count',
    counts: 'those that needed no further contact within the window, at the same instant',
    needs: talk,
  },
  transactionFirstContacts: {
    of: 'matter',
    unit: 'count',
    counts: 'handled inbound contacts of any channel that opened a matter, at their last end',
    needs: handled,
  },
  transactionFirstContactsResolved: {
    of: 'matter',
    unit: 'count',
    counts: 'those that needed no further contact of any channel, at the same instant',
    needs: handled,
  },
} as const satisfies Record<string, Counter>
