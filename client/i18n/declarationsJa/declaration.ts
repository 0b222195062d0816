/** What a metric's declaration says in words, in another language than its own. */
import type { MetricId } from '../../../shared/metrics/registry.ts'

export type Declaration = {
  /** How it is worked out. */
  formula: string
  /** When its parts are dated. */
  attribution: string
  /** When there is no value; null: there always is one. */
  empty: string | null
}

/** Some of the metrics: each file has a topic's. */
export type Declarations = Readonly<Partial<Record<MetricId, Declaration>>>
