/** Gives up details that are old: moves the horizon, and empties what lies behind it. */
import type { Kysely } from 'kysely'
import { counterIds } from '../../shared/counters.ts'
import type { Retention } from '../../shared/directory.ts'
import { DAY_MS, HOUR_MS } from '../../shared/time.ts'
import type { Database } from '../database/database.ts'
import type { Tables } from '../database/schema.ts'
import { EMPTIED_AT_MS, emptied, emptiedKinds, isGivenUp } from '../engine/givenUp.ts'
import type { Horizon } from '../engine/horizon.ts'
import { GIVEN_UP_IDS, type InternalEvent } from '../engine/stream.ts'
import type { SubjectKey, SubjectRecord } from '../engine/subject.ts'
import { placeMs } from '../stream/eventLog.ts'
import { QUARTER_MS } from './buckets.ts'
import { turn } from './folding.ts'
import { bySource, inPieces } from './pieces.ts'
import { readCommitted } from './read/committed.ts'
import { parseRecord } from './recordText.ts'
import { partName, replaceSubjects, subjectRow } from './rows.ts'

/** Each is a short write, and commits come in between. */
const ENTRIES_AT_ONCE = 5_000
const SUBJECTS_AT_ONCE = 100
/** A step a day, whatever is set meanwhile: a history that comes in is then never given up half. */
const STEP_MS = 20 * HOUR_MS

/**
 * Asks, by the outbox, for details to be kept from the beginning of the business day that many days
 * ago. Counted from what the stream has heard of: while nothing comes, nothing is given up.
 */
