/** The frames of one room: what everybody in it watches and may see, as numbers change. */
import type { CounterId } from '../../shared/counters.ts'
import type { Directory } from '../../shared/directory.ts'
import { isTurn, type LiveAgent, type LiveLeg, type LiveVisit } from '../../shared/live.ts'
import { scopesOfAgent, scopesOfLeg, scopesOfVisit } from '../../shared/liveScopes.ts'
import { newRows } from '../../shared/newRows.ts'
import { ownMetrics } from '../../shared/metrics/own.ts'
import { readsOf } from '../../shared/metrics/reads.ts'
import { usualSettings } from '../../shared/metrics/settings.ts'
import { narrowedName } from '../../shared/narrowing.ts'
import { parseScope, scopeKinds } from '../../shared/scope.ts'
import type { Staffing } from '../../shared/staffing.ts'
import type {
  WireBalances,
  WireCounter,
  WireFrame,
  WireLive,
  WireNames,
} from '../../shared/wire.ts'
import type { LiveBook } from '../books/read/liveBook.ts'
import { valueAt, type LiveWindow } from '../books/read/liveWindow.ts'
import type { Key, ScopeRow } from '../books/read/slots.ts'
import { patchRow, wholeRows, type SentRows } from './patch.ts'
import { wholeKindOf, type Watched } from './watched.ts'
import type { Watcher } from './watcher.ts'

/** What a frame says of the numbers; sequence, place and clock are the room's. */
export type FramePart = Pick<
  WireFrame,
  'scopes' | 'counters' | 'windows' | 'balances' | 'live' | 'names'
>

export type Frames = ReturnType<typeof createFrames>

/** Keys at hand of a key by which a viewer may not know an agent. */
const HIDDEN = '~'

