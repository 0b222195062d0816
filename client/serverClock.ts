/**
 * The server's clock, as a browser may know it. A TV's own clock is often wrong by minutes, so only
 * differences of the monotonic clock are used, and what the server said.
 */
export type ServerClock = {
  /** The server's clock now, in UTC milliseconds; null before it has said anything. */
  nowMs: () => number | null
  /** One question and its answer: asked and heard by the monotonic clock. */
  answered: (askedMs: number, heardMs: number, serverNow: number) => void
  /** A tick: it is so late at least. True where that makes our reckoning doubtful: ask anew. */
  ticked: (serverNow: number) => boolean
  /** Half of the quickest way there and back, in milliseconds; null before any answer. */
  delayMs: () => number | null
}

type Sample = { offsetMs: number; wayMs: number }

/** Of so many latest answers … */
const KEPT = 15
/** … the quickest are believed, and of these the one in the middle. */
const BELIEVED = 5
/** No tick comes before its time: one this far ahead says that a clock was set or we slept. */
const AHEAD_MS = 1_000
/** One this far behind was held up on its way, or the server's clock was set back. */
const BEHIND_MS = 5_000

export function serverClock(monotonicMs: () => number): ServerClock {
  let samples: Sample[] = []
  let offsetMs: number | null = null

  const settle = (): void => {
    const quickest = [...samples].sort((a, b) => a.wayMs - b.wayMs).slice(0, BELIEVED)
    const offsets = quickest.map((sample) => sample.offsetMs).sort((a, b) => a - b)
    offsetMs = offsets[Math.floor((offsets.length - 1) / 2)] ?? offsetMs
  }

  return {
    nowMs: () => (offsetMs === null ? null : monotonicMs() + offsetMs),
    answered(askedMs, heardMs, serverNow) {
      const sample = { offsetMs: serverNow - (askedMs + heardMs) / 2, wayMs: heardMs - askedMs }
      samples = [...samples, sample].slice(-KEPT)
      settle()
    },
    ticked(serverNow) {
      const heard = serverNow - monotonicMs()
      const aheadMs = offsetMs === null ? Infinity : heard - offsetMs
      if (aheadMs > AHEAD_MS) offsetMs = heard
      if (aheadMs <= AHEAD_MS && aheadMs >= -BEHIND_MS) return false
      // Nothing measured before a jump says anything about now.
      samples = []
      return true
    },
    delayMs: () =>
      samples.length === 0 ? null : Math.min(...samples.map(({ wayMs }) => wayMs)) / 2,
  }
}
