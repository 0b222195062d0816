/** Who waited, who talked, how each agent was at an instant: now, or any past one. */
import type { Directory } from '../../../shared/directory.ts'
import { stateAt } from '../../../shared/live.ts'
import { DAY_MS } from '../../../shared/time.ts'
import type { Engine, SubjectKey } from '../../engine/subject.ts'
import { kindOf } from '../../engine/subjects/keys.ts'
import { takenDirectories } from '../checkpoint.ts'
import type { Committed } from './committed.ts'
import { needDetails } from './givenUp.ts'
import { liveRowsOf, readPresent, type LiveRows } from './present.ts'
import {
  openSubjects,
  storedSubjects,
  subjectsNamed,
  subjectsOfKind,
  type StoredSubject,
} from './storedSubjects.ts'
import { turnedBack } from './turnedBack.ts'

/** The live state now, at the committed place. */
export async function readLiveNow(committed: Committed): Promise<LiveRows> {
  return liveRowsOf(await readPresent(committed))
}

/** A contact says its last word so long after an instant at most: then silence has closed it. */
const LONGEST_AFTER_MS = 31 * DAY_MS
/** Records read at a time: a page of them is some megabytes. */
const PAGE = 500

/**
 * The live state at a past instant, as it is known today: what was said of later is left out, and
 * an engine of its own takes the functions again of the contacts that went on, and of each agent's
 * last time. What was over by then is in that as it is booked. Throws `DetailsGivenUp`.
 */
export async function readLiveAt(
  committed: Committed,
  atMs: number,
  makeEngine: (directories: readonly { atMs: number; directory: Directory }[]) => Engine,
): Promise<LiveRows> {
  needDetails(committed, { fromMs: atMs, toMs: atMs })
  const engine = makeEngine(await takenDirectories(committed.reading, committed.center))
  const admit = (stored: readonly StoredSubject[]): SubjectKey[] =>
    stored.map(({ key, record }) => {
      if (!engine.holds(key)) engine.admit(key, turnedBack(record, atMs))
      return key
    })
  const load = async (keys: readonly SubjectKey[]): Promise<void> => {
    admit(await subjectsNamed(committed, keys.filter(isOfPresence)))
    for (const key of keys) if (!engine.holds(key)) engine.admit(key, null)
  }
  /** What feeds a subject, such as an agent's day its times, in order. */
  const fedBy = (key: SubjectKey, kind: string): SubjectKey[] =>
    engine.record(key).fed.flatMap(({ from }) => (kindOf(from) === kind ? [from] : []))

  const systems = await subjectsOfKind(committed, 'system')
  admit(systems)
  const contacts = admit(await contactsUnderWay(committed, systems, atMs))
  await load(contacts.flatMap((key) => engine.record(key).feeds.map(({ to }) => to)))

  const agents = admit(await subjectsOfKind(committed, 'agent'))
  // The last day that had begun may have no time that had.
  const days = agents.map((agent) => fedBy(agent, 'agentDay').slice(-2))
  await load(days.flat())
  const times = days.flatMap((two) => two.flatMap((day) => fedBy(day, 'agentTime')).slice(-1))
  await load(times)

  for (const key of [...contacts, ...times]) {
    let derived = engine.rederive(key)
    for (; 'lacks' in derived; derived = engine.rederive(key)) await load(derived.lacks)
  }
  const records = [...engine.held()].filter(({ open }) => open).map(({ key }) => engine.record(key))
  const rows = liveRowsOf(records)
  const agentRows = rows.agents.map((agent) => ({ ...agent, ...stateAt(agent, atMs), next: null }))
  // Most of those whose state nobody knew had left long before: none is shown.
  return { ...rows, agents: agentRows.filter(({ state }) => state !== 'unknown') }
}

/** Kinds that say who waits, who talks and how agents are; nobody else is asked for it. */
const presenceKinds: ReadonlySet<string> = new Set([
  'contact',
  'agentTime',
  'agentDay',
  'agent',
  'system',
])
const isOfPresence = (key: SubjectKey): boolean => presenceKinds.has(kindOf(key))

/** The contacts that had begun by an instant, and were not over by their own last word. */
async function contactsUnderWay(
  committed: Committed,
  systems: readonly StoredSubject[],
  atMs: number,
): Promise<StoredSubject[]> {
  const found = await openSubjects(committed, 'contact', atMs)
  const lastToMs = atMs + LONGEST_AFTER_MS
  const asked = { kind: 'contact', firstToMs: atMs, lastFromMs: atMs + 1, lastToMs }
  for await (const page of storedSubjects(committed, asked, PAGE)) {
    for (const subject of page) if (!subject.record.open) found.push(subject)
  }
  // A restart ends what it no longer knows of, without a word of the contact itself.
  const cut = systems.flatMap(({ record }) =>
    record.facts.some(({ type, reports }) => {
      return type === 'source.restarted' && reports.some((report) => report.atMs > atMs)
    })
      ? record.fed.flatMap(({ id, from }) => (id === 'cut' ? [from] : []))
      : [],
  )
  for (const subject of await subjectsNamed(committed, cut)) {
    if (subject.record.firstAtMs <= atMs) found.push(subject)
  }
  return found
}
