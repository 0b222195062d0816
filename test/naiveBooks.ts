/** Books as anybody would keep them: a list of entries, added up anew for each question. */
import * as fc from 'fast-check'
import type { CounterId } from '../shared/counters.ts'
import { accrued, amountWithin, type Accrual, type Entry, type Span } from '../shared/entry.ts'
import type { Channel } from '../shared/events/fields.ts'
import type { Live, LiveAgent } from '../shared/live.ts'
import { scopesOf } from '../shared/scope.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../shared/time.ts'
import type { Calendar } from '../server/books/calendar.ts'
import type { SpanRows } from '../server/books/read/baseRow.ts'
import type { LiveBase } from '../server/books/read/liveBook.ts'
import { following, liveMinutes, liveSpan } from '../server/books/read/windows.ts'
import type { LiveUpdate } from '../server/books/update.ts'
import { add, type Sums } from '../server/books/read/sums.ts'
import type { Present } from '../server/books/read/present.ts'

export type NaiveBooks = { entries: Entry[]; open: Map<string, Present> }

export const emptyBooks = (): NaiveBooks => ({ entries: [], open: new Map() })

export function keep(books: NaiveBooks, update: LiveUpdate): void {
  books.entries.push(...update.entries)
  for (const { key, open, live, accruals } of update.subjects) {
    books.open.delete(key)
    if (open) books.open.set(key, { key, live, accruals })
  }
}

/** The sums of a scope in a span, straight from their definition. */
export function naiveSums(
  { entries, open }: NaiveBooks,
  scope: string,
  span: Span,
  channel: Channel | null,
  nowMs: number,
): Sums {
  const sums: Sums = new Map()
  const counts = (of: Entry | Accrual): boolean =>
    scopesOf(of).includes(scope) &&
    (channel === null || of.channel === null || of.channel === channel)
  for (const entry of entries) {
    const booked = amountWithin(entry, span)
    if (booked !== 0 && counts(entry)) add(sums, entry.counter, entry.detail ?? '', { booked })
  }
  for (const { accruals } of open.values()) {
    for (const accrual of accruals) {
      const live = accrued(accrual, span, nowMs).amount
      if (live !== 0 && counts(accrual)) {
        add(sums, accrual.counter, accrual.detail ?? '', { live })
      }
    }
  }
  return sums
}

/** What is booked in a span, an entry a row. */
export function naiveRows(books: NaiveBooks, span: Span): SpanRows {
  const rows = books.entries.flatMap((entry) => {
    const amount = amountWithin(entry, span)
    return amount === 0 ? [] : [{ ...entry, detail: entry.detail ?? '', amount }]
  })
  return { ...span, rows }
}

/** What live books begin with, had these books been stored up to a place. */
export function naiveBase(
  books: NaiveBooks,
  place: string,
  calendar: Calendar,
  nowMs: number,
): LiveBase {
  const interval = liveSpan('interval', calendar, nowMs)
  const today = liveSpan('today', calendar, nowMs)
  return {
    epoch: 1,
    place,
    committedAtMs: nowMs,
    nowMs,
    present: [...books.open.values()],
    interval: naiveRows(books, interval),
    nextInterval: naiveRows(books, following('interval', calendar, interval)),
    today: naiveRows(books, today),
    nextDay: naiveRows(books, following('today', calendar, today)),
    minutes: liveMinutes(nowMs).map((minute) => naiveRows(books, minute)),
  }
}

/** Sums as plain JSON, without what adds up to nothing, in one order: to be compared. */
export function plain(sums: Sums): unknown {
  const rows = [...sums].flatMap(([counter, details]) =>
    [...details].map(([detail, { booked, live }]) => [counter, detail, booked, live] as const),
  )
  return rows
    .filter(([, , booked, live]) => booked !== 0 || live !== 0)
    .map((row) => row.join(' '))
    .sort()
}

// What may happen in a small center, with dimensions that occur together and some that should not.

