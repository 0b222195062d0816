/** One event of each type with every field of the contract, and the key of its fact. */
import type { EventType } from '../shared/events/event.ts'
import type { SentEvent } from '../shared/events/sent.ts'

/** When all of them happened. */
export const EVERY_TIME = '2026-11-21T10:31:07.250Z'
const EVERY_SOURCE = '/acme/suite-1/feed'

/** As keys are written: `@` stands for the instant. */
export type Example = { key: string; data: Record<string, unknown> }

/** The example of a type as it is sent. */
export function exampleEvent(type: EventType): SentEvent {
  const { data } = everyEvent[type]
  return {
    specversion: '1.0',
    id: `${type}-1`,
    source: EVERY_SOURCE,
    type,
    time: EVERY_TIME,
    ...('precision' in data ? { sequence: '17' } : {}),
    data,
  }
}

const leg = { contactId: 'c-42', legId: 'c-42/leg/1', agent: 'PJSIP/101' }
const amount = { value: '1234.50', currency: 'USD' }
const survey = {
  responseId: 'r-1',
  survey: 'after call',
  audience: 'customer',
  kind: 'csat',
  contactId: 'c-42',
  agent: 'PJSIP/101',
  queue: 'sales',
}

export const everyEvent: Record<EventType, Example> = {
  'contact.started': {
    key: 'c-42',
    data: {
      contactId: 'c-42',
      channel: 'voice',
      direction: 'inbound',
      interactionId: 'i-7',
      customer: '+815012345678',
      campaign: 'autumn',
      parentContactId: 'c-41',
    },
  },
  'contact.queued': {
    key: 'c-42/1',
    data: {
      contactId: 'c-42',
      visitId: 'c-42/1',
      queue: 'sales',
      channel: 'voice',
      reason: 'new',
      customer: '+815012345678',
      priority: 5,
      position: 3,
      provenance: 'observed',
      precision: 's',
    },
  },
  'contact.dequeued': {
    key: 'c-42/1',
    data: {
      contactId: 'c-42',
      visitId: 'c-42/1',
      queue: 'sales',
      outcome: 'overflow',
      agent: 'PJSIP/101',
      toQueue: 'support',
    },
  },
  'contact.offered': {
    key: 'c-42/1/PJSIP/101/1',
    data: {
      contactId: 'c-42',
      offerId: 'c-42/1/PJSIP/101/1',
      agent: 'PJSIP/101',
      visitId: 'c-42/1',
      queue: 'sales',
    },
  },
  'contact.offerEnded': {
    key: 'c-42/1/PJSIP/101/1',
    data: {
      contactId: 'c-42',
      offerId: 'c-42/1/PJSIP/101/1',
      agent: 'PJSIP/101',
      outcome: 'noAnswer',
    },
  },
  'contact.connected': {
    key: 'c-42/leg/1',
    data: { ...leg, visitId: 'c-42/1', queue: 'sales', role: 'primary', direction: 'inbound' },
  },
  'contact.held': { key: 'c-42/leg/1@', data: leg },
  'contact.resumed': { key: 'c-42/leg/1@', data: leg },
  'contact.transferred': {
    key: 'c-42/leg/1@',
    data: {
      contactId: 'c-42',
      fromLegId: 'c-42/leg/1',
      kind: 'attended',
      toType: 'queue',
      to: 'support',
      result: 'completed',
    },
  },
  'contact.disconnected': { key: 'c-42/leg/1', data: { ...leg, by: 'customer' } },
  'contact.wrapUpStarted': { key: 'c-42/leg/1', data: { ...leg, by: 'system' } },
  'contact.wrapUpEnded': { key: 'c-42/leg/1', data: { ...leg, by: 'timer' } },
  'contact.disposed': {
    key: 'c-42/c-42/leg/1@',
    data: {
      contactId: 'c-42',
      legId: 'c-42/leg/1',
      agent: 'PJSIP/101',
      reason: 'price question',
      resolved: true,
      matter: 'order 77',
    },
  },
  'contact.ended': { key: 'c-42', data: { contactId: 'c-42', final: 'handled' } },
  'callback.changed': {
    key: 'cb-1/scheduled@',
    data: {
      callbackId: 'cb-1',
      state: 'scheduled',
      contactId: 'c-42',
      queue: 'sales',
      dueAt: '2026-11-21T14:00:00Z',
      agent: 'PJSIP/101',
    },
  },
  'outbound.attempted': {
    key: 'a-9',
    data: {
      attemptId: 'a-9',
      agent: 'PJSIP/101',
      contactId: 'c-43',
      campaign: 'autumn',
      mode: 'preview',
      customer: '+815012345678',
      account: 'acme',
      leadId: 'l-3',
    },
  },
  'outbound.completed': {
    key: 'a-9',
    data: { attemptId: 'a-9', result: 'connected', legId: 'c-43/leg/1' },
  },
  'agent.stateChanged': {
    key: 'PJSIP/101@',
    data: {
      agent: 'PJSIP/101',
      state: 'notReady',
      reason: 'lunch',
      activity: 'idle',
      by: 'supervisor',
    },
  },
  'agent.queueChanged': {
    key: 'PJSIP/101/sales/paused@',
    data: { agent: 'PJSIP/101', queue: 'sales', action: 'paused', reason: 'lunch' },
  },
  'agent.scheduled': {
    key: 'PJSIP/101/2026-11-21',
    data: {
      agent: 'PJSIP/101',
      day: '2026-11-21',
      spans: [{ from: '2026-11-21T09:00:00Z', to: '2026-11-21T12:00:00Z', activity: 'phones' }],
    },
  },
  'message.recorded': {
    key: '<1@acme.example>/inbound',
    data: {
      messageId: '<1@acme.example>',
      threadId: 't-1',
      direction: 'inbound',
      author: 'customer',
      queue: 'orders',
      agent: 'ann@acme.example',
      contactId: 'c-44',
      caseId: 'k-5',
      customer: 'bob@buyer.example',
      account: 'buyer',
      inReplyTo: '<0@acme.example>',
      outreach: false,
      leadId: 'l-3',
      receivedAt: '2026-11-21T10:31:06Z',
    },
  },
  'message.tracked': {
    key: '<1@acme.example>/opened',
    data: { messageId: '<1@acme.example>', track: 'opened', machine: true },
  },
  'case.changed': {
    key: 'k-5/status@',
    data: {
      caseId: 'k-5',
      field: 'status',
      to: 'waiting for the customer',
      from: 'new',
      statusClass: 'pending',
      agent: 'ann@acme.example',
      queue: 'orders',
      customer: 'bob@buyer.example',
      noReplyNeeded: false,
    },
  },
  'lead.changed': {
    key: 'l-3/stage@',
    data: {
      leadId: 'l-3',
      change: 'stage',
      stage: 'mql',
      origin: 'inbound',
      segment: 'enterprise',
      agent: 'ann@acme.example',
      account: 'buyer',
      campaign: 'autumn',
    },
  },
  'opportunity.changed': {
    key: 'o-8/won@',
    data: {
      opportunityId: 'o-8',
      change: 'won',
      kind: 'new',
      origin: 'outbound',
      segment: 'enterprise',
      stage: 'closed',
      stageFrom: 'offer',
      amount,
      termMonths: 12,
      firstContactAt: '2026-10-01T09:00:00Z',
      agent: 'ann@acme.example',
      account: 'buyer',
      leadId: 'l-3',
      pipeline: 'standard',
    },
  },
  'quote.changed': {
    key: 'q-2/quote/corrected@',
    data: {
      quoteId: 'q-2',
      document: 'quote',
      change: 'corrected',
      cause: 'error',
      lines: 4,
      amount,
      agent: 'ann@acme.example',
      opportunityId: 'o-8',
    },
  },
  'order.changed': {
    key: '77/placed@',
    data: {
      orderId: '77',
      change: 'placed',
      cause: 'customer',
      amount,
      lines: [{ sku: 'A-1', quantity: 2, amount, cost: amount }],
      agent: 'ann@acme.example',
      account: 'buyer',
      quoteId: 'q-2',
      opportunityId: 'o-8',
    },
  },
  'customer.changed': {
    key: 'buyer/expanded@',
    data: {
      account: 'buyer',
      change: 'expanded',
      monthly: amount,
      amount,
      agent: 'ann@acme.example',
    },
  },
  'activity.recorded': {
    key: 'v-6/appointment',
    data: {
      activityId: 'v-6',
      kind: 'appointment',
      count: 1,
      agent: 'ann@acme.example',
      account: 'buyer',
      leadId: 'l-3',
      opportunityId: 'o-8',
      campaign: 'autumn',
    },
  },
  'cost.recorded': {
    key: 'cost-11',
    data: {
      costId: 'cost-11',
      kind: 'staff',
      amount,
      method: 'salary',
      agent: 'ann@acme.example',
      team: 'inside sales',
      from: '2026-11-01T00:00:00Z',
      to: '2026-12-01T00:00:00Z',
    },
  },
  'evaluation.recorded': {
    key: 'e-1@',
    data: {
      evaluationId: 'e-1',
      form: 'calls',
      formVersion: '3',
      agent: 'PJSIP/101',
      evaluator: 'eva',
      contactId: 'c-42',
      channel: 'voice',
      score: 42,
      possible: 50,
      sections: [{ id: 'greeting', score: 8, possible: 10 }],
      criticalFailure: false,
      purpose: 'score',
      status: 'released',
      handledAt: '2026-11-20T15:00:00Z',
    },
  },
  'survey.sent': { key: 'r-1', data: survey },
  'survey.answered': {
    key: 'r-1',
    data: { ...survey, score: 4, scale: { min: 1, max: 5 }, comment: 'Quick and kind.' },
  },
  'source.snapshot': {
    key: '/acme/suite-1/feed/agents@',
    data: {
      scope: 'agents',
      items: [{ agent: 'PJSIP/101', state: 'available', since: '2026-11-21T10:00:00Z' }],
    },
  },
  'source.gap': {
    key: '/acme/suite-1/feed@',
    data: { from: '2026-11-21T10:20:00Z', to: '2026-11-21T10:30:00Z', reason: 'connection lost' },
  },
  'source.restarted': { key: '/acme/suite-1@', data: { boot: 'b-1' } },
  'fact.retracted': {
    key: 'contact.queued/c-42/1',
    data: { type: 'contact.queued', key: 'c-42/1' },
  },
}
