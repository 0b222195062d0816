/** Proves that the books agree with themselves: live and stored sums, entries, and what facts say. */
import { counterIds, counterOf, type CounterId } from '../../../shared/counters.ts'
import type { Directory } from '../../../shared/directory.ts'
import type { Span } from '../../../shared/entry.ts'
import { MINUTE_MS } from '../../../shared/time.ts'
import type { Database } from '../../database/database.ts'
import type { Engine, SubjectKey } from '../../engine/subject.ts'
import { eachBucket, MINUTES_KEPT_MS, type Grain } from '../buckets.ts'
import { takenDirectories } from '../checkpoint.ts'
import type { Calendar } from '../calendar.ts'
import { touching } from './balances.ts'
import { readCommitted, type Committed } from './committed.ts'
import { needDetails } from './givenUp.ts'
import { createLiveBook, type LiveBook } from './liveBook.ts'
import { loadBase } from './loadBook.ts'
import { balanceOf, type Sums } from './sums.ts'
import { readRecord } from './timeline.ts'

/** Two sums of the same that are not the same. */
export type Difference = {
  /**
   * `balance`: a stored balance against the entries in it. `month`: a month against its days.
   * `live`: what is shown against what is stored. `facts`: what is booked against what the
   * subject's function makes of its facts.
   */
  between: 'balance' | 'month' | 'live' | 'facts'
  /** What was compared, such as `15m 2026-11-21T10:15:00.000Z cell 7 talkMs`. */
  of: string
  expected: number
  found: number
}

export type Reconciled = {
  day: string
  /** How many sums were compared. */
  checked: number
  /** The first hundred; `more` is how many there are besides. */
  differences: Difference[]
  more: number
}

export type ReconcileOptions = {
  database: Pick<Database, 'read'>
  center: string
  /** A local date of the center: its business day is checked. */
  day: string
  directory: Directory
  /** The directory's. */
  calendar: Calendar
  /** The live books, where they are at hand and the day is today; null: they are not compared. */
  live: LiveBook | null
  makeEngine: (directories: readonly { atMs: number; directory: Directory }[]) => Engine
  nowMs: number
}

/** A list of more is a fault of the books as a whole, and these show it. */
const MOST_DIFFERENCES = 100
/** Subjects whose facts are derived again, spread evenly over those of the day. */
const SAMPLE = 500
/** Entries read at a time. */
const PAGE = 5_000

type Findings = {
  same: (between: Difference['between'], of: string, expected: number, found: number) => void
}

export async function reconcile(options: ReconcileOptions): Promise<Reconciled> {
  const { database, center, day, calendar, live } = options
  const fromMs = calendar.startOf(day)
  const span = { fromMs, toMs: calendar.nextDayStart(fromMs) }
  const result: Reconciled = { day, checked: 0, differences: [], more: 0 }
  const findings: Findings = {
    same: (between, of, expected, found) => {
      result.checked += 1
      if (expected === found) return
      if (result.differences.length < MOST_DIFFERENCES) {
        result.differences.push({ between, of, expected, found })
      } else {
        result.more += 1
      }
    },
  }
  await readCommitted(database, center, async (committed) => {
    needDetails(committed, span)
    for (const counter of counterIds) {
      await compareBalances(committed, counter, span, options.nowMs, findings)
    }
    await compareMonth(committed, span, findings)
    await compareFacts(committed, span, options.makeEngine, findings)
  })
  const isToday = options.nowMs >= span.fromMs && options.nowMs < span.toMs
  if (live && isToday) await compareLive(options, live, findings)
  return result
}

const name = (grain: Grain, bucketMs: number, cell: string, counter: string, detail: string) =>
  `${grain} ${new Date(bucketMs).toISOString()} cell ${cell} ${counter} ${detail}`.trimEnd()

/** Each stored balance of a counter in the day, against the sum of the entries that lie in it. */
async function compareBalances(
  { reading, center, calendar, summedToMs }: Committed,
  counter: CounterId,
  span: Span,
  nowMs: number,
  findings: Findings,
): Promise<void> {
  const sums = new Map<string, { expected: number; found: number }>()
  const sumOf = (of: string) => {
    let sum = sums.get(of)
    if (!sum) sums.set(of, (sum = { expected: 0, found: 0 }))
    return sum
  }
  const isIn = (bucketMs: number): boolean => bucketMs >= span.fromMs && bucketMs < span.toMs
  // A whole minute, as stored ones are: from within one, the parts of an entry would be others.
  const completeFromMs = Math.ceil((nowMs - MINUTES_KEPT_MS) / MINUTE_MS) * MINUTE_MS
  const minutesFromMs = Math.min(completeFromMs, summedToMs)
  const kept = { minutesFromMs, summedToMs }
  const grains: readonly Grain[] = ['1d', '15m', '1m']
  const rows = await reading
    .selectFrom('balance')
    .select(['grain', 'bucketMs', 'cell', 'detail', 'amount'])
    .where('center', '=', center)
    .where('grain', 'in', grains)
    .where('counter', '=', counter)
    .where('bucketMs', '>=', span.fromMs)
    .where('bucketMs', '<', span.toMs)
    .execute()
  for (const { grain, bucketMs, cell, detail, amount } of rows) {
    if (grain === '1m' && bucketMs < minutesFromMs) continue
    sumOf(name(grain as Grain, bucketMs, cell, counter, detail)).found += amount
  }
  for (let after = { toMs: -Infinity, id: '' }; ;) {
    const entries = await reading
      .selectFrom('entry as e')
      .select(['e.id', 'e.cell', 'e.detail', 'e.fromMs', 'e.toMs', 'e.amount'])
      .where('e.center', '=', center)
      .where(touching(span, [counter]))
      .where((eb) =>
        after.id === ''
          ? eb.lit(true)
          : eb.or([
              eb('e.toMs', '>', after.toMs),
              eb.and([eb('e.toMs', '=', after.toMs), eb('e.id', '>', after.id)]),
            ]),
      )
      .orderBy('e.toMs')
      .orderBy('e.id')
      .limit(PAGE)
      .execute()
    for (const entry of entries) {
      eachBucket(entry, calendar, kept, (grain, bucketMs, amount) => {
        if (!isIn(bucketMs) || grain === '1M') return
        // A minute that began before may already be gone from the stored ones.
        if (grain === '1m' && bucketMs < minutesFromMs) return
        sumOf(name(grain, bucketMs, entry.cell, counter, entry.detail)).expected += amount
      })
    }
    const last = entries.at(-1)
    if (!last || entries.length < PAGE) break
    after = last
  }
  for (const [of, { expected, found }] of sums) findings.same('balance', of, expected, found)
}

