/** A calm line from sums a minute: each point is the metric of the minutes before it. */
import type { BalanceMetric } from '../../shared/metrics/metric.ts'
import type { Point } from './series.ts'

/** The sums of a metric's parts over one step. */
export type Step = { fromMs: number; toMs: number; parts: Readonly<Record<string, number>> }

/**
 * The metric over so many steps up to each step, from the first that has them all: a ratio of sums
 * and never a mean of ratios, as everywhere. A single minute of a small queue is 0 % or 100 %.
 */
export function rolling(
  steps: readonly Step[],
  metric: Pick<BalanceMetric, 'value'>,
  width: number,
): Point[] {
  return steps.flatMap((step, i) => {
    if (i < width - 1) return []
    const sums: Record<string, number> = {}
    for (const { parts } of steps.slice(i - width + 1, i + 1)) {
      for (const [part, amount] of Object.entries(parts)) sums[part] = (sums[part] ?? 0) + amount
    }
    return [{ atMs: step.toMs, value: metric.value(sums) }]
  })
}
