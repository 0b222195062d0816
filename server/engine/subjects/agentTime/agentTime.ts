import type { CounterId } from '../../../../shared/counters.ts'
import type { Accrual, Dimensions } from '../../../../shared/entry.ts'
import type { AgentState, LiveAgent } from '../../../../shared/live.ts'
import { nothingLive } from '../../../../shared/live.ts'
import { DAY_MS } from '../../../../shared/time.ts'
import { bestSource, validReports } from '../../facts.ts'
import type { Standing } from '../../facts.ts'
import type { Fact, Fed } from '../../subject.ts'
import { nothingDerived } from '../kind.ts'
import type { Booking, DeriveInput, Derived, Kind } from '../kind.ts'
import { nothingDeclared } from './activity.ts'
import type { ActivityFeed, CarryFeed, PlanFeed, WrapUpFeed } from './activity.ts'
import { bookPlans } from './plan.ts'
import { declaredSteps, segmentsOf, wrapUpEnd } from './timeline.ts'
import type { Interval, Segment } from './timeline.ts'

/**
 * An agent's time: a quarter of an hour, up to the next one in which anything happened. It books
 * the time in each state, ends wrap-ups, says which state the agent is in now, and carries what
 * goes on into the next.
 */
export const agentTime: Kind = { version: 7, derive: deriveAgentTime }

/** An agent of whom nothing was heard for so long is in no known state any more. */
const SILENT_AGENT_MS = DAY_MS

type Activities = {
  contacts: ActivityFeed[]
  rings: ActivityFeed[]
  wrapUps: WrapUpFeed[]
  carry: CarryFeed | null
}

/** What was fed, sorted; what the time before passed on as running counts as its own. */
function readFed(fed: readonly Fed[]): Activities {
  const read: Activities = { contacts: [], rings: [], wrapUps: [], carry: null }
  const add = (activity: ActivityFeed) => {
    if (activity.activity === 'wrapUp') read.wrapUps.push(activity)
    else if (activity.activity === 'contact') read.contacts.push(activity)
    else read.rings.push(activity)
  }
  for (const { data } of fed) {
    // Feeds are made by our own subjects, by these types.
    const feed = data as ActivityFeed | CarryFeed
    if (feed.activity === 'carry') {
      read.carry = feed
      for (const running of feed.running) add(running)
    } else add(feed)
  }
  return read
}

/** The facts of the best source, and of others only from before it spoke. */
function oneSource(input: DeriveInput): readonly Standing[] {
  const { facts, standing } = withoutTakenBack(input)
  if (facts.length === 0) return standing
  const source = bestSource(facts)
  const firstMs = standing.find((fact) => fact.source === source)?.atMs ?? -Infinity
  return standing.filter((fact) => fact.source === source || fact.atMs < firstMs)
}

/** What is said of the agent: neither what was taken back, nor what takes it back. */
function withoutTakenBack({ facts, standing, retractions }: DeriveInput): {
  facts: readonly Pick<Fact, 'reports'>[]
  standing: readonly Standing[]
} {
  if (retractions.size === 0) return { facts, standing }
  const isSaid = ({ type }: Pick<Fact, 'type'>): boolean => type !== 'fact.retracted'
  return {
    facts: facts.filter(isSaid).map((fact) => ({ reports: validReports(fact, retractions) })),
    standing: standing.filter(isSaid),
  }
}