const queue = fc.constantFrom('sales', 'support', null)
const agent = fc.constantFrom('anna', 'ben', 'chie', null)
const dimensions = fc
  .record({
    queue,
    agent,
    channel: fc.constantFrom<Channel | null>('voice', 'chat', null),
    filters: fc.constantFrom(null, { campaign: 'spring' }, { campaign: 'fall', origin: 'web' }),
  })
  .map((of) => ({
    ...of,
    team: of.agent === 'anna' ? 'inside' : null,
    site: of.queue === 'sales' ? 'tokyo' : of.agent === 'ben' ? 'osaka' : null,
  }))

const instantCounter = fc.constantFrom<[CounterId, string | null][]>(
  ['visitsOffered', null],
  ['talkMs', null],
  ['handled', null],
  ['handledReasons', 'billing'],
  ['handledReasons', 'returns'],
  ['flowedOut', 'timeout'],
  ['flowedOut', 'overflow'],
  ['serviceLevelDecided', null],
)
const timeCounter = fc.constantFrom<[CounterId, string | null][]>(
  ['availableMs', null],
  ['notReadyMs', ''],
  ['notReadyMs', 'lunch'],
)

/** Instants around one: mostly near, some hours before, some ahead of the clock. */
const around = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: -3 * MINUTE_MS, max: 200 }) },
  { weight: 3, arbitrary: fc.integer({ min: -40 * MINUTE_MS, max: 0 }) },
  { weight: 1, arbitrary: fc.integer({ min: -30 * HOUR_MS, max: 4 * MINUTE_MS }) },
)
const lasting = fc.oneof(
  fc.integer({ min: 1, max: 5 * MINUTE_MS }),
  fc.integer({ min: 1, max: 20 * HOUR_MS }),
)

const entryAt = (nowMs: number): fc.Arbitrary<Entry> =>
  fc.oneof(
    fc
      .tuple(instantCounter, dimensions, around, fc.integer({ min: -3, max: 90_000 }))
      .map(([[counter, detail], of, shift, amount]) => ({
        ...of,
        counter,
        detail,
        fromMs: nowMs + shift,
        toMs: nowMs + shift,
        amount,
        subject: 'contact/x#1',
      })),
    fc
      .tuple(timeCounter, dimensions, around, lasting, fc.boolean())
      .map(([[counter, detail], of, shift, lastsMs, isCorrection]) => ({
        ...of,
        counter,
        detail,
        fromMs: nowMs + shift - lastsMs,
        toMs: nowMs + shift,
        amount: isCorrection ? -lastsMs : lastsMs,
        subject: 'agentDay/anna/2026-11-21',
      })),
  )

const accrualAt = (nowMs: number): fc.Arbitrary<Accrual> =>
  fc.oneof(
    fc
      .tuple(instantCounter, dimensions, around, fc.integer({ min: -100, max: 90_000 }))
      .map(([[counter, detail], of, shift, afterMs]) => ({
        ...of,
        counter,
        detail,
        accrues: 'once' as const,
        atMs: nowMs + shift,
        dueMs: nowMs + shift + afterMs,
        amount: 1,
      })),
    fc
      .tuple(timeCounter, dimensions, around, fc.option(lasting))
      .map(([[counter, detail], of, shift, untilMs]) => ({
        ...of,
        counter,
        detail,
        accrues: 'time' as const,
        fromMs: nowMs + shift,
        untilMs: untilMs === null ? null : nowMs + shift + untilMs,
      })),
  )

