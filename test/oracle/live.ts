import type { AgentLine, State } from './agents.ts'
import type { Contact, Visit } from './calls.ts'
import { bookOf, ratio, sumsOf } from './marks.ts'
import type { Book, Mark } from './marks.ts'
import type { Scope } from './span.ts'
import type { World } from './world.ts'

/** Group 4: what there is now, and what to expect. */
export type Turn = { queue: string | null; receivedMs: number }
export type Now = {
  world: World
  nowMs: number
  marks: readonly Mark[]
  contacts: readonly Contact[]
  lines: readonly AgentLine[]
  openTurns: readonly Turn[]
}
type Gauge = (now: Now, scope: Scope, channel: string) => number | null
const MINUTE = 60_000

/** Whether what waits since an instant is of a scope: its queue's place is as of then. */
const isAt = (queue: string | null, atMs: number, scope: Scope, world: World): boolean => {
  if (scope.kind === 'center') return true
  if (scope.kind === 'queue') return queue === scope.key
  return scope.kind !== 'agent' && world.queuePlace(queue, atMs)[scope.kind] === scope.key
}

function waitingAt({ contacts, world }: Now, scope: Scope, channel: string): Visit[] {
  return contacts
    .flatMap(({ visits }) => visits)
    .filter(
      (visit) =>
        !visit.end && visit.channel === channel && isAt(visit.queue, visit.fromMs, scope, world),
    )
}

/** Each agent's state now, as the scope sees it. */
function statesAt({ lines }: Now, scope: Scope): { line: AgentLine; state: State }[] {
  return lines
    .filter((line) => {
      if (scope.kind === 'center') return true
      if (scope.kind === 'agent') return line.agent === scope.key
      if (scope.kind === 'queue') return line.joined.includes(scope.key)
      return line.place[scope.kind] === scope.key
    })
    .map((line) => {
      const state = line.pieces.at(-1)?.state ?? 'unknown'
      const isPausedHere = scope.kind === 'queue' && line.paused.includes(scope.key)
      return { line, state: isPausedHere && state === 'available' ? 'notReady' : state }
    })
}

const inStates =
  (...wanted: State[]): Gauge =>
  (now, scope) =>
    statesAt(now, scope).filter(({ state }) => wanted.includes(state)).length

/** What forecasts need of one queue: its last half hour and its staff. */
function forecastOf(now: Now, key: string, book: Book) {
  const { world, nowMs } = now
  const queue = world.queueOf(key, nowMs)
  const channel = queue?.channel ?? 'voice'
  const scope: Scope = { kind: 'queue', key }
  const fromMs = Math.floor(nowMs / MINUTE) * MINUTE - 29 * MINUTE
  // Only what is over: whoever waits past T is counted by those waiting.
  const last30 = sumsOf(book, { scope, span: { fromMs, toMs: nowMs + 1 }, channel })
  const lengthMs = world.directory.center.intervalMinutes * MINUTE
  const interval = { fromMs: Math.floor(nowMs / lengthMs) * lengthMs, toMs: 0 }
  interval.toMs = interval.fromMs + lengthMs
  const soFar = sumsOf(book, { scope, span: interval, channel })
  const handles = ['talk', 'hold', 'wrap', 'wrap.configured']
  const handleMs = last30.of(...handles)
  const handled = last30.of('handled')
  const staff = statesAt(now, scope).filter(
    ({ line, state }) =>
      ['available', 'ringing', 'onContact', 'wrapUp'].includes(state) && !line.paused.includes(key),
  )
  const share = staff.reduce((sum, { line }) => {
    const own = { kind: 'agent', key: line.agent } as const
    const whole = sumsOf(book, { scope: own, span: { fromMs, toMs: nowMs + 1 }, channel: null })
    const here = handles
      .flatMap((name) => book.get(name) ?? [])
      .filter(
        (mark) =>
          mark.agent === line.agent &&
          mark.queue === key &&
          mark.atMs >= fromMs &&
          mark.atMs <= nowMs,
      )
      .reduce((total, { amount }) => total + amount, 0)
    const all = whole.of(...handles)
    return sum + (all > 0 ? here / all : 1)
  }, 0)
  const abandoned = last30.of('abandoned', 'abandoned.short')
  const waited = last30.of('answered.wait', 'unanswered.wait')
  return {
    aht: handled > 0 && handleMs > 0 ? handleMs / handled : null,
    offered: last30.of('offered'),
    spanMs: 29.5 * MINUTE,
    share,
    staffed: staff.length,
    patience: abandoned > 0 ? waited / abandoned : null,
    T: (queue?.serviceLevel.thresholdSeconds ?? 20) * 1_000,
    target: queue?.serviceLevelTarget ?? 0.8,
    met: soFar.of('sl.met'),
    decided: soFar.of('sl.decided'),
    leftMs: interval.toMs - nowMs,
    waiting: waitingAt(now, scope, channel).length,
  }
}
type Forecast = ReturnType<typeof forecastOf>

