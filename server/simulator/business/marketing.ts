/** What is done so that customers come, what it costs, and what partners think of the center. */
import { HOUR_MS } from '../../../shared/time.ts'
import { siteKeys, teamKeys } from '../center.ts'
import { ask } from '../opinions.ts'
import type { Random } from '../random.ts'
import { isoOf } from '../told.ts'
import type { Account } from './accounts.ts'
import { price } from './goods.ts'
import { officeInstant, peopleIn } from './office.ts'
import { beginStory, type Births } from './story.ts'

const campaigns = ['Autumn renewals', 'Trial follow-up', 'Trade fair leads'] as const
/** Touches are told every so often, by how many there were. */
const TOUCHES_EVERY_MS = 6 * HOUR_MS
const touches = [
  { kind: 'siteVisit', least: 180, most: 420 },
  { kind: 'adClick', least: 15, most: 60 },
  { kind: 'socialAction', least: 5, most: 30 },
] as const
/** What sellers do beside the telephone and mail, in a day. */
const socialMessagesADay: readonly [number, number] = [6, 14]
const directMailsADay: readonly [number, number] = [2, 5]
const REFERRED = 0.6

export function tellMarketing(births: Births, accounts: readonly Account[]): void {
  const story = beginStory(births, 'marketing', 0)
  const { random } = story
  const activity = (nth: string) => ({ activityId: `${story.name}-${nth}` })
  for (let atMs = births.startMs; atMs < births.endMs; atMs += TOUCHES_EVERY_MS) {
    for (const { kind, least, most } of touches) {
      story.say(atMs + HOUR_MS, 'activity.recorded', {
        ...{ ...activity(`${kind}-${(atMs - births.startMs) / HOUR_MS}`), kind },
        ...{ count: Math.round(random.between(least, most)), campaign: random.pick(campaigns) },
      })
    }
  }
  const placed = { ...activity('ad'), kind: 'adPlacement', campaign: random.pick(campaigns) }
  story.say(officeInstant('berlin', births.startMs, random), 'activity.recorded', placed)
  const bySellers = (kind: string, aDay: readonly [number, number]): void => {
    const count = Math.round(random.between(...aDay))
    for (let nth = 1; nth <= count; nth++) {
      const { key, owner, site } = random.pick(accounts)
      const done = { ...activity(`${kind}-${nth}`), kind, agent: owner.key, account: key }
      story.say(officeInstant(site, births.startMs, random), 'activity.recorded', done)
    }
  }
  bySellers('socialMessage', socialMessagesADay)
  bySellers('directMail', directMailsADay)
  if (random.chance(REFERRED)) bySellers('referral', [1, 2])
}

/** Euros a day. */
const leadCosts = { search: 260, social: 140, fairs: 190 } as const
const OUTREACH_EUROS = 90
/** Of a team's person and day. */
const STAFF_EUROS = 185
/** The books of a day are closed in the morning after it. */
const BOOKED_AFTER_MS = 6 * HOUR_MS

export function tellCosts(births: Births): void {
  const story = beginStory(births, 'costs', 0)
  const { random } = story
  const span = { from: isoOf(births.startMs), to: isoOf(births.endMs) }
  const cost = (
    name: string,
    euros: number,
    data: { kind: 'leads' | 'outreach' | 'staff' },
  ): void => {
    const amount = price(euros * random.between(0.85, 1.15), 'EUR')
    const atMs = births.endMs + BOOKED_AFTER_MS
    story.say(atMs, 'cost.recorded', { costId: `${story.name}-${name}`, amount, ...data, ...span })
  }
  for (const [method, euros] of Object.entries(leadCosts)) {
    cost(method, euros, { kind: 'leads', ...{ method } })
  }
  cost('outreach', OUTREACH_EUROS, { kind: 'outreach' })
  for (const team of teamKeys) {
    const euros = peopleIn(team).length * STAFF_EUROS
    cost(team, euros, { kind: 'staff', ...{ team } })
  }
}

const audiences = [
  { audience: 'fieldSales', aDay: 8, answered: 0.55 },
  { audience: 'partner', aDay: 6, answered: 0.42 },
] as const

/** Field sales staff and partners are asked what they think of those who work for them inside. */
export function tellColleagues(births: Births): void {
  for (const { audience, aDay, answered } of audiences) {
    for (let nth = 1; nth <= aDay; nth++) {
      const story = beginStory(births, audience, nth)
      const { random } = story
      const site = random.pick(siteKeys)
      const agent = sellerOf(site, random)
      const sentMs = officeInstant(site, births.startMs, random)
      ask({ responseId: story.name, audience, agent }, answered, random, (afterMs, type, data) => {
        story.say(sentMs + afterMs, type, data)
      })
    }
  }
}

const sellerOf = (site: 'tokyo' | 'berlin', random: Random): string =>
  random.pick(peopleIn(site === 'tokyo' ? 'tokyo-sales' : 'berlin-sales')).key
