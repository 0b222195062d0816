/** Secrets in the settings of sources: nobody reads them back, and what was read can be put back. */
import { isObject } from './written.ts'

/** Stands for a secret that is kept. No password of anybody's. */
export const MASK = '••••••••'

/** A setting with such a name is a secret; connectors name theirs accordingly. */
const secretName =
  /pass(word|phrase|wd)?$|pwd$|secret|token|api[-_]?key|private[-_]?key|credential|authorization/i

/** The directory with each secret masked. */
export function maskSecrets(directory: Record<string, unknown>): Record<string, unknown> {
  const sources = directory['sources']
  if (!Array.isArray(sources)) return directory
  return {
    ...directory,
    sources: sources.map((source: unknown) =>
      isObject(source) ? { ...source, settings: masked(source['settings']) } : source,
    ),
  }
}

function masked(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(masked)
  if (!isObject(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, part]) => [
      name,
      secretName.test(name) && isKept(part) ? MASK : masked(part),
    ]),
  )
}

/** An empty password hides nothing, and would look as if there were one. */
const isKept = (value: unknown): boolean =>
  (typeof value === 'string' && value !== '') || typeof value === 'number'

/**
 * What was put, with the kept secret in the place of each mask. A mask for which nothing is kept
 * stays: `lacking` names it, since a connector would send it as a password.
 */
export function unmaskSecrets(
  put: unknown,
  kept: Record<string, unknown>,
): { directory: unknown; lacking: (string | number)[][] } {
  const lacking: (string | number)[][] = []
  if (!isObject(put) || !Array.isArray(put['sources'])) return { directory: put, lacking }
  const keptSources = Array.isArray(kept['sources']) ? (kept['sources'] as unknown[]) : []
  const settingsOf = (name: unknown): unknown => {
    const source = keptSources.find((item) => isObject(item) && item['source'] === name)
    return isObject(source) ? source['settings'] : undefined
  }
  const sources = put['sources'].map((source: unknown, at) => {
    if (!isObject(source) || !('settings' in source)) return source
    const path = ['sources', at, 'settings']
    const settings = unmasked(source['settings'], settingsOf(source['source']), path, lacking)
    return { ...source, settings }
  })
  return { directory: { ...put, sources }, lacking }
}

function unmasked(
  put: unknown,
  kept: unknown,
  path: readonly (string | number)[],
  lacking: (string | number)[][],
): unknown {
  if (put === MASK) {
    if (typeof kept === 'string' || typeof kept === 'number') return kept
    lacking.push([...path])
    return put
  }
  if (Array.isArray(put)) {
    const items: unknown[] = Array.isArray(kept) ? kept : []
    return put.map((item, at) => unmasked(item, items[at], [...path, at], lacking))
  }
  if (!isObject(put)) return put
  const fields = isObject(kept) ? kept : {}
  return Object.fromEntries(
    Object.entries(put).map(([name, part]) => [
      name,
      unmasked(part, fields[name], [...path, name], lacking),
    ]),
  )
}
