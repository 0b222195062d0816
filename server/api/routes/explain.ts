/** /api/explain: a number taken apart into its definition, its parts, its entries and what accrues. */
import { z } from 'zod'
import { stateAt, type LiveAgent } from '../../../shared/live.ts'
import { counterOf } from '../../../shared/counters.ts'
import { Channel } from '../../../shared/events/fields.ts'
import type { Metric } from '../../../shared/metrics/metric.ts'
import { countersOf } from '../../../shared/metrics/reads.ts'
import { ownMetrics } from '../../../shared/metrics/own.ts'
import { parseScope, type Scope } from '../../../shared/scope.ts'
import type { Directory } from '../../../shared/directory.ts'
import { createCalendar } from '../../books/calendar.ts'
import { explainStaffing } from '../../../shared/staffing.ts'
import { audit } from '../../auth/audit.ts'
import { narrowingParameters, readMetrics, readNarrowed } from '../asked.ts'
import { evaluateAsked } from '../figures.ts'
import { cursorText, readCursor } from '../cursor.ts'
import { isForecast } from '../figures.ts'
import { instantText } from '../instant.ts'
import { limitParameter } from '../parameters.ts'
import { periodParameters, readPeriod } from '../period.ts'
import { badRequest } from '../problem.ts'
import type { Explained } from '../reads.ts'
import { ok } from '../answer.ts'
import { once, route, type Route } from '../route.ts'
import { LiveRows, liveText } from './live.ts'
import {
  refuse,
  takenText,
  TakenAnswer,
  ValueAnswer,
  valueText,
  WindowAnswer,
  windowText,
} from './metrics.ts'

const where = {
  queue: z.string().nullable(),
  agent: z.string().nullable(),
  team: z.string().nullable(),
  site: z.string().nullable(),
  channel: Channel.nullable(),
}
const behind = {
  /** What it is about; GET /api/subjects/{subject} tells the rest. */
  subject: z.string(),
  /** The contact, as other systems refer to it; null: the subject is something else. */
  contact: z.string().nullable(),
  /** The parts that it counts in. */
  parts: z.array(z.string()),
  counter: z.string(),
  detail: z.string().nullable(),
  ...where,
}

const QueueSettings = z.object({
  queue: z.string(),
  serviceLevel: z.record(z.string(), z.unknown()).optional(),
  serviceLevelTarget: z.number().optional(),
  shortCallSeconds: z.number().optional(),
  /** Of mail: within so many minutes of opening hours it should be answered. */
  emailTargetMinutes: z.number().optional(),
  /** Of mail: the opening hours; null: always open. */
  hours: z.record(z.string(), z.unknown()).nullable().optional(),
  wrapUpLimitSeconds: z.number().nullable().optional(),
  configuredWrapUpSeconds: z.number().nullable().optional(),
})

const Milliseconds = z.number().nullable()
/** By the last half hour, who is there now, and the formula named; times in milliseconds. */
const Forecast = z.object({
  queue: z.string(),
  inputs: z.record(z.string(), z.union([z.number(), z.string()])),
  waiting: z.number(),
  available: z.number(),
  averageHandleMs: Milliseconds,
  /** How long customers wait before they hang up; null: nobody did. */
  averagePatienceMs: Milliseconds,
  /** Erlangs; null: nothing was handled of what came. */
  load: z.number().nullable(),
  formula: z.enum(['Erlang A', 'Erlang C']),
  serviceLevelWithPresentStaff: z.number().nullable(),
  expectedWaitMs: Milliseconds,
  projection: z.object({ met: z.number(), all: z.number(), arrivals: z.number() }).nullable(),
  requiredAgents: z.object({ erlangC: z.number().nullable(), erlangA: z.number().nullable() }),
  /**
   * Of an expected wait, how good it has been: what it would have said at the entry of those who
   * were answered since `from`, against the wait that came. Null: another metric, or a later page.
   */
  pastError: z
    .object({
      from: z.string(),
      to: z.string(),
      answered: z.int(),
      /** Of those answered, how many something could be expected for. */
      predicted: z.int(),
      /** Expected less came: above 0, too much was expected. */
      meanErrorMs: Milliseconds,
      meanAbsoluteErrorMs: Milliseconds,
    })
    .nullable(),
})

