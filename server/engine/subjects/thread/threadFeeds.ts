import type { MatterFeed } from '../contact/matterFeeds.ts'
import { isKnown } from '../contact/matterFeeds.ts'
import { creditFeeds } from '../contactCredit.ts'
import type { CreditFeed } from '../contactCredit.ts'
import { matterKey, objectKey, splitReference } from '../keys.ts'
import type { DeriveInput, Derived } from '../kind.ts'
import { touchFeeds } from '../touches.ts'
import { SENT } from '../trackedMessage.ts'
import type { ReplyFeed, SentFeed } from '../trackedMessage.ts'
import { messageMs } from './turns.ts'
import type { Message, Turn } from './turns.ts'

/**
 * What a thread tells others: its own mails what is to be known of their send and of replies to
 * them, the customer's matter which turns were handled, leads and accounts who wrote to them.
 */
export function threadFeeds(
  { key, settings, facts }: DeriveInput,
  messages: readonly Message[],
  turns: readonly Turn[],
): Derived['feeds'] {
  const system = key.slice('thread'.length, key.indexOf('#'))
  const agentKey = (name: string | null | undefined) =>
    name === null || name === undefined ? null : settings.agentKey(name)
  const feeds: Derived['feeds'][number][] = []

  const outreach = new Map<string, boolean>()
  for (const { data } of messages) {
    if (data.direction === 'outbound') outreach.set(data.messageId, data.outreach === true)
  }
  for (const message of messages) {
    const { messageId, direction, author, agent, account = null, inReplyTo } = message.data
    const atMs = messageMs(message)
    if (direction === 'outbound') {
      const data: SentFeed = {
        atMs,
        agent: agent ?? null,
        account,
        outreach: outreach.get(messageId) ?? false,
      }
      feeds.push({ to: objectKey('trackedMessage', system, messageId), id: SENT, data })
      if (author === 'agent') {
        const touch = { touch: 'message', kind: null, atMs, agent: agentKey(agent) } as const
        feeds.push(...touchFeeds(system, message.data, messageId, touch))
      }
    } else if (direction === 'inbound' && author === 'customer' && inReplyTo !== undefined) {
      // A reply to a mail of this thread that is no outreach tells nobody anything.
      if (outreach.get(inReplyTo) === false) continue
      const to = splitReference(inReplyTo, system)
      const data: ReplyFeed = { atMs, account }
      feeds.push({
        to: objectKey('trackedMessage', to.system, to.id),
        id: `reply/${messageId}`,
        data,
      })
    }
  }
  for (const { sinceMs, queue, customer, isContact, end } of turns) {
    // A mail that is a contact as well tells the matter as that.
    if (isContact) continue
    const agent = agentKey(end?.agent)
    if (end?.how !== 'answered' || agent === null || !isKnown(customer)) continue
    const data: MatterFeed = {
      startMs: sinceMs,
      atMs: end.atMs,
      agent,
      queue: queue === null ? null : settings.queueKey(queue),
      channel: 'email',
      resolved: null,
    }
    feeds.push({ to: matterKey(customer, ''), id: `turn/${String(sinceMs)}`, data })
  }
  if (messages.length > 0) feeds.push(...creditFeeds(facts, creditOf(turns)))
  return feeds
}

/** What a thread tells those who speak of it: whose its last turn was. */
function creditOf(turns: readonly Turn[]): CreditFeed {
  const handled = turns.findLast(({ end }) => end?.how === 'answered')
  return {
    agent: handled?.end?.agent ?? null,
    queue: handled?.queue ?? turns.at(-1)?.queue ?? null,
    matter:
      handled && !handled.isContact && isKnown(handled.customer)
        ? matterKey(handled.customer, '')
        : null,
  }
}
