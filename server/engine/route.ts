import type { Event, EventOf, EventType } from '../../shared/events/event.ts'
import { systemOf } from '../../shared/events/event.ts'
import { parseInstant } from '../../shared/events/fields.ts'
import { naturalKey } from '../../shared/events/key.ts'
import { assertNever } from '../../shared/never.ts'
import { reportOf } from './facts.ts'
import type { Settings } from './settings.ts'
import type { Report, SubjectKey } from './subject.ts'
import { namedContacts } from './subjects/contactCredit.ts'
import {
  agentTimeKey,
  objectKey,
  planKey,
  splitReference,
  systemIn,
  systemKey,
} from './subjects/keys.ts'

/** A report on its way to the subject that keeps it. */
export type Routed = {
  to: SubjectKey
  type: EventType
  /** The fact's natural key, its ids bare. */
  key: string
  system: string
  report: Report
}

/** The reports of an event. Almost always one; a snapshot tells of many, and some are heard twice. */
export function routesOf(event: Event, settings: Settings): Routed[] {
  const own = routeOne(event, settings)
  if (event.type === 'source.snapshot') return [own, ...snapshotRoutes(event, settings)]
  const hearers = hearersOf(event, own.system, settings)
  return hearers.length === 0 ? [own] : [own, ...hearers.map((to) => ({ ...own, to }))]
}

/** The subjects that an event is routed to, without its reports. */
export function subjectsOf(event: Event, settings: Settings): SubjectKey[] {
  if (event.type === 'source.snapshot') return routesOf(event, settings).map(({ to }) => to)
  const { system, event: bare } = withBareIds(event, settings)
  return [subjectOf(bare, system, settings), ...hearersOf(event, system, settings)]
}

const nobody: readonly SubjectKey[] = []

/** Who hears an event besides the subject that it is about. */
function hearersOf(event: Event, system: string, settings: Settings): readonly SubjectKey[] {
  // A case knows its threads by their messages.
  if (event.type === 'message.recorded') {
    const { caseId } = event.data
    return caseId === undefined ? nobody : [objectKey('case', system, caseId)]
  }
  // An agent's time, or plan, belongs to no system that could keep what is taken back of it.
  if (event.type === 'fact.retracted') {
    const at = retracted(event, settings)
    return at && 'subject' in at && systemIn(at.subject) === null ? [at.subject] : nobody
  }
  // Who handled a contact is credited with what is said of it, by the contact itself.
  return contactsOf(event, settings)
}

/** What a survey or an evaluation may be about; none: it names no contact, or is neither. */
function contactsOf(event: Event, settings: Settings): readonly SubjectKey[] {
  switch (event.type) {
    case 'evaluation.recorded':
    case 'survey.sent':
    case 'survey.answered': {
      const { contactId } = event.data
      return contactId === undefined ? nobody : namedContacts(contactId, event.source, settings)
    }
    default:
      return nobody
  }
}

function routeOne(event: Event, settings: Settings): Routed {
  const { system, event: bare } = withBareIds(event, settings)
  return {
    to: subjectOf(bare, system, settings),
    type: bare.type,
    key: naturalKey(bare),
    system,
    report: reportOf(bare),
  }
}

/** Ids of a contact's parts, which another system writes as `/system#id`. */
const contactIds = ['contactId', 'visitId', 'offerId', 'legId', 'fromLegId'] as const

/** A contact's event with bare ids, and the system that they belong to. */
function withBareIds(event: Event, settings: Settings): { system: string; event: Event } {
  if (event.type === 'customer.changed') return withBareAccount(event)
  if (event.type === 'message.tracked') return withBareMessage(event, settings)
  if (event.type === 'fact.retracted') return withBareKey(event, settings)
  if (!event.type.startsWith('contact.')) return { system: systemOf(event.source), event }
  const own = settings.systemOfContacts(event.source)
  const { contactId } = event.data as { contactId: string }
  if (!contactId.startsWith('/')) return { system: own, event }
  const data: Record<string, unknown> = { ...event.data }
  for (const field of contactIds) {
    const reference = data[field]
    if (typeof reference === 'string') data[field] = splitReference(reference, own).id
  }
  const { system } = splitReference(contactId, own)
  // Only ids were shortened, so the data still is of the event's type.
  return { system, event: { ...event, data } as Event }
}

/** An account's change with its bare id, and the system that it belongs to. */
function withBareAccount(event: EventOf<'customer.changed'>): { system: string; event: Event } {
  const { system, id } = splitReference(event.data.account, systemOf(event.source))
  return { system, event: { ...event, data: { ...event.data, account: id } } }
}

