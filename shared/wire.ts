import { z } from 'zod'
import type { LiveAgent, LiveLeg, LiveVisit } from './live.ts'
import type { Staffing } from './staffing.ts'
import { Channel, Instant, Name } from './events/fields.ts'

/**
 * The wire between the server and whoever watches live numbers: socket.io, one watch a connection.
 *
 *     watch ──► snapshot, delta, delta, …   and a tick a second
 *
 * A client watches scopes and windows; it gets a snapshot, then deltas of what changed. Sequence
 * numbers have no holes: a client that sees one watches again and gets a new snapshot. Values are
 * counters, never metrics: the client computes those with the same functions as the server. The
 * whole of it, for people who build on it, is in docs/wire.md.
 */

/** Add one whenever an old client would misread a message. An open wall then reloads itself. */
export const PROTOCOL_VERSION = 1

/** A watch asks for at most this many scopes: a wall of every queue and agent of a large center. */
const MAX_SCOPES = 6_000
const MAX_WINDOWS = 8

/** Live windows by name, or any half-open span of time. */
export const WindowName = z.enum(['interval', 'last30', 'today'])
export type WindowName = z.infer<typeof WindowName>
export const WatchedWindow = z.union([WindowName, z.strictObject({ from: Instant, to: Instant })])

export const WatchRequest = z.strictObject({
  protocolVersion: z.int(),
  /** The center; left out: the one that screens show. */
  center: Name.optional(),
  /** As text: `center`, `queue:sales`. `queue:*` and `agent:*` are all that there are. */
  scopes: z.array(z.string().min(1).max(300)).min(1).max(MAX_SCOPES),
  windows: z.array(WatchedWindow).min(1).max(MAX_WINDOWS),
  channel: Channel.default('voice'),
})
/** What a client sends. */
export type WatchRequest = z.input<typeof WatchRequest>

/** Why a client is refused. The client has one sentence for each. */
export type Refusal = 'badRequest' | 'clientTooOld' | 'notSignedIn' | 'notAllowed' | 'unknownCenter'
export type WatchReply = { ok: true; watch: string } | { ok: false; refusal: Refusal }

/**
 * A counter of a window: what is booked, what open subjects have accrued by the frame's `atMs`,
 * and how much that grows a millisecond. `[booked]` alone stands for `[booked, 0, 0]`. Counters
 * that are kept by detail have keys `counter/detail`.
 */
export type WireCounter = [booked: number] | [booked: number, live: number, slope: number]
export type WireCounters = Record<string, WireCounter>

/** The balances of one scope in one window; a snapshot has all counters, a delta those changed. */
export type WireBalances = {
  scope: string
  /** The window's name, or `from/to` in epoch milliseconds. */
  window: string
  fromMs: number
  toMs: number
  counters: WireCounters
}

/** What a scope's live state is made from; keyed by visit, leg and agent. Null: gone. */
export type WireLive = {
  visits: Record<string, LiveVisit | null>
  legs: Record<string, LiveLeg | null>
  agents: Record<string, LiveAgent | null>
  /** By queue. */
  staffing: Record<string, Staffing | null>
}

/** How fresh a feed is, and whether it says what the numbers need. */
export type WireSource = {
  source: string
  /** The latest instant that it told of, and when we heard from it last; null: never. */
  lastEventAtMs: number | null
  heardAtMs: number | null
  /** Silent for longer than its rhythm: its tiles say so. */
  silent: boolean
  /** What it never reports, by event type. */
  lacks: readonly string[]
}

export type WireFrame = {
  /** Of the room; a delta continues the frame with the number before it. */
  sequence: number
  /** The server's clock, in UTC milliseconds. */
  atMs: number
  /** The place in the stream up to which the frame's numbers go. */
  place: string
  balances: WireBalances[]
  live: WireLive
}

export type WireCenter = {
  key: string
  name: string
  timeZone: string
  /** Whether its numbers come from the simulator: every screen says so. */
  simulated: boolean
}

export type Snapshot = WireFrame & {
  watch: string
  center: WireCenter
  sources: WireSource[]
  /** The names of the agents and queues in it, as this viewer may see them, by key. */
  names: { agents: Record<string, string>; queues: Record<string, string> }
}
export type Delta = WireFrame & { watch: string; sources?: WireSource[] }

/** The server's clock, once a second, whatever happens, and its build: a new one means reload. */
export type Tick = { serverNow: number; build: string }

export type ClientToServer = {
  /** Replaces what this connection watches. A snapshot follows the reply. */
  watch: (request: WatchRequest, reply: (reply: WatchReply) => void) => void
}
export type ServerToClient = {
  snapshot: (snapshot: Snapshot) => void
  delta: (delta: Delta) => void
  tick: (tick: Tick) => void
}

/**
 * The same events as a server may trust them: not at all. A stranger's socket keeps no promises,
 * so a handler is handed unknowns and has to parse them.
 */
export type Untrusted<Events> = { [Name in keyof Events]: (...args: unknown[]) => void }
