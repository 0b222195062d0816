import type { Entry } from '../../shared/entry.ts'
import { judgeTimes, placeOf } from './agentTimes.ts'
import { difference, dueOf, isSame } from './difference.ts'
import { setFed, standingFacts } from './held.ts'
import type { Held } from './held.ts'
import { registerOf } from './register.ts'
import type { Fed, SubjectKey } from './subject.ts'
import { systemKey } from './subjects/keys.ts'
import type { DeriveInput, Derived, Kind } from './subjects/kind.ts'
import type { Kinds } from './subjects/registry.ts'
import { change, isOver, read, withSubject } from './work.ts'
import type { Work } from './work.ts'

/** Takes the functions of changed subjects again, and has those that they feed do the same. */

export function kindFor(kinds: Kinds, kind: string): Kind {
  const found = kinds[kind]
  if (!found) throw new Error(`There is no kind of subject called ${kind}`)
  return found
}

/** Derives what is dirty until nothing is, but for what waits for subjects that are lacking. */
export function settle(work: Work): void {
  for (const draft of work.dirty) {
    work.dirty.delete(draft)
    const input = inputOf(work, draft)
    if (!input) continue
    const { version, derive } = kindFor(work.kinds, draft.name.kind)
    const derived = derive(input)
    feed(work, draft.key, draft.derived.feeds, derived.feeds)
    // Feeding never comes back to who fed, so that nothing has changed in the draft since.
    draft.version = version
    draft.derived = derived
  }
}

/** The settled drafts, each with what is booked, and the entries that book it. */
export function booked(work: Work): { drafts: readonly Held[]; entries: Entry[] } {
  // In an order that does not depend on what happened to be lacking.
  const drafts = [...work.drafts.values()].sort((a, b) => (a.key < b.key ? -1 : 1))
  const entries: Entry[] = []
  for (const draft of drafts) {
    const due = dueOf(draft.key, draft.derived.bookings)
    for (const entry of difference(draft.booked, due)) entries.push(entry)
    draft.booked = due
    draft.touchedMs = work.horizon.fromMs
  }
  return { drafts, entries }
}

/** Tells the fed subjects what changed in what they are fed. */
function feed(
  work: Work,
  from: SubjectKey,
  before: Derived['feeds'],
  feeds: Derived['feeds'],
): void {
  let added: Derived['feeds'][number][] | null = null
  let at = 0
  let known = before[at]
  for (const one of feeds) {
    if (known?.to === one.to && known.id === one.id) {
      if (!isSame(known.data, one.data)) tell(work, one.to, from, one.id, one.data)
      known = before[++at]
    } else if (added) added.push(one)
    else added = [one]
  }
  // Most feeds only come in between those that there were; else they are told apart by name.
  const gone =
    at < before.length ? new Map(before.slice(at).map((one) => [feedName(one), one])) : null
  for (const one of added ?? []) {
    const was = gone?.get(feedName(one))
    if (was) gone?.delete(feedName(one))
    if (!was || !isSame(was.data, one.data)) tell(work, one.to, from, one.id, one.data)
  }
  if (gone) for (const { to, id } of gone.values()) tell(work, to, from, id, null)
}

const feedName = ({ to, id }: Pick<Derived['feeds'][number], 'to' | 'id'>): string => `${to}\n${id}`

function tell(
  work: Work,
  to: SubjectKey,
  from: SubjectKey,
  id: string,
  data: Fed['data'] | null,
): void {
  withSubject(work, to, (held) => {
    if (isOver(work, held)) {
      work.late.feeds += 1
      return
    }
    const target = change(work, held)
    setFed(target, from, id, data)
    if (target.name.kind === 'agentDay') judgeTimes(work, target)
  })
}

/** Null: it is to be derived later, when what it lacks has come, or what it follows is derived. */
function inputOf(work: Work, draft: Held): DeriveInput | null {
  const { key, name } = draft
  const system = name.system === null ? null : read(work, systemKey(name.system))
  const agentTime = name.time && placeOf(work, draft, name.time)
  if (agentTime === 'later') return null
  if ((name.system !== null && !system) || (name.time && !agentTime)) {
    work.waiting.push(() => {
      work.dirty.add(draft)
    })
    return null
  }
  // What belongs to no system, such as an agent's time, is told itself what is taken back of it.
  const { restarts, retractions } = registerOf((system ?? draft).facts)
  return {
    key,
    facts: draft.facts,
    standing: standingFacts(draft, retractions),
    fed: draft.fed,
    settings: work.settings,
    restarts,
    retractions,
    agentTime,
  }
}
