/** Spans that a metric compares with: as much of the period before, and the last month that is over. */
import type { Span } from '../../../shared/entry.ts'
import type { Relation } from '../../../shared/metrics/metric.ts'
import { DAY_MS, MINUTE_MS } from '../../../shared/time.ts'
import { QUARTER_MS } from '../buckets.ts'
import type { Calendar } from '../calendar.ts'

/** What a span is one of: by that it has a predecessor. `span`: of nothing but itself. */
export type SpanKind =
  'interval' | 'last30' | 'day' | 'week' | 'month' | 'quarter' | 'year' | 'last60days' | 'span'

const LAST_30_MS = 30 * MINUTE_MS
const LAST_DAYS = 60

/** The span that is related to one; `nowMs` says how much of it has passed. */
export function relatedSpan(
  relation: Relation,
  span: Span,
  kind: SpanKind,
  calendar: Calendar,
  nowMs: number,
): Span {
  return relation === 'previous'
    ? previousSpan(span, kind, calendar, nowMs)
    : lastMonth(span, calendar, nowMs)
}

/**
 * As much of the period before as has passed of this one: a morning is compared with a morning, and
 * a part of a day with the same part of the day before. A span of no period is compared with as long
 * a one right before it.
 */
function previousSpan(
  { fromMs, toMs }: Span,
  kind: SpanKind,
  calendar: Calendar,
  nowMs: number,
): Span {
  const untilMs = nowMs > fromMs ? Math.max(fromMs, Math.min(toMs, passedBy(nowMs, kind))) : toMs
  const shifted = (startMs: number, endMs: number, beforeMs: number): Span => {
    const at = (atMs: number) => Math.min(beforeMs + (atMs - startMs), startMs)
    return { fromMs: at(fromMs), toMs: untilMs >= endMs ? startMs : at(untilMs) }
  }
  switch (kind) {
    case 'day':
    case 'week':
    case 'month':
    case 'quarter':
    case 'year':
      return shifted(
        calendar.periodStart(kind, fromMs),
        calendar.periodStart(kind, fromMs, 1),
        calendar.periodStart(kind, fromMs, -1),
      )
    case 'interval':
      return shifted(
        calendar.intervalStart(fromMs),
        calendar.nextIntervalStart(fromMs),
        calendar.intervalStart(calendar.intervalStart(fromMs) - 1),
      )
    case 'last60days': {
      // A day of the clocks' change is as long as it is: counted by the calendar.
      const beforeMs = calendar.periodStart('day', fromMs, -LAST_DAYS)
      return shifted(fromMs, toMs, beforeMs)
    }
    case 'last30':
      return { fromMs: fromMs - LAST_30_MS, toMs: untilMs - LAST_30_MS }
    case 'span': {
      const lengthMs = toMs - fromMs
      return { fromMs: fromMs - lengthMs, toMs: untilMs - lengthMs }
    }
  }
}

/**
 * Up to when a span has passed, to compare it. A quarter's and a year's predecessor may lie where
 * only sums are kept, by quarters of an hour: with a year one compares to no finer an instant.
 */
export function passedBy(nowMs: number, kind: SpanKind | 'today'): number {
  const isLong = kind === 'quarter' || kind === 'year'
  return isLong ? Math.floor(nowMs / QUARTER_MS) * QUARTER_MS : nowMs
}

/** The last month of the calendar that was over at the span's end, or is by now. */
function lastMonth({ fromMs, toMs }: Span, calendar: Calendar, nowMs: number): Span {
  const untilMs = nowMs > fromMs ? Math.min(toMs, nowMs) : toMs
  const endMs = calendar.monthStart(untilMs)
  return { fromMs: calendar.monthStart(endMs - DAY_MS / 2), toMs: endMs }
}
