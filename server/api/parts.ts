/** What the API is given: one set of functions a center, so that it holds no state of its own. */
import type { Kysely } from 'kysely'
import type { Tables } from '../database/schema.ts'
import type { DirectoryStore } from '../directory/store.ts'

/** One center, as the API needs it. */
export type CenterParts = {
  key: string
  /** Whether its numbers come from the simulator. */
  simulated: boolean
  database: Kysely<Tables>
  directory: DirectoryStore
}

export type Centers = {
  of: (key: string) => CenterParts | null
  keys: () => string[]
  /** The center that is meant where none is named: `main`, or `demo` while only that has events. */
  shown: () => string | Promise<string>
}
