import { describe, expect, it } from 'vitest'
import { evaluated, valueOf } from '../../test/figures.ts'
import { scopeKinds } from '../scope.ts'
import { isDefinedAt } from './evaluate.ts'
import { metricIds, metricOf } from './registry.ts'
import * as orders from './orders.ts'

const sums = {
  ordersPlaced: 20,
  ordersCancelled: 4,
  ordersInError: 1,
  orderAmount: 900_000,
  sourcedOrderAmount: 500_000,
  existingCustomerAmount: 300_000,
  costedLineAmount: 400_000,
  costedLineCost: 100_000,
}

describe('orders', () => {
  it.each([
    ['orders', 16],
    // What is cancelled has taken its amount back already.
    ['salesAmount', 900_000],
    ['sourcedOrderAmount', 500_000],
    ['existingCustomerSales', 300_000],
    ['grossMargin', 0.75],
    // Of all that were placed, the cancelled ones too.
    ['orderAccuracy', 0.95],
  ] as const)('%s', (id, expected) => {
    expect(valueOf(id, sums, 'agent')).toBe(expected)
  })

  it.each([
    ['orders', 0],
    ['salesAmount', 0],
    ['sourcedOrderAmount', 0],
    ['existingCustomerSales', 0],
    ['grossMargin', null],
    ['orderAccuracy', null],
    ['productMix', null],
  ] as const)('%s of none is %s', (id, expected) => {
    expect(valueOf(id, {}, 'center')).toBe(expected)
  })

  it('sold below their cost have a margin below nothing', () => {
    expect(valueOf('grossMargin', { costedLineAmount: 100, costedLineCost: 150 }, 'team')).toBe(
      -0.5,
    )
  })
})

describe('productMix', () => {
  it('is all that was sold, and of what, most first', () => {
    const details = { productAmount: { desk: 30_000, chair: 50_000, unspecified: 20_000 } }
    expect(evaluated('productMix', { sums: { productAmount: 100_000 }, details }, 'team')).toEqual({
      value: 100_000,
      parts: { amount: { booked: 100_000, live: 0 } },
      breakdown: [
        { key: 'chair', amount: 50_000 },
        { key: 'desk', amount: 30_000 },
        { key: 'unspecified', amount: 20_000 },
      ],
    })
  })
})

describe('every metric of them', () => {
  const ids = metricIds.filter((id) => Object.values<unknown>(orders).includes(metricOf(id)))

  it.each(ids)('%s is of whoever placed it, and of no queue', (id) => {
    const scopes = scopeKinds.filter((scope) => isDefinedAt(id, scope))
    expect(scopes).toEqual(['center', 'site', 'team', 'agent'])
  })

  it.each(ids)('%s is n/a where no feed reports orders', (id) => {
    const lacking = { 'order.changed': '/shop' }
    expect(evaluated(id, { lacking }, 'center')).toMatchObject({
      value: null,
      reason: 'notReported',
      source: '/shop',
      lacks: 'order.changed',
    })
  })

  it('only what came of appointments asks for activities too', () => {
    const lacking = { 'activity.recorded': '/crm' }
    const lack = ids.filter((id) => {
      const found = evaluated(id, { lacking }, 'center')
      return found.value === null && found.reason === 'notReported'
    })
    expect(lack).toEqual(['sourcedOrderAmount'])
  })
})
