/** A business day of the simulated center as instants, whatever the clocks of its sites do. */
import { Temporal } from 'temporal-polyfill'
import { createCalendar } from '../books/calendar.ts'
import { CENTER_ZONE } from './center.ts'

export type BusinessDay = {
  /** Its local date in the center, such as 2026-11-21. */
  date: string
  startMs: number
  endMs: number
}

const calendar = createCalendar({
  ...{ timeZone: CENTER_ZONE, businessDayStart: '00:00', intervalMinutes: 30 },
  ...{ weekStart: 1, fiscalYearStartMonth: 1 },
})

/** The business day that an instant is in: of 23 or 25 hours when the clocks change. */
export function businessDayAt(atMs: number): BusinessDay {
  return {
    date: calendar.dayOf(atMs),
    startMs: calendar.dayStart(atMs),
    endMs: calendar.nextDayStart(atMs),
  }
}

/** What a clock in a zone says, `HH:MM`, as an instant of a local date. */
export function instantOf(date: string, clock: string, timeZone: string): number {
  const plainTime = Temporal.PlainTime.from(clock)
  return Temporal.PlainDate.from(date).toZonedDateTime({ timeZone, plainTime }).epochMilliseconds
}

/** The date that a clock in a zone shows at an instant. */
export function localDateAt(atMs: number, timeZone: string): string {
  return Temporal.Instant.fromEpochMilliseconds(atMs)
    .toZonedDateTimeISO(timeZone)
    .toPlainDate()
    .toString()
}

/** What a clock in a zone says at an instant, in hours from 0 up to 24. */
export function localHourAt(atMs: number, timeZone: string): number {
  const { hour, minute } = Temporal.Instant.fromEpochMilliseconds(atMs).toZonedDateTimeISO(timeZone)
  return hour + minute / 60
}
