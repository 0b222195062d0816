import type { Entry } from '../../shared/entry.ts'
import { nothingLive } from '../../shared/live.ts'
import { compareFacts, standing } from './facts.ts'
import type { Retractions, Standing } from './facts.ts'
import type { Routed } from './route.ts'
import type { Fact, Fed, SubjectKey, SubjectRecord } from './subject.ts'
import type { Booking, Derived } from './subjects/kind.ts'

/**
 * A subject in memory: its facts and what they were last derived to. Values are never changed in
 * place once they stand; a fold works on a copy and puts it in its place when all went well.
 */
export type Held = {
  key: SubjectKey
  version: number
  facts: ReadonlyMap<string, Fact>
  fed: ReadonlyMap<string, Fed>
  derived: Derived
  /** What is booked: its last bookings. */
  booked: readonly Entry[]
  firstAtMs: number
  lastAtMs: number
}

const underived: Derived = {
  bookings: [],
  accruals: [],
  live: nothingLive,
  feeds: [],
  open: false,
  unopened: 0,
  flags: [],
  parts: [],
  silentAtMs: null,
}

export const newHeld = (key: SubjectKey, version: number): Held => ({
  key,
  version,
  facts: new Map(),
  fed: new Map(),
  derived: underived,
  booked: [],
  firstAtMs: Infinity,
  lastAtMs: -Infinity,
})

const factId = ({ type, key }: Pick<Fact, 'type' | 'key'>): string => `${type}\n${key}`
const fedId = ({ from, id }: Pick<Fed, 'from' | 'id'>): string => `${from}\n${id}`

/** The subject with one more report, or null where it has it already. */
export function withReport(held: Held, { type, key, system, report }: Routed): Held | null {
  const id = factId({ type, key })
  const before = held.facts.get(id)
  const isKnown = before?.reports.some(
    (known) => known.source === report.source && known.id === report.id,
  )
  if (isKnown) return null
  const fact: Fact = { type, key, system, reports: [...(before?.reports ?? []), report] }
  return {
    ...held,
    facts: new Map(held.facts).set(id, fact),
    firstAtMs: Math.min(held.firstAtMs, report.atMs),
    lastAtMs: Math.max(held.lastAtMs, report.atMs),
  }
}

/** The subject with what another derived for it; data null: with that taken back. */
export function withFed(held: Held, from: SubjectKey, id: string, data: Fed['data'] | null): Held {
  const fed = new Map(held.fed)
  if (data === null) fed.delete(fedId({ from, id }))
  else fed.set(fedId({ from, id }), { from, id, data })
  return { ...held, fed }
}

/** How a fact stands where nothing is retracted. A fact in memory never changes, so it is kept. */
const stood = new WeakMap<Fact, Standing | null>()
function standingOf(fact: Fact, retractions: Retractions): Standing | null {
  if (retractions.size > 0) return standing(fact, retractions)
  const known = stood.get(fact)
  if (known !== undefined) return known
  const stands = standing(fact, retractions)
  stood.set(fact, stands)
  return stands
}

/** What others derived for it, in an order that is the same whenever they did. */
export function fedOf({ fed }: Held): Fed[] {
  const all = [...fed]
  if (all.length > 1) all.sort(([a], [b]) => (a < b ? -1 : 1))
  return all.map(([, one]) => one)
}

/** The facts as they stand, in their order. */
export function standingFacts(held: Held, retractions: Retractions): Standing[] {
  const facts: Standing[] = []
  for (const fact of held.facts.values()) {
    const stands = standingOf(fact, retractions)
    if (stands) facts.push(stands)
  }
  return facts.sort(compareFacts)
}

/** Entries of one account of one subject add up; this names the account. */
const accountId = (entry: Entry): string =>
  `${entry.counter}\n${entry.detail ?? ''}\n${String(entry.fromMs)}\n${String(entry.toMs)}\n${entry.queue ?? ''}\n` +
  `${entry.agent ?? ''}\n${entry.team ?? ''}\n${entry.site ?? ''}\n${entry.channel ?? ''}\n` +
  `${entry.filters === null ? '' : JSON.stringify(entry.filters)}\n${entry.subject}`

