/** The first administrator, and from where the server may be reached before one has a password. */
import type { Kysely } from 'kysely'
import type { Tables } from '../database/schema.ts'
import { newSecret } from './secret.ts'
import { changeUser, createUser, listUsers } from './users.ts'

const NAME = 'admin'
/** 96 bits: enough for a password that is typed once and then changed. */
const GENERATED_LENGTH = 16
const LOOPBACK = '127.0.0.1'

export type FirstAdministrator =
  /** There was one already. */
  | { made: false }
  /** `password` is shown once to whoever started the server; null: it is the configured one. */
  | { made: true; name: string; password: string | null }

/**
 * Makes the administrator `admin` where there is none: with the configured password
 * (`RINGSIDE_ADMIN_PASSWORD`), else with a random one, which is returned to be shown once. A
 * random password that nobody has changed yet gives way to a configured one at a later start, so
 * that a lost one locks nobody out; a password that somebody chose never does.
 */
export async function ensureAdministrator(
  database: Kysely<Tables>,
  configured: string | null,
  nowMs: number,
): Promise<FirstAdministrator> {
  const administrators = (await listUsers(database)).filter(({ role }) => role === 'administrator')
  const first = administrators.find(({ name }) => name === NAME) ?? null
  if (first && !first.passwordChosen && configured !== null) {
    await changeUser(database, first.id, { password: configured }, 'start', nowMs)
    return { made: true, name: NAME, password: null }
  }
  if (administrators.length > 0) return { made: false }

  const password = configured ?? newSecret().slice(0, GENERATED_LENGTH)
  const created = await createUser(
    database,
    { name: NAME, password, role: 'administrator', scopes: [] },
    'start',
    nowMs,
    { id: NAME, password: configured === null ? 'generated' : 'chosen' },
  )
  // Another process that started together with this one was faster, and shows the password.
  if (!created.ok) return { made: false }
  return { made: true, name: NAME, password: configured === null ? password : null }
}

/**
 * Whether an administrator has set a password: one that somebody chose, on screen or by
 * `RINGSIDE_ADMIN_PASSWORD`. A password that we made up at the first start is marked as such where
 * its hash is kept, until it is changed.
 */
export async function isPasswordSet(database: Kysely<Tables>): Promise<boolean> {
  return (await listUsers(database)).some(
    ({ role, disabled, passwordChosen }) => role === 'administrator' && !disabled && passwordChosen,
  )
}

/**
 * The address to listen on. Until an administrator has set a password the server can be reached
 * from its own machine only, whatever is configured: a password that stands on a terminal, or in
 * its log, must not be all that lies between a network and people's numbers. From then on it is
 * what `HOST` says.
 */
export function hostToListen(configured: string, passwordSet: boolean): string {
  return passwordSet ? configured : LOOPBACK
}