function deriveAgentTime(input: DeriveInput): Derived {
  const place = input.agentTime
  if (!place) throw new Error(`${input.key} is derived without its place among the agent's times`)
  const { agent, startMs, next } = place
  const fed = readFed(input.fed)
  const capMs = next?.startMs ?? null
  const facts = oneSource(input)
  const instants = instantsOf(facts, fed)
  const heardMs = Math.max(...instants, fed.carry?.heardMs ?? -Infinity)
  if (heardMs === -Infinity) return nothingDerived
  const firstMs = fed.carry ? startMs : Math.min(...instants)
  // What the time before left running says nothing either, until the agent is heard of again.
  const silentBeforeMs = (fed.carry?.heardMs ?? firstMs) + SILENT_AGENT_MS
  const heardAgainMs = Math.min(...instants.filter((atMs) => atMs >= firstMs), capMs ?? Infinity)

  const carried = fed.carry?.declared ?? nothingDeclared
  const hasParts = fed.contacts.length > 0 || fed.rings.length > 0
  // Silence forgets what was said; that nobody knows the state is a word as any other.
  const steps =
    silentBeforeMs < heardAgainMs
      ? [
          { atMs: silentBeforeMs, declared: nothingDeclared },
          ...declaredSteps(nothingDeclared, facts, !hasParts),
        ]
      : declaredSteps(carried, facts, !hasParts)

  const wrapEnds = fed.wrapUps.map((wrapUp) => wrapUpEnd(wrapUp, fed.contacts, steps, facts))
  const wrapUps: Interval[] = fed.wrapUps.map(({ fromMs }, i) => ({
    fromMs,
    toMs: wrapEnds[i]?.atMs ?? null,
  }))

  const told = segmentsOf({
    fromMs: firstMs,
    capMs,
    carried,
    steps,
    contacts: fed.contacts,
    wrapUps,
    rings: fed.rings,
  })
  const segments = withSilence(
    withUnknown(told, silentBeforeMs, heardAgainMs),
    heardMs + SILENT_AGENT_MS,
  )

  // What is not over by the last that was heard may yet be cut short: it accrues.
  const knownMs = capMs ?? heardMs
  // Plans are fed by our own subject, by this type.
  const plans = place.plans.map(({ data }) => data as PlanFeed)
  const bookings: Booking[] = []
  const accruals: Accrual[] = []
  const sited = segments.flatMap((segment) => atOneTeam(input, agent, segment))
  for (const segment of sited) bookSegment(input, agent, segment, knownMs, bookings, accruals)
  fed.wrapUps.forEach((wrapUp, i) => {
    bookWrapUp(input, agent, wrapUp, wrapEnds[i]?.atMs ?? null, knownMs, bookings, accruals)
  })
  bookPlans(input, agent, plans, sited, knownMs, bookings, accruals)

  const signedInSinceMs = signedInSince(segments, fed.carry)
  return {
    bookings,
    accruals,
    live:
      capMs === null
        ? { ...nothingLive, agent: liveAgent(input, agent, segments, heardMs, fed, steps) }
        : nothingLive,
    feeds:
      next === null
        ? []
        : [
            {
              to: next.key,
              id: 'carry',
              data: carryOf(
                input,
                next.startMs,
                heardMs,
                segments,
                fed,
                wrapUps,
                steps,
                signedInSinceMs,
              ),
            },
          ],
    open: capMs === null,
    unopened: 0,
    flags: [],
    parts: [],
    silentAtMs: null,
  }
}

/** When anything was heard of the agent, in no order. */
function instantsOf(facts: readonly Standing[], fed: Activities): number[] {
  const instants = facts.map(({ atMs }) => atMs)
  for (const activities of [fed.contacts, fed.rings, fed.wrapUps]) {
    for (const { fromMs, toMs } of activities) {
      instants.push(fromMs)
      if (toMs !== null) instants.push(toMs)
    }
  }
  return instants
}

/** The segments with nothing known from one instant to another. */
function withUnknown(
  segments: readonly Segment[],
  fromMs: number,
  toMs: number,
): readonly Segment[] {
  if (toMs <= fromMs) return segments
  return segments.flatMap((segment): Segment[] => {
    const endMs = segment.toMs ?? Infinity
    if (endMs <= fromMs || segment.fromMs >= toMs) return [segment]
    const unknown: Segment = {
      state: 'unknown',
      reason: null,
      fromMs: Math.max(segment.fromMs, fromMs),
      toMs: endMs <= toMs ? segment.toMs : toMs,
    }
    return [
      ...(segment.fromMs < fromMs ? [{ ...segment, toMs: fromMs }] : []),
      unknown,
      ...(endMs > toMs ? [{ ...segment, fromMs: toMs }] : []),
    ]
  })
}

/** Cuts what goes on without a word of the agent, and says unknown from there. */
function withSilence(segments: readonly Segment[], silentMs: number): readonly Segment[] {
  const at = segments.findLastIndex(({ fromMs }) => fromMs < silentMs)
  const last = segments[at]
  if (!last || (last.toMs !== null && last.toMs <= silentMs)) return segments
  const unknown: Segment = { state: 'unknown', reason: null, fromMs: silentMs, toMs: last.toMs }
  return [...segments.slice(0, at), { ...last, toMs: silentMs }, unknown]
}

const counterOf: Partial<Record<AgentState, CounterId>> = {
  onContact: 'onContactMs',
  wrapUp: 'wrapUpMs',
  ringing: 'ringingMs',
  available: 'availableMs',
  notReady: 'notReadyMs',
}

function dimensionsOf(input: DeriveInput, agent: string, atMs: number): Dimensions {
  const place = input.settings.agentPlace(agent, atMs)
  return { queue: null, agent, ...place, channel: null, filters: null }
}

/** A segment in pieces, each of which the agent spent in one team: time is booked as it passes. */
function atOneTeam(
  { settings }: DeriveInput,
  agent: string,
  segment: Segment,
): Segment | readonly Segment[] {
  const moves = settings.agentMoves(agent, segment.fromMs, segment.toMs)
  if (moves.length === 0) return segment
  return [segment.fromMs, ...moves].map((fromMs, index) => ({
    ...segment,
    fromMs,
    toMs: moves[index] ?? segment.toMs,
  }))
}

function bookSegment(
  input: DeriveInput,
  agent: string,
  { state, reason, fromMs, toMs }: Segment,
  knownMs: number,
  bookings: Booking[],
  accruals: Accrual[],
): void {
  const counter = counterOf[state]
  if (!counter) return
  const detail = state === 'notReady' ? (reason ?? '') : null
  if (toMs !== null && toMs <= knownMs) {
    const { site, team } = input.settings.agentPlace(agent, fromMs)
    bookings.push({
      counter,
      detail,
      fromMs,
      toMs,
      queue: null,
      agent,
      team,
      site,
      channel: null,
      filters: null,
      amount: toMs - fromMs,
      subject: input.key,
    })
  } else {
    const dimensions = dimensionsOf(input, agent, fromMs)
    accruals.push({ accrues: 'time', counter, detail, fromMs, untilMs: toMs, ...dimensions })
  }
}

