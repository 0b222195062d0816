/** The gateway: who may watch what, snapshots and deltas over socket.io, and nobody's backlog. */
import type { IncomingMessage, Server as HttpServer } from 'node:http'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { Server, type Socket } from 'socket.io'
import { emptyDirectory, type Directory } from '../../shared/directory.ts'
import { SECOND_MS } from '../../shared/time.ts'
import type {
  ClientToServer,
  Refusal,
  ServerToClient,
  Tick,
  Untrusted,
  WatchReply,
  WireSource,
} from '../../shared/wire.ts'
import { followBooks, type Followed } from '../books/read/followBooks.ts'
import type { Database } from '../database/database.ts'
import { START } from '../stream/eventLog.ts'
import type { LiveFeed } from '../stream/liveChannel.ts'
import { messageOf, send } from './broadcast.ts'
import { allowance, countedBy } from './limits.ts'
import { createStage, type Stage } from './stage.ts'
import { unsentBytes } from './unsent.ts'
import { mayWatch, readRequest, type Watched } from './watched.ts'
import { watcherOf, type Admission, type Admitted, type Watcher } from './watcher.ts'

/** A center that can be watched. */
export type WatchedCenter = {
  key: string
  /** Whether its numbers come from the simulator. */
  simulated: boolean
  database: Pick<Database, 'read'>
  feed: LiveFeed
  readDirectory: () => Promise<Directory>
  /** How fresh each feed is, and what it does not report. */
  sources: () => WireSource[]
}

export type GatewayOptions = {
  httpServer: HttpServer
  centers: readonly WatchedCenter[]
  /** The center that is meant where none is named. */
  shownCenter: () => string | Promise<string>
  admit: Admission
  /** Whether a page of ours, or no page at all, asks for the connection. */
  isOwnPage: (request: IncomingMessage) => boolean
  /** Whom a connection counts for: its address, or the one that a trusted proxy names. */
  addressOf: (request: IncomingMessage) => string
  build: string
  now: () => number
  report: (line: string) => void
}

export type Gateway = {
  /** The books that are shown of a center; null: there is no such center. */
  followed: (center: string) => Followed | null
  /** Asks again who everybody is; whoever may not watch any more is told so and let go. */
  recheck: () => Promise<void>
  /** For /metrics. */
  counts: () => { sockets: number; rooms: number; slow: number; refused: number }
  close: () => Promise<void>
}

/** Offices behind one address may have a page open for everybody in them; a flood has more. */
const SOCKETS_AN_ADDRESS = 10_000
/** A person changes boards; a loop asks without end. */
const WATCHES = { most: 20, perMs: 10 * SECOND_MS }
/** A client sends a watch now and then, and asks for the clock. */
const PACKETS = { most: 50, perMs: SECOND_MS }
/** Spans that are shown beside the named windows, of a center: each costs as much as a day. */
const MAX_SPANS = 64
/** Longer than this nobody waits for a span to be read. */
const SPAN_LIMIT_MS = 15 * SECOND_MS
/** A request names thousands of scopes at most. */
const LARGEST_REQUEST_BYTES = 1_000_000
/**
 * A client with so much unsent for so many looks is too slow: it leaves, and gets a snapshot once
 * it has drained. One look may fall right behind a large frame, and says nothing yet; so much that
 * it is a burden says it at once.
 */
const MAX_UNSENT_BYTES = 256 * 1024
const SLOW_LOOKS = 3
const BURDEN_BYTES = 8 * 1024 * 1024
const DRAINED_BYTES = 16 * 1024
const SLOW_LOOK_MS = 100
const TICK_MS = SECOND_MS
/** Some five milliseconds of them: who waits for a frame waits no longer than that for others' ticks. */
const TICKS_A_TURN = 500
const RECHECK_MS = 60 * SECOND_MS

type Io = Server<Untrusted<ClientToServer>, ServerToClient>
type Client = Socket<Untrusted<ClientToServer>, ServerToClient>
type Staged = {
  center: WatchedCenter
  followed: Followed
  stage: Stage
  /** Whether some have yet to be told the time. */
  isTicking: boolean
}

