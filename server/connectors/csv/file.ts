/** A CSV file as the events of its rows, read as it comes: a file of any size. */
import type { SentEvent } from '../../../shared/events/sent.ts'
import { columnsOf, type Mapping } from './mapping.ts'
import { readRecords, type CsvRecord } from './records.ts'
import { createRowReader, type Row } from './rows.ts'

/** Some rows of a file, with what became of each. */
export type CsvPart = {
  events: SentEvent[]
  /** The line of the file on which each event's row begins. */
  at: number[]
  /** Rows that tell of something, and rows of which the mapping wants nothing. */
  understood: number
  skipped: number
  rejected: { at: number; input: string; reason: string }[]
}

/** So many rows are handed on together. */
const PART_ROWS = 500
/** Enough of a row to find it by. */
const EXCERPT_CHARS = 200
/** Names of a file's columns, for whoever has mistyped one; more than these help nobody. */
const MAX_LISTED = 50

/** Reads a file by a mapping. Throws, before it gives anything, where a column is missing. */
export async function* readCsv(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  mapping: Mapping,
  source: string,
): AsyncGenerator<CsvPart> {
  const { separator, quote } = mapping
  const texts = decoded(bytes, mapping.encoding)
  const read = createRowReader(mapping, source)
  let columns: readonly string[] | null = null
  let part = newPart()
  let rows = 0
  for await (const record of readRecords(texts, { separator, quote })) {
    if (columns === null) {
      columns = columnsIn(record, mapping)
      if (mapping.header) continue
    }
    take(part, record, columns, read)
    rows += 1
    if (rows % PART_ROWS === 0) {
      yield part
      part = newPart()
    }
  }
  if (columns === null && mapping.header) throw new Error('it is empty: not even columns are named')
  yield part
}

const newPart = (): CsvPart => ({ events: [], at: [], understood: 0, skipped: 0, rejected: [] })

async function* decoded(
  bytes: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  encoding: string,
): AsyncGenerator<string> {
  // It takes the mark at a file's beginning away; bytes of no character become one that says so.
  const decoder = new TextDecoder(encoding)
  for await (const chunk of bytes) yield decoder.decode(chunk, { stream: true })
  yield decoder.decode()
}

/** The names of the columns, once it is sure that those which the mapping reads are there. */
function columnsIn(record: CsvRecord, mapping: Mapping): readonly string[] {
  if (record.fault !== null) throw new Error(`line ${record.line}: ${record.fault}`)
  const columns = record.fields.map((name, i) => (mapping.header ? name.trim() : String(i + 1)))
  for (const wanted of columnsOf(mapping)) {
    const count = columns.filter((column) => column === wanted).length
    if (count === 1) continue
    if (count > 1) throw new Error(`the column "${wanted}", which the mapping names, occurs twice`)
    const there = columns.slice(0, MAX_LISTED).map((column) => `"${column}"`)
    throw new Error(`the mapping names a column "${wanted}"; the file has ${there.join(', ')}`)
  }
  return columns
}

function take(
  part: CsvPart,
  record: CsvRecord,
  columns: readonly string[],
  read: ReturnType<typeof createRowReader>,
): void {
  const { line } = record
  const reject = (input: string, reason: string): void => {
    part.rejected.push({ at: line, input: input.slice(0, EXCERPT_CHARS), reason })
  }
  if (record.fault !== null) {
    reject(record.text, record.fault)
    return
  }
  const { fields } = record
  if (fields.length !== columns.length) {
    reject(fields.join(' '), `it has ${fields.length} fields, and not ${columns.length}`)
    return
  }
  const row: Row = new Map(columns.map((column, i) => [column, fields[i] ?? '']))
  const told = read(row)
  if (!told.ok) {
    reject(fields.join(' '), told.reason)
  } else if (told.events.length === 0) {
    part.skipped += 1
  } else {
    part.understood += 1
    part.events.push(...told.events)
    part.at.push(...told.events.map(() => line))
  }
}
