import type { Accrual } from '../../../../shared/entry.ts'
import type { CounterId } from '../../../../shared/counters.ts'
import type { Direction } from '../../../../shared/events/fields.ts'
import { bucketOf } from '../../../../shared/histogram.ts'
import { nothingLive } from '../../../../shared/live.ts'
import type { Live } from '../../../../shared/live.ts'
import { judge, serviceLevelEvent } from '../../../../shared/serviceLevel.ts'
import type { ServiceLevelEvent, WaitEnd } from '../../../../shared/serviceLevel.ts'
import { HOUR_MS, SECOND_MS } from '../../../../shared/time.ts'
import { defaultQueue } from '../../settings.ts'
import type { SubjectKey } from '../../subject.ts'
import { creditFeeds } from '../contactCredit.ts'
import { systemKey } from '../keys.ts'
import type { Booking, DeriveInput, Derived, Kind } from '../kind.ts'
import { agentFeeds } from './agentFeeds.ts'
import { dialFeeds } from './dialFeeds.ts'
import { matterFeeds } from './matterFeeds.ts'
import { readContact } from './facts.ts'
import type { ContactFacts } from './facts.ts'
import { resolveLegs } from './legs.ts'
import type { Leg } from './legs.ts'
import { resolveOffers } from './offers.ts'
import type { Offer } from './offers.ts'
import { resolveVisits } from './visits.ts'
import { behalfOfAgent, behalfOfVisit, bookingOf, dimensionsAt } from './behalf.ts'
import { channelOf, creditOf, reasonOf } from './resolved.ts'
import type { Resolved } from './resolved.ts'
import type { Visit } from './visits.ts'

/**
 * A contact: its visits, offers and legs are its parts (visits.ts, offers.ts, legs.ts hold their
 * diagrams). Visits book what their queue offers, answers and loses; offers and legs what agents
 * do. Its legs feed the agents' days, and the whole feeds the customer's matter.
 */
export const contact: Kind = { version: 6, derive: deriveContact }

function deriveContact(input: DeriveInput): Derived {
  const facts = readContact(input)
  const visits = resolveVisits(facts)
  const legs = resolveLegs(facts, visits)
  const offers = resolveOffers(facts, visits, legs, input.settings.agentKey)
  const { key, settings } = input
  const resolved: Resolved = { key, facts, visits, offers, legs, settings }

  const bookings: Booking[] = []
  const accruals: Accrual[] = []
  for (const visit of visits) bookVisit(resolved, visit, bookings, accruals)
  for (const offer of offers) bookOffer(resolved, offer, bookings)
  for (const leg of legs) bookLeg(resolved, leg, bookings)
  const isNamedByCallback = input.fed.some(({ id }) => id === 'callback')
  if (!isNamedByCallback) bookCallbackWishes(resolved, bookings)

  const live = liveOf(input.key, resolved)
  const isGoingOn = live.visits.length > 0 || live.legs.length > 0
  const channel = facts.channel ?? visits[0]?.channel ?? 'voice'
  const matters = matterFeeds(resolved)
  const credit = creditOf(resolved, matters[0]?.to ?? null)
  const silenceMs = input.settings.centerAt(facts.lastAtMs).silenceHours[channel] * HOUR_MS
  return {
    bookings,
    accruals,
    live,
    feeds: agentFeeds(input.key, resolved).concat(
      dialFeeds(input.key, resolved),
      matters,
      credit === null ? [] : creditFeeds(input.facts, credit),
      facts.isCutByRestart ? [cutFeed(input.key)] : [],
    ),
    open: isGoingOn || accruals.length > 0 || offers.some(({ end }) => end === null),
    unopened: unopenedParts(facts),
    flags: flagsOf(resolved),
    parts: partsOf(facts),
    silentAtMs: isGoingOn && !facts.end ? facts.lastAtMs + silenceMs : null,
  }
}

/** An earlier restart may yet be told of: the system remembers whom its restarts cut. */
const cutFeed = (key: SubjectKey): Derived['feeds'][number] => ({
  to: systemKey(key.slice('contact'.length, key.indexOf('#'))),
  id: 'cut',
  data: {},
})

const directionOf = ({ facts }: Resolved): Direction => facts.direction ?? 'inbound'

const flowedOut: ReadonlySet<string> = new Set([
  'timeout',
  'overflow',
  'exitKey',
  'empty',
  'blocked',
  'withdrawn',
  'callbackRequested',
  'transferredOut',
  'voicemail',
])

