/** Files of CloudEvents: one a line (NDJSON), or a JSON array. */
import { createInterface } from 'node:readline'
import { Readable } from 'node:stream'
import { parseInstant } from '../../shared/events/fields.ts'
import { CommandFailed } from './command.ts'
import type { RecordedFile, RecordedPart } from './recording.ts'

/** An array is parsed in one go; a larger one has to be written a line an event. */
const MAX_ARRAY_BYTES = 256 * 1024 * 1024
/** Enough of a line to recognise it. */
const EXCERPT_LENGTH = 200

export async function* readCloudEvents(
  file: RecordedFile,
  onRead: (bytes: number) => void,
): AsyncGenerator<RecordedPart> {
  let recordedAtMs = 0
  for await (const { at, text, value } of itemsOf(file, onRead)) {
    if (value === undefined) {
      const unread = { at, input: text.slice(0, EXCERPT_LENGTH), reason: 'not JSON' }
      yield { ...nothing, recordedAtMs, unread: [unread] }
      continue
    }
    recordedAtMs = whenRecorded(value) ?? recordedAtMs
    yield { ...nothing, recordedAtMs, events: [value], at: [at], understood: 1 }
  }
}

const nothing = { events: [], at: null, understood: 0, skipped: 0, unread: [] } as const

/** `value` undefined: the text is no JSON. */
type Item = { at: number; text: string; value: unknown }

async function* itemsOf(file: RecordedFile, onRead: (bytes: number) => void): AsyncGenerator<Item> {
  if (/^\ufeff?\s*\[/.test(file.head)) {
    const values = arrayOf(await wholeText(file, onRead), file.path)
    for (const [index, value] of values.entries()) yield { at: index + 1, text: '', value }
    return
  }
  const input = Readable.from(file.unpacked(onRead))
  let at = 0
  for await (const line of createInterface({ input, crlfDelay: Infinity })) {
    at += 1
    const text = line.replace(/^\ufeff/, '')
    if (text.trim() !== '') yield { at, text, value: parsed(text) }
  }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return undefined
  }
}

async function wholeText(file: RecordedFile, onRead: (bytes: number) => void): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of file.unpacked(onRead)) {
    parts.push(part)
    length += part.length
    if (length > MAX_ARRAY_BYTES) {
      throw new CommandFailed(`${file.path} is too large for one array: write an event a line`)
    }
  }
  return Buffer.concat(parts)
    .toString('utf8')
    .replace(/^\ufeff/, '')
}

function arrayOf(text: string, path: string): unknown[] {
  const values = parsed(text)
  if (!Array.isArray(values)) throw new CommandFailed(`${path} begins as a JSON array and is none`)
  return values as unknown[]
}

/** When a collector saw it, else when it happened; null where it says neither. */
function whenRecorded(value: unknown): number | null {
  const { recordedtime, time } = Object(value) as { recordedtime?: unknown; time?: unknown }
  const text = recordedtime ?? time
  return typeof text === 'string' ? parseInstant(text) : null
}
