/** A wall that is watched all the time: how old its numbers are, and what they are in the end. */
import { io, type Socket } from 'socket.io-client'
import { SECOND_MS } from '../../shared/time.ts'
import {
  PROTOCOL_VERSION,
  type ClientToServer,
  type ServerToClient,
  type Snapshot,
  type Tick,
  type WatchReply,
} from '../../shared/wire.ts'
import { API_KEY } from '../server.ts'

/** A machine may be busy with everything else at once. */
const SNAPSHOT_LIMIT_MS = 120 * SECOND_MS

export type Wall = {
  /** The last tick; null: none yet. */
  tick: () => Tick | null
  /** How old the numbers are, in milliseconds, as the last tick has it; null: none has come. */
  ageMs: () => number | null
  /** How often it had to connect. */
  connects: () => number
  close: () => void
}

type Client = Socket<ServerToClient, ClientToServer>

function connect(url: string): Client {
  return io(url, {
    transports: ['websocket'],
    extraHeaders: { authorization: `Bearer ${API_KEY}` },
    forceNew: true,
    reconnectionDelay: 100,
    reconnectionDelayMax: 500,
  })
}

const wholeCenter = {
  protocolVersion: PROTOCOL_VERSION,
  scopes: ['center', 'queue:*'],
  windows: ['today' as const],
}

/** Watches today's numbers, and goes on whenever the server is back. */
export function watchWall(url: string): Wall {
  const socket = connect(url)
  let tick: Tick | null = null
  let connects = 0
  socket.on('connect', () => {
    connects += 1
    socket.emit('watch', wholeCenter, () => undefined)
  })
  socket.on('tick', (heard) => {
    tick = heard
  })
  return {
    tick: () => tick,
    ageMs: () => tick && tick.serverNow - tick.booksAtMs,
    connects: () => connects,
    close: () => {
      socket.disconnect()
    },
  }
}

/** What the wall shows of a span: the booked sum of each counter, by scope. */
export async function wallFigures(
  url: string,
  span: { fromMs: number; toMs: number },
  scopes: readonly string[],
): Promise<Map<string, Map<string, number>>> {
  const socket = connect(url)
  try {
    const snapshot = await new Promise<Snapshot>((resolve, reject) => {
      const limit = setTimeout(() => {
        reject(new Error('The wall shows nothing'))
      }, SNAPSHOT_LIMIT_MS)
      socket.on('snapshot', (shown) => {
        clearTimeout(limit)
        resolve(shown)
      })
      const instant = (atMs: number): string => new Date(atMs).toISOString()
      const request = {
        ...wholeCenter,
        scopes: [...scopes],
        windows: [{ from: instant(span.fromMs), to: instant(span.toMs) }],
      }
      socket.on('connect', () => {
        socket.emit('watch', request, (reply: WatchReply) => {
          if (!reply.ok) reject(new Error(`The wall refuses: ${reply.refusal}`))
        })
      })
    })
    return bookedIn(snapshot)
  } finally {
    socket.disconnect()
  }
}

function bookedIn({ balances = [], scopes = [], counters = [] }: Snapshot) {
  const figures = new Map<string, Map<string, number>>()
  for (const [scope, , ...pairs] of balances) {
    const sums = new Map<string, number>()
    for (let at = 0; at < pairs.length; at += 2) {
      const counter = counters[Number(pairs[at])] ?? ''
      const value = pairs[at + 1] ?? 0
      sums.set(counter, Array.isArray(value) ? value[0] : value)
    }
    figures.set(scopes[scope] ?? '', sums)
  }
  return figures
}
