/** How an entry falls into the buckets of time that balances are kept for. */
import { amountWithin, type Entry } from '../../shared/entry.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/time.ts'
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

/** The first minute that balances are still written for, and below which they are deleted. */
export function minutesFrom(nowMs: number): number {
  return floorTo(MINUTE_MS, nowMs - MINUTES_KEPT_MS - MINUTES_SLACK_MS)
}

/** An amount is spread over at most a year and its neighbours: half a million buckets. */
export const MAX_SPREAD_MS = 400 * DAY_MS

/** Whether an entry can be booked: its instants and amount are numbers, its span is not too long. */
export function isBookable({ fromMs, toMs, amount }: Omit<Entry, 'subject'>): boolean {
  return Number.isFinite(amount) && Number.isFinite(fromMs) && toMs - fromMs <= MAX_SPREAD_MS
}

/**
 * Tells each bucket's part of an entry, parts of 0 left out. The parts of one grain add up to the
 * amount, apart from minutes before `minutesFromMs`. The entry is
 * bookable.
 */
export function eachBucket(
  entry: Pick<Entry, 'fromMs' | 'toMs' | 'amount'>,
  calendar: Pick<Calendar, 'dayStart' | 'nextDayStart' | 'monthStart' | 'nextMonthStart'>,
  minutesFromMs: number,
  tell: (grain: Grain, bucketMs: number, amount: number) => void,
): void {
  const { fromMs, toMs, amount } = entry
  if (toMs <= fromMs) {
    if (amount === 0) return
    if (fromMs >= minutesFromMs) tell('1m', floorTo(MINUTE_MS, fromMs), amount)
    tell('15m', floorTo(QUARTER_MS, fromMs), amount)
    tell('1d', calendar.dayStart(fromMs), amount)
    tell('1M', calendar.monthStart(fromMs), amount)
    return
  }
  const spread = (grain: Grain, firstMs: number, next: (bucketMs: number) => number): void => {
    for (let bucketMs = firstMs; bucketMs < toMs; bucketMs = next(bucketMs)) {
      const part = amountWithin(entry, { fromMs: bucketMs, toMs: next(bucketMs) })
      if (part !== 0) tell(grain, bucketMs, part)
    }
  }
  const firstMinuteMs = Math.max(floorTo(MINUTE_MS, fromMs), minutesFromMs)
  spread('1m', firstMinuteMs, (bucketMs) => bucketMs + MINUTE_MS)
  spread('15m', floorTo(QUARTER_MS, fromMs), (bucketMs) => bucketMs + QUARTER_MS)
  spread('1d', calendar.dayStart(fromMs), calendar.nextDayStart)
  spread('1M', calendar.monthStart(fromMs), calendar.nextMonthStart)
}

function floorTo(unitMs: number, atMs: number): number {
  return Math.floor(atMs / unitMs) * unitMs
}
