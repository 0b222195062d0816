/** Everything that is read, from books that the real keeper wrote: live, stored, explained, proved. */
import * as fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { calls, CALLS_BEGIN_MS } from '../../../test/calls.ts'
import { databaseKinds } from '../../../test/database.ts'
import { histories } from '../../../test/histories.ts'
import {
  append,
  committed,
  makeOpened,
  makeStream,
  NOW_MS,
  startKeeper,
  until,
  type OpenedDatabase,
  type TestStream,
} from '../../../test/keeping.ts'
import { plain } from '../../../test/naiveBooks.ts'
import { counterIds, type CounterId } from '../../../shared/counters.ts'
import { emptyDirectory } from '../../../shared/directory.ts'
import type { Event } from '../../../shared/events/event.ts'
import { isTurn, stateAt, type LiveAgent } from '../../../shared/live.ts'
import { usualSettings } from '../../../shared/metrics/settings.ts'
import { parseScope, scopeText, type Scope } from '../../../shared/scope.ts'
import { expectedWaitMs } from '../../../shared/staffing.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../shared/time.ts'
import { createEngine } from '../../engine/fold.ts'
import type { FoldedEvent } from '../../engine/stream.ts'
import { localLive } from '../../stream/liveChannel.ts'
import { createCalendar } from '../calendar.ts'
import { parseRecord } from '../recordText.ts'
import { subjectRow } from '../rows.ts'
import { readSums } from './balances.ts'
import { readCommitted } from './committed.ts'
import { explain, type ExplainedPart, type Explanation, type PageEnd } from './explain.ts'
import { readFigures } from './figures.ts'
import { followBooks, type Followed } from './followBooks.ts'
import { readLiveAt, readLiveNow } from './liveAt.ts'
import { liveRowsOf, readPresent, type LiveRows } from './present.ts'
import { readPastWaits } from './pastWaits.ts'
import { reconcile } from './reconcile.ts'
import { balanceOf } from './sums.ts'
import { readTimeline } from './timeline.ts'

const calendar = createCalendar(emptyDirectory.center)
const makeEngine = (directories: Parameters<typeof createEngine>[0]['directories']) =>
  createEngine({ directories })
const scopeTexts = ['center', 'queue:sales', 'queue:support', 'agent:agent-3', 'agent:ana']
const scopes = scopeTexts.map((text) => parseScope(text) as Scope)

const ofLeg = { contactId: 'c1', legId: 'c1/ana/1', agent: 'ana' }
const isAvailable = { agent: 'ana', state: 'available' }
const talked = (n: number, hours: number): [string, number, object][] => {
  const leg = { contactId: `c${String(n)}`, legId: `c${String(n)}/ana/1`, agent: 'ana' }
  return [
    ['contact.connected', hours, leg],
    ['contact.disconnected', hours + 0.1, leg],
    ['contact.ended', hours + 0.1, { contactId: leg.contactId, final: 'handled' }],
  ]
}
/** What was said, and hours afterwards; then when it is asked, and how the agent was. */
const longPast: [string, [string, number, object][], number, string][] = [
  [
    'a talk that no word ended, only a restart',
    [
      ['agent.stateChanged', 0, isAvailable],
      ['contact.connected', 0, ofLeg],
      ['source.restarted', 9, {}],
    ],
    8,
    'onContact',
  ],
  [
    'after-call work that nobody ended for half a day',
    [
      ['agent.stateChanged', 0, isAvailable],
      ...talked(1, 1),
      ['contact.wrapUpStarted', 1.1, ofLeg],
      ['agent.stateChanged', 14, isAvailable],
    ],
    13,
    'wrapUp',
  ],
  [
    'an agent who said the word days ago, and has only talked since',
    [['agent.stateChanged', 0, isAvailable], ...[20, 40, 60, 80].flatMap((at) => talked(at, at))],
    70,
    'available',
  ],
  [
    'an agent whose talk ended after more than a day',
    [
      ['agent.stateChanged', 0, isAvailable],
      ['contact.connected', 1, ofLeg],
      ['contact.disconnected', 31, ofLeg],
      ['contact.ended', 31, { contactId: 'c1', final: 'handled' }],
      ['agent.stateChanged', 60, isAvailable],
    ],
    50,
    'available',
  ],
]

