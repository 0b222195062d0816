/** /api/goals: how each goal stands, down its tree. */
import { z } from 'zod'
import { businessMs } from '../../../shared/businessHours.ts'
import type { Directory } from '../../../shared/directory.ts'
import type { Span } from '../../../shared/entry.ts'
import { isAdditive, standingOf, type GoalNode, type StandingNode } from '../../../shared/goals.ts'
import type { Evaluated } from '../../../shared/metrics/evaluate.ts'
import type { Metric } from '../../../shared/metrics/metric.ts'
import { ownMetrics, type OwnMetrics } from '../../../shared/metrics/own.ts'
import { isMetricId, metricOf } from '../../../shared/metrics/registry.ts'
import { can } from '../../../shared/rights.ts'
import { parseScope, type Scope } from '../../../shared/scope.ts'
import { createCalendar, type Calendar } from '../../books/calendar.ts'
import { settingsOver } from '../../engine/settings.ts'
import { ok } from '../answer.ts'
import { instantText } from '../instant.ts'
import type { AskedMetric } from '../reads.ts'
import { route, type Route } from '../route.ts'
import { takenText, TakenAnswer } from './metrics.ts'

type Goal = Directory['goals'][number]

const Node = z.object({
  key: z.string(),
  name: z.string(),
  nameJa: z.string(),
  metric: z.string(),
  unit: z.string(),
  better: z.string(),
  /** So far; null: `reason` says why there is no value. */
  actual: z.number().nullable(),
  reason: z.enum(['empty', 'notReported']).optional(),
  /** What it should be by now, what it will be at the end, and what it would have to be. */
  pace: z.number().nullable(),
  forecast: z.number().nullable(),
  needed: z.number().nullable(),
  /** How those beneath make it up; null: there are none. */
  combine: z.enum(['multiply', 'add']).nullable(),
  /** The node that it is beneath; null: it is the goal itself. */
  under: z.string().nullable(),
})
type NodeText = z.output<typeof Node>

const GoalAnswer = TakenAnswer.extend({
  key: z.string(),
  scope: z.string(),
  period: z.object({ name: z.string(), from: z.string(), to: z.string() }),
  target: z.number(),
  /** The share of the period's opening hours that is over. */
  passed: z.number(),
  /** The goal itself first, each other one after the one that it is beneath. */
  nodes: z.array(Node),
})
const GoalsAnswer = z.object({
  goals: z.array(GoalAnswer),
  /** Goals of which nothing can be told, and why. */
  faulty: z.array(z.object({ key: z.string(), why: z.string() })),
})

export function goalRoutes(parts: { now: () => number }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/goals',
      summary:
        'How the goals of the directory stand: actual, pace, forecast, and what it would take.',
      needs: 'signedIn',
      ofCenter: true,
      answers: {
        200: { description: 'The goals of scopes that the caller may see.', schema: GoalsAnswer },
      },
      handle: async ({ center, viewer }) => {
        const { directory } = await center.directory.current()
        const own = ownMetrics(directory)
        const calendar = createCalendar(directory.center)
        const nowMs = parts.now()
        const goals: z.output<typeof GoalAnswer>[] = []
        const faulty: { key: string; why: string }[] = []
        for (const goal of directory.goals) {
          const scope = parseScope(goal.scope)
          if (!viewer || !can(viewer, 'seeFigures', scope ?? { kind: 'center' })) continue
          if (!scope) {
            faulty.push({ key: goal.key, why: `"${goal.scope}" is no scope` })
            continue
          }
          const asked = metricsOf(goal, scope, own)
          if (typeof asked === 'string') {
            faulty.push({ key: goal.key, why: asked })
            continue
          }
          const span = periodOf(goal, calendar, nowMs)
          const taken = await center.reads.figures({
            ...{ channel: null, queue: null, filters: null, define: null },
            scopes: [scope],
            metrics: asked,
            spans: [span],
            spanKind: goal.period,
          })
          const values = taken.ok ? taken.results[0]?.steps[0]?.values : undefined
          if (!taken.ok || !values) continue
          const passed = passedOf(span, scope, directory, nowMs)
          goals.push({
            key: goal.key,
            scope: goal.scope,
            ...takenText(taken),
            period: {
              name: goal.period,
              from: instantText(span.fromMs),
              to: instantText(span.toMs),
            },
            target: goal.target,
            passed,
            nodes: nodesText(goal, values, passed, own),
          })
        }
        return ok({ goals, faulty })
      },
    }),
  ]
}

