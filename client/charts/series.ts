/** From points in time to the columns that uPlot draws. */

/** A metric's value over a step that began then; null where there was nothing to say it of. */
export type Point = { atMs: number; value: number | null }

/** uPlot counts time in seconds and takes one column a series. */
export function toColumns(points: readonly Point[]): [number[], (number | null)[]] {
  return [points.map(({ atMs }) => atMs / 1000), points.map(({ value }) => value)]
}

/**
 * The bounds of a scale that holds all values and the target, with some air, so that a flat line
 * lies in the middle and not on the edge. Ratios stay within 0 and 1, and nothing begins below 0.
 */
export function boundsOf(
  points: readonly Point[],
  target: number | null,
  isRatio: boolean,
): [low: number, high: number] {
  const values = points.flatMap(({ value }) => (value === null ? [] : [value]))
  if (target !== null) values.push(target)
  if (values.length === 0) return [0, 1]
  const [low, high] = [Math.min(...values), Math.max(...values)]
  const air = high > low ? (high - low) * 0.12 : Math.max(Math.abs(high) * 0.25, isRatio ? 0.05 : 1)
  return [Math.max(0, low - air), isRatio ? Math.min(1, high + air) : high + air]
}

/** What a chart shows, in words: its first and last time, lowest, highest and last value. */
export type Summary = { fromMs: number; toMs: number; low: number; high: number; last: number }

/** Null where no point has a value. */
export function summaryOf(points: readonly Point[]): Summary | null {
  const known = points.flatMap(({ atMs, value }) => (value === null ? [] : [{ atMs, value }]))
  const first = known[0]
  const last = known.at(-1)
  if (!first || !last) return null
  const values = known.map(({ value }) => value)
  return {
    fromMs: first.atMs,
    toMs: last.atMs,
    low: Math.min(...values),
    high: Math.max(...values),
    last: last.value,
  }
}