const ExplainAnswer = TakenAnswer.extend({
  scope: z.string(),
  window: WindowAnswer,
  definition: z.object({
    id: z.string(),
    name: z.string(),
    nameJa: z.string(),
    unit: z.string(),
    better: z.string(),
    formula: z.string(),
    attribution: z.string(),
    empty: z.string().nullable(),
    /** What the metric is of, where it is of another one. */
    of: z.string().nullable(),
    /** What the queues of the scope are set to, as far as the metric depends on it. */
    queues: z.array(QueueSettings),
  }),
  ...ValueAnswer.shape,
  /**
   * What was booked; over all pages the amounts, with those of `givenUp`, add up to what the parts
   * have booked.
   */
  entries: z.array(
    z.object({
      ...behind,
      id: z.string(),
      from: z.string(),
      /** The same as `from` for what happened at an instant. */
      to: z.string(),
      /** As much of it as lies in the window. */
      amount: z.number(),
      wholeAmount: z.number(),
      /** Where in the stream it was booked: later than others of its subject, a correction. */
      place: z.string(),
    }),
  ),
  /** Give it as `cursor` for the next page; null: this was the last. */
  next: z.string().nullable(),
  /**
   * What of the parts was booked before an instant up to which entries are given up
   * (`center.retention.detailDays`); null: all entries of it are there.
   */
  givenUp: z.object({ before: z.string(), parts: z.record(z.string(), z.number()) }).nullable(),
  /** What is still open and has accrued by now; adds up to what is live in the parts. First page. */
  accruing: z.array(z.object({ ...behind, amount: z.number() })),
  /**
   * What the directory says of people, where a part is of that: who is a rep, for how long, whose
   * quota is how much. It adds up to what is booked in the part as entries do. First page.
   */
  people: z.array(
    z.object({
      ...{ agent: z.string().nullable(), team: z.string().nullable(), site: z.string().nullable() },
      ...{ parts: z.array(z.string()), counter: z.string(), amount: z.number() },
    }),
  ),
  /** Who waits, talks and works in the scope now, where the metric is of the live state. */
  live: LiveRows.nullable(),
  /** What a forecast rests on, for each queue of the scope; null: the metric is none. */
  forecasts: z.array(Forecast).nullable(),
})

const Cursor = z.tuple([z.number(), z.string().max(300)])

export function explainRoutes(parts: { now: () => number }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/explain',
      summary: 'Takes a number apart: definition, parts, entries by page, and what still accrues.',
      needs: 'seeDetail',
      ofCenter: true,
      query: z.strictObject({
        scope: once(z.string().min(1).max(300)).default('center'),
        id: once(z.string().max(100)),
        ...periodParameters,
        ...narrowingParameters,
        limit: limitParameter,
        cursor: once(z.string().max(1_000)).optional(),
      }),
      scopesOf: ({ scope }) => [scope],
      answers: { 200: { description: 'A page of entries.', schema: ExplainAnswer } },
      handle: async ({ center, query, by }) => {
        const scope = parseScope(query.scope)
        if (!scope) return badRequest([{ path: 'scope', message: 'is no scope' }])
        const { directory } = await center.directory.current()
        const id = readMetrics([query.id], [scope], { own: ownMetrics(directory), of: query.of })
        const period = readPeriod(query, createCalendar(directory.center), parts.now())
        const cursor = readCursor(query.cursor, Cursor)
        if (cursor === 'unreadable') {
          return badRequest([{ path: 'cursor', message: 'must be the next of an earlier answer' }])
        }
        if (!id.ok || !period.ok) return refuse(namedId(id), period)
        const narrowing = readNarrowed(query, id.metrics, directory.center)
        const [asked] = id.metrics
        if (!narrowing.ok || !asked) return refuse(narrowing)

        const { metric } = asked
        const explained = await center.reads.explain({
          ...narrowing.narrowed,
          scope,
          metric: asked,
          span: period.window,
          spanKind: period.spanKind,
          after: cursor && { toMs: cursor[0], id: cursor[1] },
          limit: query.limit,
        })
        if (scope.kind === 'agent') {
          const about = `${center.key}, ${query.scope}`
          const entry = { by, action: 'detail.seen', about, detail: asked.id } as const
          await audit(center.database.kysely, entry, parts.now())
        }
        const { next, of } = explained
        return ok({
          scope: query.scope,
          window: windowText(period.window),
          ...takenText(explained),
          definition: { ...definitionText(asked.id, metric, queuesIn(scope, directory)), of },
          ...valueText(evaluateAsked(asked, scope, explained.figures)),
          entries: explained.entries.map(entryText),
          next: next && cursorText([next.toMs, next.id]),
          accruing: explained.accruing.map((accrual) => ({
            ...accrual,
            contact: contactOf(accrual.subject),
          })),
          givenUp: explained.givenUp && {
            before: instantText(explained.givenUp.beforeMs),
            parts: explained.givenUp.parts,
          },
          people: explained.people,
          live:
            metric.kind === 'gauge'
              ? liveText(explained.figures.live, explained.asOfMs, nameIn(directory))
              : null,
          forecasts: isForecast(asked.id) ? forecastsText(explained) : null,
        })
      },
    }),
  ]
}

