/** Figures with what only the figures of people tell: who has a quota, and who reached it. */
import { usualChannel } from '../../shared/events/fields.ts'
import type { Figures } from '../../shared/metrics/evaluate.ts'
import { readsOf, type Reads } from '../../shared/metrics/reads.ts'
import { metricOf } from '../../shared/metrics/registry.ts'
import { parseScope, scopeText, type Scope } from '../../shared/scope.ts'
import { isIn } from '../books/read/balances.ts'
import type { BaseRow } from '../books/read/baseRow.ts'
import type { Committed } from '../books/read/committed.ts'
import { readFigures, type FiguresQuestion } from '../books/read/figures.ts'
import { progressCounters, progressRows, quotasOfPeople } from '../books/read/progress.ts'
import { staffRows } from '../books/read/staff.ts'

/** Whether anything that is read depends on who reached a quota. */
export const isProgress = ({ within }: Reads): boolean =>
  progressCounters.some((counter) => within.has(counter))

/** Who has a quota, and who reached it, as rows of each span. A quota is never narrowed. */
export async function readProgress(
  committed: Committed,
  question: FiguresQuestion,
): Promise<BaseRow[][]> {
  const { directory, settings, spans, calendar, nowMs } = question
  const { agents, metrics } = quotasOfPeople(directory)
  const of = metrics.map((id) => ({ metric: metricOf(id), of: null }))
  const own = await readFigures(committed, {
    ...question,
    scopes: [...agents].map((key): Scope => ({ kind: 'agent', key })),
    channel: usualChannel,
    queue: null,
    filters: null,
    live: null,
    reads: readsOf(of, ['agent'], settings),
  })
  return spans.map((span, at) =>
    progressRows(staffRows(directory, span, calendar, nowMs), metrics, settings, (agent) => {
      const found = own[at]?.get(scopeText({ kind: 'agent', key: agent }))
      if (!found) throw new Error(`The figures of ${agent}, who has a quota, were read`)
      return found
    }),
  )
}

/** Adds how many people have a quota, and how many reached it. */
export async function withProgress(
  committed: Committed,
  question: FiguresQuestion,
  figures: readonly Map<string, Figures>[],
): Promise<Map<string, Figures>[]> {
  const progress = await readProgress(committed, question)
  return figures.map((ofScopes, at) => {
    const rows = progress[at] ?? []
    return new Map(
      [...ofScopes].map(([text, found]): [string, Figures] => {
        const scope = parseScope(text)
        const inScope = rows.filter((row) => scope !== null && isIn(scope, row))
        const balance: Figures['balance'] = (counter) =>
          progressCounters.includes(counter)
            ? { booked: inScope.filter((row) => row.counter === counter).length, live: 0 }
            : found.balance(counter)
        return [text, { ...found, balance }]
      }),
    )
  })
}
