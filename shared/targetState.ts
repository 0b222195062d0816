import type { Metric } from './metrics/metric.ts'

/** How a value stands against its target: met, a little off, or missed. */
export type TargetState = 'ok' | 'warn' | 'bad'

/**
 * A target missed by this share of it is missed, where the board names no limit of its own: a
 * service level of 80 % turns bad below 70 %, a longest wait of 60 s above 90 s.
 */
const BAD_BELOW = 7 / 8
const BAD_ABOVE = 3 / 2

/** 0.8 × 7/8 is 0.7000000000000001 in binary: people mean 0.7. */
const asMeant = (limit: number): number => Number(limit.toPrecision(12))

export type Target = {
  /** The value that is still good; null: the metric has no target here. */
  target: number | null
  /** Where the state turns from warn to bad; null: worked out from the target. */
  bad: number | null
}

/**
 * The state of a value. Exactly the target is met, and exactly the limit is not yet bad. Null where
 * there is nothing to judge: no value, no target, or a metric of which neither way is better.
 */
export function targetState(
  value: number | null,
  { target, bad }: Target,
  better: Metric['better'],
): TargetState | null {
  if (value === null || target === null) return null
  if (better === 'higher') {
    if (value >= target) return 'ok'
    return value < (bad ?? asMeant(target * BAD_BELOW)) ? 'bad' : 'warn'
  }
  if (better === 'lower') {
    if (value <= target) return 'ok'
    return value > (bad ?? asMeant(target * BAD_ABOVE)) ? 'bad' : 'warn'
  }
  return null
}
