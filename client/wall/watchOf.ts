/** What a board has to be sent, and no more. */
import type { Board } from '../../shared/board.ts'
import { counterIds, type CounterId } from '../../shared/counters.ts'
import { relations } from '../../shared/metrics/metric.ts'
import { readsOf } from '../../shared/metrics/reads.ts'
import { isMetricId, metricOf } from '../../shared/metrics/registry.ts'
import { allSettings } from '../../shared/metrics/settings.ts'
import { scopeKinds } from '../../shared/scope.ts'
import { levelWindow, relatedWindow } from '../../shared/window.ts'
import type { WatchRequest, WindowName } from '../../shared/wire.ts'
import type { Watched } from '../live.svelte.ts'
import type { MetricName } from '../numbers.ts'
import { known } from '../widgets/widget.ts'

/** All queues or agents that there are, and those that come later. */
const EVERY_QUEUE = 'queue:*'

export function watchOf(board: Board): Watched {
  const scopes = new Set<string>()
  const windows = new Set<WatchRequest['windows'][number]>()
  const counters = new Set<CounterId>()
  const own = new Set<string>()
  const show = (id: MetricName, of: string | null, shown: readonly WindowName[]): void => {
    for (const window of shown) windows.add(window)
    // What it is made from only the server knows yet.
    if (!isMetricId(id)) {
      own.add(id)
      return
    }
    const metric = metricOf(id)
    const usual = metric.kind === 'relative' ? (of ?? metric.usual) : null
    const other = usual !== null && isMetricId(usual) ? metricOf(usual) : null
    // Which metric a quota is of only its directory knows.
    if (metric.kind === 'relative' && !other) for (const each of counterIds) counters.add(each)
    for (const settings of allSettings) {
      const reads = readsOf([{ metric, of: other }], scopeKinds, settings)
      for (const counter of [...reads.within, ...reads.levels]) counters.add(counter)
      for (const window of shown) {
        if (reads.levels.size > 0) windows.add(levelWindow(window))
        for (const relation of relations) {
          const related = reads.related[relation]
          if (!related) continue
          const named = relatedWindow(window, relation)
          windows.add(named)
          if (related.levels.size > 0) windows.add(levelWindow(named))
          for (const counter of [...related.within, ...related.levels]) counters.add(counter)
        }
      }
    }
  }
  for (const written of board.widgets) {
    const widget = known(written)
    if ('unknown' in widget) continue
    switch (widget.kind) {
      case 'metricTile':
        scopes.add(widget.scope)
        show(widget.metric, widget.of, [widget.window, ...(widget.beneath ? [widget.beneath] : [])])
        break
      case 'queueTable':
        if (widget.queues === 'all') scopes.add(EVERY_QUEUE)
        else for (const queue of widget.queues) scopes.add(`queue:${queue}`)
        windows.add(widget.window)
        for (const metric of widget.metrics) show(metric, null, [widget.window])
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
  return {
    scopes: [...scopes],
    windows: [...windows],
    counters: [...counters],
    ...(own.size > 0 && { own: [...own] }),
  }
}
