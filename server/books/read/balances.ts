/** Sums at a committed place: whole buckets, the entries at ragged ends, and what accrues. */
import { sql, type ExpressionBuilder } from 'kysely'
import type { CounterId } from '../../../shared/counters.ts'
import { counterIds, counterOf } from '../../../shared/counters.ts'
import { amountWithin, type Dimensions, type Span } from '../../../shared/entry.ts'
import type { Channel } from '../../../shared/events/fields.ts'
import {
  counterBy,
  fieldsOf,
  hasFields,
  splitFilters,
  type Filters,
} from '../../../shared/narrowing.ts'
import { scopeText, type Scope, type ScopeKind } from '../../../shared/scope.ts'
import { DAY_MS } from '../../../shared/time.ts'
import type { Tables } from '../../database/schema.ts'
import { MAX_SPREAD_MS } from '../buckets.ts'
import { takeApart, type Stretch } from './takeApart.ts'
import type { Committed } from './committed.ts'
import { accruedBy, type Present } from './present.ts'
import { needDetails } from './givenUp.ts'
import { add, type Sums } from './sums.ts'

/** What to add up. */
export type Question = {
  scopes: readonly Scope[]
  /** Only these; null: all. */
  counters: readonly CounterId[] | null
  /** Entries of this channel, and those of none; null: of all. */
  channel: Channel | null
  /** Only what is of this queue; null: whatever the queue. */
  queue: string | null
  /** Only what has these fields; null: whatever they are. */
  filters: Filters | null
}

/** What a question is narrowed to. */
export type Narrowing = Pick<Question, 'channel' | 'queue' | 'filters'>

/** A question narrowed further; a channel among the fields takes the place of the one asked for. */
export function narrowedBy<Asked extends Narrowing>(question: Asked, own: Filters): Asked {
  const filters = new Map([...(question.filters ?? []), ...own])
  return { ...question, filters, channel: own.has('channel') ? null : question.channel }
}

/**
 * The counters that are read for those asked about, each with those that it is read for: narrowed
 * to a detail, a counter may be kept in another; one that is not kept by it at all is left out.
 */
export function readFor(
  asked: readonly CounterId[],
  filters: Filters | null,
): ReadonlyMap<CounterId, readonly CounterId[]> {
  const { detailField } = splitFilters(filters)
  const found = new Map<CounterId, CounterId[]>()
  for (const id of asked) {
    if (detailField !== null && !fieldsOf(id).includes(detailField)) continue
    const read = counterBy(id, detailField)
    found.set(read, [...(found.get(read) ?? []), id])
  }
  return found
}

/**
 * An agent's time is booked when a state ends, within the agent's UTC day and at most a day of
 * silence after it. All other entries are of an instant.
 */
const LONGEST_DAY_MS = 2 * DAY_MS
/** How long an entry of a counter may be; 0: it is of an instant. */
const longestMs = (counter: CounterId): number => {
  const { of, isSpread } = counterOf(counter)
  return isSpread ? MAX_SPREAD_MS : of === 'agentTime' ? LONGEST_DAY_MS : 0
}

/**
 * The sums of each scope, by its text, in one span. `present` adds what open subjects have accrued
 * by `nowMs`: read it from the same committed state.
 */
export async function readSums(
  committed: Committed,
  question: Question,
  span: Span,
  present: readonly Present[],
  nowMs: number,
): Promise<Map<string, Sums>> {
  const [sums] = await readHistory(committed, question, [span], present, nowMs)
  return sums ?? new Map()
}

/** The same for each of several spans, which are in order and do not overlap. */
export async function readHistory(
  committed: Committed,
  question: Question,
  spans: readonly Span[],
  present: readonly Present[],
  nowMs: number,
): Promise<Map<string, Sums>[]> {
  const history = spans.map(
    () => new Map<string, Sums>(question.scopes.map((scope) => [scopeText(scope), new Map()])),
  )
  const reads = readFor(question.counters ?? counterIds, question.filters)
  const book = (at: number, scope: string, row: { counter: string; detail: string }, n: number) => {
    const sums = history[at]?.get(scope)
    if (!sums || !isCounter(row.counter)) return
    for (const id of reads.get(row.counter) ?? []) add(sums, id, row.detail, { booked: n })
  }
  // A gauge is made from no counter: nothing to read, and `in ()` is no SQL everywhere.
  const counted = reads.size === 0 ? [] : spans
  const { stretches, ragged } = takeApart(counted, committed, nowMs)
  for (const [kind, keys] of byKind(question.scopes)) {
    for (const stretch of stretches) {
      for (const row of await readStretch(
        committed,
        question,
        [...reads.keys()],
        kind,
        keys,
        stretch,
        spans.length > 1,
      )) {
        book(indexOf(spans, row.bucketMs), textOf(kind, row.key), row, row.amount)
      }
    }
    for (const piece of ragged) {
      needDetails(committed, piece)
      const at = indexOf(spans, piece.fromMs)
      for (const row of await readEntries(
        committed,
        question,
        [...reads.keys()],
        kind,
        keys,
        piece,
      )) {
        book(at, textOf(kind, row.key), row, amountWithin(row, piece))
      }
    }
  }
  spans.forEach((span, at) => {
    accruedBy(present, span, nowMs, (accrual, amount) => {
      const asked = reads.get(accrual.counter) ?? []
      if (asked.length === 0 || !isAsked(question, accrual)) return
      for (const scope of question.scopes) {
        const sums = history[at]?.get(scopeText(scope))
        if (!sums || !isIn(scope, accrual)) continue
        for (const id of asked) add(sums, id, accrual.detail ?? '', { live: amount })
      }
    })
  })
  return history
}

