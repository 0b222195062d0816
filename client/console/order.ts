/**
 * The order of a live table's rows. Values change as they come; rows that change places under a
 * pointer are a nuisance, so the order is taken anew only now and then, and never while somebody
 * is at the table.
 */
import { SECOND_MS } from '../../shared/time.ts'

/** The order of the rows is at most this old while nobody is at the table. */
const REORDER_MS = 5 * SECOND_MS

export type Sort<Column extends string> = { column: Column; descending: boolean }

/** What a row is sorted by; null sorts last whichever way. */
export type SortValue = number | string | null

/** Orders keys by their values; those of equal value by key, so that no two orders are as good. */
export function sortKeys<Row>(
  rows: ReadonlyMap<string, Row>,
  valueOf: (row: Row, key: string) => SortValue,
  descending: boolean,
  locale: string,
): string[] {
  const collator = new Intl.Collator(locale, { numeric: true, sensitivity: 'base' })
  const values = new Map<string, SortValue>()
  for (const [key, row] of rows) values.set(key, valueOf(row, key))
  const sign = descending ? -1 : 1
  return [...rows.keys()].sort((a, b) => {
    const byValue = compare(values.get(a) ?? null, values.get(b) ?? null, sign, collator)
    return byValue !== 0 ? byValue : a < b ? -1 : 1
  })
}

function compare(a: SortValue, b: SortValue, sign: number, collator: Intl.Collator): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1
  if (typeof a === 'number' && typeof b === 'number') return sign * (a - b)
  return sign * collator.compare(String(a), String(b))
}

/**
 * The rows of now in the order shown so far: rows that left are gone, new ones stand at the end,
 * until the order is taken anew.
 */
export function keepOrder(shown: readonly string[], present: Iterable<string>): string[] {
  const left = new Set(present)
  const kept = shown.filter((key) => left.delete(key))
  return [...kept, ...left]
}

/** Whether it is time to order the rows anew: somebody at the table holds the order. */
export function mayReorder(orderedAtMs: number, nowMs: number, held: boolean): boolean {
  return !held && nowMs - orderedAtMs >= REORDER_MS
}
