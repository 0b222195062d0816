import type { CounterId } from '../shared/counters.ts'
import type { Directory } from '../shared/directory.ts'
import { accrued } from '../shared/entry.ts'
import type { Entry } from '../shared/entry.ts'
import { parseEvent } from '../shared/events/parse.ts'
import type { SentEvent } from '../shared/events/sent.ts'
import type { LiveAgent, LiveLeg, LiveVisit } from '../shared/live.ts'
import { evaluate } from '../shared/metrics/evaluate.ts'
import { usualSettings } from '../shared/metrics/settings.ts'
import { liveIn } from '../shared/metrics/liveIn.ts'
import type { MetricId } from '../shared/metrics/registry.ts'
import { parseScope, scopesOf } from '../shared/scope.ts'
import { createEngine } from '../server/engine/fold.ts'
import type { FoldedEvent } from '../server/engine/stream.ts'
import type { SubjectRecord } from '../server/engine/subject.ts'

/**
 * Many events through the real engine, a whole day of a center: faster than a ledger, which keeps
 * every entry and stores every subject.
 */
export type FoldedEvents = {
  /** A metric over everything, what is still open included as of `nowMs`; null: undefined. */
  value: (id: MetricId, scope: string, nowMs: number) => number | null
  /** What is booked, in a scope. */
  booked: (counter: CounterId, scope: string) => number
  records: readonly SubjectRecord[]
}

/** As many as the books fold together. */
const TOGETHER = 500

export function foldEvents(events: Iterable<SentEvent>, directory: Directory): FoldedEvents {
  const engine = createEngine({ directories: [{ atMs: -Infinity, directory }] })
  const sums = new Map<string, number>()
  let group: FoldedEvent[] = []
  const foldGroup = (): void => {
    for (const key of group.flatMap((event) => engine.wants(event))) {
      if (!engine.holds(key)) engine.admit(key, null)
    }
    for (;;) {
      const folded = engine.fold(group)
      if ('lacks' in folded) {
        for (const key of folded.lacks) engine.admit(key, null)
        continue
      }
      folded.entries.forEach(add)
      group = []
      return
    }
  }
  const add = (entry: Entry): void => {
    for (const scope of scopesOf(entry)) {
      const name = `${entry.counter} ${scope}`
      sums.set(name, (sums.get(name) ?? 0) + entry.amount)
    }
  }
  for (const sent of events) {
    const parsed = parseEvent(sent)
    if (!parsed.ok) throw new Error(`${JSON.stringify(sent)}: ${JSON.stringify(parsed.errors)}`)
    group.push(parsed.event)
    if (group.length === TOGETHER) foldGroup()
  }
  if (group.length > 0) foldGroup()

  const records = [...engine.held()].map(({ key }) => engine.record(key))
  const visits: LiveVisit[] = records.flatMap(({ live }) => live.visits)
  const legs: LiveLeg[] = records.flatMap(({ live }) => live.legs)
  const agents: LiveAgent[] = records.flatMap(({ live }) => (live.agent ? [live.agent] : []))
  const booked = (counter: CounterId, scope: string): number => sums.get(`${counter} ${scope}`) ?? 0
  const everything = { fromMs: -1e15, toMs: 1e15 }
  const accruedIn = (counter: CounterId, scope: string, nowMs: number): number =>
    records
      .flatMap(({ accruals }) => accruals)
      .filter((accrual) => accrual.counter === counter && scopesOf(accrual).includes(scope))
      .reduce((sum, accrual) => sum + accrued(accrual, everything, nowMs).amount, 0)

  return {
    records,
    booked,
    value: (id, text, nowMs) => {
      const scope = parseScope(text)
      if (!scope) throw new Error(`${text} is no scope`)
      const evaluated = evaluate(id, scope.kind, {
        balance: (counter) => ({
          booked: booked(counter, text),
          live: accruedIn(counter, text, nowMs),
        }),
        details: () => new Map(),
        level: (counter) => ({ booked: booked(counter, text), live: 0 }),
        // No metric of the catalogue is narrowed by itself.
        narrowed: () => ({ balance: () => ({ booked: 0, live: 0 }) }),
        related: () => null,
        settings: usualSettings,
        live: liveIn(scope, { visits, legs, agents, staffing: new Map() }, 'voice'),
        nowMs,
        lacking: new Map(),
      })
      return evaluated.value
    },
  }
}
