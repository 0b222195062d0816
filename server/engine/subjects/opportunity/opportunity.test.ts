import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Directory } from '../../../../shared/directory.ts'
import type { Entry } from '../../../../shared/entry.ts'
import type { Event } from '../../../../shared/events/event.ts'
import { parseEvent } from '../../../../shared/events/parse.ts'
import { netEntries, openLedger } from '../../../../test/ledger.ts'
import type { Ledger } from '../../../../test/ledger.ts'

const directory = Directory.parse({
  center: { currency: 'USD' },
  teams: [{ key: 'north' }, { key: 'south' }],
  agents: [
    {
      key: 'ana',
      teams: [
        { team: 'north', to: '2026-11-06T00:00:00Z' },
        { team: 'south', from: '2026-11-06T00:00:00Z' },
      ],
    },
    { key: 'bo', teams: [{ team: 'south' }] },
  ],
  pipelines: [
    {
      key: 'standard',
      stages: [
        { name: 'talk', order: 0, probability: 0.1 },
        { name: 'demo', order: 1, probability: 0.25, standard: 'one' },
        { name: 'offer', order: 2, probability: 0.5, standard: 'two' },
        { name: 'signed', order: 3, probability: 1 },
        { name: 'gone', order: 4, probability: 0 },
      ],
    },
    {
      key: 'renewals',
      name: 'Renewals',
      stages: [{ name: 'demo', order: 0, probability: 0.9, standard: 'two' }],
    },
  ],
  exchangeRates: [{ currency: 'EUR', from: '2026-11-03', rate: 2 }],
})

type Told = [
  day: number,
  type: 'lead' | 'opportunity' | 'order' | 'activity' | 'fact',
  data: Record<string, unknown>,
]
const types = {
  lead: 'lead.changed',
  opportunity: 'opportunity.changed',
  order: 'order.changed',
  activity: 'activity.recorded',
  fact: 'fact.retracted',
}

/** Told on days of November. */
const eventsOf = (told: readonly Told[]): Event[] =>
  told.map(([day, type, data], index) => {
    const parsed = parseEvent({
      specversion: '1.0',
      id: `e${String(index)}`,
      source: '/crm/1/feed',
      type: types[type],
      time: new Date(Date.UTC(2026, 10, 1) + day * 86_400_000).toISOString(),
      data: {
        ...(type === 'lead' && { leadId: 'l1' }),
        ...(type === 'opportunity' && { opportunityId: 'o1' }),
        ...data,
      },
    })
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
    return parsed.event
  })

function ledgerOf(events: readonly Event[]): Ledger {
  const ledger = openLedger({ directories: [{ atMs: -Infinity, directory }] })
  for (const event of events) ledger.take(event)
  return ledger
}

/** What stands in the ledger: `counter detail day agent/team amount`. */
function linesOf(told: readonly Told[], counters: readonly string[]): string[] {
  const net = netEntries(ledgerOf(eventsOf(told)))
  return Object.entries(net)
    .map(([account, amount]) => ({ ...(JSON.parse(account) as Entry), amount }))
    .filter(({ counter }) => counters.includes(counter))
    .sort((a, b) => a.fromMs - b.fromMs || (a.counter < b.counter ? -1 : 1))
    .map(({ counter, detail, fromMs, agent, team, amount }) => {
      const day = (fromMs - Date.UTC(2026, 10, 1)) / 86_400_000
      return [counter, detail, `${String(day)}d`, `${agent ?? ''}/${team ?? ''}`, amount]
        .filter((word) => word !== null)
        .join(' ')
    })
}

const usd = (value: string) => ({ value, currency: 'USD' })
const created = (day: number, data: Record<string, unknown> = {}): Told => [
  day,
  'opportunity',
  { change: 'created', agent: 'ana', ...data },
]
const stage = (day: number, name: string, data: Record<string, unknown> = {}): Told => [
  day,
  'opportunity',
  { change: 'stage', stage: name, ...data },
]
const change = (day: number, what: string, data: Record<string, unknown> = {}): Told => [
  day,
  'opportunity',
  { change: what, ...data },
]

