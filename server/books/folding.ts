/** Takes a slice of the stream through the engine: every event has one fate, and it is counted. */
import { Directory } from '../../shared/directory.ts'
import type { Entry } from '../../shared/entry.ts'
import type { Horizon } from '../engine/horizon.ts'
import { isInternal, type FoldedEvent } from '../engine/stream.ts'
import type { Discovered, Engine, Folded, SubjectKey, SubjectRecord } from '../engine/subject.ts'
import type { LogEntry, Place } from '../stream/eventLog.ts'
import { kindOf } from '../engine/subjects/keys.ts'
import { isBookable } from './buckets.ts'
import { noCounts, type Counts } from './counts.ts'
import { deliveryHash } from './deliveryHash.ts'
import { deliveryName, type Delivery, type Lookup } from './lookup.ts'

/** What a slice of the stream came to. */
export type Slice = {
  /** The place before it, and after it. */
  after: Place
  place: Place
  entries: { entry: Entry; place: Place }[]
  changed: Set<SubjectKey>
  /** By name. */
  delivered: Map<string, Delivery & { hash: string }>
  deadLetters: DeadLetter[]
  discovered: Discovered[]
  directories: { place: Place; position: number; atMs: number; content: unknown }[]
  /** From when on details are kept, where that changed; null: it did not. */
  horizon: Horizon | null
  /** How many more than before; no entries. */
  counts: Counts
  doubtful: { subjects: Set<SubjectKey>; parts: Set<string>; delivered: Set<string> }
}

export type DeadLetter = {
  place: Place
  position: number
  kind: 'poison' | 'conflicting' | 'unstorable' | 'late'
  event: string
  reason: string
}

export type FoldingParts = {
  engine: Engine
  lookup: Lookup
  /** The hash of a delivery that is folded and not committed yet; null: there is none. */
  unwritten: (name: string) => string | null
  /** Told of each stored subject that the engine was given, and of those that are new (null). */
  admitted: (key: SubjectKey, record: SubjectRecord | null) => void
  /**
   * Events, as `place/position`, that were folded before and whose entries cannot be booked, with
   * the reason: they are dead letters this time.
   */
  refused: ReadonlyMap<string, string>
  /** The same of groups, by their first event: this time they are folded one by one. */
  alone: ReadonlySet<string>
}

/** What events were to book cannot be booked, and the engine holds them already. */
export class Unbookable extends Error {
  override name = 'Unbookable'
  /** The first of them, as `place/position`, and how many they are. */
  readonly at: string
  readonly events: number
  constructor(at: string, events: number, message: string) {
    super(message)
    this.at = at
    this.events = events
  }
}

/** A fold leads to at most so many loads, each of what the one before showed to be lacking. */
export const MAX_LOADS = 1_000
/**
 * Events of one entry of the log that are folded together; then the others in this process have a
 * turn. What is folded together follows from the log alone, or a restart would book otherwise.
 */
const EVENTS_TOGETHER = 500

export function emptySlice(after: Place, place: Place): Slice {
  return {
    after,
    place,
    entries: [],
    changed: new Set(),
    delivered: new Map(),
    deadLetters: [],
    discovered: [],
    directories: [],
    horizon: null,
    counts: { ...noCounts },
    doubtful: { subjects: new Set(), parts: new Set(), delivered: new Set() },
  }
}

/** Folds whole entries of the log. Throws `Unbookable`; the engine must be given up then. */
export async function foldSlice(
  parts: FoldingParts,
  after: Place,
  entries: readonly LogEntry[],
): Promise<Slice> {
  const slice = emptySlice(after, entries.at(-1)?.place ?? after)
  const arrivals: Arrival[] = []
  for (const { place, events } of entries) {
    events.forEach((event, position) => {
      const arrival = arrive(place, position, event)
      if (arrival) arrivals.push(arrival)
      else bury(slice, { place, position, event }, 'unstorable', UNSTORABLE)
    })
  }
  const known = await lookUp(parts, slice, arrivals)
  for (const group of groupsOf(arrivals)) {
    const fresh = group.filter((arrival) => isFresh(parts, slice, known, arrival))
    const loading = foldGroup(parts, slice, fresh)
    if (loading) await loading
    if (group.length === EVENTS_TOGETHER) await turn()
  }
  return slice
}

