import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Directory } from '../../shared/directory.ts'
import type { Event } from '../../shared/events/event.ts'
import { parseEvent } from '../../shared/events/parse.ts'
import {
  histories,
  shuffledAgentHistories,
  shuffledHistories,
  shuffledMailHistories,
} from '../../test/histories.ts'
import { liveOf, netEntries, openLedger, sumOf } from '../../test/ledger.ts'
import type { Ledger } from '../../test/ledger.ts'
import { isOf } from './facts.ts'
import { createEngine } from './fold.ts'
import { nothingDerived } from './subjects/kind.ts'
import type { Kind } from './subjects/kind.ts'
import { kinds } from './subjects/registry.ts'
import { stored } from './subjects/stored.ts'

/** What a center says in the end: net entries, what accrues, who waits and talks. */
const saysOf = (ledger: Ledger) => ({
  entries: netEntries(ledger),
  live: [...ledger.records.values()]
    .filter(({ open }) => open)
    .map(({ key, live, accruals }) => ({ key, live, accruals }))
    .filter(
      ({ live, accruals }) =>
        accruals.length > 0 || live.visits.length + live.legs.length > 0 || live.agent !== null,
    )
    .sort((a, b) => (a.key < b.key ? -1 : 1)),
})

const told = (events: readonly Event[], restartAfter: readonly number[] = []): Ledger => {
  const ledger = openLedger()
  events.forEach((event, index) => {
    ledger.take(event)
    if (restartAfter.includes(index)) ledger.restart()
  })
  return ledger
}

