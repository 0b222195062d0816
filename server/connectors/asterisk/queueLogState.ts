import { z } from 'zod'
import { OfferOutcome } from '../../../shared/events/contact.ts'
import { entries } from './entries.ts'

/** What a reader of a queue_log remembers between two lines, kept as JSON beside its place. */

/** How long a call is remembered after its last line: no call lasts longer, and none comes back. */
const CALL_MEMORY_S = 4 * 3_600
/** Between two looks for calls to forget. */
const FORGET_EVERY_S = 600
/** Seconds whose lines are told apart; Asterisk's clock may step back a little. */
const SECONDS_KEPT = 10
/** More calls than this within the memory is no queue log of one PBX. */
const MAX_CALLS = 200_000

const OpenVisit = z.object({
  visitId: z.string(),
  contactId: z.string(),
  queue: z.string(),
  epoch: z.int(),
  sequence: z.string(),
  fromExtension: z.boolean(),
  /** How often each agent's phone rang. */
  rings: entries(z.int()),
})
export type OpenVisit = z.output<typeof OpenVisit>

/** A ring under a name that no open visit has yet: its visit is known when it ends. */
const StrayRing = z.object({
  queue: z.string(),
  agent: z.string(),
  epoch: z.int(),
  ringMs: z.int().nullable(),
  outcome: OfferOutcome,
  sequence: z.string(),
})
export type Ring = z.output<typeof StrayRing>

/** How the last visit of a call went, which says why the next one begins. */
const LastVisit = z.enum(['abandoned', 'unanswered', 'talking', 'talked'])

const Call = z.object({
  /** How many queues it entered under this Uniqueid. */
  visits: z.int(),
  open: OpenVisit.nullable(),
  last: LastVisit.nullable(),
  seenEpoch: z.int(),
  strayRings: z.array(StrayRing),
})
export type Call = z.output<typeof Call>

const OpenLeg = z.object({
  legId: z.string(),
  contactId: z.string(),
  /** The caller's channel when it was answered; later lines of the leg may name another. */
  callId: z.string(),
  queue: z.string(),
  agent: z.string(),
  epoch: z.int(),
  holdS: z.int(),
  /** Its call was taken away and waits again: the talk is over, its own last line yet to come. */
  moved: z.boolean(),
})
export type OpenLeg = z.output<typeof OpenLeg>

const Second = z.object({ lines: z.int(), same: entries(z.int()) })

export const QueueLogState = z.object({
  version: z.literal(1),
  calls: entries(Call),
  legs: z.array(OpenLeg),
  seconds: entries(Second),
  /** The newest second read; null before the first line. */
  epoch: z.int().nullable(),
  forgotAtEpoch: z.int(),
})
export type QueueLogState = z.output<typeof QueueLogState>

export const emptyQueueLogState = (): QueueLogState => ({
  version: 1,
  calls: new Map(),
  legs: [],
  seconds: new Map(),
  epoch: null,
  forgotAtEpoch: 0,
})

export function callOf(state: QueueLogState, callId: string, epoch: number): Call {
  const known = state.calls.get(callId)
  if (known) {
    known.seenEpoch = Math.max(known.seenEpoch, epoch)
    return known
  }
  const call: Call = { visits: 0, open: null, last: null, seenEpoch: epoch, strayRings: [] }
  state.calls.set(callId, call)
  return call
}

/** A line's place in its second, and which of its identical lines there it is, both from 0. */
export function numberLine(
  state: QueueLogState,
  epoch: number,
  text: string,
): { inSecond: number; same: number } {
  state.epoch = Math.max(state.epoch ?? 0, epoch)
  const key = String(epoch)
  const second = state.seconds.get(key) ?? { lines: 0, same: new Map<string, number>() }
  state.seconds.set(key, second)
  const numbers = { inSecond: second.lines, same: second.same.get(text) ?? 0 }
  second.lines += 1
  second.same.set(text, numbers.same + 1)
  for (const kept of state.seconds.keys()) {
    if (Number(kept) < state.epoch - SECONDS_KEPT) state.seconds.delete(kept)
  }
  return numbers
}

/** Forgets calls that cannot speak again, so that a log of years needs no more memory than a day. */
export function forgetOld(state: QueueLogState): void {
  const epoch = state.epoch ?? 0
  if (epoch - state.forgotAtEpoch < FORGET_EVERY_S && state.calls.size <= MAX_CALLS) return
  state.forgotAtEpoch = epoch
  const oldest = epoch - CALL_MEMORY_S
  for (const [callId, call] of state.calls) {
    if (call.seenEpoch < oldest || state.calls.size > MAX_CALLS) state.calls.delete(callId)
  }
  state.legs = state.legs.filter((leg) => leg.epoch >= oldest)
}

/**
 * The open visit that a line speaks of: the call's own, or, where an attended transfer into the
 * queue changed the caller's channel while it waited, the one open visit of that queue that began
 * `waitS` before the line. `renamed` says that it was found that way.
 */
export function findVisit(
  state: QueueLogState,
  callId: string,
  queue: string,
  epoch: number,
  waitS: number,
): { visit: OpenVisit; renamed: boolean } | null {
  const own = state.calls.get(callId)?.open
  if (own?.queue === queue) return { visit: own, renamed: false }
  const open = [...state.calls.values()].flatMap((call) => (call.open ? [call.open] : []))
  // The wait counts from just before the entry was logged: a second may have begun in between.
  for (const began of [epoch - waitS, epoch - waitS + 1]) {
    const fitting = open.filter((visit) => visit.queue === queue && visit.epoch === began)
    // The colleague who transfers entered the queue from an extension; other callers rarely do.
    const visit = fitting.find(({ fromExtension }) => fromExtension) ?? fitting[0]
    if (visit) return { visit, renamed: true }
  }
  return null
}

export function closeVisit(state: QueueLogState, visit: OpenVisit): void {
  const call = state.calls.get(visit.contactId)
  if (call?.open?.visitId === visit.visitId) call.open = null
}

/** Whole seconds by which a leg's own clock and the line's may disagree. */
const TALK_TOLERANCE_S = 2

/**
 * The leg that a line ends: the same queue and agent, answered after the same wait, and begun
 * `talkS` before; then the call's own, since an attended transfer logs it under another channel.
 */
export function takeLeg(
  state: QueueLogState,
  ended: {
    callId: string
    queue: string
    agent: string
    epoch: number
    holdS: number
    talkS: number
  },
): OpenLeg | null {
  const fitting = state.legs.filter(
    (leg) =>
      leg.queue === ended.queue &&
      leg.agent === ended.agent &&
      leg.holdS === ended.holdS &&
      Math.abs(ended.epoch - ended.talkS - leg.epoch) <= TALK_TOLERANCE_S,
  )
  const leg = fitting.find(({ callId }) => callId === ended.callId) ?? fitting[0]
  if (!leg) return null
  state.legs.splice(state.legs.indexOf(leg), 1)
  return leg
}
