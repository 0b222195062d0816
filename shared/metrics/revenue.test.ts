import { describe, expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'
import { scopeKinds } from '../scope.ts'
import { isDefinedAt } from './evaluate.ts'
import { metricIds, metricOf } from './registry.ts'
import * as revenue from './revenue.ts'

const sums = {
  newBusinessAmount: 100_000,
  expansionAmount: 20_000,
  contractionAmount: 3_000,
  churnedAmount: 400,
  customersNew: 5,
  customersChurned: 2,
}
const ids = metricIds.filter((id) => Object.values<unknown>(revenue).includes(metricOf(id)))
const betterWhere = (better: string) => ids.filter((id) => metricOf(id).better === better)

describe('revenue by contracts', () => {
  it.each([
    ['newBusinessRevenue', 100_000],
    ['expansionRevenue', 20_000],
    // What is lost is told as a positive amount, and taken off in the net.
    ['contractionRevenue', 3_000],
    ['churnedRevenue', 400],
    ['netExpansionRevenue', 16_600],
    ['netNewRevenue', 116_600],
    ['newCustomers', 5],
    ['customersLost', 2],
  ] as const)('%s', (id, expected) => {
    expect(valueOf(id, sums, 'center')).toBe(expected)
  })

  it('is below nothing where more is lost than gained', () => {
    const lost = { newBusinessAmount: 100, churnedAmount: 300 }
    expect(valueOf('netNewRevenue', lost, 'agent')).toBe(-200)
    expect(valueOf('netExpansionRevenue', lost, 'agent')).toBe(-300)
  })

  it.each(ids)('%s of nothing is 0', (id) => {
    expect(valueOf(id, {}, 'center')).toBe(0)
  })

  it('is better the more, but for what is lost', () => {
    expect(betterWhere('lower').toSorted()).toEqual([
      'churnedRevenue',
      'contractionRevenue',
      'customersLost',
    ])
    expect(betterWhere('higher')).toHaveLength(ids.length - 3)
  })

  it.each(ids)('%s is of no queue, and customers are lost by nobody', (id) => {
    const scopes = scopeKinds.filter((scope) => isDefinedAt(id, scope))
    const credited = ['center', 'site', 'team', 'agent']
    expect(scopes).toEqual(id === 'customersLost' ? ['center', 'site'] : credited)
  })
})

describe('where no feed reports accounts', () => {
  const lacking = { 'customer.changed': '/crm' }

  it.each(ids.filter((id) => id !== 'newCustomers'))('%s is n/a', (id) => {
    expect(evaluated(id, { lacking }, 'center')).toMatchObject({
      value: null,
      reason: 'notReported',
      source: '/crm',
      lacks: 'customer.changed',
    })
  })

  it('a first order still makes a new customer', () => {
    expect(evaluated('newCustomers', { lacking }, 'center').value).toBe(0)
    const none = { ...lacking, 'order.changed': '/crm', 'opportunity.changed': '/crm' }
    expect(evaluated('newCustomers', { lacking: none }, 'center')).toMatchObject({
      value: null,
      reason: 'notReported',
    })
  })
})
