import type { CounterId } from '../../../shared/counters.ts'
import type { Standing } from '../facts.ts'
import type { Fed, SubjectKey } from '../subject.ts'
import { creditedTo } from './account.ts'
import { accountKey, objectKey, splitReference, systemOfKey } from './keys.ts'
import { nothingDerived } from './kind.ts'
import type { Booking, DeriveInput, Derived, Kind } from './kind.ts'
import { agentSince, changesOf, pricing } from './object.ts'
import type { Pricing } from './object.ts'
import type { OpportunityOfQuote } from './salesFeeds.ts'

/**
 * An order.
 *
 *     placed ──► corrected … ──┬──► cancelled ──► placed again …
 *
 * The first placing dates it and says whose it is; of amount and lines, what was said last stands.
 * Cancelled, it takes all back at the instant of the placing, however often that is said. A
 * correction for an error of ours counts once, against whoever placed it, at the placing.
 *
 * Its account learns of it, and its opportunity, for whoever set the appointment. An order that names
 * only its quote came of the quote's opportunity: the quote learns of it, and tells.
 */
export const order: Kind = { version: 2, derive: deriveOrder }

/** What an account, or an opportunity, has to know of an order that is not cancelled. */
export type OrderFeed = {
  placedAtMs: number
  /** Minor units; null: not known. */
  amount: number | null
  /** Who placed it, by the name that the feed gave. */
  agent: string | null
  /** The subject of the opportunity that it came of. */
  opportunity: SubjectKey | null
}

type Change = Standing<'order.changed'>

/** Of a quote and a proposal by one id, the quote comes first. */
const quoteDocuments = ['quote', 'proposal'] as const

const life = ['placed', 'corrected', 'cancelled'] as const
/** What is sold by an order that has no lines. */
const UNSPECIFIED = 'unspecified'

function deriveOrder({ key, standing, fed, settings }: DeriveInput): Derived {
  const changes = changesOf(standing, 'order.changed', life)
  const placed = changes.find(({ data }) => data.change === 'placed')
  if (!placed) return { ...nothingDerived, unopened: changes.length }

  const { atMs } = placed
  const agent = agentSince(changes, placed)
  const credit = creditedTo(settings, agent, atMs)
  const bookings: Booking[] = []
  const book: Book = (counter, amount, detail = null) => {
    if (amount === 0) return
    bookings.push({ counter, detail, fromMs: atMs, toMs: atMs, amount, ...credit })
  }
  book('ordersPlaced', 1)
  const isInError = changes.some(
    ({ data }) => data.change === 'corrected' && data.cause !== 'customer',
  )
  if (isInError) book('ordersInError', 1)
  if (isCancelled(changes)) {
    book('ordersCancelled', 1)
    return { ...nothingDerived, bookings }
  }

  const prices = pricing(settings)
  const amount = bookSold(changes, prices, book)
  const quotes = quotesOf(key, changes)
  const opportunity = opportunityOf(key, changes) ?? opportunityOfQuote(fed, quotes)
  const data: OrderFeed = { placedAtMs: atMs, amount, agent, opportunity }
  const account = changes.findLast(({ data }) => data.account !== undefined)?.data.account
  const to = [
    ...(account === undefined ? [] : [accountKey(account, systemOfKey(key))]),
    ...(opportunity === null ? [] : [opportunity]),
  ]
  return {
    ...nothingDerived,
    bookings,
    ...prices.unpriced(),
    feeds: [
      ...to.map((subject) => ({ to: subject, id: 'order', data })),
      ...quotes.map((subject) => ({ to: subject, id: 'order', data: {} })),
    ],
  }
}

type Book = (counter: CounterId, amount: number, detail?: string | null) => void

/** The last of its placings and cancellings decides. */
const isCancelled = (changes: readonly Change[]): boolean =>
  changes.findLast(({ data }) => data.change !== 'corrected')?.data.change === 'cancelled'

/** The opportunity that the last change to name one means. */
function opportunityOf(key: SubjectKey, changes: readonly Change[]): SubjectKey | null {
  const reference = changes.findLast(({ data }) => data.opportunityId !== undefined)?.data
    .opportunityId
  if (reference === undefined) return null
  const { system, id } = splitReference(reference, systemOfKey(key))
  return objectKey('opportunity', system, id)
}

/** What the quote may be that the last change to name one means: a quote, or a proposal. */
function quotesOf(key: SubjectKey, changes: readonly Change[]): SubjectKey[] {
  const reference = changes.findLast(({ data }) => data.quoteId !== undefined)?.data.quoteId
  if (reference === undefined) return []
  const { system, id } = splitReference(reference, systemOfKey(key))
  return quoteDocuments.map((document) => objectKey('quote', system, `${document}/${id}`))
}

/** The opportunity of the first of these quotes that names one. */
function opportunityOfQuote(fed: readonly Fed[], quotes: readonly SubjectKey[]): SubjectKey | null {
  for (const quote of quotes) {
    const found = fed.find(({ from, id }) => from === quote && id === 'opportunity')
    // Fed by our own subject, by this type.
    if (found) return (found.data as OpportunityOfQuote).opportunity
  }
  return null
}

/**
 * Books what is sold, by product, and what is known of its cost. Gives the order's amount: as it
 * is stated, else that of its lines; null where neither is known.
 */
function bookSold(changes: readonly Change[], { minorUnits }: Pricing, book: Book): number | null {
  const said = changes.findLast(({ data }) => data.amount !== undefined)
  const listed = changes.findLast(({ data }) => data.lines !== undefined)
  const lines = (listed?.data.lines ?? []).map(({ sku, amount, cost }) => ({
    sku,
    amount: minorUnits(amount, listed?.atMs ?? 0),
    cost: minorUnits(cost, listed?.atMs ?? 0),
  }))
  const ofLines = lines.reduce((sum, { amount }) => sum + (amount ?? 0), 0)
  const amount = said ? minorUnits(said.data.amount, said.atMs) : lines.length > 0 ? ofLines : null
  book('orderAmount', amount ?? 0)
  if (lines.length === 0) book('productAmount', amount ?? 0, UNSPECIFIED)
  for (const line of lines) {
    if (line.amount === null) continue
    book('productAmount', line.amount, line.sku)
    if (line.cost === null) continue
    book('costedLineAmount', line.amount)
    book('costedLineCost', line.cost)
  }
  return amount
}
