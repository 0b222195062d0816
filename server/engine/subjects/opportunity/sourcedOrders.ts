import { creditedTo } from '../account.ts'
import type { Booking, DeriveInput } from '../kind.ts'
import type { OrderFeed } from '../order.ts'

/** An appointment that was set for an opportunity, as its activity tells it. */
export type AppointmentOfOpportunity = { atMs: number; agent: string | null }

/**
 * The orders that came of an opportunity, credited to whoever set its first appointment, at the
 * placing; none where nobody had set one by then. The order is the subject that they are of.
 */
export function sourcedOrderBookings({
  fed,
  settings,
}: Pick<DeriveInput, 'fed' | 'settings'>): Booking[] {
  const first = fed
    .filter(({ id }) => id === 'appointment')
    // Fed by our own subject, by this type.
    .map(({ from, data }) => ({ from, ...(data as AppointmentOfOpportunity) }))
    .sort((a, b) => a.atMs - b.atMs || (a.from < b.from ? -1 : 1))[0]
  const agent = first?.agent ?? null
  if (!first || agent === null) return []
  return fed
    .filter(({ id }) => id === 'order')
    .flatMap(({ from, data }) => {
      // Fed by our own subject, by this type.
      const { placedAtMs, amount } = data as OrderFeed
      if (first.atMs > placedAtMs || amount === null || amount === 0) return []
      const credit = creditedTo(settings, agent, placedAtMs)
      const when = { fromMs: placedAtMs, toMs: placedAtMs }
      const counter = 'sourcedOrderAmount' as const
      return [{ counter, detail: null, ...when, amount, ...credit, subject: from }]
    })
}
