/** How fresh each feed is: whether one that was talking has fallen silent. */
import { MINUTE_MS } from '../../shared/time.ts'
import type { WireSource } from '../../shared/wire.ts'
import type { FeedCount } from '../stream/feedCounts.ts'
import { isOwnSource } from '../stream/ownSource.ts'

/** Silent for less than this is nothing to tell of, however fast the feed usually is. */
const SHORTEST_SILENCE_MS = MINUTE_MS
/** Silent for so many of its longest recent pauses is unusual. */
const PAUSES = 3
/** A long pause is forgotten by a fiftieth with each that follows: some hundred later it is gone. */
const REMEMBERED = 0.98
/** Of a feed that has not paused so often nobody knows what is usual: it is waited for longer. */
const LEARNED = 10
const UNKNOWN_SILENCE_MS = 15 * MINUTE_MS
/** A feed that tells of what was longer ago than this is an import, and may end. */
const LIVE_WITHIN_MS = 5 * MINUTE_MS

/** Of the pauses while a feed tells of the present: of an import they say nothing. */
type Rhythm = { last: FeedCount; pauses: number; longestMs: number }

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
      for (const count of counts) {
        if (count.source === null) continue
        const known = rhythms.get(count.source)
        if (!known) rhythms.set(count.source, { last: count, pauses: 0, longestMs: 0 })
        else if (count.lastReceivedAtMs > known.last.lastReceivedAtMs) hear(known, count)
      }
    },
    sources: (nowMs) =>
      latest.flatMap((count) => {
        const { source, accepted, lastEventAtMs, lastReceivedAtMs } = count
        if (source === null || accepted === 0) return []
        const silentMs = nowMs - lastReceivedAtMs
        return [
          {
            source,
            lastEventAtMs,
            heardAtMs: lastReceivedAtMs,
            silent:
              !isOwnSource(source) && isLive(count) && silentMs > allowedMs(rhythms.get(source)),
            lacks: lacksOf(source),
          },
        ]
      }),
  }
}

const isLive = ({ lastEventAtMs, lastReceivedAtMs }: FeedCount): boolean =>
  lastEventAtMs !== null && lastReceivedAtMs - lastEventAtMs <= LIVE_WITHIN_MS

function hear(rhythm: Rhythm, count: FeedCount): void {
  if (isLive(rhythm.last) && isLive(count)) {
    const pauseMs = count.lastReceivedAtMs - rhythm.last.lastReceivedAtMs
    rhythm.pauses += 1
    rhythm.longestMs = Math.max(pauseMs, REMEMBERED * rhythm.longestMs)
  }
  rhythm.last = count
}

/** Longer than this a feed of that rhythm is not silent without reason. */
function allowedMs(rhythm: Rhythm | undefined): number {
  const { pauses, longestMs } = rhythm ?? { pauses: 0, longestMs: 0 }
  const leastMs = pauses < LEARNED ? UNKNOWN_SILENCE_MS : SHORTEST_SILENCE_MS
  return Math.max(leastMs, PAUSES * longestMs)
}
