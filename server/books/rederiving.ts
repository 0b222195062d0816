/** Applies a new release's functions to what older ones booked: the difference is booked. */
import type { Database } from '../database/database.ts'
import { NOT_ANEW, OLDER_ANEW } from '../database/schema.ts'
import type { Engine, Folded, SubjectKey } from '../engine/subject.ts'
import type { Books } from './books.ts'
import { isBookable } from './buckets.ts'
import { JudgedAnew } from './commit.ts'
import { admitLacking, emptySlice, MAX_LOADS, turn, type Slice } from './folding.ts'
import {
  anewAfter,
  hasStale,
  moveAnewAfter,
  subjectsBehind,
  type StoredVersion,
} from './opening.ts'
import { inPieces } from './pieces.ts'

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
  const isStale = await hasStale(database, center, engine)
  const from = await anewAfter(database, center)
  if (!isStale && from === NOT_ANEW) return false
  if (from === NOT_ANEW) await moveAnewAfter(database, center, epoch, NOT_ANEW, OLDER_ANEW)
  const open: SubjectKey[] = []
  for (const { key } of engine.held()) {
    if (engine.record(key).version !== engine.versionOf(key)) open.push(key)
  }
  await rederiveSome(books, open, report)
  return true
}

/** Derived together; then what comes in the stream has a turn. */
const SUBJECTS_TOGETHER = 20
/** Derived between two commits that are waited for. */
const SUBJECTS_A_COMMIT = 200

/**
 * Takes the functions of all of them again, beside the folding and newest first: today's numbers
 * are right before last year's. What is booked is more than the gateways were told. What a stop
 * leaves undone is done at the next start. A subject that cannot be derived keeps what it has booked,
 * and is reported. Throws `JudgedAnew` where another directory has come that has all judged anew.
 */
export async function judgeAnew(
  books: Books,
  database: Database,
  center: string,
  report: (line: string) => void,
  ending: AbortSignal,
): Promise<void> {
  const { engine } = books
  const isEnding = (): boolean => ending.aborted
  let noted = await anewAfter(database, center)
  const note = async (mark: string): Promise<void> => {
    const isNoted = await moveAnewAfter(database, center, books.epoch, noted, mark)
    if (!isNoted) throw new JudgedAnew()
    noted = mark
  }
  /** Derives some, which are in the books then; the last of them. */
  const judgeSome = async (due: readonly StoredVersion[]): Promise<StoredVersion | undefined> => {
    let last: StoredVersion | undefined
    for (const some of inPieces(due, SUBJECTS_TOGETHER)) {
      if (isEnding()) break
      const keys = some.map(({ key }) => key)
      await books.alone(() => rederiveSome(books, keys, report))
      last = some.at(-1)
      await turn()
    }
    await books.writing.flushed()
    return last
  }
  /** From a subject on, those that an older release derived, or all. */
  const judge = async (
    from: Omit<StoredVersion, 'version'> | null,
    isAll: boolean,
  ): Promise<void> => {
    let page = await subjectsBehind(database, center, from)
    for (; page.length > 0; page = await subjectsBehind(database, center, page.at(-1) ?? null)) {
      const due = page.filter(({ key, version }) => isAll || version !== engine.versionOf(key))
      for (const some of inPieces(due, SUBJECTS_A_COMMIT)) {
        const last = await judgeSome(some)
        if (last && isAll) await note(markOf(last))
        if (isEnding()) return
      }
    }
  }
  if (await hasStale(database, center, engine)) await judge(null, false)
  if (noted !== NOT_ANEW && noted !== OLDER_ANEW) await judge(versionAt(noted), true)
  if (!isEnding()) await note(NOT_ANEW)
}

const markOf = ({ lastAtMs, key }: StoredVersion): string => `${String(lastAtMs)} ${key}`

/** Null: from the newest on, as where an older release had it in another order. */
function versionAt(mark: string): Omit<StoredVersion, 'version'> | null {
  const [, lastAtMs, key] = /^(-?\d+) (.+)$/s.exec(mark) ?? []
  return lastAtMs === undefined || key === undefined ? null : { lastAtMs: Number(lastAtMs), key }
}

async function rederiveSome(
  books: Books,
  keys: readonly SubjectKey[],
  report: (line: string) => void,
): Promise<void> {
  const place = books.place()
  const slice = emptySlice(place, place)
  const lacking = keys.filter((key) => !books.engine.holds(key))
  await admitLacking(books.parts, slice, lacking)
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
