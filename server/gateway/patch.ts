/** What is to be sent of a row, to those who were sent it before or never. */
import type { WireRows } from '../../shared/wire.ts'

/** The rows of one part of the live state that a room was sent, by the keys that it knows. */
export type SentRows<Row extends object> = Map<string, Row>

/**
 * Puts into `changes` what is to be sent of a row, and remembers it; `after` null: it is seen no
 * more. Nothing is put where the room knows it all. `newRow` is what a new one is taken to say.
 */
export function patchRow<Row extends object>(
  sent: SentRows<Row>,
  changes: WireRows<Row>,
  key: string,
  after: Row | null,
  newRow: (key: string) => Partial<Row>,
): void {
  const before = sent.get(key)
  if (!after) {
    if (sent.delete(key)) changes[key] = null
    return
  }
  sent.set(key, after)
  const patch = differenceOf(before ?? newRow(key), after)
  if (!before || Object.keys(patch).length > 0) changes[key] = patch
}

/** Rows as whole ones are sent to somebody new. */
export function wholeRows<Row extends object>(
  sent: SentRows<Row>,
  newRow: (key: string) => Partial<Row>,
): WireRows<Row> {
  return Object.fromEntries([...sent].map(([key, row]) => [key, differenceOf(newRow(key), row)]))
}

/** The fields of a row that are others than they were. */
function differenceOf<Row extends object>(before: Partial<Row>, after: Row): Partial<Row> {
  const patch: Partial<Row> = {}
  for (const field of Object.keys(after) as (keyof Row)[]) {
    if (!isSame(before[field], after[field])) patch[field] = after[field]
  }
  return patch
}

/** Rows hold texts, numbers, null, and short lists and objects of these. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object') return false
  return JSON.stringify(one) === JSON.stringify(other)
}
