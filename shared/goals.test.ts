import { describe, expect, it } from 'vitest'
import { isAdditive, standingOf, type GoalNode } from './goals.ts'
import { metricOf, type MetricId } from './metrics/registry.ts'

const node = (key: string, actual: number | null, of: Partial<GoalNode> = {}): GoalNode => ({
  key,
  actual,
  isAdditive: true,
  combine: 'multiply',
  beneath: [],
  ...of,
})
const rate = (key: string, actual: number | null): GoalNode =>
  node(key, actual, { isAdditive: false })

describe('standingOf', () => {
  it('paces and forecasts by the share of open hours, a rate by itself', () => {
    expect(standingOf(node('sales', 300), 1_000, 0.25)).toMatchObject({
      pace: 250,
      forecast: 1_200,
    })
    expect(standingOf(rate('winRate', 0.3), 0.4, 0.25)).toMatchObject({ pace: 0.4, forecast: 0.3 })
    expect(standingOf(node('sales', 0), 1_000, 0)).toMatchObject({ pace: 0, forecast: null })
    expect(standingOf(node('sales', null), null, 1)).toMatchObject({ pace: null, forecast: null })
  })

  it('tells what each factor would have to be, the others as forecast', () => {
    const sales = node('sales', 500, {
      beneath: [node('contracts', 10), rate('salesPerContract', 50)],
    })
    const [contracts, perContract] = standingOf(sales, 2_000, 0.5).beneath
    // 20 contracts are forecast at 50 each: 40 would do, or 100 each.
    expect(contracts).toMatchObject({ needed: 40, pace: 20, forecast: 20 })
    expect(perContract).toMatchObject({ needed: 100, pace: 100 })
  })

  it('tells what each summand would have to be, down the tree', () => {
    const beneath = [
      node('new', 200, { beneath: [node('contracts', 4), rate('perContract', 50)] }),
      node('existing', 300),
    ]
    const standing = standingOf(node('sales', 500, { combine: 'add', beneath }), 1_500, 0.5)
    const [fresh, existing] = standing.beneath
    // 600 of the existing are forecast: 900 are left, 18 contracts at 50.
    expect(fresh?.needed).toBe(900)
    expect(existing?.needed).toBe(1_100)
    expect(fresh?.beneath.map(({ needed }) => needed)).toEqual([18, 112.5])
  })

  it('has nothing to say where what is beside it is nothing, or unknown', () => {
    const beneath = [node('contracts', 4), rate('perContract', 0), rate('unknown', null)]
    const { beneath: found } = standingOf(node('sales', 0, { beneath }), 100, 0.5)
    expect(found.map(({ needed }) => needed)).toEqual([null, null, null])
  })
})

it.each<[MetricId, boolean]>([
  ['callsHandled', true],
  ['callsAbandoned', true],
  ['serviceLevel', false],
  ['averageHandleTime', false],
  ['salesAmount', true],
  ['salesPerContract', false],
  ['netNewRevenue', true],
  ['monthlyRecurringRevenue', false],
  ['salesGrowth', false],
])('%s grows with time: %s', (id, expected) => {
  const metric = metricOf(id)
  expect(metric.kind === 'balance' && isAdditive(metric)).toBe(expected)
})
