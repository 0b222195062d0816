import type { Contact, Leg, Visit } from './calls.ts'
import type { Fact } from './facts.ts'
import { reference, text } from './facts.ts'
import { ratio } from './marks.ts'
import type { Formula, Mark } from './marks.ts'
import type { World } from './world.ts'

/** Group 1: inbound contacts in queues. */

const flows = [
  'timeout',
  'overflow',
  'exitKey',
  'empty',
  'blocked',
  'withdrawn',
  'callbackRequested',
  'transferredOut',
  'voicemail',
]
const isCounted = (visit: Visit) =>
  visit.reason !== 'callback' && visit.contact.direction === 'inbound'
/** A handling is a completed inbound primary leg. */
export const isHandling = (leg: Leg): boolean =>
  leg.role === 'primary' &&
  leg.direction === 'inbound' &&
  leg.toMs !== null &&
  !leg.isLost &&
  leg.visit?.reason !== 'callback'

export function queueMarks(contacts: readonly Contact[], world: World, nowMs: number): Mark[] {
  return contacts.flatMap((contact) => [
    ...contact.visits.filter(isCounted).flatMap((visit) => visitMarks(visit, world, nowMs)),
    ...offerMarks(contact, world),
    ...contact.legs.flatMap((leg) => handlingMarks(leg, world)),
    ...contact.visits.filter(isCounted).flatMap((visit) => ownAnswer(visit, world)),
  ])
}

function visitMarks(visit: Visit, world: World, nowMs: number): Mark[] {
  const { queue, channel, fromMs, end } = visit
  const definition = world.queueOf(queue, fromMs)?.serviceLevel
  const T = (definition?.thresholdSeconds ?? 20) * 1_000
  const s = (definition?.shortAbandonSeconds ?? 5) * 1_000
  const settings = {
    inTime: definition?.abandonedInTime ?? 'missed',
    short: definition?.abandonedShort ?? 'ignored',
    flowedOut: definition?.flowedOut ?? 'ignored',
    answeredOnly: definition?.answeredOnly ?? false,
  }
  const marks: Mark[] = []
  const mark = (of: string, atMs: number, amount = 1) =>
    marks.push({ of, atMs, amount, queue, channel, ...world.queuePlace(queue, atMs) })
  /** A service-level event: what it is judged to be. */
  const judged = (atMs: number, as: string) => {
    if (as === 'met') mark('sl.met', atMs)
    if (as !== 'ignored') mark('sl.decided', atMs)
  }
  const unlessOnly = (as: string) => (settings.answeredOnly ? 'ignored' : as)

  mark('offered', fromMs)
  if (visit.reason === 'new') mark('offered.new', fromMs)
  if (!end) {
    const isMissed = nowMs > fromMs + T && !settings.answeredOnly
    if (isMissed) mark('sl.waiting', fromMs + T)
    return marks
  }
  const wait = end.atMs - fromMs
  const isPast = wait > T
  if (end.outcome === 'answered') {
    mark('answered', end.atMs)
    mark('answered.wait', end.atMs, wait)
    judged(isPast ? fromMs + T : end.atMs, isPast ? 'missed' : 'met')
  } else if (end.outcome === 'abandoned') {
    mark(wait < s ? 'abandoned.short' : 'abandoned', end.atMs)
    if (isPast) judged(fromMs + T, unlessOnly('missed'))
    else judged(end.atMs, unlessOnly(wait < s ? settings.short : settings.inTime))
  } else if (flows.includes(end.outcome)) {
    mark('flowedOut', end.atMs)
    judged(isPast ? fromMs + T : end.atMs, unlessOnly(settings.flowedOut))
  } else {
    mark(`visit.${end.outcome}`, end.atMs)
  }
  if (['abandoned', ...flows].includes(end.outcome)) mark('unanswered.wait', end.atMs, wait)
  return marks
}

