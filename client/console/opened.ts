/** What the console's side panel shows, as the address carries it. */
import { isDefinedAt } from '../../shared/metrics/evaluate.ts'
import { isOwnId } from '../../shared/metrics/own.ts'
import { isMetricId } from '../../shared/metrics/registry.ts'
import { parseScope } from '../../shared/scope.ts'
import type { MetricName } from '../numbers.ts'
import { isShown } from './columns.ts'
import { asOpenedWindow, type OpenedWindow } from './windows.ts'

/** A number, or further in a contact that is behind it. */
export type Opened = {
  metric: MetricName
  scope: string
  window: OpenedWindow
  /** The key of a subject whose timeline is shown; null: the number itself. */
  subject: string | null
}

/** What an address's query names; null: the panel is closed, or the address is of another version. */
export function openedIn(query: (name: string) => string | null): Opened | null {
  const metric = query('metric')
  const scope = query('scope')
  if (metric === null || scope === null) return null
  const parsed = parseScope(scope)
  if (!parsed) return null
  // Of one of the center's own only its definition says where it is, which the panel reads.
  if (!isOwnId(metric)) {
    if (!isMetricId(metric) || !isShown(metric) || !isDefinedAt(metric, parsed.kind)) return null
  }
  return { metric, scope, window: asOpenedWindow(query('window')), subject: query('subject') }
}

/** The words for the address's query; null closes the panel. */
export function queryOf(opened: Opened | null): Record<string, string | null> {
  return {
    metric: opened?.metric ?? null,
    scope: opened?.scope ?? null,
    window: opened?.window ?? null,
    subject: opened?.subject ?? null,
  }
}
