/** What is shown of one center: its rooms, and the frames that go to each as the books change. */
import type { Directory } from '../../shared/directory.ts'
import type { LiveAgent, LiveLeg, LiveVisit } from '../../shared/live.ts'
import { scopesOfAgent, scopesOfLeg, scopesOfVisit } from '../../shared/liveScopes.ts'
import { ownId } from '../../shared/metrics/own.ts'
import { parseScope } from '../../shared/scope.ts'
import type { Delta, Snapshot, WireCenter, WireCounter, WireSource } from '../../shared/wire.ts'
import type { LiveBook } from '../books/read/liveBook.ts'
import { createFrames, type FramePart, type Frames } from './frames.ts'
import { createGathering } from './gathering.ts'
import { wholeKindOf, type Watched, type WholeKind } from './watched.ts'
import type { Watcher } from './watcher.ts'

/** How frames reach those who watch; the gateway's sockets, or a test. */
export type Delivery = {
  /** To everybody in a room: encoded once. */
  delta: (room: string, delta: Delta) => void
  /** To some who then are in the room: encoded once. */
  snapshot: (members: readonly string[], room: string, snapshot: Snapshot) => void
}

export type StageOptions = {
  book: () => LiveBook | null
  directory: () => Directory
  /** Up to when the books are known to be complete. */
  completeAtMs: () => number
  center: () => WireCenter
  sources: () => WireSource[]
  delivery: Delivery
  now: () => number
  /** How long this thread has had nothing to do, ever since it began. */
  idleMs: () => number
}

/** Those who watch the same, and may see the same of it. */
type Room = {
  name: string
  key: string
  watched: Watched
  watcher: Watcher
  frames: Frames | null
  sequence: number
  members: Set<string>
  /** Members who wait for a snapshot. */
  joining: Set<string>
}

export type Stage = ReturnType<typeof createStage>

