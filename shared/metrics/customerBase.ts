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

/** What an existing customer buys in the span. [K] */
export const salesPerCustomer = balanceMetric({
  ...common,
  unit: 'money',
  name: 'Sales per existing customer',
  nameJa: '顧客単価',
  formula: "sales to existing customers / customers at the span's start",
  attribution: 'at the placing of the order; customers up to the start of the span',
  empty: noCustomers,
  better: 'higher',
  scopes: whereKept,
  parts: { sold: ['existingCustomerAmount'], customersAtStart: ['customersActive'] },
  at: { customersAtStart: { level: 'start' } },
  value: ({ sold, customersAtStart }) => ratio(sold, customersAtStart),
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

const inLastMonth = { span: 'lastMonth' } as const

/**
 * What a customer brings until it is lost, by the last month that is over: a month alone says little
 * where few are lost, and says so by changing much. Null: nobody was lost, or no line has a cost. [G]
 */
export const customerLifetimeValue = balanceMetric({
  ...common,
  unit: 'money',
  name: 'Customer lifetime value',
  nameJa: '顧客生涯価値',
  formula: 'gross margin × (1 / churn) × ARPA, of the last full month',
  attribution: "the last full month at the span's end, or now",
  empty: 'nobody was lost in that month, there were no customers, or no line had a cost',
  better: 'higher',
  scopes: ['center'],
  parts: {
    lineAmount: ['costedLineAmount'],
    lineCost: ['costedLineCost'],
    lost: ['customersChurned'],
    customersAtStart: ['customersActive'],
    monthly: ['monthlyAmount'],
    customers: ['customersActive'],
  },
  at: {
    lineAmount: inLastMonth,
    lineCost: inLastMonth,
    lost: inLastMonth,
    customersAtStart: { ...inLastMonth, level: 'start' },
    monthly: { ...inLastMonth, level: 'end' },
    customers: { ...inLastMonth, level: 'end' },
  },
  value: ({ lineAmount, lineCost, lost, customersAtStart, monthly, customers }) => {
    const margin = ratio(lineAmount - lineCost, lineAmount)
    // Without a customer at its start a month has no churn, whoever was lost in it.
    const months = customersAtStart === 0 ? null : ratio(customersAtStart, lost)
    const perCustomer = ratio(monthly, customers)
    return margin === null || months === null || perCustomer === null
      ? null
      : margin * months * perCustomer
  },
})
