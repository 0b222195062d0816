import { expect, it } from 'vitest'
import type { KeeperStatus } from './books/keeper.ts'
import { noCounts } from './books/counts.ts'
import { processMetrics } from './metrics.ts'

const status: KeeperStatus = {
  state: 'following',
  epoch: 1,
  generation: 'g',
  place: '1795283607500-3',
  committed: '1795283606000-0',
  committedAtMs: 1_795_283_606_100,
  counts: { ...noCounts, folded: 7, poison: 1, conflicting: 2 },
  unwritten: 12,
  databaseAwaySinceMs: 1_795_283_600_000,
  lastFailure: null,
}

it('tells of the books that are kept here, and of none that are not', async () => {
  const registry = processMetrics({
    centers: () => [
      { key: 'main', keeper: { status: () => status } },
      { key: 'elsewhere', keeper: null },
    ],
    storage: () => ({
      damage: null,
      newest: { file: 'x', bytes: 1, madeAtMs: 1_795_283_600_000, centers: [] },
      failure: { atMs: 0, message: 'disk full' },
    }),
    sockets: () => 3,
    now: () => 1_795_283_604_000,
  })
  const text = await registry.metrics()
  for (const line of [
    'ringside_engine_following{center="main"} 1',
    'ringside_books_uncommitted_seconds{center="main"} 1.5',
    'ringside_books_unwritten_rows{center="main"} 12',
    'ringside_database_away_seconds{center="main"} 4',
    'ringside_events_folded{center="main"} 7',
    'ringside_events_buried{center="main"} 3',
    'ringside_backup_age_seconds 4',
    'ringside_backup_failed 1',
    'ringside_database_damaged 0',
    'ringside_sockets 3',
  ]) {
    expect(text).toContain(line)
  }
  expect(text).not.toContain('elsewhere')
})

it('says nothing of a backup that there is not', async () => {
  const storage = { damage: 'malformed', newest: null, failure: null }
  const told = (found: typeof storage | null) =>
    processMetrics({
      centers: () => [],
      storage: () => found,
      sockets: () => 0,
      now: () => 0,
    }).metrics()
  expect(await told(storage)).not.toMatch(/^ringside_backup_age_seconds/m)
  expect(await told(storage)).toContain('ringside_database_damaged 1')
  expect(await told(null)).not.toMatch(/^ringside_(backup_age_seconds|database_damaged)/m)
})
