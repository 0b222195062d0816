/**
 * Every step from an empty database to the tables of schema.ts, in order. Steps are only added.
 *
 * A step is taken while processes of the release before still run: what they write has to stay
 * right. So a step only adds: a table, an index, a column with a default. What nobody uses any more
 * is dropped a release later. A step is instant however much there is; what has to be filled in for
 * every row is filled in by the keeper afterwards, in pieces (docs/operations.md, "An upgrade").
 */
import { sql, type Kysely, type RawBuilder } from 'kysely'
import { ALL_SUMMED_MS, type DatabaseKind, NOT_ANEW, type Tables } from './schema.ts'

type Migration = {
  name: string
  up: (db: Kysely<Tables>, kind: DatabaseKind) => Promise<void>
}

type ColumnType = 'text' | 'bigint' | 'double precision'

/** Makes a table; every column is not null, as empty text and 0 stand for nothing. */
async function createTable(
  db: Kysely<Tables>,
  kind: DatabaseKind,
  table: keyof Tables,
  columns: Readonly<Record<string, ColumnType>>,
  primaryKey: readonly string[],
  /** Rows are small and are found by their key alone: SQLite then keeps them in the key's tree. */
  small = false,
): Promise<void> {
  let builder = db.schema.createTable(table)
  for (const [name, type] of Object.entries(columns)) {
    builder = builder.addColumn(name, typeOf(type, kind), (column) => column.notNull())
  }
  // The names are those of the columns above; Kysely cannot know.
  builder = builder.addPrimaryKeyConstraint(`${table}Key`, [...primaryKey] as never)
  if (small && kind === 'sqlite') builder = builder.modifyEnd(sql`without rowid`)
  await builder.execute()
}

/** Text sorts by its code points in both, so that pages by key are the same. */
function typeOf(type: ColumnType, kind: DatabaseKind): RawBuilder<unknown> {
  if (type === 'text' && kind === 'postgres') return sql`text collate "C"`
  return sql.raw(type)
}

async function createIndex(
  db: Kysely<Tables>,
  table: keyof Tables,
  columns: readonly string[],
  unique: 'unique' | null = null,
): Promise<void> {
  const name = `${table}By${columns.map((column) => column.charAt(0).toUpperCase() + column.slice(1)).join('')}`
  const builder = db.schema
    .createIndex(name)
    .on(table)
    .columns([...columns])
  await (unique ? builder.unique() : builder).execute()
}

/** Adds a column, with what rows have that are there, or that an older release writes meanwhile. */
async function addColumn(
  db: Kysely<Tables>,
  kind: DatabaseKind,
  table: keyof Tables,
  name: string,
  type: ColumnType,
  value: string | number,
): Promise<void> {
  await db.schema
    .alterTable(table)
    .addColumn(name, typeOf(type, kind), (column) => column.notNull().defaultTo(value))
    .execute()
}

const text = 'text'
const bigint = 'bigint'
const double = 'double precision'

