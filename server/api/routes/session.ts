/** /api/session: who am I; sign in; sign out; my devices; my password. */
import type { Kysely } from 'kysely'
import type { RequestHandler } from 'express'
import { z } from 'zod'
import { actions, canSomewhere, roles } from '../../../shared/rights.ts'
import { audit } from '../../auth/audit.ts'
import { setCookie } from '../../auth/cookie.ts'
import type { Caller, Identity } from '../../auth/identity.ts'
import { isPasswordOf, MAX_PASSWORD_LENGTH } from '../../auth/password.ts'
import { endSession, LONGEST_MS, openSession, sessionsOf } from '../../auth/sessions.ts'
import { changeUser, findUser, findUserByName, Password, type User } from '../../auth/users.ts'
import type { Tables } from '../../database/schema.ts'
import { instantText } from '../instant.ts'
import { badRequest, problem } from '../problem.ts'
import { ok, type Answer } from '../answer.ts'
import { route, type Call, type Route } from '../route.ts'

const SignIn = z.strictObject({
  name: z.string().min(1).max(100),
  password: z.string().min(1).max(MAX_PASSWORD_LENGTH),
})
const PasswordChange = z.strictObject({
  present: z.string().min(1).max(MAX_PASSWORD_LENGTH),
  password: Password,
})

const SessionAnswer = z.object({
  kind: z.enum(['user', 'key']),
  name: z.string(),
  /** Null for a key. */
  role: z.enum(roles).nullable(),
  /** The scopes that were given; empty: the whole center. */
  scopes: z.array(z.string()),
  /** The agent that this person is; null: none. */
  agent: z.string().nullable(),
  teams: z.array(z.string()),
  /** What may be done somewhere: what a menu shows. */
  may: z.array(z.enum(actions)),
  center: z.object({
    key: z.string(),
    name: z.string(),
    timeZone: z.string(),
    /** What its amounts are in. */
    currency: z.string(),
    simulated: z.boolean(),
  }),
  /** When the session ends at the latest; null for a key. */
  expiresAt: z.string().nullable(),
})

const SessionList = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      current: z.boolean(),
      createdAt: z.string(),
      seenAt: z.string(),
      expiresAt: z.string(),
      userAgent: z.string(),
      address: z.string(),
    }),
  ),
})

export type SessionRoutes = {
  database: Kysely<Tables>
  identity: Identity
  limits: readonly RequestHandler[]
  now: () => number
  /** Told when an administrator has set a password: the server may open up (`HOST`). */
  onPasswordSet: () => void
  /** Told when sessions of a user ended, so that open sockets of it can be closed. */
  onSessionsEnded: (userId: string) => void
}

export function sessionRoutes(parts: SessionRoutes): Route[] {
  const { database, now } = parts
  return [
    route({
      method: 'get',
      path: '/api/session',
      summary: 'Who the caller is, and what the caller may do.',
      needs: 'signedIn',
      ofCenter: true,
      answers: { 200: { description: 'The caller.', schema: SessionAnswer } },
      handle: async (call) => ok(await whoAmI(call)),
    }),
    route({
      method: 'post',
      path: '/api/session',
      summary: 'Signs in with a name and a password; the session comes as a cookie.',
      needs: 'anybody',
      ofCenter: false,
      body: SignIn,
      before: parts.limits,
      answers: {
        204: { description: 'Signed in; the cookie is set.' },
        401: { description: 'The name or the password is wrong.' },
        429: { description: 'Too many wrong passwords; Retry-After says when to try again.' },
      },
      handle: (call) => signIn(parts, call),
    }),
    route({
      method: 'delete',
      path: '/api/session',
      summary: 'Signs out.',
      needs: 'anybody',
      ofCenter: false,
      answers: { 204: { description: 'Signed out; the cookie is taken back.' } },
      handle: async ({ caller, https, by }) => {
        if (caller?.kind === 'user') {
          await endSession(database, caller.user.id, caller.session.id)
          await audit(database, { by, action: 'session.closed', about: caller.user.name }, now())
          parts.onSessionsEnded(caller.user.id)
        }
        return { status: 204, headers: { 'set-cookie': setCookie(null, https, 0) } }
      },
    }),
    route({
      method: 'put',
      path: '/api/session/password',
      summary: 'Changes one’s own password; every other session of the user ends.',
      needs: 'signedIn',
      ofCenter: false,
      body: PasswordChange,
      before: parts.limits,
      answers: { 204: { description: 'Changed.' } },
      handle: (call) => changePassword(parts, call),
    }),
    route({
      method: 'get',
      path: '/api/session/all',
      summary: 'The devices on which the caller is signed in.',
      needs: 'signedIn',
      ofCenter: false,
      answers: { 200: { description: 'Open sessions.', schema: SessionList } },
      handle: async ({ caller }) => {
        if (caller?.kind !== 'user') return onlyPeople()
        const open = await sessionsOf(database, caller.user.id, now())
        return ok({
          sessions: open.map((session) => ({
            id: session.id,
            current: session.id === caller.session.id,
            createdAt: instantText(session.createdAtMs),
            seenAt: instantText(session.seenAtMs),
            expiresAt: instantText(session.expiresAtMs),
            userAgent: session.userAgent,
            address: session.address,
          })),
        })
      },
    }),
    route({
      method: 'delete',
      path: '/api/session/all/{id}',
      summary: 'Signs one of the caller’s devices out.',
      needs: 'signedIn',
      ofCenter: false,
      params: z.object({ id: z.string().max(100) }),
      answers: { 204: { description: 'Signed out.' }, 404: { description: 'No such session.' } },
      handle: async ({ caller, params, by }) => {
        if (caller?.kind !== 'user') return onlyPeople()
        if (!(await endSession(database, caller.user.id, params.id))) {
          return problem(404, 'You have no such session.')
        }
        await audit(database, { by, action: 'session.closed', about: caller.user.name }, now())
        parts.onSessionsEnded(caller.user.id)
        return { status: 204 }
      },
    }),
  ]
}

