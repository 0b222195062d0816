/** Loads what live books begin with: the stored books at one committed place. */
import { counterIds, type CounterId } from '../../../shared/counters.ts'
import type { Span } from '../../../shared/entry.ts'
import type { Database } from '../../database/database.ts'
import type { Calendar } from '../calendar.ts'
import { readCells, readRows } from './cellRows.ts'
import { readCommitted } from './committed.ts'
import type { BaseRow, SpanRows } from './baseRow.ts'
import type { LiveBase } from './liveBook.ts'
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
  /** Null: all. */
  counters: readonly CounterId[] | null = null,
): Promise<{ place: string; rows: readonly BaseRow[] }> {
  return readCommitted(database, center, async (committed) => {
    const [found] = await readRows(
      committed,
      await readCells(committed),
      [span],
      nowMs,
      counters ?? counterIds,
    )
    return { place: committed.place, rows: found?.rows ?? [] }
  })
}