export const migrations: readonly Migration[] = [
  {
    name: 'the books',
    up: async (db, kind) => {
      await createTable(
        db,
        kind,
        'center',
        {
          center: text,
          epoch: bigint,
          generation: text,
          place: text,
          commits: bigint,
          committedAtMs: bigint,
          calendar: text,
          counts: text,
        },
        ['center'],
      )
      await createTable(
        db,
        kind,
        'cell',
        {
          center: text,
          id: text,
          queue: text,
          agent: text,
          team: text,
          site: text,
          channel: text,
          filters: text,
        },
        ['center', 'id'],
        true,
      )
      await createTable(
        db,
        kind,
        'entry',
        {
          center: text,
          id: text,
          subject: text,
          counter: text,
          detail: text,
          fromMs: bigint,
          toMs: bigint,
          amount: double,
          cell: text,
          place: text,
        },
        ['center', 'id'],
      )
      // By its end: the entries that reach into the minute that it is are then the last few.
      await createIndex(db, 'entry', ['center', 'counter', 'toMs'])
      await createTable(
        db,
        kind,
        'balance',
        {
          center: text,
          grain: text,
          counter: text,
          bucketMs: bigint,
          cell: text,
          detail: text,
          amount: double,
        },
        // The counter before the bucket: a scope's window reads a few counters over many buckets.
        ['center', 'grain', 'counter', 'bucketMs', 'cell', 'detail'],
        true,
      )
      await createTable(
        db,
        kind,
        'subject',
        {
          center: text,
          key: text,
          kind: text,
          version: bigint,
          open: bigint,
          firstAtMs: bigint,
          lastAtMs: bigint,
          unopened: bigint,
          flags: bigint,
          record: text,
          present: text,
        },
        ['center', 'key'],
      )
      await createIndex(db, 'subject', ['center', 'open'])
      await createIndex(db, 'subject', ['center', 'kind', 'version'])
      await createIndex(db, 'subject', ['center', 'lastAtMs'])
      await createIndex(db, 'subject', ['center', 'unopened'])
      await createIndex(db, 'subject', ['center', 'flags'])
      await createTable(
        db,
        kind,
        'part',
        { center: text, part: text, subject: text },
        ['center', 'part', 'subject'],
        true,
      )
      await createTable(
        db,
        kind,
        'delivered',
        { center: text, source: text, id: text, hash: text },
        ['center', 'source', 'id'],
        true,
      )
      await createTable(
        db,
        kind,
        'deadLetter',
        {
          center: text,
          place: text,
          position: bigint,
          kind: text,
          event: text,
          reason: text,
          atMs: bigint,
        },
        ['center', 'place', 'position'],
      )
      await createTable(
        db,
        kind,
        'discovered',
        { center: text, kind: text, key: text, source: text, atMs: bigint },
        ['center', 'kind', 'key'],
        true,
      )
      await createTable(
        db,
        kind,
        'gap',
        { center: text, id: text, fromMs: bigint, toMs: bigint, reason: text },
        ['center', 'id'],
      )
      await createTable(
        db,
        kind,
        'takenDirectory',
        { center: text, place: text, position: bigint, atMs: bigint, content: text },
        ['center', 'place', 'position'],
      )
    },
  },
  {
    name: 'the house',
    up: async (db, kind) => {
      await createTable(
        db,
        kind,
        'directory',
        { center: text, version: bigint, atMs: bigint, by: text, content: text },
        ['center', 'version'],
      )
      await createTable(
        db,
        kind,
        'outbox',
        { center: text, id: text, atMs: bigint, event: text, sentAtMs: bigint },
        ['center', 'id'],
      )
      await createIndex(db, 'outbox', ['center', 'sentAtMs', 'atMs'])
      await createTable(
        db,
        kind,
        'user',
        {
          id: text,
          name: text,
          passwordHash: text,
          role: text,
          scopes: text,
          createdAtMs: bigint,
          disabled: bigint,
        },
        ['id'],
      )
      await createIndex(db, 'user', ['name'], 'unique')
      await createTable(
        db,
        kind,
        'session',
        {
          id: text,
          userId: text,
          createdAtMs: bigint,
          seenAtMs: bigint,
          expiresAtMs: bigint,
          userAgent: text,
          address: text,
        },
        ['id'],
      )
      await createIndex(db, 'session', ['userId'])
      await createIndex(db, 'session', ['expiresAtMs'])
      await createTable(
        db,
        kind,
        'key',
        {
          id: text,
          name: text,
          hash: text,
          rights: text,
          center: text,
          source: text,
          createdAtMs: bigint,
          usedAtMs: bigint,
          revoked: bigint,
        },
        ['id'],
      )
      await createIndex(db, 'key', ['hash'], 'unique')
      await createTable(
        db,
        kind,
        'board',
        { center: text, key: text, version: bigint, content: text, atMs: bigint, by: text },
        ['center', 'key'],
      )
      await createTable(
        db,
        kind,
        'audit',
        { id: text, atMs: bigint, by: text, action: text, about: text, detail: text },
        ['id'],
      )
      await createIndex(db, 'audit', ['atMs'])
      await createTable(
        db,
        kind,
        'connectorPlace',
        { center: text, source: text, place: text, atMs: bigint },
        ['center', 'source'],
      )
    },
  },
  {
    name: 'subjects derived anew',
    up: async (db, kind) => {
      await addColumn(db, kind, 'center', 'anewAfter', text, NOT_ANEW)
    },
  },
  {
    // No table changes: a release that does not know lists is refused in words, not by its parser.
    name: 'subjects kept as lists',
    up: async () => undefined,
  },
  {
    name: 'details given up',
    up: async (db, kind) => {
      await addColumn(db, kind, 'center', 'detailsFromMs', bigint, 0)
      await addColumn(db, kind, 'center', 'detailsBeforeMs', bigint, 0)
    },
  },
  {
    // Until the first commit, which takes out what is to be in minutes only: all is in every grain.
    name: 'minutes summed up when they are over',
    up: async (db, kind) => {
      await addColumn(db, kind, 'center', 'summedToMs', bigint, ALL_SUMMED_MS)
    },
  },
]
