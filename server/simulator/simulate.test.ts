import { describe, expect, it } from 'vitest'
import { parseEvent } from '../../shared/events/parse.ts'
import type { SentEvent } from '../../shared/events/sent.ts'
import { HOUR_MS, MINUTE_MS } from '../../shared/time.ts'
import { businessDayAt } from './businessDay.ts'
import { LATE_MS, tellDay } from './day.ts'
import { simulate, tellsFrom, type SimulateOptions } from './simulate.ts'

/** Telling days takes a second each, and several where the machine is busy. */
const LIMIT = { timeout: 240_000 }

const noonMs = Date.UTC(2026, 10, 21, 12)
const day = businessDayAt(noonMs)

/** The events up to, and without, an instant. */
function told(options: Partial<SimulateOptions> & { fromMs: number }, toMs: number): SentEvent[] {
  const events: SentEvent[] = []
  const { fromMs } = options
  for (const step of simulate({
    seed: 1,
    whole: true,
    sinceMs: fromMs,
    mailToldMs: null,
    untilMs: null,
    ...options,
  })) {
    if (step.atMs >= toMs && step.events.length > 0) break
    events.push(...step.events)
  }
  return events
}
const at = ({ time }: SentEvent): number => Date.parse(time)
/** Calls and shifts, and not the business beside them. */
const isOfFloor = ({ id }: SentEvent): boolean => !id.includes('/')
const ofFloor = (events: readonly SentEvent[]): SentEvent[] => events.filter(isOfFloor)
const since = (events: readonly SentEvent[], fromMs: number) =>
  events.filter((event) => at(event) >= fromMs)

describe('the same day, whenever it is told', LIMIT, () => {
  const toMs = noonMs + 2 * HOUR_MS
  const fromMorning = told({ fromMs: tellsFrom(day) }, toMs)

  it.each([
    ['from noon on', noonMs],
    ['from an odd millisecond', noonMs + 1_234_567],
  ])('goes on %s, in the middle of calls and of stories that take weeks', (_name, fromMs) => {
    const later = told({ fromMs, whole: false, sinceMs: tellsFrom(day) }, toMs)
    expect(since(later, fromMs)).toEqual(since(fromMorning, fromMs))
    expect(later.filter((event) => at(event) < fromMs)).toEqual([])
  })

  it('has the same calls where it begins at noon, with the beginning of what goes on', () => {
    const later = ofFloor(told({ fromMs: noonMs, whole: true }, toMs))
    expect(since(later, noonMs)).toEqual(since(ofFloor(fromMorning), noonMs))
  })

  it('tells the business of the months before, each story from its beginning', () => {
    const begun = new Set<unknown>()
    const orphans: SentEvent[] = []
    const business = fromMorning.filter((event) => !isOfFloor(event))
    for (const event of business) {
      const { leadId, opportunityId, change } = event.data
      if (event.type === 'lead.changed') {
        if (change === 'created') begun.add(leadId)
        else if (!begun.has(leadId)) orphans.push(event)
      }
      if (event.type === 'opportunity.changed') {
        if (change === 'created') begun.add(opportunityId)
        else if (!begun.has(opportunityId)) orphans.push(event)
      }
    }
    expect(orphans).toEqual([])
    expect(begun.size).toBeGreaterThan(1_500)
    const past = business.filter((event) => at(event) < tellsFrom(day) - 30 * 24 * HOUR_MS)
    expect(past.length).toBeGreaterThan(5_000)
  })

  it('is another for another seed', () => {
    const other = told({ seed: 2, fromMs: noonMs, whole: false }, toMs)
    const ids = new Set(fromMorning.map(({ id }) => id))
    expect(other.filter(({ id }) => ids.has(id))).toEqual([])
  })

  it('begins with whole calls and with everybody’s state, and with nothing that is over', () => {
    const events = ofFloor(told({ fromMs: noonMs, whole: true }, toMs))
    const begun = new Set<unknown>()
    const orphans: SentEvent[] = []
    for (const event of events) {
      const { contactId } = event.data
      if (event.type === 'contact.started') begun.add(contactId)
      else if (contactId !== undefined && !begun.has(contactId)) orphans.push(event)
    }
    // A callback names the call, long over, in which it was asked for.
    expect(orphans.filter(({ type }) => type !== 'callback.changed')).toEqual([])

    const stateAtNoon = (all: readonly SentEvent[]) => {
      const states = new Map<unknown, unknown>()
      for (const event of all) {
        if (event.type !== 'agent.stateChanged' || at(event) >= noonMs) continue
        states.set(event.data['agent'], event.data['state'])
      }
      return new Map([...states].filter(([, state]) => state !== 'signedOut'))
    }
    expect(stateAtNoon(events)).toEqual(stateAtNoon(fromMorning))
    // Minutes of calls, those that are yet to be scored, and of each person one state and one plan:
    // not half a day.
    expect(events.length - since(events, noonMs).length).toBeLessThan(2_500)
  })
})