const onlyPeople = (): Answer => problem(403, 'A key has no sessions and no password.')

async function whoAmI({
  caller,
  viewer,
  center,
}: Pick<Call<unknown, unknown, unknown>, 'caller' | 'viewer' | 'center'>): Promise<
  z.output<typeof SessionAnswer>
> {
  const { directory } = await center.directory.current()
  const user: User | null = caller?.kind === 'user' ? caller.user : null
  return {
    kind: user ? 'user' : 'key',
    name: nameOfCaller(caller),
    role: user?.role ?? null,
    scopes: [...(user?.scopes ?? [])],
    agent: viewer?.kind === 'person' ? viewer.agent : null,
    teams: viewer?.kind === 'person' ? [...viewer.teams] : [],
    may: viewer ? actions.filter((action) => canSomewhere(viewer, action)) : [],
    center: {
      key: center.key,
      name: directory.center.name,
      timeZone: directory.center.timeZone,
      currency: directory.center.currency,
      simulated: center.simulated,
    },
    expiresAt: caller?.kind === 'user' ? instantText(caller.session.expiresAtMs) : null,
  }
}

function nameOfCaller(caller: Caller | null): string {
  if (!caller) return ''
  return caller.kind === 'user' ? caller.user.name : caller.name
}

async function signIn(
  { database, now }: SessionRoutes,
  call: Call<unknown, unknown, z.output<typeof SignIn>>,
): Promise<Answer> {
  const { name, password } = call.body
  const nowMs = now()
  const user = await findUserByName(database, name)
  // Checked even where there is no such user, so that the time taken tells nothing.
  const right = await isPasswordOf(password, user?.passwordHash ?? null)
  if (!user || !right || user.disabled) {
    const entry = { by: 'nobody', action: 'session.refused', about: name } as const
    await audit(database, { ...entry, detail: call.address }, nowMs)
    return problem(401, 'The name or the password is wrong.')
  }
  // A session that the browser came with ends: signing in never continues an earlier one.
  if (call.caller?.kind === 'user') {
    await endSession(database, call.caller.user.id, call.caller.session.id)
  }
  const userAgent = call.headers['user-agent'] ?? ''
  const opening = { userId: user.id, userAgent, address: call.address }
  const { token } = await openSession(database, opening, nowMs)
  const entry = { by: `user:${user.name}`, action: 'session.opened', about: user.name } as const
  await audit(database, { ...entry, detail: call.address }, nowMs)
  return { status: 204, headers: { 'set-cookie': setCookie(token, call.https, LONGEST_MS) } }
}

async function changePassword(
  { database, now, onPasswordSet, onSessionsEnded }: SessionRoutes,
  call: Call<unknown, unknown, z.output<typeof PasswordChange>>,
): Promise<Answer> {
  const { caller, body, by } = call
  if (caller?.kind !== 'user') return onlyPeople()
  const user = await findUser(database, caller.user.id)
  if (!user || !(await isPasswordOf(body.present, user.passwordHash))) {
    return badRequest([{ path: 'present', message: 'is not your present password' }])
  }
  const { id } = caller.session
  await changeUser(database, user.id, { password: body.password }, by, now(), id)
  onSessionsEnded(user.id)
  if (user.role === 'administrator') onPasswordSet()
  return { status: 204 }
}
