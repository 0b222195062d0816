/** Sums of the stored books by cell: the finest that they are kept by, and whose they are. */
import { counterIds, type CounterId } from '../../../shared/counters.ts'
import { amountWithin, type Dimensions, type Span } from '../../../shared/entry.ts'
import type { Channel } from '../../../shared/events/fields.ts'
import type { Tables } from '../../database/schema.ts'
import { indexOf, isCounter, touching } from './balances.ts'
import type { Committed } from './committed.ts'
import type { BaseRow, SpanRows } from './baseRow.ts'
import { needDetails } from './givenUp.ts'
import { takeApart } from './takeApart.ts'

/** What a cell stands for: on whose behalf counters grew. */
export function dimensionsOf({
  queue,
  agent,
  team,
  site,
  channel,
  filters,
}: Pick<Tables['cell'], keyof Dimensions>): Dimensions {
  return {
    queue: queue || null,
    agent: agent || null,
    team: team || null,
    site: site || null,
    // Written from an entry, whose channel the door has checked.
    channel: (channel || null) as Channel | null,
    filters: filters === '' ? null : (JSON.parse(filters) as Dimensions['filters']),
  }
}

export async function readCells({ reading, center }: Committed): Promise<Map<string, Dimensions>> {
  const rows = await reading
    .selectFrom('cell')
    .select(['id', 'queue', 'agent', 'team', 'site', 'channel', 'filters'])
    .where('center', '=', center)
    .execute()
  return new Map(rows.map((row) => [row.id, dimensionsOf(row)]))
}

/** The rows of each of several spans, in order and not overlapping, of some counters. */
export async function readRows(
  committed: Committed,
  cells: ReadonlyMap<string, Dimensions>,
  spans: readonly Span[],
  nowMs: number,
  counters: readonly CounterId[] = counterIds,
): Promise<SpanRows[]> {
  const { reading, center } = committed
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
  const { stretches, ragged } = takeApart(spans, committed, nowMs)
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
      .where('counter', 'in', counters)
      .where('bucketMs', '>=', fromMs)
      .where('bucketMs', '<', toMs)
      .groupBy(['cell', 'counter', 'detail'])
    // Within one span it does not matter in which bucket something lies.
    if (spans.length > 1) query = query.groupBy('bucketMs')
    for (const row of await query.execute()) put(row.bucketMs, row, row.amount)
  }
  for (const piece of ragged) {
    needDetails(committed, piece)
    const rows = await reading
      .selectFrom('entry as e')
      .select(['e.cell', 'e.counter', 'e.detail', 'e.fromMs', 'e.toMs', 'e.amount'])
      .where('e.center', '=', center)
      .where(touching(piece, counters))
      .execute()
    for (const row of rows) put(piece.fromMs, row, amountWithin(row, piece))
  }
  return found
}
