import type { CounterId } from '../../../shared/counters.ts'
import type { Standing } from '../facts.ts'
import type { Fed, SubjectKey } from '../subject.ts'
import { creditedTo } from './account.ts'
import { objectKey, splitReference, systemOfKey } from './keys.ts'
import { nothingDerived } from './kind.ts'
import type { Booking, DeriveInput, Derived, Kind } from './kind.ts'
import { agentSince, changesOf, pricing } from './object.ts'
import type { OpportunityOfQuote } from './salesFeeds.ts'

/**
 * A quote, or a proposal.
 *
 *     requested ──► issued ──► corrected, issued again … ──► accepted | rejected | expired
 *
 * The first issue dates it and says whose it is; of lines and amount, what the last issue says
 * stands. A correction for an error of ours counts once, against whoever issued it, at that issue.
 *
 * It tells the orders that name it of its opportunity.
 */
export const quote: Kind = { version: 2, derive: deriveQuote }

type Change = Standing<'quote.changed'>

/** What is counted of each document. A proposal's price and errors are in no metric. */
const counted: Readonly<Record<Change['data']['document'], Counted>> = {
  quote: {
    issued: 'quotesIssued',
    withLines: 'quotesWithLines',
    lines: 'quoteLines',
    withAmount: 'quotesWithAmount',
    amount: 'quoteAmount',
    requested: 'quotesRequested',
    turnaroundMs: 'quoteTurnaroundMs',
    inError: 'quotesInError',
  },
  proposal: {
    issued: 'proposalsIssued',
    withLines: 'proposalsWithLines',
    lines: 'proposalLines',
    withAmount: null,
    amount: null,
    requested: 'proposalsRequested',
    turnaroundMs: 'proposalTurnaroundMs',
    inError: null,
  },
}
type Counted = Readonly<
  Record<
    | 'issued'
    | 'withLines'
    | 'lines'
    | 'withAmount'
    | 'amount'
    | 'requested'
    | 'turnaroundMs'
    | 'inError',
    CounterId | null
  >
>

const life = ['requested', 'issued', 'corrected', 'accepted', 'rejected', 'expired'] as const

function deriveQuote({ key, standing, fed, settings }: DeriveInput): Derived {
  const changes = changesOf(standing, 'quote.changed', life)
  const feeds = orderFeeds(key, changes, fed)
  const issues = changes.filter(({ data }) => data.change === 'issued')
  const requested = changes.find(({ data }) => data.change === 'requested')
  const [first] = issues
  if (!first) {
    // What was only requested waits for nobody's word; any other change does.
    const unopened = changes.filter(({ data }) => data.change !== 'requested').length
    return { ...nothingDerived, feeds, unopened }
  }

  const { minorUnits, unpriced } = pricing(settings)
  const { atMs } = first
  const count = counted[first.data.document]
  const credit = creditedTo(settings, agentSince(changes, first), atMs)
  const bookings: Booking[] = []
  const book = (counter: CounterId | null, amount: number) => {
    if (counter === null || amount === 0) return
    bookings.push({ counter, detail: null, fromMs: atMs, toMs: atMs, amount, ...credit })
  }

  book(count.issued, 1)
  const lines = issues.findLast(({ data }) => data.lines !== undefined)?.data.lines
  if (lines !== undefined) {
    book(count.withLines, 1)
    book(count.lines, lines)
  }
  const priced = issues.findLast(({ data }) => data.amount !== undefined)
  const amount = priced ? minorUnits(priced.data.amount, priced.atMs) : null
  if (amount !== null) {
    book(count.withAmount, 1)
    book(count.amount, amount)
  }
  if (requested) {
    book(count.requested, 1)
    book(count.turnaroundMs, Math.max(0, atMs - requested.atMs))
  }
  const isInError = changes.some(
    ({ data }) => data.change === 'corrected' && data.cause !== 'customer',
  )
  if (isInError) book(count.inError, 1)

  const { flags, open } = unpriced()
  return {
    ...nothingDerived,
    bookings,
    feeds,
    open,
    flags:
      requested && requested.atMs > atMs ? [...flags, 'issued before it was requested'] : flags,
  }
}

/** Each order that names it learns of the opportunity that the last change to name one means. */
function orderFeeds(
  key: SubjectKey,
  changes: readonly Change[],
  fed: readonly Fed[],
): Derived['feeds'] {
  const reference = changes.findLast(({ data }) => data.opportunityId !== undefined)?.data
    .opportunityId
  if (reference === undefined) return []
  const { system, id } = splitReference(reference, systemOfKey(key))
  const data: OpportunityOfQuote = { opportunity: objectKey('opportunity', system, id) }
  return fed
    .filter((one) => one.id === 'order')
    .map(({ from }) => ({ to: from, id: 'opportunity', data }))
}
