/** Windows by name, as spans: what `today` or `last30` means at an instant in a center. */
import type { Span } from '../../../shared/entry.ts'
import type { LiveWindowName, Window } from '../../../shared/window.ts'
import type { WindowName } from '../../../shared/wire.ts'
import { MINUTE_MS } from '../../../shared/time.ts'
import type { Calendar, CalendarPeriod } from '../calendar.ts'
import { passedBy } from './related.ts'

/**
 * `interval`: the present one. `last30`: from 29 minutes before the minute that it is, to now.
 * `today`: the business day. `week`, `month`, `quarter`, `year` (fiscal): the present ones, whole.
 * `last60days`: the present business day and the 59 before it.
 */
export type NamedWindow = WindowName

export const namedWindows = [
  'interval',
  'last30',
  'today',
  'week',
  'month',
  'quarter',
  'year',
  'last60days',
] as const satisfies readonly NamedWindow[]

/**
 * Which predecessor is meant: `full`, the whole window before; `span`, only as much of it as has
 * passed of the present one, so that a morning is compared with a morning.
 */
export type Previous = 'full' | 'span'

const LAST_30_MINUTES = 30
const LAST_DAYS = 60

/** The span that a window's name stands for at `nowMs`, or its predecessor's. */
export function resolveWindow(
  name: NamedWindow,
  calendar: Calendar,
  nowMs: number,
  previous: Previous | null = null,
): Window {
  const present = spanOf(name, calendar, nowMs, 0)
  if (previous === null) return { name, ...present }
  const before = spanOf(name, calendar, nowMs, -1)
  if (previous === 'full') return { name, ...before }
  const passedMs = Math.max(0, Math.min(passedBy(nowMs, name), present.toMs) - present.fromMs)
  return { name, fromMs: before.fromMs, toMs: Math.min(before.fromMs + passedMs, before.toMs) }
}

/**
 * The span that a live window covers at `nowMs`: that of its name, and for `last30` the minute
 * that it is to its end, as what accrues goes on to be in it.
 */
export function liveSpan(name: LiveWindowName, calendar: Calendar, nowMs: number): Span {
  const { fromMs, toMs } = resolveWindow(name, calendar, nowMs)
  return { fromMs, toMs: name === 'last30' ? fromMs + LAST_30_MINUTES * MINUTE_MS : toMs }
}

/** The span of the window that begins when this one ends. */
export function following(name: 'interval' | 'today', calendar: Calendar, { toMs }: Span): Span {
  const next = name === 'interval' ? calendar.nextIntervalStart : calendar.nextDayStart
  return { fromMs: toMs, toMs: next(toMs) }
}

/** An event may be 5 minutes ahead of our clock: so many minutes may hold entries already. */
export const MINUTES_AHEAD = 6

/** The minutes of `last30`, and those that are still to come and may hold entries. */
export function liveMinutes(nowMs: number): Span[] {
  const firstMs = minuteOf(nowMs) - (LAST_30_MINUTES - 1) * MINUTE_MS
  return Array.from({ length: LAST_30_MINUTES + MINUTES_AHEAD }, (_, i) => ({
    fromMs: firstMs + i * MINUTE_MS,
    toMs: firstMs + (i + 1) * MINUTE_MS,
  }))
}

const minuteOf = (atMs: number): number => Math.floor(atMs / MINUTE_MS) * MINUTE_MS

function spanOf(name: NamedWindow, calendar: Calendar, nowMs: number, shift: 0 | -1): Span {
  switch (name) {
    case 'interval': {
      const fromMs = calendar.intervalStart(nowMs)
      return shift === 0
        ? { fromMs, toMs: calendar.nextIntervalStart(nowMs) }
        : { fromMs: calendar.intervalStart(fromMs - 1), toMs: fromMs }
    }
    case 'last30': {
      const fromMs = minuteOf(nowMs) - (LAST_30_MINUTES - 1) * MINUTE_MS
      return shift === 0
        ? { fromMs, toMs: nowMs }
        : { fromMs: fromMs - LAST_30_MINUTES * MINUTE_MS, toMs: fromMs }
    }
    case 'today':
      return periodOf('day')
    case 'last60days': {
      const first = shift * LAST_DAYS - (LAST_DAYS - 1)
      return {
        fromMs: calendar.periodStart('day', nowMs, first),
        toMs: calendar.periodStart('day', nowMs, first + LAST_DAYS),
      }
    }
    case 'week':
    case 'month':
    case 'quarter':
    case 'year':
      return periodOf(name)
  }

  function periodOf(period: CalendarPeriod): Span {
    return {
      fromMs: calendar.periodStart(period, nowMs, shift),
      toMs: calendar.periodStart(period, nowMs, shift + 1),
    }
  }
}
