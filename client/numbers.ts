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

/** The same with metrics in the place of counters. */
export type Numbers = Omit<Ledger, 'figures'> & {
  read: (metric: MetricId, scope: string, window: WindowName) => Evaluated
}

/** The metrics of what the connection counts, by the one function that every part asks. */
export function numbersOf(ledger: Ledger): Numbers {
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
    read(metric, scope, window) {
      const parsed = parseScope(scope)
      if (!parsed) return { value: null, reason: 'notAtScope', parts: {} }
      return evaluate(metric, parsed.kind, ledger.figures(scope, window))
    },
  }
}