const cases: {
  name: string
  told: readonly Told[]
  counters: readonly string[]
  expected: readonly string[]
}[] = [
  {
    name: 'credits who has it at the instant, with the team of then',
    told: [created(1), stage(6, 'demo'), stage(7, 'offer', { agent: 'bo' })],
    counters: ['opportunitiesCreated', 'stageOneReached', 'stageTwoReached'],
    expected: [
      'opportunitiesCreated 1d ana/north 1',
      'stageOneReached 6d ana/south 1',
      'stageTwoReached 7d bo/south 1',
    ],
  },
  {
    name: 'is nobody’s until an agent is named',
    told: [change(1, 'created'), stage(2, 'demo', { agent: 'bo' })],
    counters: ['opportunitiesCreated', 'stageOneReached'],
    expected: ['opportunitiesCreated 1d / 1', 'stageOneReached 2d bo/south 1'],
  },
  {
    name: 'dates cohorts at the stage that they are of',
    told: [created(1), stage(2, 'demo'), stage(3, 'offer'), change(4, 'won')],
    counters: ['stageOneThenTwo', 'stageTwoThenWon', 'dealsWon'],
    expected: [
      'stageOneThenTwo 2d ana/north 1',
      'stageTwoThenWon 3d ana/north 1',
      'dealsWon 4d ana/north 1',
    ],
  },
  {
    name: 'reaches one with two',
    told: [created(1), stage(3, 'offer'), stage(4, 'demo')],
    counters: ['stageOneReached', 'stageTwoReached', 'stageOneThenTwo'],
    expected: [
      'stageOneReached 3d ana/north 1',
      'stageOneThenTwo 3d ana/north 1',
      'stageTwoReached 3d ana/north 1',
    ],
  },
  {
    name: 'has come past two in a stage behind it, but not where the lost are put',
    told: [
      created(1),
      stage(2, 'signed'),
      [1, 'opportunity', { opportunityId: 'o2', change: 'created', agent: 'bo' }],
      [2, 'opportunity', { opportunityId: 'o2', change: 'stage', stage: 'gone' }],
      [3, 'opportunity', { opportunityId: 'o3', change: 'lost', stage: 'signed', agent: 'bo' }],
    ],
    counters: ['stageOneReached', 'stageTwoReached'],
    expected: ['stageOneReached 2d ana/north 1', 'stageTwoReached 2d ana/north 1'],
  },
  {
    name: 'takes the stages of the pipeline that it is in, by its key or its name',
    told: [created(1, { pipeline: 'Renewals' }), stage(2, 'demo')],
    counters: ['stageTwoReached'],
    expected: ['stageTwoReached 2d ana/north 1'],
  },
  {
    name: 'reaches nothing in a pipeline that nobody described',
    told: [created(1, { pipeline: 'elsewhere' }), stage(2, 'demo')],
    counters: ['stageOneReached', 'stageTwoReached', 'stageTransitions'],
    expected: ['stageTransitions →demo 2d ana/north 1'],
  },
  {
    name: 'comes from the stage before in its own facts, whatever the feed says',
    told: [
      created(1, { stage: 'talk' }),
      stage(2, 'demo', { stageFrom: 'elsewhere' }),
      stage(3, 'demo'),
      stage(4, 'talk'),
      change(5, 'won', { stage: 'signed' }),
    ],
    counters: ['stageTransitions'],
    expected: [
      'stageTransitions talk→demo 2d ana/north 1',
      'stageTransitions demo→talk 4d ana/north 1',
      'stageTransitions talk→signed 5d ana/south 1',
    ],
  },
  {
    name: 'comes from where the feed says while it knows nothing before',
    told: [stage(2, 'demo', { stageFrom: 'talk', agent: 'bo' })],
    counters: ['stageTransitions', 'opportunitiesCreated'],
    expected: ['stageTransitions talk→demo 2d bo/south 1'],
  },
  {
    name: 'has the amount that was said when stage two was reached',
    told: [
      created(1, { amount: usd('10') }),
      stage(2, 'offer', { amount: usd('20') }),
      change(3, 'amount', { amount: usd('30') }),
    ],
    counters: ['stageTwoAmount'],
    expected: ['stageTwoAmount 2d ana/north 2000'],
  },
  {
    name: 'is won for what was last said, by the rate of the day of saying it',
    told: [
      created(1, { amount: usd('10') }),
      change(4, 'won'),
      change(5, 'amount', { amount: { value: '12.34', currency: 'EUR' } }),
    ],
    counters: ['wonAmount', 'dealsWonWithAmount'],
    expected: ['dealsWonWithAmount 4d ana/north 1', 'wonAmount 4d ana/north 2468'],
  },
  {
    name: 'has no amount where there is no rate',
    told: [created(1, { amount: { value: '1', currency: 'EUR' } }), change(4, 'won')],
    counters: ['wonAmount', 'dealsWonWithAmount', 'dealsWon', 'openAmount'],
    expected: ['dealsWon 4d ana/north 1'],
  },
  {
    name: 'is open from its first word to the decision, where and as it stands then',
    told: [
      created(1, { amount: usd('10'), stage: 'talk' }),
      stage(2, 'demo'),
      change(3, 'amount', { amount: usd('30') }),
      change(4, 'amount', { agent: 'bo' }),
      change(6, 'lost'),
    ],
    counters: ['openAmount', 'openAmountWeighted'],
    expected: [
      'openAmount 1d ana/north 1000',
      'openAmountWeighted 1d ana/north 100',
      'openAmountWeighted 2d ana/north 150',
      'openAmount 3d ana/north 2000',
      'openAmountWeighted 3d ana/north 500',
      'openAmount 4d ana/north -3000',
      'openAmount 4d bo/south 3000',
      'openAmountWeighted 4d ana/north -750',
      'openAmountWeighted 4d bo/south 750',
      'openAmount 6d bo/south -3000',
      'openAmountWeighted 6d bo/south -750',
    ],
  },
  {
    name: 'is open again once it is put back where it was, and not by a word that repeats the stage',
    told: [
      created(1, { amount: usd('10'), stage: 'talk' }),
      change(2, 'lost'),
      change(3, 'amount', { stage: 'talk' }),
      stage(4, 'talk'),
    ],
    counters: ['openAmount', 'dealsLost'],
    expected: [
      'openAmount 1d ana/north 1000',
      'openAmount 2d ana/north -1000',
      'openAmount 4d ana/north 1000',
    ],
  },
  {
    name: 'moves with its agent to another team at its next word',
    told: [created(1, { amount: usd('10') }), change(6, 'amount', { amount: usd('10') })],
    counters: ['openAmount'],
    expected: [
      'openAmount 1d ana/north 1000',
      'openAmount 6d ana/north -1000',
      'openAmount 6d ana/south 1000',
    ],
  },
  {
    name: 'counts its cycle from its creation where nothing earlier is known',
    told: [created(1), change(4, 'won')],
    counters: ['salesCycleMs', 'dealsWonSinceContact'],
    expected: ['dealsWonSinceContact 4d ana/north 1', 'salesCycleMs 4d ana/north 259200000'],
  },
  {
    name: 'counts its cycle from the first response to its lead',
    told: [
      [0, 'lead', { change: 'created' }],
      [2, 'lead', { change: 'contacted' }],
      created(3, { leadId: 'l1' }),
      change(4, 'won'),
    ],
    counters: ['salesCycleMs'],
    expected: ['salesCycleMs 4d ana/north 172800000'],
  },
  {
    name: 'is won without a cycle where nobody knows when it began',
    told: [change(4, 'won', { agent: 'ana' })],
    counters: ['salesCycleMs', 'dealsWonSinceContact', 'dealsWon'],
    expected: ['dealsWon 4d ana/north 1'],
  },
]

