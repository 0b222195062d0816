/** Who a request is from: one place that reads cookies and keys, for API, gateway and ingest. */
import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Kysely } from 'kysely'
import type { KeyRight } from '../../shared/rights.ts'
import { keyRights } from '../../shared/rights.ts'
import { SECOND_MS } from '../../shared/time.ts'
import type { Tables } from '../database/schema.ts'
import { isHttps, tokenIn } from './cookie.ts'
import { findKey } from './keys.ts'
import { findSession, type Session } from './sessions.ts'
import { findUser, publicUser, type User } from './users.ts'

/**
 * How long a key that was found good is taken as good without asking the database again: a feed
 * that posts each event alone asks a thousand times a second. Revoking here takes effect at once,
 * in another process after this time.
 */
const KEY_KEPT_MS = 2 * SECOND_MS
/** More keys than a provider's feeds have; then the memory is emptied and fills again. */
const MAX_KEYS_KEPT = 1_000

/** Somebody who signed in, or a program with a key. */
export type Caller =
  | { kind: 'user'; user: User; session: Session }
  | {
      kind: 'key'
      id: string
      name: string
      rights: readonly KeyRight[]
      /** The one center that it opens; null: any. */
      center: string | null
      /** The one source that it may send as; null: any. */
      source: string | null
    }

/** What a sender of events may do; `ok: false` says how to answer. */
export type EventsAuthority =
  | { ok: true; rights: { ingest: boolean; source: string | null; center: string } }
  | { ok: false; status: 401 | 403; detail: string }

export type Identity = {
  /**
   * Who sent a request, by its headers; null: nobody whom we know. A key that is shown and wrong is
   * nobody, whatever cookie comes with it.
   */
  callerOf: (headers: IncomingHttpHeaders) => Promise<Caller | null>
  /**
   * Whether a request may send events, and as which source into which center: the key's, else the
   * one that `?center=` names, else the first. Keys only: a page that somebody looks at sends none.
   */
  authoriseEvents: (request: Pick<IncomingMessage, 'headers' | 'url'>) => Promise<EventsAuthority>
  /** Makes a change to keys take effect at once. */
  forgetKeys: () => void
}

export type IdentityOptions = {
  database: Kysely<Tables>
  /** `RINGSIDE_API_KEY`: a key with all rights, for automation; null: none. */
  apiKey: string | null
  /** The center that events belong to where a key opens any and `?center=` names none; `main`. */
  firstCenter?: string
  /** Whether a proxy in front is trusted to say that a browser came by https. */
  trustProxy: boolean
  now: () => number
}

export function createIdentity(options: IdentityOptions): Identity {
  const { database, apiKey, firstCenter = 'main', trustProxy, now } = options
  const master = apiKey === null || apiKey === '' ? null : digest(apiKey)
  const kept = new Map<string, { caller: Caller; untilMs: number }>()

  const keyHolder = async (shown: string): Promise<Caller | null> => {
    const shownDigest = digest(shown)
    if (master && timingSafeEqual(master, shownDigest)) {
      const name = 'RINGSIDE_API_KEY'
      return { kind: 'key', id: 'env', name, rights: keyRights, center: null, source: null }
    }
    const nowMs = now()
    const name = shownDigest.toString('hex')
    const known = kept.get(name)
    if (known && known.untilMs > nowMs) return known.caller
    const key = await findKey(database, shown, nowMs)
    if (!key) {
      kept.delete(name)
      return null
    }
    const { id, rights, center, source } = key
    const caller: Caller = { kind: 'key', id, name: key.name, rights, center, source }
    if (kept.size >= MAX_KEYS_KEPT) kept.clear()
    kept.set(name, { caller, untilMs: nowMs + KEY_KEPT_MS })
    return caller
  }

  const signedIn = async (headers: IncomingHttpHeaders): Promise<Caller | null> => {
    const token = tokenIn(headers, isHttps(headers, trustProxy))
    if (token === null) return null
    const session = await findSession(database, token, now())
    const user = session && (await findUser(database, session.userId))
    if (!session || !user || user.disabled) return null
    return { kind: 'user', user: publicUser(user), session }
  }

  const callerOf: Identity['callerOf'] = async (headers) => {
    const shown = bearerIn(headers)
    if (shown === null) return signedIn(headers)
    return shown === '' ? null : keyHolder(shown)
  }

  return {
    callerOf,
    authoriseEvents: async ({ headers, url }) => {
      if (bearerIn(headers) === null) {
        const detail = 'Send a key with the right ingest: Authorization: Bearer <key>.'
        return { ok: false, status: 401, detail }
      }
      const caller = await callerOf(headers)
      if (caller?.kind !== 'key') {
        return { ok: false, status: 401, detail: 'This key is unknown or was revoked.' }
      }
      if (!caller.rights.includes('ingest')) {
        return { ok: false, status: 403, detail: 'This key may not send events (right ingest).' }
      }
      const [, query = ''] = (url ?? '').split('?', 2)
      const asked = new URLSearchParams(query).get('center')
      if (caller.center !== null && asked !== null && asked !== caller.center) {
        return { ok: false, status: 403, detail: `This key opens "${caller.center}" only.` }
      }
      const center = caller.center ?? asked ?? firstCenter
      return { ok: true, rights: { ingest: true, source: caller.source, center } }
    },
    forgetKeys: () => {
      kept.clear()
    },
  }
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest()

/** The key in a request's `Authorization`; empty where it is of another kind; null: none. */
function bearerIn(headers: IncomingHttpHeaders): string | null {
  const { authorization } = headers
  if (authorization === undefined) return null
  return /^bearer +(\S+)$/i.exec(authorization.trim())?.[1] ?? ''
}

/** How a caller is named in the audit log. */
export function nameOf(caller: Caller): string {
  return caller.kind === 'user' ? `user:${caller.user.name}` : `key:${caller.name}`
}
