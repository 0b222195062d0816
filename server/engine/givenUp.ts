import { DAY_MS } from '../../shared/time.ts'
import type { Entry } from '../../shared/entry.ts'
import { nothingLive } from '../../shared/live.ts'
import type { Horizon } from './horizon.ts'
import type { Fact, SubjectKey, SubjectRecord } from './subject.ts'
import { isSaidOfContact } from './subjects/contactCredit.ts'

/**
 * Details that are given up after a time (docs/decisions/0033): a subject of which nothing more is
 * to come keeps its name alone. What is said of it then, or fed to it, changes nothing any more: its
 * facts are gone, and a function of what is left would count it once more, or by half.
 *
 * Whether a subject is given up follows from the stream alone, whenever its row is emptied: it was
 * left alone for a whole step of the horizon at least, and all that it says is older than that.
 */

/** The version of what stands for a subject that is given up: no function has it. */
export const GIVEN_UP = -1
/** Where its row stands among all, by when something was said of it: before what can be told of. */
export const EMPTIED_AT_MS = -8.64e15

/**
 * After-call work, and what a contact still does a while after its last word, is all there for every
 * instant from the horizon on: a subject is given up so much later.
 */
const AFTERMATH_MS = DAY_MS

/**
 * Kinds that end, and are not begun again. The others stay whole: agents' times are a chain, each
 * link made from the one before; a customer writes in an old thread, and asks about an old matter,
 * which then are not new; and what was sold is gone on with for years.
 */
const endingKinds = ['contact', 'attempt', 'callback', 'activity', 'survey', 'snapshot']
const ending: ReadonlySet<string> = new Set(endingKinds)

/** Kinds of which some are given up. */
export const emptiedKinds: readonly string[] = [...endingKinds, 'thread']

export type Endable = {
  kind: string
  version: number
  open: boolean
  facts: readonly Fact[]
  booked: readonly Entry[]
  touchedMs: number
}

/** Whether a subject is given up, its row emptied or not. */
export function isGivenUp(of: Endable, horizon: Horizon): boolean {
  if (of.version === GIVEN_UP) return true
  if (of.open || of.touchedMs >= horizon.beforeMs) return false
  return endsItself(of) && lastOf(of) < horizon.fromMs - AFTERMATH_MS
}

/** A thread of which others speak, and that said nothing itself, is none: they meant a contact. */
const endsItself = ({ kind, facts }: Endable): boolean =>
  ending.has(kind) ||
  (kind === 'thread' && facts.every(({ type }) => isSaidOfContact('thread', type)))

/** The last instant that it speaks of; Infinity: it waits for its first word. */
function lastOf({ facts, booked }: Endable): number {
  if (facts.length === 0 && booked.length === 0) return Infinity
  let lastMs = -Infinity
  for (const { reports } of facts) {
    for (const { atMs } of reports) if (atMs > lastMs) lastMs = atMs
  }
  for (const { toMs } of booked) if (toMs > lastMs) lastMs = toMs
  return lastMs
}

/** What stands for a subject that is given up. */
export const emptied = (key: SubjectKey): SubjectRecord => ({
  key,
  version: GIVEN_UP,
  facts: [],
  fed: [],
  feeds: [],
  booked: [],
  accruals: [],
  live: nothingLive,
  open: false,
  firstAtMs: EMPTIED_AT_MS,
  lastAtMs: EMPTIED_AT_MS,
  unopened: 0,
  flags: [],
  parts: [],
  silentAtMs: null,
  touchedMs: 0,
})
