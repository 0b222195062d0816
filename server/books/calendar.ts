/** A center's business days, months and intervals as instants, whatever its clocks do. */
import { Temporal } from 'temporal-polyfill'
import type { Span } from '../../shared/entry.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/time.ts'

/** What a calendar follows; a directory's center has all of it. */
export type CalendarSettings = {
  /** An IANA zone. */
  timeZone: string
  /** When the business day begins by the local clock, `HH:MM`. */
  businessDayStart: string
  intervalMinutes: 15 | 30
  /** 1 is Monday. */
  weekStart: number
  fiscalYearStartMonth: number
}

export type CalendarPeriod = 'day' | 'week' | 'month' | 'quarter' | 'year'

/**
 * Instants in, instants out, all in UTC milliseconds. A business day begins at its start by the
 * local clock and lasts until the next one begins: 23 or 25 hours when the clocks change. Weeks,
 * months, quarters and fiscal years are whole business days. An interval begins by the local clock
 * at :00, :15, :30 or :45; a change of the clocks within one ends it early.
 *
 * Every function is quick enough to be called for every entry.
 */
export type Calendar = {
  settings: CalendarSettings
  /** The start of the business day that an instant is in, and of the one after it. */
  dayStart: (atMs: number) => number
  nextDayStart: (atMs: number) => number
  monthStart: (atMs: number) => number
  nextMonthStart: (atMs: number) => number
  intervalStart: (atMs: number) => number
  nextIntervalStart: (atMs: number) => number
  /** The start of the period that is `shift` periods after the one an instant is in. */
  periodStart: (period: CalendarPeriod, atMs: number, shift?: number) => number
  /** The local date of the business day that an instant is in, such as 2026-11-21. */
  dayOf: (atMs: number) => string
  /** The start of a local date's business day. Throws for what is no date. */
  startOf: (date: string) => number
}

/** Spans kept at hand; a year of entries touches some 400 days. */
const MAX_KEPT_SPANS = 4_000
/** Every instant that RFC 3339 can write lies between; others are taken for the nearest of these. */
const EARLIEST_MS = Date.parse('-000001-01-01T00:00:00Z')
const LATEST_MS = Date.parse('+010001-01-01T00:00:00Z')

export function createCalendar(settings: CalendarSettings): Calendar {
  const { timeZone, businessDayStart, weekStart, fiscalYearStartMonth } = settings
  const dayBegins = Temporal.PlainTime.from(businessDayStart)
  const intervalMs = settings.intervalMinutes * MINUTE_MS

  const startOf = (date: Temporal.PlainDate): number =>
    date.toZonedDateTime({ timeZone, plainTime: dayBegins }).epochMilliseconds
  const dateAt = (atMs: number): Temporal.PlainDate => {
    const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone)
    let date = local.toPlainDate()
    // By instants and not by the clock: where clocks go back it says the same time twice, and a
    // date that a zone skipped (Samoa, 30 December 2011) begins with the one after it.
    while (startOf(date) > atMs) date = date.subtract({ days: 1 })
    return date
  }
  /** The first date of the period that a date is in, and of the one `shift` periods after it. */
  const firstDate = (
    period: CalendarPeriod,
    date: Temporal.PlainDate,
    shift: number,
  ): Temporal.PlainDate => {
    const firstOfMonth = date.with({ day: 1 })
    const fiscalMonth = (date.month - fiscalYearStartMonth + 12) % 12
    switch (period) {
      case 'day':
        return date.add({ days: shift })
      case 'week':
        return date.subtract({ days: (date.dayOfWeek - weekStart + 7) % 7 }).add({ weeks: shift })
      case 'month':
        return firstOfMonth.add({ months: shift })
      case 'quarter':
        return firstOfMonth.add({ months: 3 * shift - (fiscalMonth % 3) })
      case 'year':
        return firstOfMonth.add({ months: 12 * shift - fiscalMonth })
    }
  }
  const spanOf =
    (period: CalendarPeriod) =>
    (atMs: number): Span => {
      const date = dateAt(atMs)
      return {
        fromMs: startOf(firstDate(period, date, 0)),
        toMs: startOf(firstDate(period, date, 1)),
      }
    }

  const shiftedStart = (period: CalendarPeriod, atMs: number, shift: number): number => {
    const date = dateAt(atMs)
    const startMs = (by: number) => startOf(firstDate(period, date, by))
    // A skipped date has no day of its own: the one before is meant.
    const isSkipped = shift < 0 && startMs(shift) === startMs(shift + 1)
    return startMs(isSkipped ? shift - 1 : shift)
  }

  const day = keeping(spanOf('day'), DAY_MS)
  const month = keeping(spanOf('month'), 28 * DAY_MS)
  const offset = keeping(offsetAt(timeZone), HOUR_MS)
  const interval = (atMs: number): Span => {
    const { fromMs, toMs, offsetMs } = offset(atMs)
    const localMs = atMs + offsetMs
    const startMs = atMs - modulo(localMs, intervalMs)
    return { fromMs: Math.max(startMs, fromMs), toMs: Math.min(startMs + intervalMs, toMs) }
  }

  return {
    settings,
    dayStart: (atMs) => day(atMs).fromMs,
    nextDayStart: (atMs) => day(atMs).toMs,
    monthStart: (atMs) => month(atMs).fromMs,
    nextMonthStart: (atMs) => month(atMs).toMs,
    intervalStart: (atMs) => interval(atMs).fromMs,
    nextIntervalStart: (atMs) => interval(atMs).toMs,
    periodStart: (period, atMs, shift = 0) => shiftedStart(period, clamped(atMs), shift),
    dayOf: (atMs) => dateAt(clamped(atMs)).toString(),
    startOf: (date) => startOf(Temporal.PlainDate.from(date)),
  }
}

/** Around an instant, the span in which a zone's clocks keep one distance from UTC. */
function offsetAt(timeZone: string): (atMs: number) => Span & { offsetMs: number } {
  return (atMs) => {
    const local = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone)
    // The one before the next instant, so that a change at this very instant is found as well.
    const changed = local.add({ nanoseconds: 1 }).getTimeZoneTransition('previous')
    const changes = local.getTimeZoneTransition('next')
    return {
      fromMs: changed ? changed.epochMilliseconds : -Infinity,
      toMs: changes ? changes.epochMilliseconds : Infinity,
      offsetMs: local.offsetNanoseconds / 1_000_000,
    }
  }
}

/**
 * Remembers the spans that were found, under the stretch of time that was asked about: a stretch
 * is at most as long as a span, so that few spans lie under one.
 */
function keeping<Found extends Span>(
  find: (atMs: number) => Found,
  stretchMs: number,
): (atMs: number) => Found {
  const kept = new Map<number, Found[]>()
  let count = 0
  let last: Found | null = null
  return (instantMs) => {
    const atMs = clamped(instantMs)
    if (last && atMs >= last.fromMs && atMs < last.toMs) return last
    const stretch = Math.floor(atMs / stretchMs)
    const near = kept.get(stretch)
    last = near?.find(({ fromMs, toMs }) => atMs >= fromMs && atMs < toMs) ?? null
    if (last) return last
    last = find(atMs)
    if (count >= MAX_KEPT_SPANS) {
      kept.clear()
      count = 0
    }
    count += 1
    kept.set(stretch, [...(kept.get(stretch) ?? []), last])
    return last
  }
}

const clamped = (atMs: number): number => Math.min(Math.max(atMs, EARLIEST_MS), LATEST_MS)
const modulo = (value: number, by: number): number => ((value % by) + by) % by
