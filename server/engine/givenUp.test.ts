import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { calls, CALLS_BEGIN_MS } from '../../test/calls.ts'
import { histories } from '../../test/histories.ts'
import { NOW_MS as WHOLE_UNTIL_MS } from '../../test/oracle/center.ts'
import { histories as wholeHistories } from '../../test/oracle/histories.ts'
import { netEntries, openLedger, type Ledger } from '../../test/ledger.ts'
import type { Event } from '../../shared/events/event.ts'
import { parseEvent } from '../../shared/events/parse.ts'
import { DAY_MS, MINUTE_MS } from '../../shared/time.ts'
import { emptied, GIVEN_UP, isGivenUp } from './givenUp.ts'
import { movedTo, noHorizon, type Horizon } from './horizon.ts'
import type { FoldedEvent, InternalEvent } from './stream.ts'
import type { Report, SubjectRecord } from './subject.ts'
import { kindOf } from './subjects/keys.ts'

const step = (atMs: number): InternalEvent => ({
  id: `details/${String(atMs)}`,
  type: 'details.givenUp',
  atMs,
  data: {},
})
/** Two steps after which all that was closed on the day of the histories is given up. */
const LATER_MS = Date.UTC(2026, 10, 28)
/** The first of three steps through whole histories, which lie in the two weeks before. */
const MIDDLE_MS = WHOLE_UNTIL_MS - 3 * DAY_MS
const steps = [step(LATER_MS), step(LATER_MS + DAY_MS)]

/** Empties what is given up, as the purge of the books does, and lets it leave memory. */
function purge(ledger: Ledger): number {
  let count = 0
  for (const [key, record] of ledger.records) {
    const isNew = record.version !== GIVEN_UP
    if (!isNew || !isGivenUp({ kind: kindOf(key), ...record }, ledger.engine.horizon())) continue
    ledger.records.set(key, emptied(key))
    if (ledger.engine.holds(key)) ledger.engine.release(key)
    count += 1
  }
  return count
}

const renamed = (events: readonly Event[]): Event[] =>
  events.map((event) => ({ ...event, id: `late-${event.id}` }))

describe('what is given up', () => {
  it('does not change any more, whether its row is emptied or not, and whatever comes', () => {
    let emptiedRows = 0
    fc.assert(
      fc.property(
        histories(60),
        histories(60),
        fc.array(fc.nat(70), { maxLength: 6 }),
        fc.boolean(),
        (before, after, purges, again) => {
          const stream: FoldedEvent[] = [...before, ...steps, ...renamed(after)]
          if (again) stream.splice(-20, 0, step(LATER_MS + 2 * DAY_MS))
          const whole = openLedger()
          const purged = openLedger()
          const first = before.length + steps.length
          stream.forEach((event, index) => {
            whole.take(event)
            purged.take(event)
            if (index === first || purges.includes(index - first)) emptiedRows += purge(purged)
          })
          expect(netEntries(purged)).toEqual(netEntries(whole))
          expect(purged.late).toEqual(whole.late)
        },
      ),
      { numRuns: 150 },
    )
    // Not for want of anything to empty.
    expect(emptiedRows).toBeGreaterThan(30)
  })

  it('nor does any other of all kinds, while a horizon moves through their histories', () => {
    let emptiedRows = 0
    let late = 0
    fc.assert(
      fc.property(
        wholeHistories(40),
        fc.tuple(fc.nat(), fc.nat(), fc.nat()),
        fc.array(fc.nat(), { maxLength: 5 }),
        ({ arrivals }, places, purges) => {
          const stream = [...arrivals]
          const at = places.map((place) => place % stream.length).sort((a, b) => a - b)
          at.forEach((place, n) => {
            stream.splice(place + n, 0, step(MIDDLE_MS + n * DAY_MS))
          })
          const purgesAt = new Set(purges.map((place) => place % stream.length))
          const [whole, purged] = [openLedger(), openLedger()]
          stream.forEach((event, index) => {
            whole.take(event)
            purged.take(event)
            if (purgesAt.has(index)) emptiedRows += purge(purged)
          })
          expect(netEntries(purged)).toEqual(netEntries(whole))
          expect(purged.late).toEqual(whole.late)
          late += whole.late.events + whole.late.feeds
        },
      ),
      { numRuns: 40 },
    )
    // Not for want of anything to empty, or to come late.
    expect(emptiedRows).toBeGreaterThan(5)
    expect(late).toBeGreaterThan(0)
  })

  it('books what it would have booked, where nothing comes late', () => {
    fc.assert(
      fc.property(histories(60), (events) => {
        const whole = openLedger()
        const purged = openLedger()
        for (const event of events) {
          whole.take(event)
          purged.take(event)
        }
        for (const event of steps) purged.take(event)
        purge(purged)
        // Calls of another day; nobody of the histories takes them.
        for (const event of calls(12, LATER_MS + 9 * DAY_MS)) {
          whole.take(event)
          purged.take(event)
        }
        expect(netEntries(purged)).toEqual(netEntries(whole))
        expect(purged.late).toEqual({ events: 0, feeds: 0 })
      }),
      { numRuns: 60 },
    )
  })

  it('refuses what is said of it, and what others have to tell it, and counts both', () => {
    const ledger = openLedger()
    for (const event of [...calls(10), ...steps]) ledger.take(event)
    expect(purge(ledger)).toBe(10)
    const before = netEntries(ledger)
    const late = (type: string, data: object): Event => {
      const parsed = parseEvent({
        ...{ specversion: '1.0', id: `late/${type}`, source: '/asterisk/pbx-1/ami', type, data },
        time: new Date(LATER_MS + 9 * DAY_MS).toISOString(),
      })
      if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
      return parsed.event
    }
    ledger.take(late('contact.disposed', { contactId: 'call-1', resolved: true }))
    expect(ledger.late).toEqual({ events: 1, feeds: 0 })
    ledger.take(late('contact.queued', { contactId: 'call-2', visitId: 'x', queue: 'sales' }))
    expect(ledger.late).toEqual({ events: 2, feeds: 0 })
    expect(netEntries(ledger)).toEqual(before)
    // A callback counts for itself; the contact is not told.
    const callback = { callbackId: 'b', state: 'requested', contactId: 'call-3', queue: 'sales' }
    ledger.take(late('callback.changed', callback))
    expect(ledger.late).toEqual({ events: 2, feeds: 1 })
    const taken = { type: 'contact.ended', key: 'call-4' }
    ledger.take(late('fact.retracted', taken))
    expect(ledger.late).toEqual({ events: 2, feeds: 1 })
    // Nor does a release, or a directory that tells of names, judge it anew.
    const [gone = ''] = [...ledger.records.keys()].filter((key) => key.startsWith('contact/'))
    ledger.engine.admit(gone, ledger.records.get(gone) ?? null)
    expect(ledger.engine.rederive(gone)).toMatchObject({ entries: [], changed: [] })
    const booked = Object.keys(netEntries(ledger)).length - Object.keys(before).length
    expect(booked).toBe(1)
    expect([...ledger.records.values()].filter(({ version }) => version === GIVEN_UP)).toHaveLength(
      10,
    )
  })

  it('is nothing of a history that comes in while details are given up', () => {
    // Each event of them is older than the horizon, and a step comes in the middle of a call.
    const old = calls(8, CALLS_BEGIN_MS)
    for (let at = 0; at < old.length; at += 7) {
      const whole = openLedger()
      for (const event of old) whole.take(event)
      const stepped = openLedger()
      for (const event of steps) stepped.take(event)
      old.forEach((event, index) => {
        if (index === at) {
          stepped.take(step(LATER_MS + 2 * DAY_MS))
          purge(stepped)
        }
        stepped.take(event)
      })
      expect(netEntries(stepped)).toEqual(netEntries(whole))
    }
  })
})