const agentAt = (nowMs: number, key: string): fc.Arbitrary<LiveAgent> =>
  fc
    .record({
      state: fc.constantFrom('available', 'onContact', 'notReady', 'signedOut'),
      sinceMs: around.map((shift) => nowMs + shift),
      reason: fc.constantFrom(null, 'lunch'),
      next: fc.option(
        fc.record({
          state: fc.constantFrom('available', 'notReady', 'unknown'),
          atMs: fc.integer({ min: 0, max: 2 * MINUTE_MS }).map((inMs) => nowMs + inMs),
          reason: fc.constant(null),
        }),
      ),
      joined: fc.subarray(['sales', 'support']),
      paused: fc.subarray(['sales']),
    })
    // Each state is one of the states.
    .map((agent) => ({
      agent: key,
      site: key === 'ben' ? 'osaka' : null,
      team: key === 'anna' ? 'inside' : null,
      signedInSinceMs: null,
      ...(agent as Omit<LiveAgent, 'agent' | 'site' | 'team' | 'signedInSinceMs'>),
    }))

const liveAt = (nowMs: number, key: string): fc.Arbitrary<Live> => {
  if (key.startsWith('agentDay/')) {
    const name = key.split('/')[1] ?? ''
    return fc
      .option(agentAt(nowMs, name), { freq: 5 })
      .map((row) => ({ visits: [], legs: [], agent: row }))
  }
  const rows = fc.record({
    queue: fc.constantFrom('sales', 'support'),
    sinceMs: around.map((shift) => nowMs + shift),
    channel: fc.constantFrom<Channel[]>('voice', 'chat'),
    ringing: fc.subarray(['anna', 'ben']),
    isTalking: fc.boolean(),
    isWaiting: fc.boolean(),
  })
  return rows.map(({ queue, sinceMs, channel, ringing, isTalking, isWaiting }) => ({
    visits: isWaiting
      ? [
          {
            contact: key,
            visit: `${key}/visit`,
            queue,
            site: queue === 'sales' ? 'tokyo' : null,
            team: null,
            channel,
            sinceMs,
            pastAtMs: sinceMs + 20 * SECOND_MS,
            priority: null,
            ringing,
          },
        ]
      : [],
    legs: isTalking
      ? [
          {
            contact: key,
            leg: `${key}/leg`,
            agent: ringing[0] ?? 'chie',
            queue,
            channel,
            sinceMs,
            heldSinceMs: null,
          },
        ]
      : [],
    agent: null,
  }))
}

const subjectAt = (nowMs: number) =>
  fc
    .constantFrom(
      'contact/x#1',
      'contact/x#2',
      'contact/x#3',
      'agentDay/anna/1',
      'agentDay/anna/2',
      'agentDay/ben/1',
    )
    .chain((key) =>
      fc.record({
        key: fc.constant(key),
        open: fc.boolean(),
        live: liveAt(nowMs, key),
        accruals: fc.array(accrualAt(nowMs), { maxLength: 3 }),
      }),
    )

/** A history: what the keeper tells, and when, from an instant on; places number the updates. */
export const history = (startMs: number, length: number): fc.Arbitrary<LiveUpdate[]> =>
  fc
    .array(
      fc.oneof(
        { weight: 6, arbitrary: fc.integer({ min: 0, max: 3 * SECOND_MS }) },
        { weight: 3, arbitrary: fc.integer({ min: 0, max: 2 * MINUTE_MS }) },
        { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 * MINUTE_MS }) },
      ),
      { minLength: 1, maxLength: length },
    )
    .chain((pauses) => {
      let atMs = startMs
      return fc.tuple(
        ...pauses.map((pauseMs, i) => {
          atMs += pauseMs
          return updateAt(atMs, i)
        }),
      )
    })

function updateAt(sentAtMs: number, i: number): fc.Arbitrary<LiveUpdate> {
  return fc
    .record({
      entries: fc.array(entryAt(sentAtMs), { maxLength: 4 }),
      subjects: fc.uniqueArray(subjectAt(sentAtMs), { maxLength: 2, selector: ({ key }) => key }),
    })
    .map((update) => ({
      epoch: 1,
      after: i === 0 ? '0' : `${String(i)}-0`,
      place: `${String(i + 1)}-0`,
      sentAtMs,
      ...update,
    }))
}
