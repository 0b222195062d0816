import { counterIds, counterOf } from '../../shared/counters.ts'
import type { CounterId } from '../../shared/counters.ts'
import { accrued, amountWithin } from '../../shared/entry.ts'
import type { Accrual, Entry, Span } from '../../shared/entry.ts'
import type { FoldedEvent } from '../../server/engine/stream.ts'
import { usualChannel } from '../../shared/events/fields.ts'
import type { Channel } from '../../shared/events/fields.ts'
import { evaluate } from '../../shared/metrics/evaluate.ts'
import type { Evaluated, Figures } from '../../shared/metrics/evaluate.ts'
import { liveIn } from '../../shared/metrics/liveIn.ts'
import type { LiveView } from '../../shared/metrics/metric.ts'
import type { MetricId } from '../../shared/metrics/registry.ts'
import type { Scope } from '../../shared/scope.ts'
import { isIn as isInScope } from '../../server/books/read/balances.ts'
import type { BaseRow } from '../../server/books/read/baseRow.ts'
import { createCalendar } from '../../server/books/calendar.ts'
import { progressRows, quotasOfPeople } from '../../server/books/read/progress.ts'
import { relatedSpan } from '../../server/books/read/related.ts'
import type { SpanKind } from '../../server/books/read/related.ts'
import { keepPeople } from '../../server/directory/people.ts'
import { staffRows } from '../../server/books/read/staff.ts'
import { liveRowsOf } from '../../server/books/read/present.ts'
import { handleCounters, staffingOf } from '../../server/books/read/staffing.ts'
import { defaultQueue } from '../../server/engine/settings.ts'
import { openLedger } from '../ledger.ts'
import type { Put } from './world.ts'

/** The product's answers: its engine, its entries in a list, its own evaluation. */
export type Product = {
  value: (
    id: MetricId,
    asked: { scope: Scope; span: Span; kind: SpanKind; channel: Channel },
    of: MetricId | null,
  ) => Evaluated
  /** Counters with any amount, of entries, of what accrues and of the directory. */
  counters: () => ReadonlySet<CounterId>
}

const MINUTE = 60_000

export function product(
  arrivals: readonly FoldedEvent[],
  restarts: readonly number[],
  puts: readonly Put[],
  nowMs: number,
): Product {
  const [first] = puts
  const ledger = openLedger({ directories: [{ atMs: first!.fromMs, directory: first!.directory }] })
  // Of now: forecasts and settings of metrics; people over time are kept with it.
  const { directory } = puts.at(-1)!
  keepPeople(
    directory,
    puts.map((put) => ({ atMs: put.fromMs, directory: put.directory })),
  )
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
  const calendar = createCalendar(directory.center)
  const { metrics: quotaMetrics } = quotasOfPeople(directory)
  const ofDirectory = new Map<string, readonly BaseRow[]>()
  /** What the directory says of people in a span, as the books have it. */
  function rowsOfPeople(span: Span): readonly BaseRow[] {
    const name = `${String(span.fromMs)}/${String(span.toMs)}`
    const known = ofDirectory.get(name)
    if (known) return known
    const staff = staffRows(directory, span, calendar, nowMs)
    const progress = progressRows(staff, quotaMetrics, directory.center, (agent) =>
      sumsIn({ kind: 'agent', key: agent }, span, usualChannel),
    )
    ofDirectory.set(name, [...staff, ...progress])
    return [...staff, ...progress]
  }
  const sumsIn = (scope: Scope, span: Span, channel: Channel) => ({
    balance: (counter: CounterId) => {
      const { booked, live: accruing } = detailsOf(counter, scope, span, channel)
      return { booked: total(booked), live: total(accruing) }
    },
    details: (counter: CounterId) => {
      const { booked, live: accruing } = detailsOf(counter, scope, span, channel)
      const both = new Map(booked)
      for (const [detail, amount] of accruing) both.set(detail, (both.get(detail) ?? 0) + amount)
      return both
    },
  })
  function figuresIn(scope: Scope, span: Span, kind: SpanKind | null, channel: Channel): Figures {
    const sums = sumsIn(scope, span, channel)
    const people = (counter: CounterId) =>
      rowsOfPeople(span).filter((row) => row.counter === counter && isInScope(scope, row))
    const isOfPeople = (counter: CounterId) => counterOf(counter).of === 'directory'
    return {
      balance: (counter) =>
        isOfPeople(counter)
          ? { booked: people(counter).reduce((sum, { amount }) => sum + amount, 0), live: 0 }
          : sums.balance(counter),
      details: (counter) => {
        if (!isOfPeople(counter)) return sums.details(counter)
        const byDetail = new Map<string, number>()
        for (const { detail, amount } of people(counter)) {
          byDetail.set(detail, (byDetail.get(detail) ?? 0) + amount)
        }
        return byDetail
      },
      level: (counter) =>
        sumsIn(scope, { fromMs: -1e15, toMs: span.toMs }, channel).balance(counter),
      // No metric of the catalogue is narrowed by itself.
      narrowed: () => ({ balance: () => ({ booked: 0, live: 0 }) }),
      related: (relation) =>
        kind === null
          ? null
          : figuresIn(scope, relatedSpan(relation, span, kind, calendar, nowMs), null, channel),
      settings: directory.center,
      live: liveIn(scope, live, channel),
      nowMs,
      lacking: new Map(),
    }
  }

  return {
    counters: () =>
      new Set(
        counterIds.filter((counter) => {
          const { entries = [], accruals = [] } = byCounter.get(counter) ?? {}
          const all = { fromMs: -1e15, toMs: 1e15 }
          return (
            entries.some(({ amount }) => amount !== 0) ||
            accruals.some((one) => accrued(one, all, nowMs).amount !== 0) ||
            [...ofDirectory.values()].flat().some((row) => row.counter === counter)
          )
        }),
      ),
    value: (id, { scope, span, kind, channel }, of) =>
      evaluate(id, scope.kind, figuresIn(scope, span, kind, channel), of),
  }
}
