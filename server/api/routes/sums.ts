/** /api/sums: values of metrics over several centers together, for a provider that has many. */
import { z } from 'zod'
import { counterOf } from '../../../shared/counters.ts'
import type { Channel } from '../../../shared/events/fields.ts'
import { addedFigures } from '../../../shared/metrics/added.ts'
import { evaluateMetric, type Evaluated } from '../../../shared/metrics/evaluate.ts'
import { metricOf, type MetricId } from '../../../shared/metrics/registry.ts'
import { partsRead } from '../../../shared/metrics/reads.ts'
import type { MetricSettings } from '../../../shared/metrics/settings.ts'
import { createCalendar } from '../../books/calendar.ts'
import { channelOf, narrowingParameters, readMetrics } from '../asked.ts'
import { ok } from '../answer.ts'
import type { CenterParts, Centers } from '../parts.ts'
import { periodParameters, readPeriod, type PeriodQuery } from '../period.ts'
import { badRequest, type Fault } from '../problem.ts'
import type { AskedMetric, CenterFigures } from '../reads.ts'
import { route, several, type Route } from '../route.ts'
import {
  refuse,
  TakenAnswer,
  takenText,
  ValueAnswer,
  valueText,
  WindowAnswer,
  windowText,
} from './metrics.ts'

const whole = { kind: 'center' } as const

const SumsAnswer = z.object({
  centers: z.array(TakenAnswer.extend({ center: z.string(), window: WindowAnswer })),
  complete: z.boolean(),
  values: z.record(z.string(), ValueAnswer),
})

export function sumsRoutes(parts: { centers: Pick<Centers, 'of' | 'keys'>; now: () => number }) {
  const routes: Route[] = [
    route({
      method: 'get',
      path: '/api/sums',
      summary: 'Values of metrics over several centers together.',
      needs: 'seeFigures',
      ofCenter: false,
      query: z.strictObject({
        centers: several().optional(),
        ids: several().optional(),
        channel: narrowingParameters.channel,
        ...periodParameters,
      }),
      // Whoever may see a whole center may see every center's: nobody is given single ones.
      scopesOf: () => ['center'],
      answers: {
        200: { description: 'Each center with what its part is of.', schema: SumsAnswer },
      },
      handle: async ({ query }) => {
        const chosen = readCenters(query.centers, parts.centers)
        if (!chosen.ok) return refuse(chosen)
        const asked = readMetrics(query.ids, [whole], {
          own: new Map(),
          of: undefined,
          refuse: notAdded,
        })
        if (!asked.ok) return refuse(asked)
        const read: Read[] = []
        for (const center of chosen.centers) {
          const found = await readCenter(center, asked.metrics, query, parts.now())
          if (!found.ok) return refuse(found)
          read.push(found)
        }
        const named = query.ids !== undefined
        const unlike = asked.metrics.map((metric) => notAlike(metric, read))
        const faults = unlike.flatMap((message) => (message === null ? [] : [message]))
        if (named && faults.length > 0) {
          return badRequest(faults.map((message) => ({ path: 'ids', message })))
        }
        const alike = asked.metrics.filter((_, n) => unlike[n] === null)
        return ok({
          centers: read.map(({ center, window, figures }) => ({
            center,
            window: windowText(window),
            ...takenText(figures),
          })),
          complete: read.every(({ figures }) => figures.complete),
          values: Object.fromEntries(alike.map((each) => [each.id, valueText(added(each, read))])),
        })
      },
    }),
  ]
  return routes
}

type Read = {
  ok: true
  center: string
  currency: string
  settings: MetricSettings
  window: { name: string; fromMs: number; toMs: number }
  figures: CenterFigures
}

/** The centers that are named; all real ones where none is. A simulated one is in no sum. */
function readCenters(
  given: readonly string[] | undefined,
  centers: Pick<Centers, 'of' | 'keys'>,
): { ok: true; centers: CenterParts[] } | { ok: false; errors: Fault[] } {
  const real = centers.keys().flatMap((key) => {
    const center = centers.of(key)
    return center && !center.simulated ? [center] : []
  })
  if (given === undefined) return { ok: true, centers: real }
  const names = [...new Set(given.flatMap((text) => text.split(',')).map((name) => name.trim()))]
  const chosen = names.map((name) => real.find(({ key }) => key === name) ?? name)
  const known = real.map(({ key }) => `"${key}"`).join(', ')
  const errors = chosen.flatMap((center) =>
    typeof center === 'string'
      ? [{ path: 'centers', message: `"${center}" is no center that counts; there is ${known}` }]
      : [],
  )
  return errors.length > 0
    ? { ok: false, errors }
    : { ok: true, centers: chosen.filter((center) => typeof center !== 'string') }
}

/** A center's part, in its own period: its today is its own business day. */
async function readCenter(
  center: CenterParts,
  metrics: readonly AskedMetric[],
  query: PeriodQuery & { channel: Channel | 'all' },
  nowMs: number,
): Promise<Read | { ok: false; errors: Fault[] }> {
  const { directory } = await center.directory.current()
  const period = readPeriod(query, createCalendar(directory.center), nowMs)
  if (!period.ok) return period
  const figures = await center.reads.centerFigures({
    metrics,
    channel: channelOf(query.channel),
    span: period.window,
    spanKind: period.spanKind,
  })
  return {
    ok: true,
    center: center.key,
    currency: directory.center.currency,
    settings: directory.center,
    window: period.window,
    figures,
  }
}

/** Why a metric has no value over several centers; null: it has. */
function notAdded(id: string): string | null {
  const { kind } = metricOf(id as MetricId)
  if (kind === 'gauge') return `${id} is a value of now, of one center: ask /api/metrics`
  if (kind === 'relative') return `${id} is of another metric, in one center: ask /api/metrics`
  return null
}

/** Why these centers' figures of a metric cannot be added; null: they can. */
function notAlike({ id, metric }: AskedMetric, read: readonly Read[]): string | null {
  const [first, ...others] = read
  if (!first) return null
  const partsIn = ({ settings }: Read) => partsRead(metric, 'center', settings)
  const isMoney = read
    .flatMap(partsIn)
    .some(({ counters }) => counters.some((counter) => counterOf(counter).unit === 'money'))
  const parts = JSON.stringify(partsIn(first))
  for (const other of others) {
    if (isMoney && other.currency !== first.currency) {
      return `${id}: ${first.center} counts in ${first.currency}, ${other.center} in ${other.currency}`
    }
    if (JSON.stringify(partsIn(other)) !== parts) {
      return `${id}: ${first.center} and ${other.center} are set to count it differently`
    }
  }
  return null
}

/**
 * The value over all of them. What one of them does not report is not known of all: a sum without
 * it would be taken for the whole.
 */
function added({ metric }: AskedMetric, read: readonly Read[]): Evaluated {
  const figures = read.map((each) => each.figures.figures)
  const each = figures.map((own) => evaluateMetric(metric, 'center', own))
  const together = addedFigures(figures)
  if (!together) return { value: null, reason: 'empty', parts: {} }
  const value = evaluateMetric(metric, 'center', together)
  const missing = each.find((own) => own.value === null && own.reason === 'notReported')
  if (missing) return { ...missing, parts: value.parts }
  const caveats = each.flatMap((own) => own.caveats ?? [])
  const distinct = new Map(caveats.map((caveat) => [JSON.stringify(caveat), caveat]))
  return { ...value, ...(distinct.size > 0 && { caveats: [...distinct.values()] }) }
}
