import type { Entry } from '../../shared/entry.ts'
import { compareFacts, factName, standing } from './facts.ts'
import type { Retractions, Standing } from './facts.ts'
import type { Routed } from './route.ts'
import type { Fact, Fed, SubjectKey, SubjectRecord } from './subject.ts'
import { isSaidOfContact } from './subjects/contactCredit.ts'
import { nothingDerived } from './subjects/kind.ts'
import type { Derived } from './subjects/kind.ts'
import { nameOf } from './subjects/keys.ts'
import type { SubjectName } from './subjects/keys.ts'

/**
 * A subject in memory: its facts and what they were last derived to.
 *
 * A fold works on a draft, a copy that takes the subject's place when all went well. Lists are
 * never changed in place, neither in a draft: what is worked out of one may be kept with it. They
 * are as long as what is in them: a list that is pushed to, or spread and added to, keeps room for
 * sixteen more, and most of memory would be that room.
 */
export type Held = {
  readonly key: SubjectKey
  readonly name: SubjectName
  version: number
  /** In no order. */
  facts: readonly Fact[]
  /** The facts as they stand where nothing is retracted, in their order. */
  standing: readonly Standing[]
  /** What others derived for it, in an order that is the same whenever they did. */
  fed: readonly Fed[]
  derived: Derived
  /** What is booked: its last bookings. */
  booked: readonly Entry[]
  firstAtMs: number
  lastAtMs: number
  /** The horizon when it changed last. */
  touchedMs: number
}

export const newHeld = (key: SubjectKey, version: number): Held => ({
  key,
  name: nameOf(key),
  version,
  facts: [],
  standing: [],
  fed: [],
  derived: nothingDerived,
  booked: [],
  firstAtMs: Infinity,
  lastAtMs: -Infinity,
  touchedMs: 0,
})

/** A copy to work on. */
export const draftOf = ({
  key,
  name,
  version,
  facts,
  standing,
  fed,
  derived,
  booked,
  firstAtMs,
  lastAtMs,
  touchedMs,
}: Held): Held => ({
  key,
  name,
  version,
  facts,
  standing,
  fed,
  derived,
  booked,
  firstAtMs,
  lastAtMs,
  touchedMs,
})

type FactName = Pick<Fact, 'type' | 'key' | 'system'>
const isSameFact = (a: FactName, b: FactName): boolean =>
  a.key === b.key && a.type === b.type && a.system === b.system

/** Whether a subject has a report already. */
export function hasReport(held: Held, routed: Routed): boolean {
  const { source, id } = routed.report
  const fact = held.facts.find((one) => isSameFact(one, routed))
  return fact?.reports.some((known) => known.id === id && known.source === source) ?? false
}

/** Puts a report that a draft does not have to the fact that it is of. */
export function addReport(draft: Held, { type, key, system, report }: Routed): void {
  const at = draft.facts.findIndex((one) => isSameFact(one, { type, key, system }))
  const before = draft.facts[at]
  const fact: Fact = { type, key, system, reports: before?.reports.concat(report) ?? [report] }
  draft.facts = before ? draft.facts.with(at, fact) : draft.facts.concat(fact)
  const others = before ? draft.standing.filter((one) => !isSameFact(one, fact)) : draft.standing
  draft.standing = withStanding(others, standing(fact, noRetractions))
  if (isSaidOfContact(draft.name.kind, type)) return
  // What takes something back of an agent's time came later, yet belongs to that time.
  const atMs = (type === 'fact.retracted' ? draft.name.time?.startMs : undefined) ?? report.atMs
  draft.firstAtMs = Math.min(draft.firstAtMs, atMs)
  draft.lastAtMs = Math.max(draft.lastAtMs, atMs)
}

const noRetractions: Retractions = new Map()

/** Facts arrive nearly in their order, so that the place of one is looked for from the end. */
function withStanding(all: readonly Standing[], one: Standing | null): readonly Standing[] {
  if (!one) return all
  let at = all.length
  for (let last = all[at - 1]; last && compareFacts(last, one) > 0; last = all[at - 1]) at--
  return withItem(all, at, one)
}

const withItem = <Item>(list: readonly Item[], at: number, item: Item): readonly Item[] =>
  list.toSpliced(at, 0, item)

/** Lets a draft have no facts any more. */
export function removeFacts(draft: Held): void {
  draft.facts = []
  draft.standing = []
}

/** Negative where `a` comes first: by who fed it, then by its id. */
const compareFed = (a: Pick<Fed, 'from' | 'id'>, b: Pick<Fed, 'from' | 'id'>): number =>
  a.from < b.from ? -1 : a.from > b.from ? 1 : a.id < b.id ? -1 : a.id > b.id ? 1 : 0

/** Gives a draft what another subject derived for it; data null: takes it back. */
export function setFed(draft: Held, from: SubjectKey, id: string, data: Fed['data'] | null): void {
  const { fed } = draft
  let at = fed.length
  for (let last = fed[at - 1]; last && compareFed(last, { from, id }) >= 0; last = fed[at - 1]) at--
  const isKnown = fed[at]?.from === from && fed[at]?.id === id
  if (data === null) draft.fed = isKnown ? fed.toSpliced(at, 1) : fed
  else
    draft.fed = isKnown ? fed.with(at, { from, id, data }) : withItem(fed, at, { from, id, data })
}

/** The facts as they stand, in their order. */
export function standingFacts(held: Held, retractions: Retractions): readonly Standing[] {
  const isVoid = (fact: Fact): boolean => retractions.has(factName(fact))
  if (retractions.size === 0 || !held.facts.some(isVoid)) return held.standing
  return inOrder(held.facts, retractions)
}

function inOrder(facts: readonly Fact[], retractions: Retractions): Standing[] {
  const all: Standing[] = []
  for (const fact of facts) {
    const stands = standing(fact, retractions)
    if (stands) all.push(stands)
  }
  return all.sort(compareFacts)
}

/** The subject as it is stored. */
export function recordOf(held: Held): SubjectRecord {
  const { key, version, facts, fed, booked, derived, firstAtMs, lastAtMs, touchedMs } = held
  const { accruals, live, open, unopened, flags, parts, silentAtMs, feeds } = derived
  return {
    key,
    version,
    facts,
    fed,
    feeds,
    booked,
    accruals,
    live,
    open,
    // A subject that is only fed has no fact of its own.
    firstAtMs: firstAtMs === Infinity ? 0 : firstAtMs,
    lastAtMs: lastAtMs === -Infinity ? 0 : lastAtMs,
    unopened,
    flags,
    parts,
    silentAtMs,
    touchedMs,
  }
}

/** The stored subject, to go on with. */
export function heldOf(record: SubjectRecord): Held {
  const { key, version, facts, booked } = record
  const { accruals, live, feeds, open, unopened, flags, parts, silentAtMs } = record
  const name = nameOf(key)
  const hasFacts = facts.some(({ type }) => !isSaidOfContact(name.kind, type))
  return {
    key,
    name,
    version,
    facts,
    standing: inOrder(facts, noRetractions),
    fed: record.fed.toSorted(compareFed),
    derived: {
      bookings: booked,
      accruals,
      live,
      feeds,
      open,
      unopened,
      flags,
      parts,
      silentAtMs,
    },
    booked,
    firstAtMs: hasFacts ? record.firstAtMs : Infinity,
    lastAtMs: hasFacts ? record.lastAtMs : -Infinity,
    touchedMs: record.touchedMs,
  }
}
