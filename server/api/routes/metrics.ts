/** /api/metrics and /api/metrics/history: values of metrics, in a period or step by step. */
import { z } from 'zod'
import type { Evaluated } from '../../../shared/metrics/evaluate.ts'
import type { Metric } from '../../../shared/metrics/metric.ts'
import { ownMetrics } from '../../../shared/metrics/own.ts'
import { scopeText } from '../../../shared/scope.ts'
import { createCalendar, type Calendar } from '../../books/calendar.ts'
import { readDefinition } from '../definition.ts'
import { figuresParameters, readMetrics, readNarrowed, scopesOf } from '../asked.ts'
import { historyCsv } from '../csv.ts'
import { instantText } from '../instant.ts'
import {
  MAX_STEPS,
  periodParameters,
  readPeriod,
  stepKinds,
  stepNames,
  stepsOf,
} from '../period.ts'
import type { CenterParts } from '../parts.ts'
import { badRequest } from '../problem.ts'
import type { ScopeFigures, Supposed, Taken } from '../reads.ts'
import { ok, type Answer } from '../answer.ts'
import { once, route, several, type Route } from '../route.ts'

/** More values than this in one answer are a job for several. */
const MAX_VALUES = 200_000

const PartSum = z.object({ booked: z.number(), live: z.number() })
export const ValueAnswer = z.object({
  /** Null: there is none, and `reason` says why. */
  value: z.number().nullable(),
  reason: z.enum(['empty', 'notReported']).optional(),
  /** The feed that does not report what the metric needs. */
  source: z.string().optional(),
  /** The type of event that it would take. */
  lacks: z.string().optional(),
  /** Where the value is a time that still runs: since when. */
  since: z.string().optional(),
  parts: z.record(z.string(), PartSum),
  /** What a reader must be told beside the value. */
  caveats: z
    .array(
      z.object({
        kind: z.enum(['without', 'includes', 'configured']),
        part: z.string(),
        what: z.string().optional(),
        source: z.string().optional(),
      }),
    )
    .optional(),
  breakdown: z.array(z.object({ key: z.string().nullable(), amount: z.number() })).optional(),
})
const Values = z.record(z.string(), ValueAnswer)

export const WindowAnswer = z.object({ name: z.string(), from: z.string(), to: z.string() })
export const TakenAnswer = z.object({
  asOf: z.string(),
  /** Up to here the stream is in the answer. */
  place: z.string(),
  complete: z.boolean(),
})
/** Under another definition: how many contacts, mails or matters were judged again, and of when. */
const supposed = z.object({ subjects: z.int(), from: z.string(), to: z.string() }).optional()
const MetricsAnswer = TakenAnswer.extend({
  scope: z.string(),
  window: WindowAnswer,
  supposed,
  values: Values,
})
const HistoryAnswer = TakenAnswer.extend({
  scope: z.string(),
  window: WindowAnswer,
  supposed,
  step: z.enum(stepNames),
  steps: z.array(z.object({ from: z.string(), to: z.string(), values: Values })),
})
/** One scope: its own answer; several: all of them in the order asked. */
const orSeveral = <Schema extends z.ZodType>(schema: Schema) =>
  z.union([schema, z.object({ results: z.array(schema) })])

const metricsQuery = z.strictObject({
  ...figuresParameters,
  ...periodParameters,
  define: several().optional(),
})
const historyQuery = z.strictObject({
  ...figuresParameters,
  ...periodParameters,
  step: once(z.enum(stepNames)).default('15m'),
  define: several().optional(),
})

