/** CSV as RFC 4180 has it, read as it comes: records with the lines on which they begin. */

/** How a file separates its fields. */
export type Dialect = {
  /** One character. */
  separator: string
  /** What text that holds a separator stands in, doubled within it; null: nothing does. */
  quote: string | null
}

/** A record of a file, or why there is none at that line. Lines are counted from 1 on. */
export type CsvRecord =
  { line: number; fields: string[]; fault: null } | { line: number; fault: string; text: string }

/** A longer record has a quote that is never closed, which would swallow the rest of the file. */
export const MAX_RECORD_CHARS = 256 * 1024
/** Enough of a faulty record to find it by. */
const EXCERPT_CHARS = 200

const CR = 13
const LF = 10

/**
 * The records of a text that comes in pieces. An empty line is none. A record that cannot be read is
 * told with its reason, and reading goes on with the line after the one on which it begins.
 */
export async function* readRecords(
  texts: AsyncIterable<string> | Iterable<string>,
  dialect: Dialect,
): AsyncGenerator<CsvRecord> {
  let rest = ''
  let line = 1
  // A piece may end within a record, or between the two characters of a line's end.
  for await (const text of texts) {
    rest += text
    let from = 0
    for (;;) {
      const found = recordAt(rest, from, dialect, false)
      if (found === null) break
      if (found.record) yield { line, ...found.record }
      line += found.lines
      from = found.next
    }
    rest = rest.slice(from)
  }
  for (let from = 0; from < rest.length;) {
    const found = recordAt(rest, from, dialect, true)
    if (found === null) return
    if (found.record) yield { line, ...found.record }
    line += found.lines
    from = found.next
  }
}

type Found = {
  record: { fields: string[]; fault: null } | { fault: string; text: string } | null
  /** Where the next record begins, and how many lines further down. */
  next: number
  lines: number
}

/** The record that begins at a place; null: it goes on in what has not come yet. */
function recordAt(text: string, from: number, dialect: Dialect, isAll: boolean): Found | null {
  const { separator, quote } = dialect
  const fields: string[] = []
  let at = from
  let lines = 0
  for (;;) {
    if (quote !== null && text[at] === quote) {
      const quoted = quotedAt(text, at, quote, isAll)
      if (quoted === 'more') {
        return text.length - from > MAX_RECORD_CHARS ? fault(text, from, tooLong, isAll) : null
      }
      if (quoted === 'open') return fault(text, from, 'a quote is never closed', isAll)
      fields.push(quoted.value)
      lines += lineEndsIn(quoted.value)
      at = quoted.next
    } else {
      const end = fieldEnd(text, at, separator)
      if (end === text.length && !isAll) {
        return text.length - from > MAX_RECORD_CHARS ? fault(text, from, tooLong, isAll) : null
      }
      fields.push(text.slice(at, end))
      at = end
    }
    if (at < text.length && text[at] === separator) {
      at += 1
      continue
    }
    if (at - from > MAX_RECORD_CHARS) return fault(text, from, tooLong, isAll)
    const next = afterLineEnd(text, at, isAll)
    if (next === 'more') return null
    if (next === null) return fault(text, from, 'text after a closing quote', isAll)
    const isEmpty = fields.length === 1 && fields[0] === '' && text[from] !== quote
    return { record: isEmpty ? null : { fields, fault: null }, next, lines: lines + 1 }
  }
}

const tooLong = `a record of more than ${MAX_RECORD_CHARS} characters: is a quote never closed?`

/** Reads on after the line on which the record begins. */
function fault(text: string, from: number, reason: string, isAll: boolean): Found | null {
  const end = lineEnd(text, from)
  const next = afterLineEnd(text, end, isAll || text.length - from > MAX_RECORD_CHARS)
  if (next === 'more') return null
  const excerpt = text.slice(from, Math.min(end, from + EXCERPT_CHARS))
  return { record: { fault: reason, text: excerpt }, next: next ?? text.length, lines: 1 }
}

type Quoted = { value: string; next: number }

function quotedAt(
  text: string,
  at: number,
  quote: string,
  isAll: boolean,
): Quoted | 'more' | 'open' {
  let value = ''
  let from = at + 1
  for (;;) {
    const end = text.indexOf(quote, from)
    if (end === -1) return isAll ? 'open' : 'more'
    value += text.slice(from, end)
    // Where it is the last of a piece, nothing ends here, and all is read again with the next one.
    if (text[end + 1] !== quote) return { value, next: end + 1 }
    value += quote
    from = end + 2
  }
}

function fieldEnd(text: string, from: number, separator: string): number {
  const separates = separator.charCodeAt(0)
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === separates || code === LF || code === CR) return at
  }
  return text.length
}

function lineEnd(text: string, from: number): number {
  for (let at = from; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === LF || code === CR) return at
  }
  return text.length
}

/** The place after a line's end: of Unix, of Windows or of old Macs; null: there is none here. */
function afterLineEnd(text: string, at: number, isAll: boolean): number | 'more' | null {
  if (at >= text.length) return isAll ? text.length : 'more'
  const code = text.charCodeAt(at)
  if (code === LF) return at + 1
  if (code !== CR) return null
  if (at + 1 === text.length && !isAll) return 'more'
  return text.charCodeAt(at + 1) === LF ? at + 2 : at + 1
}

const lineEndsIn = (text: string): number => text.match(/\r\n|\r|\n/g)?.length ?? 0