const isSameEntry = (a: Entry, b: Entry): boolean =>
  a.counter === b.counter &&
  a.amount === b.amount &&
  a.fromMs === b.fromMs &&
  a.toMs === b.toMs &&
  a.detail === b.detail &&
  a.queue === b.queue &&
  a.agent === b.agent &&
  a.team === b.team &&
  a.site === b.site &&
  a.channel === b.channel &&
  a.subject === b.subject &&
  isSame(a.filters, b.filters)

/** Whether two values of plain data are equal. */
export function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false
  const keys = Object.keys(a)
  return (
    keys.length === Object.keys(b).length &&
    keys.every((key) =>
      isSame((a as Record<string, unknown>)[key], (b as Record<string, unknown>)[key]),
    )
  )
}

/** What a subject should have booked. */
export function dueOf(key: SubjectKey, bookings: readonly Booking[]): Entry[] {
  return bookings.map(
    // Field by field: of all that a fold does, copying bookings is the most.
    ({
      counter,
      detail,
      fromMs,
      toMs,
      queue,
      agent,
      team,
      site,
      channel,
      filters,
      amount,
      subject,
    }) => ({
      counter,
      detail,
      fromMs,
      toMs,
      queue,
      agent,
      team,
      site,
      channel,
      filters,
      amount,
      subject: subject ?? key,
    }),
  )
}

/**
 * The entries that turn what is booked into what should be. Most events leave the beginning as it
 * was, so that only what differs from there on is looked at by account.
 */
export function difference(booked: readonly Entry[], due: readonly Entry[]): Entry[] {
  let start = 0
  for (let a = booked[0], b = due[0]; a && b && isSameEntry(a, b);) {
    start++
    a = booked[start]
    b = due[start]
  }
  // Most events only add to what is booked.
  if (start === booked.length) return due.slice(start).filter(({ amount }) => amount !== 0)
  const net = new Map<string, Entry>()
  const add = (entry: Entry, sign: 1 | -1) => {
    const id = accountId(entry)
    net.set(id, { ...entry, amount: (net.get(id)?.amount ?? 0) + sign * entry.amount })
  }
  for (const entry of due.slice(start)) add(entry, 1)
  for (const entry of booked.slice(start)) add(entry, -1)
  return [...net.values()].filter(({ amount }) => amount !== 0)
}

/** The subject as it is stored. */
export function recordOf(held: Held): SubjectRecord {
  const { key, version, derived, firstAtMs, lastAtMs } = held
  const { accruals, live, open, unopened, flags, parts, silentAtMs, feeds } = derived
  return {
    key,
    version,
    facts: [...held.facts.values()],
    fed: fedOf(held),
    feeds: [...feeds],
    booked: [...held.booked],
    accruals: [...accruals],
    live,
    open,
    // A subject that is only fed has no fact of its own.
    firstAtMs: firstAtMs === Infinity ? 0 : firstAtMs,
    lastAtMs: lastAtMs === -Infinity ? 0 : lastAtMs,
    unopened,
    flags: [...flags],
    parts: [...parts],
    silentAtMs,
  }
}

/** The stored subject, to go on with. */
export function heldOf(record: SubjectRecord): Held {
  const hasFacts = record.facts.length > 0
  return {
    key: record.key,
    version: record.version,
    facts: new Map(record.facts.map((fact) => [factId(fact), fact])),
    fed: new Map(record.fed.map((fed) => [fedId(fed), fed])),
    derived: { ...record, bookings: record.booked },
    booked: record.booked,
    firstAtMs: hasFacts ? record.firstAtMs : Infinity,
    lastAtMs: hasFacts ? record.lastAtMs : -Infinity,
  }
}