describe.each(databaseKinds)('books that the keeper wrote, on %s', (kind) => {
  let opened: OpenedDatabase
  let stream: TestStream
  let followed: Followed | null = null
  let nowMs = NOW_MS
  beforeAll(async () => {
    opened = await makeOpened(kind, inject('postgresUrl'))
  })
  beforeEach(() => {
    stream = makeStream(inject('redisSocket'))
    nowMs = NOW_MS
  })
  afterEach(async () => {
    await followed?.close()
    followed = null
    stream.end()
  })
  afterAll(() => opened.close())

  const reading = <Result>(work: Parameters<typeof readCommitted<Result>>[2]) =>
    readCommitted(opened.database, stream.center, work)

  /** Writes these events' books, while a gateway follows. */
  const write = async (events: readonly FoldedEvent[], size = 50) => {
    const live = localLive()
    const kept = startKeeper({ ...opened, ...stream, publish: live.update, now: () => nowMs })
    followed = followBooks({
      center: stream.center,
      database: opened.database,
      feed: live,
      readDirectory: async () => emptyDirectory,
      now: () => nowMs,
      changed: () => undefined,
      replaced: () => undefined,
      report: () => undefined,
    })
    const place = await append(stream.log, events, size)
    await committed(kept, place)
    const { epoch } = kept.keeper.status()
    live.beat({ epoch, place, catchingUp: false })
    await until('the gateway shows it', () => followed?.book()?.place() === place)
    await kept.stop()
    return followed
  }

  it('are shown live as they are stored, in every window, with staffing and rows', async () => {
    const run = async (events: readonly Event[], at: number, size: number) => {
      nowMs = at
      const shown = await write(events, size)
      const book = shown.book()
      if (!book) throw new Error('no book')
      await reading(async (stored) => {
        expect(stored.place).toBe(book.place())
        for (const name of ['interval', 'last30', 'today'] as const) {
          const span = book.window(name)?.span ?? { fromMs: 0, toMs: 0 }
          const [figures] = await readFigures(stored, {
            scopes,
            channel: 'voice',
            queue: null,
            filters: null,
            reads: { within: new Set(counterIds), levels: new Set(), related: {}, narrowed: [] },
            settings: usualSettings,
            spans: [span],
            spanKind: 'span',
            nowMs,
            directory: emptyDirectory,
            calendar,
            lacking: new Map(),
            live: 'forecasts',
          })
          const present = await readPresent(stored)
          const question = {
            ...{ scopes, counters: null, channel: 'voice' as const, queue: null, filters: null },
          }
          const sums = await readSums(stored, question, span, present, nowMs)
          for (const scope of scopeTexts) {
            expect([name, scope, plain(book.sums(scope, name, 'voice'))]).toEqual([
              name,
              scope,
              plain(sums.get(scope) ?? new Map<never, never>()),
            ])
          }
          for (const queue of ['sales', 'support']) {
            const view = figures?.get(`queue:${queue}`)?.live
            if (!book.knownQueues().includes(queue)) continue
            expect(view?.staffing.get(queue)).toEqual(book.staffing(queue))
          }
        }
        const rows = await readLiveNow(stored)
        expect(new Set(rows.visits)).toEqual(new Set(book.presence.visits.values()))
        expect(new Set(rows.legs)).toEqual(new Set(book.presence.legs.values()))
        expect(new Set(rows.agents)).toEqual(new Set(book.presence.agents()))
      })
    }
    await run(calls(180), NOW_MS - 30 * MINUTE_MS, 40)
    await fc.assert(
      fc.asyncProperty(histories(40), fc.integer({ min: 1, max: 20 }), async (events, size) => {
        await followed?.close()
        stream.end()
        stream = makeStream(inject('redisSocket'))
        const lastMs = Math.max(...events.map(({ atMs }) => atMs))
        await run(events, lastMs + 7_000, size)
      }),
      { numRuns: 6, endOnFailure: true },
    )
  })

  it('explain each number by entries that add up to it, a page at a time', async () => {
    nowMs = CALLS_BEGIN_MS + 25 * MINUTE_MS + 17
    await write(calls(150))
    const span = { fromMs: CALLS_BEGIN_MS + 3 * MINUTE_MS + 1, toMs: nowMs + MINUTE_MS }
    const ever = { fromMs: Date.parse('2000-01-01T00:00:00Z'), toMs: span.fromMs }
    const parts: ExplainedPart[] = [
      { part: 'met', counters: ['serviceLevelMet'], span, filters: null },
      { part: 'talk', counters: ['talkMs', 'holdMs'], span, filters: null },
      { part: 'free', counters: ['availableMs'], span, filters: null },
      { part: 'decided', counters: ['serviceLevelDecided'], span, filters: null },
      { part: 'before', counters: ['handled', 'serviceLevelMet'], span: ever, filters: null },
    ]
    for (const scope of scopes.slice(0, 4)) {
      const pages: Explanation[] = []
      let after: PageEnd | null = null
      do {
        const page: Explanation = await reading((stored) =>
          explain(stored, {
            scope,
            channel: 'voice',
            queue: null,
            filters: null,
            parts,
            nowMs,
            after,
            limit: 17,
          }),
        )
        pages.push(page)
        expect(page.entries.length).toBeLessThanOrEqual(17)
        after = page.next
      } while (after)
      const entries = pages.flatMap((page) => page.entries)
      expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
      for (const [part, total] of Object.entries(pages[0]?.parts ?? {})) {
        const booked = entries.filter((entry) => entry.parts.includes(part))
        const accruing = (pages[0]?.accruing ?? []).filter((each) => each.parts.includes(part))
        const sum = (of: readonly { amount: number }[]) =>
          of.reduce((all, each) => all + each.amount, 0)
        expect([part, sum(booked), sum(accruing)]).toEqual([part, total.booked, total.live])
      }
      if (scope.kind === 'center') expect(pages.length).toBeGreaterThan(5)
    }
    const [first] = (
      await reading((stored) =>
        explain(stored, {
          scope: { kind: 'center' },
          channel: null,
          queue: null,
          filters: null,
          parts,
          nowMs,
          after: null,
          limit: 1,
        }),
      )
    ).entries
    const timeline = await reading((stored) => readTimeline(stored, first?.subject ?? ''))
    expect((timeline?.facts.length ?? 0) + (timeline?.fedBy.length ?? 0)).toBeGreaterThan(0)
  })

  it('tell how good the expected wait has been, as the past moments themselves do', async () => {
    nowMs = CALLS_BEGIN_MS + 25 * MINUTE_MS + 17
    const events = calls(150)
    await write(events)
    const agents = ['agent-0', 'agent-1', 'agent-2', 'agent-5', 'agent-7']
    const sales = { kind: 'queue', key: 'sales' } as const
    const instants = new Map<string, { cameMs: number; leftMs: number; answered: boolean }>()
    for (const { type, atMs, data } of events) {
      if (type === 'contact.queued' && data.queue === 'sales') {
        instants.set(data.visitId, { cameMs: atMs, leftMs: Infinity, answered: false })
      } else if (type === 'contact.dequeued') {
        const visit = instants.get(data.visitId)
        const answered = data.outcome === 'answered'
        if (visit) instants.set(data.visitId, { ...visit, leftMs: atMs, answered })
      }
    }
    const visits = [...instants.values()].filter(({ cameMs }) => cameMs <= nowMs)
    const judged = visits.filter(({ answered, leftMs }) => answered && leftMs <= nowMs)
    await reading(async (stored) => {
      const errors: number[] = []
      for (const { cameMs, leftMs } of judged) {
        const then = await readLiveAt(stored, cameMs - 1, makeEngine)
        const span = { fromMs: cameMs - 30 * MINUTE_MS + 1, toMs: cameMs + 1 }
        const sumsOf = async (scope: Scope, queue: string | null) => {
          const counters = ['handled', 'talkMs', 'holdMs', 'wrapMs'] as const
          const question = { scopes: [scope], counters, channel: null, queue, filters: null }
          const sums = (await readSums(stored, question, span, [], nowMs)).get(scopeText(scope))
          const booked = (counter: CounterId) =>
            balanceOf(sums ?? new Map<never, never>(), counter).booked
          return {
            handled: booked('handled'),
            handleMs: booked('talkMs') + booked('holdMs') + booked('wrapMs'),
          }
        }
        const staffed = then.agents.filter(
          ({ agent, state }) => agents.includes(agent) && state !== 'notReady',
        )
        let staffedShare = 0
        for (const { agent } of staffed) {
          const own = { kind: 'agent', key: agent } as const
          const all = await sumsOf(own, null)
          const here = await sumsOf(own, 'sales')
          staffedShare += all.handleMs > 0 ? here.handleMs / all.handleMs : 1
        }
        const waiting = visits.filter((one) => one.cameMs < cameMs && one.leftMs >= cameMs).length
        const free = staffed.filter(({ state }) => state === 'available').length
        const expectedMs = expectedWaitMs(
          { ...(await sumsOf(sales, null)), staffedShare },
          waiting,
          free,
        )
        if (expectedMs !== null) errors.push(expectedMs - (leftMs - cameMs))
      }
      const waiting = visits.filter(({ leftMs }) => leftMs > nowMs).length
      const queue = { key: 'sales', channel: 'voice', waiting, agents } as const
      const found = await readPastWaits(stored, queue, nowMs)
      expect(found).toMatchObject({ answered: judged.length, predicted: errors.length })
      const sum = (values: readonly number[]) => values.reduce((all, value) => all + value, 0)
      expect(errors.length).toBeGreaterThan(30)
      expect(found.meanErrorMs).toBeCloseTo(sum(errors) / errors.length, 6)
      expect(found.meanAbsoluteErrorMs).toBeCloseTo(sum(errors.map(Math.abs)) / errors.length, 6)
      expect(found.meanAbsoluteErrorMs).toBeGreaterThan(0)
    })
  })

  it('tell a contact in order, with what was taken back and by whom', async () => {
    const base = {
      source: '/pbx/1/ami',
      atMs: CALLS_BEGIN_MS,
    }
    const events = [
      {
        ...base,
        id: '1',
        type: 'contact.queued',
        data: { contactId: 'c', visitId: 'v', queue: 'sales' },
      },
      {
        ...base,
        id: '2',
        type: 'contact.dequeued',
        atMs: CALLS_BEGIN_MS + 9 * SECOND_MS,
        data: { contactId: 'c', visitId: 'v', queue: 'sales', outcome: 'abandoned' },
      },
      {
        ...base,
        id: '3',
        type: 'contact.ended',
        atMs: CALLS_BEGIN_MS + 4 * SECOND_MS,
        recordedAtMs: CALLS_BEGIN_MS + 5 * SECOND_MS,
        data: { contactId: 'c' },
      },
      {
        ...base,
        id: '4',
        type: 'fact.retracted',
        atMs: CALLS_BEGIN_MS + 20 * SECOND_MS,
        data: { type: 'contact.ended', key: 'c' },
      },
    ] as Event[]
    await write(events)
    const timeline = await reading((stored) => readTimeline(stored, 'contact/pbx/1#c'))
    expect(
      timeline?.facts.map(({ type, stands, atMs }) => [type, stands, atMs - CALLS_BEGIN_MS]),
    ).toEqual([
      ['contact.queued', true, 0],
      ['contact.ended', false, 4_000],
      ['contact.dequeued', true, 9_000],
    ])
    expect(timeline?.entries.map(({ counter }) => counter)).toContain('abandonedInTime')
    expect(await reading((stored) => readTimeline(stored, 'contact/pbx/1#nobody'))).toBeNull()
  })

  /** Writes these events' books, and compares the live state at an instant with what there was. */
  const showsPast = async (events: readonly Event[], instants: readonly number[]) => {
    await followed?.close()
    stream.end()
    stream = makeStream(inject('redisSocket'))
    nowMs = Math.max(...events.map(({ atMs }) => atMs)) + 5 * MINUTE_MS
    await write(events)
    for (const atMs of instants) {
      const found = await reading((stored) => readLiveAt(stored, atMs, makeEngine))
      expect(shown(found, atMs)).toEqual(shown(liveBy(events, atMs), atMs))
    }
  }

  it('show any past instant as it was, by what is known of it today', async () => {
    await fc.assert(
      fc.asyncProperty(
        histories(60),
        fc.array(fc.double({ min: 0, max: 1.2, noNaN: true }), { minLength: 3, maxLength: 3 }),
        async (events, parts) => {
          const firstMs = Math.min(...events.map(({ atMs }) => atMs))
          const lastMs = Math.max(...events.map(({ atMs }) => atMs))
          const instants = parts.map((part) => Math.floor(firstMs + (lastMs - firstMs) * part))
          await showsPast(events, instants)
        },
      ),
      { numRuns: 10, endOnFailure: true },
    )
  })

  it.each(longPast)('show a past instant of %s', async (_what, told, afterHours, state) => {
    const events = told.map(([type, hours, data], index): Event => {
      const atMs = CALLS_BEGIN_MS + hours * HOUR_MS
      return { source: '/pbx/1/ami', id: String(index), type, atMs, data } as Event
    })
    const atMs = CALLS_BEGIN_MS + afterHours * HOUR_MS
    expect(liveBy(events, atMs).agents.map((agent) => stateAt(agent, atMs).state)).toEqual([state])
    await showsPast(events, [atMs])
  })

  it('agree with themselves, and say where they do not', async () => {
    nowMs = CALLS_BEGIN_MS + 25 * MINUTE_MS
    const shown = await write(calls(150))
    const day = calendar.dayOf(nowMs)
    const options = {
      database: opened.database,
      center: stream.center,
      day,
      directory: emptyDirectory,
      calendar,
      live: shown.book(),
      makeEngine,
      nowMs,
    }
    const sound = await reconcile(options)
    expect(sound.differences).toEqual([])
    expect(sound.checked).toBeGreaterThan(500)

    const { kysely } = opened.database
    /** Changes one stored number, and gives which comparisons notice. */
    const spoil = async (grain: string | null) => {
      const row =
        grain === null
          ? await kysely
              .selectFrom('entry')
              .select('id')
              .where('center', '=', stream.center)
              .where('counter', '=', 'talkMs')
              .executeTakeFirstOrThrow()
          : await kysely
              .selectFrom('balance')
              .select(['bucketMs', 'cell'])
              .where('center', '=', stream.center)
              .where('counter', '=', 'talkMs')
              .where('grain', '=', grain)
              .where('bucketMs', '<', nowMs - MINUTE_MS)
              .orderBy('bucketMs', 'desc')
              .executeTakeFirstOrThrow()
      const change = async (by: number) => {
        if ('id' in row) {
          await kysely
            .updateTable('entry')
            .set(({ eb }) => ({ amount: eb('amount', '+', by) }))
            .where('center', '=', stream.center)
            .where('id', '=', row.id)
            .execute()
        } else {
          await kysely
            .updateTable('balance')
            .set(({ eb }) => ({ amount: eb('amount', '+', by) }))
            .where('center', '=', stream.center)
            .where('counter', '=', 'talkMs')
            .where('grain', '=', grain ?? '')
            .where('bucketMs', '=', row.bucketMs)
            .where('cell', '=', row.cell)
            .execute()
        }
      }
      await change(1)
      const found = await reconcile(options)
      await change(-1)
      return [...new Set(found.differences.map(({ between }) => between))]
    }
    expect(await spoil('1d')).toEqual(['balance', 'month', 'live'])
    expect(await spoil('15m')).toEqual(['balance', 'live'])
    expect(await spoil('1m')).toEqual(['balance', 'live'])
    expect(await spoil('1M')).toEqual(['month'])
    expect(await spoil(null)).toEqual(['balance'])
    const contact = await kysely
      .selectFrom('subject')
      .select(['key', 'record'])
      .where('center', '=', stream.center)
      .where('kind', '=', 'contact')
      .executeTakeFirstOrThrow()
    const record = parseRecord(contact.record)
    const booked = record.booked.map((entry) => ({ ...entry, amount: entry.amount + 1 }))
    await kysely
      .updateTable('subject')
      .set(subjectRow(stream.center, { ...record, booked }))
      .where('center', '=', stream.center)
      .where('key', '=', contact.key)
      .execute()
    const found = await reconcile(options)
    expect(new Set(found.differences.map(({ between }) => between))).toEqual(new Set(['facts']))
  })
})

/** The live state straight from the engine: everything up to an instant, folded. */
function liveBy(events: readonly Event[], atMs: number): LiveRows {
  const engine = createEngine({ directories: [] })
  const known = events.filter((event) => event.atMs <= atMs || event.type === 'fact.retracted')
  for (;;) {
    const folded = engine.fold(known)
    if (!('lacks' in folded)) break
    for (const key of folded.lacks) {
      if (key.startsWith('part/')) engine.admitPart(key, null)
      else engine.admit(key, null)
    }
  }
  return liveRowsOf(
    [...engine.held()].filter(({ open }) => open).map(({ key }) => engine.record(key)),
  )
}

/** What a person is shown of it, in one order: contacts that wait, and no mails. */
function shown({ visits, legs, agents }: LiveRows, atMs: number): unknown {
  const state = (agent: LiveAgent) => ({ ...agent, ...stateAt(agent, atMs), next: null })
  const inOrder = (rows: readonly object[]) => rows.map((row) => JSON.stringify(row)).sort()
  const known = agents.map(state).filter((agent) => agent.state !== 'unknown')
  const waiting = visits.filter((visit) => !isTurn(visit))
  return [inOrder(waiting), inOrder(legs), inOrder(known)]
}
