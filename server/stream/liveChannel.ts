/** Live updates from the keeper of a center's books to every gateway, over Redis or at hand. */
import { setTimeout as pause } from 'node:timers/promises'
import { SECOND_MS } from '../../shared/time.ts'
import type { LiveUpdate } from '../books/update.ts'
import type { Place } from './eventLog.ts'
import type { RedisAddress } from './redisAddress.ts'
import { ownConnection } from './redisConnection.ts'
import { keysOf } from './redisKeys.ts'

/**
 * Where the keeper stands, told once a second: whoever has heard less has lost a message, and
 * whoever hears nothing knows that the numbers have stopped.
 */
export type LiveBeat = {
  epoch: number
  place: Place
  /** Still folding what the stream held when the keeper began: its numbers are of the past. */
  catchingUp: boolean
}

export type LiveListener = {
  update: (update: LiveUpdate) => void
  beat: (beat: LiveBeat) => void
}

export type LivePublisher = LiveListener & { close: () => Promise<void> }

/** What a gateway listens to. Messages come in order; any of them may be lost. */
export type LiveFeed = {
  listen: (listener: LiveListener) => () => void
  close: () => Promise<void>
}

/** Raised when an old reader would misread a message; it then hears nothing and says so by age. */
const VERSION = 1
type Message = { v: number } & ({ update: LiveUpdate } | { beat: LiveBeat })

/** A feed that is heard nothing of for so long is connected anew; beats come every second. */
const SILENT_MS = 20 * SECOND_MS
/** Between attempts to listen. */
const RETRY_MS = SECOND_MS / 2

/**
 * Publisher and feed in one process: nothing is encoded, nothing is lost. Listeners are told in a
 * turn of their own: what goes wrong there is not the keeper's.
 */
export function localLive(): LivePublisher & LiveFeed {
  const listeners = new Set<LiveListener>()
  const tell = (message: (listener: LiveListener) => void): void => {
    queueMicrotask(() => {
      for (const listener of listeners) message(listener)
    })
  }
  return {
    update: (update) => {
      tell((listener) => {
        listener.update(update)
      })
    },
    beat: (beat) => {
      tell((listener) => {
        listener.beat(beat)
      })
    },
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => {
      listeners.clear()
    },
  }
}

/**
 * Publishes on the center's channel. What cannot be sent is not kept: readers notice what they
 * lack, and load the stored books.
 */
export function redisLivePublisher(redis: RedisAddress, center: string): LivePublisher {
  const channel = keysOf(center).live
  const own = ownConnection(redis, channel, 'live-out')
  const publish = (message: Message): void => {
    own.publish(channel, JSON.stringify(message)).catch(() => undefined)
  }
  return {
    update: (update) => {
      publish({ v: VERSION, update })
    },
    beat: (beat) => {
      publish({ v: VERSION, beat })
    },
    close: async () => {
      own.disconnect()
    },
  }
}

/** Listens to the center's channel, again and again where the connection is lost, or is silent. */
export function redisLiveFeed(redis: RedisAddress, center: string, silentMs = SILENT_MS): LiveFeed {
  const listeners = new Set<LiveListener>()
  const channel = keysOf(center).live
  const own = ownConnection(redis, channel, 'live-in', silentMs)
  const closing = new AbortController()
  // A server that hangs, or is gone without a word, ends no connection that waits for messages.
  const silence = setTimeout(() => {
    if (own.status === 'ready') own.disconnect(true)
    silence.refresh()
  }, silentMs)
  own.on('message', (_channel: string, text: string) => {
    silence.refresh()
    const message = parse(text)
    if (message === null) return
    for (const listener of listeners) {
      if ('update' in message) listener.update(message.update)
      else listener.beat(message.beat)
    }
  })
  // On each new connection: what ioredis would do by itself there rejects with nobody to be told.
  const subscribe = async (): Promise<void> => {
    while (own.status === 'ready') {
      try {
        await own.subscribe(channel)
        return
      } catch {
        await pause(RETRY_MS, undefined, { signal: closing.signal }).catch(() => undefined)
      }
    }
  }
  own.on('ready', () => {
    void subscribe()
  })
  return {
    listen: (listener) => {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: async () => {
      closing.abort()
      clearTimeout(silence)
      own.disconnect()
    },
  }
}

/** A message of our own making and version; anything else on the channel is somebody else's. */
function parse(text: string): Message | null {
  try {
    const message = JSON.parse(text) as Message | null
    return message?.v === VERSION ? message : null
  } catch {
    return null
  }
}

/** Tells where a keeper stands, once a second, until stopped; null: there is nothing to tell. */
export function beating(publisher: LiveListener, stateOf: () => LiveBeat | null): () => void {
  const beat = (): void => {
    const state = stateOf()
    if (state) publisher.beat(state)
  }
  beat()
  const timer = setInterval(beat, SECOND_MS)
  return () => {
    clearInterval(timer)
  }
}
