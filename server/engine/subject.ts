import type { Accrual, Entry } from '../../shared/entry.ts'
import type { Live } from '../../shared/live.ts'
import type { Provenance, Precision } from '../../shared/events/fields.ts'
import type { Horizon } from './horizon.ts'
import type { FoldedEvent } from './stream.ts'
import type { EventType } from '../../shared/events/event.ts'

/**
 * What a subject is, to those who store it. A subject's entries are a function of its facts: the
 * engine keeps the facts, takes the function again when one changes, and books the difference to
 * what it has booked.
 */

/**
 * A subject's name, such as `contact/asterisk/pbx-1#1795283607.0`: its kind, then what it is. The
 * part before the first slash is the kind.
 */
export type SubjectKey = string

/** One report of a fact, as its feed sent it. A fact keeps every report of it. */
export type Report = {
  source: string
  id: string
  atMs: number
  recordedAtMs: number | null
  sequence: string | null
  provenance: Provenance
  precision: Precision
  data: Readonly<Record<string, unknown>>
}

/** A fact: what makes reports reports of the same thing, and all of them. */
export type Fact = { type: EventType; key: string; system: string; reports: readonly Report[] }

/** What another subject derived for this one; replaced whole when it changes. */
export type Fed = { from: SubjectKey; id: string; data: Readonly<Record<string, unknown>> }

/** A subject as it is stored: everything that is needed to go on with it. Plain JSON. */
export type SubjectRecord = {
  key: SubjectKey
  /** The version of the function that booked what is booked. */
  version: number
  facts: readonly Fact[]
  fed: readonly Fed[]
  /** What this subject derived for others, so that a change of it can be taken back there. */
  feeds: readonly { to: SubjectKey; id: string; data: Readonly<Record<string, unknown>> }[]
  /** What it has booked: its entries net of all corrections, in the order of its function. */
  booked: readonly Entry[]
  accruals: readonly Accrual[]
  live: Live
  /** Whether time alone can still change what it says: something is live, or accrues. */
  open: boolean
  /** The instants of its earliest and latest fact. */
  firstAtMs: number
  lastAtMs: number
  /** Facts that wait for their opener, such as a dequeued without its queued. */
  unopened: number
  /** What looked wrong in its facts, in words; shown to the administrator. */
  flags: readonly string[]
  /** Other ids by which a retraction may mean it: `{system}#{visit, offer or leg id}`. */
  parts: readonly string[]
  /** When it falls silent for too long and is closed by the clock; null: never. */
  silentAtMs: number | null
  /** The horizon that was in force when it changed last (givenUp.ts); 0: there was none. */
  touchedMs: number
}

/** A name that a feed used and the directory does not know. */
export type Discovered = { kind: 'agent' | 'queue'; key: string; source: string; atMs: number }

/** What one event did. */
export type Folded = {
  /** What is to be booked: the difference to what was. */
  entries: Entry[]
  /** Subjects that changed, to be stored with the next commit; read them by `record(key)`. */
  changed: SubjectKey[]
  discovered: Discovered[]
  late: Late
}

/** What came for subjects that are given up, and changed nothing. */
export type Late = {
  /** Events whose reports were refused, each with a subject that it was for. */
  events: ReadonlyMap<FoldedEvent, SubjectKey>
  /** What other subjects had to tell such ones. */
  feeds: number
}

/**
 * The engine of one center: a pure fold of events into entries and live state. It touches no
 * clock, no socket and no database: subjects that it does not hold are asked for.
 */
export type Engine = {
  /**
   * Folds events of the stream, together: each subject that they change is derived once. Either it
   * is done, or subjects are lacking: then nothing has changed; `admit` them and fold again. Throws
   * on a poison event, and then nothing has changed either: fold one by one to find it, for the
   * dead letters. An internal event is folded alone.
   */
  fold: (events: readonly FoldedEvent[]) => Folded | { lacks: SubjectKey[] }
  /** The subjects that an event needs at first sight, to load them for many events at once. */
  wants: (event: FoldedEvent) => SubjectKey[]
  /** Hands over a stored subject, or null for one that is not stored: it is new then. */
  admit: (key: SubjectKey, record: SubjectRecord | null) => void
  /**
   * Answers a lacking key of the form `part/{system}#{id}`: the subject that has such a part, by
   * the index of parts, or null where none has.
   */
  admitPart: (part: SubjectKey, subject: SubjectKey | null) => void
  holds: (key: SubjectKey) => boolean
  record: (key: SubjectKey) => SubjectRecord
  /**
   * Takes the function of a held subject again, as after a new release or a directory that told
   * whose an older name is: then the facts of an agent's time move to that agent.
   */
  rederive: (key: SubjectKey) => Folded | { lacks: SubjectKey[] }
  /** From when on details are kept, by what was folded so far. */
  horizon: () => Horizon
  /** The version of the function of a subject of this kind. */
  versionOf: (key: SubjectKey) => number
  /** Lets a closed subject go from memory; the caller has stored it. */
  release: (key: SubjectKey) => void
  /** Held subjects, with what decides on releasing and closing them. */
  held: () => Iterable<{
    key: SubjectKey
    open: boolean
    lastAtMs: number
    silentAtMs: number | null
  }>
  /** What to close by the clock: contacts silent past their limit, as events for the stream. */
  silent: (nowMs: number) => { contactId: string; system: string; atMs: number }[]
}
