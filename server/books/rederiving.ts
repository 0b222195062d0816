/** Applies a new release's functions to what older ones booked: the difference is booked. */
import type { Database } from '../database/database.ts'
import { NOT_ANEW, OLDER_ANEW } from '../database/schema.ts'
import type { Engine, Folded, SubjectKey } from '../engine/subject.ts'
import type { Books } from './books.ts'
import { isBookable } from './buckets.ts'
import { admitLacking, emptySlice, MAX_LOADS, type Slice } from './folding.ts'
import { anewAfter, keepAnewAfter, staleKinds, subjectsAfter, type StaleKind } from './opening.ts'

/**
 * Whether any of the books is to be judged anew: subjects whose function has another version than
 * the engine's, and all of them where a directory has told of names that came before it. Then it
 * stands in the books that they are not complete, and what is open, which screens show, has the new
 * functions already.
 */
export async function beginAnew(
  books: Books,
  database: Database,
  center: string,
  report: (line: string) => void,
): Promise<boolean> {
  const { engine, epoch } = books
  const kinds = await staleKinds(database, center, engine)
  const from = await anewAfter(database, center)
  if (kinds.length === 0 && from === NOT_ANEW) return false
  if (from === NOT_ANEW) await keepAnewAfter(database, center, epoch, OLDER_ANEW)
  const open: SubjectKey[] = []
  for (const { key } of engine.held()) {
    if (engine.record(key).version !== engine.versionOf(key)) open.push(key)
  }
  await rederiveSome(books, open, report)
  return true
}

/**
 * Takes the functions of all of them again, page by page, beside the folding; what is booked then
 * is more than the gateways were told. What a stop leaves undone is done at the next start. A subject
 * that cannot be derived keeps what it has booked, and is reported.
 */
export async function judgeAnew(
  books: Books,
  database: Database,
  center: string,
  report: (line: string) => void,
  ending: AbortSignal,
): Promise<void> {
  const keep = (last: SubjectKey) => keepAnewAfter(database, center, books.epoch, last)
  const pages = async (stale: StaleKind | null, from: SubjectKey): Promise<void> => {
    let last: SubjectKey | undefined = from
    while (last !== undefined && !ending.aborted) {
      const page: SubjectKey = last
      last = await books.alone(() => judgePage(books, database, center, stale, page, report))
      await books.writing.flushed()
      if (stale === null && last !== undefined) await keep(last)
    }
  }
  for (const stale of await staleKinds(database, center, books.engine)) await pages(stale, '')
  const from = await anewAfter(database, center)
  if (from !== NOT_ANEW && from !== OLDER_ANEW) await pages(null, from)
  if (!ending.aborted) await keep(NOT_ANEW)
}

/**
 * Takes some functions again, of the subjects after a key, while nothing else is folded: what is not
 * held is as it is stored. The last key; undefined: there are no more.
 */
async function judgePage(
  books: Books,
  database: Database,
  center: string,
  stale: StaleKind | null,
  after: SubjectKey,
  report: (line: string) => void,
): Promise<SubjectKey | undefined> {
  const records = await subjectsAfter(database, center, stale, after)
  for (const record of records) {
    if (books.engine.holds(record.key)) continue
    books.engine.admit(record.key, record)
    books.parts.admitted(record.key, record)
  }
  const keys = records.map(({ key }) => key)
  await rederiveSome(books, keys, report)
  return keys.at(-1)
}

async function rederiveSome(
  books: Books,
  keys: readonly SubjectKey[],
  report: (line: string) => void,
): Promise<void> {
  const place = books.place()
  const slice = emptySlice(place, place)
  for (const key of keys) {
    const folded = await rederive(books, slice, key)
    if (typeof folded === 'string') {
      // Its key may name a person.
      const kind = key.slice(0, key.indexOf('/'))
      report(`A subject (${kind}) keeps what an older release booked: ${folded}`)
      continue
    }
    slice.entries.push(...folded.entries.map((entry) => ({ entry, place })))
    for (const changed of folded.changed) slice.changed.add(changed)
    slice.discovered.push(...folded.discovered)
  }
  books.take(slice, false)
}

/** What became of it, or why it cannot be derived. */
async function rederive(books: Books, slice: Slice, key: SubjectKey): Promise<Folded | string> {
  for (let loads = 0; loads < MAX_LOADS; loads++) {
    const folded = tryRederive(books.engine, key)
    if (typeof folded === 'string') return folded
    if (!('lacks' in folded)) {
      return folded.entries.every(isBookable) ? folded : 'its entries cannot be booked'
    }
    await admitLacking(books.parts, slice, folded.lacks)
  }
  return 'it asks for subjects without end'
}

function tryRederive(engine: Engine, key: SubjectKey): ReturnType<Engine['rederive']> | string {
  try {
    return engine.rederive(key)
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}
