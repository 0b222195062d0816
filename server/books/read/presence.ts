/** The open subjects of live books: their rows of the live state, and what they accrue. */
import { accrued, type Accrual } from '../../../shared/entry.ts'
import type { LiveAgent, LiveLeg, LiveVisit } from '../../../shared/live.ts'
import type { SubjectKey } from '../../engine/subject.ts'
import { createDue } from './due.ts'
import { addAccruing, replaceAccruing, createWindow, type LiveWindow } from './liveWindow.ts'
import { standing, type Present } from './present.ts'
import type { Cell, Slots } from './slots.ts'

/** An accrual with where it counts. */
type Placed = { accrual: Accrual; cell: Cell; key: number }

/**
 * An open subject. What its accruals add to each window was reckoned at `takenAtMs`: so it can be
 * taken away again, to the millisecond, by reckoning the same.
 */
type Open = Present & { placed: readonly Placed[]; takenAtMs: number; dueMs: number }

/** Rows that changed since they were last asked for, as they were then; null: they were not. */
export type ChangedRows = {
  visits: Map<string, LiveVisit | null>
  legs: Map<string, LiveLeg | null>
  agents: Map<string, LiveAgent | null>
  /** Queues whose staffing may have changed. */
  queues: Set<string>
}

export function createPresence(slots: Slots) {
  const subjects = new Map<SubjectKey, Open>()
  const visits = new Map<string, LiveVisit>()
  const legs = new Map<string, LiveLeg>()
  const agents = new Map<string, LiveAgent>()
  /** What each open subject says of an agent; all but the one that stands are about to end. */
  const saidOf = new Map<string, Map<SubjectKey, LiveAgent>>()
  const joined = new Map<string, Set<string>>()
  const due = createDue<SubjectKey>()
  let changed = noRows()

  /** Adds what a subject's accruals amount to by the instant at which it was taken; or takes it away. */
  const count = (open: Open, windows: Iterable<LiveWindow>, sign: 1 | -1): void => {
    for (const { accrual, cell, key } of open.placed) {
      for (const window of windows) {
        if (window.counters && !window.counters.has(accrual.counter)) continue
        const amount = accrued(accrual, window.span, open.takenAtMs)
        if (amount.amount === 0 && amount.slope === 0) continue
        for (const row of cell.rows) {
          const slot = slots.slotFor(row, key, cell.channelAt)
          addAccruing(window, slot, amount, open.takenAtMs, sign)
        }
      }
    }
  }

  const touchQueues = (agent: LiveAgent): void => {
    for (const queue of agent.joined) changed.queues.add(queue)
  }
  /** Puts the row of an agent that stands in the place of the one that stood. */
  const restand = (key: string): void => {
    const before = agents.get(key)
    const after = standing(saidOf.get(key) ?? [])
    if (before === (after ?? undefined)) return
    if (before) {
      touchQueues(before)
      for (const queue of before.joined) joined.get(queue)?.delete(key)
      agents.delete(key)
    }
    if (after) {
      agents.set(key, after)
      for (const queue of after.joined) {
        joined.set(queue, (joined.get(queue) ?? new Set()).add(key))
      }
      touchQueues(after)
    }
    note(changed.agents, key, before)
  }
  const dropRows = ({ key, live }: Present): void => {
    for (const { visit } of live.visits) {
      note(changed.visits, visit, visits.get(visit))
      visits.delete(visit)
    }
    for (const { leg } of live.legs) {
      note(changed.legs, leg, legs.get(leg))
      legs.delete(leg)
    }
    if (!live.agent) return
    saidOf.get(live.agent.agent)?.delete(key)
    restand(live.agent.agent)
  }
  const addRows = ({ key, live }: Present): void => {
    for (const visit of live.visits) {
      note(changed.visits, visit.visit, visits.get(visit.visit))
      visits.set(visit.visit, visit)
    }
    for (const leg of live.legs) {
      note(changed.legs, leg.leg, legs.get(leg.leg))
      legs.set(leg.leg, leg)
    }
    const { agent } = live
    if (!agent) return
    saidOf.set(
      agent.agent,
      (saidOf.get(agent.agent) ?? new Map<string, LiveAgent>()).set(key, agent),
    )
    restand(agent.agent)
  }

  /** Waits for the next instant at which the subject's part in the sums changes by itself. */
  const awaitNext = (open: Open): void => {
    const atMs = nextChange(open, open.takenAtMs)
    // One that waits already, and earlier, will look again.
    if (atMs >= open.dueMs) return
    open.dueMs = atMs
    due.add(atMs, open.key)
  }

  return {
    visits: visits as ReadonlyMap<string, LiveVisit>,
    legs: legs as ReadonlyMap<string, LiveLeg>,
    agentOf: (agent: string): LiveAgent | undefined => agents.get(agent),
    agents: (): LiveAgent[] => [...agents.values()],
    /** The agents who are joined to a queue, paused there or not. */
    joinedTo: (queue: string): LiveAgent[] =>
      [...(joined.get(queue) ?? [])].flatMap((agent) => agents.get(agent) ?? []),
    /** The queues that anybody was ever joined to. */
    queues: (): Iterable<string> => joined.keys(),
    subjects: (): Iterable<Present> => subjects.values(),

    /** A subject as it is now; `open` false: it is over. */
    put(
      { key, live, accruals }: Present,
      open: boolean,
      windows: readonly LiveWindow[],
      nowMs: number,
    ): void {
      const before = subjects.get(key)
      if (before) {
        count(before, windows, -1)
        dropRows(before)
        subjects.delete(key)
      }
      if (!open) return
      const after: Open = {
        key,
        live,
        accruals,
        placed: accruals.flatMap((accrual) => {
          const cell = slots.cellFor(accrual)
          return slots.keysFor(accrual).map((key) => ({ accrual, cell, key }))
        }),
        takenAtMs: nowMs,
        dueMs: before?.dueMs ?? Infinity,
      }
      subjects.set(key, after)
      count(after, windows, 1)
      addRows(after)
      awaitNext(after)
    },

    /** Reckons anew what has changed by itself by `nowMs`. */
    advance(windows: readonly LiveWindow[], nowMs: number): void {
      for (let item = due.take(nowMs); item; item = due.take(nowMs)) {
        const open = subjects.get(item.item)
        if (!open || open.dueMs !== item.atMs) continue
        count(open, windows, -1)
        open.takenAtMs = nowMs
        open.dueMs = Infinity
        count(open, windows, 1)
        // An agent whose state changes by itself is staffed otherwise, and shown otherwise.
        const { agent } = open.live
        if (agent) {
          touchQueues(agent)
          note(changed.agents, agent.agent, agents.get(agent.agent))
        }
        awaitNext(open)
      }
    },

    /** Reckons everything anew, as after a window has moved on. `moved`: those whose start did. */
    recount(windows: readonly LiveWindow[], moved: ReadonlySet<LiveWindow>, nowMs: number): void {
      for (const open of subjects.values()) open.takenAtMs = nowMs
      for (const window of windows) {
        const fresh = createWindow(window.name, window.span, window.counters)
        for (const open of subjects.values()) count(open, [fresh], 1)
        replaceAccruing(window, fresh.accruing, !moved.has(window))
      }
    },

    nextDueMs: due.nextMs,

    takeChanged(): ChangedRows {
      const taken = changed
      changed = noRows()
      return taken
    },
  }
}

const noRows = (): ChangedRows => ({
  visits: new Map(),
  legs: new Map(),
  agents: new Map(),
  queues: new Set(),
})

/** Keeps how a row was when it was last asked for: the first change since then knows. */
function note<Row>(rows: Map<string, Row | null>, key: string, before: Row | undefined): void {
  if (!rows.has(key)) rows.set(key, before ?? null)
}

/** When what a subject says changes next by time alone; Infinity: never. */
function nextChange({ live, accruals }: Present, nowMs: number): number {
  let next = Infinity
  const at = (atMs: number | null): void => {
    if (atMs !== null && atMs > nowMs && atMs < next) next = atMs
  }
  at(live.agent?.next?.atMs ?? null)
  for (const accrual of accruals) {
    if (accrual.accrues === 'once') {
      at(accrual.dueMs)
    } else {
      at(accrual.fromMs)
      at(accrual.untilMs)
    }
  }
  return next
}