/** What is known of a connection. */
type Connection = {
  socket: Client
  admitted: Admitted
  staged: Staged | null
  /** Spans that were opened for it, by name. */
  spans: string[]
  /** The number of its last watch: one that was still being prepared when it came is void. */
  watches: number
  isSlow: boolean
  /** Looks in a row at which it had too much unsent. */
  looks: number
}

export function serveGateway(options: GatewayOptions): Gateway {
  const { now, report } = options
  const connections = new Map<string, Connection>()
  const addresses = countedBy<string>(SOCKETS_AN_ADDRESS)
  let refused = 0

  const io: Io = new Server(options.httpServer, {
    serveClient: false,
    transports: ['websocket', 'polling'],
    maxHttpBufferSize: LARGEST_REQUEST_BYTES,
    // Frames are made once for a room; compressed, they would be encoded for each client.
    perMessageDeflate: false,
    httpCompression: { threshold: DRAINED_BYTES },
    allowRequest: (request, allow) => {
      const isAllowed = options.isOwnPage(request)
      if (!isAllowed) refused += 1
      allow(null, isAllowed)
    },
  })

  const stages = new Map<string, Staged>(
    options.centers.map((center) => [center.key, stageOf(center)]),
  )

  function stageOf(center: WatchedCenter): Staged {
    /** The directory by which viewers and names were last judged. */
    let judgedBy: Directory = emptyDirectory
    const followed = followBooks({
      center: center.key,
      database: center.database,
      feed: center.feed,
      readDirectory: center.readDirectory,
      now,
      report,
      changed: () => {
        const isOther = judgedBy !== directoryOf(followed)
        judgedBy = directoryOf(followed)
        if (isOther) {
          stage.renamed()
          void recheck()
        }
        stage.changed()
      },
      replaced: () => {
        judgedBy = directoryOf(followed)
        stage.replaced()
      },
    })
    const stage = createStage({
      book: followed.book,
      completeAtMs: followed.completeAtMs,
      directory: () => directoryOf(followed),
      center: () => {
        const { name, timeZone, currency, opportunityRateOf, resultOf } =
          directoryOf(followed).center
        const settings = { opportunityRateOf, resultOf }
        const { key, simulated } = center
        return { key, name, timeZone, currency, simulated, settings }
      },
      sources: center.sources,
      now,
      idleMs: () => performance.eventLoopUtilization().idle,
      delivery: {
        delta: (room, delta) => {
          const message = messageOf('delta', delta)
          for (const { conn } of socketsIn(room)) send(conn, message)
        },
        snapshot: (members, room, snapshot) => {
          io.to([...members]).emit('snapshot', snapshot)
          io.in([...members]).socketsJoin(room)
        },
      },
    })
    return { center, followed, stage, isTicking: false }
  }

  io.use((socket, next) => {
    admitSocket(socket).then(
      (refusal) => {
        if (refusal === null) next()
        else {
          refused += 1
          next(new Error(refusal))
        }
      },
      (error: unknown) => {
        report(`A connection could not be judged: ${String(error)}`)
        next(new Error('unavailable'))
      },
    )
  })

  async function admitSocket(socket: Client): Promise<Refusal | null> {
    const admitted = await options.admit(socket.request.headers)
    if (!admitted.ok) return admitted.refusal
    const address = options.addressOf(socket.request)
    if (!addresses.add(address)) return 'tooMuch'
    // Counted until the connection below it ends, whether or not it ever gets as far as watching.
    socket.conn.once('close', () => {
      addresses.remove(address)
    })
    connections.set(socket.id, {
      socket,
      admitted,
      staged: null,
      spans: [],
      watches: 0,
      isSlow: false,
      looks: 0,
    })
    socket.conn.once('close', () => {
      connections.delete(socket.id)
    })
    return null
  }

  io.on('connection', (socket) => {
    const connection = connections.get(socket.id)
    if (!connection) {
      socket.disconnect(true)
      return
    }
    const mayWatchAgain = allowance(WATCHES, now)
    const maySend = allowance(PACKETS, now)
    socket.conn.on('packet', () => {
      if (!maySend()) socket.conn.close(true)
    })
    socket.on('watch', (request, reply) => {
      const answer = typeof reply === 'function' ? (reply as (reply: WatchReply) => void) : ignore
      const asked = readRequest(request)
      if (!mayWatchAgain()) answer({ ok: false, refusal: 'tooMuch' })
      else if (!asked.ok) answer(asked)
      else {
        watch(connection, asked.center, asked.watched).then(answer, (error: unknown) => {
          report(`A watch failed: ${String(error)}`)
          answer({ ok: false, refusal: 'tooMuch' })
        })
      }
    })
    socket.on('clock', (reply) => {
      if (typeof reply === 'function') (reply as (serverNow: number) => void)(now())
    })
    socket.on('disconnect', () => {
      leave(connection)
    })
  })

  async function watch(
    connection: Connection,
    named: string | null,
    watched: Watched,
  ): Promise<WatchReply> {
    const number = ++connection.watches
    const staged = stages.get(named ?? (await options.shownCenter()))
    if (!staged) return { ok: false, refusal: 'unknownCenter' }
    await staged.followed.ready
    const watcher = watcherIn(connection, staged)
    if (!watcher || !mayWatch(watched, watcher)) return { ok: false, refusal: 'notAllowed' }

    leave(connection)
    if (watched.staff) staged.followed.showStaff()
    const opened = await openSpans(staged, watched)
    if (opened === null) return { ok: false, refusal: 'tooMuch' }
    if (number !== connection.watches || !connection.socket.connected) {
      for (const name of opened) staged.followed.closeSpan(name)
      return { ok: false, refusal: 'tooMuch' }
    }
    connection.staged = staged
    connection.spans = opened
    const room = staged.stage.join(connection.socket.id, watched, watcher)
    await connection.socket.join(tickRoom(staged.center.key))
    return { ok: true, watch: room }
  }

  /** Who the connection is in a center. */
  function watcherIn({ admitted }: Connection, { center, followed }: Staged): Watcher | null {
    const directory = directoryOf(followed)
    const viewer = admitted.viewerIn(center.key, directory, now())
    return viewer && watcherOf(viewer, directory)
  }

  /** The names of the windows that were opened, once they are shown; null: more than can be. */
  async function openSpans(
    { center, followed }: Staged,
    watched: Watched,
  ): Promise<string[] | null> {
    const shown = new Set(
      [...connections.values()].flatMap(({ staged, spans }) =>
        staged?.center.key === center.key ? spans : [],
      ),
    )
    const names = watched.opened
    // What a metric of the center's own is made from may change while it is watched.
    const kept = watched.own.size > 0 ? null : watched.counters
    const more = names.filter((name) => !shown.has(name)).length
    if (more > 0 && shown.size + more > MAX_SPANS) return null
    const giveUp = setTimeout(() => {
      for (const name of names) followed.closeSpan(name)
    }, SPAN_LIMIT_MS)
    try {
      await Promise.all(names.map((name) => followed.openWindow(name, kept)))
      return [...names]
    } catch {
      return null
    } finally {
      clearTimeout(giveUp)
    }
  }

  function* socketsIn(room: string): Iterable<Client> {
    for (const id of io.sockets.adapter.rooms.get(room) ?? []) {
      const socket = io.sockets.sockets.get(id)
      if (socket) yield socket
    }
  }

  /** Ends what a connection watches. */
  function leave(connection: Connection): void {
    const { socket, staged, spans } = connection
    if (!staged) return
    staged.stage.leave(socket.id)
    for (const name of spans) staged.followed.closeSpan(name)
    for (const room of socket.rooms) if (room !== socket.id) void socket.leave(room)
    connection.staged = null
    connection.spans = []
    connection.isSlow = false
  }

  /** Takes those out of their rooms who do not keep up, and back in when they have drained. */
  const lookForSlow = setInterval(() => {
    for (const connection of connections.values()) {
      const { socket, staged, isSlow } = connection
      if (!staged) continue
      const bytes = unsentBytes(socket.conn)
      connection.looks = bytes > MAX_UNSENT_BYTES ? connection.looks + 1 : 0
      if (!isSlow && (connection.looks >= SLOW_LOOKS || bytes > BURDEN_BYTES)) {
        connection.isSlow = true
        const tick = tickRoom(staged.center.key)
        for (const room of socket.rooms) {
          if (room !== socket.id && room !== tick) void socket.leave(room)
        }
      } else if (isSlow && bytes < DRAINED_BYTES) {
        connection.isSlow = false
        staged.stage.again(socket.id)
      }
    }
  }, SLOW_LOOK_MS)

  const ticking = setInterval(() => {
    for (const staged of stages.values()) void tick(staged)
  }, TICK_MS)

  /** Tells everybody who watches a center the time, in turns: frames that fall due go in between. */
  async function tick(staged: Staged): Promise<void> {
    const { center, followed, stage } = staged
    stage.flush()
    if (staged.isTicking) return
    staged.isTicking = true
    const told = {
      booksAtMs: followed.completeAtMs(),
      place: followed.book()?.place() ?? START,
      build: options.build,
    }
    const room = tickRoom(center.key)
    const sockets = [...socketsIn(room)]
    for (let from = 0; from < sockets.length; from += TICKS_A_TURN) {
      if (from > 0) await nextTurn()
      const clock: Tick = { serverNow: now(), ...told }
      const message = messageOf('tick', clock)
      for (const { conn, rooms } of sockets.slice(from, from + TICKS_A_TURN)) {
        // One that comes late says nothing true any more.
        if (rooms.has(room) && unsentBytes(conn) === 0) send(conn, message)
      }
    }
    staged.isTicking = false
  }

  let isRechecking = false
  async function recheck(): Promise<void> {
    if (isRechecking) return
    isRechecking = true
    try {
      await recheckAll()
    } finally {
      isRechecking = false
    }
  }
  async function recheckAll(): Promise<void> {
    for (const connection of [...connections.values()]) {
      const { socket, staged } = connection
      // Where nobody can say now who somebody is, they go on watching: it is asked again soon.
      const admitted = await options.admit(socket.request.headers).catch(() => null)
      if (!admitted) continue
      if (!admitted.ok) {
        letGo(connection, admitted.refusal)
        continue
      }
      connection.admitted = admitted
      const present = staged?.stage.watchOf(socket.id)
      if (!staged || !present || connection.staged !== staged) continue
      const watcher = watcherIn(connection, staged)
      if (!watcher || !mayWatch(present.watched, watcher)) letGo(connection, 'notAllowed')
      else if (watcher.audience !== present.watcher.audience) {
        for (const room of socket.rooms) {
          if (room !== socket.id && room !== tickRoom(staged.center.key)) void socket.leave(room)
        }
        staged.stage.join(socket.id, present.watched, watcher)
      }
    }
  }

  function letGo(connection: Connection, refusal: Refusal): void {
    leave(connection)
    connection.socket.emit('refused', refusal)
    connection.socket.disconnect()
  }

  const rechecking = setInterval(() => void recheck(), RECHECK_MS)

  return {
    followed: (center) => stages.get(center)?.followed ?? null,
    recheck,
    counts: () => ({
      sockets: connections.size,
      rooms: [...stages.values()].reduce((sum, { stage }) => sum + stage.rooms(), 0),
      slow: [...connections.values()].filter(({ isSlow }) => isSlow).length,
      refused,
    }),
    close: async () => {
      clearInterval(lookForSlow)
      clearInterval(ticking)
      clearInterval(rechecking)
      for (const { followed, stage } of stages.values()) {
        stage.close()
        await followed.close()
      }
      io.disconnectSockets(true)
      io.engine.close()
    },
  }
}

const directoryOf = (followed: Followed): Directory => followed.directory() ?? emptyDirectory
const ignore = (): void => undefined
const tickRoom = (center: string): string => `tick/${center}`