/** Whether something with these dimensions counts in a scope. */
export function isIn(scope: Scope, dimensions: Dimensions): boolean {
  return scope.kind === 'center' || dimensions[scope.kind] === scope.key
}

/** Whether it is of the channel, the queue and the fields that are asked for. */
export function isAsked(
  { channel, queue, filters }: Narrowing,
  of: Dimensions & { detail: string | null },
): boolean {
  const isOfChannel = channel === null || of.channel === null || of.channel === channel
  const has = filters === null || hasFields(splitFilters(filters), of, of.detail)
  return isOfChannel && has && (queue === null || of.queue === queue)
}

/**
 * A field and its value as they stand in a cell's `filters`, which is JSON: a text is found in it
 * only where it is a field, as every quote within a value stands behind a backslash.
 */
const fieldText = (name: string, value: string): string =>
  JSON.stringify({ [name]: value }).slice(1, -1)

/** A newer release may have counted what this one does not know. */
const known: ReadonlySet<string> = new Set(counterIds)
export const isCounter = (counter: string): counter is CounterId => known.has(counter)

const textOf = (kind: ScopeKind, key: string): string =>
  kind === 'center' ? 'center' : `${kind}:${key}`

function byKind(scopes: readonly Scope[]): Map<ScopeKind, string[]> {
  const kinds = new Map<ScopeKind, string[]>()
  for (const scope of scopes) {
    const keys = kinds.get(scope.kind) ?? []
    if (scope.kind !== 'center') keys.push(scope.key)
    kinds.set(scope.kind, keys)
  }
  return kinds
}

/** The span that an instant lies in; -1: none. */
export function indexOf(spans: readonly Span[], atMs: number): number {
  let low = 0
  let high = spans.length - 1
  while (low <= high) {
    const middle = (low + high) >> 1
    const span = spans[middle]
    if (!span || atMs < span.fromMs) high = middle - 1
    else if (atMs >= span.toMs) low = middle + 1
    else return middle
  }
  return -1
}

/** More keys than this are read as all of their kind: shorter to say, and quicker to find. */
const MAX_KEYS = 500

/** The cells of a question, as a condition on those that are joined as `c`. */
export function cellsOf(question: Narrowing, kind: ScopeKind, keys: readonly string[]) {
  const { fields, queue, channel } = splitFilters(question.filters)
  return (eb: ExpressionBuilder<{ c: Tables['cell'] }, 'c'>) =>
    eb.and([
      ...(kind === 'center'
        ? []
        : [keys.length <= MAX_KEYS ? eb(`c.${kind}`, 'in', keys) : eb(`c.${kind}`, '!=', '')]),
      ...(question.channel === null ? [] : [eb('c.channel', 'in', [question.channel, ''])]),
      ...(question.queue === null ? [] : [eb('c.queue', '=', question.queue)]),
      ...(channel === null ? [] : [eb('c.channel', '=', channel)]),
      ...(queue === null ? [] : [eb('c.queue', '=', queue)]),
      // What `like` would do, but that it takes letters of both cases for the same in one database.
      ...[...(fields ?? [])].map(([name, value]) => {
        const text = fieldText(name, value)
        return sql<boolean>`length(replace(c.filters, ${text}, '')) < length(c.filters)`
      }),
    ])
}

/** The key of a scope of a kind, as a column; the center has none. */
const keyOf = (kind: ScopeKind) =>
  kind === 'center' ? sql<string>`''` : sql<string>`${sql.ref(`c.${kind}`)}`

/** Sums of whole buckets, by scope, counter and detail, and by bucket where spans are told apart. */
async function readStretch(
  committed: Committed,
  question: Question,
  counters: readonly CounterId[],
  kind: ScopeKind,
  keys: readonly string[],
  stretch: Stretch,
  byBucket: boolean,
) {
  const isDetailed = (counter: CounterId): boolean => counterOf(counter).detail !== undefined
  // Counters without details come out of the table in the order that they are added up by; those
  // with details, which are few, have to be sorted first.
  const parts = [counters.filter((each) => !isDetailed(each)), counters.filter(isDetailed)]
  const read = keys.length > 1 ? readScopes : readScope
  const { detail } = splitFilters(question.filters)
  const rows: Summed[] = []
  for (const [at, part] of parts.entries()) {
    if (part.length === 0) continue
    const asked = { kind, keys, counters: part, detail, stretch, byBucket, byDetail: at === 1 }
    rows.push(...(await read(committed, question, asked)))
  }
  return rows
}

