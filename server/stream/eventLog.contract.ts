/** What every event log promises. Call it from the test of each implementation. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { sampleEvent, sampleEvents } from '../../test/sentEvents.ts'
import type { EventLog, LogEntry, Place, StreamEvent } from './eventLog.ts'
import { comparePlaces, START } from './eventLog.ts'

export type OpenedLog = { log: EventLog; close: () => void | Promise<void> }

export function eventLogContract(name: string, open: () => OpenedLog | Promise<OpenedLog>): void {
  describe(`${name} keeps the contract of an event log`, () => {
    let log: EventLog
    let close: OpenedLog['close']
    beforeEach(async () => {
      ;({ log, close } = await open())
    })
    afterEach(() => close())

    it('gives back what was appended, in order, an entry a batch', async () => {
      const [first, second] = [sampleEvents(0, 3), sampleEvents(3, 2)]
      const places = [(await log.append(first)).place, (await log.append(second)).place]

      const entries = await readEvents(log, START, 5)
      expect(entries.map(({ events }) => events)).toEqual([first, second])
      expect(entries.map(({ place }) => place)).toEqual(places)
      expect(comparePlaces(places[0]!, places[1]!)).toBeLessThan(0)
      expect(await log.end()).toBe(places[1])
    })

    it('goes on after a place', async () => {
      const { place } = await log.append(sampleEvents(0, 3))
      await log.append(sampleEvents(3, 2))
      const entries = await readEvents(log, place, 2)
      expect(entries.flatMap(({ events }) => events)).toEqual(sampleEvents(3, 2))
    })

    it('waits for what comes later', async () => {
      await log.append(sampleEvents(0, 1))
      const stop = new AbortController()
      const reading = log.readAfter(START, stop.signal)[Symbol.asyncIterator]()
      await reading.next()
      const next = reading.next()
      await log.append(sampleEvents(1, 1))
      expect((await next).value).toMatchObject([{ events: sampleEvents(1, 1) }])
      stop.abort()
      expect((await reading.next()).done).toBe(true)
    })

    it('ends when told to, while it waits and before it starts', async () => {
      const stop = new AbortController()
      const waiting = log.readAfter(START, stop.signal)[Symbol.asyncIterator]().next()
      stop.abort()
      expect((await waiting).done).toBe(true)
      const late = log.readAfter(START, stop.signal)[Symbol.asyncIterator]().next()
      expect((await late).done).toBe(true)
    })

    it('takes an event once, and tells a double from a contradiction', async () => {
      const event = sampleEvent(0)
      const other = sampleEvent(0, { time: '2026-11-21T11:00:00Z' })
      const { place } = await log.append([event])

      const again = await log.append([event, other, sampleEvent(1), sampleEvent(1), event])
      expect(again.verdicts).toEqual([
        'duplicate',
        'conflicting',
        'accepted',
        'duplicate',
        'duplicate',
      ])
      expect(await eventsAfter(log, place, 1)).toEqual([sampleEvent(1)])
    })

    it('knows an id by its source', async () => {
      await log.append([sampleEvent(0)])
      const { verdicts } = await log.append([sampleEvent(0, { source: '/asterisk/pbx-2/ami' })])
      expect(verdicts).toEqual(['accepted'])
    })

    it('names its end, and adds nothing, where nothing is new', async () => {
      await log.append(sampleEvents(0, 2))
      const { place } = await log.append(sampleEvents(2, 2))
      expect((await log.append(sampleEvents(0, 2))).place).toBe(place)
      expect((await log.append([])).place).toBe(place)
      expect(await log.end()).toBe(place)
    })

    it('holds our own events too', async () => {
      const own: StreamEvent = {
        id: 'outbox-1',
        type: 'directory.changed',
        atMs: 0,
        data: { directory: { queues: [] } },
      }
      expect((await log.append([own])).verdicts).toEqual(['accepted'])
      expect((await log.append([own])).verdicts).toEqual(['duplicate'])
      expect(await eventsAfter(log, START, 1)).toEqual([own])
    })

    it('starts empty, at a place that a reader has reached', async () => {
      expect(comparePlaces(await log.end(), START)).toBe(0)
    })

    it('keeps its generation', async () => {
      const generation = await log.generation()
      expect(generation).not.toBe('')
      await log.append(sampleEvents(0, 1))
      expect(await log.generation()).toBe(generation)
    })

    it('tells whether what came after a place can still be read', async () => {
      const { place } = await log.append(sampleEvents(0, 1))
      expect(await log.holdsAfter(START)).toBe(true)
      expect(await log.holdsAfter(place)).toBe(true)
      // One that was never given out, or is lost: something may be missing after it.
      const [ms = '0'] = place.split('-')
      expect(await log.holdsAfter(`${Number(ms) - 1}-7`)).toBe(false)
      expect(await log.holdsAfter(`${Number(ms) + 1}-7`)).toBe(false)

      const next = await log.append(sampleEvents(1, 1))
      expect(await log.holdsAfter(place)).toBe(true)
      expect(await log.holdsAfter(next.place)).toBe(true)
    })

    it('tells how much it holds, and gives up what lies before a place', async () => {
      expect(await log.size()).toMatchObject({ entries: 0, oldest: null })
      const places: Place[] = []
      for (let n = 0; n < 150; n++) places.push((await log.append(sampleEvents(n, 1))).place)
      const before = await log.size()
      expect(before).toMatchObject({ entries: 150, oldest: places[0] })
      expect(before.bytes).toBeGreaterThan(1_000)

      const place = places[130]!
      expect(await log.trim('another log', place, 100)).toBe(0)
      const generation = await log.generation()
      expect(await log.trim(generation, START, 100)).toBe(0)
      expect(await log.trimmed()).toBe(null)
      const gone = await log.trim(generation, place, 100)
      expect(gone).toBeGreaterThan(0)
      expect(gone).toBeLessThanOrEqual(100)
      expect(await log.size()).toMatchObject({ entries: 150 - gone, oldest: places[gone] })
      expect(await log.holdsAfter(place)).toBe(true)
      expect(await log.holdsAfter(places[0]!)).toBe(false)
      expect(await log.trimmed()).toEqual({ from: places[0], to: places[gone] })
      const more = await log.trim(generation, place, 100)
      expect(await log.trimmed()).toEqual({ from: places[0], to: places[gone + more] })
      expect(await eventsAfter(log, place, 19)).toEqual(sampleEvents(131, 19))
    })

    it('takes retries once the door was told to forget', async () => {
      await log.append(sampleEvents(0, 3))
      await log.forgetDeliveries()
      const { verdicts } = await log.append(sampleEvents(1, 3))
      expect(verdicts).toEqual(['accepted', 'accepted', 'accepted'])
      expect((await log.append(sampleEvents(1, 1))).verdicts).toEqual(['duplicate'])
    })
  })
}

/** Reads entries after a place until they hold so many events. */
export async function readEvents(log: EventLog, after: Place, count: number): Promise<LogEntry[]> {
  const stop = new AbortController()
  const read: LogEntry[] = []
  for await (const entries of log.readAfter(after, stop.signal)) {
    read.push(...entries)
    if (read.reduce((sum, { events }) => sum + events.length, 0) >= count) stop.abort()
  }
  return read
}

async function eventsAfter(log: EventLog, after: Place, count: number): Promise<StreamEvent[]> {
  return (await readEvents(log, after, count)).flatMap(({ events }) => events)
}