/** Each queue's forecast, with everything that it is made from. */
function forecastsText({ figures, pastWaits }: Explained) {
  const { live, nowMs } = figures
  return [...live.staffing].map(([queue, staffing]) => {
    const isFree = (agent: LiveAgent): boolean =>
      agent.joined.includes(queue) &&
      !agent.paused.includes(queue) &&
      stateAt(agent, nowMs).state === 'available'
    const waiting = live.visits.filter((visit) => visit.queue === queue).length
    const available = live.agents.filter(isFree).length
    return {
      queue,
      ...explainStaffing(staffing, { waiting, available, atMs: nowMs }),
      pastError: pastWaits && {
        from: instantText(pastWaits.fromMs),
        to: instantText(pastWaits.toMs),
        answered: pastWaits.answered,
        predicted: pastWaits.predicted,
        meanErrorMs: pastWaits.meanErrorMs,
        meanAbsoluteErrorMs: pastWaits.meanAbsoluteErrorMs,
      },
    }
  })
}

/** Here the metric is given as `id`. */
function namedId(read: ReturnType<typeof readMetrics>): ReturnType<typeof readMetrics> {
  if (read.ok) return read
  const errors = read.errors.map((fault) =>
    fault.path === 'ids' ? { ...fault, path: 'id' } : fault,
  )
  return { ok: false, errors }
}

/** A contact as another system refers to it: `/asterisk/pbx-1#42`. */
export function contactOf(subject: string): string | null {
  return subject.startsWith('contact/') ? subject.slice('contact'.length) : null
}

function entryText(entry: Explained['entries'][number]) {
  const { fromMs, toMs, ...rest } = entry
  return {
    ...rest,
    contact: contactOf(entry.subject),
    from: instantText(fromMs),
    to: instantText(toMs),
  }
}

type Queue = Directory['queues'][number]

function queuesIn(scope: Scope, { queues }: Directory): Queue[] {
  switch (scope.kind) {
    case 'queue':
      return queues.filter(({ key }) => key === scope.key)
    case 'site':
      return queues.filter(({ site }) => site === scope.key)
    case 'team':
      return queues.filter(({ team }) => team === scope.key)
    case 'agent':
      return queues.filter(({ members }) => members.some(({ agent }) => agent === scope.key))
    case 'center':
      return queues
  }
}

function definitionText(id: string, metric: Metric, queues: readonly Queue[]) {
  const { name, nameJa, unit, better, formula, attribution, empty } = metric
  const counters = countersOf(metric)
  const isOfWaits = counters.some((counter) => counterOf(counter).of === 'visit')
  const ofForecasts = metric.kind === 'gauge'
  const ofTalks = counters.includes('shortCalls')
  const ofWraps = counters.includes('wrapMs')
  const ofMails =
    counters.includes('emailsPastTarget') || counters.includes('emailResponseBusinessMs')
  return {
    ...{ id, name, nameJa, unit, better, formula, attribution, empty },
    queues:
      isOfWaits || ofForecasts || ofTalks || ofWraps || ofMails
        ? queues.map((queue) => ({
            queue: queue.key,
            ...((isOfWaits || ofForecasts) && {
              serviceLevel: queue.serviceLevel,
              serviceLevelTarget: queue.serviceLevelTarget,
            }),
            ...(ofTalks && { shortCallSeconds: queue.shortCallSeconds }),
            ...(ofMails && {
              emailTargetMinutes: queue.emailTargetMinutes,
              hours: queue.hours,
            }),
            ...(ofWraps && {
              wrapUpLimitSeconds: queue.wrapUpLimitSeconds,
              configuredWrapUpSeconds: queue.configuredWrapUpSeconds,
            }),
          }))
        : [],
  }
}

function nameIn({ agents }: Directory): (agent: string) => string {
  const names = new Map(agents.map(({ key, names }) => [key, names.full ?? key]))
  return (agent) => names.get(agent) ?? agent
}
