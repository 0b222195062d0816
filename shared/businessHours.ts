import type { OpeningHours } from './directory.ts'
import type { Span } from './entry.ts'
import { DAY_MS, MINUTE_MS } from './time.ts'

/**
 * Time by opening hours: how much of a span lies in them, and when so much of them has passed. Hours
 * are read by the local clock of their zone, whatever its clocks do, and each instant by the hours
 * that were in force then.
 */

/** Hours from an instant on; null: always open. */
export type DatedHours = { fromMs: number; hours: OpeningHours | null; timeZone: string }

/** Hours that say so little that nothing falls due within three years never make it due. */
const LONGEST_SEARCH_MS = 3 * 366 * DAY_MS

/** The milliseconds of a span that lie in opening hours; `calendar` is in order, none: always open. */
export function businessMs(calendar: readonly DatedHours[], span: Span): number {
  let openMs = 0
  for (const { fromMs, toMs } of openSpans(calendar, span)) openMs += toMs - fromMs
  return openMs
}

/**
 * The instant at which so many milliseconds of opening hours have passed since another; null where
 * they never do.
 */
export function afterBusinessMs(
  calendar: readonly DatedHours[],
  sinceMs: number,
  amountMs: number,
): number | null {
  let leftMs = amountMs
  const span = { fromMs: sinceMs, toMs: sinceMs + amountMs + LONGEST_SEARCH_MS }
  for (const { fromMs, toMs } of openSpans(calendar, span)) {
    if (toMs - fromMs >= leftMs) return fromMs + leftMs
    leftMs -= toMs - fromMs
  }
  return null
}

/** The open times within a span, in order, none touching another twice. */
function* openSpans(calendar: readonly DatedHours[], { fromMs, toMs }: Span): Generator<Span> {
  const always: DatedHours = { fromMs: -Infinity, hours: null, timeZone: 'UTC' }
  const dated = calendar.length === 0 ? [always] : calendar
  for (const [index, { fromMs: inForceMs, hours, timeZone }] of dated.entries()) {
    // What is said first holds from the beginning.
    const startMs = index === 0 ? fromMs : Math.max(fromMs, inForceMs)
    const endMs = Math.min(toMs, dated[index + 1]?.fromMs ?? Infinity)
    if (endMs <= startMs) continue
    if (hours === null) {
      yield { fromMs: startMs, toMs: endMs }
      continue
    }
    let openUntilMs = startMs
    // A night's hours belong to the day before.
    for (let day = localDay(startMs, timeZone) - 1; day <= localDay(endMs, timeZone); day++) {
      for (const open of spansOfDay(hours, timeZone, day)) {
        const from = Math.max(open.fromMs, openUntilMs)
        const to = Math.min(open.toMs, endMs)
        if (to <= from) continue
        openUntilMs = to
        yield { fromMs: from, toMs: to }
      }
    }
  }
}

/** Days kept at hand for each description of hours: some years of them. */
const MAX_KEPT_DAYS = 2_000
const kept = new WeakMap<OpeningHours, Map<string, readonly Span[]>>()

/** The open spans of a local day, counted from 1970, in order. */
function spansOfDay(hours: OpeningHours, timeZone: string, day: number): readonly Span[] {
  const days = kept.get(hours) ?? new Map<string, readonly Span[]>()
  kept.set(hours, days)
  const name = `${timeZone}\n${String(day)}`
  const known = days.get(name)
  if (known) return known
  if (days.size >= MAX_KEPT_DAYS) days.clear()

  const isClosed = hours.closed.includes(new Date(day * DAY_MS).toISOString().slice(0, 10))
  // 1 January 1970 was a Thursday; 1 is Monday.
  const weekday = ((((day + 3) % 7) + 7) % 7) + 1
  const own = isClosed ? [] : hours.days.filter((rule) => rule.day === weekday)
  const spans = own
    .map(({ from, to }) => {
      // To the same time or an earlier one: over midnight.
      const lastDay = to <= from ? day + 1 : day
      return {
        fromMs: instantOf(day * DAY_MS + timeOfDayMs(from), timeZone),
        toMs: instantOf(lastDay * DAY_MS + timeOfDayMs(to), timeZone),
      }
    })
    .sort((a, b) => a.fromMs - b.fromMs)
  days.set(name, spans)
  return spans
}

const timeOfDayMs = (text: string): number =>
  (Number(text.slice(0, 2)) * 60 + Number(text.slice(3))) * MINUTE_MS

const localDay = (atMs: number, timeZone: string): number =>
  Math.floor((atMs + offsetMs(atMs, timeZone)) / DAY_MS)

/**
 * The instant of a local time: the first of two where clocks go back, and as far after the gap as
 * the time lies in it where they go forward.
 */
function instantOf(localMs: number, timeZone: string): number {
  const before = offsetMs(localMs - DAY_MS, timeZone)
  const after = offsetMs(localMs + DAY_MS, timeZone)
  const isOf = (offset: number) => offsetMs(localMs - offset, timeZone) === offset
  return localMs - (isOf(before) || !isOf(after) ? before : after)
}

const clocks = new Map<string, Intl.DateTimeFormat>()

/** How far a zone's clocks are ahead of UTC at an instant. */
function offsetMs(atMs: number, timeZone: string): number {
  const clock =
    clocks.get(timeZone) ??
    new Intl.DateTimeFormat('en-US', {
      timeZone,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
  clocks.set(timeZone, clock)
  const parts: Partial<Record<Intl.DateTimeFormatPartTypes, number>> = {}
  for (const { type, value } of clock.formatToParts(atMs)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  // The clock tells whole seconds.
  return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(atMs / 1_000) * 1_000
}
