import { takesPart } from './calls.ts'
import type { Contact, Leg, Offer } from './calls.ts'
import { fromOneSource, inOrder, text } from './facts.ts'
import type { Fact } from './facts.ts'
import { ratio } from './marks.ts'
import type { Formula, Mark } from './marks.ts'
import type { Place, World } from './world.ts'

/**
 * An agent has one state at each instant. It is asked for instant by instant, between all the
 * instants at which anything changes: slow, and easy to believe.
 */
export type State =
  'onContact' | 'wrapUp' | 'ringing' | 'notReady' | 'available' | 'signedOut' | 'unknown'
export type Piece = { fromMs: number; toMs: number; state: State; reason: string | null }
export type AgentLine = {
  agent: string
  pieces: Piece[]
  /** Where the agent is in the end. */
  place: Place
  /** Queues that the agent is joined to, and those paused in, in the end. */
  joined: string[]
  paused: string[]
}

type Activity = { fromMs: number; toMs: number | null }
/** An agent of whom nothing was heard for a day is in no known state any more. */
const SILENT_MS = 86_400_000
const covers = (atMs: number) => (one: Activity) =>
  one.fromMs <= atMs && atMs < (one.toMs ?? Infinity)

export function agentLines(
  facts: readonly Fact[],
  contacts: readonly Contact[],
  world: World,
  nowMs: number,
): AgentLine[] {
  const legs = contacts.flatMap((contact) => contact.legs)
  const offers = contacts.flatMap((contact) => contact.offers)
  const names = new Set([
    ...facts
      .filter(({ type }) => ['agent.stateChanged', 'agent.queueChanged'].includes(type))
      .map((fact) => world.agent(text(fact, 'agent')!)),
    ...legs.map(({ agent }) => agent),
    ...offers.map(({ agent }) => agent),
  ])
  return [...names].map((agent) =>
    lineOf(
      agent,
      facts.filter((fact) => world.agent(text(fact, 'agent') ?? '') === agent),
      legs.filter((leg) => leg.agent === agent),
      offers.filter((offer) => offer.agent === agent),
      world,
      nowMs,
    ),
  )
}

