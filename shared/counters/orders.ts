import type { Counter, Need } from './counter.ts'

/** What is counted of quotes, proposals and orders, and of what it costs to get them. */

const documents: readonly Need[] = [['quote.changed']]
const placed: readonly Need[] = [['order.changed']]
const costs: readonly Need[] = [['cost.recorded']]

const quote = { of: 'object', unit: 'count', needs: documents } as const
const order = { of: 'object', unit: 'count', needs: placed } as const
const amount = { of: 'object', unit: 'money', needs: placed } as const
const cost = {
  of: 'object',
  unit: 'money',
  needs: costs,
  fields: ['method'],
  isSpread: true,
} as const

export const orderCounters = {
  quotesIssued: { ...quote, counts: 'quotes, at their first issue' },
  quotesWithLines: { ...quote, counts: 'quotes whose lines are known, at their first issue' },
  quoteLines: { ...quote, counts: 'lines of quotes as last issued, at their first issue' },
  quotesWithAmount: { ...quote, counts: 'quotes whose amount is known, at their first issue' },
  quoteAmount: {
    ...quote,
    unit: 'money',
    counts: 'amounts of quotes as last issued, at their first issue',
  },
  quotesRequested: { ...quote, counts: 'quotes that were asked for, at their first issue' },
  quoteTurnaroundMs: {
    ...quote,
    unit: 'ms',
    counts: 'from the request of quotes to their first issue, at that issue',
  },
  quotesInError: {
    ...quote,
    counts: 'quotes that were corrected for an error of ours, at their first issue',
  },
  proposalsIssued: { ...quote, counts: 'proposals, at their first issue' },
  proposalsWithLines: { ...quote, counts: 'proposals whose lines are known, at their first issue' },
  proposalLines: { ...quote, counts: 'lines of proposals as last issued, at their first issue' },
  proposalsRequested: { ...quote, counts: 'proposals that were asked for, at their first issue' },
  proposalTurnaroundMs: {
    ...quote,
    unit: 'ms',
    counts: 'from the request of proposals to their first issue, at that issue',
  },

  ordersPlaced: { ...order, counts: 'orders, cancelled ones included, at the placing' },
  ordersCancelled: { ...order, counts: 'orders that were cancelled, at the placing' },
  ordersInError: {
    ...order,
    counts: 'orders that were corrected for an error of ours, at the placing',
  },
  orderAmount: { ...amount, counts: 'amounts of orders not cancelled, at the placing' },
  sourcedOrderAmount: {
    ...amount,
    counts:
      'amounts of orders not cancelled, at the placing; of the agent who set the appointment of ' +
      'their opportunity',
    needs: [...placed, ['activity.recorded']],
  },
  existingCustomerAmount: {
    ...amount,
    counts:
      'amounts of orders not cancelled of accounts with an earlier order or contract, at the placing',
  },
  productAmount: {
    ...amount,
    counts: 'amounts of lines of orders not cancelled, at the placing',
    detail: 'product; unspecified where an order has no lines',
    detailField: 'product',
  },
  costedLineAmount: {
    ...amount,
    counts: 'amounts of lines whose cost is known, of orders not cancelled, at the placing',
  },
  costedLineCost: { ...amount, counts: 'costs of those lines, at the placing' },

  leadCost: { ...cost, counts: 'costs of leads, over their span' },
  outreachCost: { ...cost, counts: 'costs of outreach, over their span' },
  staffCost: { ...cost, counts: 'costs of staff, over their span' },
} as const satisfies Record<string, Counter>
