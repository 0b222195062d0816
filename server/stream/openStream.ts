/** Opens all that a center keeps in Redis around its stream. */
import type { Redis } from 'ioredis'
import type { EventLog, Place } from './eventLog.ts'
import { redisEventsAhead, type EventsAhead } from './eventsAhead.ts'
import { redisFeedCounts, type FeedCounts } from './feedCounts.ts'
import { ownConnection } from './redisConnection.ts'
import { redisEventLog } from './redisEventLog.ts'
import { keysOf } from './redisKeys.ts'
import { redisRejectedEvents, type RejectedEvents } from './rejectedEvents.ts'

/** A center's stream, and what is kept beside it. */
export type CenterStream = {
  log: EventLog
  feeds: FeedCounts
  rejected: RejectedEvents
  ahead: EventsAhead
  /** Closes the connection that writes. Readers end by their signals. */
  close: () => void
}

export type StreamOptions = {
  /** Where and as whom to connect. It is only copied from: the stream connects by itself. */
  redis: Redis
  /** The center's key, such as `main`. */
  center: string
  /** The clock, in UTC milliseconds. */
  now: () => number
  /** Told of an entry of the stream that nobody of ours wrote. It is passed over. */
  damaged: (place: Place, content: string) => void
}

export function openStream({ redis, center, now, damaged }: StreamOptions): CenterStream {
  const keys = keysOf(center)
  const writer = ownConnection(redis, `writer-${center}`)
  return {
    log: redisEventLog({ redis, keys, writer, now, damaged }),
    feeds: redisFeedCounts(writer, keys),
    rejected: redisRejectedEvents(writer, keys, now),
    ahead: redisEventsAhead(writer, keys, now),
    close() {
      writer.disconnect()
    },
  }
}