export function createStage(options: StageOptions) {
  const { delivery, now } = options
  const gathering = createGathering(now, options.idleMs)
  const rooms = new Map<string, Room>()
  const roomOf = new Map<string, Room>()
  const byScope = new Map<string, Set<Room>>()
  const byKind = new Map<WholeKind, Set<Room>>()
  /** Rooms in which somebody waits for a snapshot. */
  const awaited = new Set<Room>()
  let roomCount = 0
  let sources = options.sources()
  let timer: ReturnType<typeof setTimeout> | undefined
  let isDue = false

  /** The rooms that may show something of a scope. */
  function* roomsAt(text: string): Iterable<Room> {
    yield* byScope.get(text) ?? []
    const scope = parseScope(text)
    const kind = scope && wholeKindOf(scope)
    if (kind) yield* byKind.get(kind) ?? []
  }
  function roomsAtAny(scopes: Iterable<string>): Set<Room> {
    const found = new Set<Room>()
    for (const scope of scopes) for (const room of roomsAt(scope)) found.add(room)
    return found
  }

  function openRoom(watched: Watched, watcher: Watcher): Room {
    const key = `${watched.key}\n${watcher.audience}`
    let room = rooms.get(key)
    if (room) return room
    roomCount += 1
    room = {
      name: `${options.center().key}/${String(roomCount)}`,
      key,
      watched,
      watcher,
      frames: null,
      sequence: 0,
      members: new Set(),
      joining: new Set(),
    }
    rooms.set(key, room)
    for (const scope of watched.scopes) {
      byScope.set(scope, (byScope.get(scope) ?? new Set()).add(room))
    }
    for (const kind of watched.wholeKinds) {
      byKind.set(kind, (byKind.get(kind) ?? new Set()).add(room))
    }
    return room
  }

  function closeRoom(room: Room): void {
    rooms.delete(room.key)
    awaited.delete(room)
    for (const scope of room.watched.scopes) {
      byScope.get(scope)?.delete(room)
      if (byScope.get(scope)?.size === 0) byScope.delete(scope)
    }
    for (const kind of room.watched.wholeKinds) byKind.get(kind)?.delete(room)
  }

  /** Hands every change to the rooms that show it. */
  function spread(book: LiveBook, passing: boolean): Set<Room> {
    const touched = new Set<Room>()
    const tell = (at: Iterable<Room>, change: (frames: Frames) => void): void => {
      for (const room of at) {
        if (!room.frames) continue
        change(room.frames)
        touched.add(room)
      }
    }
    const { windows, rows, staffing } = book.takeChanges(passing)
    for (const { window, moved, slots } of windows) {
      if (moved)
        tell(rooms.values(), (frames) => {
          frames.moveWindow(window)
        })
      for (const [row, keys] of book.slots.byRow(slots)) {
        tell(roomsAt(row.text), (frames) => {
          frames.changeSums(window, row, keys)
        })
      }
    }
    const { presence } = book
    const eachRow = <Row>(
      changed: ReadonlyMap<string, Row | null>,
      rowOf: (key: string) => Row | undefined,
      scopesOf: (row: Row) => string[],
      change: (frames: Frames, key: string) => void,
    ): void => {
      for (const [key, before] of changed) {
        const after = rowOf(key)
        const scopes = [...(before ? scopesOf(before) : []), ...(after ? scopesOf(after) : [])]
        tell(roomsAtAny(scopes), (frames) => {
          change(frames, key)
        })
      }
    }
    eachRow<LiveVisit>(
      rows.visits,
      (key) => presence.visits.get(key),
      scopesOfVisit,
      (frames, key) => {
        frames.changeVisit(key)
      },
    )
    eachRow<LiveAgent>(rows.agents, presence.agentOf, scopesOfAgent, (frames, key) => {
      frames.changeAgent(key)
    })
    // A talk is seen where its agent is: it comes and goes with an agent who moves.
    const moving = [...rows.agents].filter(([key, before]) => {
      const after = presence.agentOf(key)
      return before?.site !== after?.site || before?.team !== after?.team
    })
    const legs = new Map(rows.legs)
    for (const leg of presence.legs.values()) {
      if (moving.some(([agent]) => agent === leg.agent)) legs.set(leg.leg, leg)
    }
    eachRow<LiveLeg>(
      legs,
      (key) => presence.legs.get(key),
      (leg) => {
        const before = rows.agents.get(leg.agent)
        return [
          ...scopesOfLeg(leg, presence.agentOf(leg.agent)),
          ...(before ? scopesOfLeg(leg, before) : []),
        ]
      },
      (frames, key) => {
        frames.changeLeg(key)
      },
    )
    for (const [queue, present] of staffing) {
      tell(roomsAtAny(['center', `queue:${queue}`]), (frames) => {
        frames.changeStaffing(queue, present)
      })
    }
    return touched
  }

  function flush(passing: boolean): void {
    clearTimeout(timer)
    timer = undefined
    isDue = false
    const book = options.book()
    const startMs = now()
    if (!book || !book.advance(startMs)) return
    const present = passing ? options.sources() : sources
    const isNews = present !== sources && JSON.stringify(present) !== JSON.stringify(sources)
    sources = present
    // Whoever joins begins where the room is: so the room has to be told everything before.
    const touched = spread(book, passing || awaited.size > 0)
    for (const room of isNews ? rooms.values() : touched) {
      const part = room.frames?.takeDelta() ?? null
      if (!part && !isNews) continue
      room.sequence += 1
      // Alone in the room with a snapshot to come: nobody would read the delta.
      if (room.members.size === room.joining.size) continue
      delivery.delta(room.name, {
        sequence: room.sequence,
        ...(grows(part) && { atMs: book.nowMs() }),
        ...part,
        ...(isNews && { sources }),
      })
    }
    for (const room of awaited) welcome(book, room)
    awaited.clear()
    gathering.sent(startMs)
  }

  /** Sends those who wait for it the room's snapshot. */
  function welcome(book: LiveBook, room: Room): void {
    room.frames ??= createFrames(room.watched, room.watcher, book, options.directory())
    const members = [...room.joining]
    room.joining.clear()
    delivery.snapshot(members, room.name, {
      watch: room.name,
      center: { ...options.center(), ...ownOf(room.watched, options.directory()) },
      booksAtMs: options.completeAtMs(),
      sequence: room.sequence,
      atMs: book.nowMs(),
      place: book.place(),
      sources,
      ...room.frames.snapshot(),
    })
  }

  /** Flushes as soon as gathering allows. */
  function flushSoon(): void {
    if (isDue) return
    isDue = true
    timer = setTimeout(() => {
      flush(false)
    }, gathering.waitMs())
  }

  /** A member of a room gets a snapshot with the next flush. */
  function welcomeSoon(room: Room, member: string): void {
    room.joining.add(member)
    awaited.add(room)
    flushSoon()
  }

  function leave(member: string): void {
    const room = roomOf.get(member)
    if (!room) return
    roomOf.delete(member)
    room.members.delete(member)
    room.joining.delete(member)
    if (room.joining.size === 0) awaited.delete(room)
    if (room.members.size === 0) closeRoom(room)
  }

  return {
    /** Puts somebody in the room of what they watch, and out of any other; gives its name. */
    join(member: string, watched: Watched, watcher: Watcher): string {
      leave(member)
      const room = openRoom(watched, watcher)
      room.members.add(member)
      roomOf.set(member, room)
      welcomeSoon(room, member)
      return room.name
    },
    leave,
    /** Somebody missed deltas: they get a snapshot, and no delta before it. */
    again(member: string): void {
      const room = roomOf.get(member)
      if (room) welcomeSoon(room, member)
    },
    /** What a member watches, and as whom; null: nothing. */
    watchOf: (member: string): { watched: Watched; watcher: Watcher } | null =>
      roomOf.get(member) ?? null,
    /** The books changed. */
    changed: flushSoon,
    /** Everything that is to be told is told now, time as it passes as well unless that can wait. */
    flush: (passing = true) => {
      flush(passing)
    },
    /** Other books are shown: everybody gets a snapshot. */
    replaced(): void {
      const book = options.book()
      // What changed up to here is in the snapshots.
      book?.takeChanges(true)
      for (const room of rooms.values()) {
        room.frames = null
        room.sequence += 1
        for (const member of room.members) welcomeSoon(room, member)
      }
    },
    /** The directory changed: names may be others. */
    renamed(): void {
      for (const room of rooms.values()) room.frames?.rename(options.directory())
    },
    rooms: () => rooms.size,
    close(): void {
      clearTimeout(timer)
    },
  }
}

/** The center's own metrics that are watched. */
function ownOf({ own }: Watched, { metrics }: Directory): Pick<WireCenter, 'metrics'> {
  const watched = metrics.filter(({ key, retired }) => !retired && own.has(ownId(key)))
  return watched.length === 0 ? {} : { metrics: watched }
}

/** Whether a frame has counters that grow, and so of which instant they are matters. */
function grows(part: FramePart | null): boolean {
  const isGrowing = (value: number | WireCounter): boolean =>
    typeof value === 'object' && value[2] !== 0
  return part?.balances?.some((values) => values.some(isGrowing)) ?? false
}
