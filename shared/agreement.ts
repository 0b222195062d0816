/**
 * Agreement between those who scored the same things, as Krippendorff's alpha with the interval
 * difference: 1 is perfect agreement, 0 what chance alone would give, below 0 is worse than chance.
 * K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011).
 */

/**
 * Alpha over units, each with the values that its scorers gave. Units with fewer than two values
 * pair with nothing and are left out. Null where no two values can be compared, or where all are
 * one and the same: nothing then tells agreement from a scale that is not used.
 *
 * The differences of all pairs are had from sums: over n values, the sum of (a − b)² over ordered
 * pairs is 2·(n·Σv² − (Σv)²). Values are taken from their mean, so that nothing cancels out.
 */
export function krippendorffAlpha(units: Iterable<readonly number[]>): number | null {
  const pairable = [...units].filter((values) => values.length >= 2)
  const all = pairable.flat()
  const count = all.length
  if (count === 0) return null
  const mean = all.reduce((sum, value) => sum + value, 0) / count
  const pairs = (values: readonly number[]): number => {
    let [sum, squares] = [0, 0]
    for (const value of values) {
      sum += value - mean
      squares += (value - mean) ** 2
    }
    return 2 * (values.length * squares - sum ** 2)
  }
  const expected = pairs(all) / (count - 1)
  if (all.every((value) => value === all[0])) return null
  const observed = pairable.reduce((sum, values) => sum + pairs(values) / (values.length - 1), 0)
  return 1 - observed / expected
}
