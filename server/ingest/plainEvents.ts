/** Reads events that are surely fine from their text alone: making objects of them costs the most. */
import { Envelope, MAX_ID_LENGTH, SourceName } from '../../shared/events/event.ts'
import { FIRST_INSTANT_MS, parseInstant } from '../../shared/events/fields.ts'
import type { ReadyEvent } from '../stream/batch.ts'
import {
  hashedFields,
  hashedUnits,
  mixed,
  nameSeed,
  NO_FIELD,
  startOfFields,
} from '../stream/contentHash.ts'
import { markOfDelivery } from '../stream/deliveries.ts'
import { plans, shapeOf, unitsIn, type Known, type Plan, type Shape } from './plainShapes.ts'
import * as plain from './plainText.ts'
import type { Fields, Units } from './plainText.ts'

/**
 * An event as it was sent that is surely fine: `parseEvent` accepts it, and what it gives is what is
 * ready for the log here. Whose key sent it, and whether its time has come, is not judged yet.
 */
export class PlainEvent {
  readonly ready: ReadyEvent
  private readonly sent: string

  constructor(ready: ReadyEvent, sent: string) {
    this.ready = ready
    this.sent = sent
  }

  /** As `JSON.parse` has it, for the few that have to be judged as others are. */
  asSent(): unknown {
    return JSON.parse(this.sent)
  }
}

/**
 * The events that a body holds, in order: those that are surely fine as `PlainEvent`, all others
 * parsed. Null where it holds none, or what is no JSON: whoever parses it whole learns what is wrong.
 */
export function plainEvents(body: Buffer, isAscii: boolean): unknown[] | null {
  const text = body.toString(isAscii ? 'latin1' : 'utf8')
  const units: Units = isAscii ? body : unitsOf(text)
  const events: unknown[] = []
  const isWhole = plain.eachItem(units, (at) => {
    const end = plain.readFields(units, at, attributes, fields)
    const event = end === -1 ? null : plainEvent(units, text, at, end)
    if (event) {
      events.push(event)
      return end
    }
    const past = plain.pastValue(units, at)
    if (past === -1) return -1
    try {
      events.push(JSON.parse(text.slice(at, past)))
    } catch {
      return -1
    }
    return past
  })
  return isWhole ? events : null
}

function unitsOf(text: string): Uint16Array {
  const bytes = Buffer.from(text, 'utf16le')
  return new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2)
}

/** The attributes of the event that is being read, and the fields of its data. */
const attributes = plain.noFields()
const fields = plain.noFields()

const envelope = shapeOf(Envelope)
const attribute = (name: keyof typeof Envelope.shape): number =>
  envelope.known.get(name)?.index ?? 0
const VERSION = attribute('specversion')
const ID = attribute('id')
const SOURCE = attribute('source')
const TYPE = attribute('type')
const TIME = attribute('time')
const DATA = attribute('data')
const RECORDED = attribute('recordedtime')
/** The others that are stored, each under its name there. */
const kept = (
  [
    ['sequence', 'sequence'],
    ['subject', 'subject'],
    ['correlationid', 'correlationId'],
    ['causationid', 'causationId'],
  ] as const
).map(([name, stored]) => ({
  index: attribute(name),
  schema: Envelope.shape[name],
  stored,
  seed: nameSeed(stored),
}))
const SEQUENCE = attribute('sequence')
const ID_SEED = nameSeed('id')
const SOURCE_SEED = nameSeed('source')
const TIME_SEED = nameSeed('atMs')
const DATA_START = startOfFields(nameSeed('data'))
const EVENT_START = startOfFields(NO_FIELD)
/** Without any that an event may leave out. */
const USUAL_ATTRIBUTES = 6

/** Where the known attributes of the event stand among all; -1: not there. */
const places = new Int32Array(envelope.known.size)

/** Null: it may be fine or not. */
function plainEvent(units: Units, text: string, start: number, end: number): PlainEvent | null {
  if (!findAttributes(units, text)) return null
  const plan = plans.get(attributeText(text, TYPE))
  if (!plan || attributeText(text, VERSION) !== '1.0') return null
  const id = attributeText(text, ID)
  if (id.length === 0 || id.length > MAX_ID_LENGTH) return null
  const source = sourceAt(units, text)
  const atMs = instantOf(attributeText(text, TIME))
  if (!source || atMs === null) return null
  const dataHash = hashOfData(units, text, plan)
  if (dataHash === null) return null

  let sum = (EVENT_START + dataHash + source.hash) | 0
  sum = (sum + plan.typeHash + mixed(id, ID_SEED)) | 0
  sum = (sum + mixed(atMs, TIME_SEED)) | 0
  let more = ''
  if (attributes.count > USUAL_ATTRIBUTES) {
    if (isThere(RECORDED)) {
      const recordedAtMs = instantOf(attributeText(text, RECORDED))
      if (recordedAtMs === null) return null
      more = `,"recordedAtMs":${recordedAtMs}`
    }
    for (const { index, schema, stored, seed } of kept) {
      if (!isThere(index)) continue
      const value = attributeText(text, index)
      if (schema.safeParse(value).data !== value) return null
      sum = (sum + mixed(value, seed)) | 0
      more += `,"${stored}":"${value}"`
    }
  }
  const json =
    `{"id":"${id}","source":"${source.text}","type":"${plan.type}","atMs":${atMs}${more},` +
    `"data":${attributeText(text, DATA)}}`
  const mark = markOfDelivery(source.text, id, hashedFields(sum))
  return new PlainEvent({ json, mark, source: source.text, atMs }, text.slice(start, end))
}

