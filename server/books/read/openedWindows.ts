/** Windows beside those that live books keep up by themselves: where one is now, and what is in it. */
import type { CounterId } from '../../../shared/counters.ts'
import type { Span } from '../../../shared/entry.ts'
import { relations } from '../../../shared/metrics/metric.ts'
import { readsOf } from '../../../shared/metrics/reads.ts'
import { metricIds, metricOf } from '../../../shared/metrics/registry.ts'
import { allSettings } from '../../../shared/metrics/settings.ts'
import { scopeKinds } from '../../../shared/scope.ts'
import { MINUTE_MS } from '../../../shared/time.ts'
import { liveWindows, readWindowName } from '../../../shared/window.ts'
import { WindowName } from '../../../shared/wire.ts'
import type { Calendar } from '../calendar.ts'
import { relatedSpan, type SpanKind } from './related.ts'
import { liveSpan, resolveWindow } from './windows.ts'

/** Nothing that a feed can tell of is older. */
const BEGINNING_MS = Date.parse('0001-02-01T00:00:00Z')

/** The name of a span of any time. */
export const spanName = ({ fromMs, toMs }: Span): string => `${String(fromMs)}/${String(toMs)}`

/**
 * The span of a window by its name, at `nowMs`. What a window is compared with goes on with the
 * minute, as `last30` does; so does a level of a window that ends now.
 */
export function openedSpan(name: string, calendar: Calendar, nowMs: number): Span {
  const { base, relation, isLevel } = readWindowName(name)
  const minuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS
  const { span, kind } = baseSpan(base, calendar, nowMs)
  const known = relations.find((each) => each === relation)
  const related = known ? relatedSpan(known, span, kind, calendar, minuteMs) : span
  if (!isLevel) return related
  return { fromMs: calendar.monthStart(BEGINNING_MS), toMs: related.toMs }
}

function baseSpan(base: string, calendar: Calendar, nowMs: number): { span: Span; kind: SpanKind } {
  const live = liveWindows.find((name) => name === base)
  if (live) {
    return { span: liveSpan(live, calendar, nowMs), kind: live === 'today' ? 'day' : live }
  }
  const named = WindowName.safeParse(base)
  if (named.success && named.data !== 'today') {
    return { span: resolveWindow(named.data, calendar, nowMs), kind: named.data }
  }
  const [from = NaN, to = NaN] = base.split('/').map(Number)
  return { span: { fromMs: from, toMs: to }, kind: 'span' }
}

/** The counters of which any metric reads the level; of others nobody asks what they came to. */
const levelCounters: ReadonlySet<CounterId> = new Set(
  allSettings.flatMap((settings) => {
    const all = metricIds.map((id) => ({ metric: metricOf(id), of: null }))
    const { levels, related } = readsOf(all, scopeKinds, settings)
    return [...levels, ...Object.values(related).flatMap((reads) => [...reads.levels])]
  }),
)

/** What a window keeps of the counters that are asked for (null: all); null: all of them. */
export function keptIn(
  name: string,
  asked: ReadonlySet<CounterId> | null,
): ReadonlySet<CounterId> | null {
  if (!readWindowName(name).isLevel) return asked
  return asked ? new Set([...levelCounters].filter((counter) => asked.has(counter))) : levelCounters
}
