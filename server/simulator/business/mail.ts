/** Mail to the support desks: threads and their cases, first replies, customers who write again. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../shared/time.ts'
import type { MailQueueKey } from '../mailQueues.ts'
import { mailQueues } from '../mailQueues.ts'
import { ask, calibrate, evaluate, type Judged } from '../opinions.ts'
import type { Person } from '../people.ts'
import { inOffice, type Rota } from './office.ts'
import { beginStory, type Births, type Story } from './story.ts'
import { tellWork } from './writing.ts'

const A_DAY: readonly [number, number] = [55, 75]
/** Most write while offices are open, some at night. */
const IN_THE_DAY = 0.86
const CUSTOMERS = 9_000
const HAS_CASE = 0.75
const ACKNOWLEDGED = 0.6
const NO_REPLY_NEEDED = 0.04
const WRITES_AGAIN = 0.24
const MOST_TURNS = 4
/** Customers whose mailbox answers by itself. */
const AWAY = 0.05
const SOLVED = 0.85
const REPLY_MEDIAN_MS = 50 * MINUTE_MS
const REPLY_SIGMA = 0.9
const WRITES_AGAIN_MEDIAN_MS = 3 * HOUR_MS
const EVALUATED = 0.07
const CALIBRATED = 0.02
const ASKED = 0.3
const ANSWERED = 0.3
/** Somebody looks again for who may answer so long after nobody was there. */
const NOBODY_MS = 20 * MINUTE_MS

export function tellMail(births: Births, rota: Rota): void {
  for (const queue of Object.keys(mailQueues) as MailQueueKey[]) {
    const day = beginStory(births, `mails-${queue}`, 0)
    const count = Math.round(day.random.between(...A_DAY))
    for (let nth = 1; nth <= count; nth++) {
      tellThread(beginStory(births, `mail-${queue}`, nth), births, queue, rota)
    }
  }
}

function tellThread(story: Story, births: Births, queue: MailQueueKey, rota: Rota): void {
  const { random } = story
  const { site, teams, hours } = mailQueues[queue]
  const anyMs = births.startMs + random.next() * (births.endMs - births.startMs)
  const firstMs = random.chance(IN_THE_DAY) ? inDay(anyMs) : anyMs
  // What came at night in a place is told of the same day: the morning may lie in the next.
  function inDay(atMs: number): number {
    const moved = inOffice(site, atMs, random, hours)
    return moved < births.endMs ? moved : atMs
  }
  const customer = `M${10_000 + random.below(CUSTOMERS)}@customer.example`
  const caseId = random.chance(HAS_CASE) ? `case-${story.name}` : null
  const inCase = caseId === null ? {} : { caseId }
  const thread = { threadId: story.name, queue, customer, ...inCase }
  let messages = 0
  const messageId = (): string => {
    messages += 1
    return `<${story.name}.${messages}@demo.example>`
  }
  const change = (
    atMs: number,
    field: 'status' | 'assignee',
    to: string,
    data: { statusClass?: 'new' | 'open' | 'solved'; noReplyNeeded?: boolean; agent?: string },
  ): void => {
    if (caseId === null) return
    story.say(atMs, 'case.changed', { caseId, field, to, queue, customer, ...data })
  }

  change(firstMs, 'status', 'New', { statusClass: 'new' })
  let atMs = firstMs
  let assigned: Person | null = null
  for (let turn = 1; turn <= MOST_TURNS; turn++) {
    const received = messageId()
    const contactId = `${story.name}-${turn}`
    story.say(atMs, 'message.recorded', {
      ...{ ...thread, messageId: received, direction: 'inbound', author: 'customer', contactId },
    })
    if (turn > 1) change(atMs + SECOND_MS, 'status', 'Open', { statusClass: 'open' })
    if (turn === 1 && random.chance(ACKNOWLEDGED)) {
      story.say(atMs + random.between(5, 60) * SECOND_MS, 'message.recorded', {
        ...{ ...thread, messageId: messageId(), direction: 'outbound', author: 'automation' },
        inReplyTo: received,
      })
    }
    const openMs = inOffice(site, atMs, random, hours)
    const wrote = replyAt(openMs + random.logNormal(REPLY_MEDIAN_MS, REPLY_SIGMA))
    if (!wrote) return
    const { replyMs, person } = wrote
    tellWork(story, {
      ...{ contactId, agent: person.key, queue, customer, arrivedMs: atMs, doneMs: replyMs },
    })
    if (assigned !== person) {
      change(replyMs - 90 * SECOND_MS, 'assignee', person.key, { agent: person.key })
      assigned = person
    }
    if (caseId !== null && random.chance(NO_REPLY_NEEDED)) {
      const settled = { statusClass: 'solved', noReplyNeeded: true, agent: person.key } as const
      change(replyMs, 'status', 'Solved', settled)
      return
    }
    const sent = messageId()
    story.say(replyMs, 'message.recorded', {
      ...{ ...thread, messageId: sent, direction: 'outbound', author: 'agent' },
      ...{ agent: person.key, inReplyTo: received, contactId },
    })
    if (random.chance(AWAY)) {
      story.say(replyMs + random.between(2, 30) * SECOND_MS, 'message.recorded', {
        ...{ ...thread, messageId: messageId(), direction: 'inbound', author: 'automation' },
        inReplyTo: sent,
      })
    }
    const work = { id: sent, contactId: null, agent: person.key, queue, handledMs: replyMs }
    judge(story, { ...work, channel: 'email' })
    if (turn < MOST_TURNS && random.chance(WRITES_AGAIN)) {
      atMs = replyMs + Math.min(random.logNormal(WRITES_AGAIN_MEDIAN_MS, 1), DAY_MS)
      continue
    }
    if (random.chance(SOLVED)) {
      change(replyMs + SECOND_MS, 'status', 'Solved', {
        ...{ statusClass: 'solved', agent: person.key },
      })
    }
    return
  }

  /** The reply at the first instant from then on at which somebody is there to write it. */
  function replyAt(wishedMs: number): { replyMs: number; person: Person } | null {
    for (let tryMs = wishedMs; tryMs < wishedMs + 2 * DAY_MS; tryMs += NOBODY_MS) {
      const replyMs = inOffice(site, tryMs, random, hours)
      const person = rota.somebodyAt(replyMs, teams, random)
      if (person) return { replyMs, person }
      tryMs = Math.max(tryMs, replyMs)
    }
    return null
  }
}

function judge(story: Story, judged: Judged): void {
  const { random } = story
  const say = (afterMs: number, data: Parameters<Parameters<typeof evaluate>[2]>[1]): void => {
    story.say(judged.handledMs + afterMs, 'evaluation.recorded', data)
  }
  if (random.chance(EVALUATED)) evaluate(judged, random, say)
  if (random.chance(CALIBRATED)) calibrate(judged, random, say)
  if (!random.chance(ASKED)) return
  const asked = { responseId: `${judged.id}/survey`, audience: 'customer' } as const
  const where = { agent: judged.agent, queue: judged.queue }
  ask({ ...asked, ...where }, ANSWERED, random, (afterMs, type, data) => {
    story.say(judged.handledMs + afterMs, type, data)
  })
}