function bookVisit(
  resolved: Resolved,
  visit: Visit,
  bookings: Booking[],
  accruals: Accrual[],
): void {
  if (directionOf(resolved) !== 'inbound' || visit.isCallback) return
  const { queuedAtMs, end } = visit
  const queue = resolved.settings.queueKey(visit.queue)
  const { serviceLevel: definition } = resolved.settings.queueAt(queue, queuedAtMs) ?? defaultQueue
  const passedAtMs = queuedAtMs + definition.thresholdSeconds * SECOND_MS
  const behalf = behalfOfVisit(resolved, visit)
  const book = (counter: CounterId, atMs: number, amount = 1, detail: string | null = null) => {
    bookings.push(bookingOf(resolved, behalf, counter, atMs, amount, detail))
  }

  book('visitsOffered', queuedAtMs)
  if (visit.isNew) book('visitsOfferedNew', queuedAtMs)

  if (!end) {
    const dimensions = dimensionsAt(resolved, behalf, passedAtMs)
    const waiting = {
      accrues: 'once',
      atMs: passedAtMs,
      // Waiting exactly T is still in time.
      dueMs: passedAtMs + 1,
      amount: 1,
      detail: null,
      ...dimensions,
    } as const
    accruals.push({ ...waiting, counter: 'waitingPast' })
    if (judge('waitingPast', definition) !== 'ignored') {
      accruals.push({ ...waiting, counter: 'serviceLevelDecided' })
    }
    return
  }

  const endMs = Math.max(end.atMs, queuedAtMs)
  const waitMs = endMs - queuedAtMs
  const decide = (waitEnd: WaitEnd): ServiceLevelEvent => {
    const event = serviceLevelEvent(waitEnd, waitMs, definition)
    const isPassed = event.startsWith('passed')
    const atMs = isPassed ? passedAtMs : endMs
    book(event, atMs)
    const judgement = judge(event, definition)
    if (judgement === 'met') book('serviceLevelMet', atMs)
    if (judgement !== 'ignored') book('serviceLevelDecided', atMs)
    return event
  }
  if (end.outcome === 'answered') {
    book('visitsAnswered', endMs)
    book('answeredWaitMs', endMs, waitMs)
    book('answeredWaits', endMs, 1, bucketOf(waitMs))
    decide('answered')
  } else if (end.outcome === 'abandoned') {
    book('unansweredWaitMs', endMs, waitMs)
    if (decide('abandoned') === 'passedThenAbandoned') book('abandonedPassed', endMs)
  } else if (flowedOut.has(end.outcome)) {
    book('unansweredWaitMs', endMs, waitMs)
    book('flowedOut', endMs, 1, end.outcome)
    decide('flowedOut')
  } else {
    book(end.outcome === 'error' ? 'visitsFailed' : 'visitsLost', endMs)
  }
}

/** A visit that ended in the wish for a callback, of which no callback tells. */
function bookCallbackWishes(resolved: Resolved, bookings: Booking[]): void {
  for (const visit of resolved.visits) {
    if (visit.end?.outcome !== 'callbackRequested') continue
    const { atMs } = visit.end
    const behalf = behalfOfVisit(resolved, visit)
    bookings.push(bookingOf(resolved, behalf, 'callbacksRequested', atMs))
  }
}

function bookOffer(resolved: Resolved, offer: Offer, bookings: Booking[]): void {
  if (directionOf(resolved) !== 'inbound' || offer.visit?.isCallback) return
  const behalf = behalfOfAgent(resolved, offer)
  bookings.push(bookingOf(resolved, behalf, 'offers', offer.offeredAtMs))
  if (offer.end?.outcome === 'noAnswer') {
    bookings.push(bookingOf(resolved, behalf, 'ringNoAnswers', offer.end.atMs))
  }
}

