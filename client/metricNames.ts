/** What metrics are called on screen. */
import { isMetricId, metricOf, type MetricId } from '../shared/metrics/registry.ts'
import type { Declaration } from './i18n/declarationsJa/declaration.ts'
import type { Words } from './i18n/words.svelte.ts'
import type { MetricName, Numbers } from './numbers.ts'

/** The full name, as the dictionary has it. */
function metricName(id: MetricId, { locale }: Words): string {
  const { name, nameJa } = metricOf(id)
  return locale === 'ja' ? nameJa : name
}

/** A name that fits a tile; the full one where there is no shorter. */
export function shortMetricName(id: MetricId, words: Words): string {
  return words.t.shortMetrics[id] ?? metricName(id, words)
}

/** The same of any metric of a board; one of the center's own goes by the name that it was given. */
export function boardMetricName(id: MetricName, words: Words, numbers: Numbers): string {
  if (isMetricId(id)) return shortMetricName(id, words)
  const { name, nameJa } = numbers.metric(id) ?? { name: id, nameJa: id }
  return words.locale === 'ja' ? nameJa : name
}

/** The full name of any metric that can be opened. */
export const openedMetricName = (id: MetricName, words: Words, numbers: Numbers): string =>
  isMetricId(id) ? metricName(id, words) : boardMetricName(id, words, numbers)

/** A name for the head of a narrow column; the short one where there is no shorter. */
export function columnMetricName(id: MetricId, words: Words): string {
  return words.t.columnMetrics[id] ?? shortMetricName(id, words)
}

/** What a metric says of itself, and the language that it says it in. */
export function metricDeclaration(
  id: MetricId,
  { locale, t }: Words,
): Declaration & { lang: string } {
  const said = t.declarations[id]
  const { formula, attribution, empty } = said ?? metricOf(id)
  return { formula, attribution, empty, lang: said ? locale : 'en' }
}

/** The same of one of the center's own: its formula names counters, the rest is as for all of them. */
export function ownDeclaration(
  { formula, empty }: Declaration,
  { locale, t }: Words,
): Declaration & { lang: string } {
  const { attribution, emptyWhole } = t.own
  return { formula, attribution, empty: empty === null ? null : emptyWhole, lang: locale }
}
