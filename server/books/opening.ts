/** What an engine is given before it folds: open subjects, and functions newer than their bookings. */
import { sql } from 'kysely'
import type { Database } from '../database/database.ts'
import { NOT_ANEW } from '../database/schema.ts'
import { EMPTIED_AT_MS, GIVEN_UP } from '../engine/givenUp.ts'
import type { Engine, SubjectKey, SubjectRecord } from '../engine/subject.ts'
import { FencedOff } from './fencedOff.ts'
import { parseRecord } from './recordText.ts'

/** Records read at a time: an agent's day may have a hundred kilobytes. */
const RECORDS_AT_ONCE = 200
/**
 * Keys read at a time, of subjects that may have to be derived anew: many, as those that are only fed
 * have one instant, and are sorted for each page.
 */
const KEYS_AT_ONCE = 5_000

/** Tells every open subject, in the order of their keys. */
export async function eachOpen(
  database: Database,
  center: string,
  tell: (record: SubjectRecord) => void,
): Promise<void> {
  // Their keys first, and in no order: asked for that, SQLite would walk the keys of all subjects
  // that there ever were, and not the index of open ones.
  const open = await database.kysely
    .selectFrom('subject')
    .select('key')
    .where('center', '=', center)
    .where('open', '=', 1)
    .execute()
  const keys = open.map(({ key }) => key).sort()
  for (let at = 0; at < keys.length; at += RECORDS_AT_ONCE) {
    const rows = await database.kysely
      .selectFrom('subject')
      .select('record')
      .where('center', '=', center)
      .where('key', 'in', keys.slice(at, at + RECORDS_AT_ONCE))
      .orderBy('key')
      .execute()
    for (const { record } of rows) tell(parseRecord(record))
  }
}

/**
 * Whether a stored subject has a version of its function that is not the engine's. From one kind and
 * version to the next by their index: asked for what is distinct, a database reads all of it.
 */
export async function hasStale(
  database: Database,
  center: string,
  engine: Engine,
): Promise<boolean> {
  const stored = database.kysely
    .selectFrom('subject')
    .select(['kind', 'version'])
    .where('center', '=', center)
    .limit(1)
  let found = await stored.orderBy('kind').orderBy('version').executeTakeFirst()
  while (found) {
    const { kind, version } = found
    // What is given up has nothing booked that could be judged anew.
    if (version !== GIVEN_UP && version !== engine.versionOf(`${kind}/`)) return true
    found =
      (await stored
        .where('kind', '=', kind)
        .where('version', '>', version)
        .orderBy('version')
        .executeTakeFirst()) ??
      (await stored.where('kind', '>', kind).orderBy('kind').orderBy('version').executeTakeFirst())
  }
  return false
}

/** A subject among all of a center, by when something was said of it last; only fed: never, 0. */
export type StoredVersion = { lastAtMs: number; key: SubjectKey; version: number }

/**
 * The subjects behind one, some of them, those first of which something was said last: about in the
 * order in which they lie on the disk. Null: from the newest on. Empty: there are no more, but those
 * that are given up.
 */
export async function subjectsBehind(
  database: Database,
  center: string,
  one: Omit<StoredVersion, 'version'> | null,
): Promise<StoredVersion[]> {
  const subjects = database.kysely
    .selectFrom('subject')
    .select(['lastAtMs', 'key', 'version'])
    .where('center', '=', center)
    .where('lastAtMs', '>', EMPTIED_AT_MS)
    .limit(KEYS_AT_ONCE)
  // By the column itself, a database may walk all keys there are for the few of the instant.
  const keyOnly = sql<string>`${sql.ref('key')} || ''`
  // Two questions: one with both conditions in it would have a database sort all subjects.
  const ofItsInstant = one
    ? await subjects
        .where('lastAtMs', '=', one.lastAtMs)
        .where(keyOnly, '>', one.key)
        .orderBy(keyOnly)
        .execute()
    : []
  if (ofItsInstant.length > 0) return ofItsInstant
  return subjects
    .$if(one !== null, (query) => query.where('lastAtMs', '<', one?.lastAtMs ?? 0))
    .orderBy('lastAtMs', 'desc')
    .orderBy('key')
    .execute()
}

/**
 * Up to which subject all were derived anew, as `{lastAtMs} {key}`; `NOT_ANEW`: none are to be; `OLDER_ANEW`: only those
 * of an older release.
 */
export async function anewAfter(database: Database, center: string): Promise<string> {
  const row = await database.kysely
    .selectFrom('center')
    .select('anewAfter')
    .where('center', '=', center)
    .executeTakeFirst()
  return row?.anewAfter ?? NOT_ANEW
}

/**
 * Notes up to where they are, so that a stop in between goes on from there. False: something else is
 * noted than was thought, as a directory has come that has all of them derived anew, from the first on.
 * Throws `FencedOff` for an older epoch: who has lost the books must not begin again.
 */
export async function moveAnewAfter(
  database: Database,
  center: string,
  epoch: number,
  before: string,
  after: string,
): Promise<boolean> {
  const { numUpdatedRows } = await database.kysely
    .updateTable('center')
    .set({ anewAfter: after })
    .where('center', '=', center)
    .where('epoch', '=', epoch)
    .where('anewAfter', '=', before)
    .executeTakeFirstOrThrow()
  if (numUpdatedRows === 1n) return true
  const found = await database.kysely
    .selectFrom('center')
    .select('epoch')
    .where('center', '=', center)
    .executeTakeFirst()
  if (found?.epoch !== epoch) throw new FencedOff(center, epoch, found?.epoch ?? null)
  return false
}
