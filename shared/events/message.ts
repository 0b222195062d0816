import { z } from 'zod'
import { common, Direction, Instant, Name } from './fields.ts'

/** Mail and cases: a message came in or went out, what became of it, how its case moved. */
export const messageEvents = {
  'message.recorded': z.looseObject({
    /** The RFC 5322 Message-ID. */
    messageId: Name,
    threadId: Name,
    direction: Direction,
    author: z.enum(['customer', 'agent', 'automation']),
    queue: Name.optional(),
    agent: Name.optional(),
    contactId: Name.optional(),
    caseId: Name.optional(),
    customer: Name.optional(),
    account: Name.optional(),
    inReplyTo: Name.optional(),
    outreach: z.boolean().optional(),
    leadId: Name.optional(),
    receivedAt: Instant.optional(),
    ...common,
  }),
  'message.tracked': z.looseObject({
    messageId: Name,
    track: z.enum(['delivered', 'bounced', 'opened', 'clicked', 'replied']),
    /** A scanner or a mail proxy did it, not a person. */
    machine: z.boolean().optional(),
    ...common,
  }),
  'case.changed': z.looseObject({
    caseId: Name,
    field: z.enum(['status', 'assignee', 'queue', 'priority']),
    to: Name,
    from: Name.optional(),
    statusClass: z.enum(['new', 'open', 'pending', 'onHold', 'solved', 'closed']).optional(),
    agent: Name.optional(),
    queue: Name.optional(),
    customer: Name.optional(),
    noReplyNeeded: z.boolean().optional(),
    ...common,
  }),
}
