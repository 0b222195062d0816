/** What a number is made of: its entries, page by page, and the contacts that still accrue to it. */
import { counterIds, type CounterId } from '../../../shared/counters.ts'
import { amountWithin, type Dimensions, type Span } from '../../../shared/entry.ts'
import type { Channel } from '../../../shared/events/fields.ts'
import type { PartSum } from '../../../shared/metrics/evaluate.ts'
import type { Parts } from '../../../shared/metrics/metric.ts'
import { scopeText, type Scope } from '../../../shared/scope.ts'
import type { SubjectKey } from '../../engine/subject.ts'
import { cellsOf, isAsked, isCounter, isIn, readSums, touching } from './balances.ts'
import type { Committed } from './committed.ts'
import { accruedBy, readPresent } from './present.ts'
import { balanceOf } from './sums.ts'

export type ExplainQuestion = {
  scope: Scope
  span: Span
  channel: Channel | null
  queue: string | null
  /** The parts of the metric, by name: the counters that are added up for each. */
  parts: Parts
  nowMs: number
  /** After the last entry of the page before; null: the first page. */
  after: PageEnd | null
  limit: number
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
}

/** Explains a number at a committed place. Only the first page lists what accrues. */
export async function explain(
  committed: Committed,
  question: ExplainQuestion,
): Promise<Explanation> {
  const { scope, span, channel, queue, parts, nowMs } = question
  const counters = counterIds.filter((counter) =>
    Object.values(parts).some((of) => of.includes(counter)),
  )
  const partsOf = (counter: CounterId): string[] =>
    Object.keys(parts).filter((part) => parts[part]?.includes(counter))

  const present = await readPresent(committed)
  const asked = { scopes: [scope], counters, channel, queue }
  const sums = (await readSums(committed, asked, span, present, nowMs)).get(scopeText(scope))
  const rows = await readPage(committed, question, counters)
  const page = rows.slice(0, question.limit)
  const last = page.at(-1)

  const accruing: ExplainedAccrual[] = []
  if (question.after === null) {
    accruedBy(present, span, nowMs, (accrual, amount, subject) => {
      const counts = counters.includes(accrual.counter) && isIn(scope, accrual)
      if (!counts || !isAsked(question, accrual)) return
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
    parts: Object.fromEntries(
      Object.entries(parts).map(([part, of]) => {
        const total = { booked: 0, live: 0 }
        for (const counter of of) {
          const { booked, live } = sums ? balanceOf(sums, counter) : total
          total.booked += booked
          total.live += live
        }
        return [part, total]
      }),
    ),
    entries: page.flatMap((row) => {
      const amount = amountWithin(row, span)
      if (amount === 0 || !isCounter(row.counter)) return []
      const { id, subject, counter, detail, fromMs, toMs, place } = row
      return [
        {
          ...whereOf({
            queue: row.queue || null,
            agent: row.agent || null,
            team: row.team || null,
            site: row.site || null,
            // Written from an entry, whose channel the door has checked.
            channel: (row.channel || null) as Channel | null,
          }),
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
    next: rows.length > page.length && last ? { toMs: last.toMs, id: last.id } : null,
    accruing,
  }
}

const whereOf = ({ queue, agent, team, site, channel }: Where): Where => ({
  queue,
  agent,
  team,
  site,
  channel,
})

/** One entry more than a page has, in the order in which they end. */
function readPage(
  { reading, center }: Committed,
  question: ExplainQuestion,
  counters: readonly CounterId[],
) {
  const { scope, span, after, limit } = question
  const keys = scope.kind === 'center' ? [] : [scope.key]
  return reading
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
    ])
    .where('e.center', '=', center)
    .where(touching(span, counters))
    .where(cellsOf(question, scope.kind, keys))
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
}
