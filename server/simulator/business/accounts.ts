/** The customers of the simulated business from before it was told: who they are, how they fare. */
import { Temporal } from 'temporal-polyfill'
import type { SiteKey } from '../center.ts'
import type { Person } from '../people.ts'
import { randomOf, type Random } from '../random.ts'
import { price, type Currency } from './goods.ts'
import { officeInstant, peopleIn, siteOf } from './office.ts'
import { beginStory, type Births } from './story.ts'

export type Account = {
  key: string
  site: SiteKey
  segment: Segment
  currency: Currency
  owner: Person
  /** The monthly level at its opening, in euros. */
  euros: number
}

export const segments = ['small', 'midmarket', 'enterprise'] as const
export type Segment = (typeof segments)[number]

/** When the books were opened: every account of then has its opening balance at this instant. */
const OPENED_DATE = '2024-04-01'
const OPENED_MS = Date.UTC(2024, 3, 1)
const ACCOUNTS = 400
/** Of accounts, in a month. */
const EXPANDS = 0.05
const CONTRACTS = 0.012
const CHURNS = 0.011
const RETURNS = 0.04

/** A customer in yen is looked after in Tokyo, the others in Berlin. */
export function ownerAt(site: SiteKey, random: Random): Person {
  return random.pick(peopleIn(site === 'tokyo' ? 'tokyo-sales' : 'berlin-sales'))
}

export const currencyAt = (site: SiteKey, random: Random): Currency =>
  site === 'tokyo' ? 'JPY' : random.chance(0.2) ? 'USD' : 'EUR'

export function segmentOf(random: Random): Segment {
  const roll = random.next()
  return roll < 0.5 ? 'small' : roll < 0.85 ? 'midmarket' : 'enterprise'
}
/** How much larger than a small one a customer of a segment is. */
export const sizeOf: Readonly<Record<Segment, number>> = { small: 1, midmarket: 2.5, enterprise: 7 }

/** The accounts of a seed, always the same. */
export function accountsOf(seed: number): readonly Account[] {
  return Array.from({ length: ACCOUNTS }, (_, i) => {
    const random = randomOf(`${seed}/account/${i}`)
    const site: SiteKey = random.chance(0.45) ? 'tokyo' : 'berlin'
    const segment = segmentOf(random)
    return {
      ...{ key: `A${String(i + 1).padStart(4, '0')}`, site, segment },
      currency: currencyAt(site, random),
      owner: ownerAt(site, random),
      euros: Math.round(random.logNormal(260, 0.4) * sizeOf[segment]),
    }
  })
}

/** The opening balances, as the first page of the books has them. */
export function tellOpening(births: Births, accounts: readonly Account[]): void {
  for (const { key, euros, currency, owner } of accounts) {
    const story = beginStory({ ...births, date: OPENED_DATE }, 'opening', key)
    const monthly = price(euros, currency)
    story.say(OPENED_MS, 'customer.changed', {
      ...{ account: key, change: 'existing', monthly, agent: owner.key },
    })
  }
}

type Change = 'expanded' | 'contracted' | 'churned' | 'returned'

/** The months of one account from the opening on: at most one change in each. */
function* lifeOf(seed: number, account: Account) {
  let { euros } = account
  let isActive = true
  let month = Temporal.PlainYearMonth.from(OPENED_DATE)
  for (;;) {
    const random = randomOf(`${seed}/account/${account.key}/${month.toString()}`)
    const day = 1 + random.below(28)
    const roll = random.next()
    let change: Change | null = null
    let by = 0
    if (!isActive) {
      if (roll < RETURNS) [change, by, isActive] = ['returned', euros, true]
    } else if (roll < CHURNS) [change, by, isActive] = ['churned', euros, false]
    else if (roll < CHURNS + CONTRACTS) [change, by] = ['contracted', euros * 0.2]
    else if (roll < CHURNS + CONTRACTS + EXPANDS) {
      ;[change, by] = ['expanded', euros * random.between(0.1, 0.45)]
    }
    by = Math.round(by)
    if (change === 'expanded') euros += by
    if (change === 'contracted') euros -= by
    yield { date: month.toPlainDate({ day }), change, by, euros: isActive ? euros : 0, random }
    month = month.add({ months: 1 })
  }
}

/** The changes of all accounts by their dates; asked for in the order of time. */
export function createLives(seed: number, accounts: readonly Account[]) {
  const lives = accounts.map((account) => {
    const life = lifeOf(seed, account)
    return { account, life, next: life.next() }
  })
  return {
    /** Tells what changes on a day. */
    tell: (births: Births): void => {
      const today = Temporal.PlainDate.from(births.date)
      for (const one of lives) {
        for (;;) {
          const { value } = one.next
          if (!value) break
          const order = Temporal.PlainDate.compare(value.date, today)
          if (order > 0) break
          if (order === 0 && value.change) tellChange(births, one.account, value)
          one.next = one.life.next()
        }
      }
    },
  }
}

function tellChange(
  births: Births,
  { key, currency, owner }: Account,
  {
    change,
    by,
    euros,
    random,
  }: { change: Change | null; by: number; euros: number; random: Random },
): void {
  if (change === null) return
  const atMs = officeInstant(siteOf(owner), births.startMs, random)
  beginStory(births, 'account', key).say(atMs, 'customer.changed', {
    ...{ account: key, change, agent: owner.key },
    ...{ monthly: price(euros, currency), amount: price(by, currency) },
  })
}
