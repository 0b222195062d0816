import { counterOf, type CounterId } from './counters.ts'
import type { Channel } from './events/fields.ts'
import type { LiveAgent, LiveLeg, LiveVisit } from './live.ts'
import { liveIn } from './metrics/liveIn.ts'
import type { LiveView } from './metrics/metric.ts'
import { newRows } from './newRows.ts'
import type { Scope } from './scope.ts'
import type { Staffing } from './staffing.ts'
import type { WireBalances, WireCounter, WireFrame, WireRows, WireWindow } from './wire.ts'
import { scopesOfAgent, scopesOfLeg, scopesOfVisit } from './liveScopes.ts'

/**
 * What a watching client knows: the frames that it got, applied one after the other. Plain data
 * without clock or socket, so that every client of the wire can be built on it.
 */
export type Mirror = {
  /** Of the last frame; null: no snapshot yet. */
  sequence: number | null
  /** Of the last frame that said so. */
  atMs: number
  place: string
  scopes: string[]
  counters: string[]
  windows: WireWindow[]
  /** By scope and window (`cellKey`), then by counter, `counter/detail` where there is a detail. */
  cells: Map<string, Map<string, MirrorCounter>>
  visits: Map<string, LiveVisit>
  legs: Map<string, LiveLeg>
  agents: Map<string, LiveAgent>
  /** By queue. */
  staffing: Map<string, Staffing>
}

/** A counter as a frame of `atMs` told it. */
export type MirrorCounter = { booked: number; live: number; slope: number; atMs: number }

/** What a counter adds up to: what is booked, and what open subjects have accrued. */
export type Amount = { booked: number; live: number }

/** What a frame touched: cells by `cellKey`, and the scopes whose live state changed. */
export type Touched = { cells: Set<string>; scopes: Set<string> }

export function emptyMirror(): Mirror {
  return {
    sequence: null,
    atMs: 0,
    place: '0',
    scopes: [],
    counters: [],
    windows: [],
    cells: new Map(),
    visits: new Map(),
    legs: new Map(),
    agents: new Map(),
    staffing: new Map(),
  }
}

/** The key of a scope in a window; the window is a name, or `from/to` in epoch milliseconds. */
export function cellKey(scope: string, window: string): string {
  // Neither part can hold a line break: scopes are checked names.
  return `${window}\n${scope}`
}

/** Whether a delta continues what the mirror holds. If not, a new snapshot is needed. */
export function continues(mirror: Mirror, delta: WireFrame): boolean {
  return mirror.sequence !== null && delta.sequence === mirror.sequence + 1
}

/** Applies a delta that continues the mirror, or a snapshot to an empty one. */
export function applyFrame(mirror: Mirror, frame: WireFrame): Touched {
  const touched: Touched = { cells: new Set(), scopes: new Set() }
  mirror.sequence = frame.sequence
  mirror.atMs = frame.atMs ?? mirror.atMs
  mirror.place = frame.place ?? mirror.place
  if (frame.scopes) mirror.scopes.push(...frame.scopes)
  if (frame.counters) mirror.counters.push(...frame.counters)
  if (frame.windows) mirror.windows = frame.windows
  for (const balances of frame.balances ?? []) {
    const key = applyBalances(mirror, balances)
    if (key !== null) touched.cells.add(key)
  }

  const { visits, legs, agents, staffing } = frame.live ?? {}
  const touch = (scopes: readonly string[]): void => {
    for (const scope of scopes) touched.scopes.add(scope)
  }
  // Before and after: an agent who moves from one team to another changes both.
  applyRows(mirror.agents, agents, newRows.agents, (agent) => {
    touch(scopesOfAgent(agent))
  })
  applyRows(mirror.visits, visits, newRows.visits, (visit) => {
    touch(scopesOfVisit(visit))
  })
  applyRows(mirror.legs, legs, newRows.legs, (leg) => {
    touch(scopesOfLeg(leg, mirror.agents.get(leg.agent)))
  })
  applyRows(mirror.staffing, staffing, newRows.staffing, (_, queue) => {
    touch([`queue:${queue}`, 'center'])
  })
  return touched
}

