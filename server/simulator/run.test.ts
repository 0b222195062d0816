import { describe, expect, it } from 'vitest'
import type { SentEvent } from '../../shared/events/sent.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import { businessDayAt } from './businessDay.ts'
import { runSimulator, type SimulatorIo } from './run.ts'
import { VERSION } from './told.ts'

/** Telling days takes a second each, and several where the machine is busy. */
const LIMIT = { timeout: 240_000 }

const startMs = Date.UTC(2026, 10, 21, 2)

/** Runs it beside a clock that only waiting moves, until a time has passed. */
async function run(options: Partial<SimulatorIo> & { atMs: number; forMs: number }) {
  const { atMs, forMs, ...rest } = options
  let nowMs = atMs
  const stop = new AbortController()
  const emitted: { atMs: number; events: readonly SentEvent[] }[] = []
  const reports: string[] = []
  const places: string[] = []
  await runSimulator({
    emit: async (events) => {
      emitted.push({ atMs: nowMs, events })
    },
    now: () => nowMs,
    wait: async (ms) => {
      nowMs += Math.max(1, Math.ceil(ms))
      if (nowMs >= atMs + forMs) stop.abort()
    },
    signal: stop.signal,
    report: (status) => reports.push(status),
    place: null,
    keepPlace: async (place) => {
      places.push(place)
    },
    ...{ seed: 1, speed: 'max', ...rest },
  })
  return { emitted, events: emitted.flatMap(({ events }) => events), reports, places }
}
const at = ({ time }: SentEvent): number => Date.parse(time)
/** Calls and shifts, and not the business beside them. */
const isOfFloor = ({ id }: SentEvent): boolean => !id.includes('/')
const ids = (events: readonly SentEvent[]) => events.map(({ id }) => id)

describe('the simulator beside a clock', LIMIT, () => {
  it('tells the day so far at once, in batches, and then what happens as it happens', async () => {
    const { emitted, events, reports } = await run({ atMs: startMs, forMs: 10 * MINUTE_MS })
    const past = emitted.filter(({ atMs }) => atMs === startMs)
    const live = emitted.filter(({ atMs }) => atMs > startMs)
    expect(Math.max(...past.map((batch) => batch.events.length))).toBeLessThanOrEqual(1_000)
    // Three hours and three months of business, and not many more calls than there are batches.
    expect(past.length).toBeLessThan(60)
    expect(at(past.at(-1)!.events.at(-1)!)).toBeLessThanOrEqual(startMs)
    expect(live.length).toBeGreaterThan(60)
    const lateMs = live.flatMap((batch) => batch.events.map((event) => batch.atMs - at(event)))
    expect(Math.min(...lateMs)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...lateMs)).toBeLessThanOrEqual(SECOND_MS)
    expect(reports.at(-1)).toBe('live')
    const { startMs: dayStartMs } = businessDayAt(startMs)
    expect(events.filter((event) => at(event) < dayStartMs).length).toBeGreaterThan(60)
  })

  it('goes on from its place, and tells nothing twice that was told before it', async () => {
    const first = await run({ atMs: startMs, forMs: 5 * MINUTE_MS })
    const place = first.places.at(-1)!
    const again = await run({ atMs: startMs + 8 * MINUTE_MS, forMs: 2 * MINUTE_MS, place })
    const whole = await run({ atMs: startMs, forMs: 10 * MINUTE_MS })
    // What it tells twice has the same ids, so that together they are the whole.
    const together = new Set([...ids(first.events), ...ids(again.events)])
    expect(ids(whole.events).filter((id) => !together.has(id))).toEqual([])
    expect(together.size).toBe(whole.events.length)
    expect(first.events.length + again.events.length - together.size).toBeLessThan(30)
  })

  it('without its place tells the day so far again, with the same ids', async () => {
    const first = await run({ atMs: startMs, forMs: MINUTE_MS })
    const again = await run({ atMs: startMs + MINUTE_MS, forMs: MINUTE_MS })
    const known = new Map(first.events.map((event) => [event.id, event]))
    const both = again.events.filter(({ id }) => known.has(id))
    expect(both.length).toBeGreaterThan(1_000)
    for (const event of both) expect(event).toEqual(known.get(event.id))
  })

  it('tells a day to its end in the middle of which it was stopped, and leaves out the next', async () => {
    const stoppedMs = startMs - 5 * DAY_MS
    const before = await run({ atMs: stoppedMs, forMs: 2 * MINUTE_MS })
    const place = before.places.at(-1)!
    const after = await run({ atMs: startMs, forMs: MINUTE_MS, place })
    const runs = new Set(after.events.filter(isOfFloor).map(({ id }) => id.split('-')[1]))
    expect([...runs].sort()).toEqual(['20261116', '20261120', '20261121'])

    const told = [...before.events, ...after.events].filter(({ id }) => id.includes('20261116'))
    const open = new Set<unknown>()
    for (const { type, data } of told) {
      if (type === 'contact.started') open.add(data['contactId'])
      if (type === 'contact.ended') open.delete(data['contactId'])
    }
    expect([...open]).toEqual([])
  })

  it('tells the past at a given speed, and is then live', async () => {
    const { emitted } = await run({ atMs: startMs, forMs: 30 * MINUTE_MS, speed: 60 })
    // Three hours and ten minutes, sixty times as fast.
    const lag = (batch: { atMs: number; events: readonly SentEvent[] }) =>
      batch.atMs - at(batch.events.at(-1)!)
    const soon = emitted.find(({ atMs }) => atMs > startMs + MINUTE_MS)!
    expect(lag(soon)).toBeGreaterThan(HOUR_MS)
    expect(lag(emitted.at(-1)!)).toBeLessThanOrEqual(SECOND_MS)
  })

  it.each([
    ['no place of ours', 'elsewhere'],
    ['of another seed', `2.${VERSION}@${startMs}@${startMs}`],
    ['of another release', `1.1@${startMs}@${startMs}`],
    ['in the future', `1.${VERSION}@${startMs + DAY_MS}@${startMs}`],
  ])('begins anew where the place is %s', async (_name, place) => {
    const { events } = await run({ atMs: startMs, forMs: SECOND_MS, place })
    expect(Math.min(...events.filter(isOfFloor).map(at))).toBeLessThan(startMs - 2 * HOUR_MS)
  })

  it('stops where storing fails, so that it can be started again', async () => {
    const emit = async (): Promise<void> => {
      throw new Error('the door is shut')
    }
    await expect(run({ atMs: startMs, forMs: MINUTE_MS, emit })).rejects.toThrow('the door is shut')
  })
})