/** The wrap-up of a handling, dated at the disconnect: by the time in which it ends, whole. */
function bookWrapUp(
  input: DeriveInput,
  agent: string,
  { fromMs, books }: WrapUpFeed,
  endMs: number | null,
  knownMs: number,
  bookings: Booking[],
  accruals: Accrual[],
): void {
  if (!books || endMs === null) return
  // One that reaches on is carried into the next time.
  if (endMs > (input.agentTime?.next?.startMs ?? Infinity)) return
  const amount = endMs - fromMs
  if (amount <= 0) return
  const { counter, atMs, contact, queue, channel, campaign } = books
  const account = {
    ...dimensionsOf(input, agent, atMs),
    queue,
    channel,
    filters: campaign === null ? null : { campaign },
    counter,
    detail: null,
  }
  if (endMs <= knownMs) {
    bookings.push({ ...account, fromMs: atMs, toMs: atMs, amount, subject: contact })
  } else {
    accruals.push({ ...account, accrues: 'once', atMs, dueMs: endMs, amount })
  }
}

const isSignedIn = (state: AgentState): boolean => state !== 'signedOut' && state !== 'unknown'

function signedInSince(segments: readonly Segment[], carry: CarryFeed | null): number | null {
  const lastOut = segments.findLastIndex(({ state }) => !isSignedIn(state))
  const first = segments[lastOut + 1]
  if (!first) return null
  return lastOut === -1 ? (carry?.signedInSinceMs ?? first.fromMs) : first.fromMs
}

/** Since when the last of the segments' state goes on: another reason does not begin it anew. */
function stateSince(segments: readonly Segment[], carry: CarryFeed | null): number | null {
  const state = segments.at(-1)?.state
  const first = segments.findLastIndex((segment) => segment.state !== state) + 1
  const isCarried = first === 0 && carry !== null && carry.state === state
  return isCarried ? carry.stateSinceMs : (segments[first]?.fromMs ?? null)
}

function liveAgent(
  input: DeriveInput,
  agent: string,
  segments: readonly Segment[],
  heardMs: number,
  fed: Activities,
  steps: readonly { declared: CarryFeed['declared'] }[],
): LiveAgent {
  const index = Math.max(
    0,
    segments.findLastIndex(({ fromMs }) => fromMs <= heardMs),
  )
  const segment = segments[index]
  const next = segments[index + 1]
  const { queues } = steps.at(-1)?.declared ?? fed.carry?.declared ?? nothingDeclared
  const { settings } = input
  const keys = (names: readonly string[]) => names.map((name) => settings.queueKey(name))
  const left = new Set(keys(queues?.left ?? []))
  const joined = new Set([
    ...settings.queuesOf(agent, heardMs).filter((queue) => !left.has(queue)),
    ...keys(queues?.joined ?? []),
  ])
  return {
    agent,
    ...settings.agentPlace(agent, heardMs),
    state: segment?.state ?? 'unknown',
    sinceMs: stateSince(segments.slice(0, index + 1), fed.carry) ?? heardMs,
    reason: segment?.reason ?? null,
    next: next ? { state: next.state, atMs: next.fromMs, reason: next.reason } : null,
    signedInSinceMs: signedInSince(segments.slice(0, index + 1), fed.carry),
    joined: [...joined].sort(),
    paused: keys(queues?.paused ?? []).sort(),
  }
}

function carryOf(
  input: DeriveInput,
  nextMs: number,
  heardMs: number,
  segments: readonly Segment[],
  fed: Activities,
  wrapUps: readonly Interval[],
  steps: readonly { declared: CarryFeed['declared'] }[],
  signedInSinceMs: number | null,
): CarryFeed {
  const last = segments.at(-1)
  const reachesOn = ({ toMs }: Interval): boolean => toMs === null || toMs > nextMs
  const ids = new Map(input.fed.map(({ data, id }) => [data, id]))
  for (const running of fed.carry?.running ?? []) ids.set(running, running.id)
  const named = (activity: ActivityFeed) => ({ ...activity, id: ids.get(activity) ?? '' })
  return {
    activity: 'carry',
    declared: steps.at(-1)?.declared ?? fed.carry?.declared ?? nothingDeclared,
    heardMs,
    running: [
      ...fed.contacts.filter(reachesOn),
      ...fed.rings.filter(reachesOn),
      ...fed.wrapUps.filter((_, i) => reachesOn(wrapUps[i] ?? { fromMs: 0, toMs: 0 })),
    ].map(named),
    state: last?.state ?? 'unknown',
    stateSinceMs: stateSince(segments, fed.carry) ?? nextMs,
    signedInSinceMs,
  }
}