export async function moveHorizon(
  database: Database,
  center: string,
  { detailDays }: Pick<Retention, 'detailDays'>,
  nowMs: number,
): Promise<void> {
  if (detailDays === undefined) return
  const { calendar, place, horizon } = await readCommitted(
    database,
    center,
    async ({ calendar, place, horizon }) => ({ calendar, place, horizon }),
  )
  const untilMs = Math.min(nowMs, placeMs(place))
  const dayMs = calendar.dayStart(untilMs - detailDays * DAY_MS)
  const fromMs = Math.floor(dayMs / QUARTER_MS) * QUARTER_MS
  if (fromMs <= horizon.fromMs || (await wasMovedSince(database, center, nowMs - STEP_MS))) return
  const event: InternalEvent = {
    id: `${GIVEN_UP_IDS}${String(fromMs)}`,
    type: 'details.givenUp',
    atMs: fromMs,
    data: {},
  }
  await database.kysely
    .insertInto('outbox')
    .values({ center, id: event.id, atMs: nowMs, event: JSON.stringify(event), sentAtMs: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

/** Whether a step was asked for after an instant. */
async function wasMovedSince({ kysely }: Database, center: string, atMs: number): Promise<boolean> {
  const row = await kysely
    .selectFrom('outbox')
    .select('id')
    .where('center', '=', center)
    .where('id', '>=', GIVEN_UP_IDS)
    .where('id', '<', `${GIVEN_UP_IDS}~`)
    .where('atMs', '>', atMs)
    .limit(1)
    .executeTakeFirst()
  return row !== undefined
}

/** How much was given up, and the horizon up to which all subjects are by now. */
export type Purged = { entries: number; subjects: number; emptiedFromMs: number }

/**
 * Deletes what lies behind the committed horizon, in small steps of which any may be the last: what
 * is left goes the next time. Whatever is there or not any more, the fold comes to the same.
 * `emptiedFromMs` is what it gave the last time: subjects are looked at once a step of the horizon.
 */
export async function purgeDetails(
  database: Database,
  center: string,
  emptiedFromMs: number,
  signal: AbortSignal,
): Promise<Purged> {
  const horizon = await readCommitted(database, center, async (found) => found.horizon)
  if (horizon.fromMs === 0) return { entries: 0, subjects: 0, emptiedFromMs }
  const entries = await deleteEntries(database, center, horizon, signal)
  if (horizon.fromMs === emptiedFromMs) return { entries, subjects: 0, emptiedFromMs }
  const subjects = await emptySubjects(database, center, horizon, signal)
  return { entries, subjects, emptiedFromMs: signal.aborted ? 0 : horizon.fromMs }
}

/** Entries that were over by the horizon: no sum of what came after needs them. */
async function deleteEntries(
  { kysely }: Database,
  center: string,
  { fromMs }: Horizon,
  signal: AbortSignal,
): Promise<number> {
  let deleted = 0
  for (const counter of counterIds) {
    for (let last = ENTRIES_AT_ONCE; last === ENTRIES_AT_ONCE && !signal.aborted;) {
      const { numDeletedRows } = await kysely
        .deleteFrom('entry')
        .where('center', '=', center)
        .where('id', 'in', (old) =>
          old
            .selectFrom('entry')
            .select('id')
            .where('center', '=', center)
            .where('counter', '=', counter)
            .where('toMs', '<', fromMs)
            .limit(ENTRIES_AT_ONCE),
        )
        .executeTakeFirstOrThrow()
      last = Number(numDeletedRows)
      deleted += last
      await turn()
    }
  }
  return deleted
}

/** Subjects that are given up keep their name: by it what comes late is known. */
async function emptySubjects(
  database: Database,
  center: string,
  horizon: Horizon,
  signal: AbortSignal,
): Promise<number> {
  let emptied = 0
  let after: After | null = { lastAtMs: EMPTIED_AT_MS + 1, key: '' }
  while (after && !signal.aborted) {
    const from: After = after
    const page = await database.kysely
      .transaction()
      .execute((writing) => emptyPage(writing, database.kind, center, horizon, from))
    emptied += page.emptied
    after = page.next
    await turn()
  }
  return emptied
}

/** In the order of their last facts; what was emptied before lies before all of them. */
type After = { lastAtMs: number; key: SubjectKey }

async function emptyPage(
  writing: Kysely<Tables>,
  kind: Database['kind'],
  center: string,
  horizon: Horizon,
  { lastAtMs, key }: After,
): Promise<{ emptied: number; next: After | null }> {
  const rows = await writing
    .selectFrom('subject')
    .select(['key', 'kind', 'lastAtMs', 'record'])
    .where('center', '=', center)
    .where('lastAtMs', '>=', lastAtMs)
    .where('lastAtMs', '<', horizon.fromMs)
    .where((eb) => eb.or([eb('lastAtMs', '>', lastAtMs), eb('key', '>', key)]))
    .where('open', '=', 0)
    .where('kind', 'in', emptiedKinds)
    .orderBy('lastAtMs')
    .orderBy('key')
    .limit(SUBJECTS_AT_ONCE)
    .execute()
  const records = rows
    .map((row) => ({ kind: row.kind, ...parseRecord(row.record) }))
    .filter((record) => isGivenUp(record, horizon))
  await deleteSubjects(writing, center, records)
  await replaceSubjects(
    writing,
    kind,
    records.map((record) => subjectRow(center, emptied(record.key))),
  )
  await deleteParts(writing, center, records)
  await deleteDeliveries(writing, center, records)
  const last = rows.at(-1)
  const isMore = last !== undefined && rows.length === SUBJECTS_AT_ONCE
  return { emptied: records.length, next: isMore ? last : null }
}

/** First, so that SQLite frees their pages: a row that is written anew, and shorter, keeps its own. */
async function deleteSubjects(
  writing: Kysely<Tables>,
  center: string,
  records: readonly SubjectRecord[],
): Promise<void> {
  for (const some of inPieces(records)) {
    await writing
      .deleteFrom('subject')
      .where('center', '=', center)
      .where(
        'key',
        'in',
        some.map(({ key }) => key),
      )
      .execute()
  }
}

async function deleteParts(
  writing: Kysely<Tables>,
  center: string,
  records: readonly SubjectRecord[],
): Promise<void> {
  const names = records.flatMap(({ key, parts }) => parts.map((part) => partName(key, part)))
  for (const some of inPieces(names)) {
    await writing
      .deleteFrom('part')
      .where('center', '=', center)
      .where('part', 'in', some)
      .where(
        'subject',
        'in',
        records.map(({ key }) => key),
      )
      .execute()
  }
}

/** Not those of our own outbox, which asks for them when the stream was lost. */
async function deleteDeliveries(
  writing: Kysely<Tables>,
  center: string,
  records: readonly SubjectRecord[],
): Promise<void> {
  const reports = records.flatMap(({ facts }) => facts.flatMap((fact) => fact.reports))
  for (const [source, ids] of bySource(reports)) {
    if (source === '') continue
    for (const some of inPieces(ids)) {
      await writing
        .deleteFrom('delivered')
        .where('center', '=', center)
        .where('source', '=', source)
        .where('id', 'in', some)
        .execute()
    }
  }
}
