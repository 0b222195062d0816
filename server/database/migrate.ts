/** Brings a database's tables to what this release expects: forward only, each step once. */
import { sql, type Kysely } from 'kysely'
import { migrations } from './migrations.ts'
import type { Tables } from './schema.ts'

/** Any number of ours, by which processes that start together take turns. */
const LOCK = 7_246_701

/**
 * Takes the steps that this database has not had, all in one transaction: an upgrade happens whole
 * or not at all. Refuses a database with steps that this release does not know.
 */
export async function migrate(
  kysely: Kysely<Tables>,
  kind: 'sqlite' | 'postgres',
  steps: typeof migrations = migrations,
): Promise<void> {
  await kysely.transaction().execute(async (transaction) => {
    // SQLite's transaction is the only one that writes; PostgreSQL's needs to be told.
    if (kind === 'postgres') await sql`select pg_advisory_xact_lock(${LOCK})`.execute(transaction)
    await sql`create table if not exists migration (step bigint primary key, name text not null)`.execute(
      transaction,
    )
    const { rows } = await sql<{ step: number }>`select step from migration`.execute(transaction)
    const taken = new Set(rows.map(({ step }) => step))
    const newest = Math.max(0, ...taken)
    if (newest > steps.length) {
      throw new Error(
        `The database was written by a newer release of Ringside (step ${String(newest)}, this ` +
          `release knows ${String(steps.length)}). Start that release, or restore a backup.`,
      )
    }
    for (const [index, { name, up }] of steps.entries()) {
      const step = index + 1
      if (taken.has(step)) continue
      await up(transaction, kind)
      await sql`insert into migration (step, name) values (${step}, ${name})`.execute(transaction)
    }
  })
}