/** The answer as the agent's own. */
function ownAnswer(visit: Visit, world: World): Mark[] {
  const { end, queue, channel, fromMs } = visit
  if (end?.outcome !== 'answered') return []
  const leg = visit.contact.legs
    .filter((one) => one.visit === visit && one.role === 'primary')
    .sort((one, other) => one.fromMs - other.fromMs)[0]
  if (!leg) return []
  const T = (world.queueOf(queue, fromMs)?.serviceLevel.thresholdSeconds ?? 20) * 1_000
  const of = { atMs: end.atMs, agent: leg.agent, queue, channel }
  const place = world.agentPlace(leg.agent, end.atMs)
  const wait = end.atMs - fromMs
  return [
    { of: wait <= T ? 'own.inTime' : 'own.late', amount: 1, ...of, ...place },
    { of: 'own.wait', amount: wait, ...of, ...place },
  ]
}

function offerMarks({ offers, direction, legs }: Contact, world: World): Mark[] {
  if (direction !== 'inbound') return []
  const marks: Mark[] = offers
    .filter(({ visit }) => visit?.reason !== 'callback')
    .flatMap(({ agent, queue, channel, fromMs, end }) => {
      const of = { agent, queue, channel, amount: 1 }
      const rung: Mark[] = [
        { of: 'offers', atMs: fromMs, ...of, ...world.agentPlace(agent, fromMs) },
      ]
      if (end?.outcome === 'noAnswer') {
        rung.push({ of: 'noAnswers', atMs: end.atMs, ...of, ...world.agentPlace(agent, end.atMs) })
      }
      return rung
    })
  // Who answered was offered it, whether the feed says so or not.
  for (const leg of legs) {
    const wasOffered = offers.some(({ accepted }) => accepted === leg)
    if (wasOffered || leg.role !== 'primary' || leg.visit?.reason === 'callback') continue
    const { agent, queue, fromMs } = leg
    marks.push({
      of: 'offers',
      atMs: fromMs,
      amount: 1,
      agent,
      queue,
      channel: leg.channel,
      ...world.agentPlace(agent, fromMs),
    })
  }
  return marks
}

function handlingMarks(leg: Leg, world: World): Mark[] {
  const { agent, queue, channel, toMs } = leg
  if (leg.role !== 'primary' || toMs === null || leg.isLost) return []
  if (leg.direction === 'internal') return []
  // To call back is to call out.
  const isOutbound = leg.direction === 'outbound' || leg.visit?.reason === 'callback'
  const kind = isOutbound ? 'outbound.' : ''
  const marks: Mark[] = []
  const mark = (of: string, amount: number, detail?: string) =>
    marks.push({
      of,
      atMs: toMs,
      amount,
      agent,
      queue,
      channel,
      ...world.agentPlace(agent, toMs),
      ...(detail !== undefined && { detail }),
    })
  const talk = Math.max(0, toMs - leg.fromMs - leg.holdMs)
  mark('talk.any', talk)
  mark(`${kind}handled`, 1)
  mark(`${kind}talk`, talk)
  mark(`${kind}hold`, leg.holdMs)
  if (leg.wrap && leg.wrap.toMs !== null) {
    // Forecasts are made from what is booked; this is, when the agent is next heard of.
    mark(`${kind}wrap${leg.wrap.isDue ? '.due' : ''}`, leg.wrap.toMs - leg.wrap.fromMs)
  }
  if (!leg.wrap) {
    const configured = world.queueOf(queue, toMs)?.configuredWrapUpSeconds ?? null
    if (configured !== null) mark(`${kind}wrap.configured`, configured * 1_000)
  }
  if (isOutbound) return marks
  if (talk < (world.queueOf(queue, toMs)?.shortCallSeconds ?? 30) * 1_000) mark('short', 1)
  if (leg.isTransferred) mark('transferred', 1)
  if (leg.reason !== null) mark('reasons', 1, leg.reason)
  return marks
}

