/** PostgreSQL: its pools, and its numbers as numbers. */
import { setTimeout as pause } from 'node:timers/promises'
import pg from 'pg'

/** Connections for single queries, for reports, and for the one who writes the books, at most. */
const MAX_CONNECTIONS = { queries: 10, reports: 4, commits: 1 }
/** A server that does not answer for so long counts as away. */
const CONNECT_TIMEOUT_MS = 5_000
/** No query of ours takes this long; one that does would hold what others wait for. */
const STATEMENT_TIMEOUT_MS = 60_000
/**
 * A process that is frozen in the middle of a commit holds the center's row, and nobody can take the
 * books over: after so long the server ends its transaction. A report pauses to reckon, and holds
 * nothing.
 */
const IDLE_COMMIT_MS = 5_000
/** The client's own limit, for a server that has vanished: later than the server's. */
const QUERY_TIMEOUT_MS = STATEMENT_TIMEOUT_MS + 5_000

const OLDEST_VERSION = 150_000

/** Bigints as numbers; and sums of them, which are numeric. All of ours are far below 2^53. */
const numbers = new pg.TypeOverrides()
numbers.setTypeParser(pg.types.builtins.INT8, Number)
numbers.setTypeParser(pg.types.builtins.NUMERIC, Number)

/** A pool that gives bigints as numbers, as SQLite does. Connects when it is first needed. */
export function postgresPool(url: string, use: keyof typeof MAX_CONNECTIONS): pg.Pool {
  const pool = new pg.Pool({
    connectionString: url,
    max: MAX_CONNECTIONS[use],
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    statement_timeout: STATEMENT_TIMEOUT_MS,
    query_timeout: QUERY_TIMEOUT_MS,
    idle_in_transaction_session_timeout: use === 'reports' ? STATEMENT_TIMEOUT_MS : IDLE_COMMIT_MS,
    keepAlive: true,
    application_name: 'ringside',
    types: numbers,
  })
  // An idle connection that breaks is no fault of any query: the next one connects anew. One that
  // breaks in use tells its query; its own event, which the pool does not hear then, says no more.
  pool.on('error', () => undefined)
  pool.on('connect', (client) => {
    client.on('error', () => undefined)
  })
  return pool
}

/** Refuses a server that is too old, or that cannot hold every name. */
export async function checkServer(pool: pg.Pool): Promise<void> {
  const { rows } = await pool.query<{ version: string; encoding: string }>(
    `select current_setting('server_version_num') as version,
            current_setting('server_encoding') as encoding`,
  )
  const [{ version, encoding } = { version: '0', encoding: '' }] = rows
  if (Number(version) < OLDEST_VERSION) {
    throw new Error('Ringside needs PostgreSQL 15 or later.')
  }
  if (encoding !== 'UTF8') {
    throw new Error(`Ringside needs a database in UTF8; this one is in ${encoding}.`)
  }
}

/** How often somebody who waits for a lock looks whether it is free. */
const LOCK_LOOK_MS = 1_000

/**
 * Waits for the server's one lock of a name, and holds it on a connection of its own until `release`
 * or until that connection breaks: so it says who should work, not who may. Null when aborted first;
 * rejects while the server cannot be reached.
 */
export async function holdLock(
  url: string,
  name: string,
  signal: AbortSignal,
): Promise<(() => Promise<void>) | null> {
  const client = new pg.Client({
    connectionString: url,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    application_name: 'ringside lock',
    // So that the lock of a machine that vanished is free within some ten seconds.
    options: '-c tcp_keepalives_idle=4 -c tcp_keepalives_interval=2 -c tcp_keepalives_count=2',
  })
  // A lock that is lost so is somebody else's soon; who works without it is fenced off.
  client.on('error', () => undefined)
  const release = async (): Promise<void> => {
    await client.end().catch(() => undefined)
  }
  try {
    await client.connect()
    while (!signal.aborted) {
      const { rows } = await client.query<{ isHeld: boolean }>(
        'select pg_try_advisory_lock(hashtextextended($1, 0)) as "isHeld"',
        [name],
      )
      if (rows[0]?.isHeld === true) return release
      await pause(LOCK_LOOK_MS, undefined, { signal }).catch(() => undefined)
    }
  } catch (error) {
    await release()
    throw error
  }
  await release()
  return null
}