function lineOf(
  agent: string,
  facts: readonly Fact[],
  legs: readonly Leg[],
  offers: readonly Offer[],
  world: World,
  nowMs: number,
): AgentLine {
  const states = inOrder(fromOneSource(facts.filter(({ type }) => type === 'agent.stateChanged')))
  const moves = inOrder(facts.filter(({ type }) => type === 'agent.queueChanged'))
  const talks = legs.filter(takesPart)
  const wraps = talks.flatMap(({ wrap }) => (wrap ? [wrap] : []))
  const rings = offers.map(({ fromMs, end }) => ({ fromMs, toMs: end?.atMs ?? null }))
  const { heard, isSilence, awakeSince } = hearingOf(states, moves, talks, rings, nowMs)
  // Where an agent is listed is as of the last word: the agent's own, or the directory's.
  const listedMs = Math.max(...heard, ...world.changes)

  /** Of the queues joined at an instant, whether paused, and why; null: no feed tells of queues. */
  function queuesAt(
    atMs: number,
    isListed: boolean,
    sinceMs: number,
  ): Map<string, { isPaused: boolean; reason: string | null }> | null {
    const queues = new Map<string, { isPaused: boolean; reason: string | null }>()
    for (const queue of isListed ? world.queuesOf(agent, listedMs) : []) {
      queues.set(queue, { isPaused: false, reason: null })
    }
    const told = moves.filter((one) => one.atMs <= atMs && one.atMs >= sinceMs)
    if (told.length === 0 && !isListed) return null
    for (const move of told) {
      const queue = world.queue(text(move, 'queue')!)
      switch (text(move, 'action')) {
        case 'left':
          queues.delete(queue)
          break
        case 'paused':
          // Who pauses in a queue is in it.
          queues.set(queue, { isPaused: true, reason: text(move, 'reason') })
          break
        case 'joined':
          if (!queues.has(queue)) queues.set(queue, { isPaused: false, reason: null })
          break
        default:
          queues.set(queue, { isPaused: false, reason: null })
      }
    }
    return queues
  }

  function stateAt(atMs: number): { state: State; reason: string | null } {
    const plainly = (state: State) => ({ state, reason: null })
    const lastHeardMs = Math.max(...heard.filter((one) => one <= atMs))
    if (isSilence(lastHeardMs, atMs + 1)) return plainly('unknown')
    if (talks.some(covers(atMs))) return plainly('onContact')
    if (wraps.some(covers(atMs))) return plainly('wrapUp')
    if (rings.some(covers(atMs))) return plainly('ringing')
    // What was said before such a silence is forgotten.
    const sinceMs = awakeSince(atMs)
    const last = states.findLast((one) => one.atMs <= atMs && one.atMs >= sinceMs)
    // Only of whom no legs and offers are told.
    const activity = legs.length + offers.length === 0 ? text(last, 'activity') : null
    if (activity === 'talking' || activity === 'holding') return plainly('onContact')
    if (activity === 'wrapUp' || activity === 'ringing') return plainly(activity)
    const said = text(last, 'state') as State | null
    if (said !== null && said !== 'available') {
      return { state: said, reason: said === 'notReady' ? text(last, 'reason') : null }
    }
    const queues = queuesAt(atMs, false, sinceMs)
    const paused = [...(queues?.values() ?? [])].filter(({ isPaused }) => isPaused)
    if (queues && queues.size > 0 && paused.length === queues.size) {
      return { state: 'notReady', reason: lastPause(atMs) }
    }
    if (said !== null) return plainly('available')
    if (!queues) return plainly('unknown')
    return plainly(queues.size > 0 ? 'available' : 'signedOut')
  }
  const lastPause = (atMs: number) =>
    text(
      moves.findLast((move) => move.atMs <= atMs && text(move, 'action') === 'paused'),
      'reason',
    )

  const instants = [
    ...states.map(({ atMs }) => atMs),
    ...moves.map(({ atMs }) => atMs),
    ...[...talks, ...wraps, ...rings].flatMap(({ fromMs, toMs }) => [fromMs, toMs ?? nowMs]),
    ...heard.map((atMs) => atMs + SILENT_MS),
  ].filter((atMs) => Number.isFinite(atMs) && atMs < nowMs)
  const sorted = [...new Set(instants)].sort((one, other) => one - other)
  const pieces: Piece[] = []
  sorted.forEach((fromMs, index) => {
    const { state, reason } = stateAt(fromMs)
    const toMs = sorted[index + 1] ?? nowMs
    const before = pieces.at(-1)
    if (before?.state === state && before.reason === reason) before.toMs = toMs
    else pieces.push({ fromMs, toMs, state, reason })
  })
  const queues = queuesAt(nowMs, true, awakeSince(nowMs))!
  return {
    agent,
    place: world.agentPlace(agent, listedMs),
    pieces,
    joined: [...queues.keys()],
    paused: [...queues].filter(([, { isPaused }]) => isPaused).map(([queue]) => queue),
  }
}

