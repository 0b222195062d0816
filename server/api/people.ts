/** What the directory says of people behind a number: nothing of that has entries. */
import { counterOf, type CounterId } from '../../shared/counters.ts'
import { quotaDetail } from '../../shared/metrics/quota.ts'
import type { MetricId } from '../../shared/metrics/registry.ts'
import type { Scope, ScopeKind } from '../../shared/scope.ts'
import { isIn } from '../books/read/balances.ts'
import type { BaseRow } from '../books/read/baseRow.ts'
import type { Committed } from '../books/read/committed.ts'
import { progressCounters } from '../books/read/progress.ts'
import type { FiguresQuestion } from '../books/read/figures.ts'
import { staffRows } from '../books/read/staff.ts'
import type { PartIn } from './figures.ts'
import { readProgress } from './quotaProgress.ts'
import type { PersonBehind } from './reads.ts'

/**
 * The rows behind those parts of a number that the directory gives; over all of them the amounts
 * add up to the part. `quotasOf`: the metric whose quotas are meant, where the number is of quotas.
 */
export async function readPeople(
  committed: Committed,
  question: FiguresQuestion,
  { scope, parts, quotasOf }: { scope: Scope; parts: readonly PartIn[]; quotasOf: MetricId | null },
): Promise<PersonBehind[]> {
  const people: PersonBehind[] = []
  const ofDirectory = parts.filter(({ counters }) => counters.some(isOfDirectory))
  const spans = new Map(
    ofDirectory.map(({ span }) => [`${String(span.fromMs)}/${String(span.toMs)}`, span]),
  )
  for (const span of spans.values()) {
    const named = ofDirectory.filter(
      (part) => part.span.fromMs === span.fromMs && part.span.toMs === span.toMs,
    )
    const rows = await rowsOf(committed, { ...question, spans: [span] }, named)
    const inScope = rows.filter((row) => isIn(scope, row))
    for (const row of meant(inScope, scope.kind, quotasOf)) {
      const counted = named.filter(({ counters }) => counters.includes(row.counter))
      if (counted.length === 0) continue
      const { agent, team, site, counter, amount } = row
      people.push({ agent, team, site, parts: counted.map(({ part }) => part), counter, amount })
    }
  }
  return people
}

const isOfDirectory = (counter: CounterId): boolean => counterOf(counter).of === 'directory'

/** All rows of one span; who reached a quota is judged only where it is asked for. */
async function rowsOf(
  committed: Committed,
  question: FiguresQuestion,
  parts: readonly PartIn[],
): Promise<BaseRow[]> {
  const { directory, calendar, nowMs } = question
  const isOfProgress = parts.some(({ counters }) =>
    counters.some((counter) => progressCounters.includes(counter)),
  )
  const progress = isOfProgress ? await readProgress(committed, question) : []
  const staff = question.spans.flatMap((span) => staffRows(directory, span, calendar, nowMs))
  return [...staff, ...progress.flat()]
}

/** Of quotas those that the number is judged by, as `quotaOf` chooses; of everything else all. */
function meant(rows: readonly BaseRow[], kind: ScopeKind, of: MetricId | null): BaseRow[] {
  const details = ([kind, 'agent', 'team'] as const).map((whose) => quotaDetail(whose, of ?? ''))
  const chosen = details.find((detail) => rows.some((row) => row.detail === detail))
  return rows.filter(({ counter, detail }) => counter !== 'quotaTargets' || detail === chosen)
}
