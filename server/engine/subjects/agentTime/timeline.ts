import type { AgentState } from '../../../../shared/live.ts'
import { isOf } from '../../facts.ts'
import type { Standing } from '../../facts.ts'
import type { ActivityFeed, Declared, WrapUpFeed } from './activity.ts'

/**
 * An agent's timeline: one state at each instant, wall clock, however many contacts.
 *
 *     onContact > wrapUp > ringing > what was declared: notReady | available | signedOut | unknown
 */

/** A span in one state; `toMs` null: it goes on. */
export type Segment = {
  state: AgentState
  reason: string | null
  fromMs: number
  toMs: number | null
}

/** What was declared, from an instant on. */
export type DeclaredStep = { atMs: number; declared: Declared }

/** What a source declared over time, from what was carried in. */
export function declaredSteps(
  carried: Declared,
  facts: readonly Standing[],
  usesActivity: boolean,
): DeclaredStep[] {
  const steps: DeclaredStep[] = []
  let declared = carried
  for (const fact of facts) {
    declared = isOf(fact, 'agent.stateChanged')
      ? afterState(declared, fact.data, usesActivity)
      : isOf(fact, 'agent.queueChanged')
        ? afterQueue(declared, fact.data)
        : declared
    steps.push({ atMs: fact.atMs, declared })
  }
  return steps
}

const activities = {
  idle: null,
  ringing: 'ringing',
  talking: 'onContact',
  holding: 'onContact',
  wrapUp: 'wrapUp',
} as const

function afterState(
  declared: Declared,
  { state, reason, activity }: Standing<'agent.stateChanged'>['data'],
  usesActivity: boolean,
): Declared {
  return {
    ...declared,
    said: { state, reason: reason ?? null },
    activity: usesActivity && activity !== undefined ? activities[activity] : null,
  }
}

function afterQueue(
  declared: Declared,
  { queue, action, reason }: Standing<'agent.queueChanged'>['data'],
): Declared {
  const before = declared.queues ?? { joined: [], left: [], paused: [], pauseReason: null }
  const without = (queues: readonly string[]) => queues.filter((other) => other !== queue)
  const joined = [...without(before.joined), queue]
  const left = without(before.left)
  switch (action) {
    case 'joined':
      return { ...declared, queues: { ...before, joined, left } }
    case 'left':
      return {
        ...declared,
        queues: {
          joined: without(before.joined),
          left: [...left, queue],
          paused: without(before.paused),
          pauseReason: before.pauseReason,
        },
      }
    // Who pauses in a queue is in it, whether or not the source told of the joining.
    case 'paused':
      return {
        ...declared,
        queues: {
          joined,
          left,
          paused: [...without(before.paused), queue],
          pauseReason: reason ?? null,
        },
      }
    case 'unpaused':
      return { ...declared, queues: { ...before, joined, left, paused: without(before.paused) } }
  }
}

/** The state that was declared: paused in every joined queue is not ready. */
function declaredState({ said, queues }: Declared): Pick<Segment, 'state' | 'reason'> {
  if (said && said.state !== 'available') return { state: said.state, reason: said.reason }
  if (queues && queues.joined.length > 0) {
    const isAway = queues.joined.every((queue) => queues.paused.includes(queue))
    if (isAway) return { state: 'notReady', reason: queues.pauseReason }
  }
  if (said) return { state: 'available', reason: null }
  if (!queues) return { state: 'unknown', reason: null }
  return { state: queues.joined.length > 0 ? 'available' : 'signedOut', reason: null }
}

/**
 * When a wrap-up ended: by its own event, the agent's next contact, the agent's next available or
 * signed out, or its limit; null: not yet.
 */
