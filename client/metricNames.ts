/** What metrics are called on screen. */
import { isMetricId, metricOf, type MetricId } from '../shared/metrics/registry.ts'
import type { Words } from './i18n/words.svelte.ts'

/** The full name, as the dictionary has it. */
export function metricName(id: MetricId, { locale }: Words): string {
  const { name, nameJa } = metricOf(id)
  return locale === 'ja' ? nameJa : name
}

/** A name that fits a tile or the head of a column; the full one where there is no shorter. */
export function shortMetricName(id: MetricId, words: Words): string {
  return words.t.shortMetrics[id] ?? metricName(id, words)
}

/** The metric that a board names, or null: boards outlive versions. */
export function knownMetric(id: string): MetricId | null {
  return isMetricId(id) ? id : null
}
