/** An event log on Redis Streams: one entry an accepted batch, marked and stored in one step. */
import { createHash, randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import type { Redis } from 'ioredis'
import { z } from 'zod'
import { SECOND_MS } from '../../shared/time.ts'
import { contentHash } from './contentHash.ts'
import type { Appended, DoorVerdict, EventLog, LogEntry, Place, StreamEvent } from './eventLog.ts'
import { comparePlaces, LogReplaced, LogUnavailable } from './eventLog.ts'
import { appendBatch, askEnd, askGeneration, raiseEnd, readChunk } from './logScripts.ts'
import { ownConnection, replyOf } from './redisConnection.ts'
import type { CenterKeys } from './redisKeys.ts'

/**
 * How many deliveries one generation of the door's memory holds; there are two of them. At the
 * 3,000 events a second of the largest center that is some two minutes of retries, for a desk of
 * twenty a day and more; about 40 MB a generation.
 */
const DOOR_GENERATION = 250_000
/** A longer mark is kept as a hash: ids may have 512 characters. */
const MAX_MARK_LENGTH = 96
/** What one read brings: so much JSON (and the entry that exceeds it), or so many entries. */
const CHUNK_BYTES = 1024 * 1024
const CHUNK_ENTRIES = 1_000
/** How long a blocked read lasts, and so how late it may notice that it should stop. */
const BLOCK_MS = SECOND_MS / 2
/** The pause after a read that failed: the connection heals by itself meanwhile. */
const AGAIN_MS = SECOND_MS / 4

export type RedisEventLogOptions = {
  /** Where and as whom to connect; the log makes connections of its own. */
  redis: Redis
  keys: CenterKeys
  /** Writes go through this connection; whoever made it closes it. */
  writer: Redis
  /** The clock, in UTC milliseconds: when deliveries were received. */
  now: () => number
  /** Told of an entry that is no batch of ours, such as one added by hand. It is passed over. */
  damaged: (place: Place, content: string) => void
  /** For tests; `DOOR_GENERATION` otherwise. */
  doorGeneration?: number
}

const letterVerdicts: Record<string, DoorVerdict> = {
  a: 'accepted',
  d: 'duplicate',
  c: 'conflicting',
}
const AppendReply = z.tuple([z.string(), z.string()])
/** The generation, the last place given out, and entries with their places. */
const Chunk = z.tuple([
  z.string().nullable(),
  z.string(),
  z.array(z.tuple([z.string(), z.string()])),
])

export function redisEventLog(options: RedisEventLogOptions): EventLog {
  const { keys, writer, now } = options
  const doorGeneration = String(options.doorGeneration ?? DOOR_GENERATION)

  return {
    async append(events) {
      const runs = runsOf(events)
      const args = [
        randomUUID(),
        doorGeneration,
        String(now()),
        String(runs.length),
        String(events.length),
      ]
      for (const run of runs) args.push(run.source, String(run.length), String(run.latestMs))
      for (const event of events) {
        args.push(markOf(event), hashOf(event), JSON.stringify(event))
      }
      const reply = await appendBatch.run(writer, [...logKeysOf(keys), keys.feeds], args)
      return appendedOf(AppendReply.parse(reply))
    },

    readAfter: (place, signal) => readAfter(options, place, signal),

    async end() {
      return z.string().parse(await askEnd.run(writer, logKeysOf(keys), [randomUUID()]))
    },

    generation: () => askedGeneration(writer, keys),

    async raiseAbove(place) {
      await raiseEnd.run(writer, logKeysOf(keys), [randomUUID(), place])
    },
  }
}

/** The keys that each script of the log takes first. */
function logKeysOf(keys: CenterKeys): string[] {
  return [keys.events, keys.generation, keys.door, keys.olderDoor]
}

async function askedGeneration(redis: Redis, keys: CenterKeys): Promise<string> {
  return z.string().parse(await askGeneration.run(redis, logKeysOf(keys), [randomUUID()]))
}

function appendedOf([place, letters]: readonly [string, string]): Appended {
  const verdicts = Array.from(letters, (letter) => {
    const verdict = letterVerdicts[letter]
    if (!verdict) throw new Error(`The append script answered ${letter}`)
    return verdict
  })
  return { place, verdicts }
}

/** Neighbours of one source, counted together. Our own events have none and are not counted. */
type Run = { source: string; length: number; latestMs: number }

function runsOf(events: readonly StreamEvent[]): Run[] {
  const runs: Run[] = []
  for (const event of events) {
    const source = 'source' in event ? event.source : ''
    const last = runs.at(-1)
    if (last?.source === source) {
      last.length += 1
      last.latestMs = Math.max(last.latestMs, event.atMs)
    } else {
      runs.push({ source, length: 1, latestMs: event.atMs })
    }
  }
  return runs
}

/** What the door knows a delivery by. No source has a space in it. */
function markOf(event: StreamEvent): string {
  const mark = 'source' in event ? `${event.source} ${event.id}` : ` ${event.id}`
  return mark.length <= MAX_MARK_LENGTH ? mark : createHash('sha256').update(mark).digest('base64')
}

/** When a collector saw it belongs to the delivery: a retry may say another instant. */
function hashOf(event: StreamEvent): string {
  if (!('recordedAtMs' in event)) return contentHash(event).toString(36)
  const { recordedAtMs: _, ...content } = event
  return contentHash(content).toString(36)
}

async function* readAfter(
  options: RedisEventLogOptions,
  start: Place,
  signal: AbortSignal,
): AsyncGenerator<readonly LogEntry[]> {
  const { redis, keys } = options
  // A blocked read holds its connection, so it gets one of its own.
  const reader = ownConnection(redis, 'reader')
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
        generation ??= await askedGeneration(reader, keys)
        const chunk = await chunkAfter(reader, keys, place)
        assertSameLog(chunk, generation, place)
        entries = entriesOf(chunk[2], options)
        if (entries.length === 0) await bell(reader, keys, place)
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
function assertSameLog([found, end]: Chunk, generation: string, place: Place): void {
  if (found !== generation) {
    throw new LogReplaced(`The log had the generation ${generation}, now ${String(found)}`)
  }
  if (comparePlaces(end, place) < 0) {
    throw new LogReplaced(`The log was read to ${place} and ends at ${end}`)
  }
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
    const events = batchOf(content)
    if (events === null) damaged(place, content)
    return { place, events: events ?? [] }
  })
}

/** A batch as `append` wrote it; null where the entry is none. */
function batchOf(content: string): readonly StreamEvent[] | null {
  try {
    const parsed: unknown = JSON.parse(content)
    // Only `append` writes here, and what it wrote had been parsed at the edge.
    return Array.isArray(parsed) ? (parsed as StreamEvent[]) : null
  } catch {
    return null
  }
}