/** Contacts in the system, one state a number, by the balance of flows: no closed formula. */
function serviceLevelWith(agents: number, load: number, of: Forecast): number {
  const { aht, patience, T } = of
  if (aht === null) return 0
  if (patience === null) return erlangC(agents, load, aht, T)
  return erlangA(agents, load, aht, patience, T)
}

function erlangC(agents: number, load: number, aht: number, T: number): number {
  if (load === 0) return 1
  if (agents <= load) return 0
  // Erlang's own sum, term by term.
  let [term, sum] = [1, 1]
  for (let n = 1; n < agents; n++) {
    term *= load / n
    sum += term
  }
  const last = (term * load) / agents / (1 - load / agents)
  const waits = last / (sum + last)
  return 1 - waits * Math.exp((-(agents - load) * T) / aht)
}

/**
 * The share answered within T where patience is exponential: the state probabilities of the queue,
 * and for who finds k others waiting, the chance that k + 1 departures come before T and before the
 * own patience ends, by small steps of time.
 */
function erlangA(agents: number, load: number, aht: number, patience: number, T: number): number {
  if (load === 0) return 1
  if (agents === 0) return 0
  const [arrivals, serve, leave] = [load / aht, 1 / aht, 1 / patience]
  const weights = [1]
  for (let n = 1; n < 4_000; n++) {
    const out = Math.min(n, agents) * serve + Math.max(0, n - agents) * leave
    weights.push((weights[n - 1]! * arrivals) / out)
    if (n > agents && weights[n]! < 1e-14 * Math.max(...weights.slice(-50))) break
    if (weights[n]! > 1e200) weights.forEach((weight, i) => (weights[i] = weight * 1e-200))
  }
  const total = weights.reduce((sum, weight) => sum + weight, 0)
  // chances[k]: of being served within the time with k others ahead; stepped forward in time.
  const ahead = weights.length - agents
  // So short that little happens in one: where nobody has patience, all happens at once.
  const steps = Math.max(4_000, Math.ceil(4 * T * (agents * serve + ahead * leave)))
  const step = T / steps
  let chances = Array.from({ length: ahead }, () => 0)
  const slope = (of: readonly number[], k: number) => {
    const leaveAhead = agents * serve + k * leave
    const next = k === 0 ? 1 : of[k - 1]!
    return leaveAhead * (next - of[k]!) - leave * of[k]!
  }
  for (let i = 0; i < steps; i++) {
    const half = chances.map((chance, k) => chance + (step / 2) * slope(chances, k))
    chances = chances.map((chance, k) => chance + step * slope(half, k))
  }
  return weights.reduce((sum, weight, n) => {
    const served = n < agents ? 1 : (chances[n - agents] ?? 0)
    return sum + (weight / total) * served
  }, 0)
}

const queuesOf = ({ world, marks, lines }: Now): string[] => [
  ...new Set([
    ...world.directory.queues.map(({ key }) => key),
    ...marks.flatMap(({ queue }) => queue ?? []),
    ...lines.flatMap(({ joined }) => joined),
  ]),
]
/** What a scope's queues of a channel are expected to bring. */
const forecasts = (now: Now, scope: Scope, channel: string): Forecast[] => {
  const book = bookOf(now.marks)
  return queuesOf(now)
    .filter((key) => (now.world.queueOf(key, now.nowMs)?.channel ?? 'voice') === channel)
    .filter((key) => scope.kind === 'center' || key === scope.key)
    .map((key) => forecastOf(now, key, book))
}
const loadOf = (of: Forecast): number | null =>
  of.offered === 0 ? 0 : of.aht === null ? null : (of.offered * of.aht) / of.spanMs

