/** What would have been booked under another definition: the same recomputation, thrown away. */
import { emptyDirectory } from '../../shared/directory.ts'
import type { Entry, Span } from '../../shared/entry.ts'
import { DAY_MS } from '../../shared/time.ts'
import { takenDirectories } from '../books/checkpoint.ts'
import type { Committed } from '../books/read/committed.ts'
import { needDetails } from '../books/read/givenUp.ts'
import type { Present } from '../books/read/present.ts'
import { storedSubjects } from '../books/read/storedSubjects.ts'
import { parseRecord } from '../books/recordText.ts'
import { createEngine } from '../engine/fold.ts'
import type { DatedDirectory } from '../engine/settings.ts'
import type { Engine, SubjectKey, SubjectRecord } from '../engine/subject.ts'
import { kindsOf, redefined, type Definition, type RedefinedKind } from './definition.ts'

/** Subjects are read and derived so many at a time; others get their turn in between. */
const PAGE = 200
/** More would hold a core for longer than anybody waits for an answer. */
export const MAX_SUBJECTS = 50_000
/**
 * How long after its last fact a subject may still book: a contact when its threshold passes, a mail
 * when its target does, after four weeks of business hours at most.
 */
const latestMs = {
  contact: DAY_MS,
  matter: 0,
  thread: 60 * DAY_MS,
} as const satisfies Record<RedefinedKind, number>

export type WhatIf = {
  /** What would be booked more, or less, than is. */
  differences: readonly Entry[]
  /** The open subjects, with what they would accrue. */
  present: readonly Present[]
  /** How many were derived again. */
  subjects: number
}

/**
 * Derives the subjects of a span again that depend on what is redefined, with every setting changed
 * as far as `define` goes. Null: the span holds more of them than `MAX_SUBJECTS`. Throws
 * `DetailsGivenUp`.
 */
export async function whatIf(
  committed: Committed,
  define: Definition,
  span: Span,
  present: readonly Present[],
): Promise<WhatIf | null> {
  needDetails(committed, span)
  const engine = createEngine({ directories: await redefinedHistory(committed, define) })
  const differences: Entry[] = []
  const accruing = new Map<SubjectKey, Present['accruals']>()
  let subjects = 0
  for (const kind of kindsOf(define)) {
    const asked = {
      ...{ kind, firstToMs: span.toMs },
      ...{ lastFromMs: span.fromMs - latestMs[kind], lastToMs: Number.MAX_SAFE_INTEGER },
    }
    for await (const page of storedSubjects(committed, asked, PAGE)) {
      subjects += page.length
      if (subjects > MAX_SUBJECTS) return null
      for (const { key, record } of page) {
        differences.push(...(await rederive(committed, engine, key, record)))
        if (record.open) accruing.set(key, engine.record(key).accruals)
        engine.release(key)
      }
    }
  }
  return {
    differences,
    subjects,
    present: present.map((one) => ({ ...one, accruals: accruing.get(one.key) ?? one.accruals })),
  }
}

/** The directories that the books have taken, as they would have been. */
async function redefinedHistory(
  { reading, center }: Committed,
  define: Definition,
): Promise<DatedDirectory[]> {
  const taken = await takenDirectories(reading, center)
  const discovered = await reading
    .selectFrom('discovered')
    .select('key')
    .where('center', '=', center)
    .where('kind', '=', 'queue')
    .execute()
  const names = discovered.map(({ key }) => key)
  const history = taken.length > 0 ? taken : [{ atMs: 0, directory: emptyDirectory }]
  return history.map(({ atMs, directory }) => ({
    atMs,
    directory: redefined(directory, define, names),
  }))
}

/** How often a derivation may ask for more subjects; each answer is another that it had not seen. */
const MAX_ASKED = 10

async function rederive(
  committed: Committed,
  engine: Engine,
  key: SubjectKey,
  record: SubjectRecord,
): Promise<Entry[]> {
  engine.admit(key, record)
  for (let asked = 0; asked < MAX_ASKED; asked++) {
    const derived = engine.rederive(key)
    if (!('lacks' in derived)) return derived.entries
    for (const lacking of derived.lacks) {
      if (lacking.startsWith('part/')) engine.admitPart(lacking, null)
      else engine.admit(lacking, await readRecord(committed, lacking))
    }
  }
  throw new Error(`Deriving ${key} again asks for ever more subjects`)
}

async function readRecord(
  { reading, center }: Committed,
  key: SubjectKey,
): Promise<SubjectRecord | null> {
  const row = await reading
    .selectFrom('subject')
    .select('record')
    .where('center', '=', center)
    .where('key', '=', key)
    .executeTakeFirst()
  return row ? parseRecord(row.record) : null
}
