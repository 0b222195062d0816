/** Brings a database's tables to what this release expects: forward only, each step once. */
import { sql, type Kysely } from 'kysely'
import { migrations } from './migrations.ts'
import type { DatabaseKind, Tables } from './schema.ts'

/** Any number of ours, by which processes that start together take turns. */
const LOCK = 7_246_701
/**
 * How long a step waits for a table that others read: a long report. Everybody else waits behind it
 * meanwhile, so it gives up soon and comes again.
 */
const TABLE_WAIT = '2s'
const ATTEMPTS = 30
/** What PostgreSQL says of a lock that it did not get in time. */
const NOT_IN_TIME = '55P03'

/**
 * Takes the steps that this database has not had, all in one transaction: an upgrade happens whole
 * or not at all, and processes of the release before go on working meanwhile. Refuses a database
 * with steps that this release does not know.
 */
export async function migrate(
  kysely: Kysely<Tables>,
  kind: DatabaseKind,
  steps: typeof migrations = migrations,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await takeSteps(kysely, kind, steps)
      return
    } catch (error) {
      const isLate = error instanceof Error && 'code' in error && error.code === NOT_IN_TIME
      if (!isLate || attempt === ATTEMPTS) throw error
    }
  }
}

async function takeSteps(
  kysely: Kysely<Tables>,
  kind: DatabaseKind,
  steps: typeof migrations,
): Promise<void> {
  await kysely.transaction().execute(async (transaction) => {
    // SQLite's transaction is the only one that writes; PostgreSQL's needs to be told.
    if (kind === 'postgres') {
      await sql`select pg_advisory_xact_lock(${LOCK})`.execute(transaction)
      await sql`set local lock_timeout = ${sql.lit(TABLE_WAIT)}`.execute(transaction)
    }
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
