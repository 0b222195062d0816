import { hearingOf } from './agents.ts'
import { takesPart } from './calls.ts'
import type { Contact } from './calls.ts'
import { fromOneSource, inOrder, text } from './facts.ts'
import type { Fact } from './facts.ts'
import type { World } from './world.ts'

/**
 * Ends wrap-ups: by their own event, by what the agent does next, or by the queue's limit. Who
 * leaves the last queue, and of whom no state is told, has signed out as well.
 */
export function endWraps(
  contacts: readonly Contact[],
  facts: readonly Fact[],
  world: World,
  nowMs: number,
): void {
  const legs = contacts.flatMap((contact) => contact.legs)
  const offers = contacts.flatMap((contact) => contact.offers)
  for (const { agent, queue, wrap } of legs) {
    if (!wrap) continue
    const told = (type: string) =>
      facts.filter((fact) => fact.type === type && world.agent(text(fact, 'agent')!) === agent)
    const states = inOrder(fromOneSource(told('agent.stateChanged')))
    const moves = inOrder(told('agent.queueChanged'))
    const talks = legs.filter((leg) => leg.agent === agent && takesPart(leg))
    const rings = offers
      .filter((offer) => offer.agent === agent)
      .map(({ fromMs, end }) => ({ fromMs, toMs: end?.atMs ?? null }))
    const { awakeSince, heard } = hearingOf(states, moves, talks, rings, nowMs)

    const isSignedOut = (atMs: number): boolean => {
      const sinceMs = awakeSince(atMs)
      const isKnown = (fact: Fact) => fact.atMs >= sinceMs && fact.atMs <= atMs
      const said = text(states.findLast(isKnown), 'state')
      if (said !== null) return said === 'signedOut'
      const queues = new Set<string>()
      for (const move of moves.filter(isKnown)) {
        const name = world.queue(text(move, 'queue')!)
        if (text(move, 'action') === 'left') queues.delete(name)
        else queues.add(name)
      }
      return queues.size === 0
    }
    const limit = world.queueOf(queue, wrap.fromMs)?.wrapUpLimitSeconds ?? null
    const ends = [
      ...(wrap.toMs === null ? [] : [wrap.toMs]),
      ...(limit === null ? [] : [wrap.fromMs + limit * 1_000]),
      ...talks.map(({ fromMs }) => fromMs),
      ...states.filter((fact) => text(fact, 'state') === 'available').map(({ atMs }) => atMs),
      ...[...states, ...moves].map(({ atMs }) => atMs).filter(isSignedOut),
    ].filter((atMs) => atMs > wrap.fromMs || atMs === wrap.toMs)
    const endMs = Math.min(...ends)
    wrap.toMs = endMs <= nowMs ? endMs : null
    wrap.isDue = heard.every((atMs) => atMs < endMs)
  }
}