export function metricsRoutes(parts: { now: () => number }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/metrics',
      summary: 'Values of metrics in a period, for one scope or several.',
      needs: 'seeFigures',
      ofCenter: true,
      query: metricsQuery,
      scopesOf: ({ scope }) => scope,
      answers: {
        200: {
          description: 'Ratios 0..1, times in milliseconds.',
          schema: orSeveral(MetricsAnswer),
        },
      },
      handle: async ({ center, query }) => {
        const scopes = scopesOf(query.scope)
        const { directory } = await center.directory.current()
        const period = readPeriod(query, createCalendar(directory.center), parts.now())
        const asked = readMetrics(query.ids, scopes, { own: ownMetrics(directory), of: query.of })
        const definition = readDefinition(query.define)
        if (!period.ok || !asked.ok || !definition.ok) return refuse(period, asked, definition)
        const narrowing = readNarrowed(query, asked.metrics, directory.center)
        if (!narrowing.ok) return refuse(narrowing)
        const { window, spanKind } = period
        const taken = await center.reads.figures({
          ...narrowing.narrowed,
          scopes,
          metrics: asked.metrics,
          spans: [window],
          spanKind,
          define: definition.define,
        })
        if (!taken.ok) return tooMany('define', taken.refused)
        return inOrder(query.scope, taken.results, ({ scope, steps }) => ({
          scope: scopeText(scope),
          window: windowText(window),
          ...takenText(taken),
          ...supposedText(taken.supposed),
          values: valuesText(steps[0]?.values),
        }))
      },
    }),
    route({
      method: 'get',
      path: '/api/metrics/history',
      summary: 'Values of metrics step by step; as CSV with Accept: text/csv.',
      needs: 'seeFigures',
      ofCenter: true,
      query: historyQuery,
      scopesOf: ({ scope }) => scope,
      answers: {
        200: {
          description: 'The first and the last step are as ragged as the period.',
          schema: orSeveral(HistoryAnswer),
          type: 'text/csv',
        },
      },
      handle: async ({ center, query, headers }) => {
        const scopes = scopesOf(query.scope)
        const { directory } = await center.directory.current()
        const calendar = createCalendar(directory.center)
        const period = readPeriod(query, calendar, parts.now())
        const asked = readMetrics(query.ids, scopes, {
          own: ownMetrics(directory),
          of: query.of,
          refuse: withoutHistory,
        })
        const definition = readDefinition(query.define)
        if (!period.ok || !asked.ok || !definition.ok) return refuse(period, asked, definition)
        const narrowing = readNarrowed(query, asked.metrics, directory.center)
        if (!narrowing.ok) return refuse(narrowing)
        const { window } = period
        const steps = stepsOf(window, query.step, calendar)
        if (!steps) return tooMany('step', `more than ${String(MAX_STEPS)} steps: a longer step`)
        if (steps.length * scopes.length * asked.metrics.length > MAX_VALUES) {
          return tooMany('scope', `more than ${String(MAX_VALUES)} values: ask for fewer at a time`)
        }
        const taken = await center.reads.figures({
          ...narrowing.narrowed,
          scopes,
          metrics: asked.metrics,
          spans: steps,
          spanKind: stepKinds[query.step],
          define: definition.define,
        })
        if (!taken.ok) return tooMany('define', taken.refused)
        if (wantsCsv(headers.accept)) return csvAnswer(historyCsv(taken.results, asked.metrics))
        return inOrder(query.scope, taken.results, (found) => ({
          scope: scopeText(found.scope),
          window: windowText(window),
          ...takenText(taken),
          ...supposedText(taken.supposed),
          step: query.step,
          steps: found.steps.map(({ span, values }) => ({
            from: instantText(span.fromMs),
            to: instantText(span.toMs),
            values: valuesText(values),
          })),
        }))
      },
    }),
  ]
}

export async function calendarOf(center: CenterParts): Promise<Calendar> {
  const { directory } = await center.directory.current()
  return createCalendar(directory.center)
}

function supposedText(of: Supposed | null): { supposed?: z.output<typeof supposed> } {
  if (!of) return {}
  const { subjects, fromMs, toMs } = of
  return { supposed: { subjects, from: instantText(fromMs), to: instantText(toMs) } }
}

/** All that is wrong, at once. */
export function refuse(
  ...read: ({ ok: true } | { ok: false; errors: { path: string; message: string }[] })[]
): Answer {
  return badRequest(read.flatMap((each) => (each.ok ? [] : each.errors)))
}

const tooMany = (path: string, message: string): Answer => badRequest([{ path, message }])

const withoutHistory = (id: string, { kind }: Metric): string | null =>
  kind === 'gauge' ? `${id} is a value of now: it has no history` : null

/** The result itself where one scope was asked for; else all, in the order asked. */
function inOrder(
  asked: readonly string[],
  results: readonly ScopeFigures[],
  shown: (result: ScopeFigures) => object,
): Answer {
  const byScope = new Map(results.map((result) => [scopeText(result.scope), result]))
  const inOrder = asked.flatMap((text) => {
    const result = byScope.get(text)
    return result ? [shown(result)] : []
  })
  const [only] = inOrder
  return ok(asked.length === 1 ? only : { results: inOrder })
}

export function takenText({ asOfMs, place, complete }: Taken): z.output<typeof TakenAnswer> {
  return { asOf: instantText(asOfMs), place, complete }
}

export function windowText(window: { name: string; fromMs: number; toMs: number }) {
  return { name: window.name, from: instantText(window.fromMs), to: instantText(window.toMs) }
}

function valuesText(values: ReadonlyMap<string, Evaluated> | undefined) {
  return Object.fromEntries([...(values ?? [])].map(([id, value]) => [id, valueText(value)]))
}

/** A value as the contract writes it: instants as text, and the value before its parts. */
export function valueText(evaluated: Evaluated): z.output<typeof ValueAnswer> {
  const { value, parts, caveats, breakdown } = evaluated
  const why =
    evaluated.value === null
      ? evaluated.reason === 'notReported'
        ? { reason: evaluated.reason, source: evaluated.source, lacks: evaluated.lacks }
        : // What is not defined at a scope was refused before.
          { reason: 'empty' as const }
      : evaluated.sinceMs === undefined
        ? {}
        : { since: instantText(evaluated.sinceMs) }
  return {
    value,
    ...why,
    parts: { ...parts },
    ...(caveats && { caveats: [...caveats] }),
    ...(breakdown && { breakdown: [...breakdown] }),
  }
}

/** Whether CSV is named before JSON, or alone. */
function wantsCsv(accept: string | undefined): boolean {
  const [csv, json] = [(accept ?? '').indexOf('text/csv'), (accept ?? '').indexOf('json')]
  return csv >= 0 && (json < 0 || csv < json)
}

function csvAnswer(text: string): Answer {
  return {
    status: 200,
    text,
    headers: {
      'content-type': 'text/csv; charset=utf-8; header=present',
      'content-disposition': 'attachment; filename="metrics.csv"',
    },
  }
}
