import fc from 'fast-check'
import { expect, it } from 'vitest'
import { counterIds } from '../../shared/counters.ts'
import { eventTypes } from '../../shared/events/event.ts'
import { metricIds } from '../../shared/metrics/registry.ts'
import { compared, counted, differences, note, told } from './compare.ts'
import { histories } from './histories.ts'

/**
 * Every metric twice: by the product's engine and evaluation, from events as they arrive, and by
 * the oracle, which reads kpis.md and takes the whole history at once. `ORACLE_RUNS`,
 * `ORACLE_LENGTH` (stories a history) and `ORACLE_SEED` ask for more, or for others.
 */
const RUNS = Number(process.env['ORACLE_RUNS'] ?? 7)
const LENGTH = Number(process.env['ORACLE_LENGTH'] ?? 35)
const seeds = process.env['ORACLE_SEED'] ? [Number(process.env['ORACLE_SEED'])] : [11, 15, 16, 31]

it.each(seeds)(
  'metrics are what the texts say, in any order and over restarts (seed %i)',
  (seed) => {
    fc.assert(
      fc.property(histories(LENGTH), (history) => {
        expect(differences(history)).toEqual([])
      }),
      { numRuns: RUNS, seed, endOnFailure: true },
    )
  },
  900_000,
)

it('has more to tell than was compared, of the same kinds', () => {
  for (const history of fc.sample(histories(60), { numRuns: 100, seed: 1 })) note(history)
}, 300_000)

it('counted on every counter of the ledger', () => {
  expect(counterIds.filter((id) => !counted.has(id))).toEqual([])
})

it('told of every type of event', () => {
  expect(eventTypes.filter((type) => !told.has(type))).toEqual([])
})

it('compared every metric of the registry', () => {
  expect(metricIds.filter((id) => !compared.has(id))).toEqual([])
})
