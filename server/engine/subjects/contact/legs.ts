import type { LegRole } from '../../../../shared/events/contact.ts'
import type { Direction } from '../../../../shared/events/fields.ts'
import type { ContactFacts, LegFacts } from './facts.ts'
import { visitNamed } from './visits.ts'
import type { Visit } from './visits.ts'

/**
 * Legs: one agent's handling each, from connected to disconnected, with its holds.
 *
 *     connected ──► talking ◄──► held ──► disconnected ──► (wrap-up, which the agent's day ends)
 */
export type Leg = {
  leg: string
  /** As the feed names the agent. */
  agent: string
  visit: Visit | null
  /** As the feed names it; null: a direct call. */
  queue: string | null
  role: LegRole
  direction: Direction
  connectedAtMs: number
  /** Null while it goes on. `lost`: nobody saw its end, so it is no handling. */
  end: { atMs: number; lost: boolean } | null
  /** Hold within the leg, up to its end; of a leg that goes on, the holds that are over. */
  holdMs: number
  /** Since when the customer is on hold; null: not on hold, or over. */
  heldSinceMs: number | null
  wrapUp: { startMs: number; endMs: number | null } | null
  transferred: boolean
}

/** The legs of a contact, without those whose beginning is unknown. */
export function resolveLegs(contact: ContactFacts, visits: readonly Visit[]): Leg[] {
  const legs: Leg[] = []
  for (const facts of contact.legs.values()) {
    const { leg, connected, wrapUp, transferred } = facts
    if (!connected) continue
    const visit =
      (connected.visit === null ? null : visitNamed(visits, connected.visit)) ??
      visits.findLast(({ answeredBy }) => answeredBy === leg) ??
      null
    const end = endOf(contact, facts, connected.atMs)
    const { holdMs, heldSinceMs } = holdsOf(facts, connected.atMs, end?.atMs ?? null)
    legs.push({
      leg,
      agent: connected.agent,
      visit,
      queue: connected.queue ?? visit?.queue ?? null,
      role: connected.role,
      direction: connected.direction ?? contact.direction ?? 'inbound',
      connectedAtMs: connected.atMs,
      end,
      holdMs,
      heldSinceMs,
      wrapUp: wrapUp.startMs === null ? null : { startMs: wrapUp.startMs, endMs: wrapUp.endMs },
      transferred,
    })
  }
  return legs
}

function endOf(contact: ContactFacts, facts: LegFacts, connectedAtMs: number): Leg['end'] {
  if (facts.disconnected) {
    return { atMs: Math.max(facts.disconnected.atMs, connectedAtMs), lost: false }
  }
  if (!contact.end) return null
  return {
    atMs: Math.max(contact.end.atMs, connectedAtMs),
    lost: contact.end.final === 'lost',
  }
}

/** A hold begins at held and ends at the next resumed, or with the leg. */
function holdsOf(
  { holds }: LegFacts,
  connectedAtMs: number,
  endMs: number | null,
): Pick<Leg, 'holdMs' | 'heldSinceMs'> {
  let holdMs = 0
  let sinceMs: number | null = null
  const within = (atMs: number): number =>
    Math.min(Math.max(atMs, connectedAtMs), endMs ?? Infinity)
  for (const { atMs, held } of holds) {
    if (held) sinceMs ??= within(atMs)
    else if (sinceMs !== null) {
      holdMs += within(atMs) - sinceMs
      sinceMs = null
    }
  }
  if (sinceMs === null || endMs === null) return { holdMs, heldSinceMs: sinceMs }
  return { holdMs: holdMs + endMs - sinceMs, heldSinceMs: null }
}
