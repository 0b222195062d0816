/** The keeper over a real stream and both databases: what comes in is in the books, once. */
import fc from 'fast-check'
import { sql } from 'kysely'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { calls, CALLS_BEGIN_MS } from '../../test/calls.ts'
import { databaseKinds } from '../../test/database.ts'
import { histories, HISTORIES_BEGIN_MS } from '../../test/histories.ts'
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
import { amountWithin } from '../../shared/entry.ts'
import { nothingLive } from '../../shared/live.ts'
import { emptyDirectory } from '../../shared/directory.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/time.ts'
import type { Event } from '../../shared/events/event.ts'
import { createEngine } from '../engine/fold.ts'
import type { FoldedEvent } from '../engine/stream.ts'
import type { Engine } from '../engine/subject.ts'
import { kinds, type Kinds } from '../engine/subjects/registry.ts'
import { stored } from '../engine/subjects/stored.ts'
import { comparePlaces, START, type Place } from '../stream/eventLog.ts'
import { keysOf } from '../stream/redisKeys.ts'
import { NOT_ANEW } from '../database/schema.ts'
import { directoryStore } from '../directory/store.ts'
import { QUARTER_MS } from './buckets.ts'
import { createCalendar } from './calendar.ts'
import type { DatedDirectory } from './checkpoint.ts'
import { FencedOff } from './fencedOff.ts'
import { moveAnewAfter } from './opening.ts'
import { booksStatus } from './status.ts'
import { deleteOldDeadLetters, deleteOldMinutes } from './tidying.ts'

type MakeEngine = (directories: readonly DatedDirectory[]) => Engine
/** The real engine, with one function of it put another way. */
const engineWith =
  (change: (engine: Engine) => Partial<Engine>): MakeEngine =>
  (directories) => {
    const engine = createEngine({ directories })
    return { ...engine, ...change(engine) }
  }

