/** /api/live: who waits, who talks, in which state each agent is; now, or at a past instant. */
import { z } from 'zod'
import { Channel } from '../../../shared/events/fields.ts'
import { agentStates, stateAt, type LiveAgent } from '../../../shared/live.ts'
import type { LiveView } from '../../../shared/metrics/metric.ts'
import { parseScope } from '../../../shared/scope.ts'
import { channelOf } from '../asked.ts'
import { instantText } from '../instant.ts'
import { instantQuery } from '../period.ts'
import { badRequest } from '../problem.ts'
import { ok } from '../answer.ts'
import { once, route, type Route } from '../route.ts'
import { takenText, TakenAnswer } from './metrics.ts'

const Next = z.object({ state: z.enum(agentStates), at: z.string(), reason: z.string().nullable() })
/** What there is at an instant. */
export const LiveRows = z.object({
  /** Contacts in queues, the longest first. */
  waiting: z.array(
    z.object({
      contact: z.string(),
      visit: z.string(),
      queue: z.string(),
      channel: Channel,
      since: z.string(),
      /** When it has waited past its queue’s threshold. */
      pastAt: z.string(),
      priority: z.number().nullable(),
      /** Agents whose phones ring for it. */
      ringing: z.array(z.string()),
    }),
  ),
  /** Talks, the longest first. */
  talking: z.array(
    z.object({
      contact: z.string(),
      leg: z.string(),
      agent: z.string(),
      queue: z.string().nullable(),
      channel: Channel,
      since: z.string(),
      /** Null: the customer is not on hold. */
      heldSince: z.string().nullable(),
    }),
  ),
  /** By key. */
  agents: z.array(
    z.object({
      agent: z.string(),
      name: z.string(),
      state: z.enum(agentStates),
      since: z.string(),
      reason: z.string().nullable(),
      /** What the state becomes by itself, such as when a wrap-up reaches its limit. */
      next: Next.nullable(),
      signedInSince: z.string().nullable(),
      queues: z.array(z.string()),
      paused: z.array(z.string()),
      site: z.string().nullable(),
      team: z.string().nullable(),
    }),
  ),
})
const LiveAnswer = TakenAnswer.extend({ scope: z.string(), ...LiveRows.shape })

export function liveRoutes(parts: { now: () => number }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/live',
      summary: 'Waiting contacts, talks, and agents with their states; at= shows a past instant.',
      needs: 'seeLive',
      ofCenter: true,
      query: z.strictObject({
        scope: once(z.string().min(1).max(300)).default('center'),
        channel: once(z.enum([...Channel.options, 'all'])).default('all'),
        at: instantQuery.optional(),
      }),
      scopesOf: ({ scope }) => [scope],
      answers: { 200: { description: 'Instants, never durations.', schema: LiveAnswer } },
      handle: async ({ center, query }) => {
        const scope = parseScope(query.scope)
        if (!scope) return badRequest([{ path: 'scope', message: 'is no scope' }])
        const atMs = query.at ?? null
        if (atMs !== null && atMs > parts.now()) {
          return badRequest([{ path: 'at', message: 'must not be in the future' }])
        }
        const channel = channelOf(query.channel)
        const taken = await center.reads.live({ scope, atMs, channel })
        const { directory } = await center.directory.current()
        const names = new Map(directory.agents.map(({ key, names }) => [key, names.full ?? key]))
        return ok({
          scope: query.scope,
          ...takenText(taken),
          ...liveText(taken.live, taken.asOfMs, (agent) => names.get(agent) ?? agent),
        })
      },
    }),
  ]
}

/** Rows as the contract writes them, at an instant. */
export function liveText(
  { visits, legs, agents }: LiveView,
  atMs: number,
  nameOf: (agent: string) => string,
) {
  const bySince = <Row extends { sinceMs: number }>(rows: readonly Row[]): Row[] =>
    [...rows].sort((a, b) => a.sinceMs - b.sinceMs)
  return {
    waiting: bySince(visits).map((visit) => ({
      contact: visit.contact,
      visit: visit.visit,
      queue: visit.queue,
      channel: visit.channel,
      since: instantText(visit.sinceMs),
      pastAt: instantText(visit.pastAtMs),
      priority: visit.priority,
      ringing: [...visit.ringing],
    })),
    talking: bySince(legs).map((leg) => ({
      contact: leg.contact,
      leg: leg.leg,
      agent: leg.agent,
      queue: leg.queue,
      channel: leg.channel,
      since: instantText(leg.sinceMs),
      heldSince: orNull(leg.heldSinceMs),
    })),
    agents: [...agents]
      .sort((a, b) => (a.agent < b.agent ? -1 : 1))
      .map((agent) => ({
        agent: agent.agent,
        name: nameOf(agent.agent),
        ...stateText(agent, atMs),
        signedInSince: orNull(agent.signedInSinceMs),
        queues: [...agent.joined],
        paused: [...agent.paused],
        site: agent.site,
        team: agent.team,
      })),
  }
}

/** The state at an instant: one that was to change by then has changed. */
function stateText(agent: LiveAgent, atMs: number) {
  const { state, sinceMs, reason } = stateAt(agent, atMs)
  const { next } = agent
  return {
    state,
    since: instantText(sinceMs),
    reason,
    next:
      next && next.atMs > atMs
        ? { state: next.state, at: instantText(next.atMs), reason: next.reason }
        : null,
  }
}

const orNull = (atMs: number | null): string | null => (atMs === null ? null : instantText(atMs))