/** Neighbours of one entry of the log; what is internal stands alone. */
function* groupsOf(arrivals: readonly Arrival[]): Generator<Arrival[]> {
  let group: Arrival[] = []
  for (const arrival of arrivals) {
    const isAlone = isInternal(arrival.event)
    const [first] = group
    const isOther = first?.place !== arrival.place || isInternal(first.event)
    if (first && (isAlone || isOther || group.length >= EVENTS_TOGETHER)) {
      yield group
      group = []
    }
    group.push(arrival)
  }
  if (group.length > 0) yield group
}

/** Lets timers and sockets of this process go first. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

type At = { place: Place; position: number; event: FoldedEvent }
/** An event that can be stored, and what it is known by. */
type Arrival = At & { delivery: Delivery; name: string; hash: string }

const UNSTORABLE = 'a text in it has a character that cannot be stored'

function arrive(place: Place, position: number, event: FoldedEvent): Arrival | null {
  const hash = deliveryHash(event)
  if (hash === null) return null
  const delivery = { source: 'source' in event ? event.source : '', id: event.id }
  return { place, position, event, delivery, name: deliveryName(delivery), hash }
}

/** Asks for what events need, in few questions: which were delivered before, and their subjects. */
async function lookUp(
  parts: FoldingParts,
  slice: Slice,
  arrivals: readonly Arrival[],
): Promise<Map<string, string>> {
  const known = new Map<string, string>()
  const unknown: Delivery[] = []
  const wanted = new Set<SubjectKey>()
  for (const { event, delivery, name } of arrivals) {
    // Asked first: once committed, it is no longer unwritten, but the database has it.
    const hash = parts.unwritten(name)
    if (hash === null) unknown.push(delivery)
    else known.set(name, hash)
    for (const key of wantsOf(parts.engine, event)) {
      if (!parts.engine.holds(key)) wanted.add(key)
    }
  }
  const [delivered] = await Promise.all([
    parts.lookup.delivered(unknown),
    admitSubjects(parts, slice, [...wanted]),
  ])
  for (const [name, hash] of delivered.found) known.set(name, hash)
  if (delivered.isDoubtful) {
    for (const delivery of unknown) slice.doubtful.delivered.add(deliveryName(delivery))
  }
  return known
}

/** What a poison event wants is nothing: that it is poison, the fold will find. */
function wantsOf(engine: Engine, event: FoldedEvent): SubjectKey[] {
  try {
    return engine.wants(event)
  } catch {
    return []
  }
}

async function admitSubjects(
  parts: FoldingParts,
  slice: Slice,
  keys: readonly SubjectKey[],
): Promise<void> {
  if (keys.length === 0) return
  const { found, isDoubtful } = await parts.lookup.subjects(keys)
  for (const key of keys) {
    const record = found.get(key) ?? null
    parts.engine.admit(key, record)
    parts.admitted(key, record)
    if (isDoubtful) slice.doubtful.subjects.add(key)
  }
}

/** Loads what the engine lacks, subjects and owners of parts. */
export async function admitLacking(
  parts: FoldingParts,
  slice: Slice,
  lacks: readonly string[],
): Promise<void> {
  const isPart = (key: string): boolean => key.startsWith('part/')
  await admitSubjects(
    parts,
    slice,
    lacks.filter((key) => !isPart(key)),
  )
  const names = lacks.filter(isPart)
  if (names.length === 0) return
  const { found, isDoubtful } = await parts.lookup.parts(names)
  for (const name of names) {
    parts.engine.admitPart(name, found.get(name) ?? null)
    if (isDoubtful) slice.doubtful.parts.add(name)
  }
}

/** Whether an event is to be folded; otherwise it is counted as what it is. */
function isFresh(
  parts: FoldingParts,
  slice: Slice,
  known: ReadonlyMap<string, string>,
  arrival: Arrival,
): boolean {
  const { name, hash, delivery, event } = arrival
  const before = slice.delivered.get(name)?.hash ?? known.get(name)
  if (before === hash) {
    slice.counts.duplicates += 1
    return false
  }
  if (before !== undefined) {
    bury(slice, arrival, 'conflicting', 'its id was delivered before with other content')
    return false
  }
  const refusal = parts.refused.get(nameOf(arrival)) ?? faultOf(event)
  if (refusal !== null) {
    bury(slice, arrival, 'poison', refusal)
    return false
  }
  slice.delivered.set(name, { ...delivery, hash })
  slice.counts.folded += 1
  return true
}

