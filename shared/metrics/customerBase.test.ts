import { describe, expect, it } from 'vitest'
import { evaluated, type Given } from '../../test/figures.ts'
import { scopeKinds } from '../scope.ts'
import { isDefinedAt } from './evaluate.ts'
import { metricIds, metricOf } from './registry.ts'
import * as customerBase from './customerBase.ts'

// 40 at the span's start: within it 12 came and 2 were lost.
const given: Given = {
  sums: {
    customersActive: 10,
    customersChurned: 2,
    monthlyAmount: 30_000,
    existingCustomerAmount: 80_000,
  },
  levels: { customersActive: 50, monthlyAmount: 500_000 },
}
const ids = metricIds.filter((id) => Object.values<unknown>(customerBase).includes(metricOf(id)))

describe('the customers that there are', () => {
  it.each([
    // At the span's end, and not what came within it.
    ['monthlyRecurringRevenue', 500_000],
    ['activeCustomers', 50],
    ['monthlyRevenuePerCustomer', 10_000],
    // By those that there were at its start.
    ['salesPerCustomer', 2_000],
    ['customerChurnRate', 0.05],
    ['customerRetentionRate', 0.95],
  ] as const)('%s', (id, expected) => {
    expect(evaluated(id, given, 'center').value).toBe(expected)
  })

  it('are told with what they were at the start', () => {
    expect(evaluated('customerChurnRate', given, 'center').parts).toEqual({
      lost: { booked: 2, live: 0 },
      customersAtStart: { booked: 40, live: 0 },
    })
  })

  it.each([
    ['monthlyRecurringRevenue', 0],
    ['activeCustomers', 0],
    ['monthlyRevenuePerCustomer', null],
    ['salesPerCustomer', null],
    ['customerChurnRate', null],
    ['customerRetentionRate', null],
  ] as const)('%s is %s where there are none', (id, expected) => {
    expect(evaluated(id, {}, 'center').value).toBe(expected)
  })

  it.each([
    ['customerChurnRate', 0],
    ['customerRetentionRate', 1],
  ] as const)('%s is %d where none was lost', (id, expected) => {
    const none = { ...given, sums: { ...given.sums, customersChurned: 0 } }
    expect(evaluated(id, none, 'center').value).toBe(expected)
  })

  it.each(ids)('%s is of places, and what goes by who was lost of the center alone', (id) => {
    const ofTheCenter = ['customerChurnRate', 'customerRetentionRate', 'customerLifetimeValue']
    const scopes = scopeKinds.filter((scope) => isDefinedAt(id, scope))
    expect(scopes).toEqual(ofTheCenter.includes(id) ? ['center'] : ['center', 'site'])
  })

  it.each(ids)('%s is n/a where no feed reports accounts', (id) => {
    const lacking = { 'customer.changed': '/crm' }
    const lastMonth: Given = { sums: { costedLineAmount: 1_000, costedLineCost: 400 } }
    expect(evaluated(id, { lacking, lastMonth }, 'center')).toMatchObject({
      value: null,
      reason: 'notReported',
      source: '/crm',
      lacks: 'customer.changed',
    })
  })
})

describe('customerLifetimeValue', () => {
  // A margin of 0.75, one of 20 customers lost, and 18 who bring 9,000 each: of the last month.
  const sums = {
    costedLineAmount: 1_000,
    costedLineCost: 250,
    customersChurned: 1,
    customersActive: -2,
  }
  const levels = { customersActive: 18, monthlyAmount: 162_000 }
  const valueOf = (lastMonth: Given) =>
    evaluated('customerLifetimeValue', { ...given, lastMonth }, 'center').value

  it('is the margin on what a customer brings until it is lost', () => {
    expect(valueOf({ sums, levels })).toBe(0.75 * 20 * 9_000)
  })

  it.each<[string, Given]>([
    ['nobody was lost', { sums: { ...sums, customersChurned: 0 }, levels }],
    ['no line has a cost', { sums: { ...sums, costedLineAmount: 0, costedLineCost: 0 }, levels }],
    [
      'there was no customer at its start',
      { sums: { ...sums, customersActive: 1 }, levels: { ...levels, customersActive: 1 } },
    ],
    ['no customer is left', { sums, levels: { ...levels, customersActive: 0 } }],
  ])('is empty where %s', (_what, lastMonth) => {
    expect(valueOf(lastMonth)).toBeNull()
  })
})
