import { balanceMetric, whereCredited, ratio } from './metric.ts'
import type { DetailMetric } from './metric.ts'

/**
 * Orders. The placing dates one and says whose it is; of what it says, the last word stands.
 * Cancelled, it takes back what it added, at the placing.
 */

const common = {
  group: 5,
  byChannel: false,
  better: 'higher',
  scopes: whereCredited,
  attribution: 'at the placing; a cancelled order is taken back there',
} as const

/** [K] */
export const orders = balanceMetric({
  ...common,
  unit: 'count',
  empty: null,
  name: 'Orders',
  nameJa: '受注件数',
  formula: 'n(orders placed) − n(those cancelled)',
  parts: { placed: ['ordersPlaced'], cancelled: ['ordersCancelled'] },
  value: ({ placed, cancelled }) => placed - cancelled,
})

/** [D][K] */
export const salesAmount = balanceMetric({
  ...common,
  unit: 'money',
  empty: null,
  name: 'Amount of items sold',
  nameJa: '受注金額',
  formula:
    'sum(order amount), less cancelled; an order that states no amount is the sum of its lines',
  parts: { amount: ['orderAmount'] },
  value: ({ amount }) => amount,
})

/** Of orders whose opportunity somebody had set an appointment for: theirs. [K] */
export const sourcedOrderAmount = balanceMetric({
  ...common,
  unit: 'money',
  empty: null,
  name: 'Order amount from own appointments',
  nameJa: 'アポ由来受注金額',
  formula:
    'sum(order amount), less cancelled, of orders whose opportunity had an appointment; credited ' +
    'to the agent who set the first one',
  parts: { amount: ['sourcedOrderAmount'] },
  value: ({ amount }) => amount,
})

/** [K] */
export const existingCustomerSales = balanceMetric({
  ...common,
  unit: 'money',
  empty: null,
  name: 'Sales to existing customers',
  nameJa: '既存顧客売上',
  formula:
    'sum(order amount), less cancelled, of accounts with an earlier order, or a contract that the ' +
    'order did not come of',
  parts: { amount: ['existingCustomerAmount'] },
  value: ({ amount }) => amount,
})

/** What was sold, most first: the value is all, its breakdown the mix. [I] */
export const productMix: DetailMetric = {
  ...common,
  kind: 'detail',
  group: 6,
  unit: 'breakdown',
  name: 'Product mix',
  nameJa: '商品構成',
  formula: 'sum(line amount), less cancelled, by product; orders without lines: unspecified',
  empty: 'nothing was sold',
  better: 'neither',
  counter: 'productAmount',
  part: 'amount',
  value: (byProduct) => {
    const amount = [...byProduct.values()].reduce((sum, one) => sum + one, 0)
    return amount === 0 ? null : amount
  },
}

/** Over the lines that say what they cost. [I] */
export const grossMargin = balanceMetric({
  ...common,
  group: 6,
  unit: 'ratio',
  name: 'Gross margin',
  nameJa: '粗利率',
  formula: 'sum(amount − cost) / sum(amount), over lines with a cost, less cancelled',
  empty: 'nothing was sold whose cost is known',
  parts: { amount: ['costedLineAmount'], cost: ['costedLineCost'] },
  value: ({ amount, cost }) => ratio(amount - cost, amount),
})

/** Corrections that the customer asked for are no errors. [D] */
export const orderAccuracy = balanceMetric({
  ...common,
  group: 7,
  unit: 'ratio',
  name: 'Order accuracy',
  nameJa: '受注正確率',
  formula: '1 − n(distinct orders corrected with cause error) / n(orders placed)',
  attribution: 'at the placing; an error counts against whoever placed the order',
  empty: 'no order was placed',
  parts: { inError: ['ordersInError'], placed: ['ordersPlaced'] },
  value: ({ inError, placed }) => ratio(placed - inError, placed),
})
