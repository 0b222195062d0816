import type { LiveAgent, LiveLeg, LiveVisit } from './live.ts'
import { scopesOf } from './scope.ts'

/**
 * In which scopes each row of the live state is seen, as text: those where `liveIn` shows it. So
 * that a change touches only what it changes, at the server and in the browser.
 */

/** A contact that waits is seen where its queue is, and by the agents whose phones ring for it. */
export function scopesOfVisit(visit: LiveVisit): string[] {
  const scopes = scopesOf({ ...visit, agent: null })
  for (const agent of visit.ringing) scopes.push(`agent:${agent}`)
  return scopes
}

/** An agent is seen in every queue that the agent takes contacts of, paused there or not. */
export function scopesOfAgent(agent: LiveAgent): string[] {
  const scopes = scopesOf({ ...agent, queue: null })
  for (const queue of agent.joined) scopes.push(`queue:${queue}`)
  return scopes
}

/** A talk is seen in its queue and where its agent is. */
export function scopesOfLeg(leg: LiveLeg, agent: LiveAgent | undefined): string[] {
  const { site = null, team = null } = agent ?? {}
  return scopesOf({ queue: leg.queue, agent: leg.agent, site, team })
}
