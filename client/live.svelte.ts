/** The one connection to the live numbers, and the last numbers that came over it. */
import type { Socket } from 'socket.io-client'
import { SvelteMap } from 'svelte/reactivity'
import type { CounterId } from '../shared/counters.ts'
import type { Figures } from '../shared/metrics/evaluate.ts'
import { lackingOf } from '../shared/metrics/lacking.ts'
import type { LiveView } from '../shared/metrics/metric.ts'
import {
  amountAt,
  applyFrame,
  cellKey,
  continues,
  emptyMirror,
  frameOf,
  keysOf,
  viewOf,
  type Amount,
  type Mirror,
  type MirrorCounter,
  type Touched,
} from '../shared/mirror.ts'
import { usualSettings } from '../shared/metrics/settings.ts'
import { ownMetrics, type OwnMetrics } from '../shared/metrics/own.ts'
import { narrowedName } from '../shared/narrowing.ts'
import { parseScope } from '../shared/scope.ts'
import { PROTOCOL_VERSION } from '../shared/protocol.ts'
import { SECOND_MS } from '../shared/time.ts'
import { levelWindow, relatedWindow } from '../shared/window.ts'
import {
  type ClientToServer,
  type Refusal,
  type ServerToClient,
  type Snapshot,
  type Tick,
  type WatchRequest,
  type WireCenter,
  type WireFrame,
  type WireNames,
  type WireSource,
  type WireWindow,
} from '../shared/wire.ts'
import { readCached, writeCached, type FrameCache } from './frameCache.ts'
import { serverClock } from './serverClock.ts'

export type LiveStatus =
  | { name: 'connecting' }
  | { name: 'live' }
  /** We had numbers and lost the line, or they are of an earlier visit: they stay up, as old. */
  | { name: 'stale' }
  | { name: 'refused'; refusal: Refusal }

/** What a screen watches; the rest of the request is the same for all. */
export type Watched = Omit<WatchRequest, 'protocolVersion'>

/**
 * How old the numbers are: `fresh` up to 5 s; then `waiting`; over 15 s `old` (hatched, with the
 * instant that they are of); over 2 min `lost` (dimmed, with a notice across the screen).
 */
export type Freshness = 'fresh' | 'waiting' | 'old' | 'lost'
const WAITING_MS = 5 * SECOND_MS
const OLD_MS = 15 * SECOND_MS
const LOST_MS = 120 * SECOND_MS

/** How often the clock on screen moves. */
const CLOCK_MS = SECOND_MS
/** The clock's difference is measured so often at first, then now and then. */
const FIRST_SAMPLES = 5
const SAMPLE_EVERY_MS = 30 * SECOND_MS
/** How often the last numbers are put by, for the next start. */
const CACHE_EVERY_MS = 30 * SECOND_MS

export type LiveSocket = Pick<
  Socket<ServerToClient, ClientToServer>,
  'on' | 'off' | 'emit' | 'connected' | 'disconnect'
>

/** What the browser lends; tests lend their own. */
export type LiveIo = {
  /** Milliseconds of a clock that never jumps: `performance.now()`. */
  monotonicMs: () => number
  /** Where the last numbers are kept for the next start; null: nowhere. */
  cache: FrameCache | null
  /** The server has another build than this page: reload, not all screens at once. */
  onNewBuild: (build: string) => void
}

/**
 * Live numbers of what is watched. Reading in a component or a `$derived` subscribes to exactly
 * what was read: the balances of one scope in one window, or the live state of one scope.
 *
 * Instants are the server's, in UTC milliseconds. Before the first snapshot every sum is 0 and
 * every view is empty: look at `hasNumbers`.
 */
export class Live {
  status = $state.raw<LiveStatus>({ name: 'connecting' })
  center = $state.raw<WireCenter | null>(null)
  sources = $state.raw<readonly WireSource[]>([])
  /** The windows that are watched, by their present spans. */
  windows = $state.raw<readonly WireWindow[]>([])
  /** Whether there are numbers to show, be they old. */
  hasNumbers = $state(false)
  /** The server's clock, to the second, for everything that ticks; 0 before it is known. */
  nowMs = $state(0)
  /** Up to which instant the numbers are known to be complete; null: never heard. */
  dataAtMs = $state<number | null>(null)
  /** How long ago that was, in milliseconds; null: never. */
  ageMs = $state<number | null>(null)

