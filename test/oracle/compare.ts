import type { Channel } from '../../shared/events/fields.ts'
import { isDefinedAt } from '../../shared/metrics/evaluate.ts'
import { metricIds, metricOf, type MetricId } from '../../shared/metrics/registry.ts'
import { parseScope, scopeText } from '../../shared/scope.ts'
import type { Scope } from '../../shared/scope.ts'
import type { SpanKind } from '../../server/books/read/related.ts'
import { DAY, HOUR, MINUTE, MOVED_MS, NOW_MS } from './center.ts'
import type { History } from './histories.ts'
import { judge } from './judge.ts'
import type { Span } from './span.ts'
import { product } from './product.ts'

/** The oracle's answers beside the product's, at many scopes, spans and channels. */

const scopes = [
  'center',
  'site:tokyo',
  'site:berlin',
  'team:inside',
  'team:desk',
  'team:remote',
  'queue:sales',
  'queue:support',
  'queue:web',
  'queue:mail',
  'queue:orders',
  'agent:ana',
  'agent:bo',
  'agent:cy',
  'agent:dan',
].map((text) => parseScope(text)!)
const november = Date.parse('2026-11-01T00:00:00+01:00')
const december = Date.parse('2026-12-01T00:00:00+01:00')
const spans: { span: Span; kind: SpanKind }[] = [
  { span: { fromMs: NOW_MS - 400 * DAY, toMs: NOW_MS + 2 * DAY }, kind: 'span' },
  { span: { fromMs: NOW_MS - 30 * MINUTE + 123, toMs: NOW_MS - 10 * MINUTE }, kind: 'span' },
  { span: { fromMs: NOW_MS - 9 * HOUR, toMs: NOW_MS }, kind: 'span' },
  { span: { fromMs: MOVED_MS - 2 * DAY, toMs: MOVED_MS + DAY }, kind: 'span' },
  { span: { fromMs: november, toMs: december, is: 'month' }, kind: 'month' },
]
const channels: Channel[] = ['voice', 'chat']

/** Metrics of other metrics are asked for of some of each kind; null: what is usual. */
const others: Partial<Record<MetricId, readonly (MetricId | null)[]>> = {
  improvementRate: [null, 'opportunityRate', 'customerChurnRate', 'abandonRate', 'linesPerQuote'],
  quotaAttainment: [null, 'salesAmount', 'conversations', 'leadsIdentified'],
}

/** Percentiles are told from a histogram, and forecasts by other numerical means. */
const toleranceOf = (id: string): number =>
  id.startsWith('waitP') ? 0.05 : id === 'projectedServiceLevel' ? 1e-3 : 1e-9

function isSame(id: string, one: number | null, other: number | null): boolean {
  if (one === null || other === null) return one === other
  return Math.abs(one - other) <= toleranceOf(id) * Math.max(1e-9, Math.abs(one), Math.abs(other))
}

export const compared = new Set<string>()
/** Counters that had an amount in some history, and the types of events that were told. */
export const counted = new Set<string>()
export const told = new Set<string>()

export function differences({ events, arrivals, restarts, puts }: History): string[] {
  const oracle = judge(events, puts, NOW_MS)
  const ours = product(arrivals, restarts, puts, NOW_MS)

  for (const { type } of events) told.add(type)

  const found: string[] = []
  const compare = (id: MetricId, of: MetricId | null, scope: Scope, channel: Channel) => {
    // What is of now is the same whatever the span.
    const over = metricOf(id).kind === 'gauge' ? spans.slice(0, 1) : spans
    over.forEach(({ span, kind }, index) => {
      const key = { kind: scope.kind, key: scope.kind === 'center' ? '' : scope.key }
      const asked = { scope: key, span, channel }
      const right = oracle.value(id, asked, of)
      const ourValue = ours.value(id, { scope, span, kind, channel }, of)
      compared.add(id)

      const name = of === null ? id : `${id} of ${of}`
      const where = `${name} ${scopeText(scope)} span ${String(index)} ${channel}`
      if (!isSame(id, ourValue.value, right)) {
        found.push(
          `${where}: told ${String(ourValue.value)}, is ${String(right)} ${JSON.stringify(ourValue.parts)}`,
        )
      }
      for (const [part, amount] of Object.entries(oracle.beside(id, asked))) {
        const { booked = NaN, live = NaN } = ourValue.parts[part] ?? {}
        if (!isSame(id, booked + live, amount)) {
          found.push(`${where}, ${part}: told ${String(booked + live)}, is ${String(amount)}`)
        }
      }
      const byDetail = oracle.breakdown(id, asked)
      if (!byDetail) return
      const sorted = (rows: Iterable<readonly [string, number]>) =>
        JSON.stringify([...rows].sort(([one], [other]) => (one < other ? -1 : 1)))
      const ranked = sorted((ourValue.breakdown ?? []).map((row) => [row.key ?? '', row.amount]))
      if (ranked !== sorted(byDetail)) {
        found.push(`${where}: told ${ranked}, is ${sorted(byDetail)}`)
      }
    })
  }
  for (const id of metricIds) {
    for (const scope of scopes) {
      if (!isDefinedAt(id, scope.kind)) continue
      for (const channel of channels) {
        for (const of of others[id] ?? [null]) compare(id, of, scope, channel)
      }
    }
  }
  for (const counter of ours.counters()) counted.add(counter)
  return found
}

/** Notes what a history counts on and tells of, without comparing anything. */
export function note({ events, arrivals, restarts, puts }: History): void {
  for (const { type } of events) told.add(type)
  const ours = product(arrivals, restarts, puts, NOW_MS)
  for (const counter of ours.counters()) counted.add(counter)
}
