/** What a delivery said, as a hash that is stored for good: what it gives must never change. */
import type { FoldedEvent } from '../engine/stream.ts'

/** Two 32-bit lanes: two contents are taken for one once in 10^19 times. */
const LANES = [0x1b87_3593, 0x85eb_ca6b] as const

/** What is no object's field, kept apart by kind, so that `1` is not `"1"` and `[]` not `{}`. */
const TEXT = 0x2545_f491
const NUMBER = 0x9e37_79b9
const OTHER = 0x27d4_eb2f
const LIST = 0x1656_67b1
const OBJECT = 0x52dc_e729

const bits = new DataView(new ArrayBuffer(8))
/** How many texts that cannot be stored all walks together have met. */
let unstorable = 0

/**
 * The hash of an event's content, whatever the order of its fields; null where a text in it cannot
 * be stored as it is: it has the character 0, which PostgreSQL refuses, or half of a surrogate pair.
 *
 * When a collector saw it belongs to the delivery, not to what it says: a retry may give another
 * instant. One walk for both, as it is done for every event.
 */
export function deliveryHash(event: FoldedEvent): string | null {
  const before = unstorable
  const first = hashOf(event, LANES[0], 'recordedAtMs') >>> 0
  if (unstorable !== before) return null
  const second = hashOf(event, LANES[1], 'recordedAtMs') >>> 0
  return `${first.toString(36)}.${second.toString(36)}`
}

/** `but` names a field of the outermost object that is left out. */
function hashOf(value: unknown, lane: number, but: string | null = null): number {
  if (typeof value === 'string') return finished(withText(value, lane ^ TEXT), lane)
  if (typeof value === 'number') {
    bits.setFloat64(0, value)
    const high = step(lane ^ NUMBER, bits.getInt32(0), lane)
    return finished(step(high, bits.getInt32(4), lane), lane)
  }
  if (typeof value !== 'object' || value === null) {
    return finished(withText(String(value), lane ^ OTHER), lane)
  }
  if (Array.isArray(value)) {
    let hash = lane ^ LIST
    for (const item of value) hash = step(hash, hashOf(item, lane), lane)
    return finished(hash, lane)
  }
  let sum = lane ^ OBJECT
  for (const name of Object.keys(value)) {
    const field = (value as Record<string, unknown>)[name]
    // A sum, and so the same in any order. A field that is not set is not in the JSON.
    if (field === undefined || name === but) continue
    sum = (sum + finished(step(withText(name, lane), hashOf(field, lane), lane), lane)) | 0
  }
  return finished(sum, lane)
}

function withText(text: string, seed: number): number {
  let hash = seed ^ text.length
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit === 0 || (unit >= 0xd800 && unit <= 0xdfff && /\p{Surrogate}/u.test(text))) {
      unstorable += 1
    }
    hash = step(hash, unit, seed)
  }
  return hash
}

function step(hash: number, next: number, lane: number): number {
  const mixed = Math.imul(hash ^ next, 0x0100_0193)
  // Another turn in each lane: lanes that differ in their start alone would collide together.
  return mixed ^ (mixed >>> (13 + (lane & 3)))
}

/** Spreads each bit over all (the last step of MurmurHash3). */
function finished(hash: number, lane: number): number {
  let spread = Math.imul(hash ^ (hash >>> 16), 0x85eb_ca6b ^ (lane & 0xff))
  spread = Math.imul(spread ^ (spread >>> 13), 0xc2b2_ae35)
  return spread ^ (spread >>> 16)
}
