import { DAY_MS } from './time.ts'

/**
 * A histogram of durations that adds up: the sum of two queues' or two hours' counts by bucket is
 * the histogram of both together, so percentiles of any scope and span come from balances.
 *
 * Buckets grow with the duration, so that the *relative* error is bounded: a bucket from `low` to
 * `high` answers 2·low·high / (low + high), which is off by at most (high − low) / (high + low).
 * The bounds are whole milliseconds made by whole-number arithmetic, never by logarithms, whose
 * last digit differs between machines: the same wait has the same bucket everywhere, for ever.
 */

/** No percentile is off by more than this share of itself. */
export const HISTOGRAM_ERROR = 0.05

/** Longer than any contact lives (30 days of silence close the slowest kind): one bucket more. */
const LONGEST_MS = 40 * DAY_MS

/** (1 + 0.05) / (1 − 0.05) as a fraction: how far a bucket may reach. */
const reach = (lowMs: number): number => Math.max(lowMs, Math.floor((lowMs * 21) / 19))

/** The lowest duration of each bucket; bucket 0 holds 0 ms only, the last has no upper bound. */
const lowest: readonly number[] = (() => {
  const bounds = [0]
  for (let lowMs = 1; lowMs <= LONGEST_MS; lowMs = reach(lowMs) + 1) bounds.push(lowMs)
  return bounds
})()

/** The bucket of a duration, as the detail of an entry. Below 0 counts as 0. */
export function bucketOf(durationMs: number): string {
  let low = 0
  let high = lowest.length - 1
  while (low < high) {
    const middle = Math.ceil((low + high) / 2)
    if ((lowest[middle] ?? Infinity) <= durationMs) low = middle
    else high = middle - 1
  }
  return String(low)
}

/** The duration that stands for a bucket, in milliseconds. Throws for what is no bucket. */
export function durationOfBucket(bucket: string): number {
  const lowMs = lowest[Number(bucket)]
  if (lowMs === undefined) throw new Error(`No bucket of the histogram: ${bucket}`)
  const highMs = reach(lowMs)
  return lowMs === 0 ? 0 : (2 * lowMs * highMs) / (lowMs + highMs)
}

/**
 * The duration that the share of all durations does not exceed (the nearest rank, 0 < share ≤ 1),
 * within HISTOGRAM_ERROR of the exact one. Null where nothing was counted.
 */
export function percentile(byBucket: ReadonlyMap<string, number>, share: number): number | null {
  const counted = [...byBucket]
    .filter(([, count]) => count > 0)
    .sort(([one], [other]) => Number(one) - Number(other))
  const total = counted.reduce((sum, [, count]) => sum + count, 0)
  const rank = Math.ceil(share * total)
  let passed = 0
  for (const [bucket, count] of counted) {
    passed += count
    if (passed >= rank) return durationOfBucket(bucket)
  }
  return null
}
