/** Subjects turned back to a past instant: as if nothing had been said yet of what came later. */
import type { Fact, SubjectKey, SubjectRecord } from '../../engine/subject.ts'
import { kindOf } from '../../engine/subjects/keys.ts'

/**
 * A stored subject without what was said, and fed to it, of later than an instant; what it books
 * and shows is as stored, until its function is taken again. It feeds agents' times alone: who
 * waited and who talked asks for nothing else.
 */
export function turnedBack(record: SubjectRecord, atMs: number): SubjectRecord {
  return {
    ...record,
    facts: record.facts.flatMap((fact) => factUntil(fact, atMs)),
    fed: record.fed.filter(({ from, data: { fromMs } }) => {
      return isUntil(from, atMs) && !(typeof fromMs === 'number' && fromMs > atMs)
    }),
    feeds: record.feeds.filter(({ to }) => kindOf(to) === 'agentTime' && isUntil(to, atMs)),
  }
}

/** What was taken back later was never so. */
function factUntil(fact: Fact, atMs: number): Fact[] {
  if (fact.type === 'fact.retracted') return [fact]
  const reports = fact.reports.filter((report) => report.atMs <= atMs)
  return reports.length > 0 ? [{ ...fact, reports }] : []
}

/** Whether an agent's time, or day, had begun; any other subject may have. */
function isUntil(key: SubjectKey, atMs: number): boolean {
  const kind = kindOf(key)
  if (kind !== 'agentTime' && kind !== 'agentDay') return true
  // Their keys end with their beginning, as much of it as is needed.
  return key.slice(key.lastIndexOf('/') + 1) <= new Date(atMs).toISOString()
}
