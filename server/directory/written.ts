/** A directory as text again: what was put, with every default filled in. */
import type { Directory } from '../../shared/directory.ts'

/** A directory as JSON: instants are RFC 3339, so that what is read can be put back. */
export type WrittenDirectory = Record<string, unknown>

/**
 * What was put, with its defaults. The parsed directory says what there is; where it holds an
 * instant as a number, the text that was put stands for it.
 */
export function written(put: unknown, parsed: Directory): WrittenDirectory {
  return merged(put, parsed) as WrittenDirectory
}

function merged(put: unknown, parsed: unknown): unknown {
  if (Array.isArray(parsed)) {
    const items: unknown[] = Array.isArray(put) ? put : []
    return parsed.map((item, at) => merged(items[at], item))
  }
  if (isObject(parsed)) {
    // A member of a queue may be put as the agent's key alone: then there is no object to read.
    const fields = isObject(put) ? put : {}
    return Object.fromEntries(
      Object.entries(parsed).map(([name, value]) => [name, merged(fields[name], value)]),
    )
  }
  return typeof parsed === 'number' && typeof put === 'string' ? put : parsed
}

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether two directories say the same, however they were written. */
export function isSameDirectory(a: Directory, b: Directory): boolean {
  return canonical(a) === canonical(b)
}

/** JSON with every object's fields in order. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_name, part: unknown) =>
    isObject(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )
}
