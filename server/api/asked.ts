/** Which metrics, of which scopes and under which definition a call asks for. */
import { z } from 'zod'
import { Channel, usualChannel } from '../../shared/events/fields.ts'
import {
  filterFields,
  isFilterField,
  type FilterField,
} from '../../shared/counters/filterFields.ts'
import type { Metric } from '../../shared/metrics/metric.ts'
import { isOwnId, ownFields, type OwnMetrics } from '../../shared/metrics/own.ts'
import { partsRead } from '../../shared/metrics/reads.ts'
import type { MetricSettings } from '../../shared/metrics/settings.ts'
import { isMetricId, metricIds, metricOf, type MetricId } from '../../shared/metrics/registry.ts'
import { isNarrowable, narrowingFault } from '../../shared/narrowing.ts'
import { parseScope, type Scope } from '../../shared/scope.ts'
import { closest } from '../../shared/closest.ts'
import type { Fault } from './problem.ts'
import type { AskedMetric, Narrowed } from './reads.ts'
import { once, several } from './route.ts'

/** A wall of every queue and agent of a large center asks over the socket, not here. */
const MAX_SCOPES = 1_000

/** What a metric is narrowed to, and what a relative one is of: parameters of calls about metrics. */
export const narrowingParameters = {
  channel: once(z.enum([...Channel.options, 'all'])).default(usualChannel),
  queue: once(z.string().min(1).max(300)).optional(),
  filter: several().optional(),
  of: once(z.string().min(1).max(100)).optional(),
}

/** Parameters that calls about metrics share. */
export const figuresParameters = {
  scope: several('is required: scope=center, scope=queue:sales …').pipe(
    z.array(z.string().min(1).max(300)).min(1).max(MAX_SCOPES),
  ),
  ids: several().optional(),
  ...narrowingParameters,
}

/** The channel to narrow to; null: all together. */
export const channelOf = (channel: Channel | 'all'): Channel | null =>
  channel === 'all' ? null : channel

/** Scopes of a query, which the mount has checked. */
export function scopesOf(texts: readonly string[]): Scope[] {
  return [...new Set(texts)].flatMap((text) => parseScope(text) ?? [])
}

type Read<Value> = { ok: true } & Value
type Faults = { ok: false; errors: Fault[] }

/** Which metrics may be asked for, and what keeps one out, in words. */
export type Askable = {
  /** Of the center's own, by id. */
  own: OwnMetrics
  /** What a relative metric is of, as it was written. */
  of: string | undefined
  refuse?: (id: string, metric: Metric) => string | null
}

/**
 * The metrics that are asked for, by commas or by repetition; every one that is defined at all the
 * scopes where none is named.
 */
export function readMetrics(
  given: readonly string[] | undefined,
  scopes: readonly Scope[],
  { own, of: written, refuse = () => null }: Askable,
): Read<{ metrics: AskedMetric[] }> | Faults {
  const of = readOf(written)
  if (!of.ok) return of
  const known = (name: string): Metric | null =>
    isMetricId(name) ? metricOf(name) : (own.get(name) ?? null)
  const isEverywhere = (metric: Metric): boolean =>
    scopes.every(({ kind }) => metric.scopes.includes(kind))
  const askedFor = (id: string, metric: Metric): AskedMetric => ({
    id,
    metric,
    of: of.of,
  })
  if (given === undefined) {
    const metrics = [...metricIds, ...own.keys()].flatMap((id) => {
      const metric = known(id)
      const isIn = metric && isEverywhere(metric) && refuse(id, metric) === null
      return isIn ? [askedFor(id, metric)] : []
    })
    return { ok: true, metrics }
  }
  const names = [...new Set(given.flatMap((text) => text.split(',')).map((name) => name.trim()))]
  const errors: Fault[] = []
  const metrics = names.flatMap((name): AskedMetric[] => {
    const metric = known(name)
    if (!metric) {
      errors.push({ path: 'ids', message: unknownMetric(name, [...own.keys()]) })
      return []
    }
    const reason = isEverywhere(metric) ? refuse(name, metric) : notThere(name, metric)
    if (reason !== null) errors.push({ path: 'ids', message: reason })
    return [askedFor(name, metric)]
  })
  return errors.length > 0 ? { ok: false, errors } : { ok: true, metrics }
}

