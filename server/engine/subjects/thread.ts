import { nothingLive } from '../../../shared/live.ts'
import type { LiveVisit } from '../../../shared/live.ts'
import { MINUTE_MS } from '../../../shared/time.ts'
import { isOf } from '../facts.ts'
import { defaultQueue } from '../settings.ts'
import type { ClosingFeed } from './case.ts'
import type { DeriveInput, Derived, Kind } from './kind.ts'

/**
 * A mail thread: turns of a customer and an agent.
 *
 *     nothing open ── customer writes ──► a turn waits ──┬── an agent writes ──► answered
 *                                                        └── its case is closed ──► closed
 *
 * Automation neither opens a turn nor answers one. A case closes the turns of its threads.
 */
export const thread: Kind = { version: 1, derive: deriveThread }

type Step = { kind: 'asked'; atMs: number; queue: string | null } | { kind: 'over'; atMs: number }

function deriveThread(input: DeriveInput): Derived {
  const turn = openTurn(stepsOf(input))
  const live = turn === null ? [] : [liveTurn(input, turn)]
  return {
    bookings: [],
    accruals: [],
    live: { ...nothingLive, visits: live },
    feeds: [],
    open: turn !== null,
    unopened: 0,
    flags: [],
    parts: [],
    silentAtMs: null,
  }
}

/** What a customer asked, and what ended a turn, in order. */
function stepsOf({ standing, fed }: DeriveInput): Step[] {
  const steps: Step[] = []
  for (const fact of standing) {
    if (!isOf(fact, 'message.recorded') || fact.data.author === 'automation') continue
    const { author, direction, receivedAt, queue } = fact.data
    if (author === 'agent' && direction === 'outbound')
      steps.push({ kind: 'over', atMs: fact.atMs })
    else if (author === 'customer' && direction === 'inbound') {
      steps.push({ kind: 'asked', atMs: receivedAt ?? fact.atMs, queue: queue ?? null })
    }
  }
  for (const { data } of fed) {
    // Fed by our own subject, by this type.
    for (const atMs of (data as ClosingFeed).closedAtMs) steps.push({ kind: 'over', atMs })
  }
  // Of one instant, the answer is to what was asked then.
  return steps.sort(
    (a, b) => a.atMs - b.atMs || (a.kind === b.kind ? 0 : a.kind === 'asked' ? -1 : 1),
  )
}

function openTurn(steps: readonly Step[]): { sinceMs: number; queue: string | null } | null {
  let turn: { sinceMs: number; queue: string | null } | null = null
  for (const step of steps) {
    if (step.kind === 'over') turn = null
    else if (turn === null) turn = { sinceMs: step.atMs, queue: step.queue }
    else turn.queue ??= step.queue
  }
  return turn
}

function liveTurn(
  { key, settings }: DeriveInput,
  { sinceMs, queue: name }: { sinceMs: number; queue: string | null },
): LiveVisit {
  const queue = name === null ? '' : settings.queueKey(name)
  const { emailTargetMinutes } = settings.queueAt(queue, sinceMs) ?? defaultQueue
  return {
    contact: key,
    visit: `${key}@${String(sinceMs)}`,
    queue,
    ...settings.queuePlace(queue, sinceMs),
    channel: 'email',
    sinceMs,
    pastAtMs: sinceMs + emailTargetMinutes * MINUTE_MS,
    priority: null,
    ringing: [],
  }
}
