/** Stored subjects by when something was said of them: page by page, however many there ever were. */
import type { SubjectKey, SubjectRecord } from '../../engine/subject.ts'
import { inPieces } from '../pieces.ts'
import { parseRecord } from '../recordText.ts'
import type { Committed } from './committed.ts'

export type StoredSubject = { key: SubjectKey; record: SubjectRecord }

export type SubjectsAsked = {
  kind: string
  /** Of those whose last fact is of a time within, both ends included. */
  lastFromMs: number
  lastToMs: number
  /** And whose first is not later. */
  firstToMs: number
}

/** A page is some megabytes; others get their turn after it. In the order of their last facts. */
export async function* storedSubjects(
  { reading, center }: Committed,
  { kind, lastFromMs, lastToMs, firstToMs }: SubjectsAsked,
  pageSize: number,
): AsyncGenerator<StoredSubject[]> {
  let after = { lastAtMs: lastFromMs, key: '' }
  for (;;) {
    const { lastAtMs, key } = after
    const rows = await reading
      .selectFrom('subject')
      .select(['key', 'record', 'lastAtMs'])
      .where('center', '=', center)
      .where('lastAtMs', '>=', lastAtMs)
      .where('lastAtMs', '<=', lastToMs)
      .where((eb) => eb.or([eb('lastAtMs', '>', lastAtMs), eb('key', '>', key)]))
      .where('kind', '=', kind)
      .where('firstAtMs', '<=', firstToMs)
      .orderBy('lastAtMs')
      .orderBy('key')
      .limit(pageSize)
      .execute()
    if (rows.length > 0)
      yield rows.map((row) => ({ key: row.key, record: parseRecord(row.record) }))
    const last = rows.at(-1)
    if (!last || rows.length < pageSize) return
    after = last
  }
}

/** The open ones of a kind that began by then: never more than a center has under way. */
export async function openSubjects(
  { reading, center }: Committed,
  kind: string,
  firstToMs: number,
): Promise<StoredSubject[]> {
  const rows = await reading
    .selectFrom('subject')
    .select(['key', 'record'])
    .where('center', '=', center)
    .where('open', '=', 1)
    .where('kind', '=', kind)
    .where('firstAtMs', '<=', firstToMs)
    .execute()
  return rows.map(({ key, record }) => ({ key, record: parseRecord(record) }))
}

/** The stored ones of these, in no order. */
export async function subjectsNamed(
  { reading, center }: Committed,
  keys: Iterable<SubjectKey>,
): Promise<StoredSubject[]> {
  const found: StoredSubject[] = []
  for (const some of inPieces(keys)) {
    const rows = await reading
      .selectFrom('subject')
      .select(['key', 'record'])
      .where('center', '=', center)
      .where('key', 'in', some)
      .execute()
    for (const { key, record } of rows) found.push({ key, record: parseRecord(record) })
  }
  return found
}

/** All of a kind: only for kinds of which there are few, such as agents and systems. */
export async function subjectsOfKind(
  { reading, center }: Committed,
  kind: string,
): Promise<StoredSubject[]> {
  const rows = await reading
    .selectFrom('subject')
    .select(['key', 'record'])
    .where('center', '=', center)
    .where('kind', '=', kind)
    .execute()
  return rows.map(({ key, record }) => ({ key, record: parseRecord(record) }))
}
