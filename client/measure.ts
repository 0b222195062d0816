/** In which unit, and how, the numbers of a metric are written. */
import { counterOf } from '../shared/counters.ts'
import type { CounterId } from '../shared/counters.ts'
import type { Counter } from '../shared/counters/counter.ts'
import type { DetailMetric, Metric, Unit } from '../shared/metrics/metric.ts'
import type { Writing } from './format.ts'
import type { Words } from './i18n/words.svelte.ts'
import type { Numbers } from './numbers.ts'

/** What decides in which unit a value is. */
type Measured =
  | Pick<DetailMetric, 'kind' | 'unit' | 'counter'>
  | { kind: Exclude<Metric['kind'], 'detail'>; unit: Unit }

/** A ranking of amounts is of amounts: a breakdown's value is of the unit of its counter. */
export function valueUnit(metric: Measured): Unit | Counter['unit'] {
  return metric.kind === 'detail' && metric.unit === 'breakdown'
    ? counterOf(metric.counter).unit
    : metric.unit
}

/** The unit of the amounts that a metric's value consists of, by what they are of. */
export function breakdownUnit(metric: Metric): Counter['unit'] {
  const counter = breakdownCounter(metric)
  return counter === null ? 'count' : counterOf(counter).unit
}

function breakdownCounter(metric: Metric): CounterId | null {
  if (metric.kind === 'detail') return metric.counter
  return metric.kind === 'balance' ? metric.breakdown : null
}

/** How the numbers of a center are written in the words of a screen. */
export const writingOf = (words: Words, { center }: Pick<Numbers, 'center'>): Writing => ({
  locale: words.locale,
  currency: center?.currency ?? 'USD',
})
