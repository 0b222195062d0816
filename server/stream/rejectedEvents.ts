/** The events that the door turned away, kept with their reasons for the administrator. */
import type { Redis } from 'ioredis'
import { z } from 'zod'
import type { EventFault } from '../../shared/events/parse.ts'
import type { Place } from './eventLog.ts'
import { countLua } from './feedCounts.ts'
import { replyOf, scriptOf } from './redisConnection.ts'
import type { CenterKeys } from './redisKeys.ts'

/** How many are kept; the oldest make room. The counts by source go on for ever. */
export const MAX_KEPT_REJECTIONS = 2_000
/** How much of one is kept: an event that is not a document fits in whole. */
export const MAX_KEPT_CONTENT = 8_192

/** `conflicting` has the id of an accepted event and other content. */
export type RejectionKind = 'rejected' | 'conflicting'

/** An event that the door turned away. */
export type Rejection = {
  kind: RejectionKind
  /** Null where the event, and the key it came with, named none. */
  source: string | null
  /** Null where it had none that is text. */
  id: string | null
  errors: readonly EventFault[]
  /** What was sent, as JSON text or as the feed had it. */
  content: string
}

export type KeptRejection = Rejection & {
  /** Its place in the list, to page by and to remove it by. */
  place: Place
  /** Whether `content` is only the beginning: then it cannot be sent again. */
  isCut: boolean
  receivedAtMs: number
}

export type RejectedEvents = {
  /** Keeps and counts them. Rejects with `LogUnavailable`. */
  keep: (rejections: readonly Rejection[]) => Promise<void>
  /** The newest first, those before a place (null: from the newest on). */
  list: (before: Place | null, limit: number) => Promise<readonly KeptRejection[]>
  /** Takes one out, when it was sent again or seen; false where it is not there any more. */
  remove: (place: Place) => Promise<boolean>
  /** Forgets those received before an instant, in UTC milliseconds. */
  forgetBefore: (beforeMs: number) => Promise<void>
  /** How many are kept now, at most `MAX_KEPT_REJECTIONS`. */
  size: () => Promise<number>
}

/**
 * KEYS  feeds, rejected
 * ARGV  our clock (ms), the cap, how many counts follow, and each: source, rejected; then records
 * A conflicting one is not counted here: the append that found it has counted it.
 */
const keep = scriptOf(`
${countLua}
local counts = tonumber(ARGV[3])
for n = 0, counts - 1 do
  count(KEYS[1], ARGV[4 + 2 * n], {0, 0, 0, tonumber(ARGV[5 + 2 * n]), 0}, 0, ARGV[1])
end
for at = 4 + 2 * counts, #ARGV do
  redis.call('XADD', KEYS[2], 'MAXLEN', '=', ARGV[2], '*', 'rejection', ARGV[at])
end
`)

const Record = z.object({
  kind: z.enum(['rejected', 'conflicting']),
  source: z.string().nullable(),
  id: z.string().nullable(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })),
  content: z.string(),
  isCut: z.boolean(),
  receivedAtMs: z.number(),
})

export function redisRejectedEvents(
  writer: Redis,
  keys: CenterKeys,
  now: () => number,
  replicas: number,
): RejectedEvents {
  return {
    async keep(rejections) {
      if (rejections.length === 0) return
      const nowMs = now()
      const counts = [...countsBySource(rejections)].flatMap(([source, n]) => [source, String(n)])
      const records = rejections
        .slice(-MAX_KEPT_REJECTIONS)
        .map((rejection) => JSON.stringify(recordOf(rejection, nowMs)))
      const first = [String(nowMs), String(MAX_KEPT_REJECTIONS), String(counts.length / 2)]
      await keep.run(
        writer,
        [keys.feeds, keys.rejected],
        [...first, ...counts, ...records],
        replicas,
      )
    },

    async list(before, limit) {
      const from = before === null ? '+' : `(${before}`
      const found = await replyOf(writer.xrevrange(keys.rejected, from, '-', 'COUNT', limit))
      return found.flatMap(([place, fields]) => {
        const record = recordFrom(fields[1] ?? '')
        return record ? [{ place, ...record }] : []
      })
    },

    async remove(place) {
      return (await replyOf(writer.xdel(keys.rejected, place))) === 1
    },

    async forgetBefore(beforeMs) {
      await replyOf(writer.xtrim(keys.rejected, 'MINID', '=', beforeMs))
    },

    async size() {
      return replyOf(writer.xlen(keys.rejected))
    },
  }
}

/** Null for what nobody of ours wrote: one such record must not hide the others. */
function recordFrom(text: string): z.output<typeof Record> | null {
  try {
    return Record.parse(JSON.parse(text))
  } catch {
    return null
  }
}

function countsBySource(rejections: readonly Rejection[]): Map<string, number> {
  const counts = new Map<string, number>()
  for (const { kind, source } of rejections) {
    if (kind === 'rejected') counts.set(source ?? '', (counts.get(source ?? '') ?? 0) + 1)
  }
  return counts
}

function recordOf(rejection: Rejection, receivedAtMs: number): z.input<typeof Record> {
  const { kind, source, id, errors, content } = rejection
  return {
    kind,
    source,
    id,
    errors: [...errors],
    content: content.slice(0, MAX_KEPT_CONTENT),
    isCut: content.length > MAX_KEPT_CONTENT,
    receivedAtMs,
  }
}
