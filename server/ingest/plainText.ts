/** Finds what is in plain JSON text by its places, without making anything of it. */

/** Text as the units of UTF-16 that it is made of: of ASCII, its bytes. */
export type Units = Uint8Array | Uint16Array

/** An object with more fields than this is left to `JSON.parse`; events have a dozen. */
const MAX_FIELDS = 64
/** Deeper values are left to `JSON.parse` as well, with all that is around them. */
const MAX_DEPTH = 64

const QUOTE = 0x22
const BACKSLASH = 0x5c
const COLON = 0x3a
const COMMA = 0x2c
const MINUS = 0x2d
const OPEN_OBJECT = 0x7b
const CLOSE_OBJECT = 0x7d
const OPEN_LIST = 0x5b
const CLOSE_LIST = 0x5d
/** What comes before this, in a text, has to be escaped. */
const SPACE = 0x20

/** What a value is: what stands between quotes, a number or a word such as `true`, an object. */
export const TEXT = 0
const WORD = 1
export const OBJECT = 2

/** The fields of one object. Of texts, the places are those between the quotes. */
export type Fields = {
  count: number
  readonly nameFrom: Int32Array
  readonly nameTo: Int32Array
  readonly kind: Uint8Array
  readonly from: Int32Array
  readonly to: Int32Array
}

export function noFields(): Fields {
  return {
    count: 0,
    nameFrom: new Int32Array(MAX_FIELDS),
    nameTo: new Int32Array(MAX_FIELDS),
    kind: new Uint8Array(MAX_FIELDS),
    from: new Int32Array(MAX_FIELDS),
    to: new Int32Array(MAX_FIELDS),
  }
}

/** The first place from one on that is no white space, or the end. */
function pastSpace(units: Units, from: number): number {
  let at = from
  while (at < units.length) {
    const unit = units[at]
    if (unit !== SPACE && unit !== 0x0a && unit !== 0x0d && unit !== 0x09) break
    at += 1
  }
  return at
}

/**
 * Reads the object that begins at a place into `fields`, and gives the place behind it; -1 where it
 * is not plain: a text with an escape, a list, an object in it other than the one that goes into
 * `inner` (null: none may), or no JSON at all. What words stand for is not judged.
 */
export function readFields(
  units: Units,
  start: number,
  fields: Fields,
  inner: Fields | null,
): number {
  let count = 0
  let hasInner = false
  fields.count = 0
  if (units[start] !== OPEN_OBJECT) return -1
  let at = pastSpace(units, start + 1)
  if (units[at] === CLOSE_OBJECT) return at + 1
  for (;;) {
    if (units[at] !== QUOTE || count === MAX_FIELDS) return -1
    const nameTo = endOfText(units, at + 1)
    if (nameTo === -1) return -1
    fields.nameFrom[count] = at + 1
    fields.nameTo[count] = nameTo
    at = pastSpace(units, nameTo + 1)
    if (units[at] !== COLON) return -1
    at = pastSpace(units, at + 1)
    const first = units[at]
    if (first === QUOTE) {
      const to = endOfText(units, at + 1)
      if (to === -1) return -1
      fields.kind[count] = TEXT
      fields.from[count] = at + 1
      fields.to[count] = to
      at = to + 1
    } else if (first === OPEN_OBJECT) {
      if (inner === null || hasInner) return -1
      hasInner = true
      const to = readFields(units, at, inner, null)
      if (to === -1) return -1
      fields.kind[count] = OBJECT
      fields.from[count] = at
      fields.to[count] = to
      at = to
    } else {
      const to = endOfWord(units, at)
      if (to === at) return -1
      fields.kind[count] = WORD
      fields.from[count] = at
      fields.to[count] = to
      at = to
    }
    count += 1
    at = pastSpace(units, at)
    if (units[at] === CLOSE_OBJECT) {
      fields.count = count
      return at + 1
    }
    if (units[at] !== COMMA) return -1
    at = pastSpace(units, at + 1)
  }
}

/** Where the text that begins at a place ends; -1 where something in it is escaped, or has to be. */
function endOfText(units: Units, from: number): number {
  for (let at = from; at < units.length; at++) {
    const unit = units[at] ?? 0
    if (unit === QUOTE) return at
    if (unit === BACKSLASH || unit < SPACE) return -1
  }
  return -1
}

/** Where a number, or `true`, `false`, `null`, may end. */
function endOfWord(units: Units, from: number): number {
  let at = from
  while (at < units.length) {
    const unit = units[at] ?? 0
    const isLetter = unit >= 0x61 && unit <= 0x7a
    const isDigit = unit >= 0x30 && unit <= 0x39
    if (!isLetter && !isDigit && unit !== MINUS) break
    at += 1
  }
  return at
}

/**
 * The place behind the value that begins at a place, whatever it is; -1 where it is too deep or has
 * no end. Whether it is JSON is for `JSON.parse` to say.
 */
export function pastValue(units: Units, start: number): number {
  let depth = 0
  let at = start
  while (at < units.length) {
    const unit = units[at]
    if (unit === QUOTE) {
      at = pastText(units, at + 1)
      if (at === -1) return -1
      if (depth === 0) return at
      continue
    }
    if (unit === OPEN_OBJECT || unit === OPEN_LIST) {
      depth += 1
      if (depth > MAX_DEPTH) return -1
    } else if (unit === CLOSE_OBJECT || unit === CLOSE_LIST) {
      if (depth === 0) return at
      depth -= 1
      if (depth === 0) return at + 1
    } else if (unit === COMMA && depth === 0) {
      return at
    }
    at += 1
  }
  return -1
}

function pastText(units: Units, from: number): number {
  for (let at = from; at < units.length; at++) {
    const unit = units[at]
    if (unit === QUOTE) return at + 1
    if (unit === BACKSLASH) at += 1
  }
  return -1
}

/**
 * Tells where each value of the list begins that a whole text is, or where the one object does; told
 * in turn where it ends, -1 to stop. False: it was stopped, or is no JSON.
 */
export function eachItem(units: Units, endOf: (at: number) => number): boolean {
  const isEnd = (at: number): boolean => pastSpace(units, at) === units.length
  let at = pastSpace(units, 0)
  if (units[at] === OPEN_OBJECT) {
    const end = endOf(at)
    return end !== -1 && isEnd(end)
  }
  if (units[at] !== OPEN_LIST) return false
  at = pastSpace(units, at + 1)
  if (units[at] === CLOSE_LIST) return isEnd(at + 1)
  for (;;) {
    const end = endOf(at)
    if (end === -1) return false
    at = pastSpace(units, end)
    if (units[at] === CLOSE_LIST) return isEnd(at + 1)
    if (units[at] !== COMMA) return false
    at = pastSpace(units, at + 1)
  }
}

/** Whether the text between two places is the one given. */
export function isText(units: Units, from: number, to: number, text: Units): boolean {
  if (to - from !== text.length) return false
  for (let n = 0; n < text.length; n++) if (units[from + n] !== text[n]) return false
  return true
}