describe('an opportunity', () => {
  it.each(cases)('$name', ({ told, counters, expected }) => {
    expect(linesOf(told, counters)).toEqual(expected)
    expect(linesOf([...told].reverse(), counters)).toEqual(expected)
  })

  it('narrows by what is known of it as a whole', () => {
    const told = [created(1), stage(2, 'demo', { origin: 'outbound' }), change(3, 'won')]
    const { entries } = ledgerOf(eventsOf([...told].reverse()))
    const net = netEntries({ ...ledgerOf([]), entries })
    const filters = Object.keys(net).map((account) => (JSON.parse(account) as Entry).filters)
    expect(filters.length).toBeGreaterThan(3)
    expect(new Set(filters.map((one) => JSON.stringify(one)))).toEqual(
      new Set(['{"origin":"outbound"}']),
    )
  })

  it('is flagged where it was won before its first contact, and has a cycle of 0', () => {
    const told = [created(1), change(4, 'won', { firstContactAt: '2026-12-01T00:00:00Z' })]
    expect(linesOf(told, ['salesCycleMs', 'dealsWonSinceContact'])).toEqual([
      'dealsWonSinceContact 4d ana/north 1',
    ])
    const { records } = ledgerOf(eventsOf(told))
    expect(records.get('opportunity/crm/1#o1')?.flags).toEqual(['won before the first contact'])
  })

  it('waits for its creation, as is shown, and counts what is known', () => {
    const { records } = ledgerOf(eventsOf([change(4, 'won'), change(2, 'amount')]))
    expect(records.get('opportunity/crm/1#o1')?.unopened).toBe(2)
  })
})

