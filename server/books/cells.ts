/** Cells: every combination of dimensions that occurs in a center, each with a short id. */
import type { Dimensions } from '../../shared/entry.ts'
import type { Tables } from '../database/schema.ts'

export type CellRow = Tables['cell']

export type Cells = {
  /** The cell of these dimensions; a new one is kept for `takeNew`. */
  idOf: (dimensions: Dimensions) => string
  /** Cells that are not stored yet; they are the caller's from now on. */
  takeNew: () => CellRow[]
}

/** Ids are numbers in the order of occurrence, so that the same stream gives the same ones. */
export function createCells(center: string, stored: readonly CellRow[]): Cells {
  const ids = new Map<string, string>()
  for (const row of stored) {
    const { queue, agent, team, site, channel, filters } = row
    ids.set(nameOf(queue, agent, team, site, channel, filters), row.id)
  }
  let fresh: CellRow[] = []
  /** What was asked for last: entries of one part of a subject follow one another. */
  let last: { of: Dimensions; id: string } | null = null
  return {
    idOf: (dimensions) => {
      if (last && isSame(last.of, dimensions)) return last.id
      const queue = dimensions.queue ?? ''
      const agent = dimensions.agent ?? ''
      const team = dimensions.team ?? ''
      const site = dimensions.site ?? ''
      const channel = dimensions.channel ?? ''
      const filters = filtersText(dimensions.filters)
      const name = nameOf(queue, agent, team, site, channel, filters)
      let id = ids.get(name)
      if (id === undefined) {
        id = String(ids.size + 1)
        ids.set(name, id)
        fresh.push({ center, id, queue, agent, team, site, channel, filters })
      }
      last = { of: dimensions, id }
      return id
    },
    takeNew: () => {
      const taken = fresh
      fresh = []
      return taken
    },
  }
}

const isSame = (one: Dimensions, other: Dimensions): boolean =>
  one.queue === other.queue &&
  one.agent === other.agent &&
  one.team === other.team &&
  one.site === other.site &&
  one.channel === other.channel &&
  one.filters === other.filters

/** Names have no NUL: an event or a directory with one could not be stored. */
const nameOf = (
  queue: string,
  agent: string,
  team: string,
  site: string,
  channel: string,
  filters: string,
): string => `${queue}\0${agent}\0${team}\0${site}\0${channel}\0${filters}`

/** Filters as the cell's row has them: JSON, names sorted; empty: none. */
function filtersText(filters: Dimensions['filters']): string {
  if (filters === null) return ''
  const sorted = Object.entries(filters).sort(([a], [b]) => (a < b ? -1 : 1))
  return sorted.length === 0 ? '' : JSON.stringify(Object.fromEntries(sorted))
}
