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
  /** What is booked, by account and subject. */
  booked: ReadonlyMap<string, Entry>
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
  booked: new Map(),
  firstAtMs: Infinity,
  lastAtMs: -Infinity,
})

const factId = ({ type, key }: Pick<Fact, 'type' | 'key'>): string => `${type}\n${key}`
export const fedId = ({ from, id }: Pick<Fed, 'from' | 'id'>): string => `${from}\n${id}`

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

/** The facts as they stand, in their order. */
export function standingFacts(held: Held, retractions: Retractions): Standing[] {
  const facts: Standing[] = []
  for (const fact of held.facts.values()) {
    const stands = standing(fact, retractions)
    if (stands) facts.push(stands)
  }
  return facts.sort(compareFacts)
}

/** Entries of one account of one subject add up; this names the account. */
const accountId = (booking: Omit<Entry, 'amount'>): string =>
  [
    booking.counter,
    booking.detail ?? '',
    booking.fromMs,
    booking.toMs,
    booking.queue ?? '',
    booking.agent ?? '',
    booking.team ?? '',
    booking.site ?? '',
    booking.channel ?? '',
    booking.filters === null ? '' : JSON.stringify(booking.filters),
    booking.subject,
  ].join('\n')

/** The net of bookings by account: what a subject should have booked. */
export function netOf(key: SubjectKey, bookings: readonly Booking[]): Map<string, Entry> {
  const net = new Map<string, Entry>()
  for (const booking of bookings) {
    const entry: Entry = { ...booking, subject: booking.subject ?? key }
    const id = accountId(entry)
    const before = net.get(id)
    const amount = (before?.amount ?? 0) + entry.amount
    if (amount === 0) net.delete(id)
    else net.set(id, { ...entry, amount })
  }
  return net
}

/** The entries that turn what is booked into what should be. */
export function difference(
  booked: ReadonlyMap<string, Entry>,
  due: ReadonlyMap<string, Entry>,
): Entry[] {
  const entries: Entry[] = []
  for (const [id, entry] of due) {
    const amount = entry.amount - (booked.get(id)?.amount ?? 0)
    if (amount !== 0) entries.push({ ...entry, amount })
  }
  for (const [id, entry] of booked) {
    if (!due.has(id)) entries.push({ ...entry, amount: -entry.amount })
  }
  return entries
}

/** The subject as it is stored. */
export function recordOf(held: Held): SubjectRecord {
  const { key, version, derived, firstAtMs, lastAtMs } = held
  const { accruals, live, open, unopened, flags, parts, silentAtMs, feeds } = derived
  return {
    key,
    version,
    facts: [...held.facts.values()],
    fed: [...held.fed.values()],
    feeds: [...feeds],
    booked: [...held.booked.values()],
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
    booked: new Map(record.booked.map((entry) => [accountId(entry), entry])),
    firstAtMs: hasFacts ? record.firstAtMs : Infinity,
    lastAtMs: hasFacts ? record.lastAtMs : -Infinity,
  }
}
