/** Opens all that a center keeps in Redis around its stream. */
import type { EventLog, Place } from './eventLog.ts'
import { redisEventsAhead, type EventsAhead } from './eventsAhead.ts'
import { redisFeedCounts, type FeedCounts } from './feedCounts.ts'
import type { RedisAddress } from './redisAddress.ts'
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
  /** Where and as whom to connect. */
  redis: RedisAddress
  /** The center's key, such as `main`. */
  center: string
  /** How many replicas must have what is accepted before it is; none when not given. */
  replicas?: number
  /** The clock, in UTC milliseconds. */
  now: () => number
  /** Told of an entry of the stream that nobody of ours wrote. It is passed over. */
  damaged: (place: Place, content: string) => void
}

export function openStream(options: StreamOptions): CenterStream {
  const { redis, center, replicas = 0, now, damaged } = options
  const keys = keysOf(center)
  const writer = ownConnection(redis, keys.events, `writer-${center}`)
  return {
    log: redisEventLog({ redis, keys, writer, replicas, now, damaged }),
    feeds: redisFeedCounts(writer, keys),
    rejected: redisRejectedEvents(writer, keys, now, replicas),
    ahead: redisEventsAhead(writer, keys, now, replicas),
    close() {
      writer.disconnect()
    },
  }
}
