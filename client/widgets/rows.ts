/** Which rows a list on a wall shows: a wall does not scroll. */

/** Rows spread out to fill their box, but not further than this many times their least height. */
const MOST_SPREAD = 1.5

export type Fit = {
  /** Places of the rows to show, in their order. */
  shown: readonly number[]
  /** How many are left out; a last row says so. */
  left: number
  /** In pixels. */
  rowHeight: number
}

/**
 * The rows that fit, in their order: where not all do, those of the greatest severity, the earlier
 * first among equals. Before the box is measured, none.
 */
export function rowsThatFit(
  severities: readonly number[],
  height: number,
  leastHeight: number,
): Fit {
  const all = severities.map((_, i) => i)
  if (leastHeight <= 0 || height <= 0) return { shown: [], left: 0, rowHeight: 0 }
  const room = Math.max(1, Math.floor(height / leastHeight))
  if (all.length <= room) {
    const spread = all.length === 0 ? leastHeight : height / all.length
    return { shown: all, left: 0, rowHeight: Math.min(spread, leastHeight * MOST_SPREAD) }
  }
  // The last row says how many more there are.
  const chosen = [...all]
    .sort((a, b) => (severities[b] ?? 0) - (severities[a] ?? 0) || a - b)
    .slice(0, room - 1)
  return {
    shown: chosen.sort((a, b) => a - b),
    left: all.length - chosen.length,
    rowHeight: height / room,
  }
}
