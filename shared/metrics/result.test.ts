import { describe, expect, it } from 'vitest'
import { figures, type Given } from '../../test/figures.ts'
import { evaluate } from './evaluate.ts'
import type { MetricId } from './registry.ts'
import { usualSettings } from './settings.ts'

const valueOf = (id: MetricId, given: Given): number | null =>
  evaluate(id, 'center', figures(given)).value

describe('levels', () => {
  const given: Given = {
    // Within the span two came and five were lost.
    sums: { customersActive: -3, customersChurned: 5, existingCustomerAmount: 970_000 },
    levels: { customersActive: 97, monthlyAmount: 4_850_000 },
  }

  it.each<[MetricId, number | null]>([
    ['activeCustomers', 97],
    ['monthlyRecurringRevenue', 4_850_000],
    ['monthlyRevenuePerCustomer', 50_000],
    // Of the 100 that there were at the start.
    ['customerChurnRate', 0.05],
    ['customerRetentionRate', 0.95],
    ['salesPerCustomer', 9_700],
  ])('%s', (id, value) => {
    expect(valueOf(id, given)).toBe(value)
  })

  it.each<[MetricId]>([
    ['monthlyRevenuePerCustomer'],
    ['customerChurnRate'],
    ['customerRetentionRate'],
    ['salesPerCustomer'],
  ])('%s is undefined without customers', (id) => {
    expect(
      valueOf(id, {
        sums: { customersActive: 4, customersChurned: 0 },
        levels: { customersActive: 4 },
      }),
    ).toBe(id === 'monthlyRevenuePerCustomer' ? 0 : null)
    expect(valueOf(id, {})).toBeNull()
  })
})

describe('customerLifetimeValue', () => {
  const month = (of: Given['sums'] = {}): Given => ({
    lastMonth: {
      sums: {
        costedLineAmount: 1_000,
        costedLineCost: 400,
        customersChurned: 2,
        customersActive: -1,
        ...of,
      },
      levels: { customersActive: 99, monthlyAmount: 990_000 },
    },
  })

  it('is margin by churn by what a customer brings, of the last full month', () => {
    // 60 % × (100 / 2) months × 10,000.
    expect(valueOf('customerLifetimeValue', month())).toBeCloseTo(300_000, 6)
  })

  it.each<[string, Given]>([
    ['nobody was lost', month({ customersChurned: 0 })],
    ['no cost is known', month({ costedLineAmount: 0, costedLineCost: 0 })],
    ['there is no such month', {}],
  ])('is undefined where %s', (_, given) => {
    expect(valueOf('customerLifetimeValue', given)).toBeNull()
  })
})

describe('salesGrowth', () => {
  it.each([
    [120, 100, 0.2],
    [50, 100, -0.5],
    [0, 100, -1],
    [120, 0, null],
  ])('%i after %i is %s', (orderAmount, before, growth) => {
    const value = valueOf('salesGrowth', {
      sums: { orderAmount },
      previous: { sums: { orderAmount: before } },
    })
    if (growth === null) expect(value).toBeNull()
    else expect(value).toBeCloseTo(growth, 12)
  })

  it('is undefined where the last period is not known', () => {
    expect(valueOf('salesGrowth', { sums: { orderAmount: 120 } })).toBeNull()
  })
})

describe('by the rep', () => {
  const sums: Given['sums'] = {
    newBusinessAmount: 500,
    expansionAmount: 200,
    contractionAmount: 50,
    churnedAmount: 150,
    orderAmount: 1_000,
    opportunitiesCreated: 9,
    reps: 2.5,
    onTargetEarnings: 300,
  }

  it.each([
    ['revenueAndSales', 1_500],
    ['revenue', 500],
    ['sales', 1_000],
  ] as const)('the result of %s is %i', (resultOf, result) => {
    const given = { sums, settings: { ...usualSettings, resultOf } }
    expect(valueOf('revenuePerRep', given)).toBe(result / 2.5)
    expect(valueOf('revenueToEarnings', given)).toBe(result / 300)
  })

  it('opportunities, and contracts', () => {
    expect(valueOf('opportunitiesPerRep', { sums })).toBe(3.6)
    const contracts = { newContractAmount: 3_000, newContracts: 4 }
    expect(valueOf('salesPerContract', { sums: contracts })).toBe(750)
  })

  it.each<[MetricId]>([
    ['revenuePerRep'],
    ['revenueToEarnings'],
    ['opportunitiesPerRep'],
    ['salesPerContract'],
  ])('%s is undefined by nobody', (id) => {
    expect(valueOf(id, { sums: { orderAmount: 1, opportunitiesCreated: 1 } })).toBeNull()
  })
})