describe.each(databaseKinds)('with %s', (kind) => {
  let opened: OpenedDatabase
  let stream: TestStream
  beforeAll(async () => {
    opened = await makeOpened(kind, inject('postgresUrl'))
  })
  beforeEach(() => {
    stream = makeStream(inject('redisSocket'))
  })
  afterEach(() => {
    stream.end()
  })
  afterAll(() => opened.close())

  const start = (options: Partial<Parameters<typeof startKeeper>[0]> = {}) =>
    startKeeper({ ...opened, ...stream, ...options })
  /** Runs a keeper until all of these are in the books. */
  const keepAll = async (events: readonly FoldedEvent[], batch = 50, makeEngine?: MakeEngine) => {
    const kept = start(makeEngine ? { makeEngine } : {})
    await committed(kept, await append(stream.log, events, batch))
    await kept.stop()
    return kept
  }
  const isJudgedAnew = async () => (await booksStatus(opened.database, stream.center)).isJudgedAnew
  /** Waits until it follows the stream, and the past is judged anew. */
  const judged = async ({ keeper }: ReturnType<typeof start>) => {
    await until('it follows', () => keeper.status().state === 'following')
    const { epoch } = keeper.status()
    await until('the past is judged', async () => !(await isJudgedAnew()))
    await until('all is loaded anew', () => keeper.status().epoch > epoch)
  }
  const center = () =>
    opened.database.kysely.selectFrom('center').where('center', '=', stream.center)
  const rowsOf = (table: 'entry' | 'balance' | 'subject' | 'deadLetter' | 'outbox') =>
    opened.database.kysely.selectFrom(table).where('center', '=', stream.center)

  describe('balances', () => {
    const lengthOf = { '1m': MINUTE_MS, '15m': QUARTER_MS } as const
    const calendar = createCalendar({
      timeZone: 'UTC',
      businessDayStart: '00:00',
      intervalMinutes: 30,
      weekStart: 1,
      fiscalYearStartMonth: 1,
    })
    const endOf = (grain: string, bucketMs: number): number => {
      if (grain === '1d') return calendar.nextDayStart(bucketMs)
      if (grain === '1M') return calendar.nextMonthStart(bucketMs)
      return bucketMs + (grain === '1m' ? lengthOf['1m'] : lengthOf['15m'])
    }

    const summedToMs = async (): Promise<number> =>
      (await center().select('summedToMs').executeTakeFirstOrThrow()).summedToMs

    /** Every balance is the sum of its entries, those of the coarse grains as far as they are summed. */
    const expectSums = async (): Promise<void> => {
      const entries = await rowsOf('entry').selectAll().execute()
      const balances = await rowsOf('balance').selectAll().execute()
      const toMs = await summedToMs()
      for (const { grain, counter, cell, detail, bucketMs, amount } of balances) {
        const endMs = endOf(grain, bucketMs)
        const span = { fromMs: bucketMs, toMs: grain === '1m' ? endMs : Math.min(endMs, toMs) }
        const sum = entries
          .filter((e) => e.counter === counter && e.cell === cell && e.detail === detail)
          .reduce((total, entry) => total + amountWithin(entry, span), 0)
        expect({ grain, counter, bucketMs, amount }).toEqual({
          grain,
          counter,
          bucketMs,
          amount: sum,
        })
      }
      const total = (rows: { amount: number }[]) =>
        rows.reduce((sum, { amount }) => sum + amount, 0)
      const minutes = balances.filter(({ grain }) => grain === '1m')
      expect(total(minutes)).toBe(total(entries))
      const notSummed = total(minutes.filter(({ bucketMs }) => bucketMs >= toMs))
      for (const grain of ['15m', '1d', '1M']) {
        const rows = balances.filter((row) => row.grain === grain)
        expect(total(rows) + notSummed).toBe(total(entries))
      }
    }

    it('are the sums of their entries, whatever came', { timeout: 120_000 }, async () => {
      // Histories last ten hours: before, while and after they come.
      const sitting = fc.record({
        share: fc.integer({ min: 1, max: 30 }),
        clockMs: fc.integer({ min: -HOUR_MS, max: 12 * HOUR_MS }),
      })
      await fc.assert(
        fc.asyncProperty(
          histories(60),
          fc.array(sitting, { minLength: 1, maxLength: 4 }),
          fc.integer({ min: 1, max: 30 }),
          async (events, sittings, batch) => {
            stream.end()
            stream = makeStream(inject('redisSocket'))
            const left = [...events]
            for (const [n, { share, clockMs }] of sittings.entries()) {
              const some = left.splice(0, n === sittings.length - 1 ? left.length : share)
              if (some.length === 0) continue
              const kept = start({ now: () => HISTORIES_BEGIN_MS + clockMs })
              await committed(kept, await append(stream.log, some, batch))
              await kept.stop()
            }
            await expectSums()
          },
        ),
        { numRuns: 12, endOnFailure: true },
      )
    })

    it('of a quarter, a day and a month are summed up while it is kept', async () => {
      // Half an hour of them.
      const events = calls(180)
      let nowMs = CALLS_BEGIN_MS
      const kept = start({ now: () => nowMs })
      await committed(kept, await append(stream.log, events.slice(0, 900)))
      expect(await summedToMs()).toBe(CALLS_BEGIN_MS - 2 * MINUTE_MS)
      await expectSums()
      nowMs += 20 * MINUTE_MS
      await committed(kept, await append(stream.log, events.slice(900, 901)))
      expect(await summedToMs()).toBe(CALLS_BEGIN_MS + 18 * MINUTE_MS)
      await expectSums()
      // The clock goes back: what is summed up stays so.
      nowMs = CALLS_BEGIN_MS
      await committed(kept, await append(stream.log, events.slice(901)))
      await kept.stop()
      expect(await summedToMs()).toBe(CALLS_BEGIN_MS + 18 * MINUTE_MS)
      await expectSums()
    })
  })

  it('tells of every batch in order, without a hole, before it is committed', async () => {
    const events = calls(60)
    let committedFirst = 0
    const kept = start()
    await until('it has begun', () => kept.updates.length > 0)
    for (let at = 0; at < events.length; at += 40) {
      const { place } = await stream.log.append(events.slice(at, at + 40))
      await until('it is told', () => kept.updates.at(-1)?.place === place)
      if (comparePlaces(kept.keeper.status().committed, place) >= 0) committedFirst += 1
    }
    expect(committedFirst).toBe(0)
    const end = kept.updates.at(-1)?.place ?? START
    await committed(kept, end)
    await kept.stop()

    expect(kept.updates[0]).toMatchObject({ after: START, place: START, entries: [] })
    kept.updates.slice(1).forEach((update, index) => {
      expect(update.after).toBe(kept.updates[index]?.place)
      expect(update.epoch).toBe(kept.updates[0]?.epoch)
      expect(update.sentAtMs).toBe(NOW_MS)
    })
    const told = kept.updates.flatMap(({ entries }) => entries)
    const stored = await rowsOf('entry').selectAll().execute()
    const plain = (
      entries: { subject: string; counter: string; fromMs: number; amount: number }[],
    ) =>
      entries.map(({ subject, counter, fromMs, amount }) =>
        [subject, counter, fromMs, amount].join(' '),
      )
    expect(plain(told).sort()).toEqual(plain(stored).sort())
    // What is gone was told as gone.
    const last = new Map(
      kept.updates.flatMap(({ subjects }) => subjects.map((one) => [one.key, one] as const)),
    )
    const open = await rowsOf('subject').select('key').where('open', '=', 1).execute()
    const shown = [...last.values()].filter(({ live, accruals }) => {
      return live.visits.length + live.legs.length + accruals.length > 0 || live.agent !== null
    })
    const openKeys = open.map(({ key }) => key)
    for (const { key } of shown) expect(openKeys).toContain(key)
  })

  it('commits four times a second at most, however events come', async () => {
    const commitsSoFar = async (): Promise<number> => {
      return (await center().select('commits').executeTakeFirstOrThrow()).commits
    }
    const kept = start()
    await until('it has begun', () => kept.updates.length > 0)
    const before = await commitsSoFar()
    const beganMs = performance.now()
    let place = START
    for (const event of calls(20)) {
      ;({ place } = await stream.log.append([event]))
      await until('it is told', () => kept.updates.at(-1)?.place === place)
    }
    await committed(kept, place)
    const quarters = (performance.now() - beganMs) / 250
    // One more at either end.
    expect((await commitsSoFar()) - before).toBeLessThanOrEqual(Math.ceil(quarters) + 1)
    await kept.stop()
  })

  it('goes on after a stop as if there had been none', async () => {
    let kept = start()
    for (const [index, event] of calls(50).entries()) {
      const { place } = await stream.log.append([event])
      if (index % 90 !== 89) continue
      await until('it is folded', () => kept.updates.at(-1)?.place === place)
      await kept.stop()
      kept = start()
    }
    await committed(kept, await stream.log.end())
    await kept.stop()

    const other = await makeOpened(kind, inject('postgresUrl'))
    const undisturbed = startKeeper({ ...other, ...stream })
    await committed(undisturbed, await stream.log.end())
    await undisturbed.stop()
    const books = await booksOf(opened.database, stream.center)
    expect(differences(books, await booksOf(other.database, stream.center))).toEqual([])
    await other.close()
  })

  describe('deliveries', () => {
    /** As after a long time: the door's memory is bounded. */
    const forgetAtTheDoor = async () => {
      const { door, doorPosition } = keysOf(stream.center)
      await stream.redis.del(door, doorPosition)
    }

    it('count once, also in one batch, after a commit, and after a restart', async () => {
      const events = calls(40)
      const first = start()
      await committed(first, await append(stream.log, events, 30))
      const before = await booksOf(opened.database, stream.center)
      await forgetAtTheDoor()
      // The same again, twice in one commit.
      await append(stream.log, events, 7)
      await forgetAtTheDoor()
      await committed(first, await append(stream.log, events, 7))
      await first.stop()
      await forgetAtTheDoor()
      const second = start()
      await committed(second, await append(stream.log, [...events].reverse(), 13))
      await second.stop()

      const after = await booksOf(opened.database, stream.center)
      expect(differences({ ...after, stand: null }, { ...before, stand: null })).toEqual([])
      expect(second.keeper.status().counts).toMatchObject({
        folded: events.length,
        duplicates: 3 * events.length,
        conflicting: 0,
      })
    })

    it('that contradict an earlier one are kept apart: the first stands', async () => {
      const [first, ...others] = calls(3)
      if (!first) throw new Error('no calls')
      await keepAll([first, ...others])
      const before = await booksOf(opened.database, stream.center)
      const changed = { ...first, atMs: first.atMs + 1 }
      const resent = { ...first, recordedAtMs: first.atMs + 5_000 } as Event
      await forgetAtTheDoor()
      await append(stream.log, [...others, resent], 3)
      await forgetAtTheDoor()
      await append(stream.log, [changed], 3)
      const kept = start()
      await committed(kept, await stream.log.end())
      await kept.stop()

      const after = await booksOf(opened.database, stream.center)
      const { entries, delivered } = before
      expect(differences(after, { ...after, entries, delivered })).toEqual([])
      expect(kept.keeper.status().counts).toMatchObject({ conflicting: 1 })
      const { deadLetters, counts } = await booksStatus(opened.database, stream.center)
      expect(counts.conflicting).toBe(1)
      expect(deadLetters).toMatchObject([{ kind: 'conflicting', event: { atMs: changed.atMs } }])
    })
  })

  describe('what cannot be folded becomes a dead letter, and the rest goes on:', () => {
    const events = calls(30)
    const victim = events[25]
    if (!victim) throw new Error('no calls')
    const others = events.filter((event) => event !== victim)
    /** The books without the event, the counts apart. */
    const booksWithout = async () => {
      const other = await makeOpened(kind, inject('postgresUrl'))
      const kept = startKeeper({
        ...other,
        ...stream,
        // The same stream, so that the places are the same.
        log: { ...stream.log, readAfter: withoutVictim },
      })
      await committed(kept, await stream.log.end())
      await kept.stop()
      const books = await booksOf(other.database, stream.center)
      await other.close()
      return books
    }
    async function* withoutVictim(place: string, signal: AbortSignal) {
      for await (const chunk of stream.log.readAfter(place, signal)) {
        yield chunk.map((entry) => ({
          ...entry,
          events: entry.events.filter(({ id }) => id !== victim?.id),
        }))
      }
    }

    it.each<[string, string, string, MakeEngine]>([
      [
        'an event that throws',
        'poison',
        'cannot be',
        engineWith((engine) => ({
          fold: (some) => {
            if (some.some(({ id }) => id === victim.id)) throw new Error('this cannot be')
            return engine.fold(some)
          },
        })),
      ],
      [
        'an event that throws when its subjects are looked for',
        'poison',
        'nobody knows',
        engineWith((engine) => ({
          wants: (event) => {
            if (event.id === victim.id) throw new Error('nobody knows')
            return engine.wants(event)
          },
          fold: (some) => {
            if (some.some(({ id }) => id === victim.id)) throw new Error('nobody knows')
            return engine.fold(some)
          },
        })),
      ],
      [
        'an event that asks for subjects without end',
        'poison',
        'without end',
        engineWith((engine) => {
          let asked = 0
          return {
            fold: (some) =>
              some.some(({ id }) => id === victim.id)
                ? { lacks: [`lead/x#${String(++asked)}`] }
                : engine.fold(some),
          }
        }),
      ],
      [
        'an event that books without bounds',
        'poison',
        'cannot be booked',
        engineWith((engine) => ({
          fold: (some) => {
            const folded = engine.fold(some)
            if ('lacks' in folded || !some.some(({ id }) => id === victim.id)) return folded
            const [entry] = calls(1).length > 0 ? folded.entries : []
            const account = entry ?? {
              queue: null,
              agent: null,
              team: null,
              site: null,
              channel: null,
              filters: null,
              counter: 'handled' as const,
              detail: null,
              subject: 'contact/x#1',
            }
            const endless = { ...account, fromMs: 0, toMs: Infinity, amount: 1 }
            return { ...folded, entries: [...folded.entries, endless] }
          },
        })),
      ],
    ])('%s', async (_, letter, reason, makeEngine) => {
      const kept = await keepAll(events, 20, makeEngine)
      const books = await booksOf(opened.database, stream.center)
      const { deadLetters } = await booksStatus(opened.database, stream.center)
      expect(deadLetters).toMatchObject([{ kind: letter, event: { id: victim.id } }])
      expect(deadLetters[0]?.reason).toContain(reason)
      expect(kept.keeper.status().counts).toMatchObject({ folded: others.length, poison: 1 })

      const without = await booksWithout()
      const { balances, delivered } = without
      expect(differences(books, { ...books, balances, delivered })).toEqual([])
    })

    it('text that a database cannot hold', async () => {
      const bad = ['\u0000', 'half \ud83d'].map(
        (text, index): Event =>
          ({
            ...victim,
            id: `bad-${String(index)}`,
            data: { ...victim.data, contactId: `x${text}` },
          }) as Event,
      )
      const kept = await keepAll([...others, ...bad], 20)
      expect(kept.keeper.status().counts).toMatchObject({ folded: others.length, unstorable: 2 })
      const { deadLetters } = await booksStatus(opened.database, stream.center)
      expect(deadLetters.map((row) => row.kind)).toEqual(['unstorable', 'unstorable'])
    })

    it('a directory that is none', async () => {
      const broken: FoldedEvent = {
        id: 'directory-1',
        type: 'directory.changed',
        atMs: CALLS_BEGIN_MS,
        data: { directory: { center: { timeZone: 'Mars/Olympus' } } },
      }
      const kept = await keepAll([...others, broken], 20)
      expect(kept.keeper.status().counts).toMatchObject({ folded: others.length, poison: 1 })
    })
  })

  it('stops an older keeper when another takes over', async () => {
    const events = calls(60)
    const older = start()
    await committed(older, await append(stream.log, events.slice(0, 100)))
    const newer = start()
    if (kind === 'postgres') {
      await until('the newer one waits', () => newer.keeper.status().state === 'waiting')
      // A lock is lost with its connection, and its holder may not know.
      await sql`select pg_terminate_backend(pid) from pg_stat_activity
        where application_name = 'ringside lock' and pid in
          (select pid from pg_locks where locktype = 'advisory' and granted)`.execute(
        opened.database.kysely,
      )
    }
    await until('the newer one has begun', () => newer.updates.length > 0)
    const end = await append(stream.log, events.slice(100))
    await committed(newer, end)
    await expect(older.ended).rejects.toThrow(FencedOff)
    expect(older.keeper.status().state).toBe('fencedOff')
    expect(newer.keeper.status().epoch).toBeGreaterThan(older.keeper.status().epoch)
    await newer.stop()

    const entries = await rowsOf('entry').select('id').execute()
    expect(entries).toHaveLength(newer.keeper.status().counts.entries)
    const deliveries = await booksOf(opened.database, stream.center)
    expect(deliveries.delivered).toHaveLength(events.length)
  })

  // A file has one process anyway.
  if (kind === 'postgres') {
    it('waits while another keeps the books', async () => {
      const first = start()
      await committed(first, await append(stream.log, calls(5)))
      const second = start()
      await append(stream.log, calls(10).slice(50))
      await until('the first goes on', () => first.keeper.status().counts.folded > 50)
      expect(second.keeper.status()).toMatchObject({ state: 'waiting', epoch: 0 })
      await first.stop()
      await until('the second takes over', () => second.keeper.status().epoch === 2)
      await second.stop()
    })
  }

  it('deletes minutes and dead letters that are past their time', async () => {
    await keepAll(calls(10))
    const minutes = () => rowsOf('balance').select('amount').where('grain', '=', '1m').execute()
    const quarters = () => rowsOf('balance').select('amount').where('grain', '=', '15m').execute()
    const before = await quarters()
    expect((await minutes()).length).toBeGreaterThan(20)
    const letter = { center: stream.center, place: '1-0', kind: 'poison', event: '{}', reason: '' }
    const letters = Array.from({ length: 30 }, (_, n) => ({ ...letter, position: n, atMs: n }))
    await opened.database.kysely.insertInto('deadLetter').values(letters).execute()
    await deleteOldDeadLetters(opened.database, stream.center, 0, 10)
    const left = await rowsOf('deadLetter').select('atMs').orderBy('atMs').execute()
    expect(left.map(({ atMs }) => atMs)).toEqual([20, 21, 22, 23, 24, 25, 26, 27, 28, 29])

    // One of the last day that is kept stays, and one of another center is none of ours.
    const nowMs = NOW_MS + 50 * HOUR_MS
    const edgeMs = nowMs - emptyDirectory.center.retention.rejectedDays * DAY_MS
    const dated = (atMs: number, center = letter.center) => ({
      ...letter,
      center,
      position: atMs,
      atMs,
    })
    await opened.database.kysely
      .insertInto('deadLetter')
      .values([dated(edgeMs - 1), dated(edgeMs), dated(edgeMs - 1, 'another')])
      .execute()
    const kept = start({ now: () => nowMs })
    await until('they are gone', async () => {
      const letters = await rowsOf('deadLetter').select('atMs').execute()
      return (await minutes()).length === 0 && letters.length === 1
    })
    await kept.stop()
    const letterTimes = await rowsOf('deadLetter').select('atMs').execute()
    expect(letterTimes).toEqual([{ atMs: edgeMs }])
    const others = opened.database.kysely.selectFrom('deadLetter').where('center', '=', 'another')
    expect(await others.select('atMs').execute()).toEqual([{ atMs: edgeMs - 1 }])
    expect((await quarters()).length).toBeGreaterThanOrEqual(before.length)
  })

  it('keeps minutes that are not summed up, however old they are', async () => {
    const early = start({ now: () => CALLS_BEGIN_MS })
    await committed(early, await append(stream.log, calls(10)))
    await early.stop()
    const minutes = () => rowsOf('balance').select('amount').where('grain', '=', '1m').execute()
    const before = await minutes()
    expect(before.length).toBeGreaterThan(20)
    const nowMs = CALLS_BEGIN_MS + 50 * HOUR_MS
    await deleteOldMinutes(opened.database, stream.center, nowMs)
    expect(await minutes()).toEqual(before)
    // The next event that is folded sums them up.
    const late = start({ now: () => nowMs })
    await committed(late, await append(stream.log, calls(11).slice(-1)))
    await late.stop()
    await deleteOldMinutes(opened.database, stream.center, nowMs)
    expect(await minutes()).toEqual([])
    const entries = await rowsOf('entry').select('amount').execute()
    const months = await rowsOf('balance').select('amount').where('grain', '=', '1M').execute()
    const sum = (rows: { amount: number }[]) => rows.reduce((all, { amount }) => all + amount, 0)
    expect(sum(months)).toBe(sum(entries))
  })

  describe('the directory', () => {
    const putting = async (id: string, directory: unknown, atMs = CALLS_BEGIN_MS) => {
      const event: FoldedEvent = { id, type: 'directory.changed', atMs, data: { directory } }
      await opened.database.kysely
        .insertInto('outbox')
        .values({ center: stream.center, id, atMs, event: JSON.stringify(event), sentAtMs: 0 })
        .execute()
    }
    const tokyo = {
      center: { timeZone: 'Asia/Tokyo', businessDayStart: '05:00' },
      sites: [{ key: 'kobe' }],
      queues: [{ key: 'sales', site: 'kobe' }],
    }
    const sentAll = () =>
      until('the outbox is sent', async () => {
        const waiting = await rowsOf('outbox').select('id').where('sentAtMs', '=', 0).execute()
        return waiting.length === 0
      })

    it('goes by the outbox into the stream, and holds after a restart', async () => {
      const first = start()
      await putting('put-1', tokyo)
      first.keeper.outboxChanged()
      await sentAll()
      // Sent is not yet taken: one that stops in between leaves that to the next one's fold.
      await committed(first, await stream.log.end())
      await first.stop()
      let given: readonly DatedDirectory[] = []
      const second = start({
        makeEngine: (directories) => {
          given = directories
          return createEngine({ directories })
        },
      })
      await committed(second, await append(stream.log, calls(20)))
      await second.stop()
      expect(given).toMatchObject([{ atMs: CALLS_BEGIN_MS, directory: tokyo }])
      const cells = await opened.database.kysely
        .selectFrom('cell')
        .select(['queue', 'site'])
        .where('center', '=', stream.center)
        .where('queue', '=', 'sales')
        .execute()
      expect(new Set(cells.map(({ site }) => site))).toContain('kobe')
    })

    it('comes back from the stream to a database that has lost it', async () => {
      const store = directoryStore(opened.database.kysely, stream.center)
      const putAtMs = NOW_MS - HOUR_MS
      await store.put({ center: { name: 'Before' } }, 'user:admin', putAtMs, null)
      await store.put(tokyo, 'user:admin', putAtMs + 1, null)
      const first = start()
      first.keeper.outboxChanged()
      await sentAll()
      await committed(first, await append(stream.log, calls(2)))
      await first.stop()
      // Nothing was lost so far.
      expect(await store.current()).toMatchObject({ version: 2, directory: tokyo })

      // As a backup has it that was made before the second one was put.
      const restored = await makeOpened(kind, inject('postgresUrl'))
      const behind = directoryStore(restored.database.kysely, stream.center)
      await behind.put({ center: { name: 'Before' } }, 'user:admin', putAtMs, null)
      const second = startKeeper({ ...restored, ...stream })
      await committed(second, await stream.log.end())
      expect(await behind.current()).toMatchObject({
        version: 2,
        atMs: putAtMs + 1,
        directory: tokyo,
      })
      // What is put now is the last one, whatever else the stream tells.
      await behind.put({ center: { name: 'After' } }, 'user:admin', putAtMs + 2, null)
      second.keeper.outboxChanged()
      await committed(second, await append(stream.log, calls(3).slice(-5)))
      await second.stop()
      expect(await behind.current()).toMatchObject({
        version: 3,
        directory: { center: { name: 'After' } },
      })
      await restored.close()
    })

    it('adds days and months up anew when the zone or the day start changes', async () => {
      const events = calls(50)
      // While the calls come, none of them is summed up; then all are.
      let nowMs = CALLS_BEGIN_MS + MINUTE_MS
      const kept = start({ now: () => nowMs })
      await committed(kept, await append(stream.log, events.slice(0, 200)))
      await putting('put-1', tokyo)
      kept.keeper.outboxChanged()
      await sentAll()
      await committed(kept, await stream.log.end())
      nowMs = NOW_MS
      await committed(kept, await append(stream.log, events.slice(200)))
      await kept.stop()

      const days = await rowsOf('balance')
        .select(['bucketMs', 'amount'])
        .where('grain', '=', '1d')
        .execute()
      // 05:00 in Tokyo.
      const buckets = new Set(days.map(({ bucketMs }) => new Date(bucketMs).toISOString()))
      expect([...buckets]).toEqual(['2026-11-20T20:00:00.000Z'])
      const months = await rowsOf('balance').select('bucketMs').where('grain', '=', '1M').execute()
      expect(new Set(months.map(({ bucketMs }) => bucketMs))).toEqual(
        new Set([Date.parse('2026-10-31T20:00:00Z')]),
      )
      const sum = (rows: { amount: number }[]) => rows.reduce((all, { amount }) => all + amount, 0)
      const entries = await rowsOf('entry').select('amount').execute()
      expect(sum(days)).toBe(sum(entries))
      const { calendar } = await center().select('calendar').executeTakeFirstOrThrow()
      expect(JSON.parse(calendar)).toEqual({ timeZone: 'Asia/Tokyo', businessDayStart: '05:00' })
    })
  })

  it('closes contacts that have said nothing for too long, once', async () => {
    const waiting = calls(1)[12]
    if (!waiting) throw new Error('no call')
    let nowMs = NOW_MS
    await keepAll([waiting])
    expect(
      await rowsOf('subject')
        .select('key')
        .where('open', '=', 1)
        .where('kind', '=', 'contact')
        .execute(),
    ).toHaveLength(1)
    nowMs += 5 * HOUR_MS
    // Whoever restarts finds it at once.
    const second = start({ now: () => nowMs })
    await until('it is closed', async () => {
      const open = await rowsOf('subject')
        .select('key')
        .where('open', '=', 1)
        .where('kind', '=', 'contact')
        .execute()
      return open.length === 0
    })
    await second.stop()
    const end = await stream.log.end()
    const third = start({ now: () => nowMs + HOUR_MS })
    await until('it has begun', () => third.updates.length > 0)
    await third.stop()
    expect(await stream.log.end()).toBe(end)
    const lost = await rowsOf('entry')
      .select('amount')
      .where('counter', '=', 'visitsLost')
      .execute()
    expect(lost).toEqual([{ amount: 1 }])
  })

  it('lets closed contacts leave memory, and loads them when something is said of them', async () => {
    let nowMs = NOW_MS
    let engine: Engine | null = null
    const kept = start({
      now: () => nowMs,
      makeEngine: (directories) => (engine = createEngine({ directories })),
    })
    const events = calls(40)
    const late = events.find(({ type }) => type === 'contact.wrapUpEnded')
    const early = events.filter((event) => event !== late)
    await committed(kept, await append(stream.log, early))
    const heldContacts = () =>
      [...(engine?.held() ?? [])].filter(({ key }) => key.startsWith('contact/'))
    expect(heldContacts().length).toBe(40)
    nowMs += 3 * MINUTE_MS
    await until('they are released', () => heldContacts().length < 5)

    if (!late) throw new Error('no wrap-up')
    await committed(kept, await append(stream.log, [late]))
    await kept.stop()
    const reference = await makeOpened(kind, inject('postgresUrl'))
    const undisturbed = startKeeper({ ...reference, ...stream })
    await committed(undisturbed, await stream.log.end())
    await undisturbed.stop()
    const books = await booksOf(opened.database, stream.center)
    const undisturbedBooks = await booksOf(reference.database, stream.center)
    expect(differences(books, undisturbedBooks)).toEqual([])
    await reference.close()
  })

  it('finds the contact of a part that is taken back after it has left memory', async () => {
    const events = calls(10)
    await keepAll(events)
    const before = await rowsOf('entry')
      .select('amount')
      .where('counter', '=', 'visitsOffered')
      .execute()
    const queued = events.find(({ type }) => type === 'contact.queued')
    const visit = (queued?.data as { visitId?: string }).visitId ?? ''
    await keepAll([
      {
        id: 'taken-back',
        source: '/asterisk/pbx-1/ami',
        type: 'fact.retracted',
        atMs: NOW_MS,
        data: { type: 'contact.queued', key: visit },
      },
    ])
    const sum = (rows: { amount: number }[]) => rows.reduce((all, { amount }) => all + amount, 0)
    const after = await rowsOf('entry')
      .select('amount')
      .where('counter', '=', 'visitsOffered')
      .execute()
    expect(sum(after)).toBe(sum(before) - 1)
  })

  it('books what a new release derives from facts that were only stored', async () => {
    const leads = Array.from({ length: 450 }, (_, n): Event => ({
      id: `lead-${String(n)}`,
      source: '/crm/main',
      type: 'lead.changed',
      atMs: CALLS_BEGIN_MS + n,
      data: { leadId: String(n), change: 'created' },
    }))
    const older: Kinds = { ...kinds, lead: stored }
    const first = await keepAll(leads, 50, (directories) =>
      createEngine({ directories, kinds: older }),
    )
    expect(first.keeper.status().counts).toMatchObject({ folded: 450, entries: 0 })

    const newer: Kinds = {
      ...kinds,
      lead: {
        version: 1,
        derive: ({ standing, key }) => {
          if (key.endsWith('#13')) throw new Error('not this one')
          return {
            bookings: standing.map(({ atMs }) => ({
              queue: null,
              agent: 'ana',
              team: null,
              site: null,
              channel: null,
              filters: null,
              counter: 'handled' as const,
              detail: null,
              fromMs: atMs,
              toMs: atMs,
              amount: 1,
            })),
            accruals: [],
            live: nothingLive,
            feeds: [],
            open: false,
            unopened: 0,
            flags: [],
            parts: [],
            silentAtMs: null,
          }
        },
      },
    }
    const makeEngine: MakeEngine = (directories) => createEngine({ directories, kinds: newer })
    const second = start({ makeEngine })
    await judged(second)
    await second.stop()
    const booked = await rowsOf('balance').select('amount').where('grain', '=', '1M').execute()
    expect(booked).toEqual([{ amount: 449 }])
    expect(second.reports).toEqual([expect.stringContaining('not this one')])
    // Everybody loads the books anew: nothing of it was told, and the epoch is another one.
    expect(second.updates.flatMap(({ entries }) => entries)).toEqual([])
    expect(second.keeper.status().epoch).toBe(first.keeper.status().epoch + 2)

    const third = start({ makeEngine })
    await judged(third)
    await third.stop()
    expect(third.keeper.status().counts.entries).toBe(449)
  })

  const cost = (n: number): Event => ({
    id: `cost-${String(n)}`,
    source: '/crm/main',
    type: 'cost.recorded',
    atMs: CALLS_BEGIN_MS + n,
    data: {
      costId: String(n),
      kind: 'leads',
      amount: { value: '1', currency: 'USD' },
      from: CALLS_BEGIN_MS,
      to: CALLS_BEGIN_MS + HOUR_MS,
    },
  })

  it('does not note how far it is where another keeper has the books', async () => {
    const { keeper } = await keepAll([cost(1)])
    const { epoch } = keeper.status()
    const { database } = opened
    const { center } = stream
    expect(await moveAnewAfter(database, center, epoch, 'other', 'x')).toBe(false)
    const older = moveAnewAfter(database, center, epoch - 1, NOT_ANEW, 'x')
    await expect(older).rejects.toThrow(FencedOff)
    expect(await isJudgedAnew()).toBe(false)
  })

  it('says so for as long as a new release derives anew', async () => {
    const costs = Array.from({ length: 450 }, (_, n) => cost(n))
    const older: Kinds = { ...kinds, cost: stored }
    await keepAll(costs, 50, (directories) => createEngine({ directories, kinds: older }))
    expect(await isJudgedAnew()).toBe(false)

    let onRederive = (): void => undefined
    const makeEngine = engineWith(({ rederive }) => ({
      rederive: (key) => {
        onRederive()
        return rederive(key)
      },
    }))
    const stopping = new Promise<void>((stopped) => {
      const second = start({ makeEngine })
      // Ended after its first page.
      onRederive = () => {
        onRederive = () => undefined
        stopped(second.stop())
      }
    })
    await stopping
    expect(await isJudgedAnew()).toBe(true)

    const third = start({ makeEngine })
    await judged(third)
    await third.stop()
    expect(await isJudgedAnew()).toBe(false)
  })

  it('follows the stream while a new release derives anew', async () => {
    const costs = Array.from({ length: 450 }, (_, n) => cost(n))
    const older: Kinds = { ...kinds, cost: stored }
    await keepAll(costs, 50, (directories) => createEngine({ directories, kinds: older }))

    const states: string[] = []
    let onRederive = (): void => undefined
    const kept = start({
      makeEngine: engineWith(({ rederive }) => ({
        rederive: (key) => {
          onRederive()
          return rederive(key)
        },
      })),
    })
    const meanwhile = new Promise<Place>((resolve, reject) => {
      onRederive = () => {
        states.push(kept.keeper.status().state)
        if (states.length === 1) append(stream.log, [cost(450)]).then(resolve, reject)
      }
    })
    await committed(kept, await meanwhile)
    await judged(kept)
    await kept.stop()
    expect(new Set(states)).toEqual(new Set(['following']))
    const booked = await rowsOf('balance')
      .select(({ fn }) => fn.sum<number>('amount').as('sum'))
      .where('grain', '=', '1m')
      .executeTakeFirstOrThrow()
    expect(booked.sum).toBe(451 * 100)
  })

  describe('a directory that says whose names came before it', () => {
    const directory = {
      sites: [{ key: 'tokyo' }],
      teams: [{ key: 'red', site: 'tokyo' }],
      agents: [{ key: 'Anna', aliases: ['agent-3'], teams: [{ team: 'red' }] }],
      queues: [{ key: 'orders', aliases: ['sales'], site: 'tokyo', shortCallSeconds: 120 }],
    }
    const described: FoldedEvent = {
      id: 'described',
      type: 'directory.changed',
      atMs: CALLS_BEGIN_MS - HOUR_MS,
      data: { directory },
    }
    const planned: FoldedEvent = {
      id: 'plan',
      source: '/wfm/main',
      type: 'agent.scheduled',
      atMs: CALLS_BEGIN_MS,
      data: { agent: 'agent-3', day: '2026-11-21', spans: [] },
    }
    /** The agent goes to lunch at an instant; and never did. */
    const toLunch = (atMs: number): FoldedEvent => ({
      id: `lunch-${String(atMs)}`,
      source: '/asterisk/pbx-1/ami',
      type: 'agent.stateChanged',
      atMs,
      data: { agent: 'agent-3', state: 'notReady', reason: 'Lunch' },
    })
    const notToLunch = (atMs: number): FoldedEvent => ({
      id: `no-lunch-${String(atMs)}`,
      source: '/asterisk/pbx-1/ami',
      type: 'fact.retracted',
      atMs: atMs + HOUR_MS,
      data: { type: 'agent.stateChanged', key: `agent-3@${new Date(atMs).toISOString()}` },
    })
    const anewAfter = async () => {
      const { anewAfter } = await center().select('anewAfter').executeTakeFirstOrThrow()
      return anewAfter
    }
    /** The balances of books that had it from the beginning. */
    const expectedBalances = async (
      events: readonly FoldedEvent[],
      directories: readonly FoldedEvent[] = [described],
    ) => {
      const other = makeStream(inject('redisSocket'))
      const early = startKeeper({ ...opened, ...other })
      for (const directory of directories) await append(other.log, [directory])
      await committed(early, await append(other.log, events))
      await early.stop()
      const { balances } = await booksOf(opened.database, other.center)
      other.end()
      return balances
    }

    it('has it judged anew', async () => {
      const [early, late] = [CALLS_BEGIN_MS - 2 * HOUR_MS, CALLS_BEGIN_MS - HOUR_MS]
      const lunches = [toLunch(early), notToLunch(early), toLunch(late)]
      const events = [...calls(80), planned, ...lunches]
      const kept = start()
      await committed(kept, await append(stream.log, events))
      await committed(kept, await append(stream.log, [described]))
      await until('it follows again', () => kept.keeper.status().epoch > 2)
      await until('the past is judged', async () => !(await isJudgedAnew()))
      // What closes later is judged like what closed before, and taken back under the older name.
      const later = [...calls(90).slice(-20), notToLunch(late)]
      await committed(kept, await append(stream.log, later))
      await kept.stop()
      const { balances } = await booksOf(opened.database, stream.center)
      const expected = await expectedBalances([...events, ...later])
      expect(differences({ balances }, { balances: expected })).toEqual([])
      expect(balances.some((row) => row.includes('"Anna"'))).toBe(true)
      expect(balances.some((row) => row.includes('"agent-3"'))).toBe(false)
      expect(await anewAfter()).toBe(NOT_ANEW)
    })

    it('and another one, while it is judged by the one before', async () => {
      const events = calls(300)
      const other: FoldedEvent = {
        ...described,
        id: 'described-too',
        data: {
          directory: {
            ...directory,
            agents: [...directory.agents, { key: 'Ben', aliases: ['agent-2'] }],
          },
        },
      }
      let onRederive = (): void => undefined
      const makeEngine = engineWith(({ rederive }) => ({
        rederive: (key) => {
          onRederive()
          return rederive(key)
        },
      }))
      const kept = start({ makeEngine })
      await committed(kept, await append(stream.log, events))
      const told = new Promise<Place>((resolve, reject) => {
        onRederive = () => {
          onRederive = () => undefined
          append(stream.log, [other]).then(resolve, reject)
        }
      })
      await append(stream.log, [described])
      await committed(kept, await told)
      await until('the past is judged', async () => !(await isJudgedAnew()))
      await kept.stop()
      const { balances } = await booksOf(opened.database, stream.center)
      const expected = await expectedBalances(events, [described, other])
      expect(differences({ balances }, { balances: expected })).toEqual([])
      expect(balances.some((row) => row.includes('"agent-2"'))).toBe(false)
    })

    it('page by page: a stop in between goes on from there', async () => {
      const events = calls(300)
      let rederived: string[] = []
      let onRederive = (): void => undefined
      const makeEngine = engineWith(({ rederive }) => ({
        rederive: (key) => {
          rederived.push(key)
          onRederive()
          return rederive(key)
        },
      }))
      const first = start({ makeEngine })
      await committed(first, await append(stream.log, events))
      const stopping = new Promise<void>((stopped) => {
        onRederive = () => {
          if (rederived.length === 1) stopped(first.stop())
        }
      })
      await append(stream.log, [described])
      await stopping
      const stored = await rowsOf('subject').select(['key', 'lastAtMs']).execute()
      const [, lastAtMs, key = ''] = /^(\d+) (.*)$/.exec(await anewAfter()) ?? []
      expect(stored).toContainEqual({ key, lastAtMs: Number(lastAtMs) })
      // Those of which something was said last came first.
      const ahead = stored.filter(
        (one) =>
          one.lastAtMs < Number(lastAtMs) || (one.lastAtMs === Number(lastAtMs) && one.key > key),
      ).length
      expect(ahead).toBeGreaterThan(0)
      expect(await booksStatus(opened.database, stream.center)).toMatchObject({
        isJudgedAnew: true,
      })

      rederived = []
      onRederive = () => undefined
      const second = start({ makeEngine })
      await judged(second)
      await second.stop()
      // Not from the beginning again.
      expect(new Set(rederived).size).toBe(ahead)
      expect(await booksStatus(opened.database, stream.center)).toMatchObject({
        isJudgedAnew: false,
      })
      expect(await anewAfter()).toBe(NOT_ANEW)
      const { balances } = await booksOf(opened.database, stream.center)
      const expected = await expectedBalances(events)
      expect(differences({ balances }, { balances: expected })).toEqual([])
    })
  })

  describe('a stream that is not the one the books followed', () => {
    it('is read from its start, and the gap is kept', async () => {
      const events = calls(40)
      await keepAll(events.slice(0, 150))
      await opened.database.kysely
        .insertInto('outbox')
        .values([
          {
            center: stream.center,
            id: 'known',
            atMs: 1,
            event: directoryEvent('known'),
            sentAtMs: 1,
          },
          {
            center: stream.center,
            id: 'lost',
            atMs: 2,
            event: directoryEvent('lost'),
            sentAtMs: 1,
          },
        ])
        .execute()
      await opened.database.kysely
        .insertInto('delivered')
        .values({ center: stream.center, source: '', id: 'known', hash: 'x' })
        .execute()
      const keys = keysOf(stream.center)
      await stream.redis.del(keys.events, keys.generation, keys.door, keys.doorPosition)

      // What came before is sent again by a careful feed, and counts once.
      const kept = await keepAll(events)
      expect(kept.keeper.status().counts).toMatchObject({ duplicates: 150 })
      const { gaps, generation } = await booksStatus(opened.database, stream.center)
      expect(gaps).toMatchObject([{ reason: expect.stringContaining('new') as string }])
      expect(generation).toBe(await stream.log.generation())
      await until('what was lost with it is sent again', async () => {
        const sent = await rowsOf('outbox').select('id').where('sentAtMs', '>', 1).execute()
        return sent.length === 1 && sent[0]?.id === 'lost'
      })
    })

    it('may have lost its end: what comes then is read all the same', async () => {
      const events = calls(40)
      const keys = keysOf(stream.center)
      // A clock that ran ahead: by ours, what comes after the loss would lie before the checkpoint.
      await stream.log.generation()
      await stream.redis.xsetid(keys.events, `${String(Date.now() + HOUR_MS)}-0`)
      await keepAll(events.slice(0, 150))
      const { place, generation } = await booksStatus(opened.database, stream.center)
      await stream.redis.del(keys.events, keys.door, keys.doorPosition)
      await stream.redis.xadd(keys.events, '1-1', 'events', '[]')
      await stream.redis.set(keys.generation, generation)

      // What is accepted before anybody has noticed, at places below the checkpoint.
      const early = await append(stream.log, events.slice(150, 200))
      expect(comparePlaces(early, place)).toBeLessThan(0)
      const kept = start()
      await until('it has begun', () => kept.updates.length > 0)
      const end = await append(stream.log, events.slice(200))
      await committed(kept, end)
      await kept.stop()
      const { gaps, counts } = await booksStatus(opened.database, stream.center)
      expect(gaps).toMatchObject([{ reason: expect.stringContaining('lost') as string }])
      expect(counts.folded).toBe(events.length)
    })

    it('may have been trimmed too far: what is sent again is taken again', async () => {
      const events = calls(40)
      await keepAll(events.slice(0, 150))
      await append(stream.log, events.slice(150, 200))
      await stream.redis.xtrim(keysOf(stream.center).events, 'MAXLEN', 1)
      const kept = start()
      await until('it has begun', () => kept.updates.length > 0)
      await committed(kept, await append(stream.log, events))
      await kept.stop()
      const { gaps, counts } = await booksStatus(opened.database, stream.center)
      expect(gaps).toHaveLength(1)
      expect(counts.folded).toBe(events.length)
    })

    it('may be replaced while it is read', async () => {
      const events = calls(40)
      const kept = start()
      await committed(kept, await append(stream.log, events.slice(0, 150)))
      const { epoch } = kept.keeper.status()
      const keys = keysOf(stream.center)
      await stream.redis.del(keys.events, keys.generation, keys.door, keys.doorPosition)
      // The reader looks closer when its connection was cut, as it is when Redis was restarted.
      await cutReaders()
      await until('it begins anew', () => kept.keeper.status().epoch > epoch)
      await committed(kept, await append(stream.log, events.slice(150)))
      await kept.stop()
      expect(kept.keeper.status().counts.folded).toBe(events.length)
    })

    const directoryEvent = (id: string): string =>
      JSON.stringify({ id, type: 'directory.changed', atMs: 1, data: { directory: {} } })
    const cutReaders = async (): Promise<void> => {
      const clients = String(await stream.redis.client('LIST'))
      for (const line of clients.split('\n')) {
        const id = /\bid=(\d+)/.exec(line)?.[1]
        if (id !== undefined && line.includes('name=ringside') && line.includes('cmd=xread')) {
          await stream.redis.client('KILL', 'ID', id)
        }
      }
    }
  })
})
