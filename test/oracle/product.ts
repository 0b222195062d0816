import type { CounterId } from '../../shared/counters.ts'
import { accrued, amountWithin } from '../../shared/entry.ts'
import type { Accrual, Entry, Span } from '../../shared/entry.ts'
import type { Directory } from '../../shared/directory.ts'
import type { Event } from '../../shared/events/event.ts'
import type { Channel } from '../../shared/events/fields.ts'
import { evaluate } from '../../shared/metrics/evaluate.ts'
import type { Evaluated, Figures } from '../../shared/metrics/evaluate.ts'
import { liveIn } from '../../shared/metrics/liveIn.ts'
import type { LiveView } from '../../shared/metrics/metric.ts'
import { usualSettings } from '../../shared/metrics/settings.ts'
import type { MetricId } from '../../shared/metrics/registry.ts'
import type { Scope } from '../../shared/scope.ts'
import { liveRowsOf } from '../../server/books/read/present.ts'
import { handleCounters, staffingOf } from '../../server/books/read/staffing.ts'
import { defaultQueue } from '../../server/engine/settings.ts'
import { openLedger } from '../ledger.ts'

/** The product's answers: its engine, its entries in a list, its own evaluation. */
export type Product = {
  value: (id: MetricId, scope: Scope, span: Span, channel: Channel) => Evaluated
  /** Counters with any entry or accrual. */
  counters: ReadonlySet<CounterId>
}

const MINUTE = 60_000

export function product(
  arrivals: readonly Event[],
  restarts: readonly number[],
  directory: Directory,
  nowMs: number,
): Product {
  const ledger = openLedger({ directories: [{ atMs: -Infinity, directory }] })
  arrivals.forEach((event, index) => {
    ledger.take(event)
    if (restarts.includes(index)) ledger.restart()
  })
  const records = [...ledger.records.values()]
  const byCounter = new Map<CounterId, { entries: Entry[]; accruals: Accrual[] }>()
  const own = (counter: CounterId) => {
    const held = byCounter.get(counter) ?? { entries: [], accruals: [] }
    byCounter.set(counter, held)
    return held
  }
  for (const entry of ledger.entries) own(entry.counter).entries.push(entry)
  for (const { accruals } of records) {
    for (const accrual of accruals) own(accrual.counter).accruals.push(accrual)
  }
  const isIn = (of: Entry | Accrual, scope: Scope, channel: Channel | null) =>
    (scope.kind === 'center' || of[scope.kind] === scope.key) &&
    (channel === null || of.channel === null || of.channel === channel)

  function detailsOf(counter: CounterId, scope: Scope, span: Span, channel: Channel | null) {
    const booked = new Map<string, number>()
    const live = new Map<string, number>()
    const add = (to: Map<string, number>, detail: string | null, amount: number) => {
      if (amount !== 0) to.set(detail ?? '', (to.get(detail ?? '') ?? 0) + amount)
    }
    const { entries, accruals } = byCounter.get(counter) ?? { entries: [], accruals: [] }
    for (const entry of entries) {
      if (isIn(entry, scope, channel)) add(booked, entry.detail, amountWithin(entry, span))
    }
    for (const accrual of accruals) {
      if (isIn(accrual, scope, channel)) {
        add(live, accrual.detail, accrued(accrual, span, nowMs).amount)
      }
    }
    return { booked, live }
  }
  const total = (amounts: ReadonlyMap<string, number>) =>
    [...amounts.values()].reduce((sum, amount) => sum + amount, 0)
  const bookedIn = (scope: Scope, span: Span, channel: Channel | null) => (counter: CounterId) =>
    total(detailsOf(counter, scope, span, channel).booked)

  const rows = liveRowsOf(records)
  const intervalMs = directory.center.intervalMinutes * MINUTE
  const intervalStartMs = Math.floor(nowMs / intervalMs) * intervalMs
  const interval = { fromMs: intervalStartMs, toMs: intervalStartMs + intervalMs }
  const last30 = { fromMs: Math.floor(nowMs / MINUTE) * MINUTE - 29 * MINUTE, toMs: nowMs + 1 }
  const queues = new Set([
    ...directory.queues.map(({ key }) => key),
    ...ledger.entries.flatMap(({ queue }) => queue ?? []),
    ...rows.agents.flatMap(({ joined }) => joined),
  ])
  const handleMs = (agent: string, queue: string | null) =>
    handleCounters
      .flatMap((counter) => byCounter.get(counter)?.entries ?? [])
      .filter((entry) => entry.agent === agent && (queue === null || entry.queue === queue))
      .reduce((sum, entry) => sum + amountWithin(entry, last30), 0)
  const staffing = new Map(
    [...queues].map((key) => {
      const queue = directory.queues.find((one) => one.key === key) ?? { ...defaultQueue, key }
      const scope = { kind: 'queue', key } as const
      const staffed = staffingOf({
        queue,
        agents: rows.agents.filter(({ joined }) => joined.includes(key)),
        nowMs,
        last30: bookedIn(scope, last30, queue.channel),
        interval: bookedIn(scope, interval, queue.channel),
        intervalEndsAtMs: interval.toMs,
        handleMs: (agent) => ({ here: handleMs(agent, key), all: handleMs(agent, null) }),
      })
      return [key, staffed] as const
    }),
  )
  const live: LiveView = { ...rows, staffing }

  return {
    counters: new Set(byCounter.keys()),
    value: (id, scope, span, channel) => {
      const figures: Figures = {
        balance: (counter) => {
          const { booked, live: accruing } = detailsOf(counter, scope, span, channel)
          return { booked: total(booked), live: total(accruing) }
        },
        details: (counter) => {
          const { booked, live: accruing } = detailsOf(counter, scope, span, channel)
          const both = new Map(booked)
          for (const [detail, amount] of accruing)
            both.set(detail, (both.get(detail) ?? 0) + amount)
          return both
        },
        level: (counter) => {
          const fromTheFirst = { fromMs: -1e15, toMs: span.toMs }
          const { booked, live: accruing } = detailsOf(counter, scope, fromTheFirst, channel)
          return { booked: total(booked), live: total(accruing) }
        },
        related: () => null,
        settings: usualSettings,
        live: liveIn(scope, live, channel),
        nowMs,
        lacking: new Map(),
      }
      return evaluate(id, scope.kind, figures)
    },
  }
}
