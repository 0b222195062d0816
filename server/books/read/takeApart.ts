/** A span taken apart into the largest whole buckets of the books, and its ragged ends. */
import type { Span } from '../../../shared/entry.ts'
import { MINUTE_MS } from '../../../shared/time.ts'
import { MINUTES_KEPT_MS, QUARTER_MS, type Grain } from '../buckets.ts'
import type { Committed } from './committed.ts'

/** A stretch of whole buckets of one grain. */
export type Stretch = Span & { grain: Grain }

type Bounds = {
  /** The first start of a bucket at or after an instant, and the last at or before it. */
  atOrAfter: (atMs: number) => number
  atOrBefore: (atMs: number) => number
}

const evenly = (lengthMs: number): Bounds => ({
  atOrAfter: (atMs) => Math.ceil(atMs / lengthMs) * lengthMs,
  atOrBefore: (atMs) => Math.floor(atMs / lengthMs) * lengthMs,
})

const byCalendar = (start: (atMs: number) => number, next: (atMs: number) => number): Bounds => ({
  atOrAfter: (atMs) => (start(atMs) === atMs ? atMs : next(atMs)),
  atOrBefore: start,
})

/**
 * Takes spans apart: every millisecond of them is in exactly one stretch or ragged piece. `nowMs`
 * says which minutes are still kept. Where two spans meet, their stretches are joined.
 *
 * What is not summed up is read from minutes. So the quarter that is under way, the day and the month
 * are whole up to where they are summed up: they have nothing yet of what lies after.
 */
export function takeApart(
  spans: readonly Span[],
  { calendar, summedToMs }: Pick<Committed, 'calendar' | 'summedToMs'>,
  nowMs: number,
): { stretches: Stretch[]; ragged: Span[] } {
  const summed = ({ atOrAfter, atOrBefore }: Bounds): Bounds => ({
    atOrAfter,
    atOrBefore: (atMs) => (atMs === summedToMs ? atMs : atOrBefore(atMs)),
  })
  const minute = evenly(MINUTE_MS)
  const minutesFromMs = Math.min(minute.atOrAfter(nowMs - MINUTES_KEPT_MS), summedToMs)
  const grains: [Grain, Bounds][] = [
    ['1M', summed(byCalendar(calendar.monthStart, calendar.nextMonthStart))],
    ['1d', summed(byCalendar(calendar.dayStart, calendar.nextDayStart))],
    ['15m', summed(evenly(QUARTER_MS))],
    ['1m', { ...minute, atOrAfter: (atMs) => Math.max(minute.atOrAfter(atMs), minutesFromMs) }],
  ]

  const stretches: Stretch[] = []
  const ragged: Span[] = []
  const take = (span: Span, level: number): void => {
    if (span.toMs <= span.fromMs) return
    const [grain, bounds] = grains[level] ?? []
    if (!grain || !bounds) {
      ragged.push(span)
      return
    }
    const fromMs = bounds.atOrAfter(span.fromMs)
    const toMs = bounds.atOrBefore(span.toMs)
    if (fromMs >= toMs) {
      take(span, level + 1)
      return
    }
    take({ fromMs: span.fromMs, toMs: fromMs }, level + 1)
    stretches.push({ grain, fromMs, toMs })
    take({ fromMs: toMs, toMs: span.toMs }, level + 1)
  }
  const minutes = grains.length - 1
  for (const { fromMs, toMs } of spans) {
    take({ fromMs, toMs: Math.min(toMs, summedToMs) }, 0)
    take({ fromMs: Math.max(fromMs, summedToMs), toMs }, minutes)
  }
  return { stretches: joined(stretches), ragged }
}

/** Stretches of one grain that meet become one: fewer questions to the database. */
function joined(stretches: readonly Stretch[]): Stretch[] {
  const all: Stretch[] = []
  const last = new Map<Grain, Stretch>()
  for (const stretch of stretches) {
    const before = last.get(stretch.grain)
    if (before && before.toMs === stretch.fromMs) {
      before.toMs = stretch.toMs
      continue
    }
    const copy = { ...stretch }
    last.set(stretch.grain, copy)
    all.push(copy)
  }
  return all
}
