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
 * signed out, or its limit; null: not yet. `said`: whether a fact says so, or only the limit.
 */
export function wrapUpEnd(
  wrapUp: WrapUpFeed,
  contacts: readonly Pick<ActivityFeed, 'fromMs'>[],
  steps: readonly DeclaredStep[],
  facts: readonly Standing[],
): { atMs: number; said: boolean } | null {
  const { fromMs, toMs, limitMs } = wrapUp
  const ends = contacts
    .filter((contact) => contact.fromMs > fromMs)
    .map((contact) => contact.fromMs)
  if (toMs !== null) ends.push(Math.max(fromMs, toMs))
  for (const fact of facts) {
    if (fact.atMs > fromMs && isOf(fact, 'agent.stateChanged') && fact.data.state === 'available') {
      ends.push(fact.atMs)
    }
  }
  for (const { atMs, declared } of steps) {
    if (atMs > fromMs && declaredState(declared).state === 'signedOut') ends.push(atMs)
  }
  const said = ends.length > 0 ? Math.min(...ends) : null
  const limit = limitMs === null ? null : fromMs + limitMs
  if (limit !== null && (said === null || limit < said)) return { atMs: limit, said: false }
  return said === null ? null : { atMs: said, said: true }
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

function changesOf(doings: Doings): Change[] {
  const changes: Change[] = []
  for (const { atMs, declared } of doings.steps) {
    changes.push({ atMs, what: 'declared', to: declared })
  }
  const count = (intervals: readonly Interval[], what: 'contacts' | 'wrapUps' | 'rings') => {
    for (const { fromMs, toMs } of intervals) {
      if (toMs !== null && toMs <= fromMs) continue
      changes.push({ atMs: fromMs, what, by: 1 })
      if (toMs !== null) changes.push({ atMs: toMs, what, by: -1 })
    }
  }
  count(doings.contacts, 'contacts')
  count(doings.wrapUps, 'wrapUps')
  count(doings.rings, 'rings')
  return changes.sort((a, b) => a.atMs - b.atMs)
}

/** The segments of a timeline: one sweep over the instants at which anything changes. */
export function segmentsOf(doings: Doings): Segment[] {
  const changes = changesOf(doings)
  const now = { contacts: 0, wrapUps: 0, rings: 0, declared: doings.carried }
  const apply = (change: Change): void => {
    if (change.what === 'declared') now.declared = change.to
    else now[change.what] += change.by
  }

  const stateNow = (): Pick<Segment, 'state' | 'reason'> => {
    const { activity } = now.declared
    if (now.contacts > 0 || activity === 'onContact') return { state: 'onContact', reason: null }
    if (now.wrapUps > 0 || activity === 'wrapUp') return { state: 'wrapUp', reason: null }
    if (now.rings > 0 || activity === 'ringing') return { state: 'ringing', reason: null }
    return declaredState(now.declared)
  }

  const segments: Segment[] = []
  const begin = (atMs: number) => {
    const { state, reason } = stateNow()
    const last = segments.at(-1)
    if (last?.state === state && last.reason === reason) return
    if (last) last.toMs = atMs
    if (last?.fromMs === atMs) segments.pop()
    segments.push({ state, reason, fromMs: atMs, toMs: null })
  }
  let index = 0
  const applyUpTo = (atMs: number) => {
    for (let change = changes[index]; change && change.atMs <= atMs; change = changes[++index]) {
      apply(change)
    }
  }
  applyUpTo(doings.fromMs)
  begin(doings.fromMs)
  for (let change = changes[index]; change; change = changes[index]) {
    const { atMs } = change
    if (doings.capMs !== null && atMs >= doings.capMs) break
    applyUpTo(atMs)
    begin(atMs)
  }
  const last = segments.at(-1)
  if (last) last.toMs = doings.capMs
  return segments
}
