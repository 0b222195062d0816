/** /api/subjects: what is known of one contact (or agent's time, or order …), in order. */
import { z } from 'zod'
import { Channel } from '../../../shared/events/fields.ts'
import { can, type Viewer } from '../../../shared/rights.ts'
import { parseScope, scopesOf } from '../../../shared/scope.ts'
import { audit } from '../../auth/audit.ts'
import type { Timeline, TimelineFact } from '../../books/read/timeline.ts'
import { instantText } from '../instant.ts'
import { problem } from '../problem.ts'
import { ok } from '../answer.ts'
import { route, type Route } from '../route.ts'
import { contactOf } from './explain.ts'
import { LiveRows, liveText } from './live.ts'
import { takenText, TakenAnswer } from './metrics.ts'

const Report = z.object({
  source: z.string(),
  id: z.string(),
  at: z.string(),
  recordedAt: z.string().nullable(),
  sequence: z.string().nullable(),
  provenance: z.string(),
  precision: z.string(),
  data: z.record(z.string(), z.unknown()),
})
const where = {
  queue: z.string().nullable(),
  agent: z.string().nullable(),
  team: z.string().nullable(),
  site: z.string().nullable(),
  channel: Channel.nullable(),
}

const SubjectAnswer = TakenAnswer.extend({
  subject: z.string(),
  kind: z.string(),
  /** As other systems refer to it; null: it is no contact. */
  contact: z.string().nullable(),
  /** Whether time alone can still change what it says. */
  open: z.boolean(),
  /** What looked wrong in its facts. */
  flags: z.array(z.string()),
  /** In order, each with every report of it. */
  facts: z.array(
    z.object({
      type: z.string(),
      key: z.string(),
      at: z.string(),
      /** False: it was taken back. */
      stands: z.boolean(),
      data: z.record(z.string(), z.unknown()),
      reports: z.array(Report),
    }),
  ),
  /** What it has booked, net of all corrections. */
  entries: z.array(
    z.object({
      counter: z.string(),
      detail: z.string().nullable(),
      from: z.string(),
      to: z.string(),
      amount: z.number(),
      ...where,
    }),
  ),
  /** What it still accrues: once, at an instant, or as time passes. */
  accruing: z.array(
    z.object({
      counter: z.string(),
      detail: z.string().nullable(),
      accrues: z.enum(['once', 'time']),
      from: z.string(),
      /** Null: for as long as it lasts. */
      to: z.string().nullable(),
      amount: z.number().nullable(),
      ...where,
    }),
  ),
  live: LiveRows,
})

export function subjectRoutes(parts: { now: () => number }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/subjects/{key}',
      summary: 'A subject’s timeline: its facts with every report, what it booked, how it is now.',
      needs: 'seeDetail',
      ofCenter: true,
      params: z.object({ key: z.string().min(1).max(1_000) }),
      answers: {
        200: { description: 'The key is percent-encoded, slashes too.', schema: SubjectAnswer },
        404: { description: 'There is none, or it is nobody’s whom the caller may see.' },
      },
      handle: async ({ center, params: { key }, viewer, by }) => {
        const taken = await center.reads.timeline(key)
        if (!taken || !viewer || !maySee(viewer, taken.timeline)) {
          return problem(404, `There is no "${key}" that you may see.`)
        }
        const { timeline } = taken
        const entry = { by, action: 'detail.seen', about: `${center.key}, ${key}` } as const
        await audit(center.database.kysely, entry, parts.now())
        const { directory } = await center.directory.current()
        const names = new Map(directory.agents.map((agent) => [agent.key, agent.names.full]))
        const { visits, legs, agent } = timeline.live
        const live = { visits, legs, agents: agent ? [agent] : [], staffing: new Map() }
        return ok({
          subject: timeline.key,
          kind: timeline.kind,
          contact: contactOf(timeline.key),
          ...takenText(taken),
          open: timeline.open,
          flags: [...timeline.flags],
          facts: timeline.facts.map(factText),
          entries: timeline.entries.map(({ fromMs, toMs, counter, detail, amount, ...of }) => ({
            ...{ counter, detail, from: instantText(fromMs), to: instantText(toMs), amount },
            ...whereText(of),
          })),
          accruing: timeline.accruals.map(accrualText),
          live: liveText(live, taken.asOfMs, (key) => names.get(key) ?? key),
        })
      },
    }),
  ]
}

/** Whether a subject touches a scope whose details somebody may see. */
function maySee(viewer: Viewer, { entries, accruals, live }: Timeline): boolean {
  const nowhere = { site: null, team: null, queue: null, agent: null }
  const touched = [
    ...[...entries, ...accruals, ...live.visits.map((visit) => ({ ...nowhere, ...visit }))],
    ...live.legs.map((leg) => ({ ...nowhere, ...leg })),
    ...(live.agent ? [{ ...nowhere, ...live.agent }] : []),
    // What has booked nothing is the center's alone.
    nowhere,
  ]
  const scopes = new Set(touched.flatMap((of) => scopesOf(of)))
  return [...scopes].some((text) => {
    const scope = parseScope(text)
    return scope !== null && can(viewer, 'seeDetail', scope)
  })
}

type Where = Pick<Timeline['entries'][number], 'queue' | 'agent' | 'team' | 'site' | 'channel'>

function whereText({ queue, agent, team, site, channel }: Where): Where {
  return { queue, agent, team, site, channel }
}

function factText({ type, key, atMs, stands, data, reports }: TimelineFact) {
  return {
    ...{ type, key, at: instantText(atMs), stands },
    data: dataText(data),
    reports: reports.map((report) => ({
      source: report.source,
      id: report.id,
      at: instantText(report.atMs),
      recordedAt: report.recordedAtMs === null ? null : instantText(report.recordedAtMs),
      sequence: report.sequence,
      provenance: report.provenance,
      precision: report.precision,
      data: dataText(report.data),
    })),
  }
}

/** Fields that the door has read as instants; they go out as they came in. */
const instantField = /(?:^|[a-z])At$|^(?:from|to|since)$/

function dataText(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(data).map(([name, value]) => [
      name,
      typeof value === 'number' && instantField.test(name) ? instantText(value) : inside(value),
    ]),
  )
}

function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inside)
  return typeof value === 'object' && value !== null
    ? dataText(value as Record<string, unknown>)
    : value
}

function accrualText(accrual: Timeline['accruals'][number]) {
  const { counter, detail, accrues } = accrual
  const when =
    accrual.accrues === 'once'
      ? {
          from: instantText(accrual.atMs),
          to: instantText(accrual.atMs),
          amount: accrual.amount,
        }
      : {
          from: instantText(accrual.fromMs),
          to: accrual.untilMs === null ? null : instantText(accrual.untilMs),
          amount: null,
        }
  return { counter, detail, accrues, ...when, ...whereText(accrual) }
}
