/** A known set of events, and what every number must be once all of them are counted once. */
import type { EventType } from '../../shared/events/event.ts'
import type { SentEvent } from '../../shared/events/sent.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import type { Random } from './random.ts'

const SOURCE = '/asterisk/pbx-1/ami'
const QUEUES = ['sales', 'support', 'billing'] as const
const AGENTS = [
  ...['ana', 'bo', 'cy', 'dee', 'eli', 'fay'],
  ...['gil', 'hana', 'ira', 'jun', 'kit', 'lou'],
] as const
/** Callers who hang up come within this; those who are answered, when their agent is free. */
const SPAN_MS = HOUR_MS
/**
 * How long before now it began, and within what all of it lies. It is over even for a clock that is
 * an hour slow; and for one that is an hour fast, nobody is yet taken for lost (four hours) of whom
 * the end is still to be sent, however long the machine takes.
 */
const AGO_MS = 170 * MINUTE_MS
const WITHIN_MS = 105 * MINUTE_MS
/** What one request brings. */
const BATCH_EVENTS = 8

/**
 * What a metric's parts must be, as `callsOffered.offered`. Worked out call by call as the load is
 * made, by nothing of the product.
 */
export type Figures = Record<string, number>

export type Load = {
  batches: SentEvent[][]
  /** How many events are counted in the end. */
  events: number
  /** By scope, as the API writes it. */
  truth: ReadonlyMap<string, Figures>
  /** All of it lies in here. */
  fromMs: number
  toMs: number
}

/** The figures that are compared, by whom they are asked for. */
export const FIGURES = {
  queue: {
    callsOffered: ['offered'],
    callsAnswered: ['answered'],
    callsAbandoned: ['inTime', 'passed'],
    shortAbandons: ['abandoned'],
    callsHandled: ['handled'],
    serviceLevel: ['met', 'decided'],
    averageTalkTime: ['talk'],
    averageHoldTime: ['hold'],
    averageWrapTime: ['wrapUp'],
    ringNoAnswers: ['offers'],
  },
  agent: {
    callsOffered: ['offered'],
    callsAnswered: ['answered'],
    callsHandled: ['handled'],
    averageTalkTime: ['talk'],
    averageHoldTime: ['hold'],
    averageWrapTime: ['wrapUp'],
    ringNoAnswers: ['offers'],
  },
} as const

/** So many calls that ended over an hour before `nowMs`, in the order in which things happened. */
export function makeLoad(random: Random, calls: number, nowMs: number): Load {
  const beginsMs = Math.floor((nowMs - AGO_MS) / MINUTE_MS) * MINUTE_MS
  const freeAtMs = new Map<string, number>(AGENTS.map((agent) => [agent, beginsMs]))
  const truth = new Map<string, Figures>([
    ...QUEUES.map((queue) => [`queue:${queue}`, noFigures('queue')] as const),
    ...AGENTS.map((agent) => [`agent:${agent}`, noFigures('agent')] as const),
  ])
  const events = [
    ...AGENTS.map((agent) =>
      event(`in-${agent}`, 'agent.stateChanged', beginsMs - MINUTE_MS, {
        agent,
        state: 'available',
      }),
    ),
    ...Array.from({ length: calls }, (_, n) => call(n, beginsMs, freeAtMs, random, truth)).flat(),
  ]
  events.sort((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0))
  return {
    batches: inBatches(events),
    events: events.length,
    truth,
    fromMs: beginsMs - 2 * MINUTE_MS,
    toMs: beginsMs + WITHIN_MS,
  }
}

export function inBatches(events: readonly SentEvent[]): SentEvent[][] {
  const batches: SentEvent[][] = []
  for (let at = 0; at < events.length; at += BATCH_EVENTS) {
    batches.push(events.slice(at, at + BATCH_EVENTS))
  }
  return batches
}

/** The same load a day earlier, as a feed that was cut off for a day sends it. */
export function aDayLate(load: Load): Load {
  const earlier = (time: string): string => new Date(Date.parse(time) - DAY_MS).toISOString()
  return {
    ...load,
    batches: load.batches.map((batch) =>
      batch.map((sent) => ({ ...sent, time: earlier(sent.time) })),
    ),
    fromMs: load.fromMs - DAY_MS,
    toMs: load.toMs - DAY_MS,
  }
}

/** The same load with what must be told of teams: the figures of their agents, added. */
export function withTeams(load: Load, teams: Readonly<Record<string, readonly string[]>>): Load {
  const truth = new Map(load.truth)
  for (const [team, agents] of Object.entries(teams)) {
    const figures = noFigures('agent')
    for (const agent of agents) {
      for (const [figure, amount] of Object.entries(load.truth.get(`agent:${agent}`) ?? {})) {
        figures[figure] = (figures[figure] ?? 0) + amount
      }
    }
    truth.set(`team:${team}`, figures)
  }
  return { ...load, truth }
}

function noFigures(kind: keyof typeof FIGURES): Figures {
  return Object.fromEntries(
    Object.entries(FIGURES[kind]).flatMap(([id, parts]) =>
      parts.map((part) => [`${id}.${part}`, 0]),
    ),
  )
}

