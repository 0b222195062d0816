/** /api/users: who may sign in, and as what. */
import type { Kysely } from 'kysely'
import { z } from 'zod'
import { roles } from '../../../shared/rights.ts'
import {
  changeUser,
  createUser,
  deleteUser,
  listUsers,
  NewUser,
  publicUser,
  UserChange,
  type User,
  type UserRefusal,
} from '../../auth/users.ts'
import type { Tables } from '../../database/schema.ts'
import { instantText } from '../instant.ts'
import { badRequest, problem } from '../problem.ts'
import { ok, type Answer } from '../answer.ts'
import { route, type Route } from '../route.ts'

const UserAnswer = z.object({
  id: z.string(),
  name: z.string(),
  role: z.enum(roles),
  /** What the role covers; empty: the whole center. */
  scopes: z.array(z.string()),
  createdAt: z.string(),
  disabled: z.boolean(),
})
const params = z.object({ id: z.string().max(100) })

export function userRoutes(parts: {
  database: Kysely<Tables>
  now: () => number
  onPasswordSet: () => void
  onSessionsEnded: (userId: string) => void
}): Route[] {
  const { database, now } = parts
  return [
    route({
      method: 'get',
      path: '/api/users',
      summary: 'Everybody who may sign in.',
      needs: 'manageUsers',
      ofCenter: false,
      answers: {
        200: { description: 'By name.', schema: z.object({ users: z.array(UserAnswer) }) },
      },
      handle: async () => {
        const users = await listUsers(database)
        return ok({ users: users.map((user) => shown(publicUser(user))) })
      },
    }),
    route({
      method: 'post',
      path: '/api/users',
      summary: 'Adds somebody.',
      needs: 'manageUsers',
      ofCenter: false,
      body: NewUser,
      answers: {
        201: { description: 'Added.', schema: UserAnswer },
        409: { description: 'The name is taken.' },
      },
      handle: async ({ body, by }) => {
        const created = await createUser(database, body, by, now())
        if (!created.ok) return refused(created.refusal)
        if (created.user.role === 'administrator') parts.onPasswordSet()
        return { status: 201, body: shown(publicUser(created.user)) }
      },
    }),
    route({
      method: 'put',
      path: '/api/users/{id}',
      summary: 'Changes what is given: name, password, role, scopes, disabled.',
      needs: 'manageUsers',
      ofCenter: false,
      params,
      body: UserChange,
      answers: {
        200: { description: 'Changed; the user’s sessions have ended.', schema: UserAnswer },
        404: { description: 'No such user.' },
        409: { description: 'The name is taken, or it is the last administrator.' },
      },
      handle: async ({ params: { id }, body, by, caller }) => {
        const own = caller?.kind === 'user' && caller.user.id === id ? caller.session.id : null
        const changed = await changeUser(database, id, body, by, now(), own)
        if (!changed.ok) return refused(changed.refusal)
        parts.onSessionsEnded(id)
        const { role } = changed.user
        if (role === 'administrator' && body.password !== undefined) parts.onPasswordSet()
        return ok(shown(publicUser(changed.user)))
      },
    }),
    route({
      method: 'delete',
      path: '/api/users/{id}',
      summary: 'Removes somebody; what they did stays in the audit log.',
      needs: 'manageUsers',
      ofCenter: false,
      params,
      answers: {
        204: { description: 'Removed.' },
        404: { description: 'No such user.' },
        409: { description: 'It is the last administrator.' },
      },
      handle: async ({ params: { id }, by }) => {
        const deleted = await deleteUser(database, id, by, now())
        if (!deleted.ok) return refused(deleted.refusal)
        parts.onSessionsEnded(id)
        return { status: 204 }
      },
    }),
  ]
}

function shown({ createdAtMs, ...user }: User): z.output<typeof UserAnswer> {
  return { ...user, scopes: [...user.scopes], createdAt: instantText(createdAtMs) }
}

function refused(refusal: UserRefusal): Answer {
  switch (refusal) {
    case 'unknown':
      return problem(404, 'There is no such user.')
    case 'nameTaken':
      return problem(409, 'Somebody has this name already.', [
        { path: 'name', message: 'is taken: choose another' },
      ])
    case 'lastAdministrator':
      return problem(409, 'This is the last administrator: make another one first.')
    case 'agentUnnamed':
      return badRequest([
        {
          path: 'scopes',
          message: 'an agent needs exactly one agent: scope, which names who it is',
        },
      ])
  }
}
