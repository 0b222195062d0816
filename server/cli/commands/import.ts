/** `import`: sends a recording as fast as the server takes it. */
import { basename, resolve } from 'node:path'
import { oneOf, textOf, UsageError, type Command } from '../command.ts'
import { connect, connectionOptions } from '../connection.ts'
import { formatNames, formatOf, readParts, type FormatName } from '../formats.ts'
import { untilInNumbers } from '../inNumbers.ts'
import { mappingOf, readyNames } from '../mappings.ts'
import { countText, createProgress } from '../progress.ts'
import { openReport } from '../report.ts'
import { openRecording } from '../recording.ts'
import { createSender } from '../sending.ts'
import { addUnread, newReadFile, summarize } from '../summary.ts'

export const importCommand: Command = {
  name: 'import',
  summary: 'Send a recording to the server, as fast as it takes it',
  usage: '<format> <file> [options]',
  details: [
    'Formats:',
    ...formatNames.map((name) => `  ${name.padEnd(20)}${formatOf(name).summary}`),
    'A file may be packed with gzip. Sending it again changes nothing: each event counts once.',
    'Returns when what was sent is in the numbers.',
    '',
    'Examples:',
    '  npm run ringside -- import asterisk-queue-log /var/log/asterisk/queue_log',
    '  npm run ringside -- import asterisk-ami ami.raw.txt.gz --chunks ami.chunks.jsonl',
    '  npm run ringside -- import cloudevents events.ndjson',
    '  npm run ringside -- import csv --mapping call-list calls.csv',
  ],
  options: {
    source: {
      type: 'string',
      value: 'SOURCE',
      help: `the feed's name; else the mapping's,\n${defaultSources()}`,
    },
    chunks: {
      type: 'string',
      value: 'FILE',
      help: 'asterisk-ami: when each part was received, a JSON object a line:\n{"t": UTC milliseconds, "off": offset, "len": bytes}',
    },
    mapping: {
      type: 'string',
      value: 'FILE',
      help: `csv: what the columns are, in JSON; or one that comes along:\n${readyNames.join(', ')}`,
    },
    rejected: {
      type: 'string',
      value: 'FILE',
      help: 'writes what was not understood to this file, with lines and reasons',
    },
    ...connectionOptions,
  },
  run: async (io, values, words) => {
    const [formatName, path, ...rest] = words
    if (formatName === undefined || path === undefined || rest.length > 0) {
      throw new UsageError('import takes a format and a file')
    }
    const name = oneOf('format', formatName, formatNames)
    const format = formatOf(name)
    const mapping = await mappingOf(io, name, textOf(values, 'mapping'))
    const named = textOf(values, 'source')
    const source = mapping ? (named ?? mapping.source) : sourceOf(name, named)
    const chunks = textOf(values, 'chunks')
    if (chunks !== null && !format.takesChunks) {
      throw new UsageError(`--chunks belongs to asterisk-ami, not to ${name}`)
    }
    const connection = connect(io, values)
    const file = await openRecording(resolve(io.folder, path))
    const rejected = textOf(values, 'rejected')
    const report = rejected === null ? null : await openReport(resolve(io.folder, rejected))
    const received = chunks === null ? null : await openRecording(resolve(io.folder, chunks))

    const began = io.now()
    const progress = createProgress(io)
    const sender = createSender(connection)
    const read = newReadFile(path, format.unit)
    let share = 0
    const parts = readParts(name, {
      ...{ file, source, chunks: received, mapping, besideQueueLog: false },
      onRead: (bytes) => {
        share = bytes / Math.max(1, file.sizeBytes)
      },
    })
    try {
      for await (const { events, at, understood, skipped, unread } of parts) {
        await report?.add(unread)
        for (const [i, event] of events.entries()) {
          const where = at === null ? null : `${basename(path)}:${String(at[i] ?? 0)}`
          await sender.add({ event, where })
        }
        read.understood += understood
        read.skipped += skipped
        addUnread(read, unread)
        progress.show(share, `${countText(sender.tally.accepted)} events`)
        io.signal.throwIfAborted()
      }
    } finally {
      await report?.close()
    }
    await sender.flush()
    const { place } = sender.tally
    if (place !== null) await untilInNumbers(io, connection, progress, place)
    progress.clear()
    return summarize(io, [read], sender.tally, io.now() - began)
  },
}

function defaultSources(): string {
  const named = formatNames.flatMap((name) => formatOf(name).defaultSource ?? [])
  return named.join('\nor ')
}

/** The feed of a recording: as named, else the usual one; '' where each event names its own. */
export function sourceOf(name: FormatName, named: string | null): string {
  const { defaultSource } = formatOf(name)
  if (defaultSource === null) {
    if (named !== null) throw new UsageError(`events of ${name} name their source themselves`)
    return ''
  }
  return named ?? defaultSource
}
