import { pipeline, Readable } from 'node:stream'
import { createGunzip } from 'node:zlib'
import { z } from 'zod'
import type { PacketItem } from './amiPackets.ts'
import { packetSplitter } from './amiPackets.ts'
import { amiTranslator } from './amiTranslator.ts'
import type { AmiTranslation } from './amiTurn.ts'
import { fromJson } from './entries.ts'
import type { Line } from './lines.ts'
import { lineSplitter } from './lines.ts'
import type { QueueLogTranslation } from './queueLogTranslator.ts'
import { queueLogTranslator } from './queueLogTranslator.ts'
import type { Reading, Rejected } from './reading.ts'
import { addReading, emptyReading, reject } from './reading.ts'

/**
 * Reads recordings of Asterisk's feeds: a queue_log, rotated or packed as it may be, and a capture
 * of an AMI connection. The same translators as live, without a clock and without a connection.
 */

/** What a part of a recording says. */
export type RecordedBatch = Omit<Reading, 'rejected'> & {
  /** With its number among the lines, or packets, of the recording, from 1 on. */
  rejected: (Rejected & { at: number })[]
  /** When that part was received (or, in a queue_log, written), in UTC milliseconds. */
  recordedAtMs: number
}

/** The bytes of a file, plain or packed with gzip: a stream, or what was read of it. */
export type FileBytes = AsyncIterable<Uint8Array> | Iterable<Uint8Array>

const GZIP = Buffer.from([0x1f, 0x8b])

/** The bytes, unpacked where they begin as gzip does. Rejects where the packing is damaged. */
async function* unpacked(bytes: FileBytes): AsyncGenerator<Uint8Array> {
  const parts = Readable.from(bytes)[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  let head = Buffer.alloc(0)
  while (head.length < GZIP.length) {
    const part = await parts.next()
    if (part.done) break
    head = Buffer.concat([head, part.value])
  }
  async function* all(): AsyncGenerator<Uint8Array> {
    yield head
    for (let part = await parts.next(); !part.done; part = await parts.next()) yield part.value
  }
  if (!head.subarray(0, GZIP.length).equals(GZIP)) {
    yield* all()
    return
  }
  const gunzip = createGunzip()
  // A failure of either end is thrown by the loop that reads.
  pipeline(Readable.from(all()), gunzip, () => undefined)
  yield* gunzip as AsyncIterable<Uint8Array>
}

async function* linesOf(bytes: FileBytes): AsyncGenerator<Line> {
  const splitter = lineSplitter()
  for await (const part of unpacked(bytes)) yield* splitter.push(part)
  const rest = splitter.end()
  if (rest) yield rest
}

/** Gathers what is read into batches by the instant at which it was recorded. */
function batches() {
  const empty = () => ({ ...emptyReading(), rejected: [] as RecordedBatch['rejected'] })
  let reading = empty()
  let recordedAtMs: number | null = null
  let count = 0
  return {
    /** The batch that is complete, as what comes next is of another instant; null if it is not. */
    begin(atMs: number | null): RecordedBatch | null {
      if (atMs === null || atMs === recordedAtMs) return null
      const complete = recordedAtMs === null ? null : { ...reading, recordedAtMs }
      // What came before any instant was known belongs to the first.
      if (complete) reading = empty()
      recordedAtMs = atMs
      return complete
    },
    /** Adds what the next line, or packet, says. */
    add(more: Reading): void {
      count += 1
      const rejected = more.rejected.map((one) => ({ ...one, at: count }))
      addReading(reading, { ...more, rejected: [] })
      reading.rejected.push(...rejected)
    },
    end: (): RecordedBatch => ({ ...reading, recordedAtMs: recordedAtMs ?? 0 }),
  }
}

/** Reads a queue_log from its beginning; a batch holds the lines of one second. */
export async function* readQueueLogFile(
  bytes: FileBytes,
  source: string,
  settings: QueueLogTranslation = { members: {}, siteEvents: [] },
): AsyncGenerator<RecordedBatch> {
  const translator = queueLogTranslator(source, settings, null)
  const gathered = batches()
  for await (const line of linesOf(bytes)) {
    const reading = translator.read(line)
    const complete = gathered.begin(translator.readUntilMs())
    if (complete) yield complete
    gathered.add(reading)
  }
  yield gathered.end()
}

/** One read of the connection: when it was received, and how many bytes it took. */
const Chunk = z.object({ t: z.int(), off: z.int(), len: z.int().nonnegative() })

async function* chunksOf(bytes: FileBytes): AsyncGenerator<{ atMs: number; length: number }> {
  let offset = 0
  let line = 0
  for await (const { text } of linesOf(bytes)) {
    line += 1
    if (text === '') continue
    const chunk = Chunk.safeParse(fromJson(text))
    if (!chunk.success || chunk.data.off !== offset) {
      throw new Error(
        `line ${line} of the times of receipt does not follow on: ${text.slice(0, 80)}`,
      )
    }
    offset += chunk.data.len
    yield { atMs: chunk.data.t, length: chunk.data.len }
  }
}

/** The bytes of a capture, cut where one read ended and the next began. */
async function* received(
  bytes: FileBytes,
  times: FileBytes | null,
): AsyncGenerator<{ bytes: Uint8Array; atMs: number | null }> {
  const chunks = times === null ? null : chunksOf(times)
  let left = 0
  let atMs: number | null = null
  for await (const part of unpacked(bytes)) {
    let from = 0
    while (from < part.length) {
      if (chunks && left === 0) {
        const chunk = await chunks.next()
        // What comes after the last known time came no earlier.
        if (chunk.done) left = Number.POSITIVE_INFINITY
        else ({ atMs, length: left } = chunk.value)
        continue
      }
      const take = chunks ? Math.min(left, part.length - from) : part.length - from
      yield { bytes: part.subarray(from, from + take), atMs }
      from += take
      left -= take
    }
  }
}

/**
 * Reads a capture of an AMI connection: every byte that was received, from the greeting on. `times`
 * has a JSON object a read, `{"t": UTC milliseconds, "off": offset, "len": bytes}`; null where the
 * packets carry a Timestamp, without which nothing can be said of them then.
 */
export async function* readAmiCapture(
  bytes: FileBytes,
  times: FileBytes | null,
  source: string,
  settings: AmiTranslation = { besideQueueLog: false },
): AsyncGenerator<RecordedBatch> {
  const translator = amiTranslator(source, settings, null)
  const splitter = packetSplitter()
  const gathered = batches()
  function read(item: PacketItem, atMs: number | null): RecordedBatch | null {
    const reading = translator.read(item, atMs)
    const complete = gathered.begin(atMs ?? translator.heardUntilMs())
    gathered.add(reading)
    return complete
  }
  for await (const part of received(bytes, times)) {
    for (const item of splitter.push(part.bytes)) {
      const complete = read(item, part.atMs)
      if (complete) yield complete
    }
  }
  const rest = splitter.end()
  if (rest?.ok === false) {
    const reading = emptyReading()
    reject(reading, rest.input, rest.reason)
    gathered.add(reading)
  }
  gathered.add(translator.end())
  yield gathered.end()
}
