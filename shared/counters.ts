/**
 * Every counter of the ledger: what an entry can add to. A counter is additive; every metric is a
 * pure function of sums of these. Time counters are milliseconds, money counters minor units of
 * the center's currency.
 *
 * `of` says whose site and team an entry takes: a visit's are its queue's; an offer's, a leg's and
 * an agent's time are the agent's, all as of the entry's instant. A counter with a `detail` is kept
 * apart by it as well (a reason, a histogram's bucket).
 */
type Counter = {
  of: 'visit' | 'offer' | 'leg' | 'agentTime' | 'callback' | 'matter'
  unit: 'count' | 'ms'
  /** What it counts, dated when. */
  counts: string
  detail?: string
}

export const counters = {
  visitsOffered: { of: 'visit', unit: 'count', counts: 'visits, at the entry into the queue' },
  visitsOfferedNew: {
    of: 'visit',
    unit: 'count',
    counts: 'visits with reason new, at the entry into the queue',
  },
  visitsAnswered: { of: 'visit', unit: 'count', counts: 'visits answered, at the answer' },
  answeredWaitMs: { of: 'visit', unit: 'ms', counts: 'waits of answered visits, at the answer' },
  answeredWaits: {
    of: 'visit',
    unit: 'count',
    counts: 'answered visits by wait, at the answer',
    detail: 'bucket of the logarithmic histogram',
  },
  abandonedShort: {
    of: 'visit',
    unit: 'count',
    counts: 'visits abandoned before s, at the abandon',
  },
  abandonedInTime: {
    of: 'visit',
    unit: 'count',
    counts: 'visits abandoned from s to T, at the abandon',
  },
  abandonedPassed: {
    of: 'visit',
    unit: 'count',
    counts: 'visits abandoned after T, at the abandon',
  },
  flowedOut: {
    of: 'visit',
    unit: 'count',
    counts: 'visits that left the queue unanswered and not by hanging up, when they left',
    detail: 'outcome',
  },
  visitsFailed: { of: 'visit', unit: 'count', counts: 'visits that ended in an error' },
  visitsLost: { of: 'visit', unit: 'count', counts: 'visits whose end nobody saw' },
  answeredInTime: { of: 'visit', unit: 'count', counts: 'answered within T, at the answer' },
  flowedOutInTime: { of: 'visit', unit: 'count', counts: 'flowed out within T, when they left' },
  passedThenAnswered: { of: 'visit', unit: 'count', counts: 'answered after T, at queued + T' },
  passedThenAbandoned: { of: 'visit', unit: 'count', counts: 'abandoned after T, at queued + T' },
  passedThenFlowedOut: { of: 'visit', unit: 'count', counts: 'flowed out after T, at queued + T' },
  waitingPast: { of: 'visit', unit: 'count', counts: 'still waiting after T, at queued + T' },
  serviceLevelMet: {
    of: 'visit',
    unit: 'count',
    counts: 'service-level events that count as met by the definition of their queue',
  },
  serviceLevelDecided: {
    of: 'visit',
    unit: 'count',
    counts: 'service-level events that count by the definition of their queue',
  },
  offers: { of: 'offer', unit: 'count', counts: 'ring attempts at an agent, at the first ring' },
  ringNoAnswers: { of: 'offer', unit: 'count', counts: 'offers ended noAnswer, at their end' },
  ownAnsweredInTime: {
    of: 'leg',
    unit: 'count',
    counts: 'visits that the agent answered within T, at the answer',
  },
  ownAnsweredLate: {
    of: 'leg',
    unit: 'count',
    counts: 'visits that the agent answered after T, at the answer',
  },
  handled: {
    of: 'leg',
    unit: 'count',
    counts: 'completed inbound primary legs, at the disconnect',
  },
  talkMs: { of: 'leg', unit: 'ms', counts: 'talk of handlings without hold, at the disconnect' },
  holdMs: { of: 'leg', unit: 'ms', counts: 'hold of handlings, at the disconnect' },
  wrapMs: { of: 'leg', unit: 'ms', counts: 'wrap-up of handlings, at the disconnect' },
  configuredWrapMs: {
    of: 'leg',
    unit: 'ms',
    counts: 'wrap-up as configured for the queue, where the feed reports none, at the disconnect',
  },
  shortCalls: {
    of: 'leg',
    unit: 'count',
    counts: 'handlings whose talk was below the floor of the queue, at the disconnect',
  },
  transferred: {
    of: 'leg',
    unit: 'count',
    counts: 'handlings that the agent transferred on, at the disconnect',
  },
  handledReasons: {
    of: 'leg',
    unit: 'count',
    counts: 'handlings by disposition, at the disconnect',
    detail: 'reason',
  },
  outboundHandled: {
    of: 'leg',
    unit: 'count',
    counts: 'completed outbound primary legs, at the disconnect',
  },
  outboundTalkMs: { of: 'leg', unit: 'ms', counts: 'talk of outbound legs, at the disconnect' },
  outboundHoldMs: { of: 'leg', unit: 'ms', counts: 'hold of outbound legs, at the disconnect' },
  outboundWrapMs: { of: 'leg', unit: 'ms', counts: 'wrap-up of outbound legs, at the disconnect' },
  availableMs: { of: 'agentTime', unit: 'ms', counts: 'time in the state available' },
  ringingMs: { of: 'agentTime', unit: 'ms', counts: 'time in the state ringing' },
  onContactMs: { of: 'agentTime', unit: 'ms', counts: 'time on a contact, hold included' },
  wrapUpMs: { of: 'agentTime', unit: 'ms', counts: 'time in after-call work' },
  notReadyMs: {
    of: 'agentTime',
    unit: 'ms',
    counts: 'time in the state not ready',
    detail: 'reason',
  },
  scheduledMs: {
    of: 'agentTime',
    unit: 'ms',
    counts: 'scheduled time in which the state of the agent is known',
  },
  adherentMs: {
    of: 'agentTime',
    unit: 'ms',
    counts: 'scheduled time spent in a state that keeps to the plan',
  },
  callbacksRequested: {
    of: 'callback',
    unit: 'count',
    counts: 'callbacks requested, at the request',
  },
  callbacksCompleted: {
    of: 'callback',
    unit: 'count',
    counts: 'callbacks completed, at the completion',
  },
  firstContacts: {
    of: 'matter',
    unit: 'count',
    counts: 'handled inbound contacts that opened a matter, at the last disconnect',
    detail: 'voice or other',
  },
  firstContactsResolved: {
    of: 'matter',
    unit: 'count',
    counts: 'those that needed no further contact within the window, at the same instant',
    detail: 'voice or other',
  },
} as const satisfies Record<string, Counter>

export type CounterId = keyof typeof counters
export const counterIds = Object.keys(counters) as readonly CounterId[]
