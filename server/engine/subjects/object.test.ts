import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Directory } from '../../../shared/directory.ts'
import type { Event } from '../../../shared/events/event.ts'
import { parseEvent } from '../../../shared/events/parse.ts'
import { HOUR_MS } from '../../../shared/time.ts'
import { netEntries, openLedger, sumOf } from '../../../test/ledger.ts'
import type { Ledger } from '../../../test/ledger.ts'

const beginsAtMs = Date.UTC(2026, 10, 21, 10)
const eventOf = (n: number, type: string, hour: number, data: Record<string, unknown>): Event => {
  const parsed = parseEvent({
    specversion: '1.0',
    id: `e-${String(n)}`,
    source: '/crm/1/feed',
    type,
    time: new Date(beginsAtMs + hour * HOUR_MS).toISOString(),
    data,
  })
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.errors))
  return parsed.event
}
const everything = { fromMs: 0, toMs: beginsAtMs * 2 }
const booked = (ledger: Ledger, counter: Parameters<typeof sumOf>[1]) =>
  sumOf(ledger, counter, { kind: 'center' }, everything, 0).booked

describe('the order in which changes of objects arrive does not matter', () => {
  // Few of each, so that they meet: same objects, same instants, doubled changes.
  const agent = fc.constantFrom(undefined, 'ana', 'bo')
  const amount = fc.constantFrom(undefined, ...['1.00', '2.50', '-0.75'].map(usd))
  const account = fc.constantFrom(undefined, 'acme', 'beta')
  const opportunityId = fc.constantFrom(undefined, 'deal')
  const quote = fc.record({
    quoteId: fc.constantFrom('q', 'r'),
    document: fc.constantFrom('quote', 'proposal'),
    change: fc.constantFrom('requested', 'issued', 'corrected', 'accepted'),
    lines: fc.constantFrom(undefined, 2, 3),
    ...{ agent, amount },
  })
  const order = fc.record({
    orderId: fc.constantFrom('o', 'p', 'q'),
    change: fc.constantFrom('placed', 'placed', 'corrected', 'cancelled'),
    lines: fc.constantFrom(undefined, [{ sku: 'a', quantity: 1, amount: usd('4.00') }]),
    ...{ agent, amount, account, opportunityId },
  })
  const change = fc.record({
    account: fc.constantFrom('acme', 'beta'),
    change: fc.constantFrom('new', 'existing', 'expanded', 'contracted', 'churned', 'returned'),
    monthly: fc.constantFrom(undefined, usd('5.00'), usd('9.00')),
    agent,
  })
  const opportunity = fc.record({
    opportunityId: fc.constant('deal'),
    change: fc.constantFrom('created', 'won', 'lost'),
    kind: fc.constantFrom('new', 'upsell'),
    ...{ agent, account },
  })
  const appointment = fc.record({
    activityId: fc.constantFrom('a', 'b'),
    kind: fc.constant('appointment'),
    opportunityId: fc.constant('deal'),
    agent,
  })
  const sent = fc.oneof(
    fc.tuple(fc.constant('quote.changed'), quote),
    fc.tuple(fc.constant('order.changed'), order),
    fc.tuple(fc.constant('customer.changed'), change),
    fc.tuple(fc.constant('opportunity.changed'), opportunity),
    fc.tuple(fc.constant('activity.recorded'), appointment),
  )
  const histories = fc
    .array(fc.tuple(sent, fc.integer({ min: 0, max: 5 })), { maxLength: 14 })
    .map((all) =>
      all.map(([[type, data], hour], n) =>
        eventOf(n, type, hour, JSON.parse(JSON.stringify(data)) as Record<string, unknown>),
      ),
    )
    .chain((events) =>
      fc.record({
        events: fc.constant(events),
        shuffled: fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
      }),
    )

  it('nor that they are doubled', () => {
    fc.assert(
      fc.property(histories, ({ events, shuffled }) => {
        const [one, other] = [openLedger(), openLedger()]
        for (const event of events) one.take(event)
        for (const event of shuffled) other.take(event)
        expect(netEntries(other)).toEqual(netEntries(one))
      }),
    )
  })
})

describe('an amount in a currency without a rate', () => {
  const order = eventOf(1, 'order.changed', 0, {
    orderId: 'o',
    change: 'placed',
    amount: { value: '10.00', currency: 'EUR' },
  })
  const withRate = (rate: number) => ({
    ...{ id: `put-${String(rate)}`, type: 'directory.changed' as const, atMs: beginsAtMs },
    data: {
      directory: { exchangeRates: [{ currency: 'EUR', from: '2026-11-01', rate }] },
    },
  })

  it('is added when the directory has the rate, and not changed by a later one', () => {
    const ledger = openLedger({
      directories: [{ atMs: -Infinity, directory: Directory.parse({}) }],
    })
    ledger.take(order)
    expect(booked(ledger, 'ordersPlaced')).toBe(1)
    expect(booked(ledger, 'orderAmount')).toBe(0)
    expect(ledger.records.get('order/crm/1#o')?.flags).toEqual([
      'an amount in EUR has no exchange rate',
    ])

    ledger.restart()
    ledger.take(withRate(1.1))
    expect(booked(ledger, 'orderAmount')).toBe(1_100)
    expect(ledger.records.get('order/crm/1#o')).toMatchObject({ flags: [], open: false })

    ledger.take(withRate(1.2))
    expect(booked(ledger, 'orderAmount')).toBe(1_100)
  })
})

function usd(value: string) {
  return { value, currency: 'USD' }
}
