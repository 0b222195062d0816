/** How deep a value is nested: what walks it later does so by calling itself. */

/** An event's data is flat or nearly so; no feed nests its own fields as deep as this. */
export const MAX_DEPTH = 32

/** Whether a JSON value has arrays or objects in one another deeper than so many levels. */
export function isDeeperThan(levels: number, value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (levels === 0) return true
  if (Array.isArray(value)) return value.some((part) => isDeeperThan(levels - 1, part))
  // Every event is looked through: without a list of what is inside, this is a third as long.
  for (const name in value) {
    const part: unknown = value[name as keyof typeof value]
    if (typeof part === 'object' && isDeeperThan(levels - 1, part)) return true
  }
  return false
}

const QUOTE = 0x22
const BACKSLASH = 0x5c
const OPENING = [0x5b, 0x7b] as const
const CLOSING = [0x5d, 0x7d] as const

/**
 * Whether JSON text is nested deeper than so many levels, without parsing it: a parser takes half
 * a second for four megabytes of brackets, and nobody else gets a turn meanwhile.
 */
export function isTextDeeperThan(levels: number, text: Buffer): boolean {
  let depth = 0
  let isInString = false
  for (let at = 0; at < text.length; at++) {
    const byte = text[at]
    if (isInString) {
      if (byte === BACKSLASH) at += 1
      else if (byte === QUOTE) isInString = false
    } else if (byte === QUOTE) {
      isInString = true
    } else if (byte === OPENING[0] || byte === OPENING[1]) {
      depth += 1
      if (depth > levels) return true
    } else if (byte === CLOSING[0] || byte === CLOSING[1]) {
      depth -= 1
    }
  }
  return false
}
