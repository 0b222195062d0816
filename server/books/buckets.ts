/** How an entry falls into the buckets of time that balances are kept for. */
import { amountWithin, type Entry } from '../../shared/entry.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/time.ts'
import { ALL_SUMMED_MS } from '../database/schema.ts'
import type { Calendar } from './calendar.ts'

/**
 * Balances are kept by the minute (for `MINUTES_KEPT_MS`), by 15 minutes, by business day and by
 * month of business days. Minutes and quarters of an hour are those of UTC; every zone's hours
 * begin with one.
 */
export const grains = ['1m', '15m', '1d', '1M'] as const
export type Grain = (typeof grains)[number]

export const QUARTER_MS = 15 * MINUTE_MS

/**
 * Every minute that begins at or after now less this is complete; older ones may be gone. They are
 * kept a little longer than that, so that a reader's clock and ours need not agree.
 */
export const MINUTES_KEPT_MS = 48 * HOUR_MS
const MINUTES_SLACK_MS = HOUR_MS

/** By then nearly all of a minute has come; what comes later is added one by one. */
const SUMMED_AFTER_MS = 2 * MINUTE_MS

/**
 * Up to when quarters of an hour, days and months are to be summed up; a minute's start. It moves
 * back only from `ALL_SUMMED_MS`, whatever the clock does.
 */
export function summedTo(beforeMs: number, nowMs: number): number {
  const toMs = floorTo(MINUTE_MS, nowMs - SUMMED_AFTER_MS)
  return beforeMs === ALL_SUMMED_MS ? toMs : Math.max(beforeMs, toMs)
}

/**
 * Which balances are there: minutes from `minutesFromMs` on, and quarters, days and months of what
 * lies before `summedToMs`. What lies after that is in minutes only, until these are over and added
 * up (books/sumUp.ts): a row that is written all the time is then one, and not four.
 */
export type Kept = { minutesFromMs: number; summedToMs: number }

/**
 * The balances that are written at an instant, and below whose minutes others are deleted: what is
 * not summed up has its minutes, however old they are.
 */
export function keptAt(nowMs: number, summedToMs: number): Kept {
  const recentMs = floorTo(MINUTE_MS, nowMs - MINUTES_KEPT_MS - MINUTES_SLACK_MS)
  return { minutesFromMs: Math.min(recentMs, summedToMs), summedToMs }
}

/** An amount is spread over at most a year and its neighbours: half a million buckets. */
export const MAX_SPREAD_MS = 400 * DAY_MS

/** Whether an entry can be booked: its instants and amount are numbers, its span is not too long. */
export function isBookable({ fromMs, toMs, amount }: Omit<Entry, 'subject'>): boolean {
  return Number.isFinite(amount) && Number.isFinite(fromMs) && toMs - fromMs <= MAX_SPREAD_MS
}

/**
 * Tells each bucket's part of an entry, parts of 0 left out. The parts of one grain add up to the
 * amount, but for those minutes, and those of what is not summed up, that are not kept. The entry
 * is bookable.
 */
export function eachBucket(
  entry: Pick<Entry, 'fromMs' | 'toMs' | 'amount'>,
  calendar: Pick<Calendar, 'dayStart' | 'nextDayStart' | 'monthStart' | 'nextMonthStart'>,
  { minutesFromMs, summedToMs }: Kept,
  tell: (grain: Grain, bucketMs: number, amount: number) => void,
): void {
  const { fromMs, toMs, amount } = entry
  if (toMs <= fromMs) {
    if (amount === 0) return
    if (fromMs >= minutesFromMs) tell('1m', floorTo(MINUTE_MS, fromMs), amount)
    if (fromMs >= summedToMs) return
    tell('15m', floorTo(QUARTER_MS, fromMs), amount)
    tell('1d', calendar.dayStart(fromMs), amount)
    tell('1M', calendar.monthStart(fromMs), amount)
    return
  }
  const spread = (
    grain: Grain,
    firstMs: number,
    next: (bucketMs: number) => number,
    endMs = Math.min(toMs, summedToMs),
  ): void => {
    for (let bucketMs = firstMs; bucketMs < endMs; bucketMs = next(bucketMs)) {
      const untilMs = Math.min(next(bucketMs), endMs)
      const part = amountWithin(entry, { fromMs: bucketMs, toMs: untilMs })
      if (part !== 0) tell(grain, bucketMs, part)
    }
  }
  const firstMinuteMs = Math.max(floorTo(MINUTE_MS, fromMs), minutesFromMs)
  spread('1m', firstMinuteMs, (bucketMs) => bucketMs + MINUTE_MS, toMs)
  spread('15m', floorTo(QUARTER_MS, fromMs), (bucketMs) => bucketMs + QUARTER_MS)
  spread('1d', calendar.dayStart(fromMs), calendar.nextDayStart)
  spread('1M', calendar.monthStart(fromMs), calendar.nextMonthStart)
}

function floorTo(unitMs: number, atMs: number): number {
  return Math.floor(atMs / unitMs) * unitMs
}
