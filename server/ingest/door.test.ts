import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { testExchange } from '../../test/exchange.ts'
import { openEventsServer, type EventsServer } from '../../test/eventsServer.ts'
import { sampleEvent, sampleEvents, SENT_AT_MS, sentEvent } from '../../test/sentEvents.ts'
import type { SentEvent } from '../../shared/events/sent.ts'
import { MINUTE_MS } from '../../shared/time.ts'
import { LogUnavailable, START } from '../stream/eventLog.ts'
import { readEvents } from '../stream/eventLog.contract.ts'
import { MAX_KEPT_REJECTIONS } from '../stream/rejectedEvents.ts'
import { MAX_AHEAD_MS, openDoor, type BatchVerdict } from './door.ts'
import { judgeAgain } from './judgeAgain.ts'

let nowMs: number
let server: EventsServer
beforeEach(async () => {
  nowMs = SENT_AT_MS
  server = await openEventsServer({ redisSocket: inject('redisSocket'), now: () => nowMs })
})
afterEach(() => server.close())

const judge = (...sent: readonly unknown[]): Promise<BatchVerdict> =>
  server.door.judge(sent, { source: null })
const stored = async (count: number): Promise<unknown[]> =>
  (await readEvents(server.stream.log, START, count)).flatMap(({ events }) => events)

it('judges each event alone', async () => {
  const verdict = await judge(sentEvent(0), 'nonsense', sentEvent(1), {}, sentEvent(0))
  expect(verdict).toMatchObject({
    accepted: 2,
    duplicates: 1,
    rejected: [{ index: 1 }, { index: 3 }],
    place: await server.stream.log.end(),
  })
  expect(await stored(2)).toEqual(sampleEvents(0, 2))
})

