/** The audit log: who changed or saw what, and when. Rows are added and never edited. */
import type { Kysely } from 'kysely'
import type { Tables } from '../database/schema.ts'
import { newId } from './secret.ts'

/** What was done: the names are part of the API and never change their meaning. */
export const auditActions = [
  'session.opened',
  'session.refused',
  'session.closed',
  'password.changed',
  'user.created',
  'user.changed',
  'user.deleted',
  'key.created',
  'key.revoked',
  'directory.changed',
  'board.changed',
  'board.deleted',
  'rejected.sentAgain',
  'detail.seen',
] as const
export type AuditAction = (typeof auditActions)[number]

export type AuditRow = {
  id: string
  atMs: number
  by: string
  action: string
  about: string
  detail: string
}

/** What a long list of changes is cut to: the log says what happened, the row itself has the rest. */
const MAX_DETAIL = 2_000

/**
 * Writes that something was done. Give the transaction that does it, so that there is never one
 * without the other. `by` is `user:…` or `key:…` with the name; `detail` holds no secret.
 */
export async function audit(
  writing: Kysely<Tables>,
  entry: { by: string; action: AuditAction; about: string; detail?: string },
  nowMs: number,
): Promise<void> {
  await writing
    .insertInto('audit')
    .values({
      id: newId(),
      atMs: nowMs,
      by: entry.by,
      action: entry.action,
      about: entry.about,
      detail: (entry.detail ?? '').slice(0, MAX_DETAIL),
    })
    .execute()
}

/** The log, newest first, from before a row on: `cursor` is an earlier answer's last row. */
export async function readAudit(
  database: Kysely<Tables>,
  page: { limit: number; before: { atMs: number; id: string } | null; action: string | null },
): Promise<AuditRow[]> {
  let query = database
    .selectFrom('audit')
    .selectAll()
    .orderBy('atMs', 'desc')
    .orderBy('id', 'desc')
    .limit(page.limit)
  const { before, action } = page
  if (before) {
    query = query.where((where) =>
      where.or([
        where('atMs', '<', before.atMs),
        where.and([where('atMs', '=', before.atMs), where('id', '<', before.id)]),
      ]),
    )
  }
  if (action !== null) query = query.where('action', '=', action)
  return query.execute()
}
