/** What a board has to be sent, and no more. */
import type { Board } from '../../shared/board.ts'
import type { CounterId } from '../../shared/counters.ts'
import { countersOf } from '../../shared/metrics/reads.ts'
import { metricOf, type MetricId } from '../../shared/metrics/registry.ts'
import type { WindowName } from '../../shared/wire.ts'
import type { Watched } from '../live.svelte.ts'
import { known } from '../widgets/widget.ts'

/** All queues or agents that there are, and those that come later. */
const EVERY_QUEUE = 'queue:*'

export function watchOf(board: Board): Watched {
  const scopes = new Set<string>()
  const windows = new Set<WindowName>()
  const metrics = new Set<MetricId>()
  for (const written of board.widgets) {
    const widget = known(written)
    if ('unknown' in widget) continue
    switch (widget.kind) {
      case 'metricTile':
        scopes.add(widget.scope)
        metrics.add(widget.metric)
        windows.add(widget.window)
        if (widget.beneath) windows.add(widget.beneath)
        break
      case 'queueTable':
        if (widget.queues === 'all') scopes.add(EVERY_QUEUE)
        else for (const queue of widget.queues) scopes.add(`queue:${queue}`)
        windows.add(widget.window)
        for (const metric of widget.metrics) metrics.add(metric)
        break
      case 'agentGrid':
      case 'waitingList':
        scopes.add(widget.scope)
        break
      case 'trend':
      case 'heading':
        break
    }
  }
  // A watch names at least one of each, also for a board of headings alone.
  if (scopes.size === 0) scopes.add('center')
  if (windows.size === 0) windows.add('today')
  const counters = new Set<CounterId>()
  for (const metric of metrics) {
    for (const counter of countersOf(metricOf(metric))) counters.add(counter)
  }
  return { scopes: [...scopes], windows: [...windows], counters: [...counters] }
}
