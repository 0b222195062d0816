/** Who waited, who talked, how each agent was at an instant: now, or any past one. */
import type { Directory } from '../../../shared/directory.ts'
import type { Event } from '../../../shared/events/event.ts'
import { stateAt } from '../../../shared/live.ts'
import { DAY_MS, HOUR_MS } from '../../../shared/time.ts'
import type { Engine, Fact, Report, SubjectRecord } from '../../engine/subject.ts'
import { takenDirectories } from '../checkpoint.ts'
import type { Committed } from './committed.ts'
import { needDetails } from './givenUp.ts'
import { liveRowsOf, readPresent, type LiveRows } from './present.ts'
import { openSubjects, storedSubjects } from './storedSubjects.ts'

/** The live state now, at the committed place. */
export async function readLiveNow(committed: Committed): Promise<LiveRows> {
  return liveRowsOf(await readPresent(committed))
}

/** A contact says its last word so long after an instant at most: then silence has closed it. */
const LONGEST_AFTER_MS = 31 * DAY_MS
/** Where all was over before the instant, only after-call work may have gone on from it. */
const AFTERMATH_MS = 4 * HOUR_MS
/** An agent of whom nothing was heard for a day is in no known state; an hour more for good measure. */
const AGENT_SILENCE_MS = 25 * HOUR_MS
/** Records read at a time: a page of them is some megabytes. */
const PAGE = 500

/**
 * The live state at a past instant, as it is known today: every fact of that time is folded again
 * by an engine of its own, up to the instant, corrections included. Throws `DetailsGivenUp`.
 */
export async function readLiveAt(
  committed: Committed,
  atMs: number,
  makeEngine: (directories: readonly { atMs: number; directory: Directory }[]) => Engine,
): Promise<LiveRows> {
  needDetails(committed, { fromMs: atMs, toMs: atMs })
  const directories = await takenDirectories(committed.reading, committed.center)
  const engine = makeEngine(directories)
  const events: Event[] = []
  const collect = (record: SubjectRecord): void => {
    for (const fact of record.facts) {
      for (const report of fact.reports) {
        // What was taken back later was never so.
        const isKnown = report.atMs <= atMs || fact.type === 'fact.retracted'
        if (isKnown) events.push(eventOf(fact, report))
      }
    }
  }
  await eachRecord(
    committed,
    'contact',
    atMs - AFTERMATH_MS,
    atMs + LONGEST_AFTER_MS,
    atMs,
    collect,
  )
  await eachRecord(committed, 'agentTime', atMs - AGENT_SILENCE_MS, atMs + HOUR_MS, atMs, collect)
  await eachRecord(committed, 'system', 0, Number.MAX_SAFE_INTEGER, atMs, collect)

  events.sort((a, b) => a.atMs - b.atMs)
  for (let tries = 0; tries <= MOST_ROUNDS; tries++) {
    const folded = engine.fold(events)
    if (!('lacks' in folded)) break
    if (tries === MOST_ROUNDS) throw new Error('The fold lacks subjects without end')
    for (const key of folded.lacks) {
      if (key.startsWith('part/')) engine.admitPart(key, null)
      else engine.admit(key, null)
    }
  }
  const records = [...engine.held()].filter(({ open }) => open).map(({ key }) => engine.record(key))
  const rows = liveRowsOf(records)
  const agents = rows.agents.map((agent) => ({ ...agent, ...stateAt(agent, atMs), next: null }))
  // Of those whose state nobody knew, some are found here and some are not: none is shown.
  return { ...rows, agents: agents.filter(({ state }) => state !== 'unknown') }
}

/** Each round admits a layer of subjects that the one before led to; there are a handful. */
const MOST_ROUNDS = 50

/** The records of a kind that began by `atMs` and are open, or had their last fact within a span. */
async function eachRecord(
  committed: Committed,
  kind: string,
  fromMs: number,
  toMs: number,
  atMs: number,
  visit: (record: SubjectRecord) => void,
): Promise<void> {
  for (const { record } of await openSubjects(committed, kind, atMs)) visit(record)
  const asked = { kind, firstToMs: atMs, lastFromMs: fromMs, lastToMs: toMs }
  for await (const page of storedSubjects(committed, asked, PAGE)) {
    for (const { record } of page) if (!record.open) visit(record)
  }
}

/** A report as the event that it came as; a contact is named with its system, whoever told of it. */
function eventOf({ type, system }: Fact, report: Report): Event {
  const { source, id, atMs, recordedAtMs, sequence, provenance, precision } = report
  const { contactId } = report.data
  const named =
    type.startsWith('contact.') && typeof contactId === 'string'
      ? { contactId: `${system}#${contactId}` }
      : {}
  return {
    type,
    source,
    id,
    atMs,
    ...(recordedAtMs !== null && { recordedAtMs }),
    ...(sequence !== null && { sequence }),
    // The fields that the door checked when the event came in.
    data: { ...report.data, ...named, provenance, precision },
  } as Event
}
