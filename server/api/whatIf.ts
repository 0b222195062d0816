/** What would have been booked under another definition: the same recomputation, thrown away. */
import { Directory, emptyDirectory } from '../../shared/directory.ts'
import type { Entry, Span } from '../../shared/entry.ts'
import { DAY_MS } from '../../shared/time.ts'
import { takenDirectories } from '../books/checkpoint.ts'
import type { Committed } from '../books/read/committed.ts'
import type { Present } from '../books/read/present.ts'
import { createEngine } from '../engine/fold.ts'
import type { DatedDirectory } from '../engine/settings.ts'
import type { Engine, SubjectKey, SubjectRecord } from '../engine/subject.ts'
import type { Definition } from './reads.ts'

/** Contacts are read and derived so many at a time; others get their turn in between. */
const PAGE = 200
/** More would hold a core for longer than anybody waits for an answer. */
export const MAX_CONTACTS = 50_000
/** A wait may be judged up to the longest threshold after its contact has ended. */
const LONGEST_THRESHOLD_MS = DAY_MS

export type WhatIf = {
  /** What would be booked more, or less, than is. */
  differences: readonly Entry[]
  /** The open subjects, with what they would accrue. */
  present: readonly Present[]
}

/**
 * Derives the contacts of a span again, with every queue's service level changed as far as
 * `define` goes. Null: the span holds more contacts than `MAX_CONTACTS`.
 */
export async function whatIf(
  committed: Committed,
  define: Definition,
  span: Span,
  present: readonly Present[],
): Promise<WhatIf | null> {
  const engine = createEngine({ directories: await redefined(committed, define) })
  const differences: Entry[] = []
  const accruing = new Map<SubjectKey, Present['accruals']>()
  let after = ''
  for (let seen = 0; ; seen += PAGE) {
    if (seen > MAX_CONTACTS) return null
    const page = await readContacts(committed, span, after)
    for (const { key, record } of page) {
      differences.push(...(await rederive(committed, engine, key, record)))
      if (record.open) accruing.set(key, engine.record(key).accruals)
      engine.release(key)
    }
    const last = page.at(-1)
    if (!last || page.length < PAGE) break
    after = last.key
  }
  return {
    differences,
    present: present.map((one) => ({ ...one, accruals: accruing.get(one.key) ?? one.accruals })),
  }
}

/** The directories that the books have taken, with every queue's definition changed. */
async function redefined(
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
  const history = taken.length > 0 ? taken : [{ atMs: 0, directory: emptyDirectory }]
  return history.map(({ atMs, directory }) => {
    const described = new Set(directory.queues.flatMap(({ key, aliases }) => [key, ...aliases]))
    const others = Directory.parse({
      queues: discovered.filter(({ key }) => !described.has(key)).map(({ key }) => ({ key })),
    }).queues
    const queues = [...directory.queues, ...others].map((queue) => ({
      ...queue,
      serviceLevel: redefine(queue.serviceLevel, define),
    }))
    return { atMs, directory: { ...directory, queues } }
  })
}

type ServiceLevel = Directory['queues'][number]['serviceLevel']

/** A short abandon is never longer than the threshold: what is not asked about gives way. */
function redefine(present: ServiceLevel, define: Definition): ServiceLevel {
  const merged = { ...present, ...define }
  const { thresholdSeconds, shortAbandonSeconds } = merged
  if (shortAbandonSeconds <= thresholdSeconds) return merged
  return define.shortAbandonSeconds === undefined
    ? { ...merged, shortAbandonSeconds: thresholdSeconds }
    : { ...merged, thresholdSeconds: shortAbandonSeconds }
}

async function readContacts(
  { reading, center }: Committed,
  span: Span,
  after: SubjectKey,
): Promise<{ key: SubjectKey; record: SubjectRecord }[]> {
  const rows = await reading
    .selectFrom('subject')
    .select(['key', 'record'])
    .where('center', '=', center)
    .where('kind', '=', 'contact')
    .where('key', '>', after)
    .where('lastAtMs', '>=', span.fromMs - LONGEST_THRESHOLD_MS)
    .where('firstAtMs', '<', span.toMs)
    .orderBy('key')
    .limit(PAGE)
    .execute()
  // Only the keeper writes records.
  return rows.map(({ key, record }) => ({ key, record: JSON.parse(record) as SubjectRecord }))
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
  return row ? (JSON.parse(row.record) as SubjectRecord) : null
}
