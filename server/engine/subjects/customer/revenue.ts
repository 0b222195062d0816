import type { CounterId } from '../../../../shared/counters.ts'
import type { Standing } from '../../facts.ts'
import { creditedTo } from '../account.ts'
import type { Booking, DeriveInput } from '../kind.ts'
import { agentSince, changesOf, pricing } from '../object.ts'
import type { AccountTopic } from './topic.ts'

/**
 * What an account pays, and whether it is a customer.
 *
 *     unknown ──┬── new, existing, returned ──► customer ── churned ──► lost
 *               └── churned ─────────────────────────────────────────►  │
 *                                            customer ◄── returned, new ┘
 *
 * Levels are booked as their changes, so that the sum from the beginning is the level: of the
 * monthly amount, and of there being a customer. An account that is lost is not lost again.
 */
export const revenue: AccountTopic = deriveRevenue

type Change = Standing<'customer.changed'>

/** What the size of a change counts as. An opening balance is no revenue of its day. */
const sizes: Readonly<Partial<Record<Change['data']['change'], CounterId>>> = {
  new: 'newBusinessAmount',
  expanded: 'expansionAmount',
  contracted: 'contractionAmount',
  churned: 'churnedAmount',
}

/** The changes of an account in order: what it was before, first. */
export const accountChanges = ({ standing }: DeriveInput): Change[] =>
  changesOf(standing, 'customer.changed', [
    'existing',
    'new',
    'returned',
    'expanded',
    'contracted',
    'churned',
  ])

function deriveRevenue(input: DeriveInput): ReturnType<AccountTopic> {
  const { settings } = input
  const changes = accountChanges(input)
  const { minorUnits, unpriced } = pricing(settings)
  const bookings: Booking[] = []
  const flags: string[] = []
  let is: 'unknown' | 'customer' | 'lost' = 'unknown'
  let monthly = 0

  for (const change of changes) {
    const { atMs, data } = change
    const book = (counter: CounterId, amount: number) => {
      if (amount === 0) return
      const credit = creditedTo(settings, agentSince(changes, change), atMs)
      bookings.push({ counter, detail: null, fromMs: atMs, toMs: atMs, amount, ...credit })
    }

    if (data.change === 'churned') {
      if (is === 'lost') {
        flags.push('churned again without having returned')
        continue
      }
      book('customersChurned', 1)
      if (is === 'customer') book('customersActive', -1)
      is = 'lost'
    } else if (data.change !== 'expanded' && data.change !== 'contracted') {
      if (is !== 'customer') book('customersActive', 1)
      is = 'customer'
    }

    const stated = minorUnits(data.monthly, atMs)
    // Who is lost pays nothing; otherwise a change that names no level leaves it.
    const level = stated ?? (data.change === 'churned' ? 0 : monthly)
    book('monthlyAmount', level - monthly)
    const size = sizes[data.change]
    if (size) book(size, minorUnits(data.amount, atMs) ?? Math.abs(level - monthly))
    monthly = level
  }
  const { flags: rates, open } = unpriced()
  return { bookings, flags: [...flags, ...rates], open }
}
