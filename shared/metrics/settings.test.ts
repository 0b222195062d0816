import { expect, it } from 'vitest'
import { Directory } from '../directory.ts'
import { countersOf } from './reads.ts'
import { metricOf } from './registry.ts'
import { allSettings, opportunityRateBases, resultKinds, usualSettings } from './settings.ts'

it('every combination is there once, the usual one among them', () => {
  const written = allSettings.map((settings) => JSON.stringify(settings))
  expect(new Set(written).size).toBe(opportunityRateBases.length * resultKinds.length)
  expect(written).toHaveLength(9)
  expect(allSettings).toContainEqual(usualSettings)
})

it('a directory that sets nothing has the usual ones', () => {
  expect(usualSettings).toEqual({
    opportunityRateOf: 'conversations',
    resultOf: 'revenueAndSales',
  })
  expect(Directory.parse({}).center).toMatchObject(usualSettings)
})

it.each([
  ['opportunityRate', ['conversations', 'dials', 'leadsCreated', 'opportunitiesCreated']],
  [
    'revenuePerRep',
    [
      'churnedAmount',
      'contractionAmount',
      'expansionAmount',
      'newBusinessAmount',
      'orderAmount',
      'reps',
    ],
  ],
] as const)('all that %s may read is known, however it is set', (id, counters) => {
  expect(countersOf(metricOf(id)).toSorted()).toEqual(counters)
})
