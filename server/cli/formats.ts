/** The formats of recordings that can be sent. To add one, add it here. */
import {
  readAmiCapture,
  readQueueLogFile,
  type RecordedBatch,
} from '../connectors/asterisk/files.ts'
import { readCsv } from '../connectors/csv/file.ts'
import type { Mapping } from '../connectors/csv/mapping.ts'
import { readCloudEvents } from './cloudEventsFile.ts'
import { CommandFailed } from './command.ts'
import { messageOf, type RecordedFile, type RecordedPart } from './recording.ts'

/** How a file is to be read. */
export type ReadingOf = {
  file: RecordedFile
  /** The feed that its events are of. */
  source: string
  /** When the bytes were received; null: the recording says so itself. */
  chunks: RecordedFile | null
  /** What the columns of a table are; null: the format has none. */
  mapping: Mapping | null
  /** Whether a queue_log of the same system is read together with it. */
  besideQueueLog: boolean
  onRead: (bytes: number) => void
}

export type Format = {
  summary: string
  /** What its parts are called. */
  unit: 'line' | 'packet' | 'event'
  /** The feed that is meant where none is named; null: each event names its own. */
  defaultSource: string | null
  takesChunks: boolean
  /** Whether it is a table whose columns somebody has to explain. */
  takesMapping: boolean
  /** Whether a file that begins so is likely of this format. */
  recognises: (head: string) => boolean
  read: (reading: ReadingOf) => AsyncIterable<RecordedPart>
}

export const formats = {
  'asterisk-queue-log': {
    summary: 'a queue_log of Asterisk',
    unit: 'line',
    defaultSource: '/asterisk/pbx-1/queue-log',
    takesChunks: false,
    takesMapping: false,
    recognises: (head) => /^\d{9,11}\|/.test(head),
    read: ({ file, source, onRead }) => parts(readQueueLogFile(file.bytes(onRead), source)),
  },
  'asterisk-ami': {
    summary: 'a capture of an AMI connection of Asterisk, every byte that was received',
    unit: 'packet',
    // The same system as the queue_log's: both feeds of one PBX count once.
    defaultSource: '/asterisk/pbx-1/ami',
    takesChunks: true,
    takesMapping: false,
    recognises: (head) => /^(Asterisk Call Manager\/|Event: |Response: )/.test(head),
    read: ({ file, source, chunks, besideQueueLog, onRead }) => {
      const times = chunks?.bytes(() => undefined) ?? null
      return parts(readAmiCapture(file.bytes(onRead), times, source, { besideQueueLog }))
    },
  },
  cloudevents: {
    summary: 'events of the contract, a line each or in a JSON array',
    unit: 'event',
    defaultSource: null,
    takesChunks: false,
    takesMapping: false,
    recognises: (head) => /^\ufeff?\s*[[{]/.test(head),
    read: ({ file, onRead }) => readCloudEvents(file, onRead),
  },
  csv: {
    summary: 'a table, with a mapping of its columns',
    unit: 'line',
    // The mapping names it.
    defaultSource: null,
    takesChunks: false,
    takesMapping: true,
    // Any text may be a table.
    recognises: () => false,
    read: ({ file, source, mapping, onRead }) => {
      if (mapping === null) throw new CommandFailed('a table needs a mapping of its columns')
      return rowsOf(readCsv(file.unpacked(onRead), mapping, source))
    },
  },
} satisfies Record<string, Format>

export type FormatName = keyof typeof formats
export const formatNames = Object.keys(formats) as readonly FormatName[]

export const formatOf = (name: FormatName): Format => formats[name]

/** The parts of a file; what cannot be read of it fails the command. */
export async function* readParts(
  name: FormatName,
  reading: ReadingOf,
): AsyncGenerator<RecordedPart> {
  try {
    yield* formatOf(name).read(reading)
  } catch (error) {
    if (error instanceof CommandFailed) throw error
    throw new CommandFailed(`${reading.file.path} cannot be read: ${messageOf(error)}`)
  }
}

/** The format of a file by its beginning; null: it is none that we know. */
export function recognised(file: RecordedFile): FormatName | null {
  return formatNames.find((name) => formatOf(name).recognises(file.head)) ?? null
}

/** Recordings of Asterisk as all others. */
async function* parts(batches: AsyncIterable<RecordedBatch>): AsyncGenerator<RecordedPart> {
  for await (const { events, recordedAtMs, understood, skipped, rejected } of batches) {
    const skippedCount = [...skipped.values()].reduce((sum, count) => sum + count, 0)
    yield { recordedAtMs, events, at: null, understood, skipped: skippedCount, unread: rejected }
  }
}

/** Tables as all others; when their rows were received, they do not say. */
async function* rowsOf(read: ReturnType<typeof readCsv>): AsyncGenerator<RecordedPart> {
  for await (const { rejected, ...part } of read)
    yield { recordedAtMs: 0, ...part, unread: rejected }
}
