/** Applies a new release's functions to what older ones booked: the difference is booked. */
import type { Database } from '../database/database.ts'
import { NOT_ANEW, OLDER_ANEW } from '../database/schema.ts'
import type { Engine, Folded, SubjectKey } from '../engine/subject.ts'
import type { Books } from './books.ts'
import { isBookable } from './buckets.ts'
import { admitLacking, emptySlice, MAX_LOADS, type Slice } from './folding.ts'
import { anewAfter, keepAnewAfter, staleKinds, subjectsAfter, type StaleKind } from './opening.ts'

/**
 * Takes the function of every stored subject again whose version is not the engine's, and of all of
 * them where a directory has told of names that came before it. True: there were such, and what is
 * booked now is more than the gateways were told. A subject that cannot be derived keeps what it has
 * booked, and is reported. Page by page; what a stop leaves undone is done at the next start.
 */
export async function rederiveStale(
  books: Books,
  database: Database,
  center: string,
  report: (line: string) => void,
  ending: AbortSignal,
): Promise<boolean> {
  const pages = async (
    stale: StaleKind | null,
    from: SubjectKey,
    done: (after: SubjectKey) => Promise<void>,
  ): Promise<void> => {
    let after = from
    while (!ending.aborted) {
      const records = await subjectsAfter(database, center, stale, after)
      const last = records.at(-1)
      if (!last) return
      after = last.key
      for (const record of records) {
        if (!books.engine.holds(record.key)) {
          books.engine.admit(record.key, record)
          books.parts.admitted(record.key, record)
        }
      }
      await rederiveSome(
        books,
        records.map(({ key }) => key),
        report,
      )
      await books.writing.flushed()
      await done(after)
      books.retire()
    }
  }

  const kinds = await staleKinds(database, center, books.engine)
  const keep = (after: SubjectKey) => keepAnewAfter(database, center, books.epoch, after)
  const from = await anewAfter(database, center)
  // Whoever reads the books meanwhile is told that they are not complete.
  if (kinds.length > 0 && from === NOT_ANEW) await keep(OLDER_ANEW)
  for (const stale of kinds) await pages(stale, '', async () => undefined)
  if (from === NOT_ANEW && kinds.length === 0) return false
  if (from !== NOT_ANEW && from !== OLDER_ANEW) await pages(null, from, keep)
  if (!ending.aborted) await keep(NOT_ANEW)
  return true
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