describe('a business day', LIMIT, () => {
  it.each([
    ['of 24 hours', '2026-11-21', 24],
    ['of 23 hours, when clocks go forward', '2026-03-29', 23],
    ['of 25 hours, when clocks go back', '2026-10-25', 25],
  ])('%s', (_name, date, hours) => {
    const { startMs, endMs } = businessDayAt(Date.parse(`${date}T12:00:00Z`))
    expect(endMs - startMs).toBe(hours * HOUR_MS)
    const all = [...tellDay(3, { date, startMs, endMs })]
    const events = all.map(({ event }) => event)

    // The contract takes every event, each has an id of its own, and time only goes on.
    const faults = events.filter((event) => !parseEvent(event).ok)
    expect(faults).toEqual([])
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length)
    expect(events.filter((event, i) => i > 0 && at(event) < at(events[i - 1]!))).toEqual([])
    expect(at(events[0]!)).toBe(startMs - 10 * MINUTE_MS)
    expect(at(events.at(-1)!)).toBeLessThan(endMs + LATE_MS)

    // At every hour, and right after midnight, somebody calls and somebody talks.
    for (let fromMs = startMs; fromMs < endMs; fromMs += HOUR_MS / 2) {
      const now = since(events, fromMs).filter((event) => at(event) < fromMs + HOUR_MS / 2)
      const types = new Set(now.map(({ type }) => type))
      expect(types, new Date(fromMs).toISOString()).toContain('contact.queued')
      expect(types, new Date(fromMs).toISOString()).toContain('contact.connected')
    }
  })

  it('has people who do one thing at a time', () => {
    const doing = new Map<string, { what: string; id: string }>()
    const clashes: string[] = []
    const begin = (agent: string, what: string, id: string) => {
      const now = doing.get(agent)
      if (now) clashes.push(`${agent}: ${what} ${id} during ${now.what} ${now.id}`)
      doing.set(agent, { what, id })
    }
    const end = (agent: string, id: string) => {
      if (doing.get(agent)?.id === id) doing.delete(agent)
    }
    const ready = new Map<string, string>()
    for (const { event } of tellDay(1, day)) {
      const data = event.data as Record<string, string>
      const { agent = '', legId = '', offerId = '' } = data
      if (event.type === 'agent.stateChanged') {
        const now = doing.get(agent)
        if (now?.what === 'talk') clashes.push(`${agent}: ${String(data['state'])} in a talk`)
        ready.set(agent, String(data['state']))
      }
      if (event.type === 'contact.offered') {
        if (ready.get(agent) !== 'available') clashes.push(`${agent}: rung while away`)
        begin(agent, 'ring', offerId)
      }
      if (event.type === 'contact.offerEnded') end(agent, offerId)
      if (event.type === 'contact.connected') {
        // Who picks up a ring, or takes over the call that a colleague asked about, goes on with it.
        const before = doing.get(agent)
        if (before?.what === 'ring') doing.delete(agent)
        begin(agent, 'talk', legId)
      }
      if (event.type === 'contact.disconnected') end(agent, legId)
      if (event.type === 'contact.wrapUpStarted') begin(agent, 'wrap-up', legId)
      if (event.type === 'contact.wrapUpEnded') end(agent, legId)
    }
    expect(clashes).toEqual([])
    expect([...doing]).toEqual([])
  })

  it('is followed by the next one, without a gap and without anybody working in both', () => {
    const fromMs = day.endMs - HOUR_MS
    const events = ofFloor(told({ fromMs, whole: true }, day.endMs + HOUR_MS))
    const waits = new Map<unknown, number>()
    for (const event of since(events, fromMs)) {
      if (event.type === 'contact.queued') waits.set(event.data['visitId'], at(event))
    }
    const arrivals = [...waits.values()].sort((a, b) => a - b)
    const longestSilence = Math.max(...arrivals.map((atMs, i) => (arrivals[i + 1] ?? atMs) - atMs))
    expect(longestSilence).toBeLessThan(10 * MINUTE_MS)

    const runOf = (event: SentEvent) => event.id.slice(0, event.id.lastIndexOf('-'))
    const workers = (run: string) =>
      new Set(
        events
          .filter((event) => event.type === 'contact.connected' && runOf(event) === run)
          .map(({ data }) => data['agent']),
      )
    const [before, after] = [...new Set(events.map(runOf))].map(workers)
    expect(before?.size).toBeGreaterThan(4)
    expect(after?.size).toBeGreaterThan(4)
    expect([...(before ?? [])].filter((agent) => after?.has(agent))).toEqual([])
  })

  it('is the last one where it is said so', () => {
    const last = ofFloor(told({ fromMs: day.endMs - HOUR_MS, untilMs: noonMs }, Infinity))
    expect(at(last.at(-1)!)).toBeGreaterThan(day.endMs - 5 * MINUTE_MS)
    expect(at(last.at(-1)!)).toBeLessThan(day.endMs + LATE_MS)
  })
})
