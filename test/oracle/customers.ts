import { ratio } from './marks.ts'
import type { Formula, Sums } from './marks.ts'

/** Group 6: levels of customers, and what is set against people and periods. */

const result = ({ of, world }: Sums): number => {
  const net = of('revenue.new', 'revenue.expanded') - of('revenue.contracted', 'revenue.churned')
  const { resultOf } = world.directory.center
  return (resultOf === 'sales' ? 0 : net) + (resultOf === 'revenue' ? 0 : of('sales'))
}

export const customerMetrics: Record<string, Formula> = {
  monthlyRecurringRevenue: ({ level }) => level('monthly'),
  activeCustomers: ({ level }) => level('customers'),
  monthlyRevenuePerCustomer: ({ level }) => ratio(level('monthly'), level('customers')),
  salesPerContract: ({ of }) => ratio(of('won.new.amount'), of('won.new')),
  salesPerCustomer: ({ of, before }) => ratio(of('sales.existing'), before('customers')),
  customerChurnRate: ({ of, before }) => ratio(of('customers.churned'), before('customers')),
  customerRetentionRate: ({ of, before }) => {
    const churn = ratio(of('customers.churned'), before('customers'))
    return churn === null ? null : 1 - churn
  },
  customerLifetimeValue: ({ lastMonth }) => {
    const { of, level, before } = lastMonth()
    const margin = ratio(of('margin'), of('costed'))
    const churn = ratio(of('customers.churned'), before('customers'))
    const arpa = ratio(level('monthly'), level('customers'))
    return margin === null || !churn || arpa === null ? null : margin * (1 / churn) * arpa
  },
  salesGrowth: ({ of, previous }) => {
    const share = ratio(of('sales'), previous().of('sales'))
    return share === null ? null : share - 1
  },
  revenuePerRep: (sums) => ratio(result(sums), sums.people().reps),
  revenueToEarnings: (sums) => ratio(result(sums), sums.people().earnings),
  opportunitiesPerRep: ({ of, people }) => ratio(of('opportunities'), people().reps),
  repTenure: ({ people }) => people().tenureMonths,
}
