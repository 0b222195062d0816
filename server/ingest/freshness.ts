/** How fresh each feed is: whether one that was talking has fallen silent. */
import { MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import type { WireSource } from '../../shared/wire.ts'
import type { FeedCount } from '../stream/feedCounts.ts'

/** Silent for less than this is nothing to tell of, however fast the feed usually is. */
const SHORTEST_SILENCE_MS = MINUTE_MS
/** Silent for so many of its usual pauses is unusual. */
const PAUSES = 10
/** How much the last pause counts in what is usual. */
const LATEST_WEIGHT = 0.1
/** A feed that tells of what was longer ago than this is an import, and may end. */
const LIVE_WITHIN_MS = 5 * MINUTE_MS

type Rhythm = { lastReceivedAtMs: number; usualPauseMs: number }

export type Freshness = {
  /** Takes what feeds have sent so far; call it every second or so. */
  look: (counts: readonly FeedCount[]) => void
  sources: (nowMs: number) => WireSource[]
}

/** `lacksOf` says what a source never reports. */
export function createFreshness(lacksOf: (source: string) => readonly string[]): Freshness {
  const rhythms = new Map<string, Rhythm>()
  let latest: readonly FeedCount[] = []
  return {
    look: (counts) => {
      latest = counts
      for (const { source, lastReceivedAtMs } of counts) {
        if (source === null) continue
        const known = rhythms.get(source)
        if (!known) {
          rhythms.set(source, { lastReceivedAtMs, usualPauseMs: SECOND_MS })
        } else if (lastReceivedAtMs > known.lastReceivedAtMs) {
          const pauseMs = lastReceivedAtMs - known.lastReceivedAtMs
          known.usualPauseMs += LATEST_WEIGHT * (pauseMs - known.usualPauseMs)
          known.lastReceivedAtMs = lastReceivedAtMs
        }
      }
    },
    sources: (nowMs) =>
      latest.flatMap(({ source, accepted, lastEventAtMs, lastReceivedAtMs }) => {
        if (source === null || accepted === 0) return []
        const isLive = lastEventAtMs !== null && lastReceivedAtMs - lastEventAtMs <= LIVE_WITHIN_MS
        const usualMs = rhythms.get(source)?.usualPauseMs ?? 0
        const silentMs = nowMs - lastReceivedAtMs
        return [
          {
            source,
            lastEventAtMs,
            heardAtMs: lastReceivedAtMs,
            silent: isLive && silentMs > Math.max(SHORTEST_SILENCE_MS, PAUSES * usualMs),
            lacks: lacksOf(source),
          },
        ]
      }),
  }
}
