/** What the API is given: one set of functions a center, so that it holds no state of its own. */
import type { Database } from '../database/database.ts'
import type { Storage } from '../database/nightly.ts'
import type { DirectoryStore } from '../directory/store.ts'
import type { Door } from '../ingest/door.ts'
import type { Reads } from './reads.ts'
import type { CenterStream } from '../stream/openStream.ts'

/** One center, as the API needs it. */
export type CenterParts = {
  key: string
  /** Whether its numbers come from the simulator. */
  simulated: boolean
  database: Database
  directory: DirectoryStore
  reads: Reads
  /** How the embedded database and its backups are; null: it is not ours to back up. */
  storage: () => Promise<Storage | null>
  stream: Pick<CenterStream, 'feeds' | 'rejected' | 'ahead'> & {
    log: Pick<CenterStream['log'], 'end' | 'size'>
  }
  /** Where a rejected event is sent again. */
  door: Pick<Door, 'judge'>
  /** What each connector here says that it does, by its source; empty where they run elsewhere. */
  connectors: () => ReadonlyMap<string, string>
  /** Told that the outbox holds something new, so that it need not be looked for. */
  outboxChanged: () => void
}

export type Centers = {
  of: (key: string) => CenterParts | null
  keys: () => string[]
  /** The center that is meant where none is named: `main`, or `demo` while only that has events. */
  shown: () => string | Promise<string>
}
