/** `replay`: sends recordings in the rhythm in which they were recorded. */
import { basename, resolve } from 'node:path'
import { SECOND_MS } from '../../../shared/time.ts'
import {
  oneOf,
  textOf,
  textsOf,
  UsageError,
  type CliIo,
  type Command,
  type Values,
} from '../command.ts'
import { connect, connectionOptions } from '../connection.ts'
import { formatNames, formatOf, readParts, recognised, type FormatName } from '../formats.ts'
import { untilInNumbers } from '../inNumbers.ts'
import { instantOf, shifted } from '../liveShift.ts'
import { countText, createProgress } from '../progress.ts'
import { openRecording, type RecordedFile, type RecordedPart } from '../recording.ts'
import { createSender } from '../sending.ts'
import { addUnread, newReadFile, summarize, type ReadFile } from '../summary.ts'
import { sourceOf } from './import.ts'

/** Looks at the clock at least so often while it waits. */
const LOOK_EVERY_MS = SECOND_MS

export const replayCommand: Command = {
  name: 'replay',
  summary: 'Send recordings in the rhythm in which they were recorded',
  usage: '<file …> [options]',
  details: [
    'Each event is sent when it was received in the recording, counted from its beginning, and has',
    'the time that it was recorded with. Several files are told together. Returns when everything',
    'is in the numbers.',
    '',
    'Examples:',
    '  npm run ringside -- replay ami.raw.txt.gz --chunks ami.chunks.jsonl --speed 10',
    '  npm run ringside -- replay queue_log ami.raw.txt.gz --chunks ami.chunks.jsonl --live',
  ],
  options: {
    speed: {
      type: 'string',
      value: 'SPEED',
      help: 'so many times as fast as it went, or max; default 1',
    },
    live: {
      type: 'boolean',
      help: 'shift all times, so that the last one falls at the end of the replay;\ncontacts are new ones then',
    },
    format: {
      type: 'string',
      multiple: true,
      value: 'FORMAT',
      help: `${formatNames.join(', ')};\nonce for all files, or for each in their order; else by their beginning`,
    },
    source: {
      type: 'string',
      multiple: true,
      value: 'SOURCE',
      help: "the feed's name, for each file in their order; else as import has it",
    },
    chunks: {
      type: 'string',
      multiple: true,
      value: 'FILE',
      help: 'when each part was received, for each asterisk-ami file in their order',
    },
    ...connectionOptions,
  },
  run: async (io, values, words) => {
    if (words.length === 0) throw new UsageError('replay takes at least one file')
    const speed = speedOf(textOf(values, 'speed') ?? '1')
    const connection = connect(io, values)
    const tracks = await tracksOf(io, values, words)
    const span = values['live'] === true ? await spanOf(tracks) : null

    const began = io.now()
    // What plays at max has no length.
    const lengthMs = span && speed !== 'max' ? (span.toMs - span.fromMs) / speed : 0
    const shiftMs = span ? Math.round(began + lengthMs - span.lastMs) : null
    const progress = createProgress(io)
    const sender = createSender(connection)
    let firstMs: number | null = null
    for await (const { track, part } of merged(tracks)) {
      // What gives no event, or says no time, is waited for by nobody.
      if (part.events.length > 0 && part.recordedAtMs > 0) {
        firstMs ??= part.recordedAtMs
        const dueMs = speed === 'max' ? began : began + (part.recordedAtMs - firstMs) / speed
        if (dueMs > io.now()) await sender.flush()
        while (dueMs > io.now()) {
          progress.show(shareOf(tracks), `${countText(sender.tally.accepted)} events`)
          await io.wait(Math.min(dueMs - io.now(), LOOK_EVERY_MS))
          io.signal.throwIfAborted()
        }
      }
      for (const [i, event] of part.events.entries()) {
        const told = shiftMs === null ? event : shifted(event, shiftMs)
        const at = part.at?.[i] ?? null
        if (told === null) addUnread(track.read, [retraction(at ?? 0)])
        else await sender.add({ event: told, where: at === null ? null : `${track.name}:${at}` })
      }
      track.read.understood += part.understood
      track.read.skipped += part.skipped
      addUnread(track.read, part.unread)
      progress.show(shareOf(tracks), `${countText(sender.tally.accepted)} events`)
      io.signal.throwIfAborted()
    }
    await sender.flush()
    const { place } = sender.tally
    if (place !== null) await untilInNumbers(io, connection, progress, place)
    progress.clear()
    const files = tracks.map(({ read }) => read)
    return summarize(io, files, sender.tally, io.now() - began)
  },
}

const retraction = (at: number) => ({
  ...{ at, input: 'fact.retracted', reason: 'names a fact by its key, which --live cannot shift' },
})

