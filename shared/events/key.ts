import { assertNever } from '../never.ts'
import type { Event } from './event.ts'
import { systemOf } from './event.ts'

/**
 * The natural key of the fact that an event reports: two events of one type with the same key, from
 * the same system, are reports of one fact. Where the contract writes `@`, the instant is part of
 * the key.
 */
export function naturalKey(event: Event): string {
  switch (event.type) {
    case 'contact.started':
    case 'contact.ended':
      return event.data.contactId
    case 'contact.queued':
    case 'contact.dequeued':
      return event.data.visitId
    case 'contact.offered':
    case 'contact.offerEnded':
      return event.data.offerId
    case 'contact.connected':
    case 'contact.disconnected':
    case 'contact.wrapUpStarted':
    case 'contact.wrapUpEnded':
      return event.data.legId
    case 'contact.held':
    case 'contact.resumed':
      return `${event.data.legId}@${String(event.atMs)}`
    case 'contact.transferred':
      return `${event.data.fromLegId}@${String(event.atMs)}`
    case 'contact.disposed':
      return `${event.data.contactId}/${event.data.legId ?? ''}@${String(event.atMs)}`
    case 'callback.changed':
      return `${event.data.callbackId}/${event.data.state}@${String(event.atMs)}`
    case 'outbound.attempted':
    case 'outbound.completed':
      return event.data.attemptId
    case 'agent.stateChanged':
      return `${event.data.agent}@${String(event.atMs)}`
    case 'agent.queueChanged':
      return `${event.data.agent}/${event.data.queue}/${event.data.action}@${String(event.atMs)}`
    case 'agent.scheduled':
      return `${event.data.agent}/${event.data.day}`
    case 'message.recorded':
      return `${event.data.messageId}/${event.data.direction}`
    case 'message.tracked':
      return `${event.data.messageId}/${event.data.track}`
    case 'case.changed':
      return `${event.data.caseId}/${event.data.field}@${String(event.atMs)}`
    case 'lead.changed':
      return `${event.data.leadId}/${event.data.change}@${String(event.atMs)}`
    case 'opportunity.changed':
      return `${event.data.opportunityId}/${event.data.change}@${String(event.atMs)}`
    case 'quote.changed':
      return `${event.data.quoteId}/${event.data.document}/${event.data.change}@${String(event.atMs)}`
    case 'order.changed':
      return `${event.data.orderId}/${event.data.change}@${String(event.atMs)}`
    case 'customer.changed':
      return `${event.data.account}/${event.data.change}@${String(event.atMs)}`
    case 'activity.recorded':
      return `${event.data.activityId}/${event.data.kind}`
    case 'cost.recorded':
      return event.data.costId
    case 'evaluation.recorded':
      return `${event.data.evaluationId}@${String(event.atMs)}`
    case 'survey.sent':
    case 'survey.answered':
      return event.data.responseId
    case 'source.snapshot':
      return `${event.source}/${event.data.scope}@${String(event.atMs)}`
    case 'source.gap':
      return `${event.source}@${String(event.atMs)}`
    case 'source.restarted':
      return `${systemOf(event.source)}@${String(event.atMs)}`
    case 'fact.retracted':
      return `${event.data.type}/${event.data.key}`
    default:
      return assertNever(event)
  }
}