export function callbackMarks(
  facts: readonly Fact[],
  contacts: readonly Contact[],
  world: World,
): Mark[] {
  const callbacks = new Map<string, Fact[]>()
  for (const fact of facts.filter(({ type }) => type === 'callback.changed')) {
    const key = `${fact.system}#${String(fact.data['callbackId'])}`
    callbacks.set(key, [...(callbacks.get(key) ?? []), fact])
  }
  const named = new Set<string>()
  const marks: Mark[] = []
  const mark = (of: string, atMs: number, queue: string | null, channel: string | null) =>
    marks.push({ of, atMs, amount: 1, queue, channel, ...world.queuePlace(queue, atMs) })
  for (const own of callbacks.values()) {
    const said = (field: string) =>
      own.map((fact) => text(fact, field)).find((value) => value !== null) ?? null
    const contactId = said('contactId')
    const { system } = own[0]!
    const of = contactId === null ? null : reference(contactId, system)
    const key = of && `${of.system}#${of.id}`
    if (key !== null) named.add(key)
    const queueName = said('queue')
    const queue = queueName === null ? null : world.queue(queueName)
    const inTime = [...own].sort((one, other) => one.atMs - other.atMs)
    const channel = world.queueOf(queue, inTime[0]!.atMs)?.channel ?? null
    // Whatever is said of it first, it was asked for by then.
    mark('callbacks.requested', inTime[0]!.atMs, queue, channel)
    const completed = inTime.find((fact) => text(fact, 'state') === 'completed')
    if (completed) mark('callbacks.completed', completed.atMs, queue, channel)
  }
  for (const contact of contacts) {
    if (named.has(contact.key)) continue
    for (const { end, queue, channel } of contact.visits) {
      if (end?.outcome === 'callbackRequested')
        mark('callbacks.requested', end.atMs, queue, channel)
    }
  }
  return marks
}
const isOfAgents = (scope: string) => scope === 'agent' || scope === 'team'
const perHandled =
  (...names: string[]): Formula =>
  ({ of }) =>
    ratio(of(...names), of('handled'))
const percentile =
  (share: number): Formula =>
  ({ list }) => {
    const waits = list('answered.wait')
      .map(({ amount }) => amount)
      .sort((one, other) => one - other)
    return waits[Math.ceil(share * waits.length) - 1] ?? null
  }

export const queueMetrics: Record<string, Formula> = {
  callsOffered: ({ of, scope }) => (isOfAgents(scope) ? of('offers') : of('offered')),
  uniqueCallsOffered: ({ of }) => of('offered.new'),
  callsAnswered: ({ of, scope }) =>
    isOfAgents(scope) ? of('own.inTime', 'own.late') : of('answered'),
  answerRate: ({ of }) =>
    ratio(of('answered'), of('answered', 'abandoned', 'abandoned.short', 'flowedOut')),
  callsHandled: ({ of }) => of('handled'),
  callsAbandoned: ({ of }) => of('abandoned'),
  shortAbandons: ({ of }) => of('abandoned.short'),
  callsOverflowed: ({ of }) => of('flowedOut'),
  abandonRate: ({ of }) => ratio(of('abandoned'), of('answered', 'abandoned', 'flowedOut')),
  serviceLevel: ({ of, scope }) =>
    isOfAgents(scope)
      ? ratio(of('own.inTime'), of('own.inTime', 'own.late'))
      : ratio(of('sl.met'), of('sl.decided', 'sl.waiting')),
  averageSpeedOfAnswer: ({ of, scope }) =>
    isOfAgents(scope)
      ? ratio(of('own.wait'), of('own.inTime', 'own.late'))
      : ratio(of('answered.wait'), of('answered')),
  waitP50: percentile(0.5),
  waitP90: percentile(0.9),
  waitP95: percentile(0.95),
  averageTalkTime: perHandled('talk'),
  averageHoldTime: perHandled('hold'),
  averageWrapTime: perHandled('wrap', 'wrap.due', 'wrap.configured'),
  averageHandleTime: perHandled('talk', 'hold', 'wrap', 'wrap.due', 'wrap.configured'),
  shortCallRate: perHandled('short'),
  transferRate: perHandled('transferred'),
  ringNoAnswers: ({ of }) => of('noAnswers'),
  callbacksRequested: ({ of }) => of('callbacks.requested'),
  callbacksCompleted: ({ of }) => of('callbacks.completed'),
  contactReasons: ({ of }) => of('reasons') || null,
}
