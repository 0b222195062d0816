/** An event log on Redis Streams: one entry an accepted batch, marked and stored in one step. */
import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { SECOND_MS } from '../../shared/time.ts'
import { batchOf, eventsIn, type Batch, type Run } from './batch.ts'
import { NEVER, recentDeliveries, type Deliveries, type Knowledge } from './deliveries.ts'
import type {
  Appended,
  DoorVerdict,
  EventLog,
  LogEntry,
  LogSize,
  Place,
  ReadListener,
  StreamEvent,
} from './eventLog.ts'
import { LogReplaced, LogUnavailable } from './eventLog.ts'
import { gather } from './gather.ts'
import {
  appendBatch,
  askEnd,
  askGeneration,
  askHolds,
  askSize,
  askTrimmed,
  readChunk,
  readMarks,
  trimEntries,
} from './logScripts.ts'
import type { RedisAddress } from './redisAddress.ts'
import { ownConnection, replyOf } from './redisConnection.ts'
import type { CenterKeys } from './redisKeys.ts'

/**
 * How many deliveries the door remembers. At the 3,000 events a second of the largest center that
 * is some two minutes of retries, for a desk of twenty a day and more; 8 MB in Redis, and about
 * 30 MB in each process that appends.
 */
const REMEMBERED_DELIVERIES = 400_000
/** Every attempt but the last was overtaken by another process; with this many, none is. */
const APPEND_ATTEMPTS = 50
/** What one read brings: so much JSON (and the entry that exceeds it), or so many entries. */
const CHUNK_BYTES = 1024 * 1024
const CHUNK_ENTRIES = 1_000
/** How long a blocked read lasts, and so how late it may notice that it should stop. */
const BLOCK_MS = SECOND_MS / 2
/** The pause after a read that failed: the connection heals by itself meanwhile. */
const AGAIN_MS = SECOND_MS / 4

export type RedisEventLogOptions = {
  /** Where and as whom readers connect. */
  redis: RedisAddress
  keys: CenterKeys
  /** Writes go through this connection; whoever made it closes it. */
  writer: Redis
  /** How many replicas must have a batch before it is accepted; 0: none. */
  replicas: number
  /** The clock, in UTC milliseconds: when deliveries were received. */
  now: () => number
  /** Told of an entry that is no batch of ours, such as one added by hand. It is passed over. */
  damaged: (place: Place, content: string) => void
  /** For tests; `REMEMBERED_DELIVERIES` otherwise. */
  rememberedDeliveries?: number
}

const AppendReply = z.tuple([z.enum(['stored', 'again', 'stale']), z.string(), z.string()])
const SizeReply = z.tuple([z.number(), z.string()])
const TrimmedReply = z.union([z.tuple([]), z.tuple([z.string(), z.string()])])
const MarksReply = z.tuple([z.coerce.number(), z.string()])
/** The generation, whether nothing after the place is lost, and entries with their places. */
const Chunk = z.tuple([
  z.string().nullable(),
  z.coerce.boolean(),
  z.array(z.tuple([z.string(), z.string()])),
])

export function redisEventLog(options: RedisEventLogOptions): EventLog {
  const { keys, writer } = options
  const remembered = options.rememberedDeliveries ?? REMEMBERED_DELIVERIES
  const append = gather(storeIn(options, remembered))

  return {
    append: (batch) => append('json' in batch ? batch : batchOf(batch)),

    readAfter: (place, signal, listener) => readAfter(options, place, signal, listener),

    async end() {
      return z.string().parse(await askEnd.run(writer, logKeysOf(keys), [randomUUID()]))
    },

    generation: () => askedGeneration(writer, keys),

    async holdsAfter(place) {
      return (await askHolds.run(writer, logKeysOf(keys), [randomUUID(), place])) === 1
    },

    size: () => sizeOf(writer, keys),

    async trim(generation, before, most) {
      const args = [generation, before, String(most)]
      return z.number().parse(await trimEntries.run(writer, trimKeysOf(keys), args))
    },

    async trimmed() {
      const [from, to] = TrimmedReply.parse(await askTrimmed.run(writer, trimKeysOf(keys), []))
      return from === undefined || to === undefined ? null : { from, to }
    },

    async forgetDeliveries() {
      await replyOf(writer.unlink(keys.door, keys.doorPosition))
    },
  }
}

