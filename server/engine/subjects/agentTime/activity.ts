import type { Channel } from '../../../../shared/events/fields.ts'
import type { AgentState } from '../../../../shared/live.ts'

/**
 * What other subjects tell an agent's time.
 *
 * Contacts tell of activity: on a contact, in wrap-up, rung; null `toMs`: it goes on. The time
 * before tells how it ended. A plan tells what was scheduled.
 */
export type ActivityFeed =
  { activity: 'contact' | 'ringing'; fromMs: number; toMs: number | null } | WrapUpFeed
export type WrapUpFeed = {
  activity: 'wrapUp'
  fromMs: number
  toMs: number | null
  /** It ends by itself after so long; null: only by an event. */
  limitMs: number | null
  /** The handling whose wrap-up it is, dated at the disconnect; null: it is in no handle time. */
  books: {
    counter: 'wrapMs' | 'outboundWrapMs'
    atMs: number
    contact: string
    queue: string | null
    channel: Channel
    campaign: string | null
  } | null
}

/** How an agent's time ended: the state carried into the next. */
export type CarryFeed = {
  activity: 'carry'
  declared: Declared
  /** When the agent was last heard of. */
  heardMs: number
  /** What reaches beyond it. */
  running: (ActivityFeed & { id: string })[]
  state: AgentState
  stateSinceMs: number
  signedInSinceMs: number | null
}

/** What an agent, or the source for the agent, said last. */
export type Declared = {
  /** The last stateChanged; null: none was ever said. */
  said: { state: 'signedOut' | 'available' | 'notReady' | 'unknown'; reason: string | null } | null
  activity: 'ringing' | 'onContact' | 'wrapUp' | null
  /** Queues joined and paused by agent.queueChanged; null: the source never said. */
  queues: { joined: string[]; left: string[]; paused: string[]; pauseReason: string | null } | null
}

export const nothingDeclared: Declared = { said: null, activity: null, queues: null }

/** A span of the agent's plan. */
export type PlanFeed = { activity: 'plan'; fromMs: number; toMs: number; planned: string }
