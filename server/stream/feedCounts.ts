/** What each source sent, counted in Redis: it survives a restart, and several processes add up. */
import type { Redis } from 'ioredis'
import { replyOf } from './redisConnection.ts'
import type { CenterKeys } from './redisKeys.ts'

/** The deliveries of one source since the center was made. */
export type FeedCount = {
  /** Null: events that named no source, and those of sources over `MAX_COUNTED_SOURCES`. */
  source: string | null
  accepted: number
  /** Deliveries that had been accepted before. */
  duplicates: number
  /** Deliveries with the id of an earlier one and other content; the earlier one stands. */
  conflicting: number
  rejected: number
  /** Kept until our clock reaches their time; counted again when they are judged again. */
  keptApart: number
  /** The latest instant that an event of it told of, in UTC milliseconds; null: none yet. */
  lastEventAtMs: number | null
  lastReceivedAtMs: number
}

/** A center has dozens of feeds. A sender that makes up a source an event must not fill Redis. */
const MAX_COUNTED_SOURCES = 1_000

/**
 * Lua for the scripts that count, so that a count and what it counts are one step.
 *
 *     count(feeds, source, {accepted, duplicates, conflicting, rejected, keptApart}, atMs, nowMs)
 *
 * A source is a field of the hash `feeds`: the five counts, the last event's instant (0: none) and
 * the last receipt, as decimals with a space between.
 */
export const countLua = `
local function count(feeds, source, more, atMs, nowMs)
  local kept = redis.call('HGET', feeds, source)
  if not kept and redis.call('HLEN', feeds) >= ${String(MAX_COUNTED_SOURCES)} then
    source = ''
    kept = redis.call('HGET', feeds, source)
  end
  local was = {0, 0, 0, 0, 0, 0, 0}
  if kept then
    local at = 1
    for figure in string.gmatch(kept, '%d+') do
      was[at] = tonumber(figure)
      at = at + 1
    end
  end
  for at = 1, 5 do was[at] = was[at] + more[at] end
  was[6] = math.max(was[6], tonumber(atMs))
  was[7] = math.max(was[7], tonumber(nowMs))
  for at = 1, 7 do was[at] = string.format('%.0f', was[at]) end
  redis.call('HSET', feeds, source, table.concat(was, ' '))
end
`

export type FeedCounts = {
  /** By source, those without one last. Rejects with `LogUnavailable`. */
  read: () => Promise<readonly FeedCount[]>
}

export function redisFeedCounts(redis: Redis, keys: CenterKeys): FeedCounts {
  return {
    async read() {
      const fields = await replyOf(redis.hgetall(keys.feeds))
      return Object.entries(fields).map(feedCountOf).sort(bySource)
    },
  }
}

function feedCountOf([source, figures]: [string, string]): FeedCount {
  const [accepted = 0, duplicates = 0, conflicting = 0, rejected = 0, ...rest] = figures
    .split(' ')
    .map(Number)
  const [keptApart = 0, lastEventAtMs = 0, lastReceivedAtMs = 0] = rest
  return {
    source: source === '' ? null : source,
    accepted,
    duplicates,
    conflicting,
    rejected,
    keptApart,
    lastEventAtMs: lastEventAtMs === 0 ? null : lastEventAtMs,
    lastReceivedAtMs,
  }
}

function bySource(a: FeedCount, b: FeedCount): number {
  if (a.source === null || b.source === null) return a.source === b.source ? 0 : a.source ? -1 : 1
  return a.source < b.source ? -1 : 1
}