/** The keys that each script of the log takes first. */
function logKeysOf(keys: CenterKeys): string[] {
  return [keys.events, keys.generation, keys.door, keys.doorPosition]
}

function trimKeysOf({ events, generation, trimmed }: CenterKeys): string[] {
  return [events, generation, trimmed]
}

async function sizeOf(redis: Redis, { events }: CenterKeys): Promise<LogSize> {
  const [[entries, oldest], bytes] = await Promise.all([
    askSize.run(redis, [events], []).then((reply) => SizeReply.parse(reply)),
    // Some who run Redis for others forbid it: then there is no limit by size.
    redis.call('MEMORY', 'USAGE', events).catch((error: unknown) => {
      if (error instanceof Error && /NOPERM|unknown command/i.test(error.message)) return null
      throw new LogUnavailable(`Redis cannot serve: ${String(error)}`, { cause: error })
    }),
  ])
  return {
    entries,
    oldest: oldest === '' ? null : oldest,
    bytes: z.number().nullable().parse(bytes),
  }
}

async function askedGeneration(redis: Redis, keys: CenterKeys): Promise<string> {
  return z.string().parse(await askGeneration.run(redis, logKeysOf(keys), [randomUUID()]))
}

/**
 * Stores batches as one entry, with the door's memory in this process: it is a copy of that in
 * Redis, which another process may have added to. So each append says up to where the copy goes,
 * and the script that stores the batches stores nothing if the rest holds one of their events.
 * One append at a time: each knows of all before it.
 */
function storeIn(
  { keys, writer, replicas, now }: RedisEventLogOptions,
  remembered: number,
): (together: readonly Batch[]) => Promise<readonly Appended[]> {
  const deliveries = recentDeliveries(remembered)
  const copyMarks = async (): Promise<void> => {
    const args = [randomUUID(), String(remembered)]
    const [position, marks] = MarksReply.parse(await readMarks.run(writer, logKeysOf(keys), args))
    deliveries.replace(marks, position)
  }

  /** Null: it was overtaken by another process, and stored nothing. */
  const attempt = async (together: readonly Batch[]): Promise<readonly Appended[] | null> => {
    if (deliveries.position === NEVER) await copyMarks()
    const judged = together.map((batch) => judge(batch, deliveries))
    const fresh = judged.filter(({ json }) => json !== '')
    const marks = fresh.map((one) => one.marks).join('')
    const args = [
      randomUUID(),
      String(remembered),
      String(deliveries.position),
      deliveries.last,
      marks,
      fresh.length === 0 ? '' : `[${fresh.map(({ json }) => json).join(',')}]`,
      String(now()),
      ...judged.flatMap(({ counts }) => counts),
    ]
    const [outcome, place, unknown] = AppendReply.parse(
      await appendBatch.run(writer, [...logKeysOf(keys), keys.feeds], args, replicas),
    )
    if (outcome !== 'stored') return null
    deliveries.add(unknown)
    deliveries.wrote(marks)
    return judged.map(({ verdicts }) => ({ place, verdicts }))
  }

  return async (together) => {
    for (let tries = 0; tries < APPEND_ATTEMPTS; tries++) {
      let appended: readonly Appended[] | null = null
      try {
        appended = await attempt(together)
      } finally {
        // What was met is not written, or nobody knows whether it is.
        if (appended === null) deliveries.doubt()
      }
      if (appended) return appended
    }
    throw new LogUnavailable('Other processes append too fast for this one.')
  }
}

/** What the door says of each event of a batch, and those that are new: their JSON and marks. */
type Judged = Pick<Batch, 'json' | 'marks'> & {
  verdicts: readonly DoorVerdict[]
  /** For each run of a source: its name, three counts, and its latest instant. */
  counts: readonly string[]
}

