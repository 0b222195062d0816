/** Details given up on real books: sums stay, readers say from when on the rest is there. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { calls, CALLS_BEGIN_MS } from '../../test/calls.ts'
import { databaseKinds } from '../../test/database.ts'
import { histories } from '../../test/histories.ts'
import {
  append,
  booksOf,
  committed,
  differences,
  makeOpened,
  makeStream,
  NOW_MS,
  startKeeper,
  until,
  type OpenedDatabase,
  type TestStream,
} from '../../test/keeping.ts'
import { plain } from '../../test/naiveBooks.ts'
import { counterIds } from '../../shared/counters.ts'
import { Directory, emptyDirectory } from '../../shared/directory.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/time.ts'
import { NOT_ANEW } from '../database/schema.ts'
import { createEngine } from '../engine/fold.ts'
import { GIVEN_UP } from '../engine/givenUp.ts'
import type { FoldedEvent, InternalEvent } from '../engine/stream.ts'
import { nothingDerived } from '../engine/subjects/kind.ts'
import { kinds } from '../engine/subjects/registry.ts'
import { localLive } from '../stream/liveChannel.ts'
import { whatIf } from '../api/whatIf.ts'
import { QUARTER_MS } from './buckets.ts'
import { createCalendar } from './calendar.ts'
import type { KeeperOptions } from './keeper.ts'
import { moveHorizon, purgeDetails } from './purging.ts'
import { readSums } from './read/balances.ts'
import { readCells, readRows } from './read/cellRows.ts'
import { readCommitted } from './read/committed.ts'
import { explain, type ExplainQuestion } from './read/explain.ts'
import { DetailsGivenUp } from './read/givenUp.ts'
import { followBooks } from './read/followBooks.ts'
import { readLiveAt } from './read/liveAt.ts'
import { reconcile } from './read/reconcile.ts'
import { balanceOf } from './read/sums.ts'
import { readTimeline } from './read/timeline.ts'
import { booksStatus } from './status.ts'

/** From the second step on all calls and histories of the first day are given up. */
const LATER_MS = Date.UTC(2026, 11, 1)
const HORIZON_MS = LATER_MS + DAY_MS
const step = (atMs: number): InternalEvent => ({
  id: `details/${String(atMs)}`,
  type: 'details.givenUp',
  atMs,
  data: {},
})
const steps = [step(LATER_MS), step(HORIZON_MS)]
const never = new AbortController().signal
const calendar = createCalendar(emptyDirectory.center)

