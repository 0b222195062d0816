/** Who reached their quota: known from each person's own figures, and added up over people. */
import type { CounterId } from '../../shared/counters.ts'
import { evaluate, type Figures } from '../../shared/metrics/evaluate.ts'
import { quotaOf } from '../../shared/metrics/quota.ts'
import { readsOf, type Reads } from '../../shared/metrics/reads.ts'
import { isMetricId, metricOf, type MetricId } from '../../shared/metrics/registry.ts'
import { parseScope, scopeText, type Scope } from '../../shared/scope.ts'
import { isIn } from '../books/read/balances.ts'
import type { Committed } from '../books/read/committed.ts'
import { readFigures, type FiguresQuestion } from '../books/read/figures.ts'
import { staffRows } from '../books/read/staff.ts'

const progress: readonly CounterId[] = ['repsWithQuota', 'repsAtQuota']

/** Whether anything that is read depends on who reached a quota. */
export const isProgress = ({ within }: Reads): boolean =>
  progress.some((counter) => within.has(counter))

/**
 * Adds to the figures how many people have a quota and how many reached it: all of those that they
 * have, each by the metric that it is of.
 */
export async function withProgress(
  committed: Committed,
  question: FiguresQuestion,
  figures: readonly Map<string, Figures>[],
): Promise<Map<string, Figures>[]> {
  const { directory, settings, spans, calendar, nowMs } = question
  const quotas = directory.quotas.flatMap(({ scope: text, metric }) => {
    const scope = parseScope(text)
    return scope?.kind === 'agent' && isMetricId(metric) ? [{ scope, metric }] : []
  })
  const people = [...new Map(quotas.map(({ scope }) => [scope.key, scope])).values()]
  const metrics = [...new Set(quotas.map(({ metric }) => metric))]
  const own = await readFigures(committed, {
    ...question,
    scopes: people,
    live: null,
    reads: withTargets(
      readsOf(
        metrics.map((id) => ({ metric: metricOf(id), of: null })),
        ['agent'],
        settings,
      ),
    ),
  })
  return figures.map((ofScopes, at) => {
    const span = spans[at]
    if (!span) return ofScopes
    const places = staffRows(directory, span, calendar, nowMs).filter(
      ({ counter }) => counter === 'quotaTargets',
    )
    const reached = people.map((scope) => ({
      scope,
      where: places.filter(({ agent }) => agent === scope.key),
      ...judge(scope, metrics, own[at]?.get(scopeText(scope))),
    }))
    return new Map(
      [...ofScopes].map(([text, found]) => {
        const scope = parseScope(text) ?? { kind: 'center' as const }
        const inScope = reached.filter(
          ({ has, where }) => has && where.some((row) => isIn(scope, row)),
        )
        const sums = new Map<CounterId, number>([
          ['repsWithQuota', inScope.length],
          ['repsAtQuota', inScope.filter(({ isReached }) => isReached).length],
        ])
        return [
          text,
          {
            ...found,
            balance: (counter) => {
              const booked = sums.get(counter)
              return booked === undefined ? found.balance(counter) : { booked, live: 0 }
            },
          } satisfies Figures,
        ]
      }),
    )
  })
}

const withTargets = (reads: Reads): Reads => ({
  ...reads,
  within: new Set<CounterId>([...reads.within, 'quotaTargets']),
})

/** Whether somebody has a quota in the span, and reached every one. */
function judge(
  scope: Scope,
  metrics: readonly MetricId[],
  figures: Figures | undefined,
): { has: boolean; isReached: boolean } {
  const targets = figures?.details('quotaTargets') ?? new Map<string, number>()
  const held = metrics.flatMap((metric) => {
    const quota = quotaOf(targets, 'agent', metric)
    return quota && figures
      ? [{ ...quota, value: evaluate(metric, scope.kind, figures).value }]
      : []
  })
  return {
    has: held.length > 0,
    isReached: held.every(({ target, value }) => value !== null && value >= target),
  }
}
