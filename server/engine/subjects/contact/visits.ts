import type { VisitOutcome } from '../../../../shared/events/contact.ts'
import type { Channel } from '../../../../shared/events/fields.ts'
import type { ContactFacts, LegFacts, VisitFacts } from './facts.ts'

/**
 * Queue visits: when each began, and how and when it ended.
 *
 *     queued ──► waiting ──┬── answered (its first primary connected) ──► over
 *                          ├── dequeued with any other outcome ─────────► over
 *                          ├── a later visit of the contact ────────────► over
 *                          └── the contact's own end ───────────────────► over
 *
 * An end that was said beats one that is implied.
 */
export type Visit = {
  visit: string
  /** As the feed names it. */
  queue: string
  channel: Channel | null
  queuedAtMs: number
  /** Offered for the first time to any queue: its reason is new. */
  isNew: boolean
  isCallback: boolean
  priority: number | null
  end: { atMs: number; outcome: VisitOutcome } | null
  /** The leg that answered it; null: none did, or none is known. */
  answeredBy: string | null
}

type Opened = VisitFacts & { queued: NonNullable<VisitFacts['queued']> }
const isOpened = (visit: VisitFacts): visit is Opened => visit.queued !== null

/** The visits of a contact in their order, without those whose beginning is unknown. */
export function resolveVisits(contact: ContactFacts): Visit[] {
  const opened: Opened[] = []
  for (const visit of contact.visits.values()) if (isOpened(visit)) opened.push(visit)
  if (opened.length > 1) {
    opened.sort((a, b) => a.queued.atMs - b.queued.atMs || (a.visit < b.visit ? -1 : 1))
  }
  const answers = contact.legs.size > 0 ? answeringLegs(contact, opened) : unanswered

  return opened.map((facts, index) => {
    const { visit, queued } = facts
    const answer = answers.get(visit) ?? null
    return {
      visit,
      queue: queued.queue,
      channel: queued.channel ?? contact.channel,
      queuedAtMs: queued.atMs,
      isNew: queued.reason === null ? index === 0 : queued.reason === 'new',
      isCallback: queued.reason === 'callback',
      priority: queued.priority,
      end: endOf(contact, facts, answer, opened[index + 1] ?? null),
      answeredBy: answer?.leg ?? null,
    }
  })
}

/** A contact's visit by its name; nearly always it has one, or none. */
export const visitNamed = (visits: readonly Visit[], visit: string): Visit | null =>
  visits.findLast((one) => one.visit === visit) ?? null

const unanswered: ReadonlyMap<string, LegFacts> = new Map()

/** For each visit, its first primary leg: the one that names it, else the first that fits it. */
function answeringLegs(contact: ContactFacts, visits: readonly Opened[]): Map<string, LegFacts> {
  const answers = new Map<string, LegFacts>()
  const primary: LegFacts[] = []
  for (const leg of contact.legs.values()) {
    if (leg.connected?.role === 'primary') primary.push(leg)
  }
  if (primary.length > 1) {
    primary.sort(
      (a, b) => (a.connected?.atMs ?? 0) - (b.connected?.atMs ?? 0) || (a.leg < b.leg ? -1 : 1),
    )
  }
  for (const leg of primary) {
    const visit = leg.connected?.visit
    if (visit && !answers.has(visit)) answers.set(visit, leg)
  }
  for (const leg of primary) {
    const { connected } = leg
    if (!connected || connected.visit !== null) continue
    const fitting = visits.findLast(
      ({ visit, queued, dequeued }) =>
        queued.atMs <= connected.atMs &&
        (connected.queue === null || connected.queue === queued.queue) &&
        (dequeued === null || dequeued.outcome === 'answered') &&
        !answers.has(visit),
    )
    if (fitting) answers.set(fitting.visit, leg)
  }
  return answers
}

function endOf(
  contact: ContactFacts,
  { dequeued, queued }: Opened,
  answer: LegFacts | null,
  next: Opened | null,
): Visit['end'] {
  if (dequeued) {
    // Answered is dated at the talk's beginning where a leg tells of it.
    const atMs =
      dequeued.outcome === 'answered' ? (answer?.connected?.atMs ?? dequeued.atMs) : dequeued.atMs
    return { atMs, outcome: dequeued.outcome }
  }
  if (answer?.connected) return { atMs: answer.connected.atMs, outcome: 'answered' }
  if (next) return { atMs: next.queued.atMs, outcome: outcomeBefore(next) }
  if (contact.end) {
    const { final } = contact.end
    const outcome = final === 'abandoned' || final === 'voicemail' ? final : 'lost'
    return { atMs: Math.max(contact.end.atMs, queued.atMs), outcome }
  }
  return null
}

/** How a visit ended that nobody ended, by the reason for which the next one began. */
function outcomeBefore(next: Opened): VisitOutcome {
  switch (next.queued.reason) {
    case 'transfer':
      return 'transferredOut'
    case 'callback':
      return 'callbackRequested'
    default:
      return 'overflow'
  }
}
