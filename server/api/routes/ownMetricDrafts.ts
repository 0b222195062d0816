/** /api/metrics/own, for whoever defines one: what a draft comes to, and what a metric has been. */
import { z } from 'zod'
import { usualChannel } from '../../../shared/events/fields.ts'
import type { Span } from '../../../shared/entry.ts'
import { ownId, ownMetrics } from '../../../shared/metrics/own.ts'
import { OwnKey, OwnMetric } from '../../../shared/metrics/ownDefinition.ts'
import { parseScope, scopeKinds } from '../../../shared/scope.ts'
import { createCalendar } from '../../books/calendar.ts'
import { metricVersions } from '../../directory/metricVersions.ts'
import { ok } from '../answer.ts'
import { instantText } from '../instant.ts'
import { badRequest } from '../problem.ts'
import { route, type Route } from '../route.ts'
import { takenText, TakenAnswer, ValueAnswer, valueText } from './metrics.ts'

/** As many days as somebody who defines a metric remembers how they went; today is the last. */
const DAYS = 30

const Day = z.object({ from: z.string(), to: z.string(), value: z.number().nullable() })
const Period = ValueAnswer.extend({ from: z.string(), to: z.string() })
const PreviewAnswer = TakenAnswer.extend({
  unit: z.string(),
  formula: z.string(),
  scopes: z.array(z.enum(scopeKinds)),
  scope: z.string(),
  today: Period,
  /** The last 30 business days together, today among them; `days` has each of them. */
  last30days: Period,
  days: z.array(Day),
})

const VersionAnswer = z.object({
  /** Of the directory that brought it. */
  version: z.int(),
  at: z.string(),
  by: z.string(),
  definition: OwnMetric,
  /** Null: it was retired. */
  formula: z.string().nullable(),
})

export function ownMetricDraftRoutes(parts: { now: () => number }): Route[] {
  return [
    route({
      method: 'post',
      path: '/api/metrics/own/preview',
      summary: 'What a definition would come to, today and over the last 30 days; keeps nothing.',
      needs: 'editDirectory',
      ofCenter: true,
      body: z.strictObject({
        definition: OwnMetric,
        scope: z.string().min(1).max(300).default('center'),
      }),
      answers: {
        200: { description: 'As boards would show it.', schema: PreviewAnswer },
        400: { description: 'Faults, each with its path.' },
      },
      handle: async ({ center, body }) => {
        const { definition } = body
        const id = ownId(definition.key)
        // One that is retired is asked about as well: would it be worth bringing back?
        const metric = ownMetrics({ metrics: [{ ...definition, retired: false }] }).get(id)
        const scope = parseScope(body.scope)
        if (!scope || !metric?.scopes.includes(scope.kind)) {
          const where = metric ? metric.scopes.join(', ') : 'none'
          return badRequest([{ path: 'scope', message: `must be a scope of these: ${where}` }])
        }
        const { directory } = await center.directory.current()
        const calendar = createCalendar(directory.center)
        const days = Array.from({ length: DAYS }, (_, i): Span => {
          const at = (shift: number): number => calendar.periodStart('day', parts.now(), shift)
          return { fromMs: at(i + 1 - DAYS), toMs: at(i + 2 - DAYS) }
        })
        const [first, today] = [days[0], days.at(-1)]
        if (!first || !today) throw new Error('There are days')
        const whole = { fromMs: first.fromMs, toMs: today.toMs }
        const read = async (spans: readonly Span[]) => {
          const taken = await center.reads.figures({
            ...{ channel: usualChannel, queue: null, filters: null, define: null },
            scopes: [scope],
            metrics: [{ id, metric, of: null }],
            spans,
            spanKind: 'span',
          })
          // Only another definition may be too much.
          if (!taken.ok) throw new Error(taken.refused)
          const values = (taken.results[0]?.steps ?? []).flatMap(({ span, values }) => {
            const value = values.get(id)
            return value ? [{ ...spanText(span), ...valueText(value) }] : []
          })
          return { taken, values }
        }
        const { taken, values } = await read([whole])
        const daily = (await read(days)).values
        const [last30days, last] = [values[0], daily.at(-1)]
        if (!last30days || !last) throw new Error('Each span has a value')
        return ok({
          ...takenText(taken),
          unit: metric.unit,
          formula: metric.formula,
          scopes: [...metric.scopes],
          scope: body.scope,
          today: last,
          last30days,
          days: daily.map(({ from, to, value }) => ({ from, to, value })),
        })
      },
    }),
    route({
      method: 'get',
      path: '/api/metrics/own/{key}/versions',
      summary: 'Every definition that a metric has had, the newest first, and whose it was.',
      needs: 'editDirectory',
      ofCenter: true,
      params: z.object({ key: OwnKey }),
      answers: {
        200: {
          description: 'Also of one that was removed; empty where there never was one.',
          schema: z.object({
            versions: z.array(VersionAnswer),
            /** False: there are older ones, in the directory’s versions. */
            complete: z.boolean(),
          }),
        },
      },
      handle: async ({ center, params: { key } }) => {
        const found = await metricVersions(center.database.kysely, center.key, key)
        return ok({
          versions: found.versions.map(({ version, atMs, by, definition }) => ({
            ...{ version, at: instantText(atMs), by, definition },
            formula: ownMetrics({ metrics: [definition] }).get(ownId(key))?.formula ?? null,
          })),
          complete: found.complete,
        })
      },
    }),
  ]
}

const spanText = ({ fromMs, toMs }: Span) => ({
  from: instantText(fromMs),
  to: instantText(toMs),
})
