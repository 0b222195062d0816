import type { CounterId } from '../../../../shared/counters.ts'
import type { Dimensions } from '../../../../shared/entry.ts'
import type { Booking } from '../kind.ts'
import type { Moment } from './journey.ts'

/** What is open, on whose behalf: minor units, plain and weighted by the stage's probability. */
type Open = { dimensions: Dimensions; amount: number; weighted: number }

/**
 * The changes of what is open, so that the sum from the beginning to an instant is what was open
 * then. Handed from one agent to another, it leaves the one and comes to the other.
 */
export function openAmountBookings(
  moments: readonly Moment[],
  amountAt: (atMs: number) => number | null,
  creditedAt: (atMs: number) => Dimensions,
): Booking[] {
  const bookings: Booking[] = []
  let before: Open | null = null
  for (const { atMs, stage, isOpen } of moments) {
    const amount = isOpen ? (amountAt(atMs) ?? 0) : 0
    const weighted = Math.round(amount * (stage?.probability ?? 0))
    const dimensions = creditedAt(atMs)
    const book = (counter: CounterId, on: Dimensions, change: number) => {
      if (change === 0) return
      bookings.push({ ...on, counter, detail: null, fromMs: atMs, toMs: atMs, amount: change })
    }
    if (before && !isSamePlace(before.dimensions, dimensions)) {
      book('openAmount', before.dimensions, -before.amount)
      book('openAmountWeighted', before.dimensions, -before.weighted)
      before = null
    }
    book('openAmount', dimensions, amount - (before?.amount ?? 0))
    book('openAmountWeighted', dimensions, weighted - (before?.weighted ?? 0))
    before = { dimensions, amount, weighted }
  }
  return bookings
}

/** An opportunity's queue, channel and filters are the same throughout. */
const isSamePlace = (a: Dimensions, b: Dimensions): boolean =>
  a.agent === b.agent && a.team === b.team && a.site === b.site
