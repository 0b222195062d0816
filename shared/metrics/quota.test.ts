import { describe, expect, it } from 'vitest'
import { quotaDetail, quotaOf } from './quota.ts'
import type { MetricId } from './registry.ts'
import type { ScopeKind } from '../scope.ts'

const targets = new Map([
  [quotaDetail('team', 'salesAmount'), 900],
  [quotaDetail('team', 'dealsWon'), 30],
  [quotaDetail('agent', 'dealsWon'), 20],
  [quotaDetail('agent', 'orders'), 7],
  [quotaDetail('center', 'orders'), 70],
])

describe('the quota that stands', () => {
  it.each<[ScopeKind, MetricId | null, { metric: MetricId; target: number } | null]>([
    // Its own, of the metric that is asked for or the first by name.
    ['team', 'salesAmount', { metric: 'salesAmount', target: 900 }],
    ['team', 'dealsWon', { metric: 'dealsWon', target: 30 }],
    ['team', null, { metric: 'dealsWon', target: 30 }],
    ['agent', null, { metric: 'dealsWon', target: 20 }],
    ['center', null, { metric: 'orders', target: 70 }],
    // Of its people, where it has none of its own.
    ['team', 'orders', { metric: 'orders', target: 7 }],
    ['center', 'dealsWon', { metric: 'dealsWon', target: 20 }],
    ['site', null, { metric: 'dealsWon', target: 20 }],
    // Of its teams, where its people have none either.
    ['center', 'salesAmount', { metric: 'salesAmount', target: 900 }],
    ['site', 'winRate', null],
  ])('at a %s of %s', (scope, of, expected) => {
    expect(quotaOf(targets, scope, of)).toEqual(expected)
  })

  it.each<[string, [string, number][]]>([
    ['there are none', []],
    ['nobody knows the metric', [['team dealsWonn', 5]]],
    ['it names no metric', [['team', 5]]],
    ['it is of a scope that this one is not made of', [['center dealsWon', 5]]],
  ])('is none where %s', (_what, given) => {
    expect(quotaOf(new Map(given), 'team', null)).toBeNull()
  })
})