/** What an agent's figures and a queue's are both told of. */
type Tell = (figure: string, amount: number) => void

function call(
  n: number,
  beginsMs: number,
  freeAtMs: Map<string, number>,
  random: Random,
  truth: ReadonlyMap<string, Figures>,
): SentEvent[] {
  const contactId = `call-${String(n)}`
  const visitId = `${contactId}/1`
  const legId = `${contactId}/leg`
  const queue = random.pick(QUEUES)
  const agent = AGENTS[n % AGENTS.length] ?? AGENTS[0]
  const tell =
    (...scopes: string[]): Tell =>
    (figure, amount) => {
      for (const scope of scopes) {
        const figures = truth.get(scope)
        if (figures) figures[figure] = (figures[figure] ?? 0) + amount
      }
    }
  const ofQueue = tell(`queue:${queue}`)
  const ofAgent = tell(`agent:${agent}`)
  const ofBoth = tell(`queue:${queue}`, `agent:${agent}`)
  const at = (part: string, type: EventType, atMs: number, data: Record<string, unknown>) =>
    event(`${contactId}/${part}`, type, atMs, { contactId, ...data })

  const isAbandoned = random.next() < 0.25
  const queuedMs = isAbandoned
    ? beginsMs + random.between(0, SPAN_MS)
    : (freeAtMs.get(agent) ?? beginsMs) + random.between(100, 30_000)
  const queued = at('queued', 'contact.queued', queuedMs, { visitId, queue, channel: 'voice' })
  ofQueue('callsOffered.offered', 1)

  if (isAbandoned) {
    const isShort = random.next() < 0.3
    const waitMs = isShort ? random.between(500, 4_500) : random.between(5_500, 60_000)
    const isLate = waitMs > 20 * SECOND_MS
    const leftMs = queuedMs + waitMs
    if (isShort) ofQueue('shortAbandons.abandoned', 1)
    else {
      ofQueue(isLate ? 'callsAbandoned.passed' : 'callsAbandoned.inTime', 1)
      ofQueue('serviceLevel.decided', 1)
    }
    return [
      queued,
      at('dequeued', 'contact.dequeued', leftMs, { visitId, queue, outcome: 'abandoned' }),
      at('ended', 'contact.ended', leftMs, { final: 'abandoned' }),
    ]
  }

  const waitMs = random.between(1_000, 50_000)
  const answeredMs = queuedMs + waitMs
  const holdMs = random.next() < 0.3 ? random.between(1_000, 30_000) : 0
  const talkMs = random.between(5_000, 240_000)
  const wrapMs = random.between(1_000, 30_000)
  const heldMs = answeredMs + Math.floor(talkMs / 2)
  const hungUpMs = answeredMs + talkMs + holdMs
  const missed = random.next() < 0.2
  freeAtMs.set(agent, hungUpMs + wrapMs)
  const offerOf = (ring: number) => `${visitId}/${agent}/${String(ring)}`
  const ringing = (ring: number, fromMs: number, toMs: number, outcome: string) => [
    at(`offered-${String(ring)}`, 'contact.offered', fromMs, {
      ...{ visitId, queue, agent },
      offerId: offerOf(ring),
    }),
    at(`offerEnded-${String(ring)}`, 'contact.offerEnded', toMs, {
      ...{ offerId: offerOf(ring), agent, outcome },
    }),
  ]
  ofAgent('callsOffered.offered', missed ? 2 : 1)
  if (missed) ofBoth('ringNoAnswers.offers', 1)
  ofBoth('callsAnswered.answered', 1)
  if (waitMs <= 20 * SECOND_MS) ofQueue('serviceLevel.met', 1)
  ofQueue('serviceLevel.decided', 1)
  ofBoth('callsHandled.handled', 1)
  ofBoth('averageTalkTime.talk', talkMs)
  ofBoth('averageHoldTime.hold', holdMs)
  ofBoth('averageWrapTime.wrapUp', wrapMs)
  return [
    queued,
    ...(missed ? ringing(1, queuedMs + 100, queuedMs + 600, 'noAnswer') : []),
    ...ringing(missed ? 2 : 1, queuedMs + 700, answeredMs, 'accepted'),
    at('dequeued', 'contact.dequeued', answeredMs, { visitId, queue, outcome: 'answered', agent }),
    at('connected', 'contact.connected', answeredMs, { visitId, queue, legId, agent }),
    ...(holdMs === 0
      ? []
      : [
          at('held', 'contact.held', heldMs, { legId, agent }),
          at('resumed', 'contact.resumed', heldMs + holdMs, { legId, agent }),
        ]),
    at('disconnected', 'contact.disconnected', hungUpMs, { legId, agent, by: 'customer' }),
    at('wrap', 'contact.wrapUpStarted', hungUpMs, { legId, agent }),
    at('wrapped', 'contact.wrapUpEnded', hungUpMs + wrapMs, { legId, agent }),
    at('ended', 'contact.ended', hungUpMs, { final: 'handled' }),
  ]
}

function event(
  id: string,
  type: EventType,
  atMs: number,
  data: Record<string, unknown>,
): SentEvent {
  const time = new Date(atMs).toISOString()
  return { specversion: '1.0', id, source: SOURCE, type, time, data }
}
