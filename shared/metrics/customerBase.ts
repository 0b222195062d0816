import { balanceMetric, ratio } from './metric.ts'

/** The customers that there are and what they bring by the month: levels, and what changes them. */

const common = { group: 6, byChannel: false } as const
const whereKept = ['site', 'center'] as const
const atTheEnd = 'everything up to the end of the span'
const noCustomers = 'there was no customer'

/** [I] */
export const monthlyRecurringRevenue = balanceMetric({
  ...common,
  unit: 'money',
  name: 'MRR',
  nameJa: '月次経常収益(MRR)',
  formula: 'sum of what all accounts bring a month',
  attribution: atTheEnd,
  empty: null,
  better: 'higher',
  scopes: whereKept,
  parts: { monthly: ['monthlyAmount'] },
  at: { monthly: { level: 'end' } },
  value: ({ monthly }) => monthly,
})

/** [K] */
export const activeCustomers = balanceMetric({
  ...common,
  unit: 'count',
  name: 'Customers',
  nameJa: '既存顧客数',
  formula: 'n(accounts that became customers, or were already) − n(those lost)',
  attribution: atTheEnd,
  empty: null,
  better: 'higher',
  scopes: whereKept,
  parts: { customers: ['customersActive'] },
  at: { customers: { level: 'end' } },
  value: ({ customers }) => customers,
})

/** [I] */
export const monthlyRevenuePerCustomer = balanceMetric({
  ...common,
  unit: 'money',
  name: 'ARPA',
  nameJa: '顧客あたり月次収益(ARPA)',
  formula: 'MRR / customers',
  attribution: atTheEnd,
  empty: noCustomers,
  better: 'higher',
  scopes: whereKept,
  parts: { monthly: ['monthlyAmount'], customers: ['customersActive'] },
  at: { monthly: { level: 'end' }, customers: { level: 'end' } },
  value: ({ monthly, customers }) => ratio(monthly, customers),
})

const churn = {
  ...common,
  unit: 'ratio',
  attribution: 'at the loss; customers up to the start of the span',
  empty: "there was no customer at the span's start",
  scopes: ['center'],
  parts: { lost: ['customersChurned'], customersAtStart: ['customersActive'] },
  at: { customersAtStart: { level: 'start' } },
} as const

/** [G][K] */
export const customerChurnRate = balanceMetric({
  ...churn,
  name: 'Customer churn',
  nameJa: '解約率',
  formula: "customers lost / customers at the span's start",
  better: 'lower',
  value: ({ lost, customersAtStart }) => ratio(lost, customersAtStart),
})

/** [G][I] */
export const customerRetentionRate = balanceMetric({
  ...churn,
  name: 'Customer retention',
  nameJa: '継続率',
  formula: "1 − customers lost / customers at the span's start",
  better: 'higher',
  value: ({ lost, customersAtStart }) => {
    const rate = ratio(lost, customersAtStart)
    return rate === null ? null : 1 - rate
  },
})