describe.each(databaseKinds)('details given up, on %s', (kind) => {
  let opened: OpenedDatabase
  let stream: TestStream
  const ended: TestStream[] = []
  beforeAll(async () => {
    opened = await makeOpened(kind, inject('postgresUrl'))
  })
  beforeEach(() => {
    stream = makeStream(inject('redisSocket'))
  })
  afterEach(() => {
    for (const one of [stream, ...ended.splice(0)]) one.end()
  })
  afterAll(() => opened.close())

  const keep = async (events: readonly FoldedEvent[], of = stream, size = 50): Promise<void> => {
    const kept = startKeeper({ ...opened, ...of })
    await committed(kept, await append(of.log, events, size))
    await kept.stop()
  }
  const purge = (of = stream, signal = never) => purgeDetails(opened.database, of.center, 0, signal)
  const reading = <Result>(work: Parameters<typeof readCommitted<Result>>[2]) =>
    readCommitted(opened.database, stream.center, work)
  const count = async (table: 'entry' | 'part' | 'delivered'): Promise<number> => {
    const rows = await opened.database.kysely
      .selectFrom(table)
      .select('center')
      .where('center', '=', stream.center)
      .execute()
    return rows.length
  }
  const another = (): TestStream => {
    const made = makeStream(inject('redisSocket'))
    ended.push(made)
    return made
  }
  /** What no purge may change: sums, how many events had which fate, and what came too late. */
  const lastingOf = async ({ center }: TestStream) => {
    const { balances, stand } = await booksOf(opened.database, center)
    const { deadLetters } = await booksStatus(opened.database, center)
    return {
      balances,
      counts: [stand?.counts],
      late: deadLetters.map(({ kind: why, event }) => JSON.stringify([why, event])).sort(),
    }
  }

  it(
    'leave every sum as it is, and come to the same whatever comes after',
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(histories(50), histories(30), fc.nat(25), async (before, after, at) => {
          const [whole, purged] = [another(), another()]
          const late = after.map((event) => ({ ...event, id: `late-${event.id}` }))
          for (const of of [whole, purged]) await keep([...before, ...steps], of)
          await purge(purged)
          expect(differences(await lastingOf(whole), await lastingOf(purged))).toEqual([])
          for (const of of [whole, purged]) await keep(late.slice(0, at), of, 7)
          await purge(purged)
          for (const of of [whole, purged])
            await keep([...late.slice(at), step(HORIZON_MS + DAY_MS)], of, 7)
          await purge(purged)
          expect(differences(await lastingOf(whole), await lastingOf(purged))).toEqual([])
        }),
        { numRuns: 4, endOnFailure: true },
      )
    },
  )

  it('leave a name of each contact, by which what comes late is refused and counted', async () => {
    await keep([...calls(30), ...steps])
    const [parts, delivered] = [await count('part'), await count('delivered')]
    const purged = await purge()
    expect(purged).toMatchObject({ subjects: 30, emptiedFromMs: HORIZON_MS })
    expect(purged.entries).toBeGreaterThan(200)
    expect(await count('entry')).toBe(0)
    expect(await count('part')).toBe(0)
    expect(parts).toBeGreaterThan(60)
    // Agents, and what is internal, stay.
    expect(await count('delivered')).toBe(12 + 2)
    expect(delivered).toBeGreaterThan(200)
    const again = await purge()
    expect(again).toEqual({ entries: 0, subjects: 0, emptiedFromMs: HORIZON_MS })

    // Told again, under other ids, and by another feed.
    const first = calls(2).map((event) => ({ ...event, id: `${event.id}/again` }))
    const other = calls(2).map((event) => ({ ...event, source: '/asterisk/pbx-1/log' }))
    const before = await lastingOf(stream)
    await keep([...first, ...other].filter(({ type }) => type.startsWith('contact.')))
    const { counts, deadLetters } = await booksStatus(opened.database, stream.center)
    expect(counts).toMatchObject({ late: 24, lateFeeds: 0, duplicates: 0 })
    expect(deadLetters).toHaveLength(24)
    expect(deadLetters[0]).toMatchObject({
      kind: 'late',
      reason: 'the details of its contact are given up, and nothing changes it any more',
    })
    expect((await lastingOf(stream)).balances).toEqual(before.balances)
  })

  it('go in steps, each of which may be the last', async () => {
    await keep([...calls(210), ...steps])
    const whole = another()
    await keep([...calls(210), ...steps], whole)
    const rowsIn = (of: TestStream) => booksOf(opened.database, of.center)
    await purge(whole)
    const inMiddle = (after: number) => {
      let asked = 0
      return {
        get aborted() {
          return ++asked > after
        },
      } as unknown as AbortSignal
    }
    const before = await lastingOf(stream)
    // One look before each counter, and before each page of contacts.
    const looks = counterIds.length
    for (const [after, emptied] of [
      [3, 0],
      [looks, 0],
      [looks + 1, 100],
      [looks + 1, 100],
    ] as const) {
      const purged = await purge(stream, inMiddle(after))
      expect(purged).toMatchObject({ subjects: emptied, emptiedFromMs: 0 })
      expect(differences(before, await lastingOf(stream))).toEqual([])
    }
    expect(await purge()).toMatchObject({ subjects: 10, emptiedFromMs: HORIZON_MS })
    const [one, other] = [await rowsIn(stream), await rowsIn(whole)]
    expect(one.subjects.length).toBe(other.subjects.length)
    expect([one.entries, one.parts]).toEqual([[], []])
    expect(one.delivered.length).toBe(other.delivered.length)
    const keys = await opened.database.kysely
      .selectFrom('subject')
      .select('key')
      .where('center', '=', stream.center)
      .where('version', '=', GIVEN_UP)
      .execute()
    expect(keys).toHaveLength(210)
  })

  it('go on where a process was killed at it, at any place', async () => {
    await keep([...calls(150), ...steps])
    const before = await lastingOf(stream)
    const program = fileURLToPath(new URL('../../test/purge.ts', import.meta.url))
    // Among the entries; and with the contacts.
    for (const after of [2, counterIds.length + 1]) {
      const { url, file } = opened.at
      const child = spawn(
        process.execPath,
        ['--import', 'tsx', program, url ?? '', file, stream.center],
        { stdio: ['ignore', 'pipe', 'inherit'] },
      )
      const ended = once(child, 'exit')
      let said = ''
      child.stdout.on('data', (some: Buffer) => {
        said += some.toString()
        if (said.split('\n').length > after) child.kill('SIGKILL')
      })
      await ended
      expect(differences(before, await lastingOf(stream))).toEqual([])
    }
    await purge()
    expect(differences(before, await lastingOf(stream))).toEqual([])
    expect([await count('entry'), await count('part')]).toEqual([0, 0])
    expect(await count('delivered')).toBe(12 + 2)
    const rows = await opened.database.kysely
      .selectFrom('subject')
      .select('key')
      .where('center', '=', stream.center)
      .where('version', '=', GIVEN_UP)
      .execute()
    expect(rows).toHaveLength(150)
  })

  describe('of a time', () => {
    const center = { kind: 'center' } as const
    const question = {
      ...{ scopes: [center], counters: null, channel: null, queue: null, filters: null },
    }
    const youngMs = HORIZON_MS + 3 * DAY_MS + HOUR_MS
    const nowMs = youngMs + 2 * HOUR_MS
    const firstDay = {
      fromMs: calendar.dayStart(CALLS_BEGIN_MS),
      toMs: calendar.nextDayStart(CALLS_BEGIN_MS),
    }
    const explaining = (span: { fromMs: number; toMs: number }, limit = 40): ExplainQuestion => ({
      ...{ scope: center, channel: null, queue: null, filters: null, nowMs, after: null, limit },
      parts: [
        { part: 'handled', counters: ['handled'], span, filters: null },
        { part: 'free', counters: ['availableMs', 'talkMs'], span, filters: null },
      ],
    })
    beforeEach(async () => {
      const young = calls(20, youngMs).map((event) => {
        return JSON.parse(
          JSON.stringify(event).replaceAll('call-', 'young-').replaceAll('"in-', '"again-'),
        ) as FoldedEvent
      })
      await keep([...calls(20), ...steps, ...young])
    })

    it('tell the same sums as before, by whole quarters of an hour, and never a part of one', async () => {
      const spans = [
        firstDay,
        { fromMs: CALLS_BEGIN_MS, toMs: CALLS_BEGIN_MS + QUARTER_MS },
        { fromMs: calendar.monthStart(CALLS_BEGIN_MS), toMs: nowMs },
        { fromMs: HORIZON_MS - 3 * QUARTER_MS, toMs: youngMs + 7 * MINUTE_MS + 1 },
      ]
      const sumsOf = () =>
        reading(async (stored) => {
          const cells = await readCells(stored)
          return Promise.all(
            spans.map(async (span) => [
              plain(
                (await readSums(stored, question, span, [], nowMs)).get('center') ??
                  new Map<never, never>(),
              ),
              (await readRows(stored, cells, [span], nowMs))[0]?.rows.length,
            ]),
          )
        })
      const before = await sumsOf()
      expect(JSON.stringify(before[0])).toContain('handled')
      await purge()
      expect(await sumsOf()).toEqual(before)
      const ragged = { fromMs: CALLS_BEGIN_MS + 1, toMs: youngMs }
      await expect(
        reading((stored) => readSums(stored, question, ragged, [], nowMs)),
      ).rejects.toThrow(DetailsGivenUp)
      await expect(
        reading(async (stored) => readRows(stored, await readCells(stored), [ragged], nowMs)),
      ).rejects.toThrow(DetailsGivenUp)
    })

    it('explain a number by the entries that are left, and what is of sums alone', async () => {
      const month = { fromMs: calendar.monthStart(CALLS_BEGIN_MS), toMs: nowMs }
      const total = await reading((stored) => explain(stored, explaining(month, 10_000)))
      expect(total.givenUp?.parts['handled']).toBeGreaterThan(10)
      await purge()
      const found = await reading((stored) => explain(stored, explaining(month, 10_000)))
      expect(found).toEqual(total)
      expect(found.givenUp?.beforeMs).toBe(HORIZON_MS)
      for (const [part, { booked }] of Object.entries(found.parts)) {
        const listed = found.entries.filter((entry) => entry.parts.includes(part))
        const sum = listed.reduce((all, { amount }) => all + amount, 0)
        expect([part, sum + (found.givenUp?.parts[part] ?? 0)]).toEqual([part, booked])
      }
      const old = await reading((stored) => explain(stored, explaining(firstDay)))
      expect(old).toMatchObject({ entries: [], next: null })
      expect(old.givenUp?.parts['handled']).toBe(old.parts['handled']?.booked)
      const young = await reading((stored) =>
        explain(stored, explaining({ fromMs: youngMs + 1, toMs: nowMs })),
      )
      expect(young.givenUp).toBeNull()
      expect(young.entries.length).toBeGreaterThan(10)
    })

    it('are refused where only details would tell, and all is there after it', async () => {
      await purge()
      const makeEngine = (directories: Parameters<typeof createEngine>[0]['directories']) =>
        createEngine({ directories })
      const reconciled = (day: string) =>
        reconcile({
          ...{ database: opened.database, center: stream.center, day, calendar, live: null },
          ...{ directory: emptyDirectory, makeEngine, nowMs },
        })
      const liveAt = (atMs: number) => reading((stored) => readLiveAt(stored, atMs, makeEngine))
      const judged = (fromMs: number) =>
        reading((stored) =>
          whatIf(stored, { serviceLevel: { thresholdSeconds: 5 } }, { fromMs, toMs: nowMs }, []),
        )
      const timeline = (key: string) => reading((stored) => readTimeline(stored, key))
      const of = 'contact/asterisk/pbx-1#'

      await expect(reconciled(calendar.dayOf(CALLS_BEGIN_MS))).rejects.toThrow(DetailsGivenUp)
      await expect(liveAt(HORIZON_MS - 1)).rejects.toThrow(DetailsGivenUp)
      await expect(judged(HORIZON_MS - 1)).rejects.toThrow(DetailsGivenUp)
      await expect(timeline(`${of}call-1`)).rejects.toMatchObject({ fromMs: HORIZON_MS })

      const clean = await reconciled(calendar.dayOf(youngMs))
      expect(clean).toMatchObject({ differences: [], more: 0 })
      expect(clean.checked).toBeGreaterThan(300)
      expect((await liveAt(youngMs + 5 * MINUTE_MS)).agents.length).toBeGreaterThan(3)
      expect((await judged(HORIZON_MS))?.subjects).toBe(20)
      expect(await timeline(`${of}young-1`)).toMatchObject({ open: false })
      expect(await timeline(`${of}nothing`)).toBeNull()
    })
  })

  it('make the days of another calendar from quarters, as they would be from entries', async () => {
    const [whole, purged] = [another(), another()]
    const moved = { center: { timeZone: 'Asia/Kathmandu', businessDayStart: '04:15' } }
    const changed: InternalEvent = {
      id: 'moved',
      type: 'directory.changed',
      atMs: LATER_MS,
      data: { directory: moved },
    }
    Directory.parse(moved)
    const cost = (id: string, days: number): FoldedEvent =>
      ({
        ...{ source: '/erp/1', id, type: 'cost.recorded', atMs: CALLS_BEGIN_MS },
        data: {
          ...{ costId: id, kind: 'staff', amount: { value: '7777.77', currency: 'USD' } },
          ...{ from: CALLS_BEGIN_MS - 12_345, to: CALLS_BEGIN_MS + days * DAY_MS + 777 },
        },
      }) as unknown as FoldedEvent
    const events = [...calls(20), cost('short', 3), cost('long', 40)]
    await keep([...events, changed], whole)
    await keep([...events, ...steps], purged)
    await purge(purged)
    await keep([changed], purged)
    const [expected, found] = [await lastingOf(whole), await lastingOf(purged)]
    expect(expected.balances.some((row) => row.includes('"1d"'))).toBe(true)
    expect(differences({ of: expected.balances }, { of: found.balances })).toEqual([])
  })

  it('are no more judged anew, by a release or by names that a directory tells', async () => {
    await keep([...calls(20), ...steps])
    const before = await lastingOf(stream)
    // It would take all back that contacts have booked.
    const contact = { version: 99, derive: () => nothingDerived }
    const makeEngine: KeeperOptions['makeEngine'] = (directories, horizon) =>
      createEngine({ directories, horizon, kinds: { ...kinds, contact } })
    const again = async (anewAfter: string): Promise<void> => {
      await opened.database.kysely
        .updateTable('center')
        .set({ anewAfter })
        .where('center', '=', stream.center)
        .execute()
      const kept = startKeeper({ ...opened, ...stream, makeEngine })
      await until('it follows', () => kept.keeper.status().state === 'following')
      await until('all is judged', async () => {
        return !(await booksStatus(opened.database, stream.center)).isJudgedAnew
      })
      await kept.stop()
      expect(differences(before, await lastingOf(stream))).toEqual([])
    }
    // Whether their rows are emptied before or after.
    await again(NOT_ANEW)
    await purge()
    await again(NOT_ANEW)
    await again('')
    const { epoch } = await booksStatus(opened.database, stream.center)
    await again(NOT_ANEW)
    expect((await booksStatus(opened.database, stream.center)).epoch).toBe(epoch + 1)
    expect((await purge()).subjects).toBe(0)
    const rows = await opened.database.kysely
      .selectFrom('subject')
      .select('version')
      .where('center', '=', stream.center)
      .where('kind', '=', 'contact')
      .execute()
    expect(rows.map(({ version }) => version)).toEqual(Array.from({ length: 20 }, () => GIVEN_UP))
  })

  it('leave a window out that only they would tell, and nothing else', async () => {
    const kept = startKeeper({ ...opened, ...stream })
    const place = await append(stream.log, [...calls(20), ...steps])
    await committed(kept, place)
    await kept.stop()
    await purge()
    const live = localLive()
    const shown = followBooks({
      center: stream.center,
      database: opened.database,
      feed: live,
      readDirectory: async () => emptyDirectory,
      now: () => HORIZON_MS + DAY_MS,
      changed: () => undefined,
      replaced: () => undefined,
      report: () => undefined,
    })
    const ragged = `${String(CALLS_BEGIN_MS + 1)}/${String(HORIZON_MS)}`
    const whole = `${String(CALLS_BEGIN_MS)}/${String(HORIZON_MS)}`
    try {
      // Asked for before the books are loaded: they are loaded all the same.
      const isThere = shown.openWindow(ragged, null)
      live.beat({ epoch: kept.keeper.status().epoch, place, catchingUp: false })
      await until('the books are shown', () => shown.book() !== null)
      await isThere
      for (const name of [ragged, whole, 'year@previous']) await shown.openWindow(name, null)
      const book = shown.book()
      expect(book?.window(ragged)).toBeUndefined()
      expect(
        balanceOf(book?.sums('center', whole, null) ?? new Map<never, never>(), 'handled'),
      ).toEqual({ booked: 16, live: 0 })
      expect(book?.window('year@previous')).toBeDefined()
    } finally {
      await shown.close()
    }
  })

  it('are asked for once a day, by what the stream has heard of', async () => {
    const kept = startKeeper({ ...opened, ...stream })
    await committed(kept, await append(stream.log, calls(3)))
    await kept.stop()
    const asked = async () => {
      const rows = await opened.database.kysely
        .selectFrom('outbox')
        .select('event')
        .where('center', '=', stream.center)
        .orderBy('id')
        .execute()
      return rows.map(({ event }) => JSON.parse(event) as InternalEvent)
    }
    const move = (detailDays: number | undefined, nowMs: number) =>
      moveHorizon(opened.database, stream.center, { detailDays }, nowMs)
    await move(undefined, NOW_MS)
    expect(await asked()).toEqual([])
    // The clock of this machine may be any; the stream's own is that of its Redis.
    const heardMs = Date.now()
    await move(100, heardMs + 400 * DAY_MS)
    const [first] = await asked()
    const dayMs = calendar.dayStart(heardMs - 100 * DAY_MS)
    expect([dayMs, dayMs + DAY_MS, dayMs - DAY_MS]).toContain(first?.atMs)
    await move(50, heardMs + 400 * DAY_MS + HOUR_MS)
    expect(await asked()).toHaveLength(1)
    await move(50, heardMs + 401 * DAY_MS)
    expect(await asked()).toHaveLength(2)
    // Kept for longer again: what is given up does not come back.
    await keep([...(await asked())])
    await move(200, heardMs + 403 * DAY_MS)
    expect(await asked()).toHaveLength(2)
  })

  it('go by themselves, as the directory says', async () => {
    // Half a year ago, by the stream's clock.
    const events = calls(12, Date.now() - 200 * DAY_MS)
    const retention = async () => ({ ...emptyDirectory.center.retention, detailDays: 100 })
    await keep([...events, step(Date.now() - 150 * DAY_MS)])
    const kept = startKeeper({ ...opened, ...stream, retention, now: () => Date.now() })
    const status = () => booksStatus(opened.database, stream.center)
    await until(
      'a step is in the books',
      async () => (await status()).detailsFromMs > Date.now() - 110 * DAY_MS,
    )
    await kept.stop()
    const next = startKeeper({ ...opened, ...stream, retention, now: () => Date.now() })
    await until('it is told', () => next.reports.some((line) => line.includes('gave up')))
    await next.stop()
    expect(next.reports.join('\n')).toMatch(/gave up \d+ entries and 12 contacts/)
    expect(await count('part')).toBe(0)
  })
})
