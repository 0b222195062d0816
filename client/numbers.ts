/** What screens read of the live numbers; all that tiles and tables know of the connection. */
import { evaluate, type Evaluated, type Figures } from '../shared/metrics/evaluate.ts'
import type { LiveView } from '../shared/metrics/metric.ts'
import type { MetricId } from '../shared/metrics/registry.ts'
import { parseScope } from '../shared/scope.ts'
import type { WindowName, WireCenter, WireSource } from '../shared/wire.ts'

/** What the connection knows; `Live` is one. Reading it within `$derived` or markup follows it. */
export type Ledger = {
  readonly center: WireCenter | null
  readonly sources: readonly WireSource[]
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
export type Numbers = Omit<Ledger, 'figures'> & {
  /** `of`: what a metric of another metric is of; left out: what is usual for it. */
  read: (metric: MetricId, scope: string, window: WindowName, of?: MetricId | null) => Evaluated
}

/**
 * The metrics of what the connection counts, by the one function that every part asks. What grows
 * with the clock is of `nowMs`.
 */
export function numbersOf(ledger: Ledger, nowMs: () => number): Numbers {
  return {
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
    read(metric, scope, window, of = null) {
      const parsed = parseScope(scope)
      if (!parsed) return { value: null, reason: 'notAtScope', parts: {} }
      const figures = ledger.figures(scope, window)
      const known: Figures = {
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
      return evaluate(metric, parsed.kind, known, of)
    },
  }
}
