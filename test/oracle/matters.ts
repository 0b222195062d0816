import type { Contact } from './calls.ts'
import type { Mark } from './marks.ts'
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

/** The contacts that opened a matter, and those of them that needed no other. */
export function firstContacts(
  touches: readonly Touch[],
  world: World,
  names: { first: string; resolved: string },
  isAnyChannel: boolean,
): Mark[] {
  const { firstContactWindowDays, firstContactMethod } = world.directory.center
  const windowMs = firstContactWindowDays * DAY_MS
  return touches.flatMap((touch) => {
    const { customer, topic, atMs, agent, queue, channel, resolved, key } = touch
    const others = touches.filter(
      (other) =>
        other.key !== key &&
        other.customer === customer &&
        other.topic === topic &&
        (isAnyChannel || other.channel === channel),
    )
    const isBefore = (one: Touch, other: Touch) => one.fromMs < other.fromMs
    // From the end of one to the beginning of the next.
    const isRepeat = others.some(
      (other) => isBefore(other, touch) && touch.fromMs - other.atMs <= windowMs,
    )
    if (isRepeat) return []
    const isRepeated = others.some(
      (other) => isBefore(touch, other) && other.fromMs - atMs <= windowMs,
    )
    const place = {
      ...world.agentPlace(agent, atMs),
      ...(!isAnyChannel && { channel }),
    }
    const isResolved =
      !isRepeated && (firstContactMethod === 'disposed' ? resolved === true : resolved !== false)
    const of = { atMs, amount: 1, agent, queue, ...place }
    return [{ of: names.first, ...of }, ...(isResolved ? [{ of: names.resolved, ...of }] : [])]
  })
}
