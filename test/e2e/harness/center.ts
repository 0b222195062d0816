/**
 * A scripted center for the screen tests: calls come, wait, are answered and end, by chance from a
 * seed. It keeps counters and live rows as a server would send them; it judges nothing.
 */
import type { LiveAgent, LiveVisit } from '../../../shared/live.ts'
import {
  cellKey,
  emptyMirror,
  frameOf,
  type Mirror,
  type MirrorCounter,
} from '../../../shared/mirror.ts'
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '../../../shared/time.ts'
import type { WireFrame, WireWindow } from '../../../shared/wire.ts'
import { people, queues, type Person, type QueueKey } from './people.ts'

const INTERVAL_MS = 30 * MINUTE_MS
const WRAP_MS = 25 * SECOND_MS

/** Mulberry32: small, seeded, good enough to look alive. */
function chance(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

export type Center = {
  readonly mirror: Mirror
  /** Lets the time go on to an instant. */
  runTo: (nowMs: number) => void
  /** Makes so many calls wait in a queue, each since so long ago. */
  pileUp: (queue: QueueKey, calls: number, sinceMs: number) => void
  /** What changed since it was last asked: cells whole, rows as they are. */
  changes: () => WireFrame
  snapshot: () => ReturnType<typeof frameOf>
}

type Call = { visit: LiveVisit; patienceMs: number }
type Busy = { agent: Person; queue: QueueKey; fromMs: number; untilMs: number }

export function createCenter(seed: number, startMs: number): Center {
  const random = chance(seed)
  const between = (low: number, high: number): number => low + random() * (high - low)
  const mirror = emptyMirror()
  mirror.sequence = 1
  mirror.atMs = startMs
  const changedCells = new Set<string>()
  const changedRows = new Set<string>()
  const waiting = new Map<string, Call>()
  const talks: Busy[] = []
  let calls = 0
  let nextCallAtMs = startMs

  const dayFromMs =
    Math.floor((startMs + 9 * HOUR_MS) / (24 * HOUR_MS)) * 24 * HOUR_MS - 9 * HOUR_MS
  const windowsAt = (nowMs: number): WireWindow[] => {
    const fromMs = Math.floor(nowMs / INTERVAL_MS) * INTERVAL_MS
    const minute = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS
    return [
      { name: 'interval', fromMs, toMs: fromMs + INTERVAL_MS },
      { name: 'last30', fromMs: minute - 29 * MINUTE_MS, toMs: nowMs },
      { name: 'today', fromMs: dayFromMs, toMs: dayFromMs + 24 * HOUR_MS },
    ]
  }
  mirror.windows = windowsAt(startMs)

  const placeOf = (list: string[], name: string): void => {
    if (!list.includes(name)) list.push(name)
  }
  const add = (scopes: readonly string[], counter: string, amount: number, past = false): void => {
    placeOf(mirror.counters, counter)
    for (const scope of scopes) {
      placeOf(mirror.scopes, scope)
      for (const { name } of mirror.windows) {
        if (past && name !== 'today') continue
        const key = cellKey(scope, name)
        const cell = mirror.cells.get(key) ?? new Map<string, MirrorCounter>()
        mirror.cells.set(key, cell)
        const before = cell.get(counter) ?? { booked: 0, live: 0, slope: 0, atMs: mirror.atMs }
        cell.set(counter, { ...before, booked: before.booked + amount })
        changedCells.add(key)
      }
    }
  }
  const ofQueue = (queue: string): string[] => ['center', `queue:${queue}`]
  const ofAgent = (agent: Person): string[] => [`agent:${agent.key}`, `team:${agent.team.key}`]

  const setAgent = (agent: Person, state: LiveAgent['state'], atMs: number): void => {
    const away =
      state === 'notReady' ? (['lunch', 'break', 'training'][calls % 3] ?? 'break') : null
    mirror.agents.set(agent.key, {
      agent: agent.key,
      site: agent.team.site,
      team: agent.team.key,
      state,
      sinceMs: atMs,
      reason: away,
      next: null,
      signedInSinceMs: state === 'signedOut' ? null : dayFromMs + 9 * HOUR_MS,
      joined: agent.team.queues,
      paused: [],
    })
    changedRows.add(`agents ${agent.key}`)
  }
  const timeCounters = {
    available: 'availableMs',
    onContact: 'onContactMs',
    wrapUp: 'wrapUpMs',
    ringing: 'ringingMs',
    notReady: 'notReadyMs/break',
  } as const
  /** A second in the present state, for everybody who is there. */
  const bookTime = (): void => {
    for (const agent of people) {
      const state = stateOf(agent)
      if (state === 'signedOut' || state === 'unknown') continue
      add(['center', ...ofAgent(agent)], timeCounters[state], SECOND_MS)
    }
  }
  const stateOf = (agent: Person): LiveAgent['state'] =>
    mirror.agents.get(agent.key)?.state ?? 'signedOut'

  /** What one answered call leaves in the books. */
  const bookAnswer = (queue: string, agent: Person, waitMs: number, past = false): void => {
    const T = queues.find(({ key }) => key === queue)?.thresholdMs ?? 20_000
    const inTime = waitMs <= T
    add(ofQueue(queue), 'visitsAnswered', 1, past)
    add(ofQueue(queue), 'answeredWaitMs', Math.round(waitMs), past)
    add(ofQueue(queue), 'serviceLevelDecided', 1, past)
    if (inTime) add(ofQueue(queue), 'serviceLevelMet', 1, past)
    add(ofAgent(agent), inTime ? 'ownAnsweredInTime' : 'ownAnsweredLate', 1, past)
    add(ofAgent(agent), 'ownAnsweredWaitMs', Math.round(waitMs), past)
  }
  const bookHandling = (queue: string, agent: Person, talkMs: number, past = false): void => {
    const scopes = [...ofQueue(queue), ...ofAgent(agent)]
    add(scopes, 'handled', 1, past)
    add(scopes, 'talkMs', Math.round(talkMs), past)
    add(scopes, 'holdMs', Math.round(talkMs * 0.08), past)
    add(scopes, 'wrapMs', WRAP_MS, past)
  }
  const bookAbandon = (queue: string, waitMs: number, past = false): void => {
    const T = queues.find(({ key }) => key === queue)?.thresholdMs ?? 20_000
    const short = waitMs < 5_000
    const counter = short ? 'abandonedShort' : waitMs <= T ? 'abandonedInTime' : 'abandonedPassed'
    add(ofQueue(queue), counter, 1, past)
    if (!short) add(ofQueue(queue), 'serviceLevelDecided', 1, past)
  }
  const anybodyOf = (queue: string): Person => {
    const team = people.filter((each) => each.team.queues.some((key) => key === queue))
    const one = team[Math.floor(random() * team.length)]
    if (!one) throw new Error(`nobody takes ${queue}`)
    return one
  }

  // Everybody comes in; the day so far is in the books.
  people.forEach((agent, i) => {
    const state = i % 5 === 4 && i > 40 ? 'signedOut' : i % 11 === 3 ? 'notReady' : 'available'
    setAgent(agent, state, startMs - between(5, 400) * SECOND_MS)
  })
  for (const queue of queues) {
    placeOf(mirror.scopes, `queue:${queue.key}`)
    const offered = Math.round(queue.weight * 74)
    for (let i = 0; i < offered; i++) {
      const past = i > queue.weight * 6
      add(ofQueue(queue.key), 'visitsOffered', 1, past)
      const waitMs = between(1, 1.16) * queue.thresholdMs * random()
      if (random() < 0.04) bookAbandon(queue.key, waitMs * 2, past)
      else {
        const agent = anybodyOf(queue.key)
        bookAnswer(queue.key, agent, waitMs, past)
        bookHandling(queue.key, agent, between(60, 480) * SECOND_MS, past)
      }
    }
    mirror.staffing.set(queue.key, {
      channel: 'voice',
      spanMs: INTERVAL_MS,
      offered: 40,
      handled: 38,
      handleMs: 38 * 280_000,
      abandoned: 2,
      waitedMs: 40 * 11_000,
      staffed: 12,
      staffedShare: 8,
      thresholdMs: queue.thresholdMs,
      target: 0.8,
      met: 31,
      decided: 38,
      intervalEndsAtMs: startMs + INTERVAL_MS,
    })
    changedRows.add(`staffing ${queue.key}`)
  }

  const arrive = (atMs: number): void => {
    const weights = queues.reduce((sum, { weight }) => sum + weight, 0)
    let pick = random() * weights
    const queue = queues.find(({ weight }) => (pick -= weight) < 0) ?? queues[0]
    queueUp(queue.key, atMs)
  }
  const queueUp = (queue: QueueKey, atMs: number, patienceMs?: number): void => {
    calls += 1
    const visit: LiveVisit = {
      contact: `contact/pbx-1/c${calls}`,
      visit: `v${calls}`,
      queue,
      site: null,
      team: null,
      channel: 'voice',
      sinceMs: atMs,
      pastAtMs: atMs + (queues.find(({ key }) => key === queue)?.thresholdMs ?? 20_000),
      priority: null,
      ringing: [],
    }
    mirror.visits.set(visit.visit, visit)
    waiting.set(visit.visit, {
      visit,
      patienceMs: patienceMs ?? between(30, 240) * SECOND_MS,
    })
    changedRows.add(`visits ${visit.visit}`)
    add(ofQueue(queue), 'visitsOffered', 1)
  }
  const leave = (call: Call): void => {
    waiting.delete(call.visit.visit)
    mirror.visits.delete(call.visit.visit)
    changedRows.add(`visits ${call.visit.visit}`)
  }

  const step = (nowMs: number): void => {
    bookTime()
    for (; nextCallAtMs <= nowMs; nextCallAtMs += between(2, 9) * SECOND_MS) {
      arrive(nextCallAtMs)
    }
    for (const call of [...waiting.values()]) {
      const waitMs = nowMs - call.visit.sinceMs
      const { queue } = call.visit
      const free = people.filter(
        (agent) =>
          stateOf(agent) === 'available' && agent.team.queues.some((each) => each === queue),
      )
      const agent = free[Math.floor(random() * free.length)]
      if (agent && waitMs > 2_000 && random() < 0.5) {
        leave(call)
        bookAnswer(queue, agent, waitMs)
        setAgent(agent, 'onContact', nowMs)
        const leg = { contact: call.visit.contact, leg: `l${call.visit.visit}`, agent: agent.key }
        mirror.legs.set(leg.leg, {
          ...leg,
          queue,
          channel: 'voice',
          sinceMs: nowMs,
          heldSinceMs: null,
        })
        changedRows.add(`legs ${leg.leg}`)
        // The queue of a visit is one of ours.
        const untilMs = nowMs + between(60, 360) * SECOND_MS
        talks.push({ agent, queue: queue as QueueKey, fromMs: nowMs, untilMs })
      } else if (waitMs > call.patienceMs) {
        leave(call)
        bookAbandon(queue, waitMs)
      }
    }
    for (const talk of talks.filter(({ untilMs }) => untilMs <= nowMs)) {
      talks.splice(talks.indexOf(talk), 1)
      bookHandling(talk.queue, talk.agent, talk.untilMs - talk.fromMs)
      setAgent(talk.agent, 'wrapUp', nowMs)
      for (const [leg, { agent }] of mirror.legs) {
        if (agent !== talk.agent.key) continue
        mirror.legs.delete(leg)
        changedRows.add(`legs ${leg}`)
      }
    }
    for (const agent of people) {
      const row = mirror.agents.get(agent.key)
      if (row?.state === 'wrapUp' && nowMs - row.sinceMs > WRAP_MS) {
        setAgent(agent, random() < 0.08 ? 'notReady' : 'available', nowMs)
      } else if (row?.state === 'notReady' && random() < 0.002) {
        setAgent(agent, 'available', nowMs)
      }
    }
  }

  return {
    mirror,
    runTo(nowMs) {
      for (let atMs = mirror.atMs + SECOND_MS; atMs <= nowMs; atMs += SECOND_MS) {
        mirror.atMs = atMs
        mirror.windows = windowsAt(atMs)
        step(atMs)
      }
    },
    pileUp(queue, count, sinceMs) {
      for (let i = 0; i < count; i++) queueUp(queue, sinceMs + i * 3_000, HOUR_MS)
    },
    changes() {
      const whole = frameOf(mirror)
      const frame: WireFrame = {
        sequence: ++mirror.sequence!,
        atMs: mirror.atMs,
        place: '1-0',
        windows: mirror.windows,
        balances: (whole.balances ?? []).filter(([scope, window]) =>
          changedCells.has(cellKey(mirror.scopes[scope] ?? '', mirror.windows[window]?.name ?? '')),
        ),
        live: Object.fromEntries(
          (['visits', 'legs', 'agents', 'staffing'] as const).map((part) => [
            part,
            Object.fromEntries(
              [...changedRows]
                .filter((row) => row.startsWith(`${part} `))
                .map((row) => row.slice(part.length + 1))
                .map((key) => [key, mirror[part].get(key) ?? null]),
            ),
          ]),
        ),
      }
      changedCells.clear()
      changedRows.clear()
      return frame
    },
    snapshot: () => frameOf(mirror),
  }
}