  /** Of the center's own metrics those that are watched and defined. */
  own: OwnMetrics = $derived(ownMetrics({ metrics: this.center?.metrics ?? [] }))

  #lacking = $derived(lackingOf(this.sources))
  #names = $state.raw<WireNames>({ agents: {}, queues: {} })
  #mirror: Mirror = emptyMirror()
  /** A number for each cell and each scope's view, which changes with it. */
  #versions = new SvelteMap<string, number>()
  #views = new Map<string, LiveView>()

  #socket: LiveSocket
  #io: LiveIo
  #clock: ReturnType<typeof serverClock>
  #watched: Watched | null = null
  /** The number of the last watch that was sent: an answer to an earlier one says nothing. */
  #asked = 0
  #build: string | null = null
  /** `dataAtMs` by the monotonic clock; null while the numbers are of an earlier visit. */
  #dataMonotonicMs: number | null = null
  #samples = 0
  #sampledAtMs = -Infinity
  #cachedAtMs = -Infinity
  #timer: ReturnType<typeof setInterval>

  constructor(socket: LiveSocket, io: LiveIo) {
    this.#socket = socket
    this.#io = io
    this.#clock = serverClock(io.monotonicMs)
    socket.on('connect', this.#onConnect)
    socket.on('disconnect', this.#onDisconnect)
    socket.on('snapshot', this.#onSnapshot)
    socket.on('delta', this.#onDelta)
    socket.on('tick', this.#onTick)
    socket.on('refused', this.#onRefused)
    socket.on('connect_error', this.#onConnectError)
    this.#timer = setInterval(this.#onSecond, CLOCK_MS)
    if (socket.connected) this.#onConnect()
  }

  /** Watches something else. Numbers of an earlier visit stand in until the first snapshot. */
  watch(watched: Watched): void {
    this.#watched = watched
    this.#empty()
    const cached = this.#io.cache && readCached(this.#io.cache, watched)
    if (cached) {
      this.#take(cached)
      this.dataAtMs = cached.booksAtMs
      this.#dataMonotonicMs = null
      this.ageMs = LOST_MS + 1
      this.nowMs = Math.max(this.nowMs, cached.atMs)
      this.status = { name: 'stale' }
    } else {
      this.status = { name: 'connecting' }
    }
    if (this.#socket.connected) this.#ask()
  }

  /**
   * What is known of a scope in a window: what `evaluate` makes a metric's value from. What
   * accrues is of `nowMs`.
   */
  figures(scope: string, window: string): Figures {
    const view = (): LiveView => this.view(scope)
    const now = (): number => this.nowMs
    return {
      balance: (counter) => this.amount(scope, window, counter),
      details: (counter) => this.details(scope, window, counter),
      narrowed: (filters) => ({
        balance: (counter) => this.#narrowed(scope, window, narrowedName(counter, filters)),
      }),
      level: (counter) => this.amount(scope, levelWindow(window), counter),
      related: (relation) => {
        const other = relatedWindow(window, relation)
        const isShown = this.windows.some(({ name }) => name === other)
        return isShown ? this.figures(scope, other) : null
      },
      settings: this.center?.settings ?? usualSettings,
      // Read by gauges alone: a tile of balances need not follow every state of every agent.
      get live() {
        return view()
      },
      get nowMs() {
        return now()
      },
      lacking: this.#lacking,
    }
  }

  /** What a counter adds up to in a scope and a window, over all its details. */
  amount(scope: string, window: string, counter: CounterId): Amount {
    const cell = this.#cell(scope, window)
    const sum = { booked: 0, live: 0 }
    for (const key of keysOf(cell, counter)) {
      const { booked, live } = this.#amountOf(cell?.get(key), window)
      sum.booked += booked
      sum.live += live
    }
    return sum
  }

  /** The amounts of a counter that is kept by detail, booked and live together; no zeros. */
  details(scope: string, window: string, counter: CounterId): ReadonlyMap<string, number> {
    const cell = this.#cell(scope, window)
    const amounts = new Map<string, number>()
    for (const key of keysOf(cell, counter)) {
      const { booked, live } = this.#amountOf(cell?.get(key), window)
      if (booked + live !== 0) amounts.set(key.slice(counter.length + 1), booked + live)
    }
    return amounts
  }

  /** The live state of a scope: who waits, who talks, how each agent is. */
  view(scope: string): LiveView {
    this.#versions.get(viewKey(scope))
    let view = this.#views.get(scope)
    if (!view) {
      const parsed = parseScope(scope)
      view = parsed ? viewOf(this.#mirror, parsed, this.#watched?.channel ?? 'voice') : nobody
      this.#views.set(scope, view)
    }
    return view
  }

  /** The present span of a watched window, by its name; null: not watched, or not yet known. */
  window(name: string): WireWindow | null {
    return this.windows.find((window) => window.name === name) ?? null
  }

  /** The keys of all queues, and of all agents, in what is watched. */
  get queues(): readonly string[] {
    return Object.keys(this.#names.queues)
  }

  get agents(): readonly string[] {
    return Object.keys(this.#names.agents)
  }

  /** An agent's name as the viewer may see it; the key where there is no other. */
  agentName(agent: string): string {
    return this.#names.agents[agent] ?? agent
  }

  queueName(queue: string): string {
    return this.#names.queues[queue] ?? queue
  }

  get freshness(): Freshness {
    const { ageMs } = this
    if (ageMs === null || ageMs <= WAITING_MS) return 'fresh'
    if (ageMs <= OLD_MS) return 'waiting'
    return ageMs <= LOST_MS ? 'old' : 'lost'
  }

  /** Half of the way to the server and back, in milliseconds; null: not measured yet. */
  get delayMs(): number | null {
    return this.#clock.delayMs()
  }

  /** Forgets the numbers put by for the next start: whoever signs out leaves none behind. */
  forget(): void {
    this.#io.cache?.remove()
  }

  close(): void {
    clearInterval(this.#timer)
    this.#socket.off('connect', this.#onConnect)
    this.#socket.off('disconnect', this.#onDisconnect)
    this.#socket.off('snapshot', this.#onSnapshot)
    this.#socket.off('delta', this.#onDelta)
    this.#socket.off('tick', this.#onTick)
    this.#socket.off('refused', this.#onRefused)
    this.#socket.off('connect_error', this.#onConnectError)
    this.#socket.disconnect()
  }

  #onConnect = (): void => {
    this.#samples = 0
    this.#sample()
    this.#ask()
  }

  #onDisconnect = (): void => {
    if (this.status.name !== 'refused') {
      this.status = { name: this.hasNumbers ? 'stale' : 'connecting' }
    }
  }

  /** The server did not let us in; any other failure is tried again by the socket itself. */
  #onConnectError = ({ message }: Error): void => {
    const refusal = refusals.find((known) => known === message)
    if (refusal) this.#onRefused(refusal)
  }

  #onRefused = (refusal: Refusal): void => {
    this.status = { name: 'refused', refusal }
  }

  #ask(): void {
    if (!this.#watched) return
    const asked = ++this.#asked
    // Until its snapshot comes, deltas belong to an earlier watch.
    this.#mirror.sequence = null
    const request = { protocolVersion: PROTOCOL_VERSION, ...this.#watched }
    this.#socket.emit('watch', request, (reply) => {
      if (asked === this.#asked && !reply.ok) this.#onRefused(reply.refusal)
    })
  }

  #onSnapshot = (snapshot: Snapshot): void => {
    this.#empty()
    this.#take(snapshot)
    if (this.#clock.ticked(snapshot.atMs)) this.#samples = 0
    this.nowMs = this.#clock.nowMs() ?? snapshot.atMs
    this.#heard(snapshot.booksAtMs)
    this.status = { name: 'live' }
  }

  #onDelta = (delta: WireFrame): void => {
    if (this.#mirror.sequence === null) return
    if (!continues(this.#mirror, delta)) {
      this.#ask()
      return
    }
    // It says what changed, and not that all is well: time alone changes numbers, too.
    this.#apply(delta)
  }

  #onTick = (tick: Tick): void => {
    if (this.#clock.ticked(tick.serverNow)) this.#samples = 0
    if (this.#mirror.sequence !== null) this.#heard(tick.booksAtMs)
    if (this.#build !== null && this.#build !== tick.build) this.#io.onNewBuild(tick.build)
    this.#build = tick.build
    this.#onSecond()
  }

  #onSecond = (): void => {
    const nowMs = this.#clock.nowMs()
    if (nowMs !== null) this.nowMs = nowMs
    const monotonicMs = this.#io.monotonicMs()
    if (this.#dataMonotonicMs !== null) this.ageMs = monotonicMs - this.#dataMonotonicMs
    const isDue = monotonicMs - this.#sampledAtMs >= SAMPLE_EVERY_MS
    if (this.#socket.connected && (this.#samples < FIRST_SAMPLES || isDue)) this.#sample()
    if (monotonicMs - this.#cachedAtMs >= CACHE_EVERY_MS) this.#putBy(monotonicMs)
  }

  /** Keeps the numbers for the next start. */
  #putBy(monotonicMs: number): void {
    const { cache } = this.#io
    if (!cache || !this.#watched || !this.center || this.#mirror.sequence === null) return
    this.#cachedAtMs = monotonicMs
    writeCached(cache, this.#watched, {
      ...frameOf(this.#mirror),
      watch: '',
      booksAtMs: this.dataAtMs ?? 0,
      center: this.center,
      sources: [...this.sources],
      names: this.#names,
    })
  }

  #sample(): void {
    const askedMs = this.#io.monotonicMs()
    this.#samples += 1
    this.#sampledAtMs = askedMs
    this.#socket.emit('clock', (serverNow) => {
      this.#clock.answered(askedMs, this.#io.monotonicMs(), serverNow)
    })
  }

  /** The numbers were complete at an instant of the server's clock. */
  #heard(atMs: number): void {
    const nowMs = this.#clock.nowMs() ?? atMs
    this.dataAtMs = atMs
    this.#dataMonotonicMs = this.#io.monotonicMs() - Math.max(0, nowMs - atMs)
    this.ageMs = this.#io.monotonicMs() - this.#dataMonotonicMs
  }

  #empty(): void {
    this.#mirror = emptyMirror()
    this.#views.clear()
    this.hasNumbers = false
    // Whoever reads a cell or a view now reads it anew; a snapshot's cells come next.
    for (const key of [...this.#versions.keys()]) this.#bump(key)
  }

  #take(snapshot: Snapshot): void {
    this.center = snapshot.center
    this.#names = { agents: {}, queues: {} }
    this.#apply(snapshot)
    this.hasNumbers = true
  }

  #apply(frame: WireFrame): void {
    const touched: Touched = applyFrame(this.#mirror, frame)
    if (frame.windows) this.windows = frame.windows
    if (frame.sources) this.sources = frame.sources
    if (frame.names) {
      this.#names = {
        agents: { ...this.#names.agents, ...frame.names.agents },
        queues: { ...this.#names.queues, ...frame.names.queues },
      }
    }
    this.#know(frame)
    for (const key of touched.cells) this.#bump(key)
    for (const scope of touched.scopes) {
      this.#views.delete(scope)
      this.#bump(viewKey(scope))
    }
  }

  /**
   * Gives every scope that may be read a version of its own. Whoever reads one without is told of
   * every change there is.
   */
  #know(frame: WireFrame): void {
    const { agents = {}, queues = {} } = frame.names ?? {}
    const scopes = [
      ...(this.#watched?.scopes ?? []),
      ...(frame.scopes ?? []),
      ...Object.keys(queues).map((queue) => `queue:${queue}`),
      ...Object.keys(agents).map((agent) => `agent:${agent}`),
    ]
    for (const scope of scopes) {
      const cells = this.windows.map(({ name }) => cellKey(scope, name))
      for (const key of [viewKey(scope), ...cells]) {
        if (!this.#versions.has(key)) this.#versions.set(key, 0)
      }
    }
  }

  #cell(scope: string, window: string): ReadonlyMap<string, MirrorCounter> | undefined {
    const key = cellKey(scope, window)
    this.#versions.get(key)
    return this.#mirror.cells.get(key)
  }

  #narrowed(scope: string, window: string, name: string): Amount {
    return this.#amountOf(this.#cell(scope, window)?.get(name), window)
  }

  #amountOf(value: MirrorCounter | undefined, window: string): Amount {
    // Only what grows by itself has to be read again each second.
    const atMs = value && value.slope !== 0 ? this.nowMs : 0
    return amountAt(value, this.window(window) ?? undefined, atMs)
  }

  #bump(key: string): void {
    this.#versions.set(key, (this.#versions.get(key) ?? 0) + 1)
  }
}

/** Why a server turns a connection away before it may ask for anything. */
const refusals: readonly Refusal[] = ['notSignedIn', 'notAllowed', 'tooMuch']

/** The version of a scope's view; no window is called like this. */
const viewKey = (scope: string): string => `view ${scope}`
const nobody: LiveView = { visits: [], agents: [], legs: [], staffing: new Map() }
