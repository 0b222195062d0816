import { z } from 'zod'
import { counterIds } from './counters.ts'
import type { LiveAgent, LiveLeg, LiveVisit } from './live.ts'
import { MAX_OWN_METRICS, type OwnDefinition } from './metrics/own.ts'
import type { MetricSettings } from './metrics/settings.ts'
import type { Staffing } from './staffing.ts'
import { Channel, Instant, Name, usualChannel } from './events/fields.ts'
import { liveWindows, periodNames } from './window.ts'

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

export { PROTOCOL_VERSION } from './protocol.ts'

/** A watch asks for at most this many scopes: a wall of every queue and agent of a large center. */
const MAX_SCOPES = 6_000
/** Three windows with what each is compared with and come to, and a period or two as well. */
const MAX_WINDOWS = 24

/** Windows by name: those of which a wall is made, and longer periods. */
export const WindowName = z.enum([...liveWindows, ...periodNames])
export type WindowName = z.infer<typeof WindowName>
/** What a window is compared with, and what counters have come to by its end (`relatedWindow`). */
const RelatedWindow = z.templateLiteral([
  WindowName,
  z.enum(['@previous', '@lastMonth', '@end', '@previous@end', '@lastMonth@end']),
])
const WatchedWindow = z.union([
  WindowName,
  RelatedWindow,
  z.strictObject({ from: Instant, to: Instant }),
])

/** Parts of the live state that a client may leave out. */
export const liveParts = ['visits', 'legs', 'agents', 'staffing'] as const
export type LivePart = (typeof liveParts)[number]

export const WatchRequest = z.strictObject({
  protocolVersion: z.int(),
  /** The center; left out: the one that screens show. */
  center: Name.optional(),
  /**
   * As text: `center`, `queue:sales`. `queue:*` and `agent:*` are all that there are, and those
   * that come later, as far as the viewer may see them.
   */
  scopes: z.array(z.string().min(1).max(300)).min(1).max(MAX_SCOPES),
  windows: z.array(WatchedWindow).min(1).max(MAX_WINDOWS),
  channel: Channel.default(usualChannel),
  /** Only these counters; left out: all. A tile of one number need not be sent fifty. */
  counters: z.array(z.enum(counterIds)).max(counterIds.length).optional(),
  /**
   * Metrics of the center's own, such as `own:billingShare`: what they are made from is sent as
   * well, narrowed counters included, and the snapshot's center says how. Left out: none.
   */
  own: z.array(z.string().startsWith('own:').max(100)).max(MAX_OWN_METRICS).optional(),
  /** Only these parts of the live state; left out: all. */
  live: z.array(z.enum(liveParts)).max(liveParts.length).optional(),
})
/** What a client sends. */
export type WatchRequest = z.input<typeof WatchRequest>

/** Why a client is refused. The client has one sentence for each. */
export type Refusal =
  | 'badRequest'
  | 'clientTooOld'
  | 'notSignedIn'
  | 'notAllowed'
  | 'unknownCenter'
  /** More at once than one client, or one address, may have. */
  | 'tooMuch'
export type WatchReply = { ok: true; watch: string } | { ok: false; refusal: Refusal }

/** A live window now. */
export type WireWindow = {
  /** As it was asked for; a span is `from/to` in epoch milliseconds. */
  name: string
  fromMs: number
  toMs: number
}

/**
 * A counter of a window: what is booked, what open subjects have accrued by the frame's `atMs`,
 * and how much that grows a millisecond until the window's end.
 */
export type WireCounter = [booked: number, live: number, slope: number]

/**
 * Counters of one scope in one window: `[scope, window, counter, value, counter, value, …]`. The
 * first two and each counter are places in the lists of names; a value is what is booked, or a
 * WireCounter where open subjects add to it.
 */
export type WireBalances = [scope: number, window: number, ...pairs: (number | WireCounter)[]]

/**
 * Rows by key: of one that is new all fields but those that are as in `newRows`, of one that is
 * known those that changed. Null: gone.
 */
export type WireRows<Row> = Record<string, Partial<Row> | null>

/** Changed live state; a part without changes is left out. */
export type WireLive = {
  visits?: WireRows<LiveVisit>
  legs?: WireRows<LiveLeg>
  agents?: WireRows<LiveAgent>
  /** By queue. */
  staffing?: WireRows<Staffing>
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

/** The names of agents and queues, as this viewer may see them, by key. */
export type WireNames = { agents: Record<string, string>; queues: Record<string, string> }

/**
 * A frame: what changed since the one before; what did not is left out. A snapshot changes
 * everything, from nothing.
 *
 * `scopes` and `counters` are lists of names that `balances` refers to by place: each frame appends
 * to those before it. A counter that is kept by detail is named `counter/detail`, one that is
 * narrowed to some fields `counter?field=value&field=value`, the fields by name. `windows` comes
 * whole, whenever one of them has moved on.
 */
export type WireFrame = {
  /** A delta continues the frame with the number before it. */
  sequence: number
  /** The server's clock, in UTC milliseconds; left out where nothing in the frame grows. */
  atMs?: number
  /** The place in the stream up to which a snapshot's numbers go; a tick tells of later ones. */
  place?: string
  scopes?: string[]
  counters?: string[]
  windows?: WireWindow[]
  balances?: WireBalances[]
  live?: WireLive
  sources?: WireSource[]
  names?: WireNames
}

export type WireCenter = {
  key: string
  name: string
  timeZone: string
  /** What its amounts are in; left out: US dollars, as a directory begins. */
  currency?: string
  /** Whether its numbers come from the simulator: every screen says so. */
  simulated: boolean
  /** What it sets of its metrics; left out: as usual. */
  settings?: MetricSettings
  /** Of its own metrics those that are watched; left out: none is, or there is none. */
  metrics?: readonly OwnDefinition[]
}

/** Everything that is watched. Deltas that arrive before it belong to an earlier watch. */
export type Snapshot = WireFrame & {
  watch: string
  atMs: number
  place: string
  center: WireCenter
  /** As a tick has it. */
  booksAtMs: number
}
export type Delta = WireFrame

/** Once a second, whatever happens. */
export type Tick = {
  /** The server's clock, in UTC milliseconds. */
  serverNow: number
  /**
   * Up to when the numbers of the watched center are known to be complete. It stands still while
   * the engine is away, although the server goes on ticking: the numbers' age counts from here.
   */
  booksAtMs: number
  /** Up to this place in the stream, the frames before this tick have told everything. */
  place: string
  /** The server's build: a new one means reload. */
  build: string
}

export type ClientToServer = {
  /** Replaces what this connection watches. A snapshot follows the reply. */
  watch: (request: WatchRequest, reply: (reply: WatchReply) => void) => void
  /** Asks for the server's clock, to reckon the difference and the way there. */
  clock: (reply: (serverNow: number) => void) => void
}
export type ServerToClient = {
  snapshot: (snapshot: Snapshot) => void
  delta: (delta: Delta) => void
  tick: (tick: Tick) => void
  /** This connection may not watch, or not any more; it is closed next. */
  refused: (refusal: Refusal) => void
}

/**
 * The same events as a server may trust them: not at all. A stranger's socket keeps no promises,
 * so a handler is handed unknowns and has to parse them.
 */
export type Untrusted<Events> = { [Name in keyof Events]: (...args: unknown[]) => void }
