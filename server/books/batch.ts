/** What has been folded and is not written yet, gathered until the next commit. */
import type { Entry } from '../../shared/entry.ts'
import type { Horizon } from '../engine/horizon.ts'
import type { SubjectKey } from '../engine/subject.ts'
import type { Place } from '../stream/eventLog.ts'
import { eachBucket, keptAt, summedTo, type Grain } from './buckets.ts'
import type { BookedSlice } from './bookedSlice.ts'
import type { Calendar } from './calendar.ts'
import type { CellRow, Cells } from './cells.ts'
import type { Counts } from './counts.ts'
import type {
  BalanceRow,
  DeadLetterRow,
  DeliveredRow,
  DiscoveredRow,
  EntryRow,
  PartRow,
  SubjectRow,
  TakenDirectoryRow,
} from './rows.ts'

/** What is added to balances, by their grain, their bucket, and the account within it. */
export type Balances = Map<Grain, Map<number, Map<string, BalanceRow>>>

/** Whole batches of the stream, folded, as they go into one transaction. */
export type Batch = {
  /** Up to here the stream is in the books when this is written. */
  place: Place
  counts: Counts
  /** The calendar that balances of days and months follow from now on. */
  calendar: Calendar
  /** From when on details are kept. */
  horizon: Horizon
  /**
   * Up to where quarters of an hour, days and months are summed up, before this is written and with
   * it: the minutes in between are added up first.
   */
  summed: { fromMs: number; toMs: number }
  /** The calendar is another one than before: days and months are added up anew, from entries. */
  isRebuilt: boolean
  entries: EntryRow[]
  balances: Balances
  cells: CellRow[]
  subjects: Map<SubjectKey, SubjectRow>
  parts: PartRow[]
  delivered: DeliveredRow[]
  deadLetters: DeadLetterRow[]
  discovered: Map<string, DiscoveredRow>
  directories: TakenDirectoryRow[]
  /** Names that these describe and none before did, as `agent/PJSIP/101`. */
  described: Set<string>
  /** Taken for new while the database could not be asked; to be looked up before all is written. */
  doubtful: { subjects: Set<SubjectKey>; parts: Set<string>; delivered: DeliveredRow[] }
}

export type BatchState = Pick<Batch, 'place' | 'counts' | 'calendar' | 'horizon'> & {
  summed: Pick<Batch['summed'], 'toMs'>
}

/** Goes on from where the one before it will have brought the books. */
export function emptyBatch({ place, counts, calendar, horizon, summed }: BatchState): Batch {
  return {
    place,
    counts,
    calendar,
    horizon,
    summed: { fromMs: summed.toMs, toMs: summed.toMs },
    isRebuilt: false,
    entries: [],
    balances: new Map(),
    cells: [],
    subjects: new Map(),
    parts: [],
    delivered: [],
    deadLetters: [],
    discovered: new Map(),
    directories: [],
    described: new Set(),
    doubtful: { subjects: new Set(), parts: new Set(), delivered: [] },
  }
}

/** Puts a folded slice into a batch, without the directories that it brings. */
export function gather(batch: Batch, center: string, slice: BookedSlice, cells: Cells): void {
  book(batch, center, slice.entries, cells, slice.nowMs)
  for (const row of slice.subjects) batch.subjects.set(row.key, row)
  batch.parts.push(...slice.parts)
  batch.delivered.push(...slice.delivered)
  batch.deadLetters.push(...slice.deadLetters)
  for (const row of slice.discovered) batch.discovered.set(`${row.kind}/${row.key}`, row)
  for (const key of slice.doubtful.subjects) batch.doubtful.subjects.add(key)
  for (const part of slice.doubtful.parts) batch.doubtful.parts.add(part)
  batch.doubtful.delivered.push(...slice.doubtful.delivered)
  batch.place = slice.place
  batch.horizon = slice.horizon
  batch.counts = slice.counts
}

/** Books entries: a row each, and their amounts in every bucket that they fall into. */
export function book(
  batch: Batch,
  center: string,
  entries: readonly { entry: Entry; place: Place }[],
  cells: Cells,
  nowMs: number,
): void {
  // Only before anything of it is booked, as every entry has to go where the others went.
  const { summed } = batch
  if (batch.entries.length === 0) summed.toMs = summedTo(summed.fromMs, nowMs)
  const kept = keptAt(nowMs, summed.toMs)
  let number = batch.counts.entries
  for (const { entry, place } of entries) {
    number += 1
    const cell = cells.idOf(entry)
    const detail = entry.detail ?? ''
    const { counter, fromMs, toMs, amount, subject } = entry
    const id = String(number)
    batch.entries.push({ center, id, subject, counter, detail, fromMs, toMs, amount, cell, place })
    const account = accountOf({ center, counter, cell, detail })
    eachBucket(entry, batch.calendar, kept, (grain, bucketMs, part) => {
      addTo(batch.balances, account, grain, bucketMs, part)
    })
  }
  batch.cells.push(...cells.takeNew())
  batch.counts = { ...batch.counts, entries: number }
}

/** What a balance is of, whatever its bucket, and its name. */
type BalanceAccount = Pick<BalanceRow, 'center' | 'counter' | 'cell' | 'detail'> & {
  name: string
}

/** The detail comes last in the name, as it may contain anything. */
export function accountOf(of: Omit<BalanceAccount, 'name'>): BalanceAccount {
  const { center, counter, cell, detail } = of
  return { center, counter, cell, detail, name: `${counter}\n${cell}\n${detail}` }
}

/** Adds to the balance of a bucket. */
export function addTo(
  balances: Balances,
  { center, counter, cell, detail, name }: BalanceAccount,
  grain: Grain,
  bucketMs: number,
  amount: number,
): void {
  let buckets = balances.get(grain)
  if (!buckets) balances.set(grain, (buckets = new Map<number, Map<string, BalanceRow>>()))
  let rows = buckets.get(bucketMs)
  if (!rows) buckets.set(bucketMs, (rows = new Map<string, BalanceRow>()))
  const known = rows.get(name)
  if (known) known.amount += amount
  else rows.set(name, { center, grain, counter, bucketMs, cell, detail, amount })
}

/** All rows of balances. */
export function* balanceRowsOf(balances: Balances): Generator<BalanceRow> {
  for (const buckets of balances.values()) {
    for (const rows of buckets.values()) yield* rows.values()
  }
}

/** How many there are. */
export function countOf(balances: Balances): number {
  let rows = 0
  for (const buckets of balances.values()) for (const some of buckets.values()) rows += some.size
  return rows
}
