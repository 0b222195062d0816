import { DAY_MS } from '../../../shared/time.ts'
import { isOf } from '../facts.ts'
import type { PlanFeed } from './agentTime/activity.ts'
import { agentDayKey, daysOf } from './keys.ts'
import { nothingDerived } from './kind.ts'
import type { Kind } from './kind.ts'

/**
 * An agent's plan for a local day; the newest stands. The agent's UTC days keep it: those that it
 * touches, and the day before, whose last time goes on until the agent is heard of again. So who
 * comes late, or not at all, is missed from the plan's beginning.
 */
export const plan: Kind = {
  version: 3,
  derive: ({ standing, settings, key }) => {
    const newest = standing.filter((fact) => isOf(fact, 'agent.scheduled')).at(-1)
    if (!newest) return nothingDerived
    const agent = settings.agentKey(newest.data.agent)
    const feeds = layered(newest.data.spans).flatMap(({ from, to, activity }, i) =>
      daysOf(from - DAY_MS, to).map((dayMs) => {
        const data: PlanFeed = { activity: 'plan', fromMs: from, toMs: to, planned: activity }
        return { to: agentDayKey(agent, dayMs), id: `${key}/${String(i)}`, data }
      }),
    )
    return { ...nothingDerived, feeds }
  },
}

type Span = { from: number; to: number; activity: string }

/**
 * The spans of a plan without overlaps: what begins later lies over what began before, as a break
 * over a shift that is planned whole.
 */
function layered(spans: readonly Span[]): Span[] {
  const edges = [...new Set(spans.flatMap(({ from, to }) => [from, to]))].sort((a, b) => a - b)
  const layers: Span[] = []
  let before: Span | null = null
  edges.forEach((from, i) => {
    const to = edges[i + 1]
    if (to === undefined) return
    let top: Span | null = null
    for (const span of spans) {
      const covers = span.from <= from && span.to >= to
      if (covers && (!top || span.from >= top.from)) top = span
    }
    const last = layers.at(-1)
    if (top && top === before && last?.to === from) last.to = to
    else if (top) layers.push({ from, to, activity: top.activity })
    before = top
  })
  return layers
}
