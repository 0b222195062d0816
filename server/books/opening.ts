/** What an engine is given before it folds: open subjects, and functions newer than their bookings. */
import type { Database } from '../database/database.ts'
import type { Engine, SubjectKey, SubjectRecord } from '../engine/subject.ts'
import { parseRecord } from './lookup.ts'

/** Records read at a time: an agent's day may have a hundred kilobytes. */
const RECORDS_AT_ONCE = 200

/** Tells every open subject. */
export async function eachOpen(
  database: Database,
  center: string,
  tell: (record: SubjectRecord) => void,
): Promise<void> {
  let after = ''
  for (;;) {
    const rows = await database.kysely
      .selectFrom('subject')
      .select(['key', 'record'])
      .where('center', '=', center)
      .where('open', '=', 1)
      .where('key', '>', after)
      .orderBy('key')
      .limit(RECORDS_AT_ONCE)
      .execute()
    for (const { record } of rows) tell(parseRecord(record))
    const last = rows.at(-1)
    if (!last || rows.length < RECORDS_AT_ONCE) return
    after = last.key
  }
}

/** Kinds of stored subjects, with a version of their function that is not the engine's. */
export async function staleKinds(
  database: Database,
  center: string,
  engine: Engine,
): Promise<{ kind: string; version: number }[]> {
  const kinds = await database.kysely
    .selectFrom('subject')
    .select(['kind', 'version'])
    .distinct()
    .where('center', '=', center)
    .execute()
  return kinds.filter(({ kind, version }) => version !== engine.versionOf(`${kind}/`))
}

/** The subjects of a kind and version after a key, some of them; empty: there are no more. */
export async function staleSubjects(
  database: Database,
  center: string,
  { kind, version }: { kind: string; version: number },
  after: SubjectKey,
): Promise<SubjectRecord[]> {
  const rows = await database.kysely
    .selectFrom('subject')
    .select('record')
    .where('center', '=', center)
    .where('kind', '=', kind)
    .where('version', '=', version)
    .where('key', '>', after)
    .orderBy('key')
    .limit(RECORDS_AT_ONCE)
    .execute()
  return rows.map(({ record }) => parseRecord(record))
}
