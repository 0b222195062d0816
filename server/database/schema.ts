/**
 * The tables, as Kysely sees them. Written in the part of SQL that SQLite and PostgreSQL share:
 * text, bigint, double, JSON as text, upsert, returning; ids made by us; buckets as integers.
 * Every instant is UTC milliseconds. Booleans are 0 and 1. Empty text stands for null in a key.
 */

/** One row a center: where its books stand. */
type CenterTable = {
  center: string
  /** Whoever keeps the books holds the newest epoch; each transaction begins by checking it. */
  epoch: number
  /** The identity of the stream that `place` belongs to. */
  generation: string
  /** Up to here the stream is in the books. */
  place: string
  /** The engine's place in the outbox, and when the books were last written. */
  committedAtMs: number
}

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

/** Sums of entries by cell, counter and bucket of time. `grain`: `1m` (48 h), `15m`, `1d`, `1M`. */
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
}

/** Other ids of a subject: its visits, offers and legs, for retractions. */
type PartTable = { center: string; part: string; subject: string }

/** Every event that is in the books, by delivery. */
type DeliveredTable = { center: string; source: string; id: string; hash: string }

/** Events that got in and cannot be folded, with the reason. */
type DeadLetterTable = {
  center: string
  place: string
  position: number
  event: string
  reason: string
  atMs: number
}

/** Names that feeds used and the directory does not know. */
type DiscoveredTable = { center: string; kind: string; key: string; source: string; atMs: number }

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
  directory: DirectoryTable
  outbox: OutboxTable
  user: UserTable
  session: SessionTable
  key: KeyTable
  board: BoardTable
  audit: AuditTable
  connectorPlace: ConnectorPlaceTable
}
