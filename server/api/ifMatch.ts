/** The version that a writer has read, in `If-Match`: writing over a newer one is refused. */
import type { IncomingHttpHeaders } from 'node:http'

/** The version, as the ETag named it; null: none was given, or `*`. What is none of ours is -1. */
export function ifMatch(headers: IncomingHttpHeaders): number | null {
  const given = headers['if-match']
  if (given === undefined || given.trim() === '*') return null
  const version = /^(?:W\/)?"(\d{1,15})"$/.exec(given.trim())?.[1]
  return version === undefined ? -1 : Number(version)
}