/** A file of a replay. */
type Track = {
  name: string
  file: RecordedFile
  open: (onRead: (bytes: number) => void) => AsyncIterable<RecordedPart>
  read: ReadFile
  share: number
}

function speedOf(text: string): number | 'max' {
  if (text === 'max') return 'max'
  const speed = Number(text.replace(/x$/i, ''))
  if (Number.isFinite(speed) && speed > 0) return speed
  throw new UsageError(`--speed ${text} is neither a number above 0 nor max`)
}

async function tracksOf(io: CliIo, values: Values, paths: readonly string[]): Promise<Track[]> {
  const files = await Promise.all(paths.map((path) => openRecording(resolve(io.folder, path))))
  const given = textsOf(values, 'format').map((name) => oneOf('format', name, formatNames))
  const table = given.find((name) => formatOf(name).takesMapping)
  if (table !== undefined) {
    throw new UsageError(`${table} says nothing of when it was received: import it`)
  }
  const names = files.map((file, i) => {
    const name = given.length === 1 ? given[0] : given[i]
    const found = name ?? recognised(file)
    if (found === null) {
      throw new UsageError(`what is ${file.path}? Say so with --format (${formatNames.join(', ')})`)
    }
    return found
  })
  const sources = textsOf(values, 'source')
  const chunks = textsOf(values, 'chunks')
  const taking = names.filter((name) => formatOf(name).takesChunks).length
  if (chunks.length > taking) throw new UsageError('--chunks belongs to files of asterisk-ami')
  if (given.length > Math.max(1, files.length) || sources.length > files.length) {
    throw new UsageError('there are more --format or --source than files')
  }
  const besideQueueLog = names.includes('asterisk-queue-log')
  let used = 0
  return Promise.all(
    files.map(async (file, i) => {
      const name = names[i] as FormatName
      const format = formatOf(name)
      const path = format.takesChunks ? chunks[used++] : undefined
      const received = path === undefined ? null : await openRecording(resolve(io.folder, path))
      const source = sourceOf(name, sources[i] ?? null)
      return {
        name: basename(file.path),
        file,
        open: (onRead) =>
          readParts(name, {
            ...{ file, source, chunks: received, mapping: null, besideQueueLog, onRead },
          }),
        read: newReadFile(paths[i] ?? file.path, format.unit),
        share: 0,
      }
    }),
  )
}

/** How much of all files was read. */
function shareOf(tracks: readonly Track[]): number {
  const bytes = tracks.reduce((sum, { file }) => sum + file.sizeBytes, 0)
  const read = tracks.reduce((sum, { file, share }) => sum + file.sizeBytes * share, 0)
  return read / Math.max(1, bytes)
}

type Next = { track: Track; parts: AsyncIterator<RecordedPart>; part: RecordedPart }

/** The parts of all tracks, in the order in which they were received. */
async function* merged(
  tracks: readonly Track[],
): AsyncGenerator<{ track: Track; part: RecordedPart }> {
  let nexts: Next[] = []
  const advance = async (track: Track, parts: AsyncIterator<RecordedPart>): Promise<Next[]> => {
    const next = await parts.next()
    return next.done ? [] : [{ track, parts, part: next.value }]
  }
  for (const track of tracks) {
    const parts = track.open((bytes) => {
      track.share = bytes / Math.max(1, track.file.sizeBytes)
    })
    nexts.push(...(await advance(track, parts[Symbol.asyncIterator]())))
  }
  for (;;) {
    const first = nexts.reduce<Next | null>(
      (best, one) => (best && best.part.recordedAtMs <= one.part.recordedAtMs ? best : one),
      null,
    )
    if (!first) return
    yield { track: first.track, part: first.part }
    const rest = nexts.filter((one) => one !== first)
    nexts = [...rest, ...(await advance(first.track, first.parts))]
  }
}

/** From when to when it was recorded, and the last instant that it tells of. */
async function spanOf(
  tracks: readonly Track[],
): Promise<{ fromMs: number; toMs: number; lastMs: number } | null> {
  const span = { fromMs: Infinity, toMs: -Infinity, lastMs: -Infinity }
  for (const { open } of tracks) {
    for await (const { events, recordedAtMs } of open(() => undefined)) {
      if (events.length === 0 || recordedAtMs <= 0) continue
      span.fromMs = Math.min(span.fromMs, recordedAtMs)
      span.toMs = Math.max(span.toMs, recordedAtMs)
      for (const event of events) span.lastMs = Math.max(span.lastMs, instantOf(event) ?? -Infinity)
    }
  }
  return Number.isFinite(span.lastMs) ? span : null
}
