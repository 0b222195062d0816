/**
 * The tables, as Kysely sees them. Written in the part of SQL that SQLite and PostgreSQL share:
 * text, bigint, double, JSON as text, upsert, returning; ids made by us; buckets as integers.
 * Every instant is UTC milliseconds. Booleans are 0 and 1. Empty text stands for null in a key.
 */
import type { Generated } from 'kysely'

/** The embedded file, or a server. */
export type DatabaseKind = 'sqlite' | 'postgres'

/** One row a center: where its books stand. */
type CenterTable = {
  center: string
  /** Whoever keeps the books holds the newest epoch; each transaction begins by checking it. */
  epoch: number
  /** The identity of the stream that `place` belongs to. */
  generation: string
  /** Up to here the stream is in the books. */
  place: string
  /** How many commits the books have had; tells a commit that was cut off whether it happened. */
  commits: number
  committedAtMs: number
  /** JSON: the zone and day start that balances of days and months follow (books/calendar.ts). */
  calendar: string
  /** JSON: how many events were folded, doubled, conflicting, dead (books/counts.ts). */
  counts: string
  /**
   * The last of the subjects that were derived anew so far, as `{lastAtMs} {key}`; `all {commit}`: all
   * are to be; `NOT_ANEW`: none are; `OLDER_ANEW`: only those that an older release derived.
   */
  anewAfter: Generated<string>
  /** From when on details are kept, and were before that; 0: for good (engine/givenUp.ts). */
  detailsFromMs: Generated<number>
  detailsBeforeMs: Generated<number>
  /** Up to where balances of quarters, days and months are summed up (books/buckets.ts). */
  summedToMs: Generated<number>
}

/** Everything that was booked is in the balances of every grain. */
export const ALL_SUMMED_MS = Number.MAX_SAFE_INTEGER
/** No subject has to be derived anew. */
export const NOT_ANEW = '-'
/** Bookings of an older release are being derived anew. */
export const OLDER_ANEW = '-older'

/** On whose behalf a counter grew: every combination that occurs, once. */
type CellTable = {
  center: string
  id: string
  queue: string
  agent: string
  team: string
  site: string
  channel: string
  /** JSON, names sorted; empty: none. */
  filters: string
}

/** The ledger: one row a booking, never edited. */
type EntryTable = {
  center: string
  id: string
  subject: string
  counter: string
  detail: string
  fromMs: number
  toMs: number
  amount: number
  cell: string
  /** The place in the stream whose fold booked it. */
  place: string
}

/**
 * Sums of entries by cell, counter and bucket of time. `grain`: `1m` (48 h), and `15m`, `1d`, `1M` of
 * what lies before the center's `summedToMs`.
 */
type BalanceTable = {
  center: string
  grain: string
  /** The bucket's start. Days and months begin by the center's clock and business day. */
  bucketMs: number
  cell: string
  counter: string
  detail: string
  amount: number
}

/** A subject with its facts: what the engine goes on with, and the timeline a person sees. */
type SubjectTable = {
  center: string
  key: string
  kind: string
  version: number
  open: number
  firstAtMs: number
  lastAtMs: number
  unopened: number
  flags: number
  /** The SubjectRecord as JSON. */
  record: string
  /**
   * Its `{live, accruals}` once more as JSON where it is open, empty where it is closed: live books
   * and every figure read those of all open subjects, whose records may be large.
   */
  present: string
}

/** Other ids of a subject: its visits, offers and legs, for retractions. */
type PartTable = { center: string; part: string; subject: string }

/** Every event that is in the books, by delivery; `atMs` is what it is about, as it says. */
type DeliveredTable = { center: string; source: string; id: string; hash: string }

/**
 * Events that got in and are not in the numbers, with the reason. `kind`: `poison` (the engine
 * cannot fold it), `conflicting` (its id was delivered before with other content, which stands),
 * `unstorable` (its text cannot be stored) or `late` (what it is about is given up).
 */
type DeadLetterTable = {
  center: string
  place: string
  position: number
  kind: string
  event: string
  reason: string
  atMs: number
}

/** Names that feeds used and the directory does not know. */
type DiscoveredTable = { center: string; kind: string; key: string; source: string; atMs: number }

/** What the stream itself lost, as far as that is known; shown by /api/status. */
type GapTable = {
  center: string
  id: string
  fromMs: number
  toMs: number
  reason: string
}

/**
 * The directories that the books have taken from the stream, in its order: what the engine goes on
 * with after a restart. `directory` holds what was put, which may still be on its way.
 */
type TakenDirectoryTable = {
  center: string
  place: string
  position: number
  atMs: number
  content: string
}

/** Each directory that was put, from when on it is in force. */
type DirectoryTable = { center: string; version: number; atMs: number; by: string; content: string }

/** What counts goes out by here, in the transaction that wrote its row. */
type OutboxTable = { center: string; id: string; atMs: number; event: string; sentAtMs: number }

type UserTable = {
  id: string
  name: string
  passwordHash: string
  role: string
  /** JSON: which scopes the role covers; empty list: all. */
  scopes: string
  createdAtMs: number
  disabled: number
}
type SessionTable = {
  /** SHA-256 of the token. */
  id: string
  userId: string
  createdAtMs: number
  seenAtMs: number
  expiresAtMs: number
  userAgent: string
  address: string
}
type KeyTable = {
  id: string
  name: string
  /** SHA-256 of the secret. */
  hash: string
  /** JSON: ingest, read, admin. */
  rights: string
  center: string
  /** The one source that it may send as; empty: any. */
  source: string
  createdAtMs: number
  usedAtMs: number
  revoked: number
}
type BoardTable = {
  center: string
  key: string
  version: number
  content: string
  atMs: number
  by: string
}
type AuditTable = {
  id: string
  atMs: number
  by: string
  action: string
  about: string
  detail: string
}
/** Where each connector is in its feed. */
type ConnectorPlaceTable = { center: string; source: string; place: string; atMs: number }

export type Tables = {
  center: CenterTable
  cell: CellTable
  entry: EntryTable
  balance: BalanceTable
  subject: SubjectTable
  part: PartTable
  delivered: DeliveredTable
  deadLetter: DeadLetterTable
  discovered: DiscoveredTable
  gap: GapTable
  takenDirectory: TakenDirectoryTable
  directory: DirectoryTable
  outbox: OutboxTable
  user: UserTable
  session: SessionTable
  key: KeyTable
  board: BoardTable
  audit: AuditTable
  connectorPlace: ConnectorPlaceTable
}
