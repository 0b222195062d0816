import { describe, expect, it } from 'vitest'
import { figures, type Given } from '../../test/figures.ts'
import { evaluate } from './evaluate.ts'
import type { MetricId } from './registry.ts'

const valueOf = (id: MetricId, given: Given): number | null =>
  evaluate(id, 'center', figures(given)).value

describe('levels', () => {
  const given: Given = {
    // Within the span two came and five were lost.
    sums: { customersActive: -3, customersChurned: 5 },
    levels: { customersActive: 97, monthlyAmount: 4_850_000 },
  }

  it.each<[MetricId, number | null]>([
    ['activeCustomers', 97],
    ['monthlyRecurringRevenue', 4_850_000],
    ['monthlyRevenuePerCustomer', 50_000],
    // Of the 100 that there were at the start.
    ['customerChurnRate', 0.05],
    ['customerRetentionRate', 0.95],
  ])('%s', (id, value) => {
    expect(valueOf(id, given)).toBe(value)
  })

  it.each<[MetricId]>([
    ['monthlyRevenuePerCustomer'],
    ['customerChurnRate'],
    ['customerRetentionRate'],
  ])('%s is undefined without customers', (id) => {
    expect(
      valueOf(id, {
        sums: { customersActive: 4, customersChurned: 0 },
        levels: { customersActive: 4 },
      }),
    ).toBe(id === 'monthlyRevenuePerCustomer' ? 0 : null)
    expect(valueOf(id, {})).toBeNull()
  })

  it('pipelineValue, plain and weighted', () => {
    const open: Given = {
      sums: { openAmount: 5, openAmountWeighted: 1 },
      levels: { openAmount: 900, openAmountWeighted: 360 },
    }
    expect(valueOf('pipelineValue', open)).toBe(900)
    expect(valueOf('pipelineValueWeighted', open)).toBe(360)
  })
})

describe('by the rep', () => {
  const sums = { opportunitiesCreated: 9, reps: 2.5 }

  it('opportunities, and contracts', () => {
    expect(valueOf('opportunitiesPerRep', { sums })).toBe(3.6)
    const contracts = { newContractAmount: 3_000, newContracts: 4 }
    expect(valueOf('salesPerContract', { sums: contracts })).toBe(750)
  })

  it.each<[MetricId]>([['opportunitiesPerRep'], ['salesPerContract']])(
    '%s is undefined by nobody',
    (id) => {
      expect(valueOf(id, { sums: { opportunitiesCreated: 1 } })).toBeNull()
    },
  )
})
