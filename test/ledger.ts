import type { Accrual, Entry, Span } from '../shared/entry.ts'
import { accrued, amountWithin } from '../shared/entry.ts'
import type { CounterId } from '../shared/counters.ts'
import { Directory } from '../shared/directory.ts'
import type { Live } from '../shared/live.ts'
import type { Scope } from '../shared/scope.ts'
import { parseRecord } from '../server/books/recordText.ts'
import { subjectRow } from '../server/books/rows.ts'
import { createEngine } from '../server/engine/fold.ts'
import type { EngineOptions } from '../server/engine/fold.ts'
import type { FoldedEvent } from '../server/engine/stream.ts'
import type { Engine, SubjectKey, SubjectRecord } from '../server/engine/subject.ts'

/**
 * The ledger in a test's hands: the real engine, its entries in a list, sums by plain addition. No
 * window logic, no buckets, no database: what the books must agree with.
 */
export type Ledger = {
  engine: Engine
  entries: Entry[]
  /** Every subject that was ever changed, as it would be stored. */
  records: Map<SubjectKey, SubjectRecord>
  /** What came for subjects that were given up: events, and feeds of others. */
  late: { events: number; feeds: number }
  take: (event: FoldedEvent) => void
  /** Writes everything down and goes on with a new engine, as after a restart. */
  restart: () => void
}

export function openLedger(options: Partial<EngineOptions> = {}): Ledger {
  const directories = [...(options.directories ?? [])]
  const fresh = () => createEngine({ ...options, directories })
  const ledger: Ledger = {
    engine: fresh(),
    entries: [],
    records: new Map(),
    late: { events: 0, feeds: 0 },
    take: (event) => {
      for (let tries = 0; tries < 100; tries++) {
        const folded = ledger.engine.fold([event])
        if ('lacks' in folded) {
          for (const key of folded.lacks) admit(key)
          continue
        }
        ledger.entries.push(...folded.entries)
        ledger.late.events += folded.late.events.size
        ledger.late.feeds += folded.late.feeds
        for (const key of folded.changed)
          ledger.records.set(key, asStored(ledger.engine.record(key)))
        if (event.type === 'directory.changed') {
          directories.push({ atMs: event.atMs, directory: Directory.parse(event.data.directory) })
        }
        return
      }
      throw new Error('The fold lacks subjects without end')
    },
    restart: () => {
      ledger.engine = fresh()
      for (const record of ledger.records.values()) {
        if (record.open) ledger.engine.admit(record.key, record)
      }
    },
  }
  /** As a database gives it back. */
  const asStored = (record: SubjectRecord) => parseRecord(subjectRow('main', record).record)
  const admit = (key: SubjectKey) => {
    if (!key.startsWith('part/')) {
      ledger.engine.admit(key, ledger.records.get(key) ?? null)
      return
    }
    const subject = [...ledger.records.values()].find((record) =>
      record.parts.some((part) => key === `part/${systemOfRecord(record)}#${part}`),
    )
    ledger.engine.admitPart(key, subject?.key ?? null)
  }
  const systemOfRecord = ({ key }: SubjectRecord): string =>
    key.slice(key.indexOf('/'), key.indexOf('#'))
  return ledger
}

/** Whether a booking belongs to a scope. */
function isIn(scope: Scope, booking: Pick<Entry, 'queue' | 'agent' | 'team' | 'site'>): boolean {
  return scope.kind === 'center' || booking[scope.kind] === scope.key
}

const accrualsOf = (ledger: Ledger): Accrual[] =>
  [...ledger.records.values()].flatMap(({ accruals }) => accruals)

/** What a counter is in a scope and span at an instant: the sum of its entries, and what accrued. */
export function sumOf(
  ledger: Ledger,
  counter: CounterId,
  scope: Scope,
  span: Span,
  nowMs: number,
  channel: string | null = null,
): { booked: number; live: number } {
  const counts = (booking: Omit<Accrual, 'accrues'> | Entry): boolean =>
    booking.counter === counter &&
    isIn(scope, booking) &&
    (channel === null || booking.channel === null || booking.channel === channel)
  return {
    booked: ledger.entries
      .filter(counts)
      .reduce((sum, entry) => sum + amountWithin(entry, span), 0),
    live: accrualsOf(ledger)
      .filter(counts)
      .reduce((sum, accrual) => sum + accrued(accrual, span, nowMs).amount, 0),
  }
}

export function detailsOf(
  ledger: Ledger,
  counter: CounterId,
  scope: Scope,
  span: Span,
): Map<string, number> {
  const details = new Map<string, number>()
  for (const entry of ledger.entries) {
    if (entry.counter !== counter || !isIn(scope, entry)) continue
    const detail = entry.detail ?? ''
    details.set(detail, (details.get(detail) ?? 0) + amountWithin(entry, span))
  }
  return details
}

/** What is live in every subject together. */
export function liveOf(ledger: Ledger): Live & { agents: NonNullable<Live['agent']>[] } {
  const lives = [...ledger.records.values()].map(({ live }) => live)
  return {
    visits: lives.flatMap(({ visits }) => visits),
    legs: lives.flatMap(({ legs }) => legs),
    agent: null,
    agents: lives.flatMap(({ agent }) => (agent ? [agent] : [])),
  }
}

/** The net of all entries by account: two ledgers that agree have the same. */
export function netEntries(ledger: Ledger): Record<string, number> {
  const net = new Map<string, number>()
  for (const { amount, ...account } of ledger.entries) {
    const id = JSON.stringify(Object.fromEntries(Object.entries(account).sort()))
    net.set(id, (net.get(id) ?? 0) + amount)
  }
  return Object.fromEntries([...net].filter(([, amount]) => amount !== 0).sort())
}