/** What a tracker says, with the bare id of the mail, and the system of the mailbox. */
function withBareMessage(
  event: EventOf<'message.tracked'>,
  settings: Settings,
): { system: string; event: Event } {
  const own = settings.systemOfContacts(event.source)
  const { system, id } = splitReference(event.data.messageId, own)
  return { system, event: { ...event, data: { ...event.data, messageId: id } } }
}

/** What takes a fact back, with its key as the fact itself has it, and the fact's system. */
function withBareKey(
  event: EventOf<'fact.retracted'>,
  settings: Settings,
): { system: string; event: EventOf<'fact.retracted'> } {
  const { type } = event.data
  const isOfOthers = type.startsWith('contact.') || type === 'message.tracked'
  const own = isOfOthers ? settings.systemOfContacts(event.source) : systemOf(event.source)
  const { system, id } = splitReference(event.data.key, own)
  return { system, event: { ...event, data: { ...event.data, key: id } } }
}

function subjectOf(event: Event, system: string, settings: Settings): SubjectKey {
  const object = (kind: string, id: string) => objectKey(kind, system, id)
  switch (event.type) {
    case 'contact.started':
    case 'contact.queued':
    case 'contact.dequeued':
    case 'contact.offered':
    case 'contact.offerEnded':
    case 'contact.connected':
    case 'contact.held':
    case 'contact.resumed':
    case 'contact.transferred':
    case 'contact.disconnected':
    case 'contact.wrapUpStarted':
    case 'contact.wrapUpEnded':
    case 'contact.disposed':
    case 'contact.ended':
      return object('contact', event.data.contactId)
    case 'callback.changed':
      return object('callback', event.data.callbackId)
    case 'outbound.attempted':
    case 'outbound.completed':
      return object('attempt', event.data.attemptId)
    case 'agent.stateChanged':
    case 'agent.queueChanged':
      return agentTimeKey(settings.agentKey(event.data.agent), event.atMs)
    case 'agent.scheduled':
      return planKey(settings.agentKey(event.data.agent), event.data.day)
    case 'message.recorded':
      return object('thread', event.data.threadId)
    case 'message.tracked':
      return object('trackedMessage', event.data.messageId)
    case 'case.changed':
      return object('case', event.data.caseId)
    case 'lead.changed':
      return object('lead', event.data.leadId)
    case 'opportunity.changed':
      return object('opportunity', event.data.opportunityId)
    case 'quote.changed':
      return object('quote', `${event.data.document}/${event.data.quoteId}`)
    case 'order.changed':
      return object('order', event.data.orderId)
    case 'customer.changed':
      return object('customer', event.data.account)
    case 'activity.recorded':
      return object('activity', event.data.activityId)
    case 'cost.recorded':
      return object('cost', event.data.costId)
    case 'evaluation.recorded':
      return object('evaluation', event.data.evaluationId)
    case 'survey.sent':
    case 'survey.answered':
      return object('survey', event.data.responseId)
    case 'source.snapshot':
      return object(
        'snapshot',
        `${event.source}@${new Date(event.atMs).toISOString().slice(0, 10)}`,
      )
    case 'source.gap':
    case 'source.restarted':
    case 'fact.retracted':
      return systemKey(system)
    default:
      return assertNever(event)
  }
}

/**
 * What a snapshot asserts, as facts: contacts that wait or talk began when it says that they did,
 * worked out from the snapshot; agents are in the state that it says.
 */
function snapshotRoutes(event: EventOf<'source.snapshot'>, settings: Settings): Routed[] {
  return event.data.items.flatMap((item, index) => {
    const { since, ...data } = item
    const asserted = (
      type: EventType,
      atMs: number,
      provenance: Report['provenance'],
    ): Routed[] => {
      const fact = {
        ...event,
        type,
        id: `${event.id}#${String(index)}`,
        atMs,
        data: { ...data, provenance, precision: event.data.precision ?? 'ms' },
      } as Event
      return [routeOne(fact, settings)]
    }
    const has = (...fields: string[]) => fields.every((field) => typeof data[field] === 'string')
    switch (event.data.scope) {
      case 'contacts': {
        const isTalk = has('contactId', 'legId', 'agent')
        if (!isTalk && !has('contactId', 'visitId', 'queue')) return []
        return asserted(
          isTalk ? 'contact.connected' : 'contact.queued',
          since ?? event.atMs,
          'derived',
        )
      }
      case 'agents': {
        const provenance = event.data.provenance ?? 'observed'
        const isMembership = has('agent', 'queue', 'action')
        if (!isMembership && !has('agent', 'state')) return []
        return asserted(
          isMembership ? 'agent.queueChanged' : 'agent.stateChanged',
          since ?? event.atMs,
          provenance,
        )
      }
      case 'queues':
        return []
    }
  })
}

