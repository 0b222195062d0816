/** The live books of a center: sums of its live windows and its live state, kept up as updates come. */
import type { CounterId } from '../../../shared/counters.ts'
import { amountWithin, type Entry, type Span } from '../../../shared/entry.ts'
import { usualChannel, type Channel } from '../../../shared/events/fields.ts'
import { scopeText } from '../../../shared/scope.ts'
import type { Staffing } from '../../../shared/staffing.ts'
import { MINUTE_MS, SECOND_MS } from '../../../shared/time.ts'
import type { Directory, DirectoryQueue } from '../../../shared/directory.ts'
import { levelWindow, type LiveWindowName } from '../../../shared/window.ts'
import { comparePlaces, type Place } from '../../stream/eventLog.ts'
import { defaultQueue } from '../../engine/settings.ts'
import { createCalendar } from '../calendar.ts'
import type { LiveUpdate } from '../update.ts'
import type { BaseRow, SpanRows } from './baseRow.ts'
import { addBooked, createWindow, moveTo, valueAt, type LiveWindow } from './liveWindow.ts'
import { createMinutes } from './minutes.ts'
import { narrowedKeysOf } from './narrowedKeys.ts'
import { createPresence, type ChangedRows } from './presence.ts'
import type { Present } from './present.ts'
import { progressRows, quotasOfPeople } from './progress.ts'
import { createSlots, queueIn, type Cell } from './slots.ts'
import { staffRows } from './staff.ts'
import { handleCounters, staffingOf } from './staffing.ts'
import { add, balanceOf, detailsOf, type Sums } from './sums.ts'
import { following, liveSpan, MINUTES_AHEAD } from './windows.ts'

/** The stored books at a committed place: what live books begin with, at `nowMs`. */
export type LiveBase = {
  epoch: number
  place: Place
  committedAtMs: number
  nowMs: number
  present: readonly Present[]
  /** The rows of the spans that `liveSpans` names. */
  interval: SpanRows
  nextInterval: SpanRows
  today: SpanRows
  nextDay: SpanRows
  minutes: readonly SpanRows[]
}

/** What changed since it was last asked for. */
export type Changes = {
  windows: { window: LiveWindow; moved: boolean; slots: number[] }[]
  rows: ChangedRows
  /** By queue, where it differs from what was told before. */
  staffing: Map<string, Staffing>
}

/** A clock that was set back further than this leaves the windows in the future: begin anew. */
const BACK_MS = 5 * SECOND_MS
/** Entries this young may not be committed yet; a window opened now counts them on top. */
const TAIL_MS = 60 * SECOND_MS
/** … and no more than so many of them are kept. */
const TAIL_ENTRIES = 500_000

export type LiveBook = ReturnType<typeof createLiveBook>

/**
 * Makes live books from the stored ones. `directory` gives names of queues and their thresholds;
 * its center's calendar stands for as long as the books do.
 */
