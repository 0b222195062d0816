/** Figures narrowed by fields of their subjects, and what is spread over long spans, to the millisecond. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { CounterId } from '../../../shared/counters.ts'
import { emptyDirectory } from '../../../shared/directory.ts'
import type { Event } from '../../../shared/events/event.ts'
import { usualSettings } from '../../../shared/metrics/settings.ts'
import { databaseKinds } from '../../../test/database.ts'
import {
  append,
  committed,
  makeOpened,
  makeStream,
  startKeeper,
  type OpenedDatabase,
} from '../../../test/keeping.ts'
import { createCalendar } from '../calendar.ts'
import { readCommitted } from './committed.ts'
import { explain } from './explain.ts'
import { readFigures } from './figures.ts'

const at = (text: string): number => Date.parse(text)
const NOW_MS = at('2026-11-21T10:00:00Z')
const calendar = createCalendar(emptyDirectory.center)

let id = 0
const event = (type: string, atMs: number, data: object): Event =>
  ({
    source: '/crm/1',
    id: String(++id),
    type,
    atMs,
    recordedAtMs: atMs,
    receivedAtMs: atMs,
    data,
  }) as unknown as Event
const lead = (leadId: string, atMs: number, fields: object): Event =>
  event('lead.changed', atMs, { leadId, change: 'created', ...fields })
const cost = (costId: string, method: string, from: string, to: string, value: string): Event =>
  event('cost.recorded', at(from), {
    costId,
    kind: 'leads',
    method,
    from: at(from),
    to: at(to),
    amount: { value, currency: 'USD' },
  })

describe.each(databaseKinds)('narrowed figures, on %s', (kind) => {
  let opened: OpenedDatabase
  beforeAll(async () => {
    opened = await makeOpened(kind, inject('postgresUrl'))
  })
  afterAll(() => opened.close())

  it('are of the fields that are asked for, and hold the part of a cost that lies in them', async () => {
    const stream = makeStream(inject('redisSocket'))
    const kept = startKeeper({ ...opened, ...stream, publish: () => undefined, now: () => NOW_MS })
    const place = await append(stream.log, [
      lead('1', NOW_MS - 1_000, { origin: 'web', campaign: 'a"b' }),
      lead('2', NOW_MS - 2_000, { origin: 'web', campaign: 'A"b' }),
      lead('3', NOW_MS - 3_000, { origin: 'fair', campaign: '","origin":"web' }),
      // A cent a second, for as many seconds as November has.
      cost('1', 'ads', '2026-11-01T00:00:00Z', '2026-12-01T00:00:00Z', '25920.00'),
      cost('2', 'fair', '2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z', '864.00'),
    ])
    await committed(kept, place)
    await kept.stop()
    stream.end()

    const span = { fromMs: at('2026-11-21T09:40:00.500Z'), toMs: NOW_MS }
    const sum = (counter: CounterId, filters: Record<string, string>): Promise<number> =>
      readCommitted(opened.database, stream.center, async (stored) => {
        const [figures] = await readFigures(stored, {
          scopes: [{ kind: 'center' }],
          channel: 'voice',
          queue: null,
          filters: new Map(Object.entries(filters)),
          reads: { within: new Set([counter]), levels: new Set(), related: {}, narrowed: [] },
          settings: usualSettings,
          spans: [span],
          spanKind: 'span',
          nowMs: NOW_MS,
          directory: emptyDirectory,
          calendar,
          lacking: new Map(),
          live: null,
        })
        return figures?.get('center')?.balance(counter).booked ?? NaN
      })
    expect(await sum('leadsCreated', {})).toBe(3)
    expect(await sum('leadsCreated', { origin: 'web' })).toBe(2)
    expect(await sum('leadsCreated', { origin: 'we' })).toBe(0)
    expect(await sum('leadsCreated', { campaign: 'a"b' })).toBe(1)
    expect(await sum('leadsCreated', { campaign: 'a"b', origin: 'fair' })).toBe(0)
    // 1,199.5 s of each, in whole cents from the start of each.
    expect(await sum('leadCost', { method: 'ads' })).toBe(1_199)
    expect(await sum('leadCost', {})).toBe(2_398)

    const { entries } = await readCommitted(opened.database, stream.center, (stored) =>
      explain(stored, {
        scope: { kind: 'center' },
        channel: null,
        queue: null,
        filters: new Map([['method', 'ads']]),
        parts: [{ part: 'cost', counters: ['leadCost'], span, filters: null }],
        nowMs: NOW_MS,
        after: null,
        limit: 10,
      }),
    )
    expect(entries.map(({ amount, wholeAmount }) => [amount, wholeAmount])).toEqual([
      [1_199, 2_592_000],
    ])
  })
})
