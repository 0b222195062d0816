/** Applies a new release's functions to what older ones booked: the difference is booked. */
import type { Database } from '../database/database.ts'
import type { Engine, Folded, SubjectKey } from '../engine/subject.ts'
import type { Books } from './books.ts'
import { isBookable } from './buckets.ts'
import { admitLacking, emptySlice, MAX_LOADS, type Slice } from './folding.ts'
import { staleKinds, staleSubjects } from './opening.ts'

/**
 * Takes the function of every stored subject again whose version is not the engine's. True: there
 * were such, and what is booked now is more than the gateways were told. A subject that cannot be
 * derived keeps what it has booked, and is reported.
 */
export async function rederiveStale(
  books: Books,
  database: Database,
  center: string,
  report: (line: string) => void,
  ending: AbortSignal,
): Promise<boolean> {
  const kinds = await staleKinds(database, center, books.engine)
  for (const stale of kinds) {
    let after = ''
    // What is left when it ends is done at the next start.
    while (!ending.aborted) {
      const records = await staleSubjects(database, center, stale, after)
      if (records.length === 0) break
      after = records.at(-1)?.key ?? after
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
      books.retire()
    }
  }
  return kinds.length > 0
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
      report(`${key} keeps what an older release booked: ${folded}`)
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