describe('leads and opportunities', () => {
  const anything = fc.oneof(
    fc.tuple(
      fc.integer({ min: 0, max: 8 }),
      fc.constant('lead' as const),
      fc.record(
        {
          leadId: fc.constantFrom('l1', 'l2'),
          change: fc.constantFrom('created', 'contacted', 'stage', 'disqualified'),
          stage: fc.constantFrom('mql', 'sql'),
          origin: fc.constantFrom('inbound', 'referral'),
          account: fc.constantFrom('a1', 'a2'),
          agent: fc.constantFrom('ana', 'bo'),
        },
        { requiredKeys: ['leadId', 'change'] },
      ),
    ),
    fc.tuple(
      fc.integer({ min: 0, max: 8 }),
      fc.constant('opportunity' as const),
      fc.record(
        {
          opportunityId: fc.constantFrom('o1', 'o2'),
          change: fc.constantFrom('created', 'stage', 'amount', 'won', 'lost'),
          stage: fc.constantFrom('talk', 'demo', 'offer', 'signed'),
          amount: fc.constantFrom(usd('10'), usd('20'), { value: '5', currency: 'EUR' }),
          leadId: fc.constantFrom('l1', 'l2'),
          agent: fc.constantFrom('ana', 'bo'),
        },
        { requiredKeys: ['opportunityId', 'change'] },
      ),
    ),
    fc.tuple(
      fc.integer({ min: 0, max: 8 }),
      fc.constant('order' as const),
      fc.record(
        {
          orderId: fc.constantFrom('r1', 'r2'),
          change: fc.constantFrom('placed', 'cancelled'),
          amount: fc.constant(usd('7')),
          account: fc.constantFrom('a1', 'a2'),
          opportunityId: fc.constantFrom('o1', 'o2'),
        },
        { requiredKeys: ['orderId', 'change', 'amount'] },
      ),
    ),
    fc.tuple(
      fc.integer({ min: 0, max: 8 }),
      fc.constant('activity' as const),
      fc.record(
        {
          activityId: fc.constantFrom('v1', 'v2'),
          kind: fc.constantFrom('appointment', 'referral', 'demo'),
          agent: fc.constantFrom('ana', 'bo'),
          leadId: fc.constantFrom('l1', 'l2'),
          account: fc.constantFrom('a1', 'a2'),
          opportunityId: fc.constantFrom('o1', 'o2'),
        },
        { requiredKeys: ['activityId', 'kind'] },
      ),
    ),
    fc.tuple(
      fc.constant(9),
      fc.constant('fact' as const),
      fc.constantFrom(
        { type: 'activity.recorded', key: 'v1/demo' },
        { type: 'activity.recorded', key: 'v2/appointment' },
        { type: 'opportunity.changed', key: 'o1/won@2026-11-04T00:00:00.000Z' },
        { type: 'lead.changed', key: 'l1/created@2026-11-02T00:00:00.000Z' },
      ),
    ),
  )
  const shuffled = fc.array(anything, { minLength: 1, maxLength: 25 }).chain((told) => {
    const events = eventsOf(told)
    const permutation = fc.shuffledSubarray(events, { minLength: events.length })
    return fc.record({ events: fc.constant(events), other: permutation })
  })

  it('say the same in whatever order, and however often, they are told', () => {
    fc.assert(
      fc.property(shuffled, ({ events, other }) => {
        const once = netEntries(ledgerOf(events))
        expect(netEntries(ledgerOf([...other, ...events]))).toEqual(once)
      }),
      { numRuns: 200 },
    )
  })

  it('leave nothing open that is decided: levels and counts keep to each other', () => {
    fc.assert(
      fc.property(shuffled, ({ events }) => {
        const { records, entries } = ledgerOf(events)
        const sum = (counter: string) =>
          entries
            .filter((entry) => entry.counter === counter)
            .reduce((all, { amount }) => all + amount, 0)
        const opportunities = [...records.keys()].filter((key) => key.startsWith('opportunity/'))
        expect(sum('dealsWon') + sum('dealsLost')).toBeLessThanOrEqual(opportunities.length)
        if (sum('dealsWon') + sum('dealsLost') === opportunities.length) {
          expect(sum('openAmount')).toBe(0)
          expect(sum('openAmountWeighted')).toBe(0)
        }
        expect(sum('openAmountWeighted')).toBeLessThanOrEqual(sum('openAmount'))
        expect(sum('stageOneThenTwo')).toBe(sum('stageTwoReached'))
        expect(sum('stageTwoReached')).toBeLessThanOrEqual(sum('stageOneReached'))
        expect(sum('leadsConverted') + sum('leadsLost')).toBeLessThanOrEqual(sum('leadsCreated'))
      }),
      { numRuns: 100 },
    )
  })
})
