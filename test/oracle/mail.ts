import { compareText, number, reference, text } from './facts.ts'
import type { Fact } from './facts.ts'
import type { Turn } from './live.ts'
import { ratio } from './marks.ts'
import type { Formula, Mark } from './marks.ts'
import type { Touch } from './matters.ts'
import type { World } from './world.ts'

/** Group 3: turns of mail threads, and outreach. */

type Open = { queue: string | null; receivedMs: number; customer: string | null; key: string }
type Ends = { atMs: number; agent: string | null; isReply: boolean }

export function mailOf(
  facts: readonly Fact[],
  world: World,
  nowMs: number,
): { marks: Mark[]; openTurns: Turn[]; touches: Touch[] } {
  const marks: Mark[] = []
  const touches: Touch[] = []
  const openTurns: Turn[] = []
  const messages = facts
    .filter(({ type }) => type === 'message.recorded')
    .sort((one, other) => one.atMs - other.atMs || compareText(one.id, other.id))
  const cases = facts.filter(({ type }) => type === 'case.changed')
  const threads = byThread(messages)
  const agentOf = (fact: Fact | undefined) => {
    const name = text(fact, 'agent')
    return name === null ? null : world.agent(name)
  }

  for (const own of threads.values()) {
    const caseId = own.map((fact) => text(fact, 'caseId')).find((id) => id !== null) ?? null
    const closes = cases
      .filter(
        (fact) =>
          fact.system === own[0]!.system &&
          text(fact, 'caseId') === caseId &&
          (['solved', 'closed'].includes(text(fact, 'statusClass') ?? '') ||
            fact.data['noReplyNeeded'] === true),
      )
      .map((fact) => ({ atMs: fact.atMs, fact }))
    /** Where the case was put, by when. */
    const moves = cases
      .filter((fact) => fact.system === own[0]!.system && text(fact, 'caseId') === caseId)
      .flatMap((fact) => {
        const to = text(fact, 'field') === 'queue' ? text(fact, 'to') : null
        const queue = text(fact, 'queue') ?? to
        return queue === null ? [] : [{ atMs: fact.atMs, queue: world.queue(queue) }]
      })
      .sort((one, other) => one.atMs - other.atMs)
    const steps = [...own.map((fact) => ({ atMs: fact.atMs, fact })), ...closes].sort(
      (one, other) => one.atMs - other.atMs,
    )
    let open: Open | null = null
    let customer: string | null = null
    for (const { atMs, fact } of steps) {
      const isMessage = fact.type === 'message.recorded'
      const direction = text(fact, 'direction')
      const author = text(fact, 'author')
      const name = text(fact, 'queue')
      if (isMessage && direction === 'inbound') {
        const receivedMs = number(fact, 'receivedAt') ?? atMs
        const queue = name === null ? null : world.queue(name)
        marks.push({
          of: 'mail.received',
          atMs: receivedMs,
          amount: 1,
          queue,
          ...world.queuePlace(queue, receivedMs),
        })
        if (author === 'customer') {
          customer = text(fact, 'customer') ?? customer
          const key = `${fact.system}#${text(fact, 'threadId')!}@${String(receivedMs)}`
          open ??= { queue, receivedMs, customer, key }
        }
      } else if (!isMessage || (author === 'agent' && direction === 'outbound')) {
        if (open) turn(inItsQueue(open, atMs), { atMs, agent: agentOf(fact), isReply: isMessage })
        open = null
      }
    }
    if (open) {
      const waiting = inItsQueue(open, Infinity)
      turn(waiting, null)
      openTurns.push(waiting)
    }

    /** Whoever moves a case takes along what waits: the last queue that it was put into meanwhile. */
    function inItsQueue(one: Open, untilMs: number): Open {
      const move = moves.findLast(({ atMs }) => atMs >= one.receivedMs && atMs <= untilMs)
      return move ? { ...one, queue: move.queue } : one
    }
  }

  function turn(open: Open, end: Ends | null): void {
    const { queue, receivedMs, customer, key } = open
    if (end?.isReply && end.agent !== null && customer !== null) {
      touches.push({
        ...{ customer, topic: '', fromMs: receivedMs, atMs: end.atMs, agent: end.agent },
        ...{ queue, channel: 'email', resolved: null, key },
      })
    }
    const target = (world.queueOf(queue, receivedMs)?.emailTargetMinutes ?? 240) * 60_000
    const dueMs = world.dueAt(queue, receivedMs, target)
    const mark = (of: string, atMs: number, amount = 1) => {
      const agent = end?.agent ?? null
      const place = agent === null ? world.queuePlace(queue, atMs) : world.agentPlace(agent, atMs)
      marks.push({ of, atMs, amount, agent, queue, ...place })
    }
    if (end) {
      mark('mail.handled', end.atMs)
      if (end.isReply) {
        mark('mail.answered', end.atMs)
        mark('mail.response', end.atMs, Math.max(0, end.atMs - receivedMs))
        mark('mail.response.open', end.atMs, world.openMs(queue, receivedMs, end.atMs))
      }
    }
    if (end && end.atMs <= dueMs) {
      if (end.isReply) mark('mail.inTarget', end.atMs)
    } else if (dueMs < nowMs) mark('mail.past', dueMs)
  }

  const tracked = facts.filter(({ type }) => type === 'message.tracked')
  const responded = new Map<string, { atMs: number; sent: Fact }>()
  for (const fact of messages) {
    if (text(fact, 'direction') !== 'outbound') continue
    const agent = agentOf(fact)
    const of = { atMs: fact.atMs, amount: 1, agent, ...world.agentPlace(agent, fact.atMs) }
    if (text(fact, 'author') === 'agent') marks.push({ of: 'mail.sent', ...of })
    if (fact.data['outreach'] !== true) continue
    marks.push({ of: 'mail.outreach', ...of })
    const id = text(fact, 'messageId')
    const tracks = tracked.filter(
      (one) => one.system === fact.system && text(one, 'messageId') === id,
    )
    const has = (track: string) =>
      tracks.filter((one) => text(one, 'track') === track && one.data['machine'] !== true)
    const isDelivered =
      has('delivered').length > 0 ||
      (!world.reportsDelivery(fact.system, fact.atMs) && has('bounced').length === 0)
    if (isDelivered) marks.push({ of: 'mail.delivered', ...of })
    if (has('opened').length > 0) marks.push({ of: 'mail.opened', ...of })
    const replies = [
      ...has('replied'),
      ...messages.filter(
        (one) =>
          one.system === fact.system &&
          text(one, 'direction') === 'inbound' &&
          text(one, 'inReplyTo') === id,
      ),
    ].map(({ atMs }) => atMs)
    if (replies.length === 0) continue
    marks.push({ of: 'mail.replied', ...of })
    const name = text(fact, 'account')
    if (name === null) continue
    const account = reference(name, fact.system)
    const key = `${account.system}#${account.id}`
    const atMs = Math.min(...replies)
    if (atMs < (responded.get(key)?.atMs ?? Infinity)) responded.set(key, { atMs, sent: fact })
  }
  for (const { atMs, sent } of responded.values()) {
    const agent = agentOf(sent)
    marks.push({ of: 'mail.companies', atMs, amount: 1, agent, ...world.agentPlace(agent, atMs) })
  }
  return { marks, openTurns, touches }
}

export const mailMetrics: Record<string, Formula> = {
  emailsReceived: ({ of }) => of('mail.received'),
  emailsHandled: ({ of }) => of('mail.handled'),
  averageEmailResponseTime: ({ of }) => ratio(of('mail.response'), of('mail.answered')),
  averageEmailResponseTimeBusinessHours: ({ of }) =>
    ratio(of('mail.response.open'), of('mail.answered')),
  emailServiceLevel: ({ of }) => ratio(of('mail.inTarget'), of('mail.inTarget', 'mail.past')),
  emailsSent: ({ of }) => of('mail.sent'),
  emailOpenRate: ({ of }) => ratio(of('mail.opened'), of('mail.delivered')),
  emailResponseRate: ({ of }) => ratio(of('mail.replied'), of('mail.delivered')),
  companiesResponded: ({ of }) => of('mail.companies'),
}

function byThread(messages: readonly Fact[]): Map<string, Fact[]> {
  const threads = new Map<string, Fact[]>()
  for (const fact of messages) {
    const key = `${fact.system}#${text(fact, 'threadId')!}`
    threads.set(key, [...(threads.get(key) ?? []), fact])
  }
  return threads
}
