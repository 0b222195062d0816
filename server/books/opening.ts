/** What an engine is given before it folds: open subjects, and functions newer than their bookings. */
import type { Database } from '../database/database.ts'
import { NOT_ANEW } from '../database/schema.ts'
import type { Engine, SubjectKey, SubjectRecord } from '../engine/subject.ts'
import { parseRecord } from './recordText.ts'

/** Records read at a time: an agent's day may have a hundred kilobytes. */
const RECORDS_AT_ONCE = 200

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
 * Kinds of stored subjects, with a version of their function that is not the engine's. From one to the
 * next by their index: asked for what is distinct, a database reads the index of all subjects.
 */
export async function staleKinds(
  database: Database,
  center: string,
  engine: Engine,
): Promise<StaleKind[]> {
  const stored = database.kysely
    .selectFrom('subject')
    .select(['kind', 'version'])
    .where('center', '=', center)
    .limit(1)
  const after = async ({ kind, version }: StaleKind): Promise<StaleKind | undefined> =>
    (await stored
      .where('kind', '=', kind)
      .where('version', '>', version)
      .orderBy('version')
      .executeTakeFirst()) ??
    (await stored.where('kind', '>', kind).orderBy('kind').orderBy('version').executeTakeFirst())
  const stale: StaleKind[] = []
  let found = await after({ kind: '', version: 0 })
  for (; found; found = await after(found)) {
    if (found.version !== engine.versionOf(`${found.kind}/`)) stale.push(found)
  }
  return stale
}

/** A kind of subjects whose bookings are of one version of its function. */
export type StaleKind = { kind: string; version: number }

/**
 * The subjects after a key, some of them: of a kind and version, or all (null). Empty: there are no
 * more.
 */
export async function subjectsAfter(
  database: Database,
  center: string,
  stale: StaleKind | null,
  after: SubjectKey,
): Promise<SubjectRecord[]> {
  const rows = await database.kysely
    .selectFrom('subject')
    .select('record')
    .where('center', '=', center)
    .$if(stale !== null, (query) =>
      query.where('kind', '=', stale?.kind ?? '').where('version', '=', stale?.version ?? 0),
    )
    .where('key', '>', after)
    .orderBy('key')
    .limit(RECORDS_AT_ONCE)
    .execute()
  return rows.map(({ record }) => parseRecord(record))
}

/**
 * Up to which key all subjects were derived anew; `NOT_ANEW`: none are to be; `OLDER_ANEW`: only those
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

/** Notes up to where they are, so that a stop in between goes on from there. */
export async function keepAnewAfter(
  database: Database,
  center: string,
  epoch: number,
  after: SubjectKey,
): Promise<void> {
  await database.kysely
    .updateTable('center')
    .set({ anewAfter: after })
    .where('center', '=', center)
    .where('epoch', '=', epoch)
    .execute()
}