/** A retracted fact's key as we write it: senders write its instant as RFC 3339. */
export function retractedKey(key: string): string {
  const instant = instantIn(key)
  return instant === null ? key : `${key.slice(0, key.lastIndexOf('@'))}@${String(instant)}`
}

/** The instant that a key ends with; null: it has none. */
function instantIn(key: string): number | null {
  const at = key.lastIndexOf('@')
  return at === -1 ? null : parseInstant(key.slice(at + 1))
}

/** What follows each slash of a name. */
const afterSlashes = (name: string): string[] =>
  [...name.matchAll(/\//g)].map(({ index }) => name.slice(index + 1))

/**
 * The subject that a retracted fact's key names, or the ids of which one is the part that has to be
 * looked up to find it; null where facts of its type are only kept, and where it names none.
 */
export function retracted(
  event: EventOf<'fact.retracted'>,
  settings: Settings,
): { subject: SubjectKey } | { parts: readonly string[] } | null {
  const { system, event: bare } = withBareKey(event, settings)
  const key = retractedKey(bare.data.key)
  // Without an instant an @ is part of the name, as in every Message-ID.
  const at = instantIn(bare.data.key) === null ? -1 : key.lastIndexOf('@')
  const name = at === -1 ? key : key.slice(0, at)
  const instant = at === -1 ? null : Number(key.slice(at + 1))
  const object = (kind: string, id: string) => ({ subject: objectKey(kind, system, id) })
  const beforeSlash = name.slice(0, name.lastIndexOf('/'))
  switch (event.data.type as EventType) {
    case 'contact.started':
    case 'contact.ended':
      return object('contact', name)
    case 'contact.disposed':
      if (name.endsWith('/')) return object('contact', beforeSlash)
      // contactId/legId, each of which may have slashes itself.
      return { parts: afterSlashes(name).map((leg) => `${system}#${leg}`) }
    case 'contact.queued':
    case 'contact.dequeued':
    case 'contact.offered':
    case 'contact.offerEnded':
    case 'contact.connected':
    case 'contact.disconnected':
    case 'contact.held':
    case 'contact.resumed':
    case 'contact.transferred':
    case 'contact.wrapUpStarted':
    case 'contact.wrapUpEnded':
      return { parts: [`${system}#${name}`] }
    case 'callback.changed':
      return object('callback', beforeSlash)
    case 'agent.stateChanged':
      return instant === null ? null : { subject: agentTimeKey(settings.agentKey(name), instant) }
    case 'agent.queueChanged': {
      if (instant === null) return null
      const agent = name.split('/').slice(0, -2).join('/')
      return { subject: agentTimeKey(settings.agentKey(agent), instant) }
    }
    case 'agent.scheduled': {
      const day = name.slice(beforeSlash.length + 1)
      return { subject: planKey(settings.agentKey(beforeSlash), day) }
    }
    case 'outbound.attempted':
    case 'outbound.completed':
      return object('attempt', name)
    case 'cost.recorded':
      return object('cost', name)
    case 'evaluation.recorded':
      return object('evaluation', name)
    case 'survey.sent':
    case 'survey.answered':
      return object('survey', name)
    case 'message.tracked':
      return object('trackedMessage', beforeSlash)
    case 'message.recorded':
      return { parts: [`${system}#${name}`] }
    case 'case.changed':
      return object('case', beforeSlash)
    case 'lead.changed':
      return object('lead', beforeSlash)
    case 'opportunity.changed':
      return object('opportunity', beforeSlash)
    case 'order.changed':
      return object('order', beforeSlash)
    case 'customer.changed':
      return object('customer', beforeSlash)
    case 'activity.recorded':
      return object('activity', beforeSlash)
    case 'quote.changed': {
      // quoteId/document/change: its subject is named document first.
      const beforeChange = name.slice(0, beforeSlash.length).split('/')
      const document = beforeChange.pop() ?? ''
      return object('quote', `${document}/${beforeChange.join('/')}`)
    }
    default:
      // What systems say of themselves is kept with them.
      return null
  }
}
