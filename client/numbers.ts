/** What screens read of the live numbers; all that tiles and tables know of the connection. */
import { evaluateMetric, type Evaluated, type Figures } from '../shared/metrics/evaluate.ts'
import type { LiveView, Metric } from '../shared/metrics/metric.ts'
import type { OwnId, OwnMetrics } from '../shared/metrics/own.ts'
import { isMetricId, metricOf, type MetricId } from '../shared/metrics/registry.ts'
import { parseScope } from '../shared/scope.ts'
import type { WindowName, WireCenter, WireSource } from '../shared/wire.ts'

/** A metric of the catalogue, or one of the center's own. */
export type MetricName = MetricId | OwnId

/** What the connection knows; `Live` is one. Reading it within `$derived` or markup follows it. */
export type Ledger = {
  readonly center: WireCenter | null
  readonly sources: readonly WireSource[]
  /** Of the center's own metrics those that are watched and defined. */
  readonly own: OwnMetrics
  /** The keys of all queues and agents in what is watched. */
  readonly queues: readonly string[]
  readonly agents: readonly string[]
  queueName: (key: string) => string
  agentName: (key: string) => string
  /** Who waits, talks and is signed in within a scope. */
  view: (scope: string) => LiveView
  figures: (scope: string, window: string) => Figures
}

/** How old numbers are that say of when they are, instead of ticking on as if they were of now. */
type Aged = {
  readonly freshness: 'fresh' | 'waiting' | 'old' | 'lost'
  readonly nowMs: number
  readonly dataAtMs: number | null
}

/** The instant that a screen's numbers are shown for: now, or when they were last known. */
export function shownAt({ freshness, nowMs, dataAtMs }: Aged): number {
  return freshness === 'old' || freshness === 'lost' ? (dataAtMs ?? nowMs) : nowMs
}

/** The same with metrics in the place of counters. */
export type Numbers = Omit<Ledger, 'figures' | 'own'> & {
  /** What is to be known of a metric; null: it is not defined here, or not any more. */
  metric: (metric: MetricName) => Metric | null
  /** `of`: what a metric of another metric is of; left out: what is usual for it. */
  read: (metric: MetricName, scope: string, window: WindowName, of?: MetricId | null) => Evaluated
}

/**
 * The metrics of what the connection counts, by the one function that every part asks. What grows
 * with the clock is of `nowMs`.
 */
export function numbersOf(ledger: Ledger, nowMs: () => number): Numbers {
  const known = (id: MetricName): Metric | null =>
    isMetricId(id) ? metricOf(id) : (ledger.own.get(id) ?? null)
  return {
    metric: known,
    get center() {
      return ledger.center
    },
    get sources() {
      return ledger.sources
    },
    get queues() {
      return ledger.queues
    },
    get agents() {
      return ledger.agents
    },
    queueName: (key) => ledger.queueName(key),
    agentName: (key) => ledger.agentName(key),
    view: (scope) => ledger.view(scope),
    read(id, scope, window, of = null) {
      const parsed = parseScope(scope)
      const metric = known(id)
      if (!parsed || !metric) return { value: null, reason: 'notAtScope', parts: {} }
      const figures = ledger.figures(scope, window)
      const shown: Figures = {
        balance: figures.balance,
        details: figures.details,
        narrowed: figures.narrowed,
        level: figures.level,
        related: figures.related,
        settings: figures.settings,
        lacking: figures.lacking,
        // Only what asks for them follows them.
        get live() {
          return figures.live
        },
        get nowMs() {
          return nowMs()
        },
      }
      return evaluateMetric(metric, parsed.kind, shown, of)
    },
  }
}