function bookLeg(resolved: Resolved, leg: Leg, bookings: Booking[]): void {
  const { settings } = resolved
  const behalf = behalfOfAgent(resolved, leg)
  const book = (counter: CounterId, atMs: number, amount = 1, detail: string | null = null) => {
    if (amount !== 0) bookings.push(bookingOf(resolved, behalf, counter, atMs, amount, detail))
  }
  const { visit } = leg
  const queue = settings.queueKey(leg.queue ?? '')
  const isInbound = leg.direction === 'inbound' && !visit?.isCallback

  if (isInbound && visit?.answeredBy === leg.leg && visit.end?.outcome === 'answered') {
    const { serviceLevel } = settings.queueAt(queue, visit.queuedAtMs) ?? defaultQueue
    const waitMs = Math.max(0, visit.end.atMs - visit.queuedAtMs)
    const isInTime = waitMs <= serviceLevel.thresholdSeconds * SECOND_MS
    book(isInTime ? 'ownAnsweredInTime' : 'ownAnsweredLate', visit.end.atMs)
    book('ownAnsweredWaitMs', visit.end.atMs, waitMs)
  }
  if (!leg.end || leg.end.lost || leg.role !== 'primary' || leg.direction === 'internal') return

  const endMs = leg.end.atMs
  const talkMs = endMs - leg.connectedAtMs - leg.holdMs
  // A callback is an outbound call, whoever its contact began with.
  if (leg.direction === 'outbound' || visit?.isCallback) {
    book('outboundHandled', endMs)
    book('outboundTalkMs', endMs, talkMs)
    book('outboundHoldMs', endMs, leg.holdMs)
    return
  }
  const { shortCallSeconds, configuredWrapUpSeconds } =
    settings.queueAt(queue, endMs) ?? defaultQueue
  book('handled', endMs)
  book('talkMs', endMs, talkMs)
  book('holdMs', endMs, leg.holdMs)
  if (talkMs < shortCallSeconds * SECOND_MS) book('shortCalls', endMs)
  if (leg.transferred) book('transferred', endMs)
  if (leg.wrapUp === null && configuredWrapUpSeconds !== null) {
    book('configuredWrapMs', endMs, configuredWrapUpSeconds * SECOND_MS)
  }
  const reason = reasonOf(resolved.facts, leg)
  if (reason !== null) book('handledReasons', endMs, 1, reason)
}

function liveOf(key: string, resolved: Resolved): Live {
  const { settings, visits, offers, legs } = resolved
  const isOutbound = directionOf(resolved) === 'outbound'
  const waiting = visits.filter(({ end }) => !end && !isOutbound)
  const goingOn = legs.filter(({ end }) => !end)
  if (waiting.length === 0 && goingOn.length === 0) return nothingLive
  return {
    visits: waiting.map((visit) => {
      const queue = settings.queueKey(visit.queue)
      const { serviceLevel } = settings.queueAt(queue, visit.queuedAtMs) ?? defaultQueue
      const ringing = offers.flatMap((offer) =>
        offer.visit === visit && !offer.end ? [settings.agentKey(offer.agent)] : [],
      )
      return {
        contact: key,
        visit: visit.visit,
        queue,
        ...settings.queuePlace(queue, visit.queuedAtMs),
        channel: channelOf(resolved, visit.channel, queue),
        sinceMs: visit.queuedAtMs,
        pastAtMs: visit.queuedAtMs + serviceLevel.thresholdSeconds * SECOND_MS,
        priority: visit.priority,
        ringing: [...new Set(ringing)].sort(),
      }
    }),
    legs: goingOn.map((leg) => {
      const queue = leg.queue === null ? null : settings.queueKey(leg.queue)
      return {
        contact: key,
        leg: leg.leg,
        agent: settings.agentKey(leg.agent),
        queue,
        channel: channelOf(resolved, leg.visit?.channel ?? null, queue ?? ''),
        sinceMs: leg.connectedAtMs,
        heldSinceMs: leg.heldSinceMs,
      }
    }),
    agent: null,
  }
}

/** The ids by which what is taken back of it may name it. */
function partsOf({ visits, offers, legs, disposed }: ContactFacts): string[] {
  const parts = [...visits.keys()].concat([...offers.keys()], [...legs.keys()])
  for (const { data } of disposed) {
    if (data.legId !== undefined && !legs.has(data.legId)) parts.push(data.legId)
  }
  return parts
}

/** Parts that something was said of, but never that they began. */
function unopenedParts({ visits, offers, legs }: ContactFacts): number {
  let unopened = 0
  for (const { queued } of visits.values()) if (!queued) unopened++
  for (const { offered } of offers.values()) if (!offered) unopened++
  for (const { connected } of legs.values()) if (!connected) unopened++
  return unopened
}

function flagsOf({ facts, visits, legs }: Resolved): string[] {
  const flags: string[] = []
  for (const { visit, queued, dequeued } of facts.visits.values()) {
    if (queued && dequeued && dequeued.atMs < queued.atMs) {
      flags.push(`visit ${visit} ends before it begins`)
    }
  }
  for (const { leg, connected, disconnected } of facts.legs.values()) {
    if (connected && disconnected && disconnected.atMs < connected.atMs) {
      flags.push(`leg ${leg} ends before it begins`)
    }
  }
  const isLost =
    visits.some(({ end }) => end?.outcome === 'lost') || legs.some(({ end }) => end?.lost)
  if (isLost) flags.push('lost: nobody saw its end')
  return flags
}
