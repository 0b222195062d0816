/** The order desk: quotes that customers ask for, orders from them and without, and what goes wrong. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../shared/time.ts'
import type { Person } from '../people.ts'
import { sizeOf, type Account } from './accounts.ts'
import { basketOf, type Basket } from './goods.ts'
import { inOffice, officeInstant, peopleIn, siteOf } from './office.ts'
import { beginStory, type Births, type Story } from './story.ts'

const QUOTES_A_DAY: readonly [number, number] = [20, 30]
const ORDERS_A_DAY: readonly [number, number] = [16, 26]
/** From the wish to the quote, in office hours. */
const TURNAROUND_MEDIAN_MS = 2.5 * HOUR_MS
const TURNAROUND_SIGMA = 0.7
const QUOTE_CORRECTED = 0.06
const ORDER_CORRECTED = 0.04
const CORRECTED_BY_ERROR = 0.65
const CANCELLED = 0.025
/** What becomes of quotes: the rest expires. */
const ACCEPTED = 0.45
const REJECTED = 0.3
const EXPIRES_DAYS = 14
/** Baskets of the order desk are smaller than those of new contracts. */
const SIZE = 1.2
/** The people of the evening take orders in Europe as well. */
const BY_EVENING = 0.25

export type Order = {
  orderId: string
  agent: Person
  account: string
  basket: Basket
  opportunityId: string | null
  quoteId: string | null
}

/** Who sees to a customer's wish at the order desk. */
function clerkOf({ owner, site }: Account, { random }: Story): Person {
  if (site === 'tokyo' || !random.chance(BY_EVENING)) return owner
  return random.pick(peopleIn('berlin-evening'))
}

export function tellOrderDesk(births: Births, accounts: readonly Account[]): void {
  const { random } = beginStory(births, 'desk', 0)
  const quotes = Math.round(random.between(...QUOTES_A_DAY))
  for (let nth = 1; nth <= quotes; nth++) {
    const story = beginStory(births, 'quote', nth)
    tellQuote(story, births, story.random.pick(accounts))
  }
  const orders = Math.round(random.between(...ORDERS_A_DAY))
  for (let nth = 1; nth <= orders; nth++) {
    const story = beginStory(births, 'order', nth)
    const account = story.random.pick(accounts)
    const agent = clerkOf(account, story)
    tellOrder(story, officeInstant(account.site, births.startMs, story.random), {
      ...{ orderId: story.name, agent, account: account.key },
      ...{ opportunityId: null, quoteId: null },
      basket: basketOf(story.random, account.currency, SIZE * sizeOf[account.segment]),
    })
  }
}

function tellQuote(story: Story, births: Births, account: Account): void {
  const { random } = story
  const agent = clerkOf(account, story)
  const quote = { quoteId: story.name, document: 'quote', agent: agent.key } as const
  const basket = basketOf(random, account.currency, SIZE * sizeOf[account.segment])
  const values = { lines: basket.lines.length, amount: basket.amount }
  const requestedMs = officeInstant(account.site, births.startMs, random)
  story.say(requestedMs, 'quote.changed', { ...quote, change: 'requested' })
  const turnaroundMs = random.logNormal(TURNAROUND_MEDIAN_MS, TURNAROUND_SIGMA)
  const issuedMs = inOffice(account.site, requestedMs + turnaroundMs, random)
  story.say(issuedMs, 'quote.changed', { ...quote, change: 'issued', ...values })
  if (random.chance(QUOTE_CORRECTED)) {
    const cause = random.chance(CORRECTED_BY_ERROR) ? 'error' : 'customer'
    const correctedMs = issuedMs + random.between(10, 240) * MINUTE_MS
    story.say(correctedMs, 'quote.changed', { ...quote, change: 'corrected', cause, ...values })
  }
  const roll = random.next()
  const decidedMs = inOffice(account.site, issuedMs + random.between(0.3, 5) * DAY_MS, random)
  if (roll < ACCEPTED) {
    story.say(decidedMs, 'quote.changed', { ...quote, change: 'accepted' })
    tellOrder(story, decidedMs + random.between(2, 60) * MINUTE_MS, {
      ...{ orderId: `${story.name}-order`, agent, account: account.key, basket },
      ...{ opportunityId: null, quoteId: story.name },
    })
  } else if (roll < ACCEPTED + REJECTED) {
    story.say(decidedMs, 'quote.changed', { ...quote, change: 'rejected' })
  } else {
    story.say(issuedMs + EXPIRES_DAYS * DAY_MS, 'quote.changed', { ...quote, change: 'expired' })
  }
}

/** An order as it is placed; some are corrected, some cancelled. */
export function tellOrder(story: Story, placedMs: number, order: Order): void {
  const { random } = story
  const { orderId, agent, account, basket, opportunityId, quoteId } = order
  const subject = { orderId, agent: agent.key, account }
  story.say(placedMs, 'order.changed', {
    ...{ ...subject, change: 'placed', amount: basket.amount, lines: basket.lines },
    ...(opportunityId === null ? {} : { opportunityId }),
    ...(quoteId === null ? {} : { quoteId }),
  })
  if (random.chance(ORDER_CORRECTED)) {
    const cause = random.chance(CORRECTED_BY_ERROR) ? 'error' : 'customer'
    const correctedMs = inOffice(
      siteOf(agent),
      placedMs + random.between(0.5, 20) * HOUR_MS,
      random,
    )
    story.say(correctedMs, 'order.changed', { ...subject, change: 'corrected', cause })
  }
  if (random.chance(CANCELLED)) {
    const cancelledMs = inOffice(siteOf(agent), placedMs + random.between(2, 60) * HOUR_MS, random)
    story.say(cancelledMs, 'order.changed', { ...subject, change: 'cancelled' })
  }
}