describe('turns away, with the reason and its place in the event', () => {
  const data = (changes: Record<string, unknown>): Partial<SentEvent> => ({
    data: { ...sentEvent(0).data, ...changes },
  })
  const without = (name: string): unknown => ({ ...sentEvent(0), [name]: undefined })
  const priced = (type: string, changes: Record<string, unknown>) => ({
    ...sentEvent(0, { data: { orderId: 'o', change: 'placed', ...changes } }),
    type,
  })

  it.each<[string, unknown, string, string]>([
    ['no object', 'hello', '', 'expected object'],
    ['null', null, '', 'must not be null'],
    ['no id', without('id'), 'id', 'is required'],
    ['an empty id', sentEvent(0, { id: '' }), 'id', 'must not be empty'],
    ['a number as id', { ...sentEvent(0), id: 2 ** 60 }, 'id', 'must be text'],
    ['an endless id', sentEvent(0, { id: 'x'.repeat(513) }), 'id', '512'],
    ['no source', without('source'), 'source', 'is required'],
    ['a source with spaces', sentEvent(0, { source: '/my pbx' }), 'source', 'without spaces'],
    ['no type', without('type'), 'type', 'is required'],
    [
      'an unknown type',
      { ...sentEvent(0), type: 'contact.exploded' },
      'type',
      'unknown event type',
    ],
    ['no time', without('time'), 'time', 'is required'],
    ['a time without offset', sentEvent(0, { time: '2026-11-21T10:31:07' }), 'time', 'RFC 3339'],
    ['a day that is not', sentEvent(0, { time: '2026-02-30T00:00:00Z' }), 'time', 'RFC 3339'],
    ['a time as a number', { ...sentEvent(0), time: 1_800_000_000 }, 'time', 'must be text'],
    ['a clock never set', sentEvent(0, { time: '1970-01-01T00:00:00Z' }), 'time', 'before 2000'],
    ['another version', { ...sentEvent(0), specversion: '0.3' }, 'specversion', 'must be "1.0"'],
    ['no data', without('data'), 'data', 'is required'],
    ['a list as data', { ...sentEvent(0), data: [] }, 'data', 'expected object'],
    ['a number as queue', sentEvent(0, data({ queue: 7 })), 'data.queue', 'must be text'],
    ['a null field', sentEvent(0, data({ customer: null })), 'data.customer', 'must not be null'],
    ['an empty contact', sentEvent(0, data({ contactId: '' })), 'data.contactId', 'be empty'],
    ['an endless name', sentEvent(0, data({ queue: 'q'.repeat(257) })), 'data.queue', '256'],
    ['a NUL', sentEvent(0, data({ queue: 'a\0b' })), 'data.queue', 'NUL'],
    ['half a character', sentEvent(0, data({ queue: '\ud800' })), 'data.queue', 'half'],
    ['a negative position', sentEvent(0, data({ position: -1 })), 'data.position', '>=0'],
    ['an endless number', sentEvent(0, data({ priority: Infinity })), 'data.priority', 'number'],
    ['an unknown word', sentEvent(0, data({ reason: 'bored' })), 'data.reason', '"overflow"'],
    ['a second without order', sentEvent(0, data({ precision: 's' })), 'sequence', 'is required'],
    [
      'a cost that ends before it begins',
      sentEvent(0, {
        type: 'cost.recorded',
        data: {
          costId: 'c',
          kind: 'staff',
          amount: { value: '1', currency: 'USD' },
          from: '2026-11-02T00:00:00Z',
          to: '2026-11-01T00:00:00Z',
        },
      }),
      'data.to',
      'must be after from',
    ],
    [
      'a score over what is possible',
      sentEvent(0, {
        type: 'evaluation.recorded',
        data: {
          ...{ evaluationId: 'e', form: 'f', formVersion: '1', agent: 'a', evaluator: 'b' },
          ...{ channel: 'voice', score: 101, possible: 100, sections: [], status: 'released' },
          handledAt: '2026-11-21T10:00:00Z',
        },
      }),
      'data.score',
      'must not be over possible',
    ],
    [
      'binary money',
      sentEvent(0, {
        type: 'quote.changed',
        data: {
          ...{ quoteId: 'q', document: 'quote', change: 'issued' },
          amount: { value: 12.5, currency: 'USD' },
        },
      }),
      'data.amount.value',
      'must be text',
    ],
    [
      'decimals that the currency lacks',
      priced('order.changed', { amount: { value: '100.5', currency: 'JPY' } }),
      'data.amount.value',
      'has more decimals than JPY has: 0',
    ],
    [
      'a currency without a rate',
      priced('com.acme.order.changed', { amount: { value: '100', currency: 'GBP' } }),
      'data.amount.currency',
      'has no exchange rate to USD on 2026-11-21',
    ],
    [
      'a cost of a line without a rate',
      priced('order.changed', {
        lines: [
          { sku: 'a', quantity: 1, amount: { value: '5.00', currency: 'EUR' } },
          {
            ...{ sku: 'b', quantity: 1, amount: { value: '5.00', currency: 'USD' } },
            cost: { value: '3', currency: 'JPY' },
          },
        ],
      }),
      'data.lines.1.cost.currency',
      'has no exchange rate to USD on 2026-11-21',
    ],
    [
      'a size of a change below nothing',
      sentEvent(0, {
        type: 'customer.changed',
        data: { account: 'a', change: 'contracted', amount: { value: '-1', currency: 'USD' } },
      }),
      'data.amount.value',
      'must not be negative',
    ],
    [
      'a level without a rate',
      sentEvent(0, {
        type: 'customer.changed',
        data: { account: 'a', change: 'new', monthly: { value: '1', currency: 'CHF' } },
      }),
      'data.monthly.currency',
      'has no exchange rate',
    ],
  ])('%s', async (_name, sent, path, message) => {
    const { accepted, rejected } = await judge(sent)
    expect(accepted).toBe(0)
    expect(rejected[0]?.errors).toContainEqual({
      path,
      message: expect.stringContaining(message) as string,
    })
  })

  it('but takes an amount that its currency and a dated rate allow', async () => {
    const rated = priced('order.changed', { amount: { value: '100.50', currency: 'EUR' } })
    const unrated = { ...rated, id: 'early', time: '2026-10-31T12:00:00Z' }
    const { accepted, rejected } = await judge(rated, unrated)
    expect(accepted).toBe(1)
    expect(rejected).toMatchObject([{ index: 1, id: 'early' }])
  })

  it('nesting without end', async () => {
    let deep: unknown = 1
    for (let n = 0; n < 100_000; n++) deep = [deep]
    const { rejected } = await judge(sentEvent(0, data({ deep })), deep, sentEvent(1))
    const errors = [{ path: '', message: 'must not be nested deeper than 32 levels' }]
    expect(rejected).toEqual([
      { index: 0, id: 'sample-0', errors },
      { index: 1, id: null, errors },
    ])
    expect(await server.stream.rejected.list(null, 9)).toMatchObject([
      { content: '', source: null },
      { content: '', source: '/asterisk/pbx-1/ami' },
    ])
  })

  it('everything at once, within bounds', async () => {
    const items = Array.from({ length: 1_000 }, () => 5)
    const { rejected } = await judge(
      sentEvent(0, { type: 'source.snapshot', data: { scope: 'queues', items } }),
    )
    expect(rejected[0]?.errors).toHaveLength(21)
    expect(rejected[0]?.errors.at(-1)).toEqual({ path: '', message: 'and 980 more faults' })
  })

  it('an id that was used for something else: the first stands', async () => {
    await judge(sentEvent(0))
    const other = sentEvent(0, data({ queue: 'support' }))
    const { rejected, ...counts } = await judge(other)
    expect(counts).toMatchObject({ accepted: 0, duplicates: 0 })
    expect(rejected).toEqual([
      {
        index: 0,
        id: 'sample-0',
        errors: [{ path: 'id', message: expect.stringContaining('that one stands') as string }],
      },
    ])
    expect(await stored(1)).toEqual([sampleEvent(0)])
    expect(await server.stream.rejected.list(null, 9)).toMatchObject([
      // As the stream would have had it.
      {
        kind: 'conflicting',
        id: 'sample-0',
        content: JSON.stringify(sampleEvent(0, data({ queue: 'support' }))),
      },
    ])
    expect(await server.stream.feeds.read()).toMatchObject([
      { accepted: 1, conflicting: 1, rejected: 0 },
    ])
  })

  it('events of a source that is not that of the key', async () => {
    const sent = [sentEvent(0), sentEvent(1, { source: '/asterisk/pbx-2/ami' })]
    const verdict = await server.door.judge(sent, { source: '/asterisk/pbx-1/ami' })
    expect(verdict).toMatchObject({
      accepted: 1,
      rejected: [
        {
          index: 1,
          errors: [
            {
              path: 'source',
              message: expect.stringContaining('/asterisk/pbx-1/ami only') as string,
            },
          ],
        },
      ],
    })
    // It was the key's feed that sent it.
    expect(await server.stream.feeds.read()).toMatchObject([
      { source: '/asterisk/pbx-1/ami', accepted: 1, rejected: 1 },
    ])
  })
})

