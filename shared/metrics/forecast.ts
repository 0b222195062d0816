import { stateAt } from '../live.ts'
import { expectedWaitMs, projection, requiredAgents } from '../staffing.ts'
import { ratio } from './metric.ts'
import type { GaugeMetric, LiveView } from './metric.ts'

/** What to expect next, from the last 30 minutes and who is there (`shared/staffing.ts`). */

const forecast = {
  kind: 'gauge',
  group: 4,
  byChannel: true,
  attribution: 'now, from the last 30 minutes',
  needs: [['contact.queued'], ['contact.connected'], ['contact.disconnected', 'contact.ended']],
} as const
const staff = [['agent.stateChanged', 'agent.queueChanged']] as const

/** Each queue of the scope with those who wait in it. */
function* queuesOf({ staffing, visits }: LiveView) {
  const waiting = new Map<string, number>()
  for (const { queue } of visits) waiting.set(queue, (waiting.get(queue) ?? 0) + 1)
  for (const [queue, one] of staffing) yield { staffing: one, waiting: waiting.get(queue) ?? 0 }
}

/** What a contact that comes now may expect. Null: nobody is staffed, or nothing was handled. [+] */
export const expectedWait: GaugeMetric = {
  ...forecast,
  needs: [...forecast.needs, ...staff],
  unit: 'ms',
  name: 'Expected wait',
  nameJa: '予測待ち時間',
  formula:
    '0 if available > waiting; else (waiting + 1 − available) · handle time of the last 30 min / ' +
    'sum over staffed agents of the share of the queue in their handle time',
  empty: 'nobody is staffed, or nothing was handled in the last 30 minutes',
  better: 'lower',
  scopes: ['queue'],
  value: (live, nowMs) => {
    const available = live.agents.filter((agent) => stateAt(agent, nowMs).state === 'available')
    // A queue's view has one queue's staffing.
    for (const { staffing, waiting } of queuesOf(live)) {
      return expectedWaitMs(staffing, waiting, available.length)
    }
    return null
  },
}

/**
 * Where the service level of the present interval is heading. A center's is that of its queues'
 * sums; a queue that nothing tells about is left out there. Null: nothing tells, or nothing came. [+]
 */
export const projectedServiceLevel: GaugeMetric = {
  ...forecast,
  needs: [...forecast.needs, ...staff],
  unit: 'ratio',
  name: "Service level at the interval's end",
  nameJa: 'サービスレベル着地見込み',
  formula:
    '(met so far + expected arrivals · service level by Erlang A with present staff) / ' +
    '(decided + waiting + expected arrivals)',
  empty: 'nothing is decided, waits or is expected, or nothing was handled in the last 30 minutes',
  better: 'higher',
  scopes: ['queue', 'center'],
  value: (live, nowMs) => {
    let [met, all] = [0, 0]
    for (const { staffing, waiting } of queuesOf(live)) {
      const projected = projection(staffing, waiting, nowMs)
      met += projected?.met ?? 0
      all += projected?.all ?? 0
    }
    return ratio(met, all)
  },
}

/**
 * Agents with whom the present load would reach the target, by Erlang C; a center's are the sum of
 * its queues'. Null: nothing was handled in the last 30 minutes of what came. [+]
 */
export const agentsRequired: GaugeMetric = {
  ...forecast,
  unit: 'count',
  name: 'Agents needed now',
  nameJa: '必要人数',
  formula:
    'the fewest agents with whom the load of the last 30 min reaches the target of the queue by ' +
    'Erlang C (by Erlang A in the explanation)',
  empty: 'nothing was handled in the last 30 minutes of what came',
  better: 'neither',
  scopes: ['queue', 'center'],
  value: (live) => {
    const queues = [...queuesOf(live)].map(({ staffing }) => staffing)
    // A queue to which nothing came asks for nobody, and tells nothing of those that are busy.
    const busy = queues.filter(({ offered }) => offered > 0)
    if (busy.length === 0) return queues.length === 0 ? null : 0
    const known = busy.flatMap((staffing) => requiredAgents(staffing).erlangC ?? [])
    return known.length === 0 ? null : known.reduce((sum, agents) => sum + agents, 0)
  },
}
