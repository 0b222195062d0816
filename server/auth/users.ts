/** People who may sign in, with their roles. */
import type { Kysely, Transaction } from 'kysely'
import { z } from 'zod'
import { keyRights, roles, type Role } from '../../shared/rights.ts'
import { parseScope } from '../../shared/scope.ts'
import type { Tables } from '../database/schema.ts'
import { audit } from './audit.ts'
import { hashPassword, MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from './password.ts'
import { newId } from './secret.ts'
import { endSessionsOf } from './sessions.ts'

/** More scopes than this for one person is a role with all of them. */
const MAX_SCOPES = 500

const scopeText = z
  .string()
  .max(300)
  .refine((text) => parseScope(text) !== null, {
    error: 'must be a scope: center, or site:, team:, queue: or agent: and a key',
  })

const UserName = z.string().trim().min(1).max(100)
export const Password = z.string().min(MIN_PASSWORD_LENGTH).max(MAX_PASSWORD_LENGTH)
const Scopes = z.array(scopeText).max(MAX_SCOPES)
export const Rights = z.array(z.enum(keyRights)).min(1).max(keyRights.length)

type Described = { role: Role; scopes: readonly string[] }

/** An agent is somebody: exactly one `agent:` scope says who. Others are nobody's colleague. */
const whoIsMissing = ({ role, scopes }: Described): boolean =>
  role === 'agent' && scopes.filter((scope) => scope.startsWith('agent:')).length !== 1
const sayWho = {
  path: ['scopes'],
  error: 'an agent needs exactly one agent: scope, which names who it is',
}

export const NewUser = z
  .strictObject({
    name: UserName,
    password: Password,
    role: z.enum(roles),
    /** What the role covers; empty: the whole center. */
    scopes: Scopes.default([]),
  })
  .refine((user) => !whoIsMissing(user), sayWho)
export type NewUser = z.output<typeof NewUser>

export const UserChange = z.strictObject({
  name: UserName.optional(),
  password: Password.optional(),
  role: z.enum(roles).optional(),
  scopes: Scopes.optional(),
  disabled: z.boolean().optional(),
})
export type UserChange = z.output<typeof UserChange>

/** A user without what only the server may know. */
export type User = {
  id: string
  name: string
  role: Role
  scopes: readonly string[]
  createdAtMs: number
  disabled: boolean
}
/** Marks a hash whose password we made up at the first start: nobody has chosen one yet. */
const GENERATED = 'generated:'

export type StoredUser = User & { passwordHash: string; passwordChosen: boolean }

/** Why a change was refused. */
export type UserRefusal = 'unknown' | 'nameTaken' | 'lastAdministrator' | 'agentUnnamed'

function read(row: Tables['user']): StoredUser {
  const chosen = !row.passwordHash.startsWith(GENERATED)
  return {
    id: row.id,
    name: row.name,
    // Only this file writes the column, and only roles.
    role: row.role as Role,
    scopes: z.array(z.string()).parse(JSON.parse(row.scopes)),
    createdAtMs: row.createdAtMs,
    disabled: row.disabled !== 0,
    passwordHash: chosen ? row.passwordHash : row.passwordHash.slice(GENERATED.length),
    passwordChosen: chosen,
  }
}

/** What the outside may know of a user. */
export function publicUser(user: StoredUser): User {
  const { id, name, role, scopes, createdAtMs, disabled } = user
  return { id, name, role, scopes, createdAtMs, disabled }
}

/** One name for one person, however it is typed at the sign-in. */
const sameName = (name: string): string => name.trim().normalize('NFKC').toLowerCase()

export async function listUsers(database: Kysely<Tables>): Promise<StoredUser[]> {
  const rows = await database.selectFrom('user').selectAll().execute()
  return rows.map(read).sort((a, b) => (a.name < b.name ? -1 : 1))
}

export async function findUser(database: Kysely<Tables>, id: string): Promise<StoredUser | null> {
  const row = await database.selectFrom('user').selectAll().where('id', '=', id).executeTakeFirst()
  return row ? read(row) : null
}

/** The user of a name, in whatever case it is written. */
export async function findUserByName(
  database: Kysely<Tables>,
  name: string,
): Promise<StoredUser | null> {
  // A center has hundreds of users at most; SQLite's lower() knows only ASCII, so we compare.
  const wanted = sameName(name)
  return (await listUsers(database)).find((user) => sameName(user.name) === wanted) ?? null
}

/**
 * Whoever changes users waits for whoever does already, so that what is checked stays true until
 * the end: SQLite's transactions do so by themselves, PostgreSQL's once they touch the same rows.
 */
async function takeTurn(writing: Transaction<Tables>): Promise<void> {
  await writing
    .updateTable('user')
    .set((row) => ({ disabled: row.ref('disabled') }))
    .execute()
}

/**
 * Creates a user; refuses a name that is taken. `first` is for the first administrator, whose fixed
 * id keeps two processes that start together from making two.
 */
export async function createUser(
  database: Kysely<Tables>,
  user: NewUser,
  by: string,
  nowMs: number,
  first: { id: string; password: 'chosen' | 'generated' } | null = null,
): Promise<{ ok: true; user: StoredUser } | { ok: false; refusal: UserRefusal }> {
  const hash = await hashPassword(user.password)
  return database.transaction().execute(async (writing) => {
    await takeTurn(writing)
    if (await findUserByName(writing, user.name)) return { ok: false, refusal: 'nameTaken' }
    const row: Tables['user'] = {
      id: first?.id ?? newId(),
      name: user.name,
      passwordHash: first?.password === 'generated' ? `${GENERATED}${hash}` : hash,
      role: user.role,
      scopes: JSON.stringify(user.scopes),
      createdAtMs: nowMs,
      disabled: 0,
    }
    const inserted = await writing
      .insertInto('user')
      .values(row)
      .onConflict((conflict) => conflict.column('id').doNothing())
      .executeTakeFirst()
    if (inserted.numInsertedOrUpdatedRows === 0n) return { ok: false, refusal: 'nameTaken' }
    const detail = JSON.stringify({ role: user.role, scopes: user.scopes })
    await audit(writing, { by, action: 'user.created', about: user.name, detail }, nowMs)
    return { ok: true, user: read(row) }
  })
}

/**
 * Changes a user. A new password, role or scope, or being disabled, ends the user's sessions,
 * except `keepSession`. The last administrator stays one.
 */
export async function changeUser(
  database: Kysely<Tables>,
  id: string,
  change: UserChange,
  by: string,
  nowMs: number,
  keepSession: string | null = null,
): Promise<{ ok: true; user: StoredUser } | { ok: false; refusal: UserRefusal }> {
  const hash = change.password === undefined ? null : await hashPassword(change.password)
  return database.transaction().execute(async (writing) => {
    await takeTurn(writing)
    const before = await findUser(writing, id)
    if (!before) return { ok: false, refusal: 'unknown' }
    const after: StoredUser = {
      ...before,
      name: change.name ?? before.name,
      role: change.role ?? before.role,
      scopes: change.scopes ?? before.scopes,
      disabled: change.disabled ?? before.disabled,
    }
    const namesake = await findUserByName(writing, after.name)
    if (namesake && namesake.id !== id) return { ok: false, refusal: 'nameTaken' }
    if (whoIsMissing(after)) return { ok: false, refusal: 'agentUnnamed' }
    const stays = after.role === 'administrator' && !after.disabled
    if (!stays && (await isLastAdministrator(writing, id))) {
      return { ok: false, refusal: 'lastAdministrator' }
    }
    const kept = before.passwordChosen ? before.passwordHash : GENERATED + before.passwordHash
    const row: Tables['user'] = {
      id,
      name: after.name,
      passwordHash: hash ?? kept,
      role: after.role,
      scopes: JSON.stringify(after.scopes),
      createdAtMs: before.createdAtMs,
      disabled: after.disabled ? 1 : 0,
    }
    await writing.updateTable('user').set(row).where('id', '=', id).execute()

    const rights = JSON.stringify([before.role, before.scopes, before.disabled])
    if (hash !== null || rights !== JSON.stringify([after.role, after.scopes, after.disabled])) {
      await endSessionsOf(writing, id, keepSession)
    }
    if (hash !== null) {
      await audit(writing, { by, action: 'password.changed', about: after.name }, nowMs)
    }
    const { password: _secret, ...shown } = change
    if (Object.keys(shown).length > 0) {
      const detail = JSON.stringify(shown)
      await audit(writing, { by, action: 'user.changed', about: after.name, detail }, nowMs)
    }
    return { ok: true, user: read(row) }
  })
}

/** Deletes a user with all sessions; what the user did stays in the audit log. */
export async function deleteUser(
  database: Kysely<Tables>,
  id: string,
  by: string,
  nowMs: number,
): Promise<{ ok: true } | { ok: false; refusal: UserRefusal }> {
  return database.transaction().execute(async (writing) => {
    await takeTurn(writing)
    const user = await findUser(writing, id)
    if (!user) return { ok: false, refusal: 'unknown' }
    if (await isLastAdministrator(writing, id)) return { ok: false, refusal: 'lastAdministrator' }
    await endSessionsOf(writing, id)
    await writing.deleteFrom('user').where('id', '=', id).execute()
    await audit(writing, { by, action: 'user.deleted', about: user.name }, nowMs)
    return { ok: true }
  })
}

async function isLastAdministrator(writing: Transaction<Tables>, id: string): Promise<boolean> {
  const administrators = await writing
    .selectFrom('user')
    .select('id')
    .where('role', '=', 'administrator')
    .where('disabled', '=', 0)
    .execute()
  return administrators.length === 1 && administrators[0]?.id === id
}
