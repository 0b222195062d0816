import { expect, it } from 'vitest'
import { sampleEvents } from '../../test/sentEvents.ts'
import { batchOf, eventsIn, type Batch } from './batch.ts'
import { LogUnavailable, type Appended, type DoorVerdict } from './eventLog.ts'
import { gather } from './gather.ts'

/** A store that notes its entries; an event with an even number is new, others are doubles. */
function notingStore(): {
  entries: string[][]
  store: (together: readonly Batch[]) => Promise<readonly Appended[]>
} {
  const entries: string[][] = []
  return {
    entries,
    async store(together) {
      const batches = together.map(eventsIn)
      entries.push(batches.flat().map(({ id }) => id))
      await Promise.resolve()
      const verdictOf = ({ atMs }: { atMs: number }): DoorVerdict =>
        atMs % 2 === 0 ? 'accepted' : 'duplicate'
      return batches.map((events) => ({
        place: `1-${entries.length}`,
        verdicts: events.map(verdictOf),
      }))
    },
  }
}

const batch = (from: number, count: number): Batch => batchOf(sampleEvents(from, count))
const large = (from: number): Batch => ({ ...batch(from, 1), json: `${' '.repeat(400_000)}5` })

it('stores what comes together as one entry, and gives each its own verdicts', async () => {
  const { entries, store } = notingStore()
  const append = gather(store)
  const replies = await Promise.all(
    [batch(0, 1), batch(1, 2), batch(0, 0), batch(3, 1)].map(append),
  )
  expect(entries).toEqual([['sample-0', 'sample-1', 'sample-2', 'sample-3']])
  expect(replies).toEqual([
    { place: '1-1', verdicts: ['accepted'] },
    { place: '1-1', verdicts: ['duplicate', 'accepted'] },
    { place: '1-1', verdicts: [] },
    { place: '1-1', verdicts: ['duplicate'] },
  ])
})

it('gathers while an entry is being stored', async () => {
  const { entries, store } = notingStore()
  const append = gather(store)
  const first = append(batch(0, 1))
  await new Promise((resolve) => setImmediate(resolve))
  await Promise.all([first, append(batch(1, 1)), append(batch(2, 1))])
  expect(entries).toEqual([['sample-0'], ['sample-1', 'sample-2']])
})

it('ends an entry that is large enough', async () => {
  const { entries, store } = notingStore()
  const append = gather(store)
  await Promise.all(Array.from({ length: 42 }, (_, n) => append(batch(n * 100, 100))))
  expect(entries.map(({ length }) => length)).toEqual([100, 2_000, 2_000, 100])
  await Promise.all([0, 1, 2].map((n) => append(large(n))))
  expect(entries).toHaveLength(7)
})

it('begins with a batch that is worth an entry before the next request is judged', async () => {
  const { entries, store } = notingStore()
  const append = gather(store)
  const first = append(batch(0, 100))
  expect(entries).toHaveLength(1)
  await Promise.all([first, append(batch(100, 100)), append(batch(200, 1))])
  expect(entries.map(({ length }) => length)).toEqual([100, 101])
})

it('lets a large batch be an entry of its own, in its turn', async () => {
  const { entries, store } = notingStore()
  const append = gather(store)
  await Promise.all([batch(0, 1), batch(1, 3_000), batch(3_001, 2)].map(append))
  expect(entries.map(([first]) => first)).toEqual(['sample-0', 'sample-1', 'sample-3001'])
})

it('tells everybody when the entry cannot be stored, and goes on', async () => {
  const { store } = notingStore()
  let isAway = true
  let asked = 0
  const append = gather(async (together) => {
    asked += 1
    if (isAway) throw new LogUnavailable('away')
    return store(together)
  })
  // Those of the next entry too: they need not wait as long again.
  const refused = await Promise.allSettled([0, 1, 2].map((n) => append(large(n))))
  expect(asked).toBe(1)
  expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  isAway = false
  expect((await append(batch(0, 1))).verdicts).toEqual(['accepted'])
})
