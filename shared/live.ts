import type { Channel } from './events/fields.ts'

/**
 * Live state: who waits, who talks, in which state each agent is. Sent as instants, never as
 * durations, so that a thousand ticking clocks cost no traffic.
 */

/**
 * What waits in a queue now: a contact's visit, or an open turn of a mail thread (`isTurn`). A turn
 * waits for a reply, from when its first message was received; `pastAtMs` is when that is due.
 */
export type LiveVisit = {
  contact: string
  visit: string
  /** Empty: a mail that came to no queue. */
  queue: string
  site: string | null
  team: string | null
  channel: Channel
  sinceMs: number
  /** When it has waited past T: queued + T. */
  pastAtMs: number
  priority: number | null
  /** Agents whose phones ring for it now. */
  ringing: readonly string[]
}

/** Whether it is a turn of a mail thread that waits, and not a contact. */
export const isTurn = ({ contact }: Pick<LiveVisit, 'contact'>): boolean =>
  contact.startsWith('thread/')

/** An agent's talk that goes on now. */
export type LiveLeg = {
  contact: string
  leg: string
  agent: string
  queue: string | null
  channel: Channel
  sinceMs: number
  /** Since when the customer is on hold; null: not on hold. */
  heldSinceMs: number | null
}

/** The one state of an agent at an instant; the first that holds, in this order. */
export const agentStates = [
  'onContact',
  'wrapUp',
  'ringing',
  'notReady',
  'available',
  'signedOut',
  'unknown',
] as const
export type AgentState = (typeof agentStates)[number]

/** An agent now. `next` is what the state becomes by itself, such as when a wrap-up ends. */
export type LiveAgent = {
  agent: string
  site: string | null
  team: string | null
  state: AgentState
  sinceMs: number
  reason: string | null
  next: { state: AgentState; atMs: number; reason: string | null } | null
  signedInSinceMs: number | null
  /** The queues whose contacts the agent takes, and those of them that the agent paused. */
  joined: readonly string[]
  paused: readonly string[]
}

/** What one subject says of now: open visits and legs of a contact, or one agent's state. */
export type Live = {
  visits: readonly LiveVisit[]
  legs: readonly LiveLeg[]
  agent: LiveAgent | null
}

export const nothingLive: Live = { visits: [], legs: [], agent: null }

/** The state of an agent at an instant: the present one, or what it has become since. */
export function stateAt(
  agent: Pick<LiveAgent, 'state' | 'sinceMs' | 'reason' | 'next'>,
  nowMs: number,
): { state: AgentState; sinceMs: number; reason: string | null } {
  const { next } = agent
  return next && nowMs >= next.atMs
    ? { state: next.state, sinceMs: next.atMs, reason: next.reason }
    : { state: agent.state, sinceMs: agent.sinceMs, reason: agent.reason }
}