export function createFrames(
  watched: Watched,
  watcher: Watcher,
  book: LiveBook,
  directory: Directory,
) {
  const { slots, presence } = book
  /** The places of names in the lists that frames append to. */
  const scopeAt = new Map<string, number>()
  const counterAt = new Map<string, number>()
  const scopes: string[] = []
  const counters: string[] = []
  const sent = {
    visits: new Map() as SentRows<LiveVisit>,
    legs: new Map() as SentRows<LiveLeg>,
    agents: new Map() as SentRows<LiveAgent>,
    staffing: new Map() as SentRows<Staffing>,
    names: { agents: new Map<string, string>(), queues: new Map<string, string>() },
  }
  let queueNames = namesOf(directory)

  const seen = new Map<string, { sums: boolean; live: boolean }>()
  /** What of a scope belongs to the room: it is watched, and may be seen. */
  const sightOf = (text: string): { sums: boolean; live: boolean } => {
    let sight = seen.get(text)
    if (!sight) {
      const scope = parseScope(text)
      const kind = scope && wholeKindOf(scope)
      const isWatched = watched.scopes.has(text) || (kind !== null && watched.wholeKinds.has(kind))
      sight = {
        sums: isWatched && scope !== null && watcher.maySee(scope),
        live: isWatched && scope !== null && watcher.maySeeLive(scope),
      }
      seen.set(text, sight)
    }
    return sight
  }

  const hidden = new Map<string, string>()
  /** An agent's key as the room knows it. */
  const keyOfAgent = (agent: string): string => {
    // Whoever names an agent knows the key.
    if (watcher.seesKeys || watched.scopes.has(`agent:${agent}`)) return agent
    let key = hidden.get(agent)
    if (key === undefined) hidden.set(agent, (key = `${HIDDEN}${String(hidden.size + 1)}`))
    return key
  }
  const textOf = (scope: string): string =>
    scope.startsWith('agent:') ? `agent:${keyOfAgent(scope.slice('agent:'.length))}` : scope

  const placeIn = (places: Map<string, number>, list: string[], added: string[], name: string) => {
    let at = places.get(name)
    if (at === undefined) {
      at = list.length
      places.set(name, at)
      list.push(name)
      added.push(name)
    }
    return at
  }

  /** A frame under way: the names that it adds, and what it says by them. */
  type Draft = {
    scopes: string[]
    counters: string[]
    balances: WireBalances[]
    live: Required<WireLive>
    names: WireNames
  }
  const newDraft = (): Draft => ({
    scopes: [],
    counters: [],
    balances: [],
    live: { visits: {}, legs: {}, agents: {}, staffing: {} },
    names: { agents: {}, queues: {} },
  })

  const own = ownCounters(watched, directory)
  /** Whether a counter was asked for: by name, or as what a metric of the center's own is made from. */
  const isWatched = ({ counter, name, isNarrowed }: Key): boolean =>
    isNarrowed
      ? own.narrowed.has(name)
      : !watched.counters || watched.counters.has(counter) || own.plain.has(counter)

  /** Why people are away is one sum for those who may not know why. */
  const hidesDetail = (counter: string): boolean => !watcher.seesReasons && counter === 'notReadyMs'

  function valueOf(window: LiveWindow, row: ScopeRow, keyIndex: number): WireCounter {
    const key = slots.keys[keyIndex]
    const keyIndexes =
      key && !key.isNarrowed && hidesDetail(key.counter)
        ? slots.keys.flatMap(({ counter, isNarrowed }, i) =>
            counter === key.counter && !isNarrowed ? [i] : [],
          )
        : [keyIndex]
    const value: WireCounter = [0, 0, 0]
    for (const each of keyIndexes) {
      for (const slot of slots.slotsSeen(row, each, watched.channel)) {
        const { booked, live, slope } = valueAt(window, slot, book.nowMs())
        value[0] += booked
        value[1] += live
        value[2] += slope
      }
    }
    return value
  }

  /** Says the present sums of some counters of a scope in a window; zeros where they are news. */
  function say(
    draft: Draft,
    windowAt: number,
    window: LiveWindow,
    row: ScopeRow,
    keyIndexes: Iterable<number>,
    leavesZeros = false,
  ): void {
    const pairs: (number | WireCounter)[] = []
    const said = new Set<string>()
    for (const keyIndex of keyIndexes) {
      const key = slots.keys[keyIndex]
      if (!key || !isWatched(key)) continue
      // Of an agent, a part of it would tell what its sum does not.
      const isOfAgent = row.text.startsWith('agent:')
      if (key.isNarrowed && isOfAgent && hidesDetail(key.counter)) continue
      const name = !key.isNarrowed && hidesDetail(key.counter) ? `${key.counter}/` : key.name
      if (said.has(name)) continue
      said.add(name)
      const value = valueOf(window, row, keyIndex)
      const [booked, live, slope] = value
      if (leavesZeros && booked === 0 && live === 0 && slope === 0) continue
      pairs.push(placeIn(counterAt, counters, draft.counters, name))
      pairs.push(live === 0 && slope === 0 ? booked : value)
    }
    if (pairs.length === 0) return
    const scope = placeIn(scopeAt, scopes, draft.scopes, textOf(row.text))
    nameAgentOf(draft, row.text)
    draft.balances.push([scope, windowAt, ...pairs])
  }

  const nameAgentOf = (draft: Draft, scope: string): void => {
    if (scope.startsWith('agent:')) nameAgent(draft, scope.slice('agent:'.length))
  }
  function nameAgent(draft: Draft, agent: string): void {
    const key = keyOfAgent(agent)
    const name = watcher.nameOf(agent)
    if (name === null || sent.names.agents.get(key) === name) return
    sent.names.agents.set(key, name)
    draft.names.agents[key] = name
  }
  function nameQueue(draft: Draft, queue: string): void {
    const name = queueNames.get(queue) ?? queue
    if (sent.names.queues.get(queue) === name) return
    sent.names.queues.set(queue, name)
    draft.names.queues[queue] = name
  }

  const isShown = (scopesOfRow: readonly string[]): boolean =>
    scopesOfRow.some((scope) => sightOf(scope).live)

  /** Whose phones ring is seen where the queue is, and else each by those who see the agent. */
  const isRingSeen = (visit: LiveVisit, agent: string): boolean =>
    isShown(scopesOfVisit({ ...visit, ringing: [agent] }))

  function sayVisit(draft: Draft, key: string): void {
    const visit = presence.visits.get(key)
    // Mails that wait for a reply are told apart by what they are, on a watch of any channel.
    const isSeen =
      visit !== undefined &&
      (isTurn(visit) || visit.channel === watched.channel) &&
      isShown(scopesOfVisit(visit))
    const ringing = isSeen ? visit.ringing.filter((agent) => isRingSeen(visit, agent)) : []
    if (isSeen && visit.queue !== '') nameQueue(draft, visit.queue)
    for (const agent of ringing) nameAgent(draft, agent)
    const row = isSeen ? { ...visit, ringing: ringing.map(keyOfAgent) } : null
    patchRow(sent.visits, draft.live.visits, key, row, newRows.visits)
  }
  function sayLeg(draft: Draft, key: string): void {
    const leg = presence.legs.get(key)
    const isSeen =
      leg !== undefined &&
      leg.channel === watched.channel &&
      isShown(scopesOfLeg(leg, presence.agentOf(leg.agent)))
    if (isSeen) nameAgent(draft, leg.agent)
    const row = isSeen ? { ...leg, agent: keyOfAgent(leg.agent) } : null
    patchRow(sent.legs, draft.live.legs, key, row, newRows.legs)
  }
  function sayAgent(draft: Draft, agent: string): void {
    const row = presence.agentOf(agent)
    const isSeen = row !== undefined && isShown(scopesOfAgent(row))
    if (isSeen) nameAgent(draft, agent)
    const shown = isSeen ? asShown(row) : null
    patchRow(sent.agents, draft.live.agents, keyOfAgent(agent), shown, newRows.agents)
  }
  const asShown = (row: LiveAgent): LiveAgent => {
    const agent = keyOfAgent(row.agent)
    // Every word of an agent puts off when nothing is known of them any more: told when it comes.
    const isFar = row.next?.state === 'unknown' && row.next.atMs > book.nowMs()
    const next = isFar ? null : row.next
    if (watcher.seesReasons) return { ...row, agent, next }
    return { ...row, agent, reason: null, next: next && { ...next, reason: null } }
  }
  /** Forecasts are sums: whoever may see the queue's sums, or the center's, may see them. */
  function sayStaffing(draft: Draft, queue: string, staffing: Staffing): void {
    const isSeen = sightOf(`queue:${queue}`).sums || sightOf('center').sums
    if (isSeen) nameQueue(draft, queue)
    patchRow(sent.staffing, draft.live.staffing, queue, isSeen ? staffing : null, newRows.staffing)
  }

  const windows = (): LiveWindow[] => watched.windows.flatMap((name) => book.window(name) ?? [])
  const spansOf = () =>
    windows().map(({ name, span }) => ({ name, fromMs: span.fromMs, toMs: span.toMs }))

  /** The frame of a draft, without what is empty; null: it says nothing. */
  function frameOf(draft: Draft): FramePart | null {
    const live: WireLive = {}
    if (hasAny(draft.live.visits)) live.visits = draft.live.visits
    if (hasAny(draft.live.legs)) live.legs = draft.live.legs
    if (hasAny(draft.live.agents)) live.agents = draft.live.agents
    if (hasAny(draft.live.staffing)) live.staffing = draft.live.staffing
    const frame: FramePart = {}
    if (draft.scopes.length > 0) frame.scopes = draft.scopes
    if (draft.counters.length > 0) frame.counters = draft.counters
    if (draft.balances.length > 0) frame.balances = draft.balances
    if (hasAny(live)) frame.live = live
    if (hasAny(draft.names.agents) || hasAny(draft.names.queues)) frame.names = draft.names
    return hasAny(frame) ? frame : null
  }

  let draft = newDraft()
  let isMoved = false

  return {
    watched,
    /** Whether the room watches a scope and may see its sums. */
    sees: (scope: string): boolean => sightOf(scope).sums,

    /** A part of the sums of a scope changed. */
    changeSums(window: LiveWindow, row: ScopeRow, keyIndexes: Iterable<number>): void {
      const windowAt = windows().indexOf(window)
      if (windowAt !== -1 && sightOf(row.text).sums) say(draft, windowAt, window, row, keyIndexes)
    },
    moveWindow(window: LiveWindow): void {
      if (watched.windows.includes(window.name)) isMoved = true
    },
    changeVisit(key: string): void {
      if (watched.live.has('visits')) sayVisit(draft, key)
    },
    changeLeg(key: string): void {
      if (watched.live.has('legs')) sayLeg(draft, key)
    },
    changeAgent(key: string): void {
      if (watched.live.has('agents')) sayAgent(draft, key)
    },
    changeStaffing(queue: string, staffing: Staffing): void {
      if (watched.live.has('staffing')) sayStaffing(draft, queue, staffing)
    },
    /** Names may be others now. */
    rename(newDirectory: Directory): void {
      queueNames = namesOf(newDirectory)
      for (const queue of sent.names.queues.keys()) nameQueue(draft, queue)
      if (watched.wholeKinds.has('queue')) nameWholeQueues(draft)
    },

    /** What changed since the last time; null: nothing that the room sees. */
    takeDelta(): FramePart | null {
      const frame = frameOf(draft)
      draft = newDraft()
      if (!isMoved) return frame
      isMoved = false
      return { ...frame, windows: spansOf() }
    },

    /** Everything, by the lists of names that deltas go on to append to. */
    snapshot(): FramePart {
      const whole = newDraft()
      // First, so that queues stand in the order of the directory, whatever waits in them.
      nameWholeQueues(whole)
      const now = windows()
      for (const row of slots.rows.values()) {
        if (!sightOf(row.text).sums) continue
        now.forEach((window, windowAt) => {
          say(whole, windowAt, window, row, slots.keysOf(row), true)
        })
      }
      if (watched.live.has('visits')) for (const key of presence.visits.keys()) sayVisit(whole, key)
      if (watched.live.has('legs')) for (const key of presence.legs.keys()) sayLeg(whole, key)
      if (watched.live.has('agents')) {
        for (const { agent } of presence.agents()) sayAgent(whole, agent)
      }
      if (watched.live.has('staffing')) {
        for (const queue of book.knownQueues()) sayStaffing(whole, queue, book.staffing(queue))
      }
      return {
        scopes,
        counters,
        windows: spansOf(),
        balances: whole.balances,
        live: {
          visits: wholeRows(sent.visits, newRows.visits),
          legs: wholeRows(sent.legs, newRows.legs),
          agents: wholeRows(sent.agents, newRows.agents),
          staffing: wholeRows(sent.staffing, newRows.staffing),
        },
        names: {
          agents: Object.fromEntries(sent.names.agents),
          queues: Object.fromEntries(sent.names.queues),
        },
      }
    },
  }

  /** Every queue that is watched has its name told, also one where nothing ever happened. */
  function nameWholeQueues(into: Draft): void {
    for (const queue of book.knownQueues()) {
      if (sightOf(`queue:${queue}`).sums) nameQueue(into, queue)
    }
  }
}

/** What the watched metrics of the center's own are made from. */
function ownCounters(
  watched: Watched,
  directory: Directory,
): { plain: ReadonlySet<CounterId>; narrowed: ReadonlySet<string> } {
  const metrics = [...ownMetrics(directory)]
    .filter(([id]) => watched.own.has(id))
    .map(([, metric]) => ({ metric, of: null }))
  const { within, narrowed } = readsOf(metrics, scopeKinds, usualSettings)
  const names = narrowed.flatMap(({ filters, counters }) =>
    [...counters].map((id) => narrowedName(id, filters)),
  )
  return { plain: within, narrowed: new Set(names) }
}

const hasAny = (of: object): boolean => Object.keys(of).length > 0

function namesOf({ queues }: Directory): Map<string, string> {
  return new Map(queues.map(({ key, name }) => [key, name ?? key]))
}
