/** Tells whether two deliveries of one id say the same, whatever the order of their fields. */

/** The 32-bit FNV-1a hash: its prime, and where it starts. */
const PRIME = 0x0100_0193
const START = 0x811c_9dc5
/** Arrays and objects start elsewhere, so that `[1]` is not `{"0":1}`. */
const ARRAY = 0x2545_f491
const OBJECT = 0x9e37_79b9

const bits = new Float64Array(1)
const halves = new Int32Array(bits.buffer)

/**
 * A 32-bit hash of a JSON value in which the order of an object's fields does not count.
 *
 * It is compared with the one hash kept for the same id, so that two contents are taken for one
 * once in four thousand million times. Hashes are kept in stores: the same value has the same hash
 * in every release. Recursive: bound the depth before.
 */
export function contentHash(value: unknown): number {
  return mixed(value, START) >>> 0
}

/** What the sum begins with to which the hash of each field of an object is added, in any order. */
export const startOfFields = (seed: number): number => seed ^ OBJECT
/** The hash of an object by the sum of its fields. */
export const hashedFields = (sum: number): number => finished(sum | 0)
/** What a whole value begins with. */
export const NO_FIELD = START
/** What the value of a field begins with. */
export const nameSeed = (name: string): number => mixedText(name, START)

/** A text as the units of UTF-16 that it is made of, from one place to another. */
export function hashedUnits(
  units: Uint8Array | Uint16Array,
  from: number,
  to: number,
  seed: number,
): number {
  let hash = mixedNumber(seed, to - from)
  for (let at = from; at < to; at++) hash = mixedNumber(hash, units[at] ?? 0)
  return finished(hash)
}

/** The hash of a value that begins with a seed. */
export function mixed(value: unknown, seed: number): number {
  switch (typeof value) {
    case 'string':
      return finished(mixedText(value, seed))
    case 'number':
      // JSON writes -0 as 0.
      bits[0] = value + 0
      return finished(mixedNumber(mixedNumber(seed, halves[1] ?? 0), halves[0] ?? 0))
    case 'object':
      if (value === null) break
      return finished(
        Array.isArray(value) ? value.reduce(mixedItem, seed ^ ARRAY) : mixedFields(value, seed),
      )
    default:
  }
  return finished(mixedText(String(value), ~seed))
}

const mixedItem = (hash: number, item: unknown): number => mixed(item, finished(hash))

function mixedFields(value: object, seed: number): number {
  let sum = startOfFields(seed)
  // Every event is hashed: this is half as long as with Object.entries. What was parsed from JSON
  // inherits nothing that it would find.
  for (const name in value) {
    const field: unknown = value[name as keyof typeof value]
    // A sum, and so the same in any order. A field left out and one not set are the same JSON.
    if (field !== undefined) sum = (sum + mixed(field, mixedText(name, START))) | 0
  }
  return sum
}

function mixedText(text: string, seed: number): number {
  let hash = mixedNumber(seed, text.length)
  for (let at = 0; at < text.length; at++) hash = mixedNumber(hash, text.charCodeAt(at))
  return hash
}

const mixedNumber = (hash: number, number: number): number => Math.imul(hash ^ number, PRIME)

/** Spreads each bit over all (MurmurHash3's last step): sums of raw FNV values would collide. */
function finished(hash: number): number {
  let spread = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b)
  spread = Math.imul(spread ^ (spread >>> 13), 0xc2b2_ae35)
  return spread ^ (spread >>> 16)
}
