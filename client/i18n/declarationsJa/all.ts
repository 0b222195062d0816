/** すべての指標の計算方法(日本語)。What every metric says of itself, in Japanese. */
import type { MetricId } from '../../../shared/metrics/registry.ts'
import { activity } from './activity.ts'
import type { Declaration } from './declaration.ts'
import { inbound } from './inbound.ts'
import { leads } from './leads.ts'
import { live } from './live.ts'
import { quality } from './quality.ts'
import { revenue } from './revenue.ts'

/** A metric without its text is an error of types. */
export const declarationsJa: Readonly<Record<MetricId, Declaration>> = {
  ...inbound,
  ...activity,
  ...live,
  ...leads,
  ...revenue,
  ...quality,
}
