import { Temporal } from 'temporal-polyfill'
import type { Span } from './span.ts'
import type { World } from './world.ts'

/** The center's calendar, as far as metrics compare spans and share out targets by it. */
export type Period = 'day' | 'week' | 'month' | 'quarter' | 'year'

const dayAt = (atMs: number, world: World) =>
  Temporal.Instant.fromEpochMilliseconds(atMs)
    .toZonedDateTimeISO(world.directory.center.timeZone)
    .toPlainDate()
const startOf = (date: Temporal.PlainDate, world: World): number =>
  date.toZonedDateTime(world.directory.center.timeZone).epochMilliseconds

/** Whether a period begins on a day. */
function begins(period: Period, date: Temporal.PlainDate, world: World): boolean {
  const { weekStart, fiscalYearStartMonth } = world.directory.center
  const { day, dayOfWeek, month } = date
  const fiscalMonth = (month + 12 - fiscalYearStartMonth) % 12
  switch (period) {
    case 'day':
      return true
    case 'week':
      return dayOfWeek === weekStart
    case 'month':
      return day === 1
    case 'quarter':
      return day === 1 && fiscalMonth % 3 === 0
    case 'year':
      return day === 1 && fiscalMonth === 0
  }
}

/** The period that an instant is in, found day by day. */
function periodAt(period: Period, atMs: number, world: World): Span {
  let first = dayAt(atMs, world)
  let next = first.add({ days: 1 })
  while (!begins(period, first, world)) first = first.subtract({ days: 1 })
  while (!begins(period, next, world)) next = next.add({ days: 1 })
  return { fromMs: startOf(first, world), toMs: startOf(next, world) }
}

/** The periods that a span touches, whole. */
export function periodsOver({ fromMs, toMs }: Span, period: Period, world: World): Span[] {
  const periods: Span[] = []
  for (let atMs = fromMs; atMs < toMs; atMs = periods.at(-1)!.toMs) {
    periods.push(periodAt(period, atMs, world))
  }
  return periods
}

/** The local dates of a span, of those that have begun. */
export function datesOf({ fromMs, toMs }: Span, world: World): string[] {
  const dates: string[] = []
  const last = dayAt(toMs - 1, world)
  for (
    let date = dayAt(fromMs, world);
    Temporal.PlainDate.compare(date, last) <= 0;
    date = date.add({ days: 1 })
  ) {
    dates.push(date.toString())
  }
  return dates
}
export const dayStart = (date: string, world: World): number =>
  startOf(Temporal.PlainDate.from(date), world)

/** As much of a span as has passed; all of one that has not begun. */
export const passedOf = ({ fromMs, toMs }: Span, nowMs: number): Span => ({
  fromMs,
  toMs: nowMs > fromMs ? Math.min(toMs, nowMs) : toMs,
})

/** The same span of the last period: as much of it as has passed of this one. */
export function previousOf(span: Span, world: World, nowMs: number): Span {
  const so = passedOf(span, nowMs)
  if (span.is === undefined) {
    const lengthMs = span.toMs - span.fromMs
    return { fromMs: so.fromMs - lengthMs, toMs: so.toMs - lengthMs }
  }
  const before = periodAt(span.is, span.fromMs - 1, world)
  const untilMs = before.fromMs + (so.toMs - so.fromMs)
  return {
    fromMs: before.fromMs,
    toMs: so.toMs === span.toMs ? before.toMs : Math.min(untilMs, before.toMs),
    is: span.is,
  }
}

export function lastMonthOf(span: Span, world: World, nowMs: number): Span {
  const { fromMs } = periodAt('month', passedOf(span, nowMs).toMs, world)
  return periodAt('month', fromMs - 1, world)
}
