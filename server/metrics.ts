/** What this process tells Prometheus of itself; the API adds how long requests take. */
import { collectDefaultMetrics, Gauge, Registry } from 'prom-client'
import { SECOND_MS } from '../shared/time.ts'
import type { Keeper, KeeperStatus } from './books/keeper.ts'
import type { Storage } from './database/nightly.ts'
import { placeMs } from './stream/eventLog.ts'

export type MetricsOptions = {
  /** The centers here; a keeper is null where another process keeps the books. */
  centers: () => readonly { key: string; keeper: Pick<Keeper, 'status'> | null }[]
  /** The embedded database and its backups; null: another process’s, or a server of yours. */
  storage: () => Pick<Storage, 'damage' | 'newest' | 'failure'> | null
  /** Connections that watch live numbers here. */
  sockets: () => number
  now: () => number
}

/** A registry with the process's own figures, and those of the books that it keeps. */
export function processMetrics({ centers, storage, sockets, now }: MetricsOptions): Registry {
  const registry = new Registry()
  collectDefaultMetrics({ register: registry })
  const ofBooks = (name: string, help: string, figure: (status: KeeperStatus) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['center'],
      registers: [registry],
      collect() {
        for (const { key, keeper } of centers()) {
          if (keeper) this.set({ center: key }, figure(keeper.status()))
        }
      },
    })
  }
  ofBooks(
    'ringside_engine_following',
    '1 where the engine has caught up with the stream.',
    ({ state }) => (state === 'following' ? 1 : 0),
  )
  ofBooks(
    'ringside_books_uncommitted_seconds',
    'How far the database is behind what is folded, in the time of the stream.',
    ({ place, committed }) => Math.max(0, placeMs(place) - placeMs(committed)) / SECOND_MS,
  )
  ofBooks(
    'ringside_books_unwritten_rows',
    'Rows that wait for the database.',
    ({ unwritten }) => unwritten,
  )
  ofBooks(
    'ringside_database_away_seconds',
    'For how long the database has not answered; 0: it does.',
    ({ databaseAwaySinceMs }) =>
      databaseAwaySinceMs === null ? 0 : Math.max(0, now() - databaseAwaySinceMs) / SECOND_MS,
  )
  ofBooks(
    'ringside_events_folded',
    'Events in the books, since the first.',
    ({ counts }) => counts.folded,
  )
  ofBooks(
    'ringside_events_buried',
    'Events that could not be folded, since the first: they are in the dead letters.',
    ({ counts }) => counts.poison + counts.conflicting + counts.unstorable,
  )
  ofBooks(
    'ringside_events_late',
    'Events of contacts whose details are given up, since the first: they change nothing.',
    ({ counts }) => counts.late,
  )
  const ofStorage = (
    name: string,
    help: string,
    figure: (found: Pick<Storage, 'damage' | 'newest' | 'failure'>) => number | null,
  ): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      collect() {
        const found = storage()
        const value = found && figure(found)
        // No value at all where there is none: 0 would say that all is well.
        if (value === null) this.remove()
        else this.set(value)
      },
    })
  }
  ofStorage(
    'ringside_backup_age_seconds',
    'Age of the newest good backup of the embedded database; none: there is no backup.',
    ({ newest }) => newest && Math.max(0, now() - newest.madeAtMs) / SECOND_MS,
  )
  ofStorage(
    'ringside_backup_failed',
    '1 where the last try to back up the embedded database failed.',
    ({ failure }) => (failure ? 1 : 0),
  )
  ofStorage(
    'ringside_database_damaged',
    '1 where the embedded database was found damaged in use: a restart heals it.',
    ({ damage }) => (damage === null ? 0 : 1),
  )
  new Gauge({
    name: 'ringside_sockets',
    help: 'Connections that watch live numbers.',
    registers: [registry],
    collect() {
      this.set(sockets())
    },
  })
  return registry
}
