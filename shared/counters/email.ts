import type { Counter, Need } from './counter.ts'

/** What is counted of mail: messages, the turns that they make, and outreach. */

const message: readonly Need[] = [['message.recorded']]
const tracked: readonly Need[] = [...message, ['message.tracked']]
const count = { of: 'message', unit: 'count', needs: message } as const
/** Of the mails of a queue, and not of what agents send. */
const turn = { ...count, fields: ['queue'] } as const
const time = { ...turn, unit: 'ms' } as const

export const emailCounters = {
  emailsReceived: { ...turn, counts: 'inbound messages, when they were received' },
  emailsHandled: {
    ...turn,
    counts: 'turns answered or closed, at the reply or the closing',
  },
  emailsAnswered: { ...turn, counts: 'turns answered, at the reply' },
  emailResponseMs: { ...time, counts: 'times from received to the reply, at the reply' },
  emailResponseBusinessMs: {
    ...time,
    counts: 'opening hours from received to the reply, at the reply',
  },
  emailsInTarget: { ...turn, counts: 'turns answered by their due instant, at the reply' },
  emailsPastTarget: {
    ...turn,
    counts: 'turns not over at their due instant, at that instant',
  },
  untimedReplies: {
    ...turn,
    counts: 'turns answered by mails that no contact tells of, at the reply',
    detail: 'the feed that tells of the reply',
    untimed: 'contact.connected',
  },
  emailsSent: { ...count, counts: 'outbound messages by agents, at the send' },
  outreachSent: { ...count, counts: 'outreach messages, at the send' },
  outreachDelivered: { ...count, counts: 'outreach messages delivered, at the send' },
  outreachOpened: {
    ...count,
    counts: 'outreach messages opened by a person, at the send',
    needs: tracked,
  },
  outreachReplied: { ...count, counts: 'outreach messages replied to, at the send' },
  companiesResponded: {
    ...count,
    counts: 'accounts with their first reply to outreach, at that reply',
  },
} as const satisfies Record<string, Counter>