export function createLiveBook(base: LiveBase, directory: Directory) {
  const calendar = createCalendar(directory.center)
  const slots = createSlots(narrowedKeysOf(directory))
  const presence = createPresence(slots)
  const minutes = createMinutes()
  /** Cells by their place in `minutes`. */
  const cells: Cell[] = []
  const cellAt = new Map<Cell, number>()

  const named = {
    interval: createWindow('interval', spanOf(base.interval)),
    last30: createWindow('last30', liveSpan('last30', calendar, base.nowMs)),
    today: createWindow('today', spanOf(base.today)),
  } satisfies Record<LiveWindowName, LiveWindow>
  /** Windows that begin when those of their name end; entries may lie in them already. */
  const next = {
    interval: createWindow('interval', spanOf(base.nextInterval)),
    today: createWindow('today', spanOf(base.nextDay)),
  }
  const opened = new Map<string, LiveWindow>()
  let shown: readonly LiveWindow[] = Object.values(named)

  let { place, nowMs } = base
  let queues = queuesOf(directory)
  const told = new Map<string, Staffing>()
  /** Updates that may not be committed yet, with the place that each began after. */
  const tail: { after: Place; place: Place; entries: readonly Entry[]; atMs: number }[] = []
  let tailEntries = 0

  function bookIn(window: LiveWindow, cell: Cell, key: number, amount: number): void {
    for (const row of cell.rows) {
      addBooked(window, slots.slotFor(row, key, cell.channelAt), amount)
    }
  }

  /** Books in `last30`, now or when its minute comes, and lets it be taken out again. */
  function bookMinute(atMs: number, cell: Cell, key: number, amount: number): void {
    let at = cellAt.get(cell)
    if (at === undefined) {
      at = cells.length
      cellAt.set(cell, at)
      cells.push(cell)
    }
    minutes.add(atMs, at, key, amount)
    if (atMs < named.last30.span.toMs) countMinute(cell, key, amount)
  }

  function countMinute(cell: Cell, key: number, amount: number): void {
    bookIn(named.last30, cell, key, amount)
    const { counter, isNarrowed } = slots.keys[key] ?? {}
    if (counter === undefined || isNarrowed || !handles.has(counter)) return
    cell.handleMs += amount
    // The agent's share in every other queue changes with it.
    const agent = cell.agent === null ? undefined : presence.agentOf(cell.agent)
    for (const queue of agent?.joined ?? []) restaff.add(queue)
  }
  const restaff = new Set<string>()

  function book(entry: Entry): void {
    const cell = slots.cellFor(entry)
    const keys = slots.keysFor(entry)
    for (const window of [named.interval, next.interval, named.today, next.today]) {
      bookWithin(window, entry, cell, keys)
    }
    for (const window of opened.values()) bookWithin(window, entry, cell, keys)

    const { span } = named.last30
    const endMs = Math.min(
      Math.max(entry.toMs, entry.fromMs + 1),
      nowMs + MINUTES_AHEAD * MINUTE_MS,
    )
    const firstMs = Math.floor(Math.max(entry.fromMs, span.fromMs) / MINUTE_MS) * MINUTE_MS
    for (let fromMs = firstMs; fromMs < endMs; fromMs += MINUTE_MS) {
      const amount = amountWithin(entry, { fromMs, toMs: fromMs + MINUTE_MS })
      if (amount !== 0) for (const key of keys) bookMinute(fromMs, cell, key, amount)
    }
  }

  function bookWithin(window: LiveWindow, entry: Entry, cell: Cell, keys: readonly number[]): void {
    if (entry.fromMs >= window.span.toMs || entry.toMs < window.span.fromMs) return
    if (window.counters && !window.counters.has(entry.counter)) return
    const amount = amountWithin(entry, window.span)
    if (amount !== 0) for (const key of keys) bookIn(window, cell, key, amount)
  }

  function bookRows(window: LiveWindow, rows: readonly BaseRow[]): void {
    for (const row of rows) {
      const cell = slots.cellFor(row)
      for (const key of slots.keysFor(row)) bookIn(window, cell, key, row.amount)
    }
  }

  /** Puts the windows where they belong at an instant; false: too far to go there step by step. */
  function moveWindows(toMs: number): boolean {
    const moved = new Set<LiveWindow>()
    const minuteMs = Math.floor(toMs / MINUTE_MS) * MINUTE_MS
    while (named.last30.span.toMs <= minuteMs) {
      const { span } = named.last30
      minutes.each(span.fromMs, (at, key, amount) => {
        const cell = cells[at]
        if (cell) countMinute(cell, key, -amount)
      })
      minutes.forget(span.fromMs)
      named.last30.span = { fromMs: span.fromMs + MINUTE_MS, toMs: span.toMs + MINUTE_MS }
      named.last30.moved = true
      minutes.each(span.toMs, (at, key, amount) => {
        const cell = cells[at]
        if (cell) countMinute(cell, key, amount)
      })
      moved.add(named.last30)
    }
    for (const name of ['interval', 'today'] as const) {
      if (toMs < named[name].span.toMs) continue
      const { span, booked } = next[name]
      if (toMs >= span.toMs) return false
      moveTo(named[name], span, booked)
      moved.add(named[name])
      next[name] = createWindow(name, following(name, calendar, span))
    }
    const crosses = ({ span }: LiveWindow): boolean =>
      [span.fromMs, span.toMs].some((edgeMs) => edgeMs > nowMs && edgeMs <= toMs)
    const edged = [...opened.values()].some(crosses)
    nowMs = toMs
    for (const window of moved) {
      // Its sums are those of another span: what it said of people is not among them.
      if (window !== named.last30) saidIn.delete(window)
      staff(window)
    }
    // Another day has begun, of every window that holds it.
    if (moved.has(named.today)) for (const window of opened.values()) staff(window)
    if (moved.size > 0 || edged) presence.recount(shown, moved, nowMs)
    return true
  }

  function staffingNow(queue: string): Staffing {
    const settings = queues.get(queue) ?? { ...defaultQueue, key: queue }
    const row = slots.rows.get(`queue:${queue}`)
    const sumIn = (window: LiveWindow) => (counter: CounterId) =>
      row
        ? slots
            .slotsSeen(row, slots.keyFor(counter, null), settings.channel)
            .reduce((sum, slot) => sum + (window.booked[slot] ?? 0), 0)
        : 0
    return staffingOf({
      queue: settings,
      agents: presence.joinedTo(queue),
      nowMs,
      last30: sumIn(named.last30),
      interval: sumIn(named.interval),
      intervalEndsAtMs: named.interval.span.toMs,
      handleMs: (agent) => {
        const sums = { here: 0, all: 0 }
        for (const cell of slots.cellsOf(agent)) {
          sums.all += cell.handleMs
          if (cell.queue === queue) sums.here += cell.handleMs
        }
        return sums
      },
    })
  }

  /** What the directory says of people, in windows where somebody asks for it. */
  let people = directory
  let quotas = quotasOfPeople(directory)
  let isStaffed = false
  type Said = { staff: readonly BaseRow[]; progress: readonly BaseRow[] }
  const saidIn = new Map<LiveWindow, Said>()
  function staff(window: LiveWindow): void {
    // A level has no span that somebody could have worked in.
    if (!isStaffed || window.name.endsWith(LEVEL)) return
    const before = saidIn.get(window) ?? { staff: [], progress: [] }
    const rows = staffRows(people, window.span, calendar, nowMs)
    sayInstead(window, before.staff, rows)
    saidIn.set(window, { ...before, staff: rows })
    judgeQuotas(window)
  }

  /** Who reached a quota, by what is summed in the window by now. */
  function judgeQuotas(window: LiveWindow): void {
    const said = saidIn.get(window)
    if (!said) return
    const rows = progressRows(said.staff, quotas.metrics, people.center, (agent) => {
      const sums = sumsIn(window, scopeText({ kind: 'agent', key: agent }), usualChannel)
      return {
        balance: (counter) => balanceOf(sums, counter),
        details: (counter) => detailsOf(sums, counter),
      }
    })
    if (JSON.stringify(rows) === JSON.stringify(said.progress)) return
    sayInstead(window, said.progress, rows)
    saidIn.set(window, { ...said, progress: rows })
  }

  /** Nothing else is summed there: cleared, and not taken away, so that no fraction is left over. */
  function sayInstead(window: LiveWindow, before: readonly BaseRow[], rows: readonly BaseRow[]) {
    for (const row of before) {
      const cell = slots.cellFor(row)
      for (const scope of cell.rows) {
        const slot = slots.slotFor(scope, slots.keyFor(row.counter, row.detail), cell.channelAt)
        addBooked(window, slot, -(window.booked[slot] ?? 0))
      }
    }
    bookRows(window, rows)
  }

  function sumsIn(window: LiveWindow, scope: string, channel: Channel | null): Sums {
    const sums: Sums = new Map()
    for (const slot of slots.rows.get(scope)?.slots.values() ?? []) {
      if (channel !== null && !slots.isSeen(slot, channel)) continue
      const key = slots.keys[slots.keyOf[slot] ?? -1]
      const { booked, live } = valueAt(window, slot, nowMs)
      if (!key || key.isNarrowed || (booked === 0 && live === 0)) continue
      add(sums, key.counter, key.detail, { booked })
      add(sums, key.counter, key.detail, { live })
    }
    return sums
  }

  const knownQueues = (): string[] => [
    ...new Set([...queues.keys(), ...slots.queues, ...presence.queues()]),
  ]

  const bases: [LiveWindow, SpanRows][] = [
    [named.interval, base.interval],
    [next.interval, base.nextInterval],
    [named.today, base.today],
    [next.today, base.nextDay],
  ]
  for (const [window, { rows }] of bases) bookRows(window, rows)
  for (const { fromMs, rows } of base.minutes) {
    for (const row of rows) {
      const cell = slots.cellFor(row)
      for (const key of slots.keysFor(row)) bookMinute(fromMs, cell, key, row.amount)
    }
  }
  for (const subject of base.present) presence.put(subject, true, shown, nowMs)

  return {
    epoch: base.epoch,
    calendar,
    place: (): Place => place,
    nowMs: () => nowMs,
    slots,
    presence,
    knownQueues,

    /** A shown window by its name. */
    window: (name: string): LiveWindow | undefined => shown.find((window) => window.name === name),

    /** Whether an update is the next one. */
    continuesWith: (update: LiveUpdate): boolean =>
      update.epoch === base.epoch && update.after === place,

    /** Applies the next update, at the server's clock. */
    apply(update: LiveUpdate, atMs: number): void {
      for (const entry of update.entries) book(entry)
      for (const { key, open, live, accruals } of update.subjects) {
        presence.put({ key, live, accruals }, open, shown, nowMs)
      }
      tail.push({ after: place, place: update.place, entries: update.entries, atMs })
      tailEntries += update.entries.length
      while (tail[0] && (tail[0].atMs < atMs - TAIL_MS || tailEntries > TAIL_ENTRIES)) {
        tailEntries -= tail.shift()?.entries.length ?? 0
      }
      place = update.place
    },

    /**
     * Lets time pass up to `atMs`: windows move on, and what falls due is counted. False: the
     * clock jumped so far that the books have to be loaded anew.
     */
    advance(atMs: number): boolean {
      if (atMs < nowMs) return nowMs - atMs <= BACK_MS
      if (!moveWindows(atMs)) return false
      presence.advance(shown, nowMs)
      return true
    },

    /** When something changes next by time alone, in UTC milliseconds. */
    nextDueMs: (): number =>
      Math.min(
        presence.nextDueMs(),
        ...Object.values(named).map(({ span }) => span.toMs),
        ...[...opened.values()].flatMap(({ span }) =>
          [span.fromMs, span.toMs].filter((edgeMs) => edgeMs > nowMs),
        ),
      ),

    /**
     * Shows one more window: its stored rows at a committed place, and every later entry whose
     * instant lies in it; or puts one that is shown elsewhere. `counters`: only these are kept in
     * it; null: all. False: that place is too long ago, or still to come; read it again.
     */
    openSpan(
      name: string,
      span: Span,
      rows: readonly BaseRow[],
      at: Place,
      counters: ReadonlySet<CounterId> | null = null,
    ): boolean {
      const isCovered = place === at || tail.some(({ after }) => after === at)
      if (!isCovered) return false
      const window = createWindow(name, span, counters)
      bookRows(window, rows)
      for (const update of tail) {
        if (comparePlaces(update.place, at) <= 0) continue
        for (const entry of update.entries) {
          bookWithin(window, entry, slots.cellFor(entry), slots.keysFor(entry))
        }
      }
      const before = opened.get(name)
      if (before) {
        // What was in it and is not any more has changed as well.
        moveTo(before, span, window.booked)
        before.counters = counters
        saidIn.delete(before)
        staff(before)
        presence.recount(shown, new Set([before]), nowMs)
        return true
      }
      opened.set(name, window)
      staff(window)
      shown = [...Object.values(named), ...opened.values()]
      presence.recount(shown, new Set([window]), nowMs)
      return true
    },

    /** From now on windows tell what the directory says of people. */
    showStaff(): void {
      if (isStaffed) return
      isStaffed = true
      for (const window of shown) staff(window)
    },

    closeSpan(name: string): void {
      const window = opened.get(name)
      if (window) saidIn.delete(window)
      opened.delete(name)
      shown = [...Object.values(named), ...opened.values()]
    },

    /** Another directory of the same calendar: other names and thresholds. */
    setDirectory(newDirectory: Directory): void {
      queues = queuesOf(newDirectory)
      people = newDirectory
      quotas = quotasOfPeople(newDirectory)
      for (const window of shown) staff(window)
      for (const queue of knownQueues()) restaff.add(queue)
    },

    /** The sums of a scope in a shown window, as `readSums` gives them. */
    sums(scope: string, name: string, channel: Channel | null): Sums {
      const window = shown.find((each) => each.name === name)
      return window ? sumsIn(window, scope, channel) : noSums
    },

    /** What was booked in a shown window after a place that the tail reaches back to; else null. */
    bookedAfter(at: Place): readonly Entry[] | null {
      if (place === at) return []
      if (!tail.some(({ after }) => after === at)) return null
      return tail.flatMap((update) => (comparePlaces(update.place, at) > 0 ? update.entries : []))
    },

    staffing: staffingNow,

    /**
     * What changed since the last time. Without `passing`, time as it passes, forecasts, and who
     * reached a quota, are left for later.
     */
    takeChanges(passing: boolean): Changes {
      const rows = presence.takeChanged()
      if (passing) for (const window of shown) judgeQuotas(window)
      for (const queue of rows.queues) restaff.add(queue)
      const windows = shown.map((window) => {
        const { moved } = window
        const taken: number[] = []
        if (passing || moved) {
          for (const slot of window.passing) window.changed.add(slot)
          window.passing.clear()
        }
        for (const slot of window.changed) {
          const key = slots.keys[slots.keyOf[slot] ?? -1]
          if (key?.isPassing && !passing && !moved) {
            window.passing.add(slot)
            continue
          }
          taken.push(slot)
          const queue = queueIn(slots.rowOf[slot]?.text ?? '')
          if (queue !== null && window.name !== 'today') restaff.add(queue)
        }
        window.changed.clear()
        window.moved = false
        if (moved && window === named.interval)
          for (const queue of knownQueues()) restaff.add(queue)
        return { window, moved, slots: taken }
      })
      for (const queue of knownQueues()) if (!told.has(queue)) restaff.add(queue)
      const staffing = new Map<string, Staffing>()
      for (const queue of restaff) {
        const now = staffingNow(queue)
        if (JSON.stringify(told.get(queue)) === JSON.stringify(now)) continue
        told.set(queue, now)
        staffing.set(queue, now)
      }
      restaff.clear()
      return { windows, rows, staffing }
    },
  }
}

const noSums: Sums = new Map()
const LEVEL = levelWindow('')
const spanOf = ({ fromMs, toMs }: Span): Span => ({ fromMs, toMs })
const handles: ReadonlySet<CounterId> = new Set<CounterId>(handleCounters)

function queuesOf({ queues }: Directory): Map<string, DirectoryQueue> {
  return new Map(queues.map((queue) => [queue.key, queue]))
}