export function wrapUpEnd(
  { fromMs, toMs, limitMs }: WrapUpFeed,
  contacts: readonly Pick<ActivityFeed, 'fromMs'>[],
  steps: readonly DeclaredStep[],
  facts: readonly Standing[],
): number | null {
  let endMs = limitMs === null ? Infinity : fromMs + limitMs
  if (toMs !== null) endMs = Math.min(endMs, Math.max(fromMs, toMs))
  for (const contact of contacts) {
    if (contact.fromMs > fromMs) endMs = Math.min(endMs, contact.fromMs)
  }
  for (const fact of facts) {
    if (fact.atMs > fromMs && isOf(fact, 'agent.stateChanged') && fact.data.state === 'available') {
      endMs = Math.min(endMs, fact.atMs)
    }
  }
  for (const { atMs, declared } of steps) {
    if (atMs > fromMs && declaredState(declared).state === 'signedOut') {
      endMs = Math.min(endMs, atMs)
    }
  }
  return endMs === Infinity ? null : endMs
}

export type Interval = { fromMs: number; toMs: number | null }

/** What an agent did, and what was declared meanwhile. */
export type Doings = {
  /** Where the timeline begins: the time's start where something was carried in. */
  fromMs: number
  /** Where it ends, null: it goes on. */
  capMs: number | null
  carried: Declared
  steps: readonly DeclaredStep[]
  contacts: readonly Interval[]
  wrapUps: readonly Interval[]
  rings: readonly Interval[]
}

/** What changes at an instant: what is declared from then on, or how many of something go on. */
type Change =
  | { atMs: number; what: 'declared'; to: Declared }
  | { atMs: number; what: 'contacts' | 'wrapUps' | 'rings'; by: 1 | -1 }

function changesOf({ steps, contacts, wrapUps, rings }: Doings): Change[] {
  const changes: Change[] = []
  for (const { atMs, declared } of steps) changes.push({ atMs, what: 'declared', to: declared })
  count(changes, contacts, 'contacts')
  count(changes, wrapUps, 'wrapUps')
  count(changes, rings, 'rings')
  return changes.sort((a, b) => a.atMs - b.atMs)
}

function count(
  changes: Change[],
  intervals: readonly Interval[],
  what: 'contacts' | 'wrapUps' | 'rings',
): void {
  for (const { fromMs, toMs } of intervals) {
    if (toMs !== null && toMs <= fromMs) continue
    changes.push({ atMs: fromMs, what, by: 1 })
    if (toMs !== null) changes.push({ atMs: toMs, what, by: -1 })
  }
}

/** What is going on at an instant. */
type Going = { contacts: number; wrapUps: number; rings: number; declared: Declared }

const onContact = { state: 'onContact', reason: null } as const
const inWrapUp = { state: 'wrapUp', reason: null } as const
const rung = { state: 'ringing', reason: null } as const

function stateOf({ contacts, wrapUps, rings, declared }: Going): Pick<Segment, 'state' | 'reason'> {
  const { activity } = declared
  if (contacts > 0 || activity === 'onContact') return onContact
  if (wrapUps > 0 || activity === 'wrapUp') return inWrapUp
  if (rings > 0 || activity === 'ringing') return rung
  return declaredState(declared)
}

/** The segments of a timeline: one sweep over the instants at which anything changes. */
export function segmentsOf(doings: Doings): Segment[] {
  const { capMs } = doings
  const going: Going = { contacts: 0, wrapUps: 0, rings: 0, declared: doings.carried }
  const segments: Segment[] = []
  let atMs = doings.fromMs
  for (const change of changesOf(doings)) {
    if (change.atMs > atMs) {
      begin(segments, going, atMs)
      if (capMs !== null && change.atMs >= capMs) break
      atMs = change.atMs
    }
    if (change.what === 'declared') going.declared = change.to
    else going[change.what] += change.by
  }
  begin(segments, going, atMs)
  const last = segments.at(-1)
  if (last) last.toMs = capMs
  return segments
}

/** Begins a segment where what goes on is another state, or is for another reason. */
function begin(segments: Segment[], going: Going, atMs: number): void {
  const { state, reason } = stateOf(going)
  const last = segments.at(-1)
  if (last?.state === state && last.reason === reason) return
  if (last) last.toMs = atMs
  segments.push({ state, reason, fromMs: atMs, toMs: null })
}
