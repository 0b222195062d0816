/** The recent deliveries that the door knows: which ids came, and what each said. */
import { hash } from 'node:crypto'
import type { FoldedEvent } from '../engine/stream.ts'
import { contentHash } from './contentHash.ts'

/** A mark is the delivery's id, 72 bits in base64, and the hash of its content in hexadecimal. */
export const ID_LENGTH = 12
const CONTENT_LENGTH = 8
export const MARK_LENGTH = ID_LENGTH + CONTENT_LENGTH

/** The marks of events, one after the other: whose deliveries they were, and what they said. */
export function marksOf(events: readonly FoldedEvent[]): string {
  return events.map(markOf).join('')
}

const markOf = (event: FoldedEvent): string =>
  markOfDelivery('source' in event ? event.source : '', event.id, contentOf(event))

/**
 * The mark of a delivery, by its source ('': our own), its id, and the hash of its content. No source
 * has a space in it.
 */
export function markOfDelivery(source: string, id: string, content: number): string {
  return hash('sha1', `${source} ${id}`, 'base64').slice(0, ID_LENGTH) + hexadecimal(content)
}

/** Numbers over 2^31 take `toString` longer than all the rest of a mark. */
const hexBytes = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, '0'))

function hexadecimal(number: number): string {
  return (
    hexByte(number >>> 24) +
    hexByte((number >>> 16) & 0xff) +
    hexByte((number >>> 8) & 0xff) +
    hexByte(number & 0xff)
  )
}

const hexByte = (byte: number): string => hexBytes[byte] ?? ''

/** When a collector saw it belongs to the delivery: a retry may say another instant. */
function contentOf(event: FoldedEvent): number {
  if (!('recordedAtMs' in event)) return contentHash(event)
  const { recordedAtMs: _, ...content } = event
  return contentHash(content)
}

/** What is known of a delivery: nothing, that it said the same, that it said something else. */
export type Knowledge = 'new' | 'same' | 'other'

/**
 * The marks of the last deliveries, `capacity` of them at most and half as many at least.
 *
 * It is a copy of a ring of marks in Redis, which had been written up to `position`, counted from
 * the first mark ever: whoever appends tells up to where it knows the ring, and is told the rest.
 */
export type Deliveries = {
  /** How many marks were ever written where this copy ends; `NEVER` where it is no copy. */
  readonly position: number
  /** The last one of them; '' where there is none. */
  readonly last: string
  /** What is known of the n-th of some marks, which is known from now on. */
  meet: (marks: string, n: number) => Knowledge
  /** Marks of others that were written after those known. */
  add: (marks: string) => void
  /** Marks that were met, and now are written too. */
  wrote: (marks: string) => void
  /** Forgets all and knows these, of which the last was the `position`th. */
  replace: (marks: string, position: number) => void
  /** What was met may not have been written: this is no copy any more. */
  doubt: () => void
}

/** The position of what is no copy. */
export const NEVER = -1

export function recentDeliveries(capacity: number): Deliveries {
  const generation = Math.max(1, Math.floor(capacity / 2))
  let newer = markTable(generation)
  let older = markTable(generation)
  let position = NEVER
  let last = ''

  const meet = (marks: string, at: number): Knowledge => {
    readMark(marks, at)
    const before = older.find()
    if (before !== 'new') return before
    const known = newer.findOrAdd()
    if (newer.size() >= generation) {
      const emptied = older
      emptied.clear()
      older = newer
      newer = emptied
    }
    return known
  }
  const wrote = (marks: string): void => {
    position += marks.length / MARK_LENGTH
    if (marks.length > 0) last = marks.slice(-MARK_LENGTH)
  }
  const add = (marks: string): void => {
    for (let at = 0; at < marks.length; at += MARK_LENGTH) meet(marks, at)
    wrote(marks)
  }

  return {
    get position() {
      return position
    },
    get last() {
      return last
    },
    meet: (marks, n) => meet(marks, n * MARK_LENGTH),
    add,
    wrote,
    replace(marks, end) {
      newer.clear()
      older.clear()
      last = ''
      position = end - marks.length / MARK_LENGTH
      add(marks)
    },
    doubt() {
      position = NEVER
    },
  }
}

type MarkTable = {
  size: () => number
  clear: () => void
  /** What is known of the mark that was read last. */
  find: () => Knowledge
  findOrAdd: () => Knowledge
}

/** Slots for each mark: with twice as many, a mark is found within one or two steps. */
const SLOTS_PER_MARK = 2.5
/** Numbers kept of each mark: two of its id, and its content. */
const NUMBERS = 3
const HALF = ID_LENGTH / 2

/**
 * A hash table of marks in one array of numbers, with open addressing: hundreds of thousands of
 * small strings in a Map would take four times the room, and each collection of garbage longer.
 */
function markTable(capacity: number): MarkTable {
  const slots = 2 ** Math.ceil(Math.log2(capacity * SLOTS_PER_MARK))
  let numbers = new Int32Array(0)
  let size = 0

  /** The slot that holds the id, or the free one where it would be. */
  const slotOf = (high: number, low: number): number => {
    let slot = low & (slots - 1)
    for (;;) {
      const at = slot * NUMBERS
      const found = numbers[at]
      // No id has 0 as its first number: that is a free slot.
      if (found === 0 || (found === high && numbers[at + 1] === low)) return at
      slot = (slot + 1) & (slots - 1)
    }
  }
  const look = (isAdded: boolean): Knowledge => {
    if (numbers.length === 0) {
      if (!isAdded) return 'new'
      numbers = new Int32Array(slots * NUMBERS)
    }
    const { high, low, content } = mark
    const slot = slotOf(high, low)
    if (numbers[slot] !== 0) return numbers[slot + 2] === content ? 'same' : 'other'
    if (!isAdded) return 'new'
    numbers[slot] = high
    numbers[slot + 1] = low
    numbers[slot + 2] = content
    size += 1
    return 'new'
  }

  return {
    size: () => size,
    clear() {
      numbers.fill(0)
      size = 0
    },
    find: () => look(false),
    findOrAdd: () => look(true),
  }
}

/** The numbers of the mark that was read last: both generations are asked for it. */
const mark = { high: 1, low: 0, content: 0 }

function readMark(marks: string, at: number): void {
  mark.high = numberOf(marks, at, HALF) || 1
  mark.low = numberOf(marks, at + HALF, HALF)
  mark.content = numberOf(marks, at + ID_LENGTH, CONTENT_LENGTH)
}

/** 32 bits of some characters that are spread evenly already, by FNV-1a. */
function numberOf(text: string, at: number, length: number): number {
  let number = 0x811c_9dc5
  for (let n = at; n < at + length; n++) {
    number = Math.imul(number ^ text.charCodeAt(n), 0x0100_0193)
  }
  // The last characters have touched the lower bits only.
  return Math.imul(number ^ (number >>> 15), 0x2c1b_3c6d) ^ (number >>> 13)
}
