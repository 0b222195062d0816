/** What the metrics of a wall were: asked from the server each minute, or remembered while it hangs. */
import type { Metric } from '../shared/metrics/metric.ts'
import { isMetricId, metricOf } from '../shared/metrics/registry.ts'
import { MINUTE_MS, SECOND_MS } from '../shared/time.ts'
import type { Api } from './api.ts'
import { rolling, type Step } from './charts/rolling.ts'
import type { Point } from './charts/series.ts'
import type { MetricName, Numbers } from './numbers.ts'
import { SvelteMap } from 'svelte/reactivity'
import type { History } from './widgets/widget.ts'

/** A line that a widget draws. */
export type Wanted = { metric: MetricName; scope: string; span: 'recent' | 'today' }

const RECENT_MS = 30 * MINUTE_MS
/** Each point of the recent line is of so many minutes, of the day's of so many quarters. */
const ROLLING_MINUTES = 10
const ROLLING_QUARTERS = 4
const ASK_EVERY_MS = MINUTE_MS
/** How often the value of a gauge is remembered: the server keeps no history of them. */
const REMEMBER_EVERY_MS = 10 * SECOND_MS

/** A value with the sums that it was made from, as `/api/metrics/history` has it by step. */
type HistoryAnswer = {
  steps: readonly {
    from: string
    to: string
    values: Readonly<
      Record<
        string,
        {
          value: number | null
          parts?: Readonly<Record<string, { booked: number; live: number }>>
        }
      >
    >
  }[]
}

const keyOf = ({ metric, scope, span }: Wanted): string => `${span} ${metric} ${scope}`

export type Historian = History & {
  /** To be called as time passes, with the server's clock and when the business day began. */
  tick: (nowMs: number, dayFromMs: number | null) => void
}

export function createHistorian(api: Api, numbers: Numbers, wanted: readonly Wanted[]): Historian {
  const lines = new SvelteMap<string, readonly Point[]>()
  const asked = wanted.filter(({ metric }) => !isGauge(metric))
  const remembered = wanted.filter(({ metric }) => isGauge(metric))
  let askedAtMs = -Infinity
  let rememberedAtMs = -Infinity

  const ask = async (
    scope: string,
    span: Wanted['span'],
    metrics: readonly MetricName[],
    fromMs: number,
    toMs: number,
  ): Promise<void> => {
    const answer = await api.get<HistoryAnswer>('/api/metrics/history', {
      scope,
      ids: metrics.join(','),
      from: new Date(fromMs).toISOString(),
      to: new Date(toMs).toISOString(),
      step: span === 'today' ? '15m' : '1m',
    })
    // What was known stays: a wall without its newest minute is better than one without a line.
    if (!answer.ok) return
    for (const metric of metrics) {
      const known = numbers.metric(metric)
      if (!known) continue
      lines.set(keyOf({ metric, scope, span }), pointsOf(answer.value, metric, known, span))
    }
  }

  const askAll = (nowMs: number, dayFromMs: number | null): void => {
    const groups = new Map<string, Wanted[]>()
    for (const want of asked) {
      const key = `${want.span} ${want.scope}`
      groups.set(key, [...(groups.get(key) ?? []), want])
    }
    const minute = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS
    for (const group of groups.values()) {
      const [first] = group
      if (!first) continue
      const { scope, span } = first
      // One that is gone would have the others refused as well.
      const metrics = group.flatMap(({ metric }) => (numbers.metric(metric) ? [metric] : []))
      if (metrics.length === 0) continue
      if (span === 'recent') {
        const fromMs = minute - RECENT_MS - (ROLLING_MINUTES - 1) * MINUTE_MS
        void ask(scope, span, metrics, fromMs, minute)
      } else if (dayFromMs !== null) {
        void ask(scope, span, metrics, dayFromMs, nowMs)
      }
    }
  }

  const remember = (nowMs: number): void => {
    for (const want of remembered) {
      const { value } = numbers.read(want.metric, want.scope, 'interval')
      const key = keyOf(want)
      const kept = (lines.get(key) ?? []).filter(({ atMs }) => atMs > nowMs - RECENT_MS)
      lines.set(key, [...kept, { atMs: nowMs, value }])
    }
  }

  const points = (want: Wanted): readonly Point[] => lines.get(keyOf(want)) ?? []
  return {
    recent: (metric, scope) => points({ metric, scope, span: 'recent' }),
    today: (metric, scope) => points({ metric, scope, span: 'today' }),
    tick(nowMs, dayFromMs) {
      if (nowMs - rememberedAtMs >= REMEMBER_EVERY_MS) {
        rememberedAtMs = nowMs
        remember(nowMs)
      }
      if (nowMs - askedAtMs >= ASK_EVERY_MS) {
        askedAtMs = nowMs
        askAll(nowMs, dayFromMs)
      }
    },
  }
}

/** The center's own metrics are of a period. */
const isGauge = (id: MetricName): boolean => isMetricId(id) && metricOf(id).kind === 'gauge'

function pointsOf(
  answer: HistoryAnswer,
  id: MetricName,
  metric: Metric,
  span: Wanted['span'],
): readonly Point[] {
  if (metric.kind === 'balance') {
    const steps = answer.steps.map(({ from, to, values }): Step => {
      const sums = Object.entries(values[id]?.parts ?? {}).map(
        ([part, { booked, live }]) => [part, booked + live] as const,
      )
      return {
        fromMs: Date.parse(from),
        toMs: Date.parse(to),
        parts: Object.fromEntries(sums),
      }
    })
    if (span === 'recent') return rolling(steps, metric, ROLLING_MINUTES)
    // The line begins when there is a whole hour; its axis begins with the day.
    const [first] = steps
    const dawn = first ? [{ atMs: first.fromMs, value: null }] : []
    return [...dawn, ...rolling(steps, metric, ROLLING_QUARTERS)]
  }
  return answer.steps.map(({ from, values }) => ({
    atMs: Date.parse(from),
    value: values[id]?.value ?? null,
  }))
}
