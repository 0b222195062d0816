/** /api/keys: what programs show instead of signing in. */
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { keyRights } from '../../../shared/rights.ts'
import type { Identity } from '../../auth/identity.ts'
import { createKey, listKeys, NewKey, revokeKey, type Key } from '../../auth/keys.ts'
import type { Tables } from '../../database/schema.ts'
import { instantText } from '../instant.ts'
import { problem } from '../problem.ts'
import { ok } from '../answer.ts'
import { route, type Route } from '../route.ts'

const KeyAnswer = z.object({
  id: z.string(),
  name: z.string(),
  rights: z.array(z.enum(keyRights)),
  /** The one center that it opens; null: any. */
  center: z.string().nullable(),
  /** The one source that it may send as; null: any. */
  source: z.string().nullable(),
  createdAt: z.string(),
  /** To the minute; null: never. */
  usedAt: z.string().nullable(),
  revoked: z.boolean(),
})

export function keyRoutes(parts: {
  database: Kysely<Tables>
  identity: Identity
  now: () => number
}): Route[] {
  const { database, identity, now } = parts
  return [
    route({
      method: 'get',
      path: '/api/keys',
      summary: 'Every key that was made, without its secret.',
      needs: 'manageKeys',
      ofCenter: false,
      answers: {
        200: { description: 'Newest first.', schema: z.object({ keys: z.array(KeyAnswer) }) },
      },
      handle: async () => ok({ keys: (await listKeys(database)).map(shown) }),
    }),
    route({
      method: 'post',
      path: '/api/keys',
      summary: 'Makes a key. The answer is the only place that ever holds the whole of it.',
      needs: 'manageKeys',
      ofCenter: false,
      body: NewKey,
      answers: {
        201: { description: 'Made.', schema: KeyAnswer.extend({ secret: z.string() }) },
      },
      handle: async ({ body, by }) => {
        const { key, secret } = await createKey(database, body, by, now())
        return { status: 201, body: { ...shown(key), secret } }
      },
    }),
    route({
      method: 'delete',
      path: '/api/keys/{id}',
      summary: 'Revokes a key, at once and for ever.',
      needs: 'manageKeys',
      ofCenter: false,
      params: z.object({ id: z.string().max(100) }),
      answers: {
        204: { description: 'Revoked.' },
        404: { description: 'No such key that still works.' },
      },
      handle: async ({ params: { id }, by }) => {
        if (!(await revokeKey(database, id, by, now()))) {
          return problem(404, 'There is no such key that still works.')
        }
        identity.forgetKeys()
        return { status: 204 }
      },
    }),
  ]
}

function shown({ createdAtMs, usedAtMs, rights, ...key }: Key): z.output<typeof KeyAnswer> {
  return {
    ...key,
    rights: [...rights],
    createdAt: instantText(createdAtMs),
    usedAt: usedAtMs === null ? null : instantText(usedAtMs),
  }
}
