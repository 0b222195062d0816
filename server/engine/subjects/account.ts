import type { Dimensions } from '../../../shared/entry.ts'
import type { Settings } from '../settings.ts'

/** On whose behalf subjects book. */

/** Fields by which a metric can be narrowed, where a subject carries them. */
export type Filters = Readonly<Record<string, string | undefined>>

/**
 * The dimensions of something credited to an agent at an instant, by any of the agent's names:
 * the agent's site and team as of then. Null: nobody's, it counts in the center alone.
 */
export function creditedTo(
  settings: Settings,
  agentName: string | null | undefined,
  atMs: number,
  filters: Filters = {},
): Dimensions {
  const agent = agentName === null || agentName === undefined ? null : settings.agentKey(agentName)
  const where = agent === null ? { site: null, team: null } : settings.agentPlace(agent, atMs)
  const given = Object.entries(filters).filter(
    (one): one is [string, string] => one[1] !== undefined,
  )
  given.sort(([a], [b]) => (a < b ? -1 : 1))
  return {
    queue: null,
    agent,
    ...where,
    channel: null,
    filters: given.length === 0 ? null : Object.fromEntries(given),
  }
}
