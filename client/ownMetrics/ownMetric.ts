/** What the server tells of a center's own metrics, and how one of them is kept. */
import type { OwnMetric } from '../../shared/metrics/ownDefinition.ts'
import type { Unit } from '../../shared/metrics/metric.ts'
import type { ScopeKind } from '../../shared/scope.ts'
import type { Answer, Api, Failure } from '../api.ts'

/** The whole center, or a site, team or queue that there is. */
export type Place = { scope: string; kind: ScopeKind; key: string; name: string }

/** One of them; the last three are null for one that is put aside. */
export type Kept = {
  id: string
  definition: OwnMetric
  unit: Unit | null
  formula: string | null
  scopes: readonly ScopeKind[] | null
}

/** All of them, with the version of the directory that they are in. */
export type KeptMetrics = { metrics: readonly Kept[]; etag: string | null }

export type PreviewValue = {
  value: number | null
  reason?: 'empty' | 'notReported'
  source?: string
  lacks?: string
}
/** What a definition would come to; instants are RFC 3339. */
export type PreviewAnswer = {
  unit: Unit
  formula: string
  scopes: readonly ScopeKind[]
  today: PreviewValue
  last30days: PreviewValue
  days: readonly { from: string; value: number | null }[]
}

export type Version = {
  version: number
  at: string
  by: string
  definition: OwnMetric
  /** Null: it was put aside. */
  formula: string | null
}

export async function readMetrics(api: Api): Promise<Answer<KeptMetrics>> {
  const answer = await api.get<{ metrics: readonly Kept[] }>('/api/metrics/own')
  if (!answer.ok) return answer
  const { value, etag } = answer
  return { ok: true, value: { metrics: value.metrics, etag }, etag }
}

/** The directory holds much else, and others write it: so often is tried, then somebody is told. */
const MAX_TRIES = 3

/**
 * Keeps a definition in the place of `before` (null: there was none). Whatever else changed in the
 * directory meanwhile does not matter; that somebody changed this metric does, and is `outdated`.
 */
export async function keep(
  api: Api,
  definition: OwnMetric,
  before: OwnMetric | null,
  read: KeptMetrics,
): Promise<Failure | null> {
  const path = `/api/metrics/own/${encodeURIComponent(definition.key)}`
  let { etag } = read
  for (let tries = 1; ; tries++) {
    const answer = await api.put<Kept>(path, definition, etag)
    if (answer.ok) return null
    if (answer.failure.kind !== 'outdated' || tries === MAX_TRIES) return answer.failure
    const present = await readMetrics(api)
    if (!present.ok) return present.failure
    const now = present.value.metrics.find((each) => each.definition.key === definition.key)
    if (JSON.stringify(now?.definition ?? null) !== JSON.stringify(before)) return answer.failure
    etag = present.etag
  }
}

/** Its name in the language of the screen. */
export const nameOf = ({ key, name, nameJa }: OwnMetric, locale: string): string =>
  (locale === 'ja' ? (nameJa ?? name) : name) ?? key
