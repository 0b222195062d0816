/** Opportunities, from their first stage to the contract or the loss, with what goes with them. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../shared/time.ts'
import type { SiteKey } from '../center.ts'
import type { Person } from '../people.ts'
import { isoOf } from '../told.ts'
import { sizeOf, type Account, type Segment } from './accounts.ts'
import { basketOf, price, type Basket, type Currency } from './goods.ts'
import { inOffice, officeInstant, siteOf } from './office.ts'
import { tellOrder } from './orders.ts'
import { goOn, LOST_DAYS, PIPELINE, stages, type Days } from './pipeline.ts'
import { beginStory, type Births, type Story } from './story.ts'

type Kind = 'new' | 'upsell' | 'crosssell' | 'renewal'
type Origin = 'inbound' | 'outbound' | 'referral'

export type Deal = {
  id: string
  kind: Kind
  origin: Origin
  segment: Segment
  account: string
  currency: Currency
  agent: Person
  leadId: string | null
  /** Told with the deal where it has no lead that tells of it. */
  firstContactMs: number | null
}

/** What existing customers are offered, in a day. */
const OFFERS_A_DAY: readonly [number, number] = [3, 7]
const kinds: readonly [Kind, number][] = [
  ['upsell', 0.45],
  ['crosssell', 0.8],
  ['renewal', 1],
]
const DEMOS = 0.5
const AMOUNT_CHANGES = 0.25
const terms = [12, 12, 24, 36] as const
/** How a new customer fares in its first weeks. */
const SOON_EXPANDS = 0.1
const SOON_CHURNS = 0.03
const SOON_DAYS: Days = [20, 45]
/** Proposals that had to be issued again, and how often by our own mistake. */
const PROPOSAL_CORRECTED = 0.07
const CORRECTED_BY_ERROR = 0.6

/** Upsell, cross-sell and renewals: the opportunities of a day without a lead. */
export function tellOffers(births: Births, accounts: readonly Account[]): void {
  const day = beginStory(births, 'offers', 0)
  const count = Math.round(day.random.between(...OFFERS_A_DAY))
  for (let nth = 1; nth <= count; nth++) {
    const story = beginStory(births, 'offer', nth)
    const { random } = story
    const account = random.pick(accounts)
    const roll = random.next()
    const [kind] = kinds.find(([, share]) => roll < share) ?? ['upsell' as const]
    const beginsMs = officeInstant(account.site, births.startMs, random)
    const firstContactMs = beginsMs - random.between(0.5, 4) * DAY_MS
    tellDeal(story, beginsMs, {
      ...{ id: `opp-${story.name}`, kind, origin: 'outbound', segment: account.segment },
      ...{ account: account.key, currency: account.currency, agent: account.owner },
      ...{ leadId: null, firstContactMs },
    })
  }
}

/** An opportunity from its first stage on. */
export function tellDeal(story: Story, beginsMs: number, deal: Deal): void {
  const { random } = story
  const site = siteOf(deal.agent)
  const subject = { opportunityId: deal.id, agent: deal.agent.key, account: deal.account }
  const basket = basketOf(random, deal.currency, 2 + 2 * sizeOf[deal.segment])
  const [first] = stages
  const { firstContactMs, leadId, kind, origin, segment } = deal
  story.say(beginsMs, 'opportunity.changed', {
    ...{ ...subject, change: 'created', kind, origin, segment, pipeline: PIPELINE },
    ...{ stage: first.name, amount: basket.amount },
    ...(leadId === null ? {} : { leadId }),
    ...(firstContactMs === null ? {} : { firstContactAt: isoOf(firstContactMs) }),
  })
  let atMs = beginsMs
  let proposal: ((atMs: number, isWon: boolean) => void) | null = null
  for (const [i, { name }] of stages.entries()) {
    if (name === 'Needs analysis' && random.chance(DEMOS)) tellDemo(story, atMs, deal)
    if (name === 'Proposal') proposal = tellProposal(story, atMs, deal, basket)
    if (name === 'Negotiation' && random.chance(AMOUNT_CHANGES)) {
      const amount = price(basket.euros * random.between(0.85, 1.05), deal.currency)
      story.say(atMs + HOUR_MS, 'opportunity.changed', { ...subject, change: 'amount', amount })
    }
    const { share, days } = goOn[name]
    const isOn = random.chance(share)
    atMs = later(story, site, atMs, isOn ? days : LOST_DAYS)
    const next = stages[i + 1]
    if (isOn && next) {
      const moved = { stage: next.name, stageFrom: name, pipeline: PIPELINE }
      story.say(atMs, 'opportunity.changed', { ...subject, change: 'stage', ...moved })
      continue
    }
    proposal?.(atMs, isOn)
    if (isOn) win(story, atMs, deal, basket)
    else story.say(atMs, 'opportunity.changed', { ...subject, change: 'lost' })
    return
  }
}

