/** Tells a database that is away, and will be back, from a query that is wrong. */
import type { DatabaseKind } from './schema.ts'

/** SQLite's codes for what another process, the disk or the machine is to blame for. */
const passingSqlite =
  /^(SQLITE_(BUSY|LOCKED|FULL|IOERR|CANTOPEN|NOMEM|PROTOCOL|INTERRUPT)|THREAD_ENDED)/
/**
 * PostgreSQL's classes for the same: connections, resources, operators, locks, access, its system.
 * https://www.postgresql.org/docs/15/errcodes-appendix.html
 */
const passingPostgres = /^(08|25P|28|40|53|55|57|58|3D)/
const sqlState = /^[0-9A-Z]{5}$/
/** What the system says of a server that cannot be reached (no SQLSTATE: those have digits). */
const unreachable = /^E[A-Z_]{3,}$/
/** What our own client says of a connection that was cut or timed out. */
const cutOff = /^Connection terminated|^timeout |^Query read timeout|is not queryable$/

/**
 * Whether trying again later can help. False for what our own statement is to blame for, such as a
 * doubled key, and for errors of ours: they would come again for ever.
 */
export function isAway(kind: DatabaseKind, error: unknown): boolean {
  if (!(error instanceof Error) || isDamaged(error)) return false
  const code = 'code' in error && typeof error.code === 'string' ? error.code : ''
  if (kind === 'sqlite') return passingSqlite.test(code)
  // Asked first: EPIPE is as long as a SQLSTATE.
  if (unreachable.test(code)) return true
  if (sqlState.test(code)) return passingPostgres.test(code)
  return cutOff.test(error.message)
}

/** SQLite's codes for a file that is not what it wrote. */
const damage = /^SQLITE_(CORRUPT|NOTADB)/

/** The embedded database's file was found damaged by a look at it, not by a statement that failed. */
export class DamagedError extends Error {
  override name = 'DamagedError'
  readonly code = 'SQLITE_CORRUPT'
}

/** Whether the embedded database's file is damaged: no later try can help, a restart heals it. */
export function isDamaged(error: unknown): boolean {
  return error instanceof Error && 'code' in error && damage.test(String(error.code))
}
