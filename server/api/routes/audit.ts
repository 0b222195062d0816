/** /api/audit: who did or saw what. */
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { auditActions, readAudit } from '../../auth/audit.ts'
import type { Tables } from '../../database/schema.ts'
import { cursorText, readCursor } from '../cursor.ts'
import { instantText } from '../instant.ts'
import { limitParameter } from '../parameters.ts'
import { badRequest } from '../problem.ts'
import { ok } from '../answer.ts'
import { once, route, type Route } from '../route.ts'

const AuditAnswer = z.object({
  rows: z.array(
    z.object({
      id: z.string(),
      at: z.string(),
      by: z.string(),
      action: z.string(),
      about: z.string(),
      detail: z.string(),
    }),
  ),
  /** Give it as `cursor` for the next page; null: this was the last. */
  next: z.string().nullable(),
})

const Cursor = z.tuple([z.int(), z.string().max(100)])

export function auditRoutes(parts: { database: Kysely<Tables> }): Route[] {
  return [
    route({
      method: 'get',
      path: '/api/audit',
      summary: 'The audit log, newest first: of people and keys, or with center= of a center.',
      needs: 'seeAudit',
      ofCenter: true,
      query: z.strictObject({
        limit: limitParameter,
        cursor: once(z.string().max(500)).optional(),
        action: once(z.enum(auditActions)).optional(),
      }),
      answers: { 200: { description: 'A page.', schema: AuditAnswer } },
      handle: async ({ query, center }) => {
        const cursor = readCursor(query.cursor, Cursor)
        if (cursor === 'unreadable') {
          return badRequest([{ path: 'cursor', message: 'must be the next of an earlier answer' }])
        }
        const before = cursor && { atMs: cursor[0], id: cursor[1] }
        const page = { limit: query.limit + 1, before, action: query.action ?? null }
        // What is done in a center of its own database is logged there, beside what was done.
        const logs = new Set([parts.database, center.database.kysely])
        const found = await Promise.all([...logs].map((log) => readAudit(log, page)))
        const rows = found
          .flat()
          .sort((a, b) => b.atMs - a.atMs || (a.id < b.id ? 1 : -1))
          .slice(0, query.limit + 1)
        const more = rows.length > query.limit
        const shown = rows.slice(0, query.limit)
        const last = shown.at(-1)
        return ok({
          rows: shown.map(({ atMs, ...row }) => ({ ...row, at: instantText(atMs) })),
          next: more && last ? cursorText([last.atMs, last.id]) : null,
        })
      },
    }),
  ]
}
