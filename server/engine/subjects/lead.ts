import type { CounterId } from '../../../shared/counters.ts'
import type { Standing } from '../facts.ts'
import type { Fed, SubjectKey } from '../subject.ts'
import { creditedTo } from './account.ts'
import { accountKey, systemOfKey } from './keys.ts'
import { nothingDerived } from './kind.ts'
import type { Booking, DeriveInput, Derived, Kind } from './kind.ts'
import { changesOf } from './object.ts'
import { said, saidAt } from './said.ts'
import type {
  AccountOfLead,
  LeadOfAccount,
  LeadOfOpportunity,
  OpportunityOfLead,
} from './salesFeeds.ts'
import { qualificationAt } from './stages.ts'
import { touchesOf } from './touches.ts'

/**
 * A lead: somebody who may buy.
 *
 *     created ──► contacted ──► mql ──► sql ──┬──► an opportunity, or the account's first order
 *                                             └──► disqualified
 *
 * What became of it is dated at its creation: a cohort. It knows its opportunities, and learns from
 * its account what is said there without naming a lead: first responses, and the first order.
 */
export const lead: Kind = { version: 5, derive: deriveLead }

type LeadChange = Standing<'lead.changed'>

function deriveLead(input: DeriveInput): Derived {
  const changes = changesOf(input.standing, 'lead.changed', [
    'created',
    'contacted',
    'stage',
    'converted',
    'disqualified',
  ])
  const created = changes.find(({ data }) => data.change === 'created')
  if (!created) return { ...nothingDerived, unopened: changes.length }
  const respondedAtMs = firstResponse(input.fed, changes, created.atMs)
  return {
    ...nothingDerived,
    bookings: [
      ...qualified(input, changes),
      ...cohort(input, changes, created.atMs),
      ...response(input, changes, created.atMs, respondedAtMs),
    ],
    feeds: [
      ...accountFeeds(input.key, changes, created.atMs),
      ...opportunityFeeds(input.fed, respondedAtMs),
    ],
  }
}

/** Books on behalf of the agent who has the lead at an instant. */
function booker({ settings }: DeriveInput, changes: readonly LeadChange[]) {
  const filters = {
    origin: said(changes, 'origin'),
    segment: said(changes, 'segment'),
    campaign: said(changes, 'campaign'),
  }
  return (counter: CounterId, atMs: number, amount = 1): Booking => ({
    ...creditedTo(settings, saidAt(changes, 'agent', atMs), atMs, filters),
    counter,
    detail: null,
    fromMs: atMs,
    toMs: atMs,
    amount,
  })
}

/** The first time that it was qualified, by marketing and by sales. */
function qualified(input: DeriveInput, changes: readonly LeadChange[]): Booking[] {
  const book = booker(input, changes)
  const firstAtMs = (qualification: 'mql' | 'sql'): number | undefined =>
    changes.find(
      ({ atMs, data }) =>
        data.stage !== undefined &&
        qualificationAt(input.settings, data.stage, atMs) === qualification,
    )?.atMs
  const mqlAtMs = firstAtMs('mql')
  const sqlAtMs = firstAtMs('sql')
  return [
    ...(mqlAtMs === undefined ? [] : [book('leadsMarketingQualified', mqlAtMs)]),
    ...(sqlAtMs === undefined ? [] : [book('leadsSalesQualified', sqlAtMs)]),
  ]
}

/** What became of it, at its creation. */
function cohort(
  input: DeriveInput,
  changes: readonly LeadChange[],
  createdAtMs: number,
): Booking[] {
  const book = booker(input, changes)
  const opportunities = input.fed
    .filter(({ id }) => id === 'opportunity')
    // Fed by our own subject, by this type.
    .map(({ data }) => data as OpportunityOfLead)
  const counters: CounterId[] = ['leadsCreated']
  if (said(changes, 'origin') === 'referral') counters.push('leadsReferred')
  if (opportunities.some(({ hasReachedOne }) => hasReachedOne)) counters.push('leadsToStageOne')
  if (opportunities.some(({ hasReachedTwo }) => hasReachedTwo)) counters.push('leadsToStageTwo')

  const orderedAtMs = ofAccount(input.fed)?.firstOrderAtMs ?? null
  const isConverted =
    opportunities.some(({ outcome }) => outcome === 'won') ||
    (orderedAtMs !== null && orderedAtMs >= createdAtMs)
  const isLost =
    changes.some(({ data }) => data.change === 'disqualified') ||
    (opportunities.length > 0 && opportunities.every(({ outcome }) => outcome === 'lost'))
  if (isConverted) counters.push('leadsConverted')
  else if (isLost) counters.push('leadsLost')
  return counters.map((counter) => book(counter, createdAtMs))
}

/** How long an inbound lead waited for the first response, at that response. */
function response(
  input: DeriveInput,
  changes: readonly LeadChange[],
  createdAtMs: number,
  respondedAtMs: number | null,
): Booking[] {
  if (respondedAtMs === null || said(changes, 'origin') !== 'inbound') return []
  const book = booker(input, changes)
  const waitedMs = respondedAtMs - createdAtMs
  return [
    book('leadsResponded', respondedAtMs),
    ...(waitedMs === 0 ? [] : [book('leadResponseMs', respondedAtMs, waitedMs)]),
  ]
}

/**
 * The first response from the creation on: the lead is said to be contacted, or a word of ours goes
 * to it, or to its account where it names no lead. Null: none yet.
 */
function firstResponse(
  fed: readonly Fed[],
  changes: readonly LeadChange[],
  createdAtMs: number,
): number | null {
  const contacted = changes.filter(({ data }) => data.change === 'contacted')
  const touchedAtMs = ofAccount(fed)?.touchedAtMs ?? null
  const instants = [
    ...contacted.map(({ atMs }) => atMs),
    ...touchesOf(fed),
    ...(touchedAtMs === null ? [] : [touchedAtMs]),
  ].filter((atMs) => atMs >= createdAtMs)
  return instants.length === 0 ? null : instants.reduce((a, b) => Math.min(a, b))
}

/** What the lead's account says to it. */
function ofAccount(fed: readonly Fed[]): AccountOfLead | null {
  const found = fed.find(({ id }) => id === 'account')
  // Fed by our own subject, by this type.
  return found ? (found.data as AccountOfLead) : null
}

function accountFeeds(
  key: SubjectKey,
  changes: readonly LeadChange[],
  createdAtMs: number,
): Derived['feeds'] {
  const account = said(changes, 'account')
  if (account === undefined) return []
  const campaign = said(changes, 'campaign')
  const data: LeadOfAccount = {
    createdAtMs,
    agent: saidAt(changes, 'agent', createdAtMs) ?? null,
    segment: said(changes, 'segment') ?? null,
    ...(campaign !== undefined && { campaign }),
  }
  return [{ to: accountKey(account, systemOfKey(key)), id: 'lead', data }]
}

function opportunityFeeds(fed: readonly Fed[], respondedAtMs: number | null): Derived['feeds'] {
  if (respondedAtMs === null) return []
  const data: LeadOfOpportunity = { respondedAtMs }
  return fed
    .filter(({ id }) => id === 'opportunity')
    .map(({ from }) => ({ to: from, id: 'lead', data }))
}