describe('keeps what it turns away', () => {
  it('with its reasons, so that it can be sent again', async () => {
    const sent = { ...sentEvent(3), type: 'contact.exploded' }
    const { rejected } = await judge(sentEvent(0), sent)
    expect(await server.stream.rejected.list(null, 10)).toMatchObject([
      {
        kind: 'rejected',
        source: '/asterisk/pbx-1/ami',
        id: 'sample-3',
        errors: rejected[0]?.errors ?? [],
        content: JSON.stringify(sent),
        isCut: false,
        receivedAtMs: nowMs,
      },
    ])
  })

  it('counts more of it than it keeps', async () => {
    const many = Array.from({ length: 10_000 }, () => 'nonsense')
    expect((await judge(...many)).rejected).toHaveLength(10_000)
    expect(await server.stream.rejected.size()).toBe(MAX_KEPT_REJECTIONS)
    expect(await server.stream.feeds.read()).toMatchObject([{ source: null, rejected: 10_000 }])
  })

  it('and what a connector does not understand', async () => {
    await server.door.refuse('/asterisk/pbx-1/queue-log', '1|2|garbage', 'unknown verb')
    expect(await server.stream.rejected.list(null, 10)).toMatchObject([
      {
        source: '/asterisk/pbx-1/queue-log',
        content: '1|2|garbage',
        errors: [{ path: '', message: 'unknown verb' }],
      },
    ])
  })
})