/** What is wrong with an event of ours; a feed's were judged at the door. */
function faultOf(event: FoldedEvent): string | null {
  if (event.type !== 'directory.changed') return null
  const { error } = Directory.safeParse(event.data.directory)
  return error ? `it brings no directory: ${error.message}` : null
}

/** A promise only where something has to be loaded: that is rare, and a turn each is dear. */
function foldGroup(
  parts: FoldingParts,
  slice: Slice,
  group: readonly Arrival[],
): Promise<void> | null {
  const [first] = group
  if (!first) return null
  if (group.length > 1 && parts.alone.has(nameOf(first))) return foldEach(parts, slice, group)
  const folded = tryFold(parts.engine, group)
  if ('poison' in folded) {
    if (group.length > 1) return foldEach(parts, slice, group)
    buryPoison(slice, first, folded.poison)
    return null
  }
  if (!('lacks' in folded)) {
    apply(parts.engine, slice, group, folded)
    return null
  }
  return foldLoading(parts, slice, group, folded.lacks)
}

/** One by one, so that a poison one is found and the others are not lost with it. */
async function foldEach(
  parts: FoldingParts,
  slice: Slice,
  group: readonly Arrival[],
): Promise<void> {
  for (const arrival of group) await foldGroup(parts, slice, [arrival])
}

async function foldLoading(
  parts: FoldingParts,
  slice: Slice,
  group: readonly Arrival[],
  firstLacks: readonly string[],
): Promise<void> {
  let lacks = firstLacks
  for (let loads = 0; loads < MAX_LOADS; loads++) {
    await admitLacking(parts, slice, lacks)
    const folded = tryFold(parts.engine, group)
    if ('poison' in folded) return failed(parts, slice, group, folded.poison)
    if (!('lacks' in folded)) {
      apply(parts.engine, slice, group, folded)
      return
    }
    lacks = folded.lacks
  }
  return failed(parts, slice, group, 'it asks for subjects without end')
}

async function failed(
  parts: FoldingParts,
  slice: Slice,
  group: readonly Arrival[],
  reason: string,
): Promise<void> {
  const [first] = group
  if (group.length > 1) await foldEach(parts, slice, group)
  else if (first) buryPoison(slice, first, reason)
}

function tryFold(
  engine: Engine,
  group: readonly Arrival[],
): ReturnType<Engine['fold']> | { poison: string } {
  try {
    return engine.fold(group.map(({ event }) => event))
  } catch (error) {
    return { poison: error instanceof Error ? error.message : String(error) }
  }
}

function apply(engine: Engine, slice: Slice, group: readonly Arrival[], folded: Folded): void {
  const [first] = group
  if (!first) return
  const { place, position, event } = first
  for (const entry of folded.entries) {
    if (!isBookable(entry)) {
      throw new Unbookable(
        nameOf(first),
        group.length,
        `its entry for ${entry.counter} cannot be booked: no number, or over more than 400 days`,
      )
    }
    slice.entries.push({ entry, place })
  }
  for (const key of folded.changed) slice.changed.add(key)
  slice.discovered.push(...folded.discovered)
  slice.counts.lateFeeds += folded.late.feeds
  for (const arrival of folded.late.events.size > 0 ? group : []) {
    const subject = folded.late.events.get(arrival.event)
    if (subject !== undefined) bury(slice, arrival, 'late', lateReason(subject))
  }
  if (event.type === 'details.givenUp') slice.horizon = engine.horizon()
  if (event.type === 'directory.changed') {
    slice.directories.push({ place, position, atMs: event.atMs, content: event.data.directory })
  }
}

/** Its key may name a person. */
const lateReason = (subject: SubjectKey): string =>
  `the details of its ${kindOf(subject)} are given up, and nothing changes it any more`

const nameOf = ({ place, position }: At): string => `${place}/${String(position)}`

/** It is not in the books: mended, it may be sent again under its id. */
function buryPoison(slice: Slice, arrival: Arrival, reason: string): void {
  slice.delivered.delete(arrival.name)
  slice.counts.folded -= 1
  bury(slice, arrival, 'poison', reason)
}

function bury(
  slice: Slice,
  { place, position, event }: At,
  kind: DeadLetter['kind'],
  reason: string,
): void {
  slice.deadLetters.push({ place, position, kind, event: JSON.stringify(event), reason })
  slice.counts[kind] += 1
}