describe('a subject is given up', () => {
  const atMs = Date.UTC(2026, 0, 10)
  const report: Report = {
    source: '/pbx/1/ami',
    id: '1',
    atMs,
    recordedAtMs: null,
    sequence: null,
    provenance: 'observed',
    precision: 'ms',
    data: {},
  }
  const fact = { type: 'contact.queued' as const, key: '1', system: '/pbx/1' }
  const survey = { ...fact, type: 'survey.answered' as const }
  const record: SubjectRecord & { kind: string } = {
    ...emptied('contact/pbx/1#1'),
    kind: 'contact',
    version: 1,
    facts: [{ ...fact, reports: [report] }],
  }
  const horizon: Horizon = { fromMs: atMs + 2 * DAY_MS, beforeMs: atMs + DAY_MS }

  it.each<[string, boolean, Partial<typeof record>]>([
    ['it ended, and was left alone', true, {}],
    [
      'nobody knows of it but those who speak of it',
      true,
      { kind: 'thread', facts: [{ ...survey, reports: [report] }] },
    ],
    ['never while it is open', false, { open: true }],
    ['not before a whole step in which nothing came', false, { touchedMs: horizon.beforeMs }],
    [
      'not while something in it is younger',
      false,
      { facts: [{ ...fact, reports: [report, { ...report, atMs: atMs + DAY_MS }] }] },
    ],
    ['not while it waits for its first word', false, { facts: [] }],
    ['no agent’s time', false, { kind: 'agentTime' }],
    ['no matter', false, { kind: 'matter' }],
    ['no thread with mails', false, { kind: 'thread' }],
    ['no order', false, { kind: 'order' }],
  ])('%s', (_, expected, change) => {
    expect(isGivenUp({ ...record, ...change }, horizon)).toBe(expected)
  })

  it('once it was, for good', () => {
    expect(isGivenUp({ ...emptied('contact/pbx/1#1'), kind: 'contact' }, noHorizon)).toBe(true)
  })

  it('by a horizon that never goes back', () => {
    const first = movedTo(noHorizon, atMs)
    expect(first).toEqual({ fromMs: atMs, beforeMs: 0 })
    expect(movedTo(first, atMs - 1)).toBe(first)
    expect(movedTo(first, atMs)).toBe(first)
    expect(movedTo(first, atMs + MINUTE_MS)).toEqual({ fromMs: atMs + MINUTE_MS, beforeMs: atMs })
  })
})
