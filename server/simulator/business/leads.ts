/** Leads: where they come from, how soon somebody speaks to them, and which become business. */
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../shared/time.ts'
import type { SiteKey } from '../center.ts'
import { currencyAt, ownerAt, segmentOf, type Account } from './accounts.ts'
import { later, tellDeal } from './deals.ts'
import { inOffice, officeInstant } from './office.ts'
import { leadRates, origins, PLANNED_DAYS, RESPONSE_MEDIAN_MS, RESPONSE_SIGMA } from './pipeline.ts'
import { beginStory, type Births, type Story } from './story.ts'

const A_DAY: readonly [number, number] = [20, 30]
/** Some who ask are customers already. */
const KNOWN_ACCOUNT = 0.2
/** Inbound leads that asked for documents. */
const DOCUMENTS = 0.3
const campaigns = ['Autumn renewals', 'Trial follow-up', 'Trade fair leads'] as const

export function tellLeads(births: Births, accounts: readonly Account[]): void {
  const day = beginStory(births, 'leads', 0)
  const count = Math.round(day.random.between(...A_DAY))
  for (let nth = 1; nth <= count; nth++) tellLead(beginStory(births, 'lead', nth), births, accounts)
}

function tellLead(story: Story, births: Births, accounts: readonly Account[]): void {
  const { random } = story
  const known = random.chance(KNOWN_ACCOUNT) ? random.pick(accounts) : null
  const site: SiteKey = known?.site ?? (random.chance(0.45) ? 'tokyo' : 'berlin')
  const agent = known?.owner ?? ownerAt(site, random)
  const segment = known?.segment ?? segmentOf(random)
  const currency = known?.currency ?? currencyAt(site, random)
  const account = known?.key ?? `N-${story.name}`
  const roll = random.next()
  let sum = 0
  const { origin } = origins.find(({ share }) => roll < (sum += share)) ?? origins[0]
  const lead = { leadId: story.name, agent: agent.key, account }
  const createdMs = officeInstant(site, births.startMs, random)

  if (origin === 'inbound' && random.chance(DOCUMENTS)) {
    story.say(createdMs - MINUTE_MS, 'activity.recorded', {
      ...{ activityId: `${story.name}-documents`, kind: 'documentRequest', ...lead },
    })
  }
  story.say(createdMs, 'lead.changed', {
    ...{ ...lead, change: 'created', origin, segment },
    ...(origin === 'referral' ? {} : { campaign: random.pick(campaigns) }),
  })
  // Somebody always speaks to a customer.
  if (!random.chance(leadRates.contacted) && known === null) return
  const contactedMs =
    origin === 'inbound'
      ? inOffice(site, createdMs + random.logNormal(RESPONSE_MEDIAN_MS, RESPONSE_SIGMA), random)
      : later(story, site, createdMs, PLANNED_DAYS)
  story.say(contactedMs, 'lead.changed', { ...lead, change: 'contacted' })

  const giveUp = (afterMs: number): void => {
    if (!random.chance(leadRates.disqualified)) return
    const atMs = later(story, site, afterMs, [1, 8])
    story.say(atMs, 'lead.changed', { ...lead, change: 'disqualified' })
  }
  if (!random.chance(leadRates.mql)) {
    giveUp(contactedMs)
    return
  }
  const mqlMs = inOffice(site, contactedMs + random.between(0.2, 30) * HOUR_MS, random)
  story.say(mqlMs, 'lead.changed', { ...lead, change: 'stage', stage: 'mql' })
  if (!random.chance(leadRates.sql)) {
    giveUp(mqlMs)
    return
  }
  const sqlMs = later(story, site, mqlMs, [0.1, 3])
  story.say(sqlMs, 'lead.changed', { ...lead, change: 'stage', stage: 'sql' })
  if (!random.chance(leadRates.appointment)) {
    giveUp(sqlMs)
    return
  }
  const id = `opp-${story.name}`
  const meeting = { ...lead, opportunityId: id }
  story.say(sqlMs + random.between(2, 50) * MINUTE_MS, 'activity.recorded', {
    ...{ activityId: `${story.name}-meeting`, kind: 'appointment', ...meeting },
  })
  const metMs = later(story, site, sqlMs + DAY_MS, [0.5, 4])
  if (!random.chance(leadRates.validAppointment)) {
    giveUp(metMs)
    return
  }
  story.say(metMs, 'activity.recorded', {
    ...{ activityId: `${story.name}-meeting`, kind: 'validAppointment', ...meeting },
  })
  story.say(metMs + MINUTE_MS, 'lead.changed', { ...lead, change: 'converted' })
  tellDeal(story, metMs + 2 * MINUTE_MS, {
    ...{ id, kind: known ? 'crosssell' : 'new', origin, segment, account, currency, agent },
    ...{ leadId: story.name, firstContactMs: null },
  })
}
