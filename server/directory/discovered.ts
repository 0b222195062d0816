/** Agents and queues that feeds named and nobody described yet: shown beside those of the directory. */
import { Directory } from '../../shared/directory.ts'
import type { Discovered } from '../engine/subject.ts'
import { isObject, written } from './written.ts'

const lists = { agents: 'agent', queues: 'queue' } as const
type List = keyof typeof lists

/** What the directory shows of a name that nobody described: its key, with every default. */
function undescribed(list: List, key: string): Record<string, unknown> {
  const put = { [list]: [{ key }] }
  const [item] = written(put, Directory.parse(put))[list] as Record<string, unknown>[]
  return { ...item }
}

/**
 * The directory with what was discovered, each marked `discovered: true`. Names that the directory
 * knows by now, as a key or an alias, are left out.
 */
export function withDiscovered(
  directory: Record<string, unknown>,
  parsed: Directory,
  discovered: readonly Pick<Discovered, 'kind' | 'key'>[],
): Record<string, unknown> {
  const shown = { ...directory }
  for (const list of ['agents', 'queues'] as const) {
    const known = namesIn(parsed, list)
    const items = discovered
      .filter(({ kind, key }) => kind === lists[list] && !known.has(key))
      .map(({ key }) => ({ ...undescribed(list, key), discovered: true }))
    if (items.length > 0) shown[list] = [...(directory[list] as unknown[]), ...items]
  }
  return shown
}

function namesIn(parsed: Directory, list: List): ReadonlySet<string> {
  return new Set(parsed[list].flatMap(({ key, aliases }) => [key, ...aliases]))
}

/**
 * What was put without what it was only shown: an item that is marked and otherwise as it was shown
 * is no part of the directory; one that was edited is, from now on. `placeOf` gives the place in
 * what was put of an item of the result, so that faults are named where the sender finds them.
 */
export function withoutDiscovered(put: unknown): {
  directory: unknown
  placeOf: (list: string, at: number) => number
} {
  if (!isObject(put)) return { directory: put, placeOf: (_list, at) => at }
  const directory = { ...put }
  const places = new Map<string, number[]>()
  for (const list of ['agents', 'queues'] as const) {
    const items = put[list]
    if (!Array.isArray(items)) continue
    const kept: unknown[] = []
    const at: number[] = []
    items.forEach((item: unknown, index) => {
      if (isObject(item) && typeof item['discovered'] === 'boolean') {
        const { discovered, ...rest } = item
        if (discovered && isUndescribed(list, rest)) return
        kept.push(rest)
      } else {
        kept.push(item)
      }
      at.push(index)
    })
    directory[list] = kept
    places.set(list, at)
  }
  return { directory, placeOf: (list, at) => places.get(list)?.[at] ?? at }
}

/** Whether an item says nothing beyond its key. */
function isUndescribed(list: List, item: Record<string, unknown>): boolean {
  const parsed = Directory.safeParse({ [list]: [item] })
  // Whatever is wrong with it is something that somebody wrote.
  if (!parsed.success) return false
  const { key } = item
  if (typeof key !== 'string') return false
  const shown = Directory.parse({ [list]: [{ key }] })
  return JSON.stringify(parsed.data[list]) === JSON.stringify(shown[list])
}