/** Between whole numbers of agents, in proportion. */
function withStaff(of: Forecast, load: number): number {
  const below = Math.floor(of.share)
  const low = serviceLevelWith(below, load, of)
  const high = serviceLevelWith(below + 1, load, of)
  return low + (high - low) * (of.share - below)
}

const oldest = (instants: number[], nowMs: number): number | null =>
  instants.length === 0 ? null : Math.max(0, nowMs - Math.min(...instants))

export const liveMetrics: Record<string, Gauge> = {
  contactsWaiting: (now, scope, channel) => waitingAt(now, scope, channel).length,
  longestWait: (now, scope, channel) =>
    oldest(
      waitingAt(now, scope, channel).map(({ fromMs }) => fromMs),
      now.nowMs,
    ),
  waitingBeyondTarget: (now, scope, channel) =>
    waitingAt(now, scope, channel).filter(
      ({ queue, fromMs }) =>
        now.nowMs - fromMs >
        (now.world.queueOf(queue, fromMs)?.serviceLevel.thresholdSeconds ?? 20) * 1_000,
    ).length,
  expectedWait: (now, scope, channel) => {
    const [of] = forecasts(now, scope, channel)
    if (!of) return null
    const waiting = waitingAt(now, scope, channel).length
    const available = statesAt(now, scope).filter(({ state }) => state === 'available').length
    if (available > waiting) return 0
    if (of.aht === null || of.share === 0) return null
    return ((waiting + 1 - available) * of.aht) / of.share
  },
  agentsSignedIn: inStates('onContact', 'wrapUp', 'ringing', 'notReady', 'available'),
  agentsAvailable: inStates('available'),
  agentsRinging: inStates('ringing'),
  agentsOnContact: inStates('onContact'),
  agentsInWrap: inStates('wrapUp'),
  agentsOnBreak: inStates('notReady'),
  timeInState: (now, scope) => {
    const line = now.lines.find(({ agent }) => agent === scope.key)
    const last = line?.pieces.at(-1)
    if (!line || !last || last.state === 'unknown') return null
    // A change of reason alone does not start the state anew.
    const since = line.pieces.findLast(
      ({ state }, index) => state === last.state && line.pieces[index - 1]?.state !== last.state,
    )
    return now.nowMs - since!.fromMs
  },
  openEmails: ({ openTurns, world }, scope) =>
    openTurns.filter(({ queue, receivedMs }) => isAt(queue, receivedMs, scope, world)).length,
  oldestEmail: ({ openTurns, world, nowMs }, scope) =>
    oldest(
      openTurns
        .filter(({ queue, receivedMs }) => isAt(queue, receivedMs, scope, world))
        .map((turn) => turn.receivedMs),
      nowMs,
    ),
  projectedServiceLevel: (now, scope, channel) => {
    let [met, all] = [0, 0]
    for (const of of forecasts(now, scope, channel)) {
      const load = loadOf(of)
      if (load === null) continue
      const arrivals = (of.offered * of.leftMs) / of.spanMs
      const share = arrivals === 0 ? 0 : withStaff(of, load)
      met += of.met + arrivals * share
      all += of.decided + of.waiting + arrivals
    }
    return ratio(met, all)
  },
  agentsRequired: (now, scope, channel) => {
    const queues = forecasts(now, scope, channel)
    if (queues.length === 0) return null
    // Of queues to which nothing came, nothing is asked; of the others, of one at least it is known.
    const asked = queues.filter(({ offered }) => offered > 0)
    if (asked.length === 0) return 0
    const needed = asked.flatMap((of) => {
      const load = loadOf(of)
      if (load === null) return []
      let agents = Math.floor(load) + 1
      while (erlangC(agents, load, of.aht!, of.T) < of.target) agents++
      return [agents]
    })
    return needed.length === 0 ? null : needed.reduce((sum, n) => sum + n, 0)
  },
}