const eventOf = (
  type: string,
  data: Record<string, unknown>,
  more: Record<string, unknown> = {},
): Event => {
  const parsed = parseEvent({
    specversion: '1.0',
    id: JSON.stringify([type, data, more]).slice(0, 500),
    source: '/pbx/1/feed',
    type,
    time: '2026-11-21T10:00:00Z',
    data,
    ...more,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.event
}

describe('what others say of a contact', () => {
  it('is no word of its own, whether it comes weeks later or first', () => {
    const started = eventOf('contact.started', {
      contactId: 'c1',
      channel: 'voice',
      direction: 'inbound',
    })
    const answered = eventOf(
      'survey.answered',
      {
        responseId: 'r1',
        survey: 's',
        audience: 'customer',
        kind: 'csat',
        score: 5,
        contactId: 'c1',
      },
      { time: '2027-01-20T10:00:00Z' },
    )
    for (const events of [
      [started, answered],
      [answered, started],
    ]) {
      const { firstAtMs, lastAtMs } = told(events, [0]).records.get('contact/pbx/1#c1') ?? {}
      expect({ firstAtMs, lastAtMs }).toEqual({ firstAtMs: started.atMs, lastAtMs: started.atMs })
    }
  })
})

describe('the order of events does not matter', () => {
  it.each([
    ['a history', shuffledHistories],
    ['mails and dials', shuffledMailHistories],
    ['agents of whom something is taken back', shuffledAgentHistories],
  ])('any permutation of %s ends in the same ledger and live state', (_what, all) => {
    fc.assert(
      fc.property(all, ({ events, shuffled }) => {
        expect(saysOf(told(shuffled))).toEqual(saysOf(told(events)))
      }),
      { numRuns: 300 },
    )
  })

  it('nor does it that events are doubled, or that the engine is restarted in between', () => {
    const cases = histories().chain((events) =>
      fc.record({
        events: fc.constant(events),
        doubles: fc.array(fc.constantFrom(...events), { maxLength: 20 }),
        restarts: fc.array(fc.nat(events.length), { maxLength: 5 }),
      }),
    )
    fc.assert(
      fc.property(cases, ({ events, doubles, restarts }) => {
        expect(saysOf(told([...events, ...doubles], restarts))).toEqual(saysOf(told(events)))
      }),
      { numRuns: 300 },
    )
  })
})

describe('laws of the ledger', () => {
  it('every visit that was offered is waiting, or ended in one way', () => {
    fc.assert(
      fc.property(histories(), (events) => {
        const ledger = told(events)
        const span = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }
        const sum = (counter: Parameters<typeof sumOf>[1]) =>
          sumOf(ledger, counter, { kind: 'center' }, span, span.toMs).booked
        const inbound = liveOf(ledger).visits.length
        const ended =
          sum('visitsAnswered') +
          sum('abandonedShort') +
          sum('abandonedInTime') +
          sum('abandonedPassed') +
          sum('flowedOut') +
          sum('visitsFailed') +
          sum('visitsLost')
        // Callbacks and internal calls wait too, but are in no visit counter.
        expect(sum('visitsOffered')).toBeGreaterThanOrEqual(ended)
        expect(sum('visitsOffered')).toBeLessThanOrEqual(ended + inbound)
        expect(sum('serviceLevelMet')).toBeLessThanOrEqual(sum('serviceLevelDecided'))
        expect(sum('ownAnsweredInTime') + sum('ownAnsweredLate')).toBeLessThanOrEqual(
          sum('visitsAnswered'),
        )
      }),
      { numRuns: 200 },
    )
  })

  it('what is booked is what the stored subjects say, to the last entry', () => {
    fc.assert(
      fc.property(histories(), (events) => {
        const ledger = told(events)
        const stored = openLedger()
        stored.entries = [...ledger.records.values()].flatMap(({ booked }) => booked)
        expect(netEntries(ledger)).toEqual(netEntries(stored))
      }),
      { numRuns: 100 },
    )
  })

  it('an agent is in one state at each instant: times in states add up', () => {
    fc.assert(
      fc.property(histories(), (events) => {
        const ledger = told(events)
        for (const { booked } of ledger.records.values()) {
          const spans = booked
            .filter(({ counter }) =>
              /^(available|onContact|wrapUp|ringing|notReady)Ms$/.test(counter),
            )
            .sort((a, b) => a.fromMs - b.fromMs)
          spans.forEach((span, i) => {
            expect(span.amount).toBe(span.toMs - span.fromMs)
            expect(spans[i + 1]?.fromMs ?? Infinity).toBeGreaterThanOrEqual(span.toMs)
          })
        }
      }),
      { numRuns: 200 },
    )
  })
})

describe('an event that throws', () => {
  it('changes nothing, and the engine goes on', () => {
    const poisoned: Kind = {
      version: 1,
      derive: (input) => {
        if (input.standing.some((fact) => isOf(fact, 'contact.disposed'))) throw new Error('poison')
        return kinds.contact.derive(input)
      },
    }
    const engine = createEngine({ directories: [], kinds: { ...kinds, contact: poisoned } })
    const take = (event: Event) => {
      for (;;) {
        const folded = engine.fold([event])
        if (!('lacks' in folded)) return folded
        for (const key of folded.lacks) engine.admit(key, null)
      }
    }
    take(eventOf('contact.queued', { contactId: 'c1', visitId: 'c1#1', queue: 'sales' }))
    const before = engine.record('contact/pbx/1#c1')
    expect(() => take(eventOf('contact.disposed', { contactId: 'c1', reason: 'x' }))).toThrow(
      'poison',
    )
    expect(engine.record('contact/pbx/1#c1')).toEqual(before)
    const ended = take(
      eventOf(
        'contact.dequeued',
        { contactId: 'c1', visitId: 'c1#1', queue: 'sales', outcome: 'abandoned' },
        { time: '2026-11-21T10:00:30Z' },
      ),
    )
    expect(ended.entries.map(({ counter }) => counter)).toContain('abandonedPassed')
  })
})

describe('a subject that is written later', () => {
  it('is computed over all the facts that were stored before, and books the difference', () => {
    const ledger = openLedger({ kinds: { ...kinds, lead: stored } })
    const lead = (change: string, time: string) =>
      eventOf('lead.changed', { leadId: 'l1', change, agent: 'ana' }, { time })
    ledger.take(lead('created', '2026-11-21T10:00:00Z'))
    ledger.take(lead('converted', '2026-11-21T11:00:00Z'))
    expect(ledger.entries).toEqual([])
    const before = ledger.records.get('lead/pbx/1#l1')
    expect(before?.facts).toHaveLength(2)

    const leads: Kind = {
      version: 1,
      derive: ({ standing }) => ({
        ...nothingDerived,
        bookings: standing.map(({ atMs }) => ({
          counter: 'offers',
          detail: null,
          fromMs: atMs,
          toMs: atMs,
          amount: 1,
          queue: null,
          agent: 'ana',
          team: null,
          site: null,
          channel: null,
          filters: null,
        })),
      }),
    }
    const later = createEngine({ directories: [], kinds: { ...kinds, lead: leads } })
    later.admit('system/pbx/1', null)
    later.admit('lead/pbx/1#l1', before ?? null)
    expect(later.versionOf('lead/pbx/1#l1')).toBeGreaterThan(before?.version ?? 0)
    const folded = later.rederive('lead/pbx/1#l1')
    expect(
      'entries' in folded ? folded.entries.map(({ fromMs, amount }) => [fromMs, amount]) : [],
    ).toEqual([
      [Date.UTC(2026, 10, 21, 10), 1],
      [Date.UTC(2026, 10, 21, 11), 1],
    ])
    expect(later.rederive('lead/pbx/1#l1')).toMatchObject({ entries: [] })
  })

  it.each([
    ['outbound.attempted', { attemptId: 'a1' }, 'attempt/pbx/1#a1'],
    [
      'message.recorded',
      { messageId: 'm', threadId: 't', direction: 'inbound', author: 'customer' },
      'thread/pbx/1#t',
    ],
    ['message.tracked', { messageId: 'm', track: 'opened' }, 'trackedMessage/pbx/1#m'],
    ['case.changed', { caseId: 'k', field: 'status', to: 'open' }, 'case/pbx/1#k'],
    ['opportunity.changed', { opportunityId: 'o', change: 'created' }, 'opportunity/pbx/1#o'],
    ['quote.changed', { quoteId: 'q', document: 'quote', change: 'issued' }, 'quote/pbx/1#quote/q'],
    ['order.changed', { orderId: 'o', change: 'placed' }, 'order/pbx/1#o'],
    ['customer.changed', { account: 'a', change: 'new' }, 'customer/pbx/1#a'],
    ['activity.recorded', { activityId: 'a', kind: 'demo' }, 'activity/pbx/1#a'],
    [
      'survey.sent',
      { responseId: 'r', survey: 's', audience: 'customer', kind: 'csat' },
      'survey/pbx/1#r',
    ],
  ])('finds %s kept with every report of it', (type, data, key) => {
    const ledger = openLedger()
    ledger.take(eventOf(type, data, { id: 'one' }))
    ledger.take(eventOf(type, data, { id: 'two' }))
    expect(ledger.records.get(key)?.facts.map(({ reports }) => reports.length)).toEqual([2])
  })
})

describe('a new directory', () => {
  const directoryOf = (thresholdSeconds: number) => ({
    queues: [{ key: 'sales', serviceLevel: { thresholdSeconds } }],
  })
  const changed = (id: string, atMs: number, directory: unknown) =>
    ({ id, type: 'directory.changed', atMs, data: { directory } }) as const
  const queuedAtMs = Date.UTC(2026, 10, 21, 10)
  const queued = eventOf('contact.queued', { contactId: 'c1', visitId: 'c1#1', queue: 'sales' })
  const answered = eventOf(
    'contact.connected',
    { contactId: 'c1', legId: 'l1', agent: 'ana', visitId: 'c1#1' },
    { time: '2026-11-21T10:00:25Z' },
  )
  const inTime = (ledger: Ledger) =>
    sumOf(ledger, 'answeredInTime', { kind: 'center' }, { fromMs: 0, toMs: 9e15 }, 9e15).booked

  it('holds from the beginning where it says something for the first time', () => {
    const ledger = openLedger()
    ledger.take(changed('d1', queuedAtMs + 3_600_000, directoryOf(30)))
    ledger.take(queued)
    ledger.take(answered)
    expect(inTime(ledger)).toBe(1)
  })

  it('is dated where it changes what was said', () => {
    const ledger = openLedger()
    ledger.take(changed('d1', queuedAtMs - 3_600_000, directoryOf(20)))
    ledger.take(changed('d2', queuedAtMs + 3_600_000, directoryOf(30)))
    ledger.take(queued)
    ledger.take(answered)
    expect(inTime(ledger)).toBe(0)
  })

  it('judges what is still open', () => {
    const ledger = openLedger()
    ledger.take(queued)
    ledger.take(changed('d1', queuedAtMs + 10_000, directoryOf(30)))
    ledger.take(answered)
    expect(inTime(ledger)).toBe(1)
  })
})

it('a restart takes nothing back of what is folded with it', () => {
  const engine = createEngine({ directories: [] })
  const take = (...events: Event[]) => {
    for (;;) {
      const folded = engine.fold(events)
      if (!('lacks' in folded)) return
      for (const key of folded.lacks) engine.admit(key, null)
    }
  }
  const visit = { contactId: 'c1', visitId: 'c1#1', queue: 'sales' }
  take(eventOf('contact.queued', visit))
  take(
    eventOf('contact.dequeued', { ...visit, outcome: 'abandoned' }),
    eventOf('source.restarted', {}, { time: '2026-11-21T11:00:00Z' }),
  )
  expect(engine.record('contact/pbx/1#c1').facts.map(({ type }) => type)).toEqual([
    'contact.queued',
    'contact.dequeued',
  ])
})

it('names that the directory does not know are discovered once', () => {
  const engine = createEngine({ directories: [] })
  const take = (event: Event) => {
    for (;;) {
      const folded = engine.fold([event])
      if (!('lacks' in folded)) return folded.discovered.map(({ kind, key }) => `${kind} ${key}`)
      for (const key of folded.lacks) engine.admit(key, null)
    }
  }
  const queued = (id: string) =>
    eventOf('contact.queued', { contactId: 'c1', visitId: id, queue: 'sales' })
  expect(take(queued('c1#1'))).toEqual(['queue sales'])
  expect(take(queued('c1#2'))).toEqual([])
})

describe("another system's word on a contact", () => {
  const disposed = (contactId: string) =>
    eventOf('contact.disposed', { contactId, reason: 'billing' }, { source: '/crm/1/hook' })
  const refersTo = {
    atMs: 0,
    directory: Directory.parse({ sources: [{ source: '/crm/1/hook', refersTo: '/pbx/1' }] }),
  }
  it.each([
    ['names the system itself', '/pbx/1#c1', [], 'contact/pbx/1#c1'],
    ['is bare, and its source refers to the system', 'c1', [refersTo], 'contact/pbx/1#c1'],
    ['is bare: then the contact is its own', 'c1', [], 'contact/crm/1#c1'],
  ])('%s', (_what, contactId, directories, key) => {
    const ledger = openLedger({ directories })
    ledger.take(disposed(contactId))
    expect([...ledger.records.keys()]).toEqual([key])
  })
})
