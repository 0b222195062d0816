/** A database of its own for a test file, embedded or on the run's PostgreSQL. */
import pg from 'pg'
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** Where a fresh, empty database is, as `openDatabase` takes it, and how to be rid of it. */
export type TestDatabase = { url: string | null; file: string; remove: () => Promise<void> }

export const databaseKinds = ['sqlite', 'postgres'] as const

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
