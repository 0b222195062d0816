import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { Directory } from '../../shared/directory.ts'
import type { SentEvent } from '../../shared/events/sent.ts'
import { counterIds } from '../../shared/counters.ts'
import { isMetricId, metricIds, metricOf } from '../../shared/metrics/registry.ts'
import { DAY_MS, HOUR_MS } from '../../shared/time.ts'
import { foldEvents, type FoldedEvents } from '../../test/foldedEvents.ts'
import { businessDayAt } from './businessDay.ts'
import { tellBusiness } from './business/tell.ts'
import { tellDay } from './day.ts'
import { simulatedDirectory } from './directory.ts'

/** A whole day through the engine takes seconds, and minutes where the machine is busy. */
const DAY_LIMIT_MS = 240_000

const directory = Directory.parse(simulatedDirectory())
const page = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8')
const bandsIn = (text: string) =>
  [...text.matchAll(/^\| `(\w+)` +\| (-?[\d.]+) +\| (-?[\d.]+) +\|$/gm)].map(
    ([, name = '', least, most]) => ({ name, least: Number(least), most: Number(most) }),
  )
const [ofADay = '', ofNineWeeks = ''] = page.split('| metric of nine weeks')
const bands = bandsIn(ofADay)
const businessBands = bandsIn(ofNineWeeks)

/** What of a fold lies outside the bounds, with all that was found. */
function outsideOf(of: typeof bands, valueOf: (name: string) => number | null) {
  const found = Object.fromEntries(of.map(({ name }) => [name, valueOf(name)]))
  const outside = of.filter(({ name, least, most }) => {
    const value = found[name] ?? NaN
    return !(value >= least && value <= most)
  })
  return { found, outside }
}

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
  expect(bands.length).toBeGreaterThan(20)
  expect(businessBands.length).toBeGreaterThan(35)
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
      const { found, outside } = outsideOf(bands, (name) => measured(name, folded, events, nowMs))
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

/** Nine weeks of the business up to a day. */
function nineWeeks(seed: number, untilMs: number): SentEvent[] {
  const from = {
    bornFromMs: untilMs - 62 * DAY_MS,
    mailFromMs: untilMs - 10 * DAY_MS,
    fromMs: null,
  }
  return [...tellBusiness({ seed, ...from, untilMs })].map(({ event }) => event)
}

describe.each([
  ['in winter', 1, Date.UTC(2026, 10, 21)],
  ['over a change of the clocks', 2, Date.UTC(2026, 3, 20)],
])('nine weeks of the business %s (seed %i)', (_name, seed, untilMs) => {
  it('keep within the bounds that their page states', { timeout: DAY_LIMIT_MS }, () => {
    const folded = foldEvents(nineWeeks(seed, untilMs), directory)
    const { found, outside } = outsideOf(businessBands, (name) => {
      if (isMetricId(name)) return folded.value(name, 'center', businessDayAt(untilMs).endMs)
      throw new Error(`docs/simulator.md names ${name}, which is no metric`)
    })
    expect(outside, JSON.stringify(found)).toEqual([])
    expect(
      folded.records.filter(({ unopened, flags }) => unopened > 0 || flags.length > 0),
    ).toEqual([])
  })
})

describe('a day with the business behind it', () => {
  /** Counters that the demo leaves at 0, and why that is right. */
  const silent = new Map<string, string>([
    ['visitsFailed', 'no call fails'],
    ['visitsLost', 'no call is lost'],
    ['flowedOutInTime', 'queues pass callers on long after their threshold'],
    ['waitingPast', 'accrues while somebody waits, and is never booked'],
    ['configuredWrapMs', 'the feed reports wrap-up itself'],
    ['outboundHoldMs', 'nobody who was called is put on hold'],
    ['untimedReplies', 'the work on mails is told as contacts'],
  ])
  /** Read from the directory when they are asked for; no subject books them. */
  const ofDirectory = /^(reps|tenur|quota|onTarget)/i

  it('makes every counter alive, and each metric of them', { timeout: DAY_LIMIT_MS }, () => {
    const day = businessDayAt(Date.UTC(2026, 10, 21))
    const events = nineWeeks(1, day.startMs)
    for (const { event } of tellDay(1, day)) events.push(event)
    const folded = foldEvents(events, directory)
    const dead = counterIds
      .filter((counter) => !ofDirectory.test(counter))
      .filter((counter) => folded.booked(counter, 'center') === 0)
    expect(dead.sort()).toEqual([...silent.keys()].sort())

    const isOfCounters = (id: (typeof metricIds)[number]): boolean => {
      const metric = metricOf(id)
      if (metric.kind !== 'balance' || !metric.scopes.includes('center')) return false
      const parts = Object.values(metric.parts('center')).flat()
      // Of nothing that was before the beginning is there a level.
      const isWithin = Object.values(metric.at).every(
        (at) => at?.span === undefined && at?.level !== 'start',
      )
      return isWithin && !parts.some((counter) => ofDirectory.test(counter))
    }
    const ids = metricIds.filter(isOfCounters)
    expect(ids.length).toBeGreaterThan(100)
    expect(ids.filter((id) => folded.value(id, 'center', day.endMs) === null)).toEqual([])
  })
})
