import type { Counter, Need } from './counter.ts'

/** What is counted of accounts: revenue by the month, and who is a customer. */

const change: readonly Need[] = [['customer.changed']]

const revenue = { of: 'object', unit: 'money', needs: change } as const

const sale: readonly Need[] = [['customer.changed', 'order.changed', 'opportunity.changed']]

export const customerCounters = {
  newBusinessAmount: { ...revenue, counts: 'amounts of new contracts, at the change' },
  expansionAmount: { ...revenue, counts: 'amounts of expansions, at the change' },
  contractionAmount: { ...revenue, counts: 'amounts of contractions, at the change' },
  churnedAmount: { ...revenue, counts: 'amounts lost with customers, at the change' },
  monthlyAmount: {
    ...revenue,
    counts:
      'changes of the monthly amounts of accounts, at each; its sum from the beginning is the level',
  },
  customersNew: {
    of: 'object',
    unit: 'count',
    counts: 'accounts that became customers, at their first contract or order',
    needs: sale,
  },
  customersActive: {
    of: 'object',
    unit: 'count',
    counts:
      'accounts that became customers less those lost, at each; its sum from the beginning is the level',
    needs: change,
  },
  customersChurned: {
    of: 'object',
    unit: 'count',
    counts: 'customers lost, at the churn',
    needs: change,
  },
} as const satisfies Record<string, Counter>
