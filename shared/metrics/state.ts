import type { Metric } from './metric.ts'

/**
 * What a value is held to: one figure, better on its good side, or a band. `tolerance` is how far
 * past it a value may be and only warn, in the metric's unit; null: a tenth of the target (of the
 * band's width).
 */
export type Target =
  | { kind: 'figure'; figure: number; tolerance: number | null }
  | { kind: 'band'; low: number; high: number; tolerance: number | null }

/** How a value stands: shown as colour, shape and word. `none`: no value, no target, or no good side. */
export type TargetState = 'ok' | 'warn' | 'bad' | 'none'

const TOLERANCE = 0.1

/**
 * How a value stands to its target. On the target is ok; on the edge of the tolerance still warns.
 * A metric that only describes has no good side, so a single figure says nothing about it: a band does.
 */
export function targetState(
  value: number | null,
  target: Target | null,
  better: Metric['better'],
): TargetState {
  if (value === null || target === null) return 'none'
  const missedBy = distance(value, target, better)
  if (missedBy === null) return 'none'
  if (missedBy <= 0) return 'ok'
  const whole = target.kind === 'band' ? target.high - target.low : Math.abs(target.figure)
  return missedBy <= (target.tolerance ?? TOLERANCE * whole) + ROUNDING * whole ? 'warn' : 'bad'
}

/** 0.8 − 0.7 is a hair over 0.1 in binary fractions; nobody means that hair. */
const ROUNDING = 1e-9

/** How far a value is on the wrong side of its target; null where there is no wrong side. */
function distance(value: number, target: Target, better: Metric['better']): number | null {
  if (target.kind === 'band') return Math.max(target.low - value, value - target.high)
  switch (better) {
    case 'higher':
      return target.figure - value
    case 'lower':
      return value - target.figure
    case 'neither':
    case 'band':
      return null
  }
}