const isThere = (index: number): boolean => (places[index] ?? -1) !== -1

function attributeText(text: string, index: number): string {
  const place = places[index] ?? 0
  return text.slice(attributes.from[place], attributes.to[place])
}

/** Notes where each known attribute stands. False: one is missing, comes twice, or is no text. */
function findAttributes(units: Units, text: string): boolean {
  places.fill(-1)
  let seen = 0
  for (let n = 0; n < attributes.count; n++) {
    const found = knownAt(units, text, attributes, n, envelope)
    if (!found) {
      // What is not known of an envelope is passed over; but it has to be JSON.
      if (attributes.kind[n] !== plain.TEXT && wordAt(text, attributes, n) === undefined)
        return false
      continue
    }
    if ((seen & found.bit) !== 0) return false
    if (attributes.kind[n] !== (found.index === DATA ? plain.OBJECT : plain.TEXT)) return false
    seen |= found.bit
    places[found.index] = n
  }
  return (seen & envelope.required) === envelope.required && places[DATA] !== -1
}

/** Which field the n-th is; undefined: none that is known. Senders have one order for a type. */
function knownAt(
  units: Units,
  text: string,
  { nameFrom, nameTo }: Fields,
  n: number,
  shape: Shape,
): Known | undefined {
  const from = nameFrom[n] ?? 0
  const to = nameTo[n] ?? 0
  const last = shape.lastOrder[n]
  if (last && plain.isText(units, from, to, last.units)) return last
  const found = shape.known.get(text.slice(from, to))
  if (found && n <= shape.lastOrder.length) shape.lastOrder[n] = found
  return found
}

type KnownSource = { text: string; units: Units; hash: number }
/** Most batches are of one source: what was found out about the last one. */
let lastSource: KnownSource = { text: '', units: unitsIn(''), hash: 0 }

function sourceAt(units: Units, text: string): KnownSource | null {
  const place = places[SOURCE] ?? 0
  const from = attributes.from[place] ?? 0
  const to = attributes.to[place] ?? 0
  if (lastSource.text !== '' && plain.isText(units, from, to, lastSource.units)) return lastSource
  const name = text.slice(from, to)
  if (!SourceName.safeParse(name).success) return null
  lastSource = { text: name, units: unitsIn(name), hash: mixed(name, SOURCE_SEED) }
  return lastSource
}

function instantOf(text: string): number | null {
  const atMs = parseInstant(text)
  return atMs !== null && atMs >= FIRST_INSTANT_MS ? atMs : null
}

/** The hash of the data as a field of the event; null: it may be fine or not. */
function hashOfData(units: Units, text: string, plan: Plan): number | null {
  const { count, kind, from, to } = fields
  let sum = DATA_START
  let seen = 0
  let others: string[] | null = null
  for (let n = 0; n < count; n++) {
    const valueFrom = from[n] ?? 0
    const valueTo = to[n] ?? 0
    const isText = kind[n] === plain.TEXT
    const found = knownAt(units, text, fields, n, plan)
    if (!found) {
      const name = text.slice(fields.nameFrom[n], fields.nameTo[n])
      // The last of two counts; and zod leaves out what could become a prototype.
      if (name === '__proto__' || others?.includes(name)) return null
      others ??= []
      others.push(name)
      const value = isText ? text.slice(valueFrom, valueTo) : wordAt(text, fields, n)
      if (value === undefined) return null
      sum = (sum + mixed(value, nameSeed(name))) | 0
      continue
    }
    if ((seen & found.bit) !== 0) return null
    seen |= found.bit
    if (!isText) {
      const value = wordAt(text, fields, n)
      if (value === undefined || found.schema.safeParse(value).data !== value) return null
      sum = (sum + mixed(value, found.seed)) | 0
      continue
    }
    const valueHash = hashedUnits(units, valueFrom, valueTo, found.seed)
    sum = (sum + valueHash) | 0
    if (found.lengths) {
      const length = valueTo - valueFrom
      if (length < found.lengths.least || length > found.lengths.most) return null
    } else if (found.words) {
      const word = found.words.get(valueHash)
      if (!word || !plain.isText(units, valueFrom, valueTo, word)) return null
      // Whole seconds want a sequence.
      if (found.bit === plan.precision && word.length === 1 && !isThere(SEQUENCE)) return null
    } else {
      const value = text.slice(valueFrom, valueTo)
      if (found.schema.safeParse(value).data !== value) return null
    }
  }
  return (seen & plan.required) === plan.required ? hashedFields(sum) : null
}

const wholeNumber = /^(?:0|-?[1-9]\d{0,14})$/

/** What the n-th value, a word, stands for; undefined: no whole number and none of the three words. */
function wordAt(
  text: string,
  { from, to }: Fields,
  n: number,
): number | boolean | null | undefined {
  const word = text.slice(from[n], to[n])
  if (word === 'true') return true
  if (word === 'false') return false
  if (word === 'null') return null
  return wholeNumber.test(word) ? Number(word) : undefined
}
