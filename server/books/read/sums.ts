/** Sums of counters: what a metric is worked out from, whether read from the books or kept live. */
import type { CounterId } from '../../../shared/counters.ts'
import type { PartSum } from '../../../shared/metrics/evaluate.ts'

/** Amounts by counter, then by detail; a counter without details has them under ''. */
export type Sums = Map<CounterId, Map<string, PartSum>>

export function add(
  sums: Sums,
  counter: CounterId,
  detail: string,
  amount: { booked: number } | { live: number },
): void {
  let details = sums.get(counter)
  if (!details) sums.set(counter, (details = new Map<string, PartSum>()))
  let sum = details.get(detail)
  if (!sum) details.set(detail, (sum = { booked: 0, live: 0 }))
  if ('booked' in amount) sum.booked += amount.booked
  else sum.live += amount.live
}

/** A counter's sum over all its details. */
export function balanceOf(sums: Sums, counter: CounterId): PartSum {
  const total = { booked: 0, live: 0 }
  for (const { booked, live } of sums.get(counter)?.values() ?? []) {
    total.booked += booked
    total.live += live
  }
  return total
}

/** A counter's amounts by detail, booked and live together; no zeros. */
export function detailsOf(sums: Sums, counter: CounterId): ReadonlyMap<string, number> {
  const details = new Map<string, number>()
  for (const [detail, { booked, live }] of sums.get(counter) ?? []) {
    if (booked + live !== 0) details.set(detail, booked + live)
  }
  return details
}
