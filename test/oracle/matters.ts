import type { Contact } from './calls.ts'
import { compareText } from './facts.ts'
import { ratio } from './marks.ts'
import type { Formula, Mark } from './marks.ts'
import { isHandling } from './queues.ts'
import type { World } from './world.ts'

/**
 * First contact. A matter is (customer, matter; else reason; else none). Its touches are handled
 * inbound contacts, and answered mail turns where every channel counts.
 */
export type Touch = {
  customer: string
  topic: string
  fromMs: number
  /** The disconnect of its last primary leg. */
  atMs: number
  agent: string
  queue: string | null
  channel: string
  resolved: boolean | null
  key: string
}
/** Something that was said of a contact afterwards: whether it was settled. */
export type Answer = { contact: string; atMs: number; id: string; isSettled: boolean }
const DAY_MS = 86_400_000

export function touchesOf(contacts: readonly Contact[]): Touch[] {
  return contacts.flatMap((contact) => {
    const last = contact.legs
      .filter(isHandling)
      .sort((one, other) => one.toMs! - other.toMs!)
      .at(-1)
    if (!last || contact.customer === null || contact.direction !== 'inbound') return []
    if (contact.visits.some(({ reason }) => reason === 'callback')) return []
    return [
      {
        customer: contact.customer,
        topic: contact.matter ?? last.reason ?? '',
        fromMs: Math.min(
          ...contact.visits.map(({ fromMs }) => fromMs),
          ...contact.legs.filter(isHandling).map(({ fromMs }) => fromMs),
        ),
        atMs: last.toMs!,
        agent: last.agent,
        queue: last.queue,
        channel: last.channel,
        resolved: contact.resolved,
        key: contact.key,
      },
    ]
  })
}

/** Of those of one instant one opened the matter: a call rather than a mail, else the first by key. */
const isBefore = (one: Touch, other: Touch) =>
  (one.fromMs - other.fromMs ||
    Number(one.channel === 'email') - Number(other.channel === 'email') ||
    compareText(one.key, other.key)) < 0
/** From the end of one to the beginning of the next. */
const isRepeat = (touch: Touch, others: readonly Touch[], windowMs: number): boolean =>
  others.some((other) => isBefore(other, touch) && touch.fromMs - other.atMs <= windowMs)

/** What customers came with, by whichever channel, when they came. */
export function inquiryMarks(touches: readonly Touch[], world: World): Mark[] {
  return touches
    .filter((touch) => {
      const windowMs = world.centerAt(touch.atMs).firstContactWindowDays * DAY_MS
      const others = touches.filter(
        (other) => other.customer === touch.customer && other.topic === touch.topic,
      )
      return !isRepeat(touch, others, windowMs)
    })
    .map(({ fromMs, queue }) => ({
      of: 'inquiries',
      atMs: fromMs,
      amount: 1,
      queue,
      ...world.queuePlace(queue, fromMs),
    }))
}

export const matterMetrics: Record<string, Formula> = {
  inquiries: ({ of }) => of('inquiries'),
  callFirstContactResolution: ({ of }) => ratio(of('first.resolved'), of('first')),
  transactionFirstContactResolution: ({ of }) => ratio(of('any.resolved'), of('any')),
}

/** The contacts that opened a matter, and those of them that needed no other. */
export function firstContacts(
  touches: readonly Touch[],
  world: World,
  names: { first: string; resolved: string },
  isAnyChannel: boolean,
  answers: readonly Answer[],
): Mark[] {
  return touches.flatMap((touch) => {
    const { firstContactWindowDays, firstContactMethod } = world.centerAt(touch.atMs)
    const windowMs = firstContactWindowDays * DAY_MS
    const { customer, topic, atMs, agent, queue, channel, resolved, key } = touch
    const others = touches.filter(
      (other) =>
        other.key !== key &&
        other.customer === customer &&
        other.topic === topic &&
        (isAnyChannel || other.channel === channel),
    )
    const answer = answers
      .filter(({ contact }) => contact === key)
      .sort((one, other) => one.atMs - other.atMs || compareText(one.id, other.id))
      .at(-1)
    // Who was not asked, or did not say, is in no survey.
    if (firstContactMethod === 'survey' && !answer) return []
    if (isRepeat(touch, others, windowMs)) return []
    const isRepeated = others.some(
      (other) => isBefore(touch, other) && other.fromMs - atMs <= windowMs,
    )
    const place = {
      ...world.agentPlace(agent, atMs),
      ...(!isAnyChannel && { channel }),
    }
    const isResolved =
      firstContactMethod === 'survey'
        ? answer?.isSettled === true
        : !isRepeated &&
          (firstContactMethod === 'disposed' ? resolved === true : resolved !== false)
    const of = { atMs, amount: 1, agent, queue, ...place }
    return [{ of: names.first, ...of }, ...(isResolved ? [{ of: names.resolved, ...of }] : [])]
  })
}
