import { z } from 'zod'

/** A `Map` that is kept as JSON: an array of its entries. Names of others are safe as its keys. */
export const entries = <Value extends z.ZodType>(value: Value) =>
  z
    .array(z.tuple([z.string(), value]))
    .transform((list) => new Map<string, z.output<Value>>(list as [string, z.output<Value>][]))

/** JSON of a state that holds maps, as `entries` reads them back. */
export const toJson = (state: unknown): string =>
  JSON.stringify(state, (_key, value: unknown) => (value instanceof Map ? [...value] : value))

/** What was kept, if it is JSON at all; null where it is not. */
export function fromJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

/** Forgets the oldest entries of a map that grew beyond what any real system needs. */
export function bound(map: Map<string, unknown>, most: number): void {
  for (const key of map.keys()) {
    if (map.size <= most) return
    map.delete(key)
  }
}
