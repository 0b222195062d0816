/** What a number is made of: its entries, page by page, and the contacts that still accrue to it. */
import { counterIds, counterOf, type CounterId } from '../../../shared/counters.ts'
import { amountWithin, type Dimensions, type Span } from '../../../shared/entry.ts'
import type { Channel } from '../../../shared/events/fields.ts'
import type { PartSum } from '../../../shared/metrics/evaluate.ts'
import { filtersText, splitFilters, type Filters } from '../../../shared/narrowing.ts'
import { scopeText, type Scope } from '../../../shared/scope.ts'
import type { Horizon } from '../../engine/horizon.ts'
import type { SubjectKey } from '../../engine/subject.ts'
import {
  cellsOf,
  isAsked,
  isCounter,
  isIn,
  narrowedBy,
  readFor,
  readSums,
  touching,
  type Narrowing,
} from './balances.ts'
import { dimensionsOf } from './cellRows.ts'
import type { Committed } from './committed.ts'
import { accruedBy, readPresent } from './present.ts'
import { balanceOf, type Sums } from './sums.ts'

export type ExplainQuestion = {
  scope: Scope
  channel: Channel | null
  queue: string | null
  filters: Filters | null
  /**
   * The parts of the metric: the counters that are added up for each, the span that it is of, and
   * what it is narrowed to beside what all are (null: nothing).
   */
  parts: readonly ExplainedPart[]
  nowMs: number
  /** After the last entry of the page before; null: the first page. */
  after: PageEnd | null
  limit: number
}

export type ExplainedPart = {
  part: string
  counters: readonly CounterId[]
  span: Span
  filters: Filters | null
}

/** Where a page of entries ended. */
export type PageEnd = { toMs: number; id: string }

type Where = Omit<Dimensions, 'filters'>

/** An entry behind a number, with as much of it as lies in the span. */
export type ExplainedEntry = Where & {
  id: string
  /** What it is about: a contact, an agent's time. Its timeline tells the rest. */
  subject: SubjectKey
  /** The parts that it counts in. */
  parts: string[]
  counter: CounterId
  detail: string | null
  fromMs: number
  toMs: number
  amount: number
  /** The whole amount, where the entry is spread over more than the span. */
  wholeAmount: number
  /** The place in the stream whose fold booked it: later than others of its subject, a correction. */
  place: string
}

/** What an open subject has added by now, without an entry for it yet. */
export type ExplainedAccrual = Where & {
  subject: SubjectKey
  parts: string[]
  counter: CounterId
  detail: string | null
  amount: number
}

export type Explanation = {
  /** The sums that all entries, and what accrues, add up to. */
  parts: Record<string, PartSum>
  entries: ExplainedEntry[]
  /** Where to go on; null: this was the last page. */
  next: PageEnd | null
  accruing: ExplainedAccrual[]
  /** What of the parts is of a time whose details are given up: of sums alone; null: nothing. */
  givenUp: { beforeMs: number; parts: Record<string, number> } | null
}

/**
 * Explains a number at a committed place. Only the first page lists what accrues. Throws
 * `DetailsGivenUp` where even the sums cannot be told: of a part of a quarter of an hour.
 */
export async function explain(
  committed: Committed,
  question: ExplainQuestion,
): Promise<Explanation> {
  const { scope, nowMs } = question
  const { horizon } = committed
  const groups = alike(question, horizon)
  const present = await readPresent(committed)
  const rows = await readPage(committed, question, groups)
  const page = rows.slice(0, question.limit)
  const last = page.at(-1)

  const accruing: ExplainedAccrual[] = []
  const parts: Record<string, PartSum> = {}
  const earlier: Record<string, number> = {}
  for (const { span, listed, counters, partsOf, named, narrowing } of groups) {
    const own = new Set(named.flatMap((part) => part.counters))
    const asked = { ...narrowing, scopes: [scope], counters: [...own].filter(isBooked) }
    const sums = (await readSums(committed, asked, span, present, nowMs)).get(scopeText(scope))
    for (const { part, counters: own } of named) parts[part] = totalOf(sums, own)
    if (span.fromMs < listed.fromMs) {
      const before = { fromMs: span.fromMs, toMs: listed.fromMs }
      const given = (await readSums(committed, asked, before, [], nowMs)).get(scopeText(scope))
      for (const { part, counters: own } of named) earlier[part] = totalOf(given, own).booked
    }
    if (question.after !== null) continue
    accruedBy(present, span, nowMs, (accrual, amount, subject) => {
      const counts = counters.includes(accrual.counter) && isIn(scope, accrual)
      if (!counts || !isAsked(narrowing, accrual)) return
      const { counter, detail } = accrual
      accruing.push({
        ...whereOf(accrual),
        subject,
        parts: partsOf(counter),
        counter,
        detail,
        amount,
      })
    })
  }
  return {
    parts,
    // Once for each span that it lies in: an entry of this month is in its sum and in the level.
    entries: page.flatMap((row) =>
      groups.flatMap(({ listed, counters, partsOf, narrowing }): ExplainedEntry[] => {
        const amount = amountWithin(row, listed)
        if (amount === 0 || !isCounter(row.counter) || !counters.includes(row.counter)) return []
        const { id, subject, counter, detail, fromMs, toMs, place } = row
        const dimensions = dimensionsOf(row)
        if (!isAsked(narrowing, { ...dimensions, detail: detail || null })) return []
        return [
          {
            ...whereOf(dimensions),
            id,
            subject,
            parts: partsOf(counter),
            counter,
            detail: detail || null,
            fromMs,
            toMs,
            amount,
            wholeAmount: row.amount,
            place,
          },
        ]
      }),
    ),
    next: rows.length > page.length && last ? { toMs: last.toMs, id: last.id } : null,
    accruing,
    givenUp: Object.keys(earlier).length > 0 ? { beforeMs: horizon.fromMs, parts: earlier } : null,
  }
}

