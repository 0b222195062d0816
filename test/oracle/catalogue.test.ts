import { expect, it } from 'vitest'
import { catalogue } from '../../shared/metrics/catalogue.ts'
import { metricIds, metricOf } from '../../shared/metrics/registry.ts'
import { agreed, expectedMetrics } from './catalogue.ts'

const sorted = (words: readonly string[]) => [...words].sort()

it('holds the metrics that were agreed, what their rows add, and no other', () => {
  expect(agreed).toHaveLength(152)
  expect(sorted(metricIds)).toEqual(sorted(expectedMetrics.map(({ id }) => id)))
})

it.each(expectedMetrics.map((metric) => [metric.id, metric] as const))(
  '%s has the group, unit, scopes and names of its row',
  (id, { group, unit, better, scopes, nameJa }) => {
    const row = catalogue().find((one) => one.id === id)
    expect(row).toMatchObject({ group, unit, better })
    expect(sorted(row?.scopes ?? [])).toEqual(sorted(scopes))
    const metric = metricIds.find((one) => one === id)
    expect(metric && metricOf(metric).name).toMatch(/[A-Za-z]/)
    if (nameJa !== null) expect(row?.nameJa).toBe(nameJa)
    else expect(row?.nameJa).not.toBe('')
  },
)
