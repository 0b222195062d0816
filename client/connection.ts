/** A screen's connection to the live numbers, and the watchdog that keeps its page alive. */
import { io } from 'socket.io-client'
import { storageCache } from './frameCache.ts'
import { Live } from './live.svelte.ts'
import { createWatchdog, isServerUp } from './watchdog.ts'

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
    random: Math.random,
  })
  // Without a first try by polling: a wall of a thousand queues must not be sent twice.
  const live = new Live(io({ transports: ['websocket', 'polling'] }), {
    monotonicMs: () => performance.now(),
    cache: storageCache(() => localStorage),
    onNewBuild: watchdog.reloadSoon,
  })
  return {
    live,
    reloadSoon: watchdog.reloadSoon,
    close() {
      watchdog.stop()
      live.close()
    },
  }
}
