/** What open subjects say of now: their live state, and what they accrue. */
import type { CounterId } from '../../../shared/counters.ts'
import { accrued, type Accrual, type Span } from '../../../shared/entry.ts'
import type { Live, LiveAgent, LiveLeg, LiveVisit } from '../../../shared/live.ts'
import type { SubjectKey } from '../../engine/subject.ts'
import type { Committed } from './committed.ts'

/** An open subject, now. */
export type Present = { key: SubjectKey; live: Live; accruals: readonly Accrual[] }

/**
 * All open subjects of the books, by key. They are put in order here: asked to do it, SQLite would
 * walk the order of the keys past every subject that there ever was, and not the index of open ones.
 */
export async function readPresent({ reading, center }: Committed): Promise<Present[]> {
  const rows = await reading
    .selectFrom('subject')
    .select(['key', 'present'])
    .where('center', '=', center)
    .where('open', '=', 1)
    .execute()
  return rows
    .filter(({ present }) => present !== '')
    .sort((one, other) => (one.key < other.key ? -1 : 1))
    .map(({ key, present }) => ({
      key,
      // The keeper wrote it from a subject's own record.
      ...(JSON.parse(present) as Omit<Present, 'key'>),
    }))
}

/** What an open subject has added to a span by an instant, where it has added anything. */
export function accruedBy(
  present: readonly Present[],
  span: Span,
  nowMs: number,
  each: (accrual: Accrual & { counter: CounterId }, amount: number, subject: SubjectKey) => void,
): void {
  for (const { key, accruals } of present) {
    for (const accrual of accruals) {
      const { amount } = accrued(accrual, span, nowMs)
      if (amount !== 0) each(accrual, amount, key)
    }
  }
}

/**
 * Of what several subjects say of one agent, what stands: where two days of an agent meet, both may
 * be open for a moment, and the later one knows.
 */
export function standing(rows: Iterable<readonly [SubjectKey, LiveAgent]>): LiveAgent | null {
  let best: readonly [SubjectKey, LiveAgent] | null = null
  for (const row of rows) {
    const isLater =
      best === null ||
      row[1].sinceMs > best[1].sinceMs ||
      (row[1].sinceMs === best[1].sinceMs && row[0] > best[0])
    if (isLater) best = row
  }
  return best?.[1] ?? null
}

/** The live state of a center: the rows of all its open subjects. */
export type LiveRows = { visits: LiveVisit[]; legs: LiveLeg[]; agents: LiveAgent[] }

export function liveRowsOf(present: readonly Pick<Present, 'key' | 'live'>[]): LiveRows {
  const byAgent = new Map<string, [SubjectKey, LiveAgent][]>()
  for (const { key, live } of present) {
    if (!live.agent) continue
    const rows = byAgent.get(live.agent.agent) ?? []
    rows.push([key, live.agent])
    byAgent.set(live.agent.agent, rows)
  }
  return {
    visits: present.flatMap(({ live }) => live.visits),
    legs: present.flatMap(({ live }) => live.legs),
    agents: [...byAgent.values()].flatMap((rows) => standing(rows) ?? []),
  }
}
