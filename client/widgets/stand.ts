/** How a number stands to what it is held to, on screen. */
import type { Metric } from '../../shared/metrics/metric.ts'
import { targetState, type Target, type TargetState } from '../../shared/metrics/state.ts'
import { SECOND_MS } from '../../shared/time.ts'
import type { WidgetOf } from './widget.ts'

/** What is judged is what is read: 1:00 is not over 1:00, whatever the milliseconds. */
export function standOf(
  value: number | null,
  target: Target | null,
  { unit, better }: Pick<Metric, 'unit' | 'better'>,
): TargetState {
  const read = value !== null && unit === 'ms' ? Math.floor(value / SECOND_MS) * SECOND_MS : value
  return targetState(read, target, better)
}

/** How a tile's number stands to the target that the board gives it. */
export function tileStand(
  widget: WidgetOf<'metricTile'>,
  value: number | null,
  metric: Pick<Metric, 'unit' | 'better'>,
): TargetState {
  const { target, bad } = widget
  if (target === null) return 'none'
  const tolerance = bad === null ? null : Math.abs(bad - target)
  return standOf(value, { kind: 'figure', figure: target, tolerance }, metric)
}
