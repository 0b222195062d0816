/** How long a center keeps its data: read from its directory, and put back into it. */
import type { Answer, Api, Failure } from '../api.ts'
import { isSame, type Kept } from './draft.ts'

/** The directory as far as it is read here; whatever else is in it goes back as it came. */
type Directory = { center: { retention: Kept; businessDayStart: string } }
/** `etag` is the version of the directory that it is of. */
export type Found = { directory: Directory; etag: string | null }

export async function readDirectory(api: Api): Promise<Answer<Found>> {
  const answer = await api.get<Directory>('/api/directory')
  if (!answer.ok) return answer
  const { value: directory, etag } = answer
  return { ok: true, value: { directory, etag }, etag }
}

/** The directory holds much else, and others write it: so often is tried, then somebody is told. */
const MAX_TRIES = 3

/**
 * Keeps data for so long. Whatever else changed in the directory meanwhile does not matter; that
 * somebody changed this does, and is `outdated`.
 */
export async function keep(api: Api, kept: Kept, read: Found): Promise<Failure | null> {
  const before = read.directory.center.retention
  let { directory, etag } = read
  for (let tries = 1; ; tries++) {
    const next = { ...directory, center: { ...directory.center, retention: kept } }
    const answer = await api.put<unknown>('/api/directory', next, etag)
    if (answer.ok) return null
    if (answer.failure.kind !== 'outdated' || tries === MAX_TRIES) return answer.failure
    const present = await readDirectory(api)
    if (!present.ok) return present.failure
    if (!isSame(present.value.directory.center.retention, before)) return answer.failure
    ;({ directory, etag } = present.value)
  }
}