/** Some days on, in office hours. */
export function later(story: Story, site: SiteKey, atMs: number, days: Days): number {
  return inOffice(site, atMs + story.random.between(...days) * DAY_MS, story.random)
}

function tellDemo(story: Story, atMs: number, { id, agent, account }: Deal): void {
  story.say(later(story, siteOf(agent), atMs, [0.1, 1]), 'activity.recorded', {
    ...{ activityId: `${story.name}-demo`, kind: 'demo', agent: agent.key },
    ...{ account, opportunityId: id },
  })
}

/** The proposal of a stage; what it returns says how it ended. */
function tellProposal(story: Story, atMs: number, deal: Deal, basket: Basket) {
  const { random } = story
  const site = siteOf(deal.agent)
  const proposal = {
    ...({ quoteId: `${story.name}-proposal`, document: 'proposal' } as const),
    ...{ opportunityId: deal.id, agent: deal.agent.key },
  }
  const values = { lines: basket.lines.length + random.below(5), amount: basket.amount }
  story.say(atMs, 'quote.changed', { ...proposal, change: 'requested' })
  const issuedMs = inOffice(site, atMs + random.logNormal(9, 0.5) * HOUR_MS, random)
  story.say(issuedMs, 'quote.changed', { ...proposal, change: 'issued', ...values })
  if (random.chance(PROPOSAL_CORRECTED)) {
    const cause = random.chance(CORRECTED_BY_ERROR) ? 'error' : 'customer'
    const correctedMs = later(story, site, issuedMs, [0.1, 0.8])
    story.say(correctedMs, 'quote.changed', { ...proposal, change: 'corrected', cause, ...values })
  }
  return (decidedMs: number, isWon: boolean): void => {
    const change = isWon ? 'accepted' : 'rejected'
    story.say(Math.max(decidedMs, issuedMs + DAY_MS), 'quote.changed', { ...proposal, change })
  }
}

/** A contract: what is ordered, and what a new customer pays a month. */
function win(story: Story, atMs: number, deal: Deal, basket: Basket): void {
  const { random } = story
  const { id, agent, account, currency } = deal
  const termMonths = random.pick(terms)
  const subject = { opportunityId: id, agent: agent.key, account }
  const won = { change: 'won', amount: basket.amount, termMonths } as const
  story.say(atMs, 'opportunity.changed', { ...subject, ...won })
  const orderedMs = atMs + random.between(5, 90) * MINUTE_MS
  tellOrder(story, orderedMs, {
    ...{ orderId: `${story.name}-order`, agent, account, basket, opportunityId: id, quoteId: null },
  })
  if (deal.kind !== 'new') return
  const euros = Math.round(basket.euros / termMonths)
  const customer = { account, agent: agent.key }
  // The first order comes before the contract: it is not one of an existing customer.
  story.say(orderedMs + MINUTE_MS, 'customer.changed', {
    ...{ ...customer, change: 'new', monthly: price(euros, currency) },
    amount: price(euros, currency),
  })
  const soonMs = later(story, siteOf(agent), atMs, SOON_DAYS)
  const roll = random.next()
  if (roll < SOON_EXPANDS) {
    const by = Math.round(euros * random.between(0.1, 0.4))
    story.say(soonMs, 'customer.changed', {
      ...{ ...customer, change: 'expanded' },
      ...{ monthly: price(euros + by, currency), amount: price(by, currency) },
    })
  } else if (roll < SOON_EXPANDS + SOON_CHURNS) {
    story.say(soonMs, 'customer.changed', {
      ...{ ...customer, change: 'churned', monthly: price(0, currency) },
      amount: price(euros, currency),
    })
  }
}
