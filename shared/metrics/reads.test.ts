import { describe, expect, it } from 'vitest'
import { countersOf, partsRead, readsOf, type MetricOf } from './reads.ts'
import { metricOf, type MetricId } from './registry.ts'
import { usualSettings } from './settings.ts'

const one = (id: MetricId, of: MetricId | null = null): MetricOf => ({
  metric: metricOf(id),
  of: of === null ? null : metricOf(of),
})
const reads = (...metrics: readonly MetricOf[]) => readsOf(metrics, ['center'], usualSettings)
const within = (...counters: readonly string[]) => new Set(counters)
const none = new Set()

describe('the parts that a metric reads', () => {
  it('are those of the scope', () => {
    expect(partsRead(metricOf('callsOffered'), 'queue')).toEqual([
      { part: 'offered', counters: ['visitsOffered'], at: {} },
    ])
    const [own] = partsRead(metricOf('callsOffered'), 'agent')
    expect(own?.counters).not.toContain('visitsOffered')
  })

  it('are as the center has set it', () => {
    const settings = { ...usualSettings, opportunityRateOf: 'outboundCalls' } as const
    const parts = partsRead(metricOf('opportunityRate'), 'team', settings)
    expect(parts.map(({ counters }) => counters)).toEqual([['opportunitiesCreated'], ['dials']])
  })

  it('are a counter by detail, or nothing of the books', () => {
    expect(partsRead(metricOf('productMix'), 'center')).toEqual([
      { part: 'amount', counters: ['productAmount'], at: {} },
    ])
    expect(partsRead(metricOf('contactsWaiting'), 'center')).toEqual([])
  })

  it('are those of the metric that it is of, now and before', () => {
    const parts = partsRead(metricOf('improvementRate'), 'team', usualSettings, metricOf('winRate'))
    const now = partsRead(metricOf('winRate'), 'team')
    expect(now.length).toBeGreaterThan(1)
    expect(parts).toEqual([
      ...now,
      ...now.map(({ part, counters }) => ({
        part: `previous.${part}`,
        counters,
        at: { span: 'previous' },
      })),
    ])
  })

  it('are those of the metric of a quota, and its target', () => {
    const read = (of: MetricId | null) =>
      partsRead(metricOf('quotaAttainment'), 'team', usualSettings, one('orders', of).of)
    const target = { part: 'target', counters: ['quotaTargets'], at: {} }
    expect(read('salesAmount')).toEqual([
      { part: 'amount', counters: ['orderAmount'], at: {} },
      target,
    ])
    expect(read(null)).toEqual([target])
  })

  it('are none of a metric that is itself of another', () => {
    const of = metricOf('quotaAttainment')
    expect(partsRead(metricOf('improvementRate'), 'team', usualSettings, of)).toEqual([])
  })
})

describe('what is to be read', () => {
  it.each<[string, MetricOf, object]>([
    ['a sum', one('salesAmount'), { within: within('orderAmount'), levels: none, related: {} }],
    [
      'a level at the end',
      one('activeCustomers'),
      { within: none, levels: within('customersActive'), related: {} },
    ],
    [
      'a level at the start: the one at the end less what came within',
      one('customerChurnRate'),
      {
        within: within('customersChurned', 'customersActive'),
        levels: within('customersActive'),
        related: {},
      },
    ],
    [
      'the span before',
      one('salesGrowth'),
      {
        within: within('orderAmount'),
        levels: none,
        related: { previous: { within: within('orderAmount'), levels: none } },
      },
    ],
    [
      'the last month alone',
      one('customerLifetimeValue'),
      {
        within: none,
        levels: none,
        related: {
          lastMonth: {
            within: within(
              'costedLineAmount',
              'costedLineCost',
              'customersChurned',
              'customersActive',
            ),
            levels: within('customersActive', 'monthlyAmount'),
          },
        },
      },
    ],
    [
      'of another metric',
      one('improvementRate', 'salesAmount'),
      {
        within: within('orderAmount'),
        levels: none,
        related: { previous: { within: within('orderAmount'), levels: none } },
      },
    ],
  ])('%s', (_what, metric, expected) => {
    expect(reads(metric)).toEqual({ ...expected, narrowed: [] })
  })

  it('is of all the metrics together, and at all the scopes', () => {
    expect(reads(one('salesAmount'), one('orders')).within).toEqual(
      within('orderAmount', 'ordersPlaced', 'ordersCancelled'),
    )
    const both = readsOf([one('callsOffered')], ['queue', 'agent'], usualSettings).within
    expect(both.size).toBeGreaterThan(reads(one('callsOffered')).within.size)
  })
})

describe('the counters of a metric', () => {
  it('are those of all its scopes and settings, each once', () => {
    expect(countersOf(metricOf('salesGrowth'))).toEqual(['orderAmount'])
    expect(countersOf(metricOf('callsOffered'))).toEqual(
      expect.arrayContaining(['visitsOffered', 'offers']),
    )
    expect(countersOf(metricOf('revenuePerRep'))).toEqual(
      expect.arrayContaining(['newBusinessAmount', 'orderAmount', 'reps']),
    )
  })
})
