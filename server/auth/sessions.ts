/** Sessions of people who signed in: rows on the server, a random token in the browser. */
import type { Kysely } from 'kysely'
import type { Tables } from '../database/schema.ts'
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../shared/time.ts'
import { hashOf, newSecret } from './secret.ts'

/** Longer than from one shift to the next, so that nobody signs in twice a day. */
export const IDLE_MS = 26 * HOUR_MS
/** Used or not, a session ends after so long: a stolen one does not live for ever. */
export const LONGEST_MS = 30 * DAY_MS
/** How often a session's last use is written: a row a minute, not one a request. */
const SEEN_EVERY_MS = MINUTE_MS
/** More than one person has devices; the oldest goes. */
const MAX_A_USER = 20
/** Kept for the list in which people recognise their devices. */
const MAX_USER_AGENT = 256

export type Session = {
  /** The token's hash: it names the session and opens nothing. */
  id: string
  userId: string
  createdAtMs: number
  seenAtMs: number
  /** When it ends, used or not. */
  expiresAtMs: number
  userAgent: string
  address: string
}

/** Opens a session; the token is returned once and never kept. */
export async function openSession(
  database: Kysely<Tables>,
  who: { userId: string; userAgent: string; address: string },
  nowMs: number,
): Promise<{ token: string; session: Session }> {
  const token = newSecret()
  const session: Session = {
    id: hashOf(token),
    userId: who.userId,
    createdAtMs: nowMs,
    seenAtMs: nowMs,
    expiresAtMs: nowMs + LONGEST_MS,
    userAgent: who.userAgent.slice(0, MAX_USER_AGENT),
    address: who.address,
  }
  await database.transaction().execute(async (writing) => {
    await writing
      .deleteFrom('session')
      .where((or) => or.or([or('expiresAtMs', '<=', nowMs), or('seenAtMs', '<=', nowMs - IDLE_MS)]))
      .execute()
    const present = await writing
      .selectFrom('session')
      .select('id')
      .where('userId', '=', who.userId)
      .orderBy('seenAtMs', 'desc')
      .execute()
    const tooMany = present.slice(MAX_A_USER - 1).map(({ id }) => id)
    if (tooMany.length > 0) {
      await writing.deleteFrom('session').where('id', 'in', tooMany).execute()
    }
    await writing.insertInto('session').values(session).execute()
  })
  return { token, session }
}

/** The session that a token opens, or null. Using it keeps it alive, up to its longest life. */
export async function findSession(
  database: Kysely<Tables>,
  token: string,
  nowMs: number,
): Promise<Session | null> {
  const session = await database
    .selectFrom('session')
    .selectAll()
    .where('id', '=', hashOf(token))
    .executeTakeFirst()
  if (!session) return null
  if (session.expiresAtMs <= nowMs || session.seenAtMs + IDLE_MS <= nowMs) return null
  if (session.seenAtMs + SEEN_EVERY_MS <= nowMs) {
    await database
      .updateTable('session')
      .set({ seenAtMs: nowMs })
      .where('id', '=', session.id)
      .execute()
  }
  return session
}

/** A user's sessions that are still open, the last used first. */
export async function sessionsOf(
  database: Kysely<Tables>,
  userId: string,
  nowMs: number,
): Promise<Session[]> {
  return database
    .selectFrom('session')
    .selectAll()
    .where('userId', '=', userId)
    .where('expiresAtMs', '>', nowMs)
    .where('seenAtMs', '>', nowMs - IDLE_MS)
    .orderBy('seenAtMs', 'desc')
    .execute()
}

/** Ends one session of a user; false where that user has no such session. */
export async function endSession(
  database: Kysely<Tables>,
  userId: string,
  id: string,
): Promise<boolean> {
  const ended = await database
    .deleteFrom('session')
    .where('id', '=', id)
    .where('userId', '=', userId)
    .executeTakeFirst()
  return ended.numDeletedRows > 0n
}

/** Ends every session of a user, as after a change of password or role; `but` may stay. */
export async function endSessionsOf(
  database: Kysely<Tables>,
  userId: string,
  but: string | null = null,
): Promise<void> {
  let ending = database.deleteFrom('session').where('userId', '=', userId)
  if (but !== null) ending = ending.where('id', '!=', but)
  await ending.execute()
}
