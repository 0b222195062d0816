/** Loads what live books begin with: the stored books at one committed place. */
import { amountWithin, type Span } from '../../../shared/entry.ts'
import { counterIds } from '../../../shared/counters.ts'
import type { Channel } from '../../../shared/events/fields.ts'
import type { Database } from '../../database/database.ts'
import type { Calendar } from '../calendar.ts'
import { indexOf, isCounter, touching } from './balances.ts'
import { takeApart } from './takeApart.ts'
import { readCommitted, type Committed } from './committed.ts'
import type { BaseRow, LiveBase, SpanRows } from './liveBook.ts'
import { readPresent } from './present.ts'
import { following, liveMinutes, liveSpan } from './windows.ts'

/** Reads the base of a center's live books; `calendar` is the directory's. */
export function loadBase(
  database: Pick<Database, 'read'>,
  center: string,
  calendar: Calendar,
  nowMs: number,
): Promise<LiveBase> {
  return readCommitted(database, center, async (committed) => {
    const cells = await readCells(committed)
    const rowsOf = (spans: readonly Span[]) => readRows(committed, cells, spans, nowMs)
    const pair = async (name: 'interval' | 'today'): Promise<[SpanRows, SpanRows]> => {
      const span = liveSpan(name, calendar, nowMs)
      const [present, next] = await rowsOf([span, following(name, calendar, span)])
      if (!present || !next) throw new Error('Two spans give two lists of rows')
      return [present, next]
    }
    const [interval, nextInterval] = await pair('interval')
    const [today, nextDay] = await pair('today')
    return {
      epoch: committed.epoch,
      place: committed.place,
      committedAtMs: committed.committedAtMs,
      nowMs,
      present: await readPresent(committed),
      interval,
      nextInterval,
      today,
      nextDay,
      minutes: await rowsOf(liveMinutes(nowMs)),
    }
  })
}

/** Reads the rows of one span, and the place that they are of. */
export function loadSpan(
  database: Pick<Database, 'read'>,
  center: string,
  span: Span,
  nowMs: number,
): Promise<{ place: string; rows: readonly BaseRow[] }> {
  return readCommitted(database, center, async (committed) => {
    const [found] = await readRows(committed, await readCells(committed), [span], nowMs)
    return { place: committed.place, rows: found?.rows ?? [] }
  })
}

type StoredCell = Pick<BaseRow, 'queue' | 'agent' | 'team' | 'site' | 'channel' | 'filters'>

async function readCells({ reading, center }: Committed): Promise<Map<string, StoredCell>> {
  const rows = await reading
    .selectFrom('cell')
    .select(['id', 'queue', 'agent', 'team', 'site', 'channel'])
    .where('center', '=', center)
    .execute()
  const orNull = (text: string): string | null => (text === '' ? null : text)
  return new Map(
    rows.map(({ id, queue, agent, team, site, channel }) => [
      id,
      {
        queue: orNull(queue),
        agent: orNull(agent),
        team: orNull(team),
        site: orNull(site),
        // Written from an entry, whose channel the door has checked.
        channel: orNull(channel) as Channel | null,
        filters: null,
      },
    ]),
  )
}

/** The rows of each of several spans, in order and not overlapping. */
async function readRows(
  { reading, center, calendar }: Committed,
  cells: ReadonlyMap<string, StoredCell>,
  spans: readonly Span[],
  nowMs: number,
): Promise<SpanRows[]> {
  const found = spans.map((span) => ({ ...span, rows: [] as BaseRow[] }))
  const put = (
    atMs: number,
    row: { cell: string; counter: string; detail: string },
    amount: number,
  ): void => {
    const cell = cells.get(row.cell)
    const { counter, detail } = row
    if (!cell || !isCounter(counter) || amount === 0) return
    found[indexOf(spans, atMs)]?.rows.push({ ...cell, counter, detail, amount })
  }
  const { stretches, ragged } = takeApart(spans, calendar, nowMs)
  for (const { grain, fromMs, toMs } of stretches) {
    let query = reading
      .selectFrom('balance')
      .select(({ fn }) => [
        'cell',
        'counter',
        'detail',
        fn.min('bucketMs').as('bucketMs'),
        fn.sum<number>('amount').as('amount'),
      ])
      .where('center', '=', center)
      .where('grain', '=', grain)
      .where('counter', 'in', counterIds)
      .where('bucketMs', '>=', fromMs)
      .where('bucketMs', '<', toMs)
      .groupBy(['cell', 'counter', 'detail'])
    // Within one span it does not matter in which bucket something lies.
    if (spans.length > 1) query = query.groupBy('bucketMs')
    for (const row of await query.execute()) put(row.bucketMs, row, row.amount)
  }
  for (const piece of ragged) {
    const rows = await reading
      .selectFrom('entry as e')
      .select(['e.cell', 'e.counter', 'e.detail', 'e.fromMs', 'e.toMs', 'e.amount'])
      .where('e.center', '=', center)
      .where(touching(piece, counterIds))
      .execute()
    for (const row of rows) put(piece.fromMs, row, amountWithin(row, piece))
  }
  return found
}
