/** What is known of one subject, in order, for a person who opens a number down to its contact. */
import type { EventType } from '../../../shared/events/event.ts'
import type { Accrual, Entry } from '../../../shared/entry.ts'
import type { Live } from '../../../shared/live.ts'
import { compareFacts, standing, type Retractions } from '../../engine/facts.ts'
import { GIVEN_UP } from '../../engine/givenUp.ts'
import { registerOf } from '../../engine/register.ts'
import type { Report, SubjectKey, SubjectRecord } from '../../engine/subject.ts'
import { systemKey } from '../../engine/subjects/keys.ts'
import { parseRecord } from '../recordText.ts'
import type { Committed } from './committed.ts'
import { DetailsGivenUp } from './givenUp.ts'

/** A fact as it stands, and every report of it. */
export type TimelineFact = {
  type: EventType
  key: string
  /** When it stands at; of a fact that was taken back, when it was reported. */
  atMs: number
  /** False: every report of it was retracted. */
  stands: boolean
  data: Readonly<Record<string, unknown>>
  /** What each feed said, the one that gave the instant first. */
  reports: readonly Report[]
}

export type Timeline = {
  key: SubjectKey
  kind: string
  open: boolean
  /** What looked wrong in its facts, in words. */
  flags: readonly string[]
  facts: TimelineFact[]
  /** Which other subjects told it something, such as the contacts of an agent's time. */
  fedBy: SubjectKey[]
  /** What it has booked, net of all corrections. */
  entries: readonly Entry[]
  accruals: readonly Accrual[]
  live: Live
}

/** The timeline of a subject; null: there is none of that name. Throws `DetailsGivenUp`. */
export async function readTimeline(
  committed: Committed,
  key: SubjectKey,
): Promise<Timeline | null> {
  const record = await readRecord(committed, key)
  if (!record) return null
  if (record.version === GIVEN_UP) throw new DetailsGivenUp(committed.horizon.fromMs)
  const hash = key.indexOf('#')
  const system = hash === -1 ? null : key.slice(key.indexOf('/'), hash)
  // What belongs to no system, such as an agent's time, keeps itself what is taken back of it.
  const register = system === null ? record : await readRecord(committed, systemKey(system))
  return timelineOf(record, register ? registerOf(register.facts).retractions : new Map())
}

export async function readRecord(
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

function timelineOf(record: SubjectRecord, retractions: Retractions): Timeline {
  const all = record.facts.map((fact) => ({ fact, stands: standing(fact, retractions) }))
  const inOrder = all
    .flatMap(({ fact, stands }) => (stands ? [{ fact, stands }] : []))
    .sort((a, b) => compareFacts(a.stands, b.stands))
    .map(({ fact, stands }): TimelineFact => ({
      type: fact.type,
      key: fact.key,
      atMs: stands.atMs,
      stands: true,
      data: stands.data,
      reports: [...fact.reports].sort(
        (a, b) => Number(b.id === stands.id) - Number(a.id === stands.id) || a.atMs - b.atMs,
      ),
    }))
  const takenBack = all
    .filter(({ stands }) => stands === null)
    .map(({ fact }): TimelineFact => ({
      type: fact.type,
      key: fact.key,
      atMs: Math.min(...fact.reports.map(({ atMs }) => atMs)),
      stands: false,
      data: fact.reports[0]?.data ?? {},
      reports: fact.reports,
    }))
  return {
    key: record.key,
    kind: record.key.slice(0, record.key.indexOf('/')),
    open: record.open,
    flags: record.flags,
    // Each in its place: what was taken back is read where it was said.
    facts: mergedByTime(inOrder, takenBack),
    fedBy: [...new Set(record.fed.map(({ from }) => from))],
    entries: record.booked,
    accruals: record.accruals,
    live: record.live,
  }
}

function mergedByTime(inOrder: readonly TimelineFact[], others: readonly TimelineFact[]) {
  const merged: TimelineFact[] = [...inOrder]
  for (const other of others) {
    const at = merged.findIndex(({ atMs }) => atMs > other.atMs)
    merged.splice(at === -1 ? merged.length : at, 0, other)
  }
  return merged
}