/** What a relative metric is of: any whose value gets better one way. */
function readOf(written: string | undefined): Read<{ of: MetricId | null }> | Faults {
  if (written === undefined) return { ok: true, of: null }
  const refused = (message: string): Faults => ({ ok: false, errors: [{ path: 'of', message }] })
  if (isOwnId(written)) {
    return refused(
      `${written} is one of the center’s own: what is compared is of the catalogue; a goal may be of any`,
    )
  }
  if (!isMetricId(written)) return refused(unknownMetric(written))
  const metric = metricOf(written)
  const isComparable =
    metric.kind === 'balance' &&
    (metric.better === 'higher' || metric.better === 'lower') &&
    Object.values(metric.at).every((at) => at?.span === undefined)
  return isComparable
    ? { ok: true, of: written }
    : refused(`${written} has no value of a period that could be better or worse`)
}

function unknownMetric(name: string, own: readonly string[] = []): string {
  const near = closest(name, [...metricIds, ...own])
  const hint = near === null ? '' : `did you mean ${near}? `
  return `"${name}" is no metric; ${hint}GET /api/catalogue has them all`
}

function notThere(id: string, { scopes }: Metric): string {
  return `${id} is defined at ${scopes.join(', ')} only`
}

/** More fields than any subject carries. */
const MAX_FILTERS = 10

/**
 * What figures are narrowed to: `filter=product:chair`, once for each field. A metric whose
 * subjects do not carry a field is refused, as its value would be the same or nothing.
 */
export function readNarrowed(
  query: { channel: Channel | 'all'; queue?: string | undefined; filter?: string[] | undefined },
  metrics: readonly AskedMetric[],
  settings: MetricSettings,
): Read<{ narrowed: Narrowed }> | Faults {
  const errors: Fault[] = []
  const filters = new Map<FilterField, string>()
  for (const text of query.filter ?? []) {
    const colon = text.indexOf(':')
    const [name, value] = [text.slice(0, Math.max(colon, 0)), text.slice(colon + 1)]
    if (!isFilterField(name) || value === '') {
      errors.push({
        path: 'filter',
        message: `"${text}" is unknown; write one of ${filterFields.join(', ')}, a colon and the value`,
      })
    } else if (filters.has(name)) {
      errors.push({ path: 'filter', message: `${name} is given twice` })
    } else filters.set(name, value)
  }
  if ((query.filter?.length ?? 0) > MAX_FILTERS) {
    errors.push({ path: 'filter', message: `at most ${String(MAX_FILTERS)}` })
  }
  const channel = Channel.safeParse(filters.get('channel') ?? null)
  if (filters.has('channel') && !channel.success) {
    errors.push({ path: 'filter', message: `channel is one of ${Channel.options.join(', ')}` })
  }
  const queue = query.queue ?? filters.get('queue') ?? null
  filters.delete('queue')
  filters.delete('channel')
  for (const asked of metrics) {
    const fault = narrowFault(asked, [...filters.keys()], settings)
    if (fault !== null) errors.push({ path: 'filter', message: fault })
    const own = asked.metric.kind === 'balance' ? ownFields(asked.metric) : new Set<string>()
    const doubled = [...filters.keys(), ...(queue === null ? [] : ['queue'])].find((name) =>
      own.has(name),
    )
    if (doubled !== undefined) {
      const message = `${asked.id} is narrowed to a ${doubled} of its own: leave it out, or ask for its counters`
      errors.push({ path: 'filter', message })
    }
  }
  if (errors.length > 0) return { ok: false, errors }
  return {
    ok: true,
    narrowed: {
      channel: channel.success ? channel.data : channelOf(query.channel),
      queue,
      filters: filters.size === 0 ? null : filters,
    },
  }
}

/** Why a metric cannot be narrowed by some fields; null: all that is added up is kept by them. */
function narrowFault(
  { id, metric, of }: AskedMetric,
  names: readonly FilterField[],
  settings: MetricSettings,
): string | null {
  if (names.length === 0) return null
  const other = of === null ? null : metricOf(of)
  const read = metric.scopes.flatMap((scope) => partsRead(metric, scope, settings, other))
  const booked = read.flatMap(({ counters }) => counters).filter(isNarrowable)
  if (booked.length === 0) return `${id} is not made from counters that could be narrowed`
  const fault = booked.flatMap((counter) => narrowingFault(counter, names, id) ?? [])[0]
  return fault ?? null
}
