import { nothingLive } from '../../../shared/live.ts'
import { DAY_MS } from '../../../shared/time.ts'
import { isOf } from '../facts.ts'
import type { PlanFeed } from './agentTime/activity.ts'
import { agentDayKey, daysOf } from './keys.ts'
import type { Kind } from './kind.ts'

/** An agent's plan for a local day; the newest stands. The agent's UTC days keep it. */
export const plan: Kind = {
  version: 1,
  derive: ({ standing, settings, key }) => {
    const newest = standing.filter((fact) => isOf(fact, 'agent.scheduled')).at(-1)
    const feeds = (newest?.data.spans ?? []).flatMap(({ from, to, activity }, i) =>
      to <= from
        ? []
        : daysOf(from, to).map((dayMs) => {
            const data: PlanFeed = { activity: 'plan', fromMs: from, toMs: to, planned: activity }
            return {
              to: agentDayKey(settings.agentKey(newest?.data.agent ?? ''), dayMs),
              id: `${key}/${String(i)}`,
              data: { ...data, fromMs: Math.max(from, dayMs), toMs: Math.min(to, dayMs + DAY_MS) },
            }
          }),
    )
    return {
      bookings: [],
      accruals: [],
      live: nothingLive,
      feeds,
      open: false,
      unopened: 0,
      flags: [],
      parts: [],
      silentAtMs: null,
    }
  },
}