/** What a part's counters come to together. */
function totalOf(sums: Sums | undefined, counters: readonly CounterId[]): PartSum {
  const total = { booked: 0, live: 0 }
  for (const counter of counters) {
    const { booked, live } = sums ? balanceOf(sums, counter) : { booked: 0, live: 0 }
    total.booked += booked
    total.live += live
  }
  return total
}

/** The parts that are of one span and narrowed alike, and the counters that their entries are of. */
type Group = {
  span: Span
  /** As much of it as there are entries of; empty: there are none any more. */
  listed: Span
  narrowing: Narrowing
  named: readonly ExplainedPart[]
  counters: readonly CounterId[]
  partsOf: (counter: CounterId) => string[]
}

function alike(question: ExplainQuestion, { fromMs }: Horizon): Group[] {
  const { parts, channel, queue, filters } = question
  const names = new Set(parts.map(nameOf))
  return [...names].flatMap((name): Group[] => {
    const named = parts.filter((part) => nameOf(part) === name)
    const [first] = named
    if (!first) return []
    const asked = { channel, queue, filters }
    const narrowing = first.filters ? narrowedBy(asked, first.filters) : asked
    const own = new Set(named.flatMap(({ counters }) => counters))
    const reads = readFor([...own].filter(isBooked), narrowing.filters)
    return [
      {
        span: first.span,
        listed: { ...first.span, fromMs: within(fromMs, first.span) },
        narrowing,
        named,
        counters: counterIds.filter((each) => reads.has(each)),
        partsOf: (counter) =>
          named.flatMap(({ part, counters }) =>
            reads.get(counter)?.some((each) => counters.includes(each)) ? [part] : [],
          ),
      },
    ]
  })
}

/** The first instant of a span that does not lie before another; its end where all do. */
const within = (atMs: number, { fromMs, toMs }: Span): number =>
  Math.min(Math.max(atMs, fromMs), toMs)

/** What the directory says of people has no entries. */
const isBooked = (counter: CounterId): boolean => counterOf(counter).of !== 'directory'

const nameOf = ({ span: { fromMs, toMs }, filters }: ExplainedPart): string =>
  `${String(fromMs)}/${String(toMs)} ${filters ? filtersText(filters) : ''}`

const whereOf = ({ queue, agent, team, site, channel }: Where): Where => ({
  queue,
  agent,
  team,
  site,
  channel,
})

/**
 * One entry more than a page has, in the order in which they end. Counter by counter: of one, a
 * database reads them in that order and can stop after a page; of several together it reads all.
 */
async function readPage(
  committed: Committed,
  question: ExplainQuestion,
  groups: readonly Group[],
): Promise<EntryRow[]> {
  // An entry may lie in several spans, and is one entry.
  const found = new Map<string, EntryRow>()
  for (const group of groups) {
    if (group.listed.fromMs >= group.listed.toMs) continue
    for (const counter of group.counters) {
      for (const row of await readEntriesOf(committed, question, group, counter)) {
        found.set(row.id, row)
      }
    }
  }
  return [...found.values()]
    .sort((one, other) => one.toMs - other.toMs || (one.id < other.id ? -1 : 1))
    .slice(0, question.limit + 1)
}

type EntryRow = Awaited<ReturnType<typeof readEntriesOf>>[number]

/** The entries of one counter, up to one more than a page has. */
function readEntriesOf(
  { reading, center }: Committed,
  question: ExplainQuestion,
  { listed: span, narrowing }: Group,
  counter: CounterId,
) {
  const { scope, after, limit } = question
  const { detail } = splitFilters(narrowing.filters)
  const keys = scope.kind === 'center' ? [] : [scope.key]
  return (
    reading
      .selectFrom('entry as e')
      .innerJoin('cell as c', (join) =>
        join.onRef('c.center', '=', 'e.center').onRef('c.id', '=', 'e.cell'),
      )
      .select([
        'e.id',
        'e.subject',
        'e.counter',
        'e.detail',
        'e.fromMs',
        'e.toMs',
        'e.amount',
        'e.place',
        'c.queue',
        'c.agent',
        'c.team',
        'c.site',
        'c.channel',
        'c.filters',
      ])
      .where('e.center', '=', center)
      // A page begins where the one before ended, and does not read that one again.
      .where(
        touching({ ...span, fromMs: Math.max(span.fromMs, after?.toMs ?? -Infinity) }, [counter]),
      )
      .where(cellsOf(narrowing, scope.kind, keys))
      .$if(detail !== null, (query) => query.where('e.detail', '=', detail ?? ''))
      .$if(after !== null, (query) =>
        query.where((eb) =>
          eb.or([
            eb('e.toMs', '>', after?.toMs ?? 0),
            eb.and([eb('e.toMs', '=', after?.toMs ?? 0), eb('e.id', '>', after?.id ?? '')]),
          ]),
        ),
      )
      .orderBy('e.toMs')
      .orderBy('e.id')
      .limit(limit + 1)
      .execute()
  )
}
