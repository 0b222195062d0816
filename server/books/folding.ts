/** Takes a slice of the stream through the engine: every event has one fate, and it is counted. */
import { Directory } from '../../shared/directory.ts'
import type { Entry } from '../../shared/entry.ts'
import type { FoldedEvent } from '../engine/stream.ts'
import type { Discovered, Engine, Folded, SubjectKey, SubjectRecord } from '../engine/subject.ts'
import { contentHash } from '../stream/contentHash.ts'
import type { LogEntry, Place } from '../stream/eventLog.ts'
import { isBookable } from './buckets.ts'
import { noCounts, type Counts } from './counts.ts'
import { deliveryName, type Delivery, type Lookup } from './lookup.ts'
import { isStorable } from './storable.ts'

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
  /** How many more than before; no entries. */
  counts: Counts
  doubtful: { subjects: Set<SubjectKey>; parts: Set<string>; delivered: Set<string> }
}

export type DeadLetter = {
  place: Place
  position: number
  kind: 'poison' | 'conflicting' | 'unstorable'
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
}

/** An event's entries cannot be booked, and the engine holds them already. */
export class Unbookable extends Error {
  override name = 'Unbookable'
  readonly at: string
  constructor(at: string, message: string) {
    super(message)
    this.at = at
  }
}

/** One event leads to at most so many loads, each of what the one before showed to be lacking. */
export const MAX_LOADS = 1_000
/** After so many events the others in this process have a turn. */
const EVENTS_A_TURN = 500

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
  for (const [index, arrival] of arrivals.entries()) {
    const loading = foldOne(parts, slice, known, arrival)
    if (loading) await loading
    if ((index + 1) % EVENTS_A_TURN === 0) await turn()
  }
  return slice
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
  if (!isStorable(JSON.stringify(event))) return null
  const delivery = { source: 'source' in event ? event.source : '', id: event.id }
  return { place, position, event, delivery, name: deliveryName(delivery), hash: hashOf(event) }
}

/** When a collector saw it belongs to the delivery, not to what it says: a retry may differ. */
function hashOf(event: FoldedEvent): string {
  if (!('recordedAtMs' in event)) return contentHash(event).toString(36)
  const { recordedAtMs: _, ...content } = event
  return contentHash(content).toString(36)
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

/** Gives one event its fate. A promise only where something had to be loaded: that is rare. */
function foldOne(
  parts: FoldingParts,
  slice: Slice,
  known: ReadonlyMap<string, string>,
  arrival: Arrival,
): Promise<void> | null {
  const { name, hash, delivery, place, position, event } = arrival
  const before = slice.delivered.get(name)?.hash ?? known.get(name)
  if (before === hash) {
    slice.counts.duplicates += 1
    return null
  }
  if (before !== undefined) {
    bury(slice, arrival, 'conflicting', 'its id was delivered before with other content')
    return null
  }
  const refusal = parts.refused.get(`${place}/${String(position)}`) ?? faultOf(event)
  if (refusal !== null) {
    bury(slice, arrival, 'poison', refusal)
    return null
  }
  const done = (folded: Folded): void => {
    apply(slice, arrival, folded)
    slice.delivered.set(name, { ...delivery, hash })
    slice.counts.folded += 1
  }
  const folded = tryFold(parts, slice, arrival)
  if (folded === null) return null
  if (!('lacks' in folded)) {
    done(folded)
    return null
  }
  return foldLoading(parts, slice, arrival, folded.lacks).then((loaded) => {
    if (loaded) done(loaded)
  })
}

/** What is wrong with an event of ours; a feed's were judged at the door. */
function faultOf(event: FoldedEvent): string | null {
  if (event.type !== 'directory.changed') return null
  const { error } = Directory.safeParse(event.data.directory)
  return error ? `it brings no directory: ${error.message}` : null
}

/** Null: poison, and it is buried. */
function tryFold(
  { engine }: FoldingParts,
  slice: Slice,
  at: At,
): ReturnType<Engine['fold']> | null {
  try {
    return engine.fold(at.event)
  } catch (error) {
    bury(slice, at, 'poison', error instanceof Error ? error.message : String(error))
    return null
  }
}

async function foldLoading(
  parts: FoldingParts,
  slice: Slice,
  at: At,
  firstLacks: readonly string[],
): Promise<Folded | null> {
  let lacks = firstLacks
  for (let loads = 0; loads < MAX_LOADS; loads++) {
    await admitLacking(parts, slice, lacks)
    const folded = tryFold(parts, slice, at)
    if (folded === null || !('lacks' in folded)) return folded
    lacks = folded.lacks
  }
  bury(slice, at, 'poison', 'it asks for subjects without end')
  return null
}

function apply(slice: Slice, { place, position, event }: At, folded: Folded): void {
  for (const entry of folded.entries) {
    if (!isBookable(entry)) {
      throw new Unbookable(
        `${place}/${String(position)}`,
        `its entry for ${entry.counter} cannot be booked: no number, or over more than 400 days`,
      )
    }
    slice.entries.push({ entry, place })
  }
  for (const key of folded.changed) slice.changed.add(key)
  slice.discovered.push(...folded.discovered)
  if (event.type === 'directory.changed') {
    slice.directories.push({ place, position, atMs: event.atMs, content: event.data.directory })
  }
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
