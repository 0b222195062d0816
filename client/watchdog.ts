/** Keeps an unattended screen alive: when to load the page again. */
import { MINUTE_MS } from '../shared/time.ts'

/** All screens of a house reloading at once would be a rush on a server that has just started. */
const SPREAD_MS = MINUTE_MS
/** No number for so long although the server answers: the page itself must be stuck. */
const STUCK_AFTER_MS = 10 * MINUTE_MS
const LOOK_EVERY_MS = MINUTE_MS

export type WatchdogIo = {
  /** How old the numbers on screen are; null: there were none yet. */
  ageMs: () => number | null
  /** Whether the server answers. Without it a reload would end in an error page for ever. */
  isUp: () => Promise<boolean>
  reload: () => void
  random: () => number
}

export type Watchdog = {
  /** Loads the page again soon, each screen at its own time. */
  reloadSoon: () => void
  stop: () => void
}

export function createWatchdog({ ageMs, isUp, reload, random }: WatchdogIo): Watchdog {
  let soon: ReturnType<typeof setTimeout> | null = null
  let waitedMs = 0
  const reloadIfUp = async (): Promise<void> => {
    if (await isUp()) reload()
  }
  const look = setInterval(() => {
    // A page that never got a number is as stuck as one that gets none any more.
    const age = ageMs()
    waitedMs = age === null ? waitedMs + LOOK_EVERY_MS : 0
    if ((age ?? waitedMs) >= STUCK_AFTER_MS) void reloadIfUp()
  }, LOOK_EVERY_MS)

  return {
    reloadSoon() {
      soon ??= setTimeout(() => {
        soon = null
        void reloadIfUp()
      }, random() * SPREAD_MS)
    },
    stop() {
      clearInterval(look)
      if (soon !== null) clearTimeout(soon)
    },
  }
}

/** Whether the server says that it is alive. */
export async function isServerUp(): Promise<boolean> {
  try {
    return (await fetch('/healthz', { cache: 'no-store' })).ok
  } catch {
    return false
  }
}
