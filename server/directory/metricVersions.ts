/** What a metric of a center's own has been: its definitions in the directory's versions. */
import type { Kysely } from 'kysely'
import { OwnMetric } from '../../shared/metrics/ownDefinition.ts'
import type { Tables } from '../database/schema.ts'

/** A definition, with the directory that brought it. */
export type MetricVersion = {
  /** Of the directory. */
  version: number
  atMs: number
  by: string
  definition: OwnMetric
}

/** Somebody who looks for more has the directory's versions themselves. */
const MAX_VERSIONS = 50
/** A directory may be megabytes long; so many are looked through, a few at a time. */
const MAX_READ = 1_000
const PAGE = 5

/**
 * Every definition that a metric has had, the newest first, each as of the directory that brought
 * it. `complete` false: there may be older ones.
 */
export async function metricVersions(
  database: Kysely<Tables>,
  center: string,
  key: string,
): Promise<{ versions: MetricVersion[]; complete: boolean }> {
  const versions: MetricVersion[] = []
  /** The definition that is followed back to the directory that brought it. */
  let followed: { text: string; since: Put } | null = null
  let before = Number.MAX_SAFE_INTEGER
  for (let read = 0; read < MAX_READ && versions.length < MAX_VERSIONS; read += PAGE) {
    const page = await putsBefore(database, center, before)
    for (const put of page) {
      const text = definitionIn(put, key)
      if (followed && text === followed.text) followed.since = put
      else {
        if (followed) versions.push(versionOf(followed))
        followed = text === null ? null : { text, since: put }
      }
    }
    const last = page.at(-1)
    if (!last || page.length < PAGE) {
      if (followed) versions.push(versionOf(followed))
      return {
        versions: versions.slice(0, MAX_VERSIONS),
        complete: versions.length <= MAX_VERSIONS,
      }
    }
    before = last.version
  }
  return { versions: versions.slice(0, MAX_VERSIONS), complete: false }
}

type Put = Pick<Tables['directory'], 'version' | 'atMs' | 'by' | 'content'>

function putsBefore(database: Kysely<Tables>, center: string, version: number): Promise<Put[]> {
  return database
    .selectFrom('directory')
    .select(['version', 'atMs', 'by', 'content'])
    .where('center', '=', center)
    .where('version', '<', version)
    .orderBy('version', 'desc')
    .limit(PAGE)
    .execute()
}

/** A metric's definition as JSON, with its defaults; null: the directory had none of the key. */
function definitionIn({ content }: Put, key: string): string | null {
  const { metrics = [] } = JSON.parse(content) as { metrics?: { key?: unknown }[] }
  const found = metrics.find((each) => each.key === key)
  return found ? JSON.stringify(OwnMetric.parse(found)) : null
}

const versionOf = ({ text, since }: { text: string; since: Put }): MetricVersion => ({
  version: since.version,
  atMs: since.atMs,
  by: since.by,
  // Written by `definitionIn`.
  definition: JSON.parse(text) as OwnMetric,
})