type Summed = { key: string; counter: string; detail: string; bucketMs: number; amount: number }
type StretchAsked = {
  kind: ScopeKind
  keys: readonly string[]
  counters: readonly CounterId[]
  /** Only this one; null: whatever the detail. */
  detail: string | null
  stretch: Stretch
  byBucket: boolean
  byDetail: boolean
}

/** The balances in a stretch, added up by bucket or not. */
function balancesIn({ reading, center }: Committed, asked: StretchAsked) {
  const { grain, fromMs, toMs } = asked.stretch
  return reading
    .selectFrom('balance as b')
    .select(({ fn }) => [
      'b.counter',
      asked.byDetail ? 'b.detail' : sql<string>`''`.as('detail'),
      fn.min('b.bucketMs').as('bucketMs'),
      fn.sum<number>('b.amount').as('amount'),
    ])
    .where('b.center', '=', center)
    .where('b.grain', '=', grain)
    .where('b.counter', 'in', asked.counters)
    .where('b.bucketMs', '>=', fromMs)
    .where('b.bucketMs', '<', toMs)
    .$if(asked.detail !== null, (query) => query.where('b.detail', '=', asked.detail ?? ''))
    .groupBy('b.counter')
    .$if(asked.byBucket, (query) => query.groupBy('b.bucketMs'))
    .$if(asked.byDetail, (query) => query.groupBy('b.detail'))
}

/** Of one scope: its cells are looked up once, and nothing of each balance but whether it is in one. */
async function readScope(
  committed: Committed,
  question: Question,
  asked: StretchAsked,
): Promise<Summed[]> {
  const { kind, keys } = asked
  const isWhole = kind === 'center' && !isNarrowed(question)
  const rows = await balancesIn(committed, asked)
    .$if(!isWhole, (query) =>
      query.where('b.cell', 'in', (cells) =>
        cells
          .selectFrom('cell as c')
          .select('c.id')
          .where('c.center', '=', committed.center)
          .where(cellsOf(question, kind, keys)),
      ),
    )
    .execute()
  return rows.map((row) => ({ ...row, key: keys[0] ?? '' }))
}

/** Of several scopes of a kind, told apart. */
function readScopes(
  committed: Committed,
  question: Question,
  asked: StretchAsked,
): Promise<Summed[]> {
  const { kind, keys } = asked
  return balancesIn(committed, asked)
    .innerJoin('cell as c', (join) =>
      join.onRef('c.center', '=', 'b.center').onRef('c.id', '=', 'b.cell'),
    )
    .select(keyOf(kind).as('key'))
    .where(cellsOf(question, kind, keys))
    .groupBy(keyOf(kind))
    .execute()
}

const isNarrowed = ({ channel, queue, filters }: Narrowing): boolean =>
  channel !== null || queue !== null || (filters?.size ?? 0) > 0

/** The entries that touch a ragged piece, with their scope's key. */
function readEntries(
  { reading, center }: Committed,
  question: Question,
  counters: readonly CounterId[],
  kind: ScopeKind,
  keys: readonly string[],
  piece: Span,
) {
  const { detail } = splitFilters(question.filters)
  return reading
    .selectFrom('entry as e')
    .innerJoin('cell as c', (join) =>
      join.onRef('c.center', '=', 'e.center').onRef('c.id', '=', 'e.cell'),
    )
    .select([keyOf(kind).as('key'), 'e.counter', 'e.detail', 'e.fromMs', 'e.toMs', 'e.amount'])
    .where('e.center', '=', center)
    .where(touching(piece, counters))
    .where(cellsOf(question, kind, keys))
    .$if(detail !== null, (query) => query.where('e.detail', '=', detail ?? ''))
    .execute()
}

/** The condition that an entry of these counters touches a span; found by when entries end. */
export function touching({ fromMs, toMs }: Span, counters: readonly CounterId[]) {
  const lengths = [...new Set(counters.map(longestMs))]
  return (eb: ExpressionBuilder<{ e: Tables['entry'] }, 'e'>) => {
    const ends = (before: number) => [eb('e.toMs', '>=', fromMs), eb('e.toMs', '<', before)]
    const reaches = eb('e.fromMs', '<', toMs)
    return eb.or(
      lengths.map((lengthMs) => {
        const own = counters.filter((counter) => longestMs(counter) === lengthMs)
        return eb.and([
          eb('e.counter', 'in', own),
          ...ends(toMs + lengthMs),
          ...(lengthMs > 0 ? [reaches] : []),
        ])
      }),
    )
  }
}
