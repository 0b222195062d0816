import { describe, expect, it } from 'vitest'
import { evaluate } from './evaluate.ts'
import { figures, type Given } from '../../test/figures.ts'
import type { MetricId } from './registry.ts'
import type { ScopeKind } from '../scope.ts'

const valueOf = (
  id: MetricId,
  given: Given,
  of: MetricId | null = null,
  scope: ScopeKind = 'team',
): number | null => evaluate(id, scope, figures(given), of).value

describe('quotaAttainment', () => {
  const handled = (of: Record<string, number>): Given => ({
    sums: { handled: 120, offers: 300 },
    details: { quotaTargets: of },
  })

  it.each<[string, Given, MetricId | null, number | null]>([
    ['by the quota of the scope', handled({ 'team callsHandled': 100 }), null, 1.2],
    [
      '… rather than by those of its people',
      handled({ 'team callsHandled': 100, 'agent callsHandled': 60 }),
      null,
      1.2,
    ],
    ['by those of its people', handled({ 'agent callsHandled': 60 }), null, 2],
    [
      'by the first by name of several',
      handled({ 'team callsOffered': 150, 'team callsHandled': 100 }),
      null,
      1.2,
    ],
    [
      'by the one that is asked for',
      handled({ 'team callsOffered': 150, 'team callsHandled': 100 }),
      'callsOffered',
      2,
    ],
    [
      'none for the one that is asked for',
      handled({ 'team callsHandled': 100 }),
      'callsOffered',
      null,
    ],
    ['none', handled({}), null, null],
    ['of a metric that nobody knows', handled({ 'team callsHanded': 100 }), null, null],
  ])('is %s', (_, given, of, value) => {
    expect(valueOf('quotaAttainment', given, of)).toBe(value)
  })

  it('shows the target among its parts', () => {
    const shown = evaluate(
      'quotaAttainment',
      'team',
      figures(handled({ 'team callsHandled': 100 })),
    )
    expect(shown.parts).toEqual({
      handled: { booked: 120, live: 0 },
      target: { booked: 100, live: 0 },
    })
  })
})

describe('improvementRate', () => {
  const handled = (short: number, count: number): Given => ({
    sums: { shortCalls: short, handled: count, answeredInTime: 0 },
  })

  it.each([
    ['where lower is better: last by this', [10, 100], [20, 100], 2],
    ['where it got worse', [20, 100], [10, 100], 0.5],
    ['undefined by nothing', [0, 100], [10, 100], null],
    ['undefined where there was no rate', [10, 100], [0, 0], null],
  ])('%s', (_, [short = 0, count = 0], [before = 0, all = 0], value) => {
    const given = { ...handled(short, count), previous: handled(before, all) }
    expect(valueOf('improvementRate', given, 'shortCallRate')).toBe(value)
  })

  it('where higher is better: this by last', () => {
    const resolved = (of: number): Given => ({
      sums: { firstContacts: 100, firstContactsResolved: of },
    })
    const given = { ...resolved(80), previous: resolved(64) }
    expect(valueOf('improvementRate', given, 'callFirstContactResolution')).toBe(1.25)
  })

  it('is undefined where the span before was not read', () => {
    expect(valueOf('improvementRate', handled(1, 10), 'shortCallRate')).toBeNull()
  })
})

it('people: the share of those at quota, and the mean of months', () => {
  expect(valueOf('repsAtQuota', { sums: { repsAtQuota: 3, repsWithQuota: 4 } })).toBe(0.75)
  expect(valueOf('repsAtQuota', {})).toBeNull()
  expect(valueOf('repTenure', { sums: { tenureMonths: 30, tenuredReps: 4 } })).toBe(7.5)
  expect(valueOf('repTenure', {})).toBeNull()
})