/** The month that the day is in, against the sum of its days. */
async function compareMonth(
  { reading, center, calendar }: Committed,
  { fromMs }: Span,
  findings: Findings,
): Promise<void> {
  const monthMs = calendar.monthStart(fromMs)
  const sumsOf = (grain: Grain, toMs: number) =>
    reading
      .selectFrom('balance')
      .select(({ fn }) => ['cell', 'counter', 'detail', fn.sum<number>('amount').as('amount')])
      .where('center', '=', center)
      .where('grain', '=', grain)
      .where('counter', 'in', counterIds)
      .where('bucketMs', '>=', monthMs)
      .where('bucketMs', '<', toMs)
      .groupBy(['cell', 'counter', 'detail'])
      .execute()
  const expected = new Map<string, number>()
  for (const { cell, counter, detail, amount } of await sumsOf(
    '1d',
    calendar.nextMonthStart(fromMs),
  )) {
    expected.set(name('1M', monthMs, cell, counter, detail), amount)
  }
  for (const { cell, counter, detail, amount } of await sumsOf('1M', monthMs + 1)) {
    const of = name('1M', monthMs, cell, counter, detail)
    findings.same('month', of, expected.get(of) ?? 0, amount)
    expected.delete(of)
  }
  for (const [of, amount] of expected) findings.same('month', of, amount, 0)
}

/** What a sample of the day's subjects has booked, against what their facts come to. */
async function compareFacts(
  committed: Committed,
  { fromMs, toMs }: Span,
  makeEngine: ReconcileOptions['makeEngine'],
  findings: Findings,
): Promise<void> {
  const { reading, center } = committed
  const keys = await reading
    .selectFrom('subject')
    .select('key')
    .where('center', '=', center)
    .where('lastAtMs', '>=', fromMs)
    .where('lastAtMs', '<', toMs)
    .orderBy('key')
    .execute()
  const engine = makeEngine(await takenDirectories(reading, center))
  const admit = async (key: SubjectKey): Promise<void> => {
    if (engine.holds(key)) return
    engine.admit(key, await readRecord(committed, key))
  }
  const step = Math.max(1, keys.length / SAMPLE)
  for (let i = 0; i < keys.length; i += step) {
    const key = keys[Math.floor(i)]?.key
    if (key === undefined) break
    await admit(key)
    let folded = engine.rederive(key)
    while ('lacks' in folded) {
      for (const lacking of folded.lacks) {
        if (lacking.startsWith('part/')) engine.admitPart(lacking, await partOf(committed, lacking))
        else await admit(lacking)
      }
      folded = engine.rederive(key)
    }
    findings.same('facts', key, 0, 0)
    for (const { counter, detail, subject, amount } of folded.entries) {
      findings.same('facts', `${subject} ${counter} ${detail ?? ''}`.trimEnd(), amount, 0)
    }
  }
}

async function partOf({ reading, center }: Committed, part: string): Promise<SubjectKey | null> {
  const row = await reading
    .selectFrom('part')
    .select('subject')
    .where('center', '=', center)
    .where('part', '=', part)
    .executeTakeFirst()
  return row?.subject ?? null
}

/** What live books show, against the stored ones and the entries that came after these. */
async function compareLive(
  { database, center, directory, calendar, nowMs }: ReconcileOptions,
  live: LiveBook,
  findings: Findings,
): Promise<void> {
  const base = await loadBase(database, center, calendar, Math.max(nowMs, live.nowMs()))
  const later = base.epoch === live.epoch ? live.bookedAfter(base.place) : null
  // The live books are behind what is stored, or begin anew: there is nothing to compare yet.
  if (!later) return
  const stored = createLiveBook(base, directory)
  stored.apply(
    {
      epoch: base.epoch,
      after: base.place,
      place: live.place(),
      entries: later,
      subjects: [],
      sentAtMs: base.nowMs,
    },
    base.nowMs,
  )
  if (!live.advance(base.nowMs)) return
  for (const window of ['interval', 'last30', 'today']) {
    for (const scope of new Set([...live.slots.rows.keys(), ...stored.slots.rows.keys()])) {
      const shown = live.sums(scope, window, null)
      const expected = stored.sums(scope, window, null)
      for (const counter of new Set([...shown.keys(), ...expected.keys()])) {
        // What the directory says is in no books.
        if (counterOf(counter).of === 'directory') continue
        findings.same(
          'live',
          `${window} ${scope} ${counter}`,
          bookedOf(expected, counter),
          bookedOf(shown, counter),
        )
      }
    }
  }
}

const bookedOf = (sums: Sums, counter: CounterId): number => balanceOf(sums, counter).booked
