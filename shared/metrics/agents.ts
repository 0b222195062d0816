import { stateAt } from '../live.ts'
import type { AgentState } from '../live.ts'
import type { Need } from '../counters/counter.ts'
import type { GaugeMetric, LiveView } from './metric.ts'

/**
 * Who is there, and what they do. An agent has one state at each instant, however many contacts:
 * on a contact (hold included), then wrap-up, ringing, not ready, available, signed out. An agent
 * whose state is unknown counts nowhere. Never null: an empty team has 0 agents in each state.
 */

const stateKnown: Need = ['agent.stateChanged', 'agent.queueChanged']

/** Agents in one of the states now. */
const inStates = (
  states: readonly AgentState[],
  needs: readonly Need[],
  names: { name: string; nameJa: string; formula: string },
): GaugeMetric => ({
  kind: 'gauge',
  group: 4,
  unit: 'count',
  byChannel: false,
  attribution: 'now',
  empty: null,
  better: 'neither',
  scopes: ['team', 'site', 'queue', 'center'],
  needs,
  ...names,
  value: ({ agents }, nowMs) =>
    agents.filter((agent) => states.includes(stateAt(agent, nowMs).state)).length,
})

/** Everybody who is at work: any state but signed out and unknown. [+] */
export const agentsSignedIn = inStates(
  ['onContact', 'wrapUp', 'ringing', 'notReady', 'available'],
  [stateKnown],
  {
    name: 'Signed in',
    nameJa: 'ログイン中',
    formula: 'n(agents in any state but signed out and unknown)',
  },
)
/** Ready for the next contact; at a queue, of those joined and not paused there. [+] */
export const agentsAvailable = inStates(['available'], [stateKnown], {
  name: 'Available',
  nameJa: '待機中',
  formula: 'n(agents available); at a queue: joined and not paused there',
})
/** Their phones ring. [+] */
export const agentsRinging = inStates(['ringing'], [['contact.offered']], {
  name: 'Ringing',
  nameJa: '呼出中',
  formula: 'n(agents whose phone rings, and who are on no contact)',
})
/** On a contact of any queue, consulted and conferencing agents included. [+] */
export const agentsOnContact = inStates(['onContact'], [['contact.connected']], {
  name: 'On a contact',
  nameJa: '対応中',
  formula: 'n(agents on any own primary, consult or conference leg, hold included)',
})
/** In after-call work. [+] */
export const agentsInWrap = inStates(['wrapUp'], [['contact.wrapUpStarted']], {
  name: 'In wrap-up',
  nameJa: '後処理中',
  formula: 'n(agents in after-call work)',
})

/** Not ready, by what the agents gave as the reason; the empty name: none was given. */
function byReason({ agents }: LiveView, nowMs: number): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const agent of agents) {
    const { state, reason } = stateAt(agent, nowMs)
    if (state === 'notReady') counts.set(reason ?? '', (counts.get(reason ?? '') ?? 0) + 1)
  }
  return counts
}

/** Away for any reason; opens into the reasons. At a queue, those paused there as well. [+] */
export const agentsOnBreak: GaugeMetric = {
  ...inStates(['notReady'], [stateKnown], {
    name: 'On break',
    nameJa: '離席中',
    formula: 'n(agents not ready), by reason; at a queue: those paused there as well',
  }),
  breakdown: byReason,
}

/** How long an agent has been in the present state. Null: nothing is known of the agent. [+] */
export const timeInState: GaugeMetric = {
  kind: 'gauge',
  group: 4,
  unit: 'ms',
  byChannel: false,
  name: 'Time in state',
  nameJa: '状態継続時間',
  formula: 'now − since',
  attribution: 'now',
  empty: 'nothing is known of the agent',
  better: 'neither',
  scopes: ['agent'],
  needs: [stateKnown],
  value: (live, nowMs) => {
    const sinceMs = timeInState.since?.(live, nowMs) ?? null
    return sinceMs === null ? null : Math.max(0, nowMs - sinceMs)
  },
  since: ({ agents: [agent] }, nowMs) => {
    if (!agent) return null
    const { state, sinceMs } = stateAt(agent, nowMs)
    return state === 'unknown' ? null : sinceMs
  },
}
