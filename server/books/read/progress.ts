/** Who reached a quota: judged person by person, and added up over people like any counter. */
import type { CounterId } from '../../../shared/counters.ts'
import type { Directory } from '../../../shared/directory.ts'
import { evaluate, type Figures } from '../../../shared/metrics/evaluate.ts'
import { quotaOf } from '../../../shared/metrics/quota.ts'
import { countersOf, partsRead } from '../../../shared/metrics/reads.ts'
import { isMetricId, metricOf, type MetricId } from '../../../shared/metrics/registry.ts'
import type { MetricSettings } from '../../../shared/metrics/settings.ts'
import { parseScope } from '../../../shared/scope.ts'
import { peopleOf } from '../../directory/people.ts'
import type { BaseRow } from './baseRow.ts'

/** Told of people by `progressRows`, and by nothing else. */
export const progressCounters: readonly CounterId[] = ['repsWithQuota', 'repsAtQuota']

/** A quota is of what comes about within its period: of no level, comparison or present state. */
function isMeasurable(id: MetricId, settings: MetricSettings): boolean {
  const metric = metricOf(id)
  if (!metric.scopes.includes('agent')) return false
  if (metric.kind !== 'balance') return metric.kind === 'detail'
  return partsRead(metric, 'agent', settings).every(({ at }) => !at.span && !at.level)
}

/** The people who ever had a quota, and the metrics that their quotas are of. */
export function quotasOfPeople(directory: Directory): {
  agents: ReadonlySet<string>
  metrics: readonly MetricId[]
} {
  const { center } = directory
  const quotas = peopleOf(directory).quotas.flatMap((steps) =>
    steps.flatMap(({ item }) => item ?? []),
  )
  const held = quotas.flatMap(({ scope: text, metric }) => {
    const scope = parseScope(text)
    const isHeld = scope?.kind === 'agent' && isMetricId(metric) && isMeasurable(metric, center)
    return isHeld ? [{ agent: scope.key, metric }] : []
  })
  return {
    agents: new Set(held.map(({ agent }) => agent)),
    metrics: [...new Set(held.map(({ metric }) => metric))],
  }
}

/**
 * What a window has to keep for the counters that are asked of it: those behind the quotas of people
 * as well, where somebody asks who reached them. Null: all.
 */
export function withQuotas(
  asked: ReadonlySet<CounterId> | null,
  directory: Directory,
): ReadonlySet<CounterId> | null {
  if (!asked || !progressCounters.some((counter) => asked.has(counter))) return asked
  const { metrics } = quotasOfPeople(directory)
  return new Set([...asked, ...metrics.flatMap((id) => countersOf(metricOf(id)))])
}

/**
 * The rows of a span that say who has a quota and who reached it: a person has reached theirs who
 * reached every one. They stand where the person's quota does. `staff`: the span's `staffRows`;
 * `figuresOf`: what the person has in the span, of the default channel.
 */
export function progressRows(
  staff: readonly BaseRow[],
  metrics: readonly MetricId[],
  settings: MetricSettings,
  figuresOf: (agent: string) => Pick<Figures, 'balance' | 'details'>,
): BaseRow[] {
  const rows = new Map<string, BaseRow>()
  const targets = new Map<string, Map<string, number>>()
  for (const row of staff) {
    if (row.counter !== 'quotaTargets' || row.agent === null) continue
    const own = targets.get(row.agent) ?? new Map<string, number>()
    targets.set(row.agent, own.set(row.detail, (own.get(row.detail) ?? 0) + row.amount))
    rows.set(row.agent, row)
  }
  return [...rows].flatMap(([agent, place]) => {
    const held = metrics.flatMap(
      (id) => quotaOf(targets.get(agent) ?? new Map(), 'agent', id) ?? [],
    )
    if (held.length === 0) return []
    const figures = onlySums(figuresOf(agent), settings)
    const isReached = held.every(({ metric, target }) => {
      const { value } = evaluate(metric, 'agent', figures)
      return value !== null && value >= target
    })
    const row = (counter: CounterId): BaseRow => ({ ...place, counter, detail: '', amount: 1 })
    return isReached ? progressCounters.map(row) : [row('repsWithQuota')]
  })
}

const nothing = { booked: 0, live: 0 }

/** Figures of which only what is summed in the span is known. What no feed reports is not reached. */
function onlySums(sums: Pick<Figures, 'balance' | 'details'>, settings: MetricSettings): Figures {
  return {
    ...sums,
    settings,
    level: () => nothing,
    related: () => null,
    narrowed: () => ({ balance: () => nothing }),
    live: { visits: [], agents: [], legs: [], staffing: new Map() },
    nowMs: 0,
    lacking: new Map(),
  }
}
