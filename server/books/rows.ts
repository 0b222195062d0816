/** How rows of the books are written: what each table does with a row that is there already. */
import { sql } from 'kysely'
import { bulkInsert } from '../database/bulkInsert.ts'
import type { Tables } from '../database/schema.ts'
import type { SubjectKey, SubjectRecord } from '../engine/subject.ts'
import { recordText } from './recordText.ts'

export type EntryRow = Tables['entry']
export type BalanceRow = Tables['balance']
export type SubjectRow = Tables['subject']
export type PartRow = Tables['part']
export type DeliveredRow = Tables['delivered']
export type DeadLetterRow = Tables['deadLetter']
export type DiscoveredRow = Tables['discovered']
export type TakenDirectoryRow = Tables['takenDirectory']

const center = ''

/** An entry, a cell and a delivery are new, or something was about to count twice: that fails. */
export const insertEntries = bulkInsert<EntryRow>(
  {
    center,
    id: '',
    subject: '',
    counter: '',
    detail: '',
    fromMs: 0,
    toMs: 0,
    amount: 0,
    cell: '',
    place: '',
  },
  (db, rows) => db.insertInto('entry').values(rows),
)

export const insertCells = bulkInsert<Tables['cell']>(
  { center, id: '', queue: '', agent: '', team: '', site: '', channel: '', filters: '' },
  (db, rows) => db.insertInto('cell').values(rows),
)

export const insertDelivered = bulkInsert<DeliveredRow>(
  { center, source: '', id: '', hash: '' },
  (db, rows) => db.insertInto('delivered').values(rows),
)

export const addToBalances = bulkInsert<BalanceRow>(
  { center, grain: '', counter: '', bucketMs: 0, cell: '', detail: '', amount: 0 },
  (db, rows) =>
    db
      .insertInto('balance')
      .values(rows)
      .onConflict((conflict) =>
        conflict
          .columns(['center', 'grain', 'counter', 'bucketMs', 'cell', 'detail'])
          .doUpdateSet({ amount: sql`balance.amount + excluded.amount` }),
      ),
)

/** An agent's day may have a hundred kilobytes: few at once, so that no message is huge. */
const SUBJECTS_AT_ONCE = 32

export const replaceSubjects = bulkInsert<SubjectRow>(
  {
    center,
    key: '',
    kind: '',
    version: 0,
    open: 0,
    firstAtMs: 0,
    lastAtMs: 0,
    unopened: 0,
    flags: 0,
    record: '',
    present: '',
  },
  (db, rows) =>
    db
      .insertInto('subject')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['center', 'key']).doUpdateSet((eb) => ({
          version: eb.ref('excluded.version'),
          open: eb.ref('excluded.open'),
          firstAtMs: eb.ref('excluded.firstAtMs'),
          lastAtMs: eb.ref('excluded.lastAtMs'),
          unopened: eb.ref('excluded.unopened'),
          flags: eb.ref('excluded.flags'),
          record: eb.ref('excluded.record'),
          present: eb.ref('excluded.present'),
        })),
      ),
  SUBJECTS_AT_ONCE,
)

export const keepParts = bulkInsert<PartRow>({ center, part: '', subject: '' }, (db, rows) =>
  db
    .insertInto('part')
    .values(rows)
    .onConflict((conflict) => conflict.doNothing()),
)

export const keepDiscovered = bulkInsert<DiscoveredRow>(
  { center, kind: '', key: '', source: '', atMs: 0 },
  (db, rows) =>
    db
      .insertInto('discovered')
      .values(rows)
      .onConflict((conflict) => conflict.doNothing()),
)

/** A place may come again in another stream, after Redis lost the first one. */
export const keepDeadLetters = bulkInsert<DeadLetterRow>(
  { center, place: '', position: 0, kind: '', event: '', reason: '', atMs: 0 },
  (db, rows) =>
    db
      .insertInto('deadLetter')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['center', 'place', 'position']).doUpdateSet((eb) => ({
          kind: eb.ref('excluded.kind'),
          event: eb.ref('excluded.event'),
          reason: eb.ref('excluded.reason'),
          atMs: eb.ref('excluded.atMs'),
        })),
      ),
)

export const keepDirectories = bulkInsert<TakenDirectoryRow>(
  { center, place: '', position: 0, atMs: 0, content: '' },
  (db, rows) =>
    db
      .insertInto('takenDirectory')
      .values(rows)
      .onConflict((conflict) =>
        conflict.columns(['center', 'place', 'position']).doUpdateSet((eb) => ({
          atMs: eb.ref('excluded.atMs'),
          content: eb.ref('excluded.content'),
        })),
      ),
)

/** A subject's row. */
export function subjectRow(center: string, record: SubjectRecord): SubjectRow {
  const { live, accruals } = record
  // It stands in both columns, and is made once: an agent's may be longer than all else.
  const present = JSON.stringify({ live, accruals })
  return {
    center,
    key: record.key,
    kind: record.key.slice(0, record.key.indexOf('/')),
    version: record.version,
    open: record.open ? 1 : 0,
    firstAtMs: record.firstAtMs,
    lastAtMs: record.lastAtMs,
    unopened: record.unopened,
    flags: record.flags.length,
    record: recordText(record, present),
    present: record.open ? present : '',
  }
}

/** The name of a subject's part, as the engine asks for it: `part/{system}#{id}`. */
export function partName(subject: SubjectKey, part: string): string {
  return `part/${subject.slice(subject.indexOf('/'), subject.indexOf('#'))}#${part}`
}
