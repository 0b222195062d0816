/** Events whose time lies ahead of our clock, kept until the clock reaches it. */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { Event } from '../../shared/events/event.ts'
import { countLua } from './feedCounts.ts'
import { replyOf, scriptOf } from './redisConnection.ts'
import type { CenterKeys } from './redisKeys.ts'

/** A sender whose clock is a day ahead sends all its events here; it must not fill Redis. */
export const MAX_EVENTS_AHEAD = 10_000
/** One of these is an ordinary event; larger ones (snapshots) are of no use later. */
export const MAX_EVENT_AHEAD_LENGTH = 8_192

/** `known`: kept already, word by word. `full`: not kept, there are too many or it is too large. */
export type AheadVerdict = 'kept' | 'known' | 'full'

/** An event that is due, as it is kept. */
export type DueEvent = { event: Event; kept: string }

export type EventsAhead = {
  /** A verdict each, in the order given. Rejects with `LogUnavailable`. */
  keep: (events: readonly Event[]) => Promise<readonly AheadVerdict[]>
  /** Those whose time the clock has reached, the earliest first. They stay until removed. */
  due: (nowMs: number, limit: number) => Promise<readonly DueEvent[]>
  remove: (due: readonly DueEvent[]) => Promise<void>
  /** How many are kept, at most `MAX_EVENTS_AHEAD`, and when the first is due (null: none). */
  size: () => Promise<{ kept: number; nextAtMs: number | null }>
}

/**
 * KEYS  feeds, future
 * ARGV  our clock (ms), the cap, the longest, then for each event: source, its instant, JSON
 * Returns a letter an event: k kept, d known, f full.
 */
const keep = scriptOf(`
${countLua}
local nowMs, cap, longest = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3])
local letters, counts = {}, {}
for at = 4, #ARGV, 3 do
  local source, dueMs, event = ARGV[at], ARGV[at + 1], ARGV[at + 2]
  local more = counts[source] or {0, 0, 0, 0, 0}
  counts[source] = more
  if redis.call('ZSCORE', KEYS[2], event) then
    letters[#letters + 1] = 'd'
    more[2] = more[2] + 1
  elseif #event > longest or redis.call('ZCARD', KEYS[2]) >= cap then
    letters[#letters + 1] = 'f'
  else
    redis.call('ZADD', KEYS[2], dueMs, event)
    letters[#letters + 1] = 'k'
    more[5] = more[5] + 1
  end
end
for source, more in pairs(counts) do count(KEYS[1], source, more, 0, nowMs) end
return table.concat(letters)
`)

const letterVerdicts: Record<string, AheadVerdict> = { k: 'kept', d: 'known', f: 'full' }

export function redisEventsAhead(
  writer: Redis,
  keys: CenterKeys,
  now: () => number,
  replicas: number,
): EventsAhead {
  return {
    async keep(events) {
      if (events.length === 0) return []
      const args = [String(now()), String(MAX_EVENTS_AHEAD), String(MAX_EVENT_AHEAD_LENGTH)]
      for (const event of events) {
        args.push(event.source, String(event.atMs), JSON.stringify(event))
      }
      const letters = z
        .string()
        .parse(await keep.run(writer, [keys.feeds, keys.future], args, replicas))
      return Array.from(letters, (letter) => letterVerdicts[letter] ?? 'full')
    },

    async due(nowMs, limit) {
      const found = await replyOf(
        writer.zrangebyscore(keys.future, '-inf', nowMs, 'LIMIT', 0, limit),
      )
      return found.map((kept) => ({ event: eventOf(kept), kept }))
    },

    async remove(due) {
      if (due.length > 0) await replyOf(writer.zrem(keys.future, ...due.map(({ kept }) => kept)))
    },

    async size() {
      const [kept, [first]] = await Promise.all([
        replyOf(writer.zcard(keys.future)),
        replyOf(writer.zrange(keys.future, '0', '0')),
      ])
      return { kept, nextAtMs: first === undefined ? null : eventOf(first).atMs }
    },
  }
}

/** Only `keep` writes here, and what it wrote had been parsed at the door. */
const eventOf = (kept: string): Event => JSON.parse(kept) as Event
