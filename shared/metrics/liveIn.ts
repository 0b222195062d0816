import type { Channel } from '../events/fields.ts'
import { isTurn } from '../live.ts'
import type { LiveAgent, LiveLeg, LiveVisit } from '../live.ts'
import type { Scope } from '../scope.ts'
import type { LiveView } from './metric.ts'

/**
 * What there is now in a scope, out of what there is in the center (or in any scope that holds it).
 * `channel` narrows contacts and queues, not agents; null: all channels.
 *
 * A queue's agents are those joined to it. One who paused there, and would be available elsewhere,
 * is not ready as this queue sees it.
 */
export function liveIn(scope: Scope, live: LiveView, channel: Channel | null): LiveView {
  const agents = agentsIn(scope, live.agents)
  const present = new Set(agents.map(({ agent }) => agent))
  return {
    visits: live.visits.filter(
      (visit) =>
        !isTurn(visit) &&
        isVisitIn(scope, visit) &&
        (channel === null || visit.channel === channel),
    ),
    turns: (live.turns ?? live.visits).filter((visit) => isTurn(visit) && isVisitIn(scope, visit)),
    agents,
    legs: live.legs.filter(
      (leg) => isLegIn(scope, leg, present) && (channel === null || leg.channel === channel),
    ),
    staffing: staffingIn(scope, live.staffing, channel),
  }
}

function isVisitIn(scope: Scope, visit: LiveVisit): boolean {
  switch (scope.kind) {
    case 'center':
      return true
    case 'site':
      return visit.site === scope.key
    case 'team':
      return visit.team === scope.key
    case 'queue':
      return visit.queue === scope.key
    case 'agent':
      return visit.ringing.includes(scope.key)
  }
}

/** A leg is its agent's, and its queue's. */
function isLegIn(scope: Scope, leg: LiveLeg, present: ReadonlySet<string>): boolean {
  if (scope.kind === 'center') return true
  return scope.kind === 'queue' ? leg.queue === scope.key : present.has(leg.agent)
}

function agentsIn(scope: Scope, agents: readonly LiveAgent[]): readonly LiveAgent[] {
  switch (scope.kind) {
    case 'center':
      return agents
    case 'site':
      return agents.filter(({ site }) => site === scope.key)
    case 'team':
      return agents.filter(({ team }) => team === scope.key)
    case 'agent':
      return agents.filter(({ agent }) => agent === scope.key)
    case 'queue':
      return agents
        .filter(({ joined }) => joined.includes(scope.key))
        .map((agent) => (agent.paused.includes(scope.key) ? pausedAt(agent) : agent))
  }
}

function pausedAt(agent: LiveAgent): LiveAgent {
  const { state, next } = agent
  return {
    ...agent,
    state: state === 'available' ? 'notReady' : state,
    next: next?.state === 'available' ? { ...next, state: 'notReady' } : next,
  }
}

/**
 * Forecasts are a queue's, of its channel, and add up to the center's alone: a team has no queue
 * to itself.
 */
function staffingIn(
  scope: Scope,
  staffing: LiveView['staffing'],
  channel: Channel | null,
): LiveView['staffing'] {
  if (scope.kind !== 'center' && scope.kind !== 'queue') return new Map()
  return new Map(
    [...staffing].filter(
      ([queue, one]) =>
        (scope.kind === 'center' || queue === scope.key) &&
        (channel === null || one.channel === channel),
    ),
  )
}
