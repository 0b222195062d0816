import { expect, it } from 'vitest'
import { sampleEvent, sampleEvents } from '../../test/sentEvents.ts'
import { LogUnavailable, type Appended, type StreamEvent } from '../stream/eventLog.ts'
import { gather } from './gather.ts'

/** A log that notes its entries; an event with an even number is new, others are doubles. */
function notingLog(): {
  entries: string[][]
  append: (events: readonly StreamEvent[]) => Promise<Appended>
} {
  const entries: string[][] = []
  return {
    entries,
    async append(events) {
      entries.push(events.map(({ id }) => id))
      await Promise.resolve()
      const verdicts = events.map(({ atMs }) => (atMs % 2 === 0 ? 'accepted' : 'duplicate'))
      return { place: `1-${entries.length}`, verdicts }
    },
  }
}

it('stores what comes together as one entry, and gives each its own verdicts', async () => {
  const log = notingLog()
  const append = gather(log)
  const events = sampleEvents(0, 4)
  const replies = await Promise.all([
    append(events.slice(0, 1), 100),
    append(events.slice(1, 3), 100),
    append([], 0),
    append(events.slice(3), 100),
  ])
  expect(log.entries).toEqual([['sample-0', 'sample-1', 'sample-2', 'sample-3']])
  expect(replies).toEqual([
    { place: '1-1', verdicts: ['accepted'] },
    { place: '1-1', verdicts: ['duplicate', 'accepted'] },
    { place: '1-1', verdicts: [] },
    { place: '1-1', verdicts: ['duplicate'] },
  ])
})

it('gathers while an entry is being stored', async () => {
  const log = notingLog()
  const append = gather(log)
  const first = append([sampleEvent(0)], 100)
  await new Promise((resolve) => setImmediate(resolve))
  await Promise.all([first, append([sampleEvent(1)], 100), append([sampleEvent(2)], 100)])
  expect(log.entries).toEqual([['sample-0'], ['sample-1', 'sample-2']])
})

it('ends an entry that is large enough', async () => {
  const log = notingLog()
  const append = gather(log)
  await Promise.all(sampleEvents(0, 1_200).map((event) => append([event], 100)))
  expect(log.entries.map(({ length }) => length)).toEqual([500, 500, 200])
  await Promise.all(sampleEvents(0, 3).map((event) => append([event], 200 * 1024)))
  expect(log.entries.slice(3).map(({ length }) => length)).toEqual([1, 1, 1])
})

it('lets a large batch go by itself', async () => {
  const log = notingLog()
  const append = gather(log)
  await Promise.all([
    append(sampleEvents(1_000, 1), 100),
    append(sampleEvents(0, 500), 100),
    append(sampleEvents(600, 1), 300 * 1024),
  ])
  expect(log.entries.map(({ length }) => length)).toEqual([500, 1, 1])
})

it('tells everybody when the entry cannot be stored, and goes on', async () => {
  const log = notingLog()
  let isAway = true
  const append = gather({
    append: (events) => (isAway ? Promise.reject(new LogUnavailable('away')) : log.append(events)),
  })
  const refused = await Promise.allSettled(sampleEvents(0, 3).map((event) => append([event], 1)))
  expect(refused.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
  isAway = false
  expect((await append([sampleEvent(0)], 1)).verdicts).toEqual(['accepted'])
})
