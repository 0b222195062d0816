import type { Fed, SubjectKey } from '../../subject.ts'
import { creditedTo } from '../account.ts'
import type { Booking } from '../kind.ts'
import { agentSince } from '../object.ts'
import type { OrderFeed } from '../order.ts'
import type { ContractFeed } from '../salesFeeds.ts'
import type { AccountTopic } from './topic.ts'
import { accountChanges } from './revenue.ts'

/**
 * Whether a sale is an account's first. It is a new customer with its first contract or order,
 * unless what is known of it begins later: with an opening balance, an expansion, a churn. An order
 * is a sale to an existing customer where an order or a contract of the account is earlier; the
 * contract that the order itself came of is none.
 */
export const sales: AccountTopic = deriveSales

/** An order of an account that is not cancelled. */
export type AccountOrder = OrderFeed & { order: SubjectKey }

/** The orders of an account in the order of their placing. */
export const ordersOf = (fed: readonly Fed[]): AccountOrder[] =>
  fed
    .filter(({ id }) => id === 'order')
    // Fed by our own subject, by this type.
    .map(({ from, data }): AccountOrder => ({ order: from, ...(data as OrderFeed) }))
    .sort((a, b) => a.placedAtMs - b.placedAtMs || (a.order < b.order ? -1 : 1))

/** Something that shows that an account is a customer, or has become one. */
type Sale = {
  atMs: number
  agent: string | null
  isFirstWord: boolean
  /** The opportunity that it is, or came of. */
  opportunity: SubjectKey | null
}

function deriveSales(input: Parameters<AccountTopic>[0]): ReturnType<AccountTopic> {
  const { fed, settings } = input
  const orders = ordersOf(fed)
  const contracts = [...changedContracts(input), ...wonContracts(fed)]
  const bookings: Booking[] = []

  const ordered = orders.map(({ placedAtMs, agent, opportunity }): Sale => {
    return { atMs: placedAtMs, agent, isFirstWord: true, opportunity }
  })
  // Of one instant, what says that it was a customer before is right.
  const first = [...contracts, ...ordered].sort(
    (a, b) => a.atMs - b.atMs || Number(a.isFirstWord) - Number(b.isFirstWord),
  )[0]
  if (first?.isFirstWord) {
    const { atMs, agent } = first
    const credit = creditedTo(settings, agent, atMs)
    bookings.push(booking('customersNew', atMs, 1, credit))
  }

  for (const { order, placedAtMs, amount, agent, opportunity } of orders) {
    const isExisting =
      orders.some((other) => other.placedAtMs < placedAtMs) ||
      contracts.some(
        (contract) =>
          contract.atMs < placedAtMs &&
          (opportunity === null || contract.opportunity !== opportunity),
      )
    if (!isExisting || amount === null || amount === 0) continue
    const credit = creditedTo(settings, agent, placedAtMs)
    const sale = booking('existingCustomerAmount', placedAtMs, amount, credit)
    bookings.push({ ...sale, subject: order })
  }
  return { bookings }
}

const booking = (
  counter: Booking['counter'],
  atMs: number,
  amount: number,
  credit: ReturnType<typeof creditedTo>,
): Booking => ({ counter, detail: null, fromMs: atMs, toMs: atMs, amount, ...credit })

/** What the account's changes say of contracts. */
function changedContracts(input: Parameters<AccountTopic>[0]): Sale[] {
  const changes = accountChanges(input)
  return changes.map((change) => ({
    atMs: change.atMs,
    agent: agentSince(changes, change),
    isFirstWord: change.data.change === 'new',
    opportunity: null,
  }))
}

/** What the account's opportunities say: a renewal, or more of the same, is nobody's first. */
function wonContracts(fed: readonly Fed[]): Sale[] {
  return (
    fed
      .filter(({ id }) => id === 'contract')
      // Fed by our own subject, by this type.
      .map(({ from, data }): Sale => {
        const { wonAtMs, agent, kind } = data as ContractFeed
        const isFirstWord = kind === null || kind === 'new'
        return { atMs: wonAtMs, agent, isFirstWord, opportunity: from }
      })
  )
}
