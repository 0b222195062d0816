/** What every widget is given; it is a function of these. */
import type { Widget } from '../../shared/board.ts'
import { isOwnId, type OwnId } from '../../shared/metrics/own.ts'
import { isMetricId, type MetricId } from '../../shared/metrics/registry.ts'
import { parseScope } from '../../shared/scope.ts'
import type { Point } from '../charts/series.ts'
import type { MetricName, Numbers } from '../numbers.ts'

/** What a metric was, for lines; empty until it is known, or where nothing is recorded of it. */
export type History = {
  /** The last half hour: every minute, the ten minutes before it. */
  recent: (metric: MetricName, scope: string) => readonly Point[]
  /** The business day so far: every quarter of an hour, the hour before it. */
  today: (metric: MetricName, scope: string) => readonly Point[]
}

type Known<Each extends Widget> = Each extends { metric: string; of: string | null }
  ? Omit<Each, 'metric' | 'of'> & { metric: MetricName; of: MetricId | null }
  : Each extends { metric: string }
    ? Omit<Each, 'metric'> & { metric: MetricName }
    : Each extends { metrics: string[] }
      ? Omit<Each, 'metrics'> & { metrics: readonly MetricName[] }
      : Each
/** A widget of which this version knows the metrics and the scope. */
export type KnownWidget = Known<Widget>

/** How a number is written whose metric is not known any more: it has no value. */
export const nothing = { kind: 'balance', unit: 'count', better: 'neither' } as const

export type WidgetOf<Kind extends KnownWidget['kind']> = Extract<KnownWidget, { kind: Kind }>

export type WidgetProps<Kind extends KnownWidget['kind']> = {
  widget: WidgetOf<Kind>
  numbers: Numbers
  history: History
  /** The server's clock, a step a second, in UTC milliseconds. */
  nowMs: number
  /** On a phone: as high as it needs to be. On a wall it fits its box, for a wall does not scroll. */
  flows: boolean
}

const isName = (id: string): id is MetricName => isMetricId(id) || isOwnId(id)

/** The metrics of the center's own that a widget shows. */
export function ownIn(widget: Widget): OwnId[] {
  if ('metric' in widget) return [widget.metric].filter(isOwnId)
  return 'metrics' in widget ? widget.metrics.filter(isOwnId) : []
}

/** The widget, or what of it this version does not know: boards outlive versions. */
export function known(widget: Widget): KnownWidget | { unknown: string } {
  if ('scope' in widget && !parseScope(widget.scope)) return { unknown: widget.scope }
  if ('metric' in widget) {
    const { metric } = widget
    if (!isName(metric)) return { unknown: metric }
    if (!('of' in widget)) return { ...widget, metric }
    const { of } = widget
    return of === null || isMetricId(of) ? { ...widget, metric, of } : { unknown: of }
  }
  if (widget.kind === 'queueTable') {
    const unknown = widget.metrics.find((metric) => !isName(metric))
    if (unknown !== undefined) return { unknown }
    return { ...widget, metrics: widget.metrics.filter(isName) }
  }
  return widget
}
