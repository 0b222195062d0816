/** How long changes are gathered before they are sent: as live as the machine has time for. */
import { SECOND_MS } from '../../shared/time.ts'

/** From one sending to the next pass so many milliseconds at least … */
const GATHER_MS = 20
/**
 * … or, where there was other work all the time since, so many times as long as sending took: half of
 * the time is left for that …
 */
const GATHER_FOR_WORK = 2
/** … and never more than this. */
const LONGEST_GATHER_MS = SECOND_MS
/** A thread that waited so long for something to do had nothing else to do. */
const IDLE_MS = 1

export type Gathering = {
  /** A sending that began at an instant has ended. */
  sent: (beganMs: number) => void
  /** How long to wait from now on. */
  waitMs: () => number
}

/** `idleMs`: how long this thread has had nothing to do, ever since it began. */
export function createGathering(now: () => number, idleMs: () => number): Gathering {
  let last = { beganMs: -Infinity, tookMs: 0, idleMs: 0 }
  return {
    sent: (beganMs) => {
      last = { beganMs, tookMs: now() - beganMs, idleMs: idleMs() }
    },
    waitMs: () => {
      const hasTime = idleMs() - last.idleMs >= IDLE_MS
      const forWorkMs = hasTime ? 0 : last.tookMs * GATHER_FOR_WORK
      const gatherMs = Math.min(Math.max(GATHER_MS, forWorkMs), LONGEST_GATHER_MS)
      // Not longer where the clock was set back.
      return Math.min(Math.max(0, last.beganMs + gatherMs - now()), gatherMs)
    },
  }
}
