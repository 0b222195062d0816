import { z } from 'zod'
import { Channel, common, Direction, Instant, Name } from './fields.ts'

/**
 * A contact: one call, chat or message thread as the telephone system routes it.
 *
 * It has three grains. A queue **visit** is one entry into one queue, an **offer** one ring attempt
 * at one agent, a **leg** one agent's handling. Offered, answered, abandoned and service level
 * count visits; ring-no-answer counts offers; talk, hold, wrap and handle time count legs.
 */

/** How a visit ended. `error` and `lost` are in no rate: they are counted and listed. */
export const VisitOutcome = z.enum([
  'answered',
  'abandoned',
  'timeout',
  'overflow',
  'exitKey',
  'empty',
  'withdrawn',
  'callbackRequested',
  'transferredOut',
  'voicemail',
  'blocked',
  'error',
  'lost',
])
export type VisitOutcome = z.infer<typeof VisitOutcome>

/** How a ring attempt ended. Ring-no-answer is `noAnswer` alone. */
export const OfferOutcome = z.enum([
  'accepted',
  'noAnswer',
  'rejected',
  'busy',
  'unavailable',
  'answeredElsewhere',
  'customerLeft',
  'error',
  'unknown',
])
export type OfferOutcome = z.infer<typeof OfferOutcome>

/** Why a visit began. `requeue` is only after an answer. */
export const VisitReason = z.enum(['new', 'overflow', 'transfer', 'requeue', 'callback'])
export type VisitReason = z.infer<typeof VisitReason>

/** An agent's part in a talk. Only `primary` legs are handlings. */
export const LegRole = z.enum(['primary', 'consult', 'conference', 'monitor', 'coach', 'barge'])
export type LegRole = z.infer<typeof LegRole>

export const ContactEnd = z.enum([
  'handled',
  'abandoned',
  'selfServed',
  'voicemail',
  'failed',
  'lost',
])
export type ContactEnd = z.infer<typeof ContactEnd>

const contactId = Name
const leg = { contactId, legId: Name, agent: Name, ...common }

export const contactEvents = {
  'contact.started': z.looseObject({
    contactId,
    channel: Channel,
    direction: Direction,
    interactionId: Name.optional(),
    customer: Name.optional(),
    campaign: Name.optional(),
    parentContactId: Name.optional(),
    ...common,
  }),
  'contact.queued': z.looseObject({
    contactId,
    visitId: Name,
    queue: Name,
    channel: Channel.optional(),
    reason: VisitReason.optional(),
    customer: Name.optional(),
    priority: z.number().optional(),
    position: z.int().nonnegative().optional(),
    ...common,
  }),
  'contact.dequeued': z.looseObject({
    contactId,
    visitId: Name,
    queue: Name,
    outcome: VisitOutcome,
    agent: Name.optional(),
    toQueue: Name.optional(),
    ...common,
  }),
  'contact.offered': z.looseObject({
    contactId,
    offerId: Name,
    agent: Name,
    visitId: Name.optional(),
    queue: Name.optional(),
    ...common,
  }),
  'contact.offerEnded': z.looseObject({
    contactId,
    offerId: Name,
    agent: Name,
    outcome: OfferOutcome,
    ...common,
  }),
  'contact.connected': z.looseObject({
    ...leg,
    visitId: Name.optional(),
    queue: Name.optional(),
    role: LegRole.optional(),
    direction: Direction.optional(),
  }),
  'contact.held': z.looseObject(leg),
  'contact.resumed': z.looseObject(leg),
  'contact.transferred': z.looseObject({
    contactId,
    fromLegId: Name,
    kind: z.enum(['blind', 'attended', 'conference']),
    toType: z.enum(['queue', 'agent', 'external', 'unknown']),
    to: Name.optional(),
    result: z.enum(['completed', 'failed', 'cancelled']).optional(),
    ...common,
  }),
  'contact.disconnected': z.looseObject({
    ...leg,
    by: z.enum(['customer', 'agent', 'transfer', 'system', 'unknown']).optional(),
  }),
  'contact.wrapUpStarted': z.looseObject({
    ...leg,
    by: z.enum(['agent', 'timer', 'system']).optional(),
  }),
  'contact.wrapUpEnded': z.looseObject({
    ...leg,
    by: z.enum(['agent', 'timer', 'system']).optional(),
  }),
  'contact.disposed': z.looseObject({
    contactId,
    legId: Name.optional(),
    agent: Name.optional(),
    reason: Name.optional(),
    resolved: z.boolean().optional(),
    matter: Name.optional(),
    ...common,
  }),
  'contact.ended': z.looseObject({ contactId, final: ContactEnd.optional(), ...common }),
}

/** What became of a promise to call a customer back. */
export const callbackEvents = {
  'callback.changed': z.looseObject({
    callbackId: Name,
    state: z.enum([
      'requested',
      'scheduled',
      'attempting',
      'connected',
      'completed',
      'failed',
      'cancelled',
      'expired',
    ]),
    contactId: Name.optional(),
    queue: Name.optional(),
    dueAt: Instant.optional(),
    agent: Name.optional(),
    ...common,
  }),
}

/** A dial, and how it ended. A conversation is `connected`: a person answered. */
export const outboundEvents = {
  'outbound.attempted': z.looseObject({
    attemptId: Name,
    agent: Name.optional(),
    contactId: Name.optional(),
    campaign: Name.optional(),
    mode: Name.optional(),
    customer: Name.optional(),
    account: Name.optional(),
    leadId: Name.optional(),
    ...common,
  }),
  'outbound.completed': z.looseObject({
    attemptId: Name,
    result: z.enum([
      'connected',
      'machine',
      'noAnswer',
      'busy',
      'rejected',
      'invalid',
      'failed',
      'abandoned',
    ]),
    legId: Name.optional(),
    ...common,
  }),
}
