/** Which metrics, of which scopes and under which definition a call asks for. */
import { z } from 'zod'
import { Channel } from '../../shared/events/fields.ts'
import { isDefinedAt } from '../../shared/metrics/evaluate.ts'
import { isMetricId, metricIds, metricOf, type MetricId } from '../../shared/metrics/registry.ts'
import { parseScope, type Scope } from '../../shared/scope.ts'
import { ServiceLevelDefinition } from '../../shared/serviceLevel.ts'
import { closest } from './closest.ts'
import type { Fault } from './problem.ts'
import type { Definition } from './reads.ts'
import { once, several } from './route.ts'

/** A wall of every queue and agent of a large center asks over the socket, not here. */
const MAX_SCOPES = 1_000

/** Parameters that calls about metrics share. */
export const figuresParameters = {
  scope: several('is required: scope=center, scope=queue:sales …').pipe(
    z.array(z.string().min(1).max(300)).min(1).max(MAX_SCOPES),
  ),
  ids: several().optional(),
  channel: once(z.enum([...Channel.options, 'all'])).default('voice'),
}

/** The channel to narrow to; null: all together. */
export const channelOf = (channel: Channel | 'all'): Channel | null =>
  channel === 'all' ? null : channel

/** Scopes of a query, which the mount has checked. */
export function scopesOf(texts: readonly string[]): Scope[] {
  return [...new Set(texts)].flatMap((text) => parseScope(text) ?? [])
}

/**
 * The metrics that are asked for, by commas or by repetition; every one that is defined at all the
 * scopes where none is named. `refuse` says what else keeps a metric out, in words.
 */
export function readIds(
  given: readonly string[] | undefined,
  scopes: readonly Scope[],
  refuse: (id: MetricId) => string | null = () => null,
): { ok: true; ids: MetricId[] } | { ok: false; errors: Fault[] } {
  const isEverywhere = (id: MetricId): boolean => scopes.every(({ kind }) => isDefinedAt(id, kind))
  if (given === undefined) {
    return { ok: true, ids: metricIds.filter((id) => isEverywhere(id) && refuse(id) === null) }
  }
  const names = [...new Set(given.flatMap((text) => text.split(',')).map((name) => name.trim()))]
  const errors: Fault[] = []
  const ids = names.flatMap((name): MetricId[] => {
    if (!isMetricId(name)) {
      errors.push({ path: 'ids', message: unknownMetric(name) })
      return []
    }
    const reason = isEverywhere(name) ? refuse(name) : notThere(name)
    if (reason !== null) errors.push({ path: 'ids', message: reason })
    return [name]
  })
  return errors.length > 0 ? { ok: false, errors } : { ok: true, ids }
}

export function unknownMetric(name: string): string {
  const near = closest(name, metricIds)
  const hint = near === null ? '' : `did you mean ${near}? `
  return `"${name}" is no metric; ${hint}GET /api/catalogue has them all`
}

export function notThere(id: MetricId): string {
  return `${id} is defined at ${metricOf(id).scopes.join(', ')} only`
}

const METRIC = 'serviceLevel'
/** The settings of the definition, and how a text of a URL is read as one. */
const { shape } = ServiceLevelDefinition
const readers = {
  thresholdSeconds: readNumber,
  shortAbandonSeconds: readNumber,
  abandonedInTime: (text) => text,
  abandonedShort: (text) => text,
  flowedOut: (text) => text,
  answeredOnly: (text) => (text === 'true' ? true : text === 'false' ? false : text),
} satisfies Record<keyof ServiceLevelDefinition, (text: string) => unknown>

/** A number as JSON writes it; an empty text is none. */
function readNumber(text: string): unknown {
  return /^\d+(\.\d+)?$/.test(text) ? Number(text) : text
}

/** What a definition is asked about with: `serviceLevel.thresholdSeconds:30`, once for each setting. */
export function readDefinition(
  given: readonly string[] | undefined,
): { ok: true; define: Definition | null } | { ok: false; errors: Fault[] } {
  if (given === undefined) return { ok: true, define: null }
  const define: Record<string, unknown> = {}
  const errors: Fault[] = []
  const fault = (message: string): void => {
    errors.push({ path: 'define', message })
  }
  for (const text of given) {
    const [, metric, name = '', value = ''] = /^([^.]*)\.([^:]*):(.*)$/.exec(text) ?? []
    if (metric !== METRIC || !isSetting(name)) {
      const known = Object.keys(readers).map((setting) => `${METRIC}.${setting}`)
      fault(`"${text}" is unknown; write one of ${known.join(', ')}, a colon and the value`)
      continue
    }
    const parsed = shape[name].safeParse(readers[name](value))
    if (parsed.success) define[name] = parsed.data
    else fault(`${METRIC}.${name}: ${parsed.error.issues[0]?.message ?? 'is not possible'}`)
  }
  const { thresholdSeconds = Infinity, shortAbandonSeconds = 0 } = define as Definition
  if (shortAbandonSeconds > thresholdSeconds) {
    fault(`${METRIC}.shortAbandonSeconds: must not be over thresholdSeconds`)
  }
  return errors.length > 0 ? { ok: false, errors } : { ok: true, define }
}

function isSetting(name: string): name is keyof typeof readers {
  return Object.hasOwn(readers, name)
}
