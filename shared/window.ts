import type { Span } from './entry.ts'
import type { Relation } from './metrics/metric.ts'

/**
 * A window, resolved: the span that a name stands for at an instant. Spans of days follow the
 * center's zone and business day, so only the server, which knows zones, resolves them.
 */
export type Window = Span & { name: LiveWindowName | PeriodName | 'span' }

/** Windows that are short, and kept up by themselves. */
export const liveWindows = ['interval', 'last30', 'today'] as const
export type LiveWindowName = (typeof liveWindows)[number]

/** Reporting periods: longer than what a wall keeps up by itself, each with a predecessor. */
export const periodNames = ['week', 'month', 'quarter', 'year', 'last60days'] as const
export type PeriodName = (typeof periodNames)[number]

/**
 * Windows that belong to another, as the wire names them: `today@previous` is what a window is
 * compared with, `today@end` holds what counters have come to from the beginning to its end.
 */
export const relatedWindow = <Name extends string>(
  window: Name,
  relation: Relation,
): `${Name}@${Relation}` => `${window}@${relation}`
const LEVEL = '@end'
export const levelWindow = <Name extends string>(window: Name): `${Name}@end` => `${window}${LEVEL}`

/** What a window's name says: the window that it belongs to, and how. */
export function readWindowName(name: string): {
  base: string
  relation: string | null
  isLevel: boolean
} {
  const isLevel = name.endsWith(LEVEL)
  const [base = '', relation = null] = (isLevel ? name.slice(0, -LEVEL.length) : name).split('@')
  return { base, relation, isLevel }
}
