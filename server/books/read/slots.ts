/** Where live sums are kept: one number for each counter of each scope and channel that occurs. */
import { counterOf, type CounterId } from '../../../shared/counters.ts'
import type { Dimensions } from '../../../shared/entry.ts'
import { Channel } from '../../../shared/events/fields.ts'
import { scopesOf } from '../../../shared/scope.ts'
import { narrowedFor, type NarrowedKey, type NarrowedKeys } from './narrowedKeys.ts'

/** A counter, or one of its details, as the wire names it: `talkMs`, `flowedOut/timeout`. */
export type Key = {
  name: string
  counter: CounterId
  detail: string
  /** Time as it passes: booking it changes no sum, so it need not be told at once. */
  isPassing: boolean
  /** It is part of another key's sums, narrowed to some fields. */
  isNarrowed: boolean
  /** Whoever watches one channel sees that of all. */
  ofAnyChannel: boolean
}

/** A scope with the slots of its counters, by key and channel. */
export type ScopeRow = { text: string; slots: Map<number, number> }

/** One combination of dimensions that occurs, and the scopes that it counts in. */
export type Cell = {
  rows: readonly ScopeRow[]
  channelAt: number
  queue: string | null
  agent: string | null
  /** Handle time of the last 30 minutes: by it an agent's time is shared out over queues. */
  handleMs: number
}

type CellDimensions = Omit<Dimensions, 'filters'>
const isOf = (one: CellDimensions, other: CellDimensions): boolean =>
  one.queue === other.queue &&
  one.agent === other.agent &&
  one.team === other.team &&
  one.site === other.site &&
  one.channel === other.channel

/** Channels by their place; the last stands for none. */
const channels = Channel.options
const NO_CHANNEL = channels.length
const CHANNELS = channels.length + 1

export type Slots = ReturnType<typeof createSlots>

/** `narrowed`: counters that are kept narrowed as well. */
export function createSlots(narrowed: NarrowedKeys = new Map()) {
  const keys: Key[] = []
  const keyAt = new Map<CounterId, Map<string, number>>()
  const narrowedAt = new Map<string, number>()
  const rows = new Map<string, ScopeRow>()
  const cells = new Map<string, Cell>()
  const cellsOfAgent = new Map<string, Cell[]>()
  /** By slot. */
  const rowOf: ScopeRow[] = []
  const keyOf: number[] = []
  const channelOf: number[] = []

  const queues: string[] = []
  /** Each key by itself, by its place. */
  const alone: (readonly [number])[] = []
  /** What was asked for last: bookings of one part of a contact follow one another. */
  let last: { of: CellDimensions; cell: Cell } | null = null

  const rowFor = (text: string): ScopeRow => {
    let row = rows.get(text)
    if (!row) {
      rows.set(text, (row = { text, slots: new Map() }))
      const queue = queueIn(text)
      if (queue !== null) queues.push(queue)
    }
    return row
  }

  function narrowedKeyFor({ name, counter, ofAnyChannel }: NarrowedKey): number {
    let at = narrowedAt.get(name)
    if (at === undefined) {
      at = keys.length
      narrowedAt.set(name, at)
      const isPassing = counterOf(counter).of === 'agentTime'
      keys.push({ name, counter, detail: '', isPassing, isNarrowed: true, ofAnyChannel })
    }
    return at
  }

  return {
    keys,
    rows: rows as ReadonlyMap<string, ScopeRow>,
    /** The queues that occur. */
    queues: queues as readonly string[],
    rowOf: rowOf as readonly ScopeRow[],
    keyOf: keyOf as readonly number[],

    /** The place of a counter's detail among the keys. */
    keyFor(counter: CounterId, detail: string | null): number {
      let details = keyAt.get(counter)
      if (!details) keyAt.set(counter, (details = new Map<string, number>()))
      let at = details.get(detail ?? '')
      if (at === undefined) {
        const { of, detail: isDetailed } = counterOf(counter)
        at = keys.length
        details.set(detail ?? '', at)
        keys.push({
          name: isDetailed === undefined ? counter : `${counter}/${detail ?? ''}`,
          counter,
          detail: detail ?? '',
          isPassing: of === 'agentTime',
          isNarrowed: false,
          ofAnyChannel: false,
        })
      }
      return at
    },

    /** The places of all keys that a booking counts in, its own first. */
    keysFor(of: Dimensions & { counter: CounterId; detail: string | null }): readonly number[] {
      const own = this.keyFor(of.counter, of.detail)
      if (!narrowed.has(of.counter)) return (alone[own] ??= [own])
      return [own, ...narrowedFor(narrowed, of).map(narrowedKeyFor)]
    },

    cellFor(of: Dimensions): Cell {
      const { queue, agent, team, site, channel } = of
      if (last && isOf(last.of, of)) return last.cell
      const name = `${queue ?? ''}\n${agent ?? ''}\n${team ?? ''}\n${site ?? ''}\n${channel ?? ''}`
      let cell = cells.get(name)
      if (!cell) {
        cell = {
          rows: scopesOf(of).map(rowFor),
          channelAt: channel === null ? NO_CHANNEL : channels.indexOf(channel),
          queue,
          agent,
          handleMs: 0,
        }
        cells.set(name, cell)
        if (agent !== null) cellsOfAgent.set(agent, [...(cellsOfAgent.get(agent) ?? []), cell])
      }
      last = { of: { queue, agent, team, site, channel }, cell }
      return cell
    },

    /** The cells of an agent, whatever the queue. */
    cellsOf: (agent: string): readonly Cell[] => cellsOfAgent.get(agent) ?? [],

    slotFor(row: ScopeRow, keyIndex: number, channelAt: number): number {
      const ownChannelAt = keys[keyIndex]?.ofAnyChannel === true ? NO_CHANNEL : channelAt
      const at = keyIndex * CHANNELS + ownChannelAt
      let slot = row.slots.get(at)
      if (slot === undefined) {
        slot = rowOf.length
        row.slots.set(at, slot)
        rowOf.push(row)
        keyOf.push(keyIndex)
        channelOf.push(ownChannelAt)
      }
      return slot
    },

    /** The slots of a row's key as a channel sees it: its own, and those of no channel. */
    slotsSeen(row: ScopeRow, keyIndex: number, channel: Channel): number[] {
      const own = row.slots.get(keyIndex * CHANNELS + channels.indexOf(channel))
      const common = row.slots.get(keyIndex * CHANNELS + NO_CHANNEL)
      return [own, common].filter((slot) => slot !== undefined)
    },

    /** Slots by their rows, as the keys that they are of. */
    byRow(changed: Iterable<number>): Map<ScopeRow, Set<number>> {
      const found = new Map<ScopeRow, Set<number>>()
      for (const slot of changed) {
        const row = rowOf[slot]
        const key = keyOf[slot]
        if (!row || key === undefined) continue
        found.set(row, (found.get(row) ?? new Set()).add(key))
      }
      return found
    },

    /** The keys of a row that occur, whatever the channel. */
    keysOf: (row: ScopeRow): Set<number> =>
      new Set([...row.slots.values()].map((slot) => keyOf[slot] ?? -1)),

    /** Whether a channel sees a slot. */
    isSeen(slot: number, channel: Channel): boolean {
      const at = channelOf[slot]
      return at === NO_CHANNEL || at === channels.indexOf(channel)
    },

    count: () => rowOf.length,
  }
}

/** The queue that a scope is; null: it is none. */
export function queueIn(scope: string): string | null {
  return scope.startsWith('queue:') ? scope.slice('queue:'.length) : null
}
