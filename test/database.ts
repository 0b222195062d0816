/** A database of its own for a test file, embedded or on the run's PostgreSQL. */
import pg from 'pg'
import { createHash, randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where a fresh, empty database is, as `openDatabase` takes it, and how to be rid of it. */
export type TestDatabase = { url: string | null; file: string; remove: () => Promise<void> }

export const databaseKinds = ['sqlite', 'postgres'] as const

/**
 * What tests run on that are about something else, and the servers that they start: the embedded
 * database, or PostgreSQL with `TEST_DATABASE=postgres` (`npm run test:postgres`).
 */
export const usualKind: (typeof databaseKinds)[number] =
  process.env['TEST_DATABASE'] === 'postgres' ? 'postgres' : 'sqlite'

/**
 * The settings of a server that is started on a data folder: none, or a database of its own on the
 * run's PostgreSQL, the same over all of its lives. Settings that name a database stay as they are;
 * an empty `DATABASE_URL` insists on the embedded one.
 */
export async function usualDatabase(
  dataDir: string,
  env: Readonly<Record<string, string>>,
): Promise<Record<string, string>> {
  if (usualKind === 'sqlite' || env['DATABASE_URL'] !== undefined) return {}
  const url = new URL(process.env[POSTGRES_OF_RUN] ?? '')
  const name = `server_${createHash('sha256').update(dataDir).digest('hex').slice(0, 32)}`
  await onServer(url.href, `create database ${name}`).catch((error: unknown) => {
    if (!String(error).includes('already exists')) throw error
  })
  url.pathname = `/${name}`
  return { DATABASE_URL: url.href }
}

/** Where the run's PostgreSQL is, for what is not part of a test file (`test/postgres.ts`). */
export const POSTGRES_OF_RUN = 'TEST_POSTGRES_URL'

/** `postgresUrl` is the run's server: `inject('postgresUrl')`. */
export async function makeDatabase(
  kind: (typeof databaseKinds)[number],
  postgresUrl: string,
): Promise<TestDatabase> {
  if (kind === 'sqlite') {
    const folder = await mkdtemp(join(tmpdir(), 'ringside-sqlite-'))
    return {
      url: null,
      file: join(folder, 'data', 'ringside.db'),
      remove: () => rm(folder, { recursive: true, force: true }),
    }
  }
  const name = `test_${randomUUID().replaceAll('-', '')}`
  await onServer(postgresUrl, `create database ${name}`)
  const url = new URL(postgresUrl)
  url.pathname = `/${name}`
  return {
    url: url.href,
    file: '',
    remove: () => onServer(postgresUrl, `drop database ${name} with (force)`),
  }
}

async function onServer(url: string, sql: string): Promise<void> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    await client.query(sql)
  } finally {
    await client.end()
  }
}
