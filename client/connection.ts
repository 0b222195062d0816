/** A screen's connection to the live numbers, and the watchdog that keeps its page alive. */
import { io } from 'socket.io-client'
import { storageCache } from './frameCache.ts'
import { Live } from './live.svelte.ts'
import { createWatchdog, isServerUp } from './watchdog.ts'

/** A server that sends everybody away is about to start anew. */
const COME_BACK_MS = 2_000

export type Connection = {
  live: Live
  /** Loads the page again soon: it is older than the server. */
  reloadSoon: () => void
  close: () => void
}

/** Opens a connection for the screen that asks; the screen closes it. */
export function connect(): Connection {
  const watchdog = createWatchdog({
    ageMs: () => live.ageMs,
    isUp: isServerUp,
    reload: () => {
      location.reload()
    },
    random: () => Math.random(),
  })
  // Without a first try by polling: a wall of a thousand queues must not be sent twice.
  const socket = io({ transports: ['websocket', 'polling'] })
  const live = new Live(socket, {
    monotonicMs: () => performance.now(),
    cache: storageCache(() => localStorage),
    onNewBuild: watchdog.reloadSoon,
  })
  // A broken line is tried again by the library itself; one that the server closed is not.
  socket.on('disconnect', (reason) => {
    if (reason !== 'io server disconnect' || live.status.name === 'refused') return
    setTimeout(() => {
      if (!isClosed) socket.connect()
    }, COME_BACK_MS)
  })
  let isClosed = false
  return {
    live,
    reloadSoon: watchdog.reloadSoon,
    close() {
      isClosed = true
      watchdog.stop()
      live.close()
    },
  }
}
