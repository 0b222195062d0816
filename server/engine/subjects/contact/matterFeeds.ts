import type { Channel } from '../../../../shared/events/fields.ts'
import type { SubjectKey } from '../../subject.ts'
import { matterKey } from '../keys.ts'
import { channelOf, reasonOf } from './resolved.ts'
import type { Resolved } from './resolved.ts'

/** A handled contact, as the customer's matter needs it. */
export type MatterFeed = {
  startMs: number
  /** The last primary leg's disconnect: the instant that a first contact is dated at. */
  atMs: number
  agent: string
  queue: string | null
  channel: Channel
  /** What the agent said; null: nothing. */
  resolved: boolean | null
}

/** Names that withhold a customer: nobody can be recognised by them. */
const withheld = new Set([
  '',
  'anonymous',
  'unknown',
  '<unknown>',
  'private',
  'restricted',
  'unavailable',
  'withheld',
  'asserted',
])
/** Whether a customer can be told from others by the name. */
export const isKnown = (customer: string | null): customer is string =>
  customer !== null && !withheld.has(customer.trim().toLowerCase())

/**
 * What a handled inbound contact of a known customer tells the matter that it is about: the matter
 * that was named, else the reason, else the customer's only one.
 */
export function matterFeeds(
  resolved: Resolved,
): { to: SubjectKey; id: 'contact'; data: MatterFeed }[] {
  const { facts, legs, visits, settings } = resolved
  const { customer } = facts
  if (!isKnown(customer) || (facts.direction ?? 'inbound') !== 'inbound') return []
  const handlings = legs
    .filter(
      ({ role, end, direction }) =>
        role === 'primary' && direction === 'inbound' && end && !end.lost,
    )
    .sort((a, b) => (a.end?.atMs ?? 0) - (b.end?.atMs ?? 0) || (a.leg < b.leg ? -1 : 1))
  const last = handlings.at(-1)
  if (!last?.end || visits.some(({ isCallback }) => isCallback)) return []

  const matter = facts.disposed.findLast(({ data }) => data.matter !== undefined)?.data.matter
  const said = facts.disposed.findLast(({ data }) => data.resolved !== undefined)?.data.resolved
  const to: SubjectKey = matterKey(customer, matter ?? reasonOf(facts, last) ?? '')
  const startMs = Math.min(
    ...handlings.map(({ connectedAtMs }) => connectedAtMs),
    ...visits.map(({ queuedAtMs }) => queuedAtMs),
  )
  const queue = last.queue === null ? null : settings.queueKey(last.queue)
  const data: MatterFeed = {
    startMs,
    atMs: last.end.atMs,
    agent: settings.agentKey(last.agent),
    queue,
    channel: channelOf(resolved, last.visit?.channel ?? null, queue ?? ''),
    resolved: said ?? null,
  }
  return [{ to, id: 'contact', data }]
}