/** The key of a goal's own node: no node may be without one. */
const ROOT = ''

/** Each metric of a goal's tree, by its node; in words what is wrong with one. */
function metricsOf(goal: Goal, { kind }: Scope, own: OwnMetrics): AskedMetric[] | string {
  const asked: AskedMetric[] = []
  for (const { key, metric: id } of [{ ...goal, key: ROOT }, ...goal.nodes]) {
    const metric = isMetricId(id) ? metricOf(id) : own.get(id)
    if (!metric) return `"${id}" is no metric; GET /api/catalogue has them all`
    if (metric.kind !== 'balance') return `${id} has no value of a period that could be reached`
    if (!metric.scopes.includes(kind)) return `${id} is defined at ${metric.scopes.join(', ')} only`
    asked.push({ id: key, metric, of: null })
  }
  return asked
}

/** A metric that `metricsOf` has found. */
function known(id: string, own: OwnMetrics): Metric {
  const metric = isMetricId(id) ? metricOf(id) : own.get(id)
  if (!metric) throw new Error(`${id} was a metric`)
  return metric
}

function periodOf({ period }: Goal, calendar: Calendar, nowMs: number): Span {
  return {
    fromMs: calendar.periodStart(period, nowMs),
    toMs: calendar.periodStart(period, nowMs, 1),
  }
}

/** The share of a period that is over, by the opening hours of the scope's queues; none: by the clock. */
function passedOf(span: Span, scope: Scope, directory: Directory, nowMs: number): number {
  const over = { fromMs: span.fromMs, toMs: Math.max(span.fromMs, Math.min(nowMs, span.toMs)) }
  const settings = settingsOver([{ atMs: -Infinity, directory }])
  const queues = directory.queues.filter(
    ({ key, hours }) => hours !== null && isOf(scope, key, settings.queuePlace(key, nowMs)),
  )
  const shares = queues.map(({ key }) => {
    const hours = settings.hoursOf(key)
    return { over: businessMs(hours, over), all: businessMs(hours, span) }
  })
  const all = shares.reduce((sum, each) => sum + each.all, 0)
  return all === 0
    ? (over.toMs - over.fromMs) / (span.toMs - span.fromMs)
    : shares.reduce((sum, each) => sum + each.over, 0) / all
}

/** Whether a queue's hours are those of a scope; people are measured by the hours of the center. */
function isOf(
  scope: Scope,
  queue: string,
  { site, team }: { site: string | null; team: string | null },
): boolean {
  switch (scope.kind) {
    case 'queue':
      return scope.key === queue
    case 'site':
      return scope.key === site
    case 'team':
      return scope.key === team
    case 'agent':
    case 'center':
      return true
  }
}

function nodesText(
  goal: Goal,
  values: ReadonlyMap<string, Evaluated>,
  passed: number,
  own: OwnMetrics,
): NodeText[] {
  const nodes = [{ ...goal, key: ROOT, under: undefined }, ...goal.nodes]
  const beneathOf = (key: string) =>
    goal.nodes.filter(({ under = ROOT }) => under === key).map(({ key: own }) => own)
  const nodeOf = (key: string) => nodes.find((each) => each.key === key) ?? goal
  const build = (key: string): GoalNode => {
    const metric = known(nodeOf(key).metric, own)
    return {
      key,
      actual: values.get(key)?.value ?? null,
      isAdditive: metric.kind === 'balance' && isAdditive(metric),
      combine: nodeOf(key).combine,
      beneath: beneathOf(key).map(build),
    }
  }
  const text = ({ beneath, ...standing }: StandingNode, under: string | null): NodeText[] => {
    const node = nodeOf(standing.key)
    const { name, nameJa, unit, better } = known(node.metric, own)
    const value = values.get(standing.key)
    const reason =
      value?.value === null && value.reason !== 'notAtScope' ? { reason: value.reason } : {}
    const key = standing.key === ROOT ? goal.key : standing.key
    const first: NodeText = {
      ...standing,
      key,
      name: node.name ?? name,
      nameJa: node.nameJa ?? nameJa,
      metric: node.metric,
      ...{ unit, better, ...reason },
      combine: beneath.length === 0 ? null : node.combine,
      under,
    }
    return [first, ...beneath.flatMap((each) => text(each, key))]
  }
  return text(standingOf(build(ROOT), goal.target, passed), null)
}
