import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bucketOf, durationOfBucket, HISTOGRAM_ERROR, percentile } from './histogram.ts'
import { DAY_MS, HOUR_MS } from './time.ts'

const histogram = (durations: readonly number[]) => {
  const counts = new Map<string, number>()
  for (const ms of durations) counts.set(bucketOf(ms), (counts.get(bucketOf(ms)) ?? 0) + 1)
  return counts
}
const exact = (durations: readonly number[], share: number) =>
  [...durations].sort((a, b) => a - b)[Math.ceil(share * durations.length) - 1]!

/** As waits are: many short ones, a few very long. */
const wait = fc.oneof(
  fc.nat(100),
  fc.nat(60_000),
  fc.nat(HOUR_MS),
  fc.nat(40 * DAY_MS),
  fc.constantFrom(0, 1, 4_999, 5_000, 20_000, 20_001),
)
const waits = fc.array(wait, { minLength: 1, maxLength: 300 })

describe('bucketOf', () => {
  it.each([
    ['nothing has a bucket of its own', 0, '0'],
    ['time that ran backwards counts as nothing', -5, '0'],
    ['the first millisecond', 1, '1'],
    ['a few milliseconds have buckets of their own', 9, '9'],
    ['from the tenth on they share', 11, '10'],
    ['20 s', 20_000, '81'],
    ['an hour', HOUR_MS, '133'],
    ['40 days', 40 * DAY_MS, '202'],
    ['anything longer shares the last', 4_000 * DAY_MS, '202'],
  ])('%s', (_name, ms, bucket) => {
    expect(bucketOf(ms)).toBe(bucket)
  })

  it('answers a duration within the error of any that lies in the bucket', () => {
    fc.assert(
      fc.property(wait, (ms) => {
        const answer = durationOfBucket(bucketOf(ms))
        expect(Math.abs(answer - ms)).toBeLessThanOrEqual(HISTOGRAM_ERROR * ms + 1e-6)
      }),
      { numRuns: 2_000 },
    )
  })

  it('never puts a longer wait into a lower bucket', () => {
    fc.assert(
      fc.property(wait, wait, (one, other) => {
        const [short, long] = one < other ? [one, other] : [other, one]
        expect(Number(bucketOf(short))).toBeLessThanOrEqual(Number(bucketOf(long)))
      }),
    )
  })
})

describe('percentile', () => {
  it.each([
    ['nothing counted has none', [], 0.5, null],
    ['one wait is every percentile', [7], 0.95, 7],
    ['the median of an even number is the lower of the two', [2, 4], 0.5, 2],
    ['half of three is the second', [1, 5, 9], 0.5, 5],
    ['nine of ten', [1, 2, 3, 4, 5, 6, 7, 8, 9, 10], 0.9, 9],
    ['one that waited not at all', [0], 0.5, 0],
  ])('%s', (_name, durations, share, expected) => {
    const found = percentile(histogram(durations), share)
    if (expected === null) expect(found).toBeNull()
    else expect(Math.abs(found! - expected)).toBeLessThanOrEqual(HISTOGRAM_ERROR * expected)
  })

  it('is within 5 % of the exact percentile', () => {
    fc.assert(
      fc.property(waits, fc.constantFrom(0.5, 0.9, 0.95), (durations, share) => {
        const right = exact(durations, share)
        const found = percentile(histogram(durations), share)!
        expect(Math.abs(found - right)).toBeLessThanOrEqual(HISTOGRAM_ERROR * right + 1e-6)
      }),
      { numRuns: 1_000 },
    )
  })

  it('adds up: two histograms together are that of all waits', () => {
    fc.assert(
      fc.property(waits, waits, (some, others) => {
        const sum = histogram(some)
        for (const [bucket, n] of histogram(others)) sum.set(bucket, (sum.get(bucket) ?? 0) + n)
        expect(sum).toEqual(histogram([...some, ...others]))
      }),
    )
  })

  it('is not moved by buckets that corrections emptied', () => {
    const corrected = new Map([
      ['1', 0],
      ['5', 2],
    ])
    expect(percentile(corrected, 0.5)).toBe(5)
    expect(percentile(new Map([['1', 0]]), 0.5)).toBeNull()
  })

  it('refuses what is no bucket', () => {
    expect(() => percentile(new Map([['often', 1]]), 0.5)).toThrow('often')
  })
})
