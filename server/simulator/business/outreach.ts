/** Mail that sellers send to win customers: what arrives, who opens it, who answers. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../shared/time.ts'
import type { SiteKey } from '../center.ts'
import { ownerAt, type Account } from './accounts.ts'
import { inOffice, officeInstant } from './office.ts'
import { beginStory, type Births, type Story } from './story.ts'
import { tellWork } from './writing.ts'

const A_DAY: readonly [number, number] = [80, 110]
const KNOWN_ACCOUNT = 0.4
/** Companies that are written to, beside the customers. */
const COMPANIES = 5_000
const BOUNCED = 0.04
/** Scanners open what they deliver, at once. */
const SCANNED = 0.2
const OPENED = 0.36
const CLICKED = 0.2
const REPLIED = 0.14
/** Of replies, those that the mail tool noticed by itself too. */
const REPLY_TRACKED = 0.6
const ANSWERED_MEDIAN_MS = 70 * MINUTE_MS

export function tellOutreach(births: Births, accounts: readonly Account[]): void {
  const day = beginStory(births, 'outreach-day', 0)
  const count = Math.round(day.random.between(...A_DAY))
  for (let nth = 1; nth <= count; nth++) {
    tellLetter(beginStory(births, 'outreach', nth), births, accounts)
  }
}

function tellLetter(story: Story, births: Births, accounts: readonly Account[]): void {
  const { random } = story
  const known = random.chance(KNOWN_ACCOUNT) ? random.pick(accounts) : null
  const site: SiteKey = known?.site ?? (random.chance(0.45) ? 'tokyo' : 'berlin')
  const agent = (known?.owner ?? ownerAt(site, random)).key
  const account = known?.key ?? `P${10_000 + random.below(COMPANIES)}`
  const customer = `buyer@${account.toLowerCase()}.example`
  const messageId = `<${story.name}.1@demo.example>`
  const thread = { threadId: story.name, account, customer }
  const sentMs = officeInstant(site, births.startMs, random)
  story.say(sentMs, 'message.recorded', {
    ...{ ...thread, messageId, direction: 'outbound', author: 'agent', agent, outreach: true },
  })
  const track = (
    atMs: number,
    what: 'delivered' | 'bounced' | 'opened' | 'clicked' | 'replied',
  ) => {
    story.say(atMs, 'message.tracked', { messageId, track: what })
  }
  const arrivedMs = sentMs + random.between(2, 40) * SECOND_MS
  if (random.chance(BOUNCED)) {
    track(arrivedMs, 'bounced')
    return
  }
  track(arrivedMs, 'delivered')
  if (random.chance(SCANNED)) {
    const scannedMs = arrivedMs + random.between(1, 4) * SECOND_MS
    story.say(scannedMs, 'message.tracked', { messageId, track: 'opened', machine: true })
  }
  if (!random.chance(OPENED)) return
  const openedMs = arrivedMs + Math.min(random.logNormal(2 * HOUR_MS, 1.2), DAY_MS)
  track(openedMs, 'opened')
  if (random.chance(CLICKED)) track(openedMs + random.between(5, 90) * SECOND_MS, 'clicked')
  if (!random.chance(REPLIED)) return
  const repliedMs = openedMs + random.between(3, 240) * MINUTE_MS
  const contactId = `${story.name}-reply`
  const reply = `<${story.name}.2@customer.example>`
  story.say(repliedMs, 'message.recorded', {
    ...{ ...thread, messageId: reply, direction: 'inbound', author: 'customer' },
    ...{ inReplyTo: messageId, agent, contactId },
  })
  if (random.chance(REPLY_TRACKED)) track(repliedMs + SECOND_MS, 'replied')
  const answeredMs = inOffice(site, repliedMs + random.logNormal(ANSWERED_MEDIAN_MS, 0.7), random)
  story.say(answeredMs, 'message.recorded', {
    ...{ ...thread, messageId: `<${story.name}.3@demo.example>`, direction: 'outbound' },
    ...{ author: 'agent', agent, inReplyTo: reply, contactId },
  })
  tellWork(story, {
    ...{ contactId, agent, queue: null, customer, arrivedMs: repliedMs, doneMs: answeredMs },
  })
}
