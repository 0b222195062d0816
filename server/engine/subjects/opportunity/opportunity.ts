import type { CounterId } from '../../../../shared/counters.ts'
import type { Fed, SubjectKey } from '../../subject.ts'
import { creditedTo } from '../account.ts'
import { accountKey, objectKey, splitReference, systemOfKey } from '../keys.ts'
import { nothingDerived } from '../kind.ts'
import type { Booking, DeriveInput, Derived, Kind } from '../kind.ts'
import { changesOf, pricing } from '../object.ts'
import { said, saidAt } from '../said.ts'
import type { ContractFeed, LeadOfOpportunity, OpportunityOfLead } from '../salesFeeds.ts'
import { stageAt } from '../stages.ts'
import { journeyOf } from './journey.ts'
import type { Journey, OpportunityChange } from './journey.ts'
import { openAmountBookings } from './openAmount.ts'
import { sourcedOrderBookings } from './sourcedOrders.ts'

/**
 * An opportunity: a deal on its way through a pipeline of the directory.
 *
 *     created ──► stage … stage one … stage two … ──┬──► won
 *                   ▲                               └──► lost
 *                   └── a stage that is open again ──────┘
 *
 * Each thing counts once, credited to the agent who has it at that instant. Its lead learns how far
 * it came, and tells it of the first response; its account learns of the contract once it is won; its
 * orders are credited to whoever set the appointment.
 */
export const opportunity: Kind = { version: 6, derive: deriveOpportunity }

function deriveOpportunity(input: DeriveInput): Derived {
  const changes = changesOf(input.standing, 'opportunity.changed', [
    'created',
    'stage',
    'amount',
    'won',
    'lost',
  ])
  const orders = sourcedOrderBookings(input)
  if (changes.length === 0) return { ...nothingDerived, bookings: orders }

  const pipeline = said(changes, 'pipeline')
  const journey = journeyOf(changes, (name, atMs) => stageAt(input.settings, pipeline, name, atMs))
  const { bookings, flags, open } = bookingsOf(input, changes, journey)
  const created = changes.some(({ data }) => data.change === 'created')
  return {
    ...nothingDerived,
    bookings: [...bookings, ...orders],
    feeds: [
      ...leadFeeds(input.key, changes, journey),
      ...contractFeeds(input.key, changes, journey),
    ],
    open,
    unopened: created ? 0 : changes.length,
    flags,
  }
}

function bookingsOf(
  { settings, fed }: DeriveInput,
  changes: readonly OpportunityChange[],
  { transitions, oneAtMs, twoAtMs, decision, moments }: Journey,
): { bookings: Booking[]; flags: string[]; open: boolean } {
  const { minorUnits, unpriced } = pricing(settings)
  const bookings: Booking[] = []
  const flags: string[] = []
  const kind = said(changes, 'kind')
  const filters = { kind, origin: said(changes, 'origin'), segment: said(changes, 'segment') }
  const creditedAt = (atMs: number) =>
    creditedTo(settings, saidAt(changes, 'agent', atMs), atMs, filters)
  const book = (counter: CounterId, atMs: number, amount = 1, detail: string | null = null) => {
    if (amount === 0) return
    bookings.push({ ...creditedAt(atMs), counter, detail, fromMs: atMs, toMs: atMs, amount })
  }
  /** Minor units of the amount that was said up to an instant, by the rate of when it was said. */
  const amountAt = (atMs: number): number | null => {
    const change = changes.findLast((one) => one.atMs <= atMs && one.data.amount !== undefined)
    return change ? minorUnits(change.data.amount, change.atMs) : null
  }
  const isCrossSell = kind === 'upsell' || kind === 'crosssell'

  const createdAtMs = changes.find(({ data }) => data.change === 'created')?.atMs
  if (createdAtMs !== undefined) {
    book('opportunitiesCreated', createdAtMs)
    if (isCrossSell) book('crossSellCreated', createdAtMs)
  }
  for (const { atMs, from, to } of transitions) book('stageTransitions', atMs, 1, `${from}→${to}`)
  if (oneAtMs !== null) {
    book('stageOneReached', oneAtMs)
    if (twoAtMs !== null) book('stageOneThenTwo', oneAtMs)
  }
  if (twoAtMs !== null) {
    book('stageTwoReached', twoAtMs)
    book('stageTwoAmount', twoAtMs, amountAt(twoAtMs) ?? 0)
    if (decision?.outcome === 'won') book('stageTwoThenWon', twoAtMs)
  }
  if (decision?.outcome === 'lost') {
    book('dealsLost', decision.atMs)
    if (isCrossSell) book('crossSellLost', decision.atMs)
  }
  if (decision?.outcome === 'won') {
    const { atMs } = decision
    book('dealsWon', atMs)
    if (isCrossSell) book('crossSellWon', atMs)
    if (kind === 'new') book('newContracts', atMs)

    // What was corrected after the signature is what was signed.
    const amount = amountAt(Infinity)
    if (amount !== null) {
      book('dealsWonWithAmount', atMs)
      book('wonAmount', atMs, amount)
      if (kind === 'new') book('newContractAmount', atMs, amount)
      if (filters.origin === 'outbound') book('outboundWonAmount', atMs, amount)
    }
    const termMonths = said(changes, 'termMonths')
    if (termMonths !== undefined) {
      book('dealsWonWithTerm', atMs)
      book('wonTermMonths', atMs, termMonths)
    }
    const firstContactAtMs =
      said(changes, 'firstContactAt') ?? leadRespondedAtMs(fed) ?? createdAtMs ?? null
    if (firstContactAtMs !== null) {
      book('dealsWonSinceContact', atMs)
      book('salesCycleMs', atMs, Math.max(0, atMs - firstContactAtMs))
      if (firstContactAtMs > atMs) flags.push('won before the first contact')
    }
  }
  bookings.push(...openAmountBookings(moments, amountAt, creditedAt))
  const { flags: rates, open } = unpriced()
  return { bookings, flags: [...flags, ...rates], open }
}

/** When somebody first responded to the lead that it came of, as the lead says. */
function leadRespondedAtMs(fed: readonly Fed[]): number | null {
  const leads = fed.filter(({ id }) => id === 'lead')
  // Fed by our own subject, by this type.
  const instants = leads.map(({ data }) => (data as LeadOfOpportunity).respondedAtMs)
  return instants.length === 0 ? null : Math.min(...instants)
}

/** Its lead, as the last change that names one says, learns how far it came. */
function leadFeeds(
  key: SubjectKey,
  changes: readonly OpportunityChange[],
  { oneAtMs, twoAtMs, decision }: Journey,
): Derived['feeds'] {
  const leadId = said(changes, 'leadId')
  if (leadId === undefined) return []
  const { system, id } = splitReference(leadId, systemOfKey(key))
  const data: OpportunityOfLead = {
    hasReachedOne: oneAtMs !== null,
    hasReachedTwo: twoAtMs !== null,
    outcome: decision?.outcome ?? null,
  }
  return [{ to: objectKey('lead', system, id), id: 'opportunity', data }]
}

/** Its account, as the last change that names one says, learns of the contract. */
function contractFeeds(
  key: SubjectKey,
  changes: readonly OpportunityChange[],
  { decision }: Journey,
): Derived['feeds'] {
  const account = said(changes, 'account')
  if (account === undefined || decision?.outcome !== 'won') return []
  const data: ContractFeed = {
    wonAtMs: decision.atMs,
    agent: saidAt(changes, 'agent', decision.atMs) ?? null,
    kind: said(changes, 'kind') ?? null,
  }
  return [{ to: accountKey(account, systemOfKey(key)), id: 'contract', data }]
}