describe('time ahead of our clock', () => {
  const ahead = (ms: number): SentEvent =>
    sentEvent(0, { time: new Date(SENT_AT_MS + ms).toISOString() })

  it('is nothing up to five minutes', async () => {
    expect(await judge(ahead(MAX_AHEAD_MS))).toMatchObject({ accepted: 1, rejected: [] })
  })

  it('over that is told, kept, and judged again when the clock reaches it', async () => {
    const early = ahead(MAX_AHEAD_MS + 1)
    const { accepted, rejected } = await judge(early)
    expect(accepted).toBe(0)
    expect(rejected).toEqual([
      {
        index: 0,
        id: 'sample-0',
        errors: [
          { path: 'time', message: expect.stringContaining('judged again by itself') as string },
        ],
      },
    ])
    // It waits: it is neither refused nor in the stream.
    expect(await server.stream.rejected.size()).toBe(0)
    expect(await server.stream.ahead.size()).toMatchObject({ kept: 1 })
    nowMs = SENT_AT_MS + MAX_AHEAD_MS
    expect(await server.door.judgeDue()).toBe(0)

    nowMs = SENT_AT_MS + MAX_AHEAD_MS + 1
    expect(await server.door.judgeDue()).toBe(1)
    expect(await server.door.judgeDue()).toBe(0)
    expect(await stored(1)).toMatchObject([{ id: 'sample-0', atMs: nowMs }])
    expect(await server.stream.ahead.size()).toEqual({ kept: 0, nextAtMs: null })
    expect(await server.stream.feeds.read()).toMatchObject([
      { accepted: 1, keptApart: 1, rejected: 0, duplicates: 0 },
    ])
  })

  it('is judged once, though whoever does it is killed in between, or two do it', async () => {
    await judge(...[0, 1, 2].map((n) => sentEvent(n, { time: '2026-11-21T12:00:00Z' })))
    nowMs = Date.UTC(2026, 10, 21, 12)
    const killed = openDoor(
      {
        ...server.stream,
        ahead: { ...server.stream.ahead, remove: () => Promise.reject(new Error('killed')) },
      },
      () => nowMs,
      testExchange,
    )
    await expect(killed.judgeDue()).rejects.toThrow('killed')
    await Promise.all([server.door.judgeDue(), server.door.judgeDue()])
    expect(await stored(3)).toHaveLength(3)
    expect((await server.stream.feeds.read())[0]?.accepted).toBe(3)
  })

  it('does not make a retry in time a double', async () => {
    await judge(ahead(10 * MINUTE_MS))
    nowMs += 6 * MINUTE_MS
    expect(await judge(ahead(10 * MINUTE_MS))).toMatchObject({ accepted: 1 })
    nowMs += 6 * MINUTE_MS
    await server.door.judgeDue()
    expect(await stored(1)).toHaveLength(1)
  })

  it('lets a contradiction be seen when it is judged', async () => {
    await judge(ahead(10 * MINUTE_MS))
    await judge(sentEvent(0))
    nowMs += 10 * MINUTE_MS
    await server.door.judgeDue()
    expect(await server.stream.rejected.list(null, 9)).toMatchObject([{ kind: 'conflicting' }])
  })

  it('is looked for again and again, also when the log was away', async () => {
    const stop = new AbortController()
    let looks = 0
    const judgeDue = async (): Promise<number> => {
      looks += 1
      if (looks === 1) throw new LogUnavailable('away')
      stop.abort()
      return server.door.judgeDue()
    }
    await judgeAgain({ judgeDue }, stop.signal)
    expect(looks).toBe(2)
  })

  it('is turned away when too much waits', async () => {
    const large = { ...sentEvent(0).data, note: 'x'.repeat(10_000) }
    const { rejected } = await judge({ ...ahead(10 * MINUTE_MS), data: large })
    expect(rejected[0]?.errors[0]?.message).toContain('not kept')
    expect(await server.stream.rejected.size()).toBe(1)
    expect(await server.stream.ahead.size()).toMatchObject({ kept: 0 })
  })
})

it('knows after a restart what it had: an event sent again is a double', async () => {
  await judge(sentEvent(0), sentEvent(1))
  // Another process, with nothing in memory, on the same center.
  const again = openDoor(server.stream, () => nowMs, testExchange)
  expect(await again.judge([sentEvent(0), sentEvent(2)], { source: null })).toMatchObject({
    accepted: 1,
    duplicates: 1,
  })
  expect(await stored(3)).toHaveLength(3)
})
