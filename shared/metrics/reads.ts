import type { CounterId } from '../counters.ts'
import { filtersText, isNarrowable, type Filters } from '../narrowing.ts'
import type { ScopeKind } from '../scope.ts'
import { relations, type Metric, type PartAt } from './metric.ts'
import { allSettings, usualSettings, type MetricSettings } from './settings.ts'

/** What a metric reads: counters, each of some span; asked once, by everything that reads figures. */

/** A part of a formula with where its counters are read. */
export type ReadPart = { part: string; counters: readonly CounterId[]; at: PartAt }

/** What stands before the name of a part that is of the period before. */
const BEFORE = 'previous.'

/**
 * The parts of a metric at a scope. Of a relative one those of the metric that it is of (`of`; null:
 * nobody has said which), of this span and, where it compares, of the previous one.
 */
export function partsRead(
  metric: Metric,
  scope: ScopeKind,
  settings: MetricSettings = usualSettings,
  of: Metric | null = null,
): readonly ReadPart[] {
  switch (metric.kind) {
    case 'balance':
      return Object.entries(metric.parts(scope, settings)).map(([part, counters]) => ({
        part,
        counters,
        at: metric.at[part] ?? {},
      }))
    case 'detail':
      return [{ part: metric.part, counters: [metric.counter], at: {} }]
    case 'gauge':
      return []
    case 'relative': {
      const own = of === null || of.kind === 'relative' ? [] : partsRead(of, scope, settings)
      return metric.how === 'attainment'
        ? [...own, { part: TARGET, counters: ['quotaTargets'], at: {} }]
        : [
            ...own,
            ...own.map(({ part, counters, at: { level } }) => ({
              part: `${BEFORE}${part}`,
              counters,
              at: { ...(level && { level }), span: 'previous' as const },
            })),
          ]
    }
  }
}
const TARGET = 'target'

/** Counters of one span: those that are summed within it, and those from the beginning on. */
export type SpanReads = { within: ReadonlySet<CounterId>; levels: ReadonlySet<CounterId> }
/** Counters that are summed within the span, narrowed to some fields. */
type NarrowedReads = { filters: Filters; counters: ReadonlySet<CounterId> }
/** What has to be read for some metrics; a related span that nothing needs is left out. */
export type Reads = SpanReads & {
  related: Partial<Record<(typeof relations)[number], SpanReads>>
  /** Each of other fields. */
  narrowed: readonly NarrowedReads[]
}

/** A metric, and what it is of where it is a relative one. */
export type MetricOf = { metric: Metric; of: Metric | null }

/** What is to be read for metrics at scopes of some kinds, as a center has set them. */
export function readsOf(
  metrics: readonly MetricOf[],
  kinds: readonly ScopeKind[],
  settings: MetricSettings,
): Reads {
  const parts = metrics.flatMap(({ metric, of }) => [
    ...kinds.flatMap((kind) => partsRead(metric, kind, settings, of)),
    ...breakdownsOf(metric),
    ...(of ? breakdownsOf(of) : []),
  ])
  const spanReads = (own: readonly ReadPart[]): SpanReads => ({
    // What a level was at the start is what it is at the end less what came within.
    within: new Set(own.flatMap(({ counters, at }) => (at.level === 'end' ? [] : [...counters]))),
    levels: new Set(own.flatMap(({ counters, at }) => (at.level ? [...counters] : []))),
  })
  const related: Reads['related'] = {}
  for (const relation of relations) {
    const own = parts.filter(({ at }) => at.span === relation)
    if (own.length > 0) related[relation] = spanReads(own)
  }
  const ofSpan = parts.filter(({ at }) => at.span === undefined)
  const plain = ofSpan.map(({ part, counters, at }) =>
    at.filters
      ? { part, counters: counters.filter((id) => !isNarrowable(id)), at: {} }
      : { part, counters, at },
  )
  return { ...spanReads(plain), related, narrowed: narrowedReads(ofSpan) }
}

function narrowedReads(parts: readonly ReadPart[]): NarrowedReads[] {
  const reads = new Map<string, { filters: Filters; counters: Set<CounterId> }>()
  for (const { counters, at } of parts) {
    if (!at.filters) continue
    const text = filtersText(at.filters)
    const known = reads.get(text) ?? { filters: at.filters, counters: new Set<CounterId>() }
    for (const id of counters) if (isNarrowable(id)) known.counters.add(id)
    reads.set(text, known)
  }
  return [...reads.values()]
}

function breakdownsOf(metric: Metric): ReadPart[] {
  return metric.kind === 'balance' && metric.breakdown
    ? [{ part: '', counters: [metric.breakdown], at: {} }]
    : []
}

/** The counters of a metric at all of its scopes, however a center sets it, each once. */
export function countersOf(metric: Metric): readonly CounterId[] {
  return [
    ...new Set(
      metric.scopes.flatMap((scope) =>
        allSettings.flatMap((settings) =>
          partsRead(metric, scope, settings).flatMap(({ counters }) => counters),
        ),
      ),
    ),
  ]
}