type Hearing = {
  heard: readonly number[]
  isSilence: (fromMs: number, toMs: number) => boolean
  /** When the agent was first heard of after the last silence. */
  awakeSince: (atMs: number) => number
}
/** When an agent was heard of, and when not for so long that what was said before is forgotten. */
export function hearingOf(
  states: readonly Fact[],
  moves: readonly Fact[],
  talks: readonly Leg[],
  rings: readonly Activity[],
  nowMs: number,
): Hearing {
  /** When anything was heard of the agent; a limit that ends a wrap-up is heard by nobody. */
  const heard = [
    ...states.map(({ atMs }) => atMs),
    ...moves.map(({ atMs }) => atMs),
    ...[...talks, ...rings].flatMap(({ fromMs, toMs }) => [fromMs, toMs ?? fromMs]),
    ...talks.flatMap(({ wrap, wrapToldMs }) =>
      wrap ? [wrap.fromMs, wrapToldMs ?? wrap.fromMs] : [],
    ),
  ].filter((atMs) => atMs <= nowMs)

  /** A talk, ring or wrap-up of which the end was told was no silence, however long. */
  const told = [
    ...[...talks, ...rings].map(({ fromMs, toMs }) => ({ fromMs, toMs: toMs ?? fromMs })),
    ...talks.flatMap(({ wrap, wrapToldMs }) =>
      wrap && wrapToldMs !== null ? [{ fromMs: wrap.fromMs, toMs: wrapToldMs }] : [],
    ),
  ]
  const isSilence = (fromMs: number, toMs: number) =>
    toMs - fromMs > SILENT_MS && !told.some((one) => one.fromMs <= fromMs && one.toMs >= toMs)

  /** When the agent was first heard of after the last silence. */
  function awakeSince(atMs: number): number {
    const sorted = heard.filter((one) => one <= atMs).sort((one, other) => one - other)
    return (
      sorted.findLast((one, index) => index === 0 || isSilence(sorted[index - 1]!, one)) ?? atMs
    )
  }
  return { heard, isSilence, awakeSince }
}

export function agentMarks(
  lines: readonly AgentLine[],
  facts: readonly Fact[],
  world: World,
): Mark[] {
  const plans = facts.filter(({ type }) => type === 'agent.scheduled')
  return lines.flatMap(({ agent, pieces }) => {
    const own = plans.filter((plan) => world.agent(text(plan, 'agent')!) === agent)
    const spans = own.flatMap(
      ({ data }) => data['spans'] as { from: number; to: number; activity: string }[],
    )
    return pieces.flatMap((piece) => [
      ...spread(`time.${piece.state}`, agent, piece.fromMs, piece.toMs, world),
      ...(piece.state === 'unknown' ? [] : spans).flatMap((span) => {
        const fromMs = Math.max(span.from, piece.fromMs)
        const toMs = Math.min(span.to, piece.toMs)
        if (toMs <= fromMs) return []
        const keeps = world.directory.schedules.some(
          ({ activity, states, reasons }) =>
            activity === span.activity &&
            states.some((state) => state === piece.state) &&
            (piece.state !== 'notReady' ||
              reasons.length === 0 ||
              reasons.includes(piece.reason ?? '')),
        )
        return [
          ...spread('scheduled', agent, fromMs, toMs, world),
          ...(keeps ? spread('adherent', agent, fromMs, toMs, world) : []),
        ]
      }),
    ])
  })
}

/** Time on behalf of the team of each instant of it. */
function spread(of: string, agent: string, fromMs: number, toMs: number, world: World): Mark[] {
  const cuts = [fromMs, ...world.moves(agent), toMs]
    .filter((atMs) => atMs >= fromMs && atMs <= toMs)
    .sort((one, other) => one - other)
  return cuts.slice(1).flatMap((end, index) => {
    const start = cuts[index]!
    if (end === start) return []
    const place = world.agentPlace(agent, start)
    return [{ of, atMs: start, toMs: end, amount: end - start, agent, ...place }]
  })
}

export const agentMetrics: Record<string, Formula> = {
  // Who answers mails that no contact tells of looks idle, and is not.
  occupancy: ({ of }) =>
    of('mail.answered') > 0
      ? null
      : ratio(
          of('time.onContact', 'time.wrapUp'),
          of('time.onContact', 'time.wrapUp', 'time.available'),
        ),
  utilization: ({ of }) =>
    ratio(
      of('time.onContact', 'time.wrapUp'),
      of('time.onContact', 'time.wrapUp', 'time.ringing', 'time.notReady', 'time.available'),
    ),
  adherence: ({ of }) => ratio(of('adherent'), of('scheduled')),
}