function judge(batch: Batch, deliveries: Deliveries): Judged {
  const verdicts = Array.from(
    { length: batch.length },
    (_, n) => verdictOf[deliveries.meet(batch.marks, n)],
  )
  const counts = countsOf(batch.runs, verdicts)
  const isNew = (_: unknown, n: number): boolean => verdicts[n] === 'accepted'
  if (verdicts.every((verdict) => verdict === 'accepted')) {
    return { json: batch.json, marks: batch.marks, verdicts, counts }
  }
  const { json, marks } = batchOf(eventsIn(batch).filter(isNew))
  return { json, marks, verdicts, counts }
}

const verdictOf: Record<Knowledge, DoorVerdict> = {
  new: 'accepted',
  same: 'duplicate',
  other: 'conflicting',
}

function countsOf(runs: readonly Run[], verdicts: readonly DoorVerdict[]): string[] {
  let from = 0
  return runs.flatMap(({ source, length, latestMs }) => {
    const counts = { accepted: 0, duplicate: 0, conflicting: 0 }
    for (const verdict of verdicts.slice(from, from + length)) counts[verdict] += 1
    from += length
    const { accepted, duplicate, conflicting } = counts
    return [source, ...[accepted, duplicate, conflicting, latestMs].map(String)]
  })
}

async function* readAfter(
  options: RedisEventLogOptions,
  start: Place,
  signal: AbortSignal,
  listener?: ReadListener,
): AsyncGenerator<readonly LogEntry[]> {
  const { redis, keys } = options
  // A blocked read holds its connection, so it gets one of its own.
  const reader = ownConnection(redis, keys.events, 'reader')
  const close = (): void => {
    reader.disconnect()
  }
  signal.addEventListener('abort', close)
  let place = start
  let generation: string | null = null
  try {
    while (!signal.aborted) {
      let entries: LogEntry[] = []
      try {
        listener?.asking()
        generation ??= await askedGeneration(reader, keys)
        const chunk = await chunkAfter(reader, keys, place)
        listener?.answered()
        assertSameLog(chunk, generation, place)
        entries = entriesOf(chunk[2], options)
        if (entries.length === 0) {
          listener?.asking()
          await bell(reader, keys, place)
          listener?.answered()
        }
      } catch (error) {
        if (!(error instanceof LogUnavailable)) throw error
        await pause(AGAIN_MS, undefined, { signal }).catch(() => undefined)
      }
      const last = entries.at(-1)
      if (!last) continue
      place = last.place
      yield entries
    }
  } finally {
    signal.removeEventListener('abort', close)
    close()
  }
}

type Chunk = z.infer<typeof Chunk>

async function chunkAfter(reader: Redis, keys: CenterKeys, place: Place): Promise<Chunk> {
  const limits = [String(CHUNK_BYTES), String(CHUNK_ENTRIES)]
  return Chunk.parse(
    await readChunk.run(reader, [keys.events, keys.generation], [place, ...limits]),
  )
}

/** Whatever Redis comes back with may be another log, or have lost the end of this one. */
function assertSameLog([found, isWhole]: Chunk, generation: string, place: Place): void {
  if (found !== generation) {
    throw new LogReplaced(`The log had the generation ${generation}, now ${String(found)}`)
  }
  if (!isWhole) throw new LogReplaced(`The log was read to ${place}, and has lost that entry`)
}

/**
 * Waits until something lies after a place, for `BLOCK_MS` at most. Only a bell: what came is read
 * with its generation, in chunks.
 */
async function bell(reader: Redis, keys: CenterKeys, place: Place): Promise<void> {
  await replyOf(reader.xread('COUNT', 1, 'BLOCK', BLOCK_MS, 'STREAMS', keys.events, place))
}

function entriesOf(
  entries: readonly (readonly [string, string])[],
  { damaged }: RedisEventLogOptions,
): LogEntry[] {
  return entries.map(([place, content]) => {
    const events = storedEvents(content)
    if (events === null) damaged(place, content)
    return { place, events: events ?? [] }
  })
}

/** Events as `append` wrote them; null where the entry holds none. */
function storedEvents(content: string): readonly StreamEvent[] | null {
  try {
    const parsed: unknown = JSON.parse(content)
    // Only `append` writes here, and what it wrote had been parsed at the edge.
    return Array.isArray(parsed) ? (parsed as StreamEvent[]) : null
  } catch {
    return null
  }
}
