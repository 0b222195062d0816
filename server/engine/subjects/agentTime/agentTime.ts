import type { CounterId } from '../../../../shared/counters.ts'
import type { Accrual } from '../../../../shared/entry.ts'
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
import { bookTime } from './bookTime.ts'
import { bookPlans } from './plan.ts'
import { declaredSteps, segmentsOf, wrapUpEnd } from './timeline.ts'
import type { DeclaredStep, Interval, Segment } from './timeline.ts'

/**
 * An agent's time: a quarter of an hour, up to the next one in which anything happened. It books
 * the time in each state, ends wrap-ups, says which state the agent is in now, and carries what
 * goes on into the next.
 */
export const agentTime: Kind = { version: 8, derive: deriveAgentTime }

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
  const heard = heardOf(facts, fed, fed.carry ? startMs : -Infinity)
  const heardMs = Math.max(heard.lastMs, fed.carry?.heardMs ?? -Infinity)
  if (heardMs === -Infinity) return nothingDerived
  const firstMs = fed.carry ? startMs : heard.firstMs
  // What the time before left running says nothing either, until the agent is heard of again.
  const silentBeforeMs = (fed.carry?.heardMs ?? firstMs) + SILENT_AGENT_MS
  const heardAgainMs = Math.min(heard.firstMs, capMs ?? Infinity)

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

  const wrapUps = fed.wrapUps.map((wrapUp): Interval => {
    return { fromMs: wrapUp.fromMs, toMs: wrapUpEnd(wrapUp, fed.contacts, steps, facts) }
  })

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
  const sited = inTeams(input, agent, segments)
  for (const segment of sited) bookSegment(input, agent, segment, knownMs, bookings, accruals)
  fed.wrapUps.forEach((wrapUp, i) => {
    bookWrapUp(input, agent, wrapUp, wrapUps[i]?.toMs ?? null, knownMs, bookings, accruals)
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

/** When anything was heard of an agent; ±Infinity: nothing was. */
type Heard = { firstMs: number; lastMs: number }

/** When the agent was heard of last, and for the first time from an instant on. */
function heardOf(facts: readonly Standing[], fed: Activities, fromMs: number): Heard {
  const heard: Heard = { firstMs: Infinity, lastMs: -Infinity }
  for (const { atMs } of facts) hear(heard, atMs, fromMs)
  hearAll(heard, fed.contacts, fromMs)
  hearAll(heard, fed.rings, fromMs)
  hearAll(heard, fed.wrapUps, fromMs)
  return heard
}

function hearAll(heard: Heard, activities: readonly Interval[], fromMs: number): void {
  for (const activity of activities) {
    hear(heard, activity.fromMs, fromMs)
    if (activity.toMs !== null) hear(heard, activity.toMs, fromMs)
  }
}

function hear(heard: Heard, atMs: number, fromMs: number): void {
  if (atMs >= fromMs && atMs < heard.firstMs) heard.firstMs = atMs
  if (atMs > heard.lastMs) heard.lastMs = atMs
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

/** Segments in pieces, each of which the agent spent in one team: time is booked as it passes. */
function inTeams(
  { settings }: DeriveInput,
  agent: string,
  segments: readonly Segment[],
): readonly Segment[] {
  const fromMs = segments[0]?.fromMs ?? 0
  const hasMoved = settings.agentMoves(agent, fromMs, segments.at(-1)?.toMs ?? null).length > 0
  if (!hasMoved) return segments
  return segments.flatMap((segment) => {
    const moves = settings.agentMoves(agent, segment.fromMs, segment.toMs)
    return [segment.fromMs, ...moves].map((movedMs, index) => ({
      ...segment,
      fromMs: movedMs,
      toMs: moves[index] ?? segment.toMs,
    }))
  })
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
  bookTime(input, agent, counter, detail, fromMs, toMs, knownMs, bookings, accruals)
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
  const { site, team } = input.settings.agentPlace(agent, atMs)
  const filters = campaign === null ? null : { campaign }
  if (endMs <= knownMs) {
    bookings.push({
      counter,
      detail: null,
      fromMs: atMs,
      toMs: atMs,
      queue,
      agent,
      team,
      site,
      channel,
      filters,
      amount,
      subject: contact,
    })
  } else {
    const account = { counter, detail: null, queue, agent, team, site, channel, filters }
    accruals.push({ accrues: 'once', ...account, atMs, dueMs: endMs, amount })
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
  steps: readonly DeclaredStep[],
): LiveAgent {
  const index = Math.max(
    0,
    segments.findLastIndex(({ fromMs }) => fromMs <= heardMs),
  )
  const segment = segments[index]
  const next = segments[index + 1]
  // A silence to come has not made anybody forget anything yet.
  const said = steps.findLast(({ atMs }) => atMs <= heardMs)?.declared
  const { queues } = said ?? fed.carry?.declared ?? nothingDeclared
  const { settings } = input
  // Where the agent is, and in which queues, as of the last word: the agent's, or the directory's.
  const asOfMs = Math.max(heardMs, settings.changedMs)
  const joined = new Set(settings.queuesOf(agent, asOfMs))
  for (const name of queues?.left ?? []) joined.delete(settings.queueKey(name))
  for (const name of queues?.joined ?? []) joined.add(settings.queueKey(name))
  const paused = (queues?.paused ?? []).map((name) => settings.queueKey(name))
  const untilNow = index === segments.length - 1 ? segments : segments.slice(0, index + 1)
  return {
    agent,
    ...settings.agentPlace(agent, asOfMs),
    state: segment?.state ?? 'unknown',
    sinceMs: stateSince(untilNow, fed.carry) ?? heardMs,
    reason: segment?.reason ?? null,
    next: next ? { state: next.state, atMs: next.fromMs, reason: next.reason } : null,
    signedInSinceMs: signedInSince(untilNow, fed.carry),
    joined: [...joined].sort(),
    paused: paused.sort(),
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
  const running: CarryFeed['running'] = []
  const passOn = (activity: ActivityFeed, toMs: number | null): void => {
    if (toMs !== null && toMs <= nextMs) return
    const own = input.fed.find(({ data }) => data === activity)
    const id = own?.id ?? fed.carry?.running.find((before) => before === activity)?.id ?? ''
    running.push({ ...activity, id })
  }
  for (const contact of fed.contacts) passOn(contact, contact.toMs)
  for (const ring of fed.rings) passOn(ring, ring.toMs)
  fed.wrapUps.forEach((wrapUp, i) => {
    passOn(wrapUp, wrapUps[i]?.toMs ?? null)
  })
  return {
    activity: 'carry',
    declared: steps.at(-1)?.declared ?? fed.carry?.declared ?? nothingDeclared,
    heardMs,
    running,
    state: last?.state ?? 'unknown',
    stateSinceMs: stateSince(segments, fed.carry) ?? nextMs,
    signedInSinceMs,
  }
}
