import { expect, it } from 'vitest'
import { calls } from '../../test/calls.ts'
import { createEngine } from '../engine/fold.ts'
import { deliveryHash } from './deliveryHash.ts'
import { foldSlice, type FoldingParts } from './folding.ts'

const nothingStored = async () => ({ found: new Map<string, never>(), isDoubtful: false })
const parts = (change: Partial<FoldingParts>): FoldingParts => ({
  engine: createEngine({ directories: [] }),
  lookup: { delivered: nothingStored, subjects: nothingStored, parts: nothingStored },
  unwritten: () => null,
  admitted: () => undefined,
  refused: new Map(),
  alone: new Set(),
  ...change,
})

it('knows a delivery that waits for its commit, before the database does', async () => {
  const [event] = calls(1)
  if (!event) throw new Error('no call')
  const entries = [{ place: '2-0', events: [event] }]
  const name = `${event.source}\n${event.id}`
  const asked: string[] = []
  const waiting = (hash: string | null) =>
    parts({
      unwritten: (wanted) => (wanted === name ? hash : null),
      lookup: {
        delivered: async (deliveries) => {
          asked.push(...deliveries.map(({ id }) => id))
          return nothingStored()
        },
        subjects: nothingStored,
        parts: nothingStored,
      },
    })
  const same = await foldSlice(waiting(deliveryHash(event)), '1-0', entries)
  expect(same.counts).toMatchObject({ folded: 0, duplicates: 1, conflicting: 0 })
  expect(same.delivered.size).toBe(0)
  const other = await foldSlice(waiting('other'), '1-0', entries)
  expect(other.counts).toMatchObject({ folded: 0, duplicates: 0, conflicting: 1 })
  // What memory knows, the database need not be asked about.
  expect(asked).toEqual([])
  const fresh = await foldSlice(waiting(null), '1-0', entries)
  expect(fresh.counts).toMatchObject({ folded: 1, duplicates: 0 })
  expect(asked).toEqual([event.id])
})
