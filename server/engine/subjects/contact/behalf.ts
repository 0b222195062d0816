import type { CounterId } from '../../../../shared/counters.ts'
import type { Dimensions, Entry } from '../../../../shared/entry.ts'
import type { SubjectKey } from '../../subject.ts'
import { channelOf } from './resolved.ts'
import type { Resolved } from './resolved.ts'
import type { Visit } from './visits.ts'

/**
 * On whose behalf a part of a contact books: worked out once a part, and not once a booking. Site
 * and team are the agent's, else the queue's, as of the instant of each booking.
 */
export type Behalf = Pick<Dimensions, 'queue' | 'agent' | 'channel' | 'filters'>

const filtersOf = ({ campaign }: Resolved['facts']): Dimensions['filters'] =>
  campaign === null ? null : { campaign }

/** A visit is its queue's. */
export function behalfOfVisit(resolved: Resolved, visit: Visit): Behalf {
  const queue = resolved.settings.queueKey(visit.queue)
  const channel = channelOf(resolved, visit.channel, queue)
  return { queue, agent: null, channel, filters: filtersOf(resolved.facts) }
}

/** An offer or a leg is its agent's, in the queue that it came from. */
export function behalfOfAgent(
  resolved: Resolved,
  part: { agent: string; queue: string | null; visit: Visit | null },
): Behalf {
  const { settings, facts } = resolved
  const queue = part.queue === null ? null : settings.queueKey(part.queue)
  return {
    queue,
    agent: settings.agentKey(part.agent),
    channel: channelOf(resolved, part.visit?.channel ?? null, queue ?? ''),
    filters: filtersOf(facts),
  }
}

/** All dimensions at an instant. */
export function dimensionsAt(
  { settings }: Pick<Resolved, 'settings'>,
  { queue, agent, channel, filters }: Behalf,
  atMs: number,
): Dimensions {
  const { site, team } =
    agent === null ? settings.queuePlace(queue ?? '', atMs) : settings.agentPlace(agent, atMs)
  return { queue, agent, team, site, channel, filters }
}

/** A booking of the contact itself at an instant. */
export function bookingOf(
  { settings, key }: { settings: Resolved['settings']; key: SubjectKey },
  { queue, agent, channel, filters }: Behalf,
  counter: CounterId,
  atMs: number,
  amount = 1,
  detail: string | null = null,
): Entry {
  const { site, team } =
    agent === null ? settings.queuePlace(queue ?? '', atMs) : settings.agentPlace(agent, atMs)
  return {
    counter,
    detail,
    fromMs: atMs,
    toMs: atMs,
    queue,
    agent,
    team,
    site,
    channel,
    filters,
    amount,
    subject: key,
  }
}
