/** What changed of a row that was sent before. */
import type { WireRows } from '../../shared/wire.ts'

/** The rows of one part of the live state that a room was sent, by the keys that it knows. */
export type SentRows<Row extends object> = Map<string, Row>

/**
 * Puts into `changes` what is to be sent of a row, and remembers it; `after` null: it is seen no
 * more. Nothing is put where the room knows it all.
 */
export function patchRow<Row extends object>(
  sent: SentRows<Row>,
  changes: WireRows<Row>,
  key: string,
  after: Row | null,
): void {
  const before = sent.get(key)
  if (!after) {
    if (sent.delete(key)) changes[key] = null
    return
  }
  sent.set(key, after)
  if (!before) {
    changes[key] = after
    return
  }
  const patch: Partial<Row> = {}
  let differs = false
  for (const field of Object.keys(after) as (keyof Row)[]) {
    if (isSame(before[field], after[field])) continue
    patch[field] = after[field]
    differs = true
  }
  if (differs) changes[key] = patch
}

/** Rows hold texts, numbers, null, and short lists and objects of these. */
function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true
  if (typeof one !== 'object' || typeof other !== 'object') return false
  return JSON.stringify(one) === JSON.stringify(other)
}
