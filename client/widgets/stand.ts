/** How a tile's number stands to the target that the board gives it. */
import { metricOf } from '../../shared/metrics/registry.ts'
import { targetState, type TargetState } from '../../shared/metrics/state.ts'
import { SECOND_MS } from '../../shared/time.ts'
import type { WidgetOf } from './widget.ts'

/** What is judged is what is read: 1:00 is not over 1:00, whatever the milliseconds. */
export function standOf(widget: WidgetOf<'metricTile'>, value: number | null): TargetState {
  const { target, bad, metric } = widget
  if (target === null) return 'none'
  const { unit, better } = metricOf(metric)
  const read = value !== null && unit === 'ms' ? Math.floor(value / SECOND_MS) * SECOND_MS : value
  const tolerance = bad === null ? null : Math.abs(bad - target)
  return targetState(read, { kind: 'figure', figure: target, tolerance }, better)
}
