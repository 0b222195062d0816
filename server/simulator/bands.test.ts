import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Directory } from '../../shared/directory.ts'
import type { SentEvent } from '../../shared/events/sent.ts'
import { isMetricId } from '../../shared/metrics/registry.ts'
import { HOUR_MS } from '../../shared/time.ts'
import { foldEvents, type FoldedEvents } from '../../test/foldedEvents.ts'
import { businessDayAt } from './businessDay.ts'
import { tellDay } from './day.ts'
import { simulatedDirectory } from './directory.ts'

/** A whole day through the engine takes seconds, and minutes where the machine is busy. */
const DAY_LIMIT_MS = 240_000

const directory = Directory.parse(simulatedDirectory())
const page = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8')
const bands = [...page.matchAll(/^\| `(\w+)` +\| ([\d.]+) +\| ([\d.]+) +\|$/gm)].map(
  ([, name = '', least, most]) => ({ name, least: Number(least), most: Number(most) }),
)

const count = (events: readonly SentEvent[], type: string): number =>
  events.filter((event) => event.type === type).length

/** Shares that are no metric, by what they are made from. */
function measured(name: string, folded: FoldedEvents, events: readonly SentEvent[], nowMs: number) {
  const booked = (counter: Parameters<FoldedEvents['booked']>[0]) =>
    folded.booked(counter, 'center')
  switch (name) {
    case 'outboundCalls':
      return count(events, 'outbound.attempted')
    case 'shortAbandonShare':
      return booked('abandonedShort') / booked('visitsOffered')
    case 'overflowShare':
      return booked('flowedOut') / booked('visitsOffered')
    case 'ringNoAnswerShare':
      return booked('ringNoAnswers') / booked('offers')
    default:
      if (!isMetricId(name)) throw new Error(`docs/simulator.md names ${name}, which is no metric`)
      return folded.value(name, 'center', nowMs)
  }
}

it('the page states the bounds', () => {
  expect(bands.length).toBeGreaterThan(15)
})

describe.each([
  ['a day in November', 1, '2026-11-21'],
  ['a day of 23 hours', 2, '2026-03-29'],
  ['a day of 25 hours', 3, '2026-10-25'],
])('%s (seed %i, %s)', (_name, seed, date) => {
  it(
    'keeps within the bounds that its page states, and leaves nothing open',
    { timeout: DAY_LIMIT_MS },
    () => {
      const day = businessDayAt(Date.parse(`${date}T12:00:00Z`))
      const events = [...tellDay(seed, day)].map(({ event }) => event)
      const folded = foldEvents(events, directory)
      const nowMs = day.endMs + 3 * HOUR_MS
      const found = Object.fromEntries(
        bands.map(({ name }) => [name, measured(name, folded, events, nowMs)]),
      )
      const outside = bands.filter(({ name, least, most }) => {
        const value = found[name] ?? NaN
        return !(value >= least && value <= most)
      })
      expect(outside, JSON.stringify(found)).toEqual([])

      const live = folded.records.map((record) => record.live)
      expect(live.flatMap(({ visits, legs }) => [...visits, ...legs])).toEqual([])
      expect(new Set(live.flatMap(({ agent }) => agent?.state ?? []))).toEqual(
        new Set(['signedOut']),
      )
      expect(
        folded.records.filter(({ unopened, flags }) => unopened > 0 || flags.length > 0),
      ).toEqual([])
    },
  )
})
