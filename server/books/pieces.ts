/** Long lists in pieces that one query can take. */

/** How many names one query asks about. */
const NAMES_AT_ONCE = 500

export function* inPieces<Item>(items: Iterable<Item>, size = NAMES_AT_ONCE): Generator<Item[]> {
  let piece: Item[] = []
  for (const item of items) {
    piece.push(item)
    if (piece.length < size) continue
    yield piece
    piece = []
  }
  if (piece.length > 0) yield piece
}

/** The ids of deliveries, by their source. */
export function bySource(
  deliveries: Iterable<{ source: string; id: string }>,
): Map<string, string[]> {
  const ids = new Map<string, string[]>()
  for (const { source, id } of deliveries) {
    const known = ids.get(source)
    if (known) known.push(id)
    else ids.set(source, [id])
  }
  return ids
}
