import { z } from 'zod'
import { DAY_MS } from '../time.ts'
import { common, Instant, Money, MoneySize, Name } from './fields.ts'

/** What the CRM and the order desk say: leads, opportunities, quotes, orders, customers, costs. */

/** A cost is spread over the days of its span; a century of them is a mistyped year. */
const LONGEST_COST_MS = 3_653 * DAY_MS

const origin = z.enum(['inbound', 'outbound', 'referral'])
const cause = z.enum(['error', 'customer'])

export const salesEvents = {
  'lead.changed': z.looseObject({
    leadId: Name,
    change: z.enum(['created', 'contacted', 'stage', 'converted', 'disqualified']),
    stage: Name.optional(),
    origin: origin.optional(),
    segment: Name.optional(),
    agent: Name.optional(),
    account: Name.optional(),
    campaign: Name.optional(),
    ...common,
  }),
  'opportunity.changed': z.looseObject({
    opportunityId: Name,
    change: z.enum(['created', 'stage', 'amount', 'won', 'lost']),
    kind: z.enum(['new', 'upsell', 'crosssell', 'renewal']).optional(),
    origin: origin.optional(),
    segment: Name.optional(),
    stage: Name.optional(),
    stageFrom: Name.optional(),
    amount: Money.optional(),
    termMonths: z.number().nonnegative().optional(),
    firstContactAt: Instant.optional(),
    agent: Name.optional(),
    account: Name.optional(),
    leadId: Name.optional(),
    pipeline: Name.optional(),
    ...common,
  }),
  'quote.changed': z.looseObject({
    quoteId: Name,
    document: z.enum(['quote', 'proposal']),
    change: z.enum(['requested', 'issued', 'corrected', 'accepted', 'rejected', 'expired']),
    cause: cause.optional(),
    lines: z.int().nonnegative().optional(),
    amount: Money.optional(),
    agent: Name.optional(),
    opportunityId: Name.optional(),
    ...common,
  }),
  'order.changed': z.looseObject({
    orderId: Name,
    change: z.enum(['placed', 'corrected', 'cancelled']),
    cause: cause.optional(),
    amount: Money.optional(),
    lines: z
      .array(
        z.looseObject({
          sku: Name,
          quantity: z.number(),
          amount: Money,
          cost: Money.optional(),
        }),
      )
      .max(1_000)
      .optional(),
    agent: Name.optional(),
    account: Name.optional(),
    quoteId: Name.optional(),
    opportunityId: Name.optional(),
    ...common,
  }),
  'customer.changed': z.looseObject({
    account: Name,
    change: z.enum(['new', 'existing', 'expanded', 'contracted', 'churned', 'returned']),
    /** The monthly level after the change. */
    monthly: Money.optional(),
    /** The size of the change, positive. */
    amount: MoneySize.optional(),
    agent: Name.optional(),
    ...common,
  }),
  'activity.recorded': z.looseObject({
    activityId: Name,
    kind: Name,
    count: z.int().positive().optional(),
    agent: Name.optional(),
    account: Name.optional(),
    leadId: Name.optional(),
    opportunityId: Name.optional(),
    campaign: Name.optional(),
    ...common,
  }),
  'cost.recorded': z
    .looseObject({
      costId: Name,
      kind: z.enum(['leads', 'outreach', 'staff']),
      amount: Money,
      method: Name.optional(),
      agent: Name.optional(),
      team: Name.optional(),
      from: Instant,
      to: Instant,
      ...common,
    })
    .refine((cost) => cost.from < cost.to, { path: ['to'], error: 'must be after from' })
    .refine((cost) => cost.to - cost.from <= LONGEST_COST_MS, {
      path: ['to'],
      error: 'must not be more than ten years after from',
    }),
}