function applyBalances(mirror: Mirror, balances: WireBalances): string | null {
  const [scopeAt, windowAt, ...pairs] = balances
  const scope = mirror.scopes[scopeAt]
  const window = mirror.windows[windowAt]
  if (scope === undefined || window === undefined) return null
  const key = cellKey(scope, window.name)
  let cell = mirror.cells.get(key)
  if (!cell) mirror.cells.set(key, (cell = new Map<string, MirrorCounter>()))
  for (let i = 0; i + 1 < pairs.length; i += 2) {
    const counterAt = pairs[i]
    const value = pairs[i + 1]
    const counter = typeof counterAt === 'number' ? mirror.counters[counterAt] : undefined
    if (counter === undefined || value === undefined) continue
    const [booked, live, slope] = typeof value === 'number' ? [value, 0, 0] : value
    cell.set(counter, { booked, live, slope, atMs: mirror.atMs })
  }
  return key
}

function applyRows<Row extends object>(
  rows: Map<string, Row>,
  changes: WireRows<Row> | undefined,
  newRow: (key: string) => Partial<Row>,
  touch: (row: Row, key: string) => void,
): void {
  if (!changes) return
  for (const [key, change] of Object.entries(changes)) {
    const before = rows.get(key)
    if (before) touch(before, key)
    if (change === null) {
      rows.delete(key)
    } else {
      // A row that is new comes with all fields but those that it then has here.
      const after = { ...(before ?? newRow(key)), ...change } as Row
      rows.set(key, after)
      touch(after, key)
    }
  }
}

const nothing: Amount = { booked: 0, live: 0 }

/** A counter at an instant of the server's clock: what accrues has grown since its frame. */
export function amountAt(
  counter: MirrorCounter | undefined,
  window: WireWindow | undefined,
  nowMs: number,
): Amount {
  if (!counter || !window) return nothing
  const { booked, live, slope, atMs } = counter
  const grownMs = slope === 0 ? 0 : Math.max(0, Math.min(nowMs, window.toMs) - atMs)
  return { booked, live: live + slope * grownMs }
}

/** A counter's details, by their keys in a cell, and its own key where it is kept without. */
export function keysOf(
  cell: ReadonlyMap<string, MirrorCounter> | undefined,
  counter: CounterId,
): readonly string[] {
  if (counterOf(counter).detail === undefined) return [counter]
  const prefix = `${counter}/`
  return cell ? [...cell.keys()].filter((key) => key.startsWith(prefix)) : []
}

/** The live state of one scope, for the gauges; `channel` is that of the watch. */
export function viewOf(mirror: Mirror, scope: Scope, channel: Channel): LiveView {
  const everything: LiveView = {
    visits: [...mirror.visits.values()],
    agents: [...mirror.agents.values()],
    legs: [...mirror.legs.values()],
    staffing: mirror.staffing,
  }
  return liveIn(scope, everything, channel)
}

/** Everything that a mirror holds as one frame: applied to an empty mirror, it makes the same. */
export function frameOf(mirror: Mirror): WireFrame & { atMs: number; place: string } {
  const { scopes, counters, windows, cells } = mirror
  const counterAt = new Map(counters.map((counter, at) => [counter, at]))
  const balances = scopes.flatMap((scope, scopeAt) =>
    windows.flatMap((window, windowAt): WireBalances[] => {
      const cell = cells.get(cellKey(scope, window.name))
      if (!cell) return []
      const pairs = [...cell].flatMap(([counter, value]): (number | WireCounter)[] => {
        const { booked, live } = amountAt(value, window, mirror.atMs)
        const isBookedAlone = live === 0 && value.slope === 0
        return [counterAt.get(counter) ?? 0, isBookedAlone ? booked : [booked, live, value.slope]]
      })
      return [[scopeAt, windowAt, ...pairs]]
    }),
  )
  return {
    sequence: mirror.sequence ?? 0,
    atMs: mirror.atMs,
    place: mirror.place,
    scopes,
    counters,
    windows,
    balances,
    live: {
      visits: Object.fromEntries(mirror.visits),
      legs: Object.fromEntries(mirror.legs),
      agents: Object.fromEntries(mirror.agents),
      staffing: Object.fromEntries(mirror.staffing),
    },
  }
}
