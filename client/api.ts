/** The calls that the screens make, and what may become of one. */
import type { Board } from '../shared/board.ts'
import type { Action, Role } from '../shared/rights.ts'
import type { WireCenter } from '../shared/wire.ts'
import { SECOND_MS } from '../shared/time.ts'

/** Why a call has no answer. A screen has one sentence for each. */
export type Failure =
  | { kind: 'notSignedIn' }
  | { kind: 'notAllowed' }
  | { kind: 'notFound' }
  | { kind: 'tooMany' }
  /** Somebody else wrote meanwhile. */
  | { kind: 'outdated' }
  /** Only details would tell, and they are kept from `from` on (RFC 3339). */
  | { kind: 'givenUp'; from: string }
  /** Refused for another reason, in the server's words; `faults` names fields of what was sent. */
  | { kind: 'refused'; detail: string; faults: readonly Fault[] }
  /** No server, or none that answers as ours does. */
  | { kind: 'offline' }

export type Fault = { path: string; message: string }

/** `etag` is the version of what was read, where it has one; null: none. */
export type Answer<Value> =
  { ok: true; value: Value; etag: string | null } | { ok: false; failure: Failure }

/** Who is signed in, and what the menu may show. */
export type Session = {
  name: string
  role: Role | null
  agent: string | null
  may: readonly Action[]
  center: WireCenter
}

/** A call that takes longer than this has no answer. */
const LIMIT_MS = 30 * SECOND_MS

export type Api = {
  session: () => Promise<Answer<Session>>
  signIn: (name: string, password: string) => Promise<Answer<null>>
  signOut: () => Promise<Answer<null>>
  boards: () => Promise<Answer<readonly Board[]>>
  board: (key: string) => Promise<Answer<Board>>
  /** Any call that reads. The value is what the server's contract says it is. */
  get: <Value>(path: string, query?: Query) => Promise<Answer<Value>>
  /** Asks about what is sent, and changes nothing. */
  post: <Value>(path: string, body: unknown) => Promise<Answer<Value>>
  /** Writes; `etag` is the version that was read: over a newer one nothing is written. */
  put: <Value>(path: string, body: unknown, etag: string | null) => Promise<Answer<Value>>
}
export type Query = Readonly<Record<string, string | number | null>>

/** `center` names another center than the one that screens show; null: that one. */
export function createApi(center: () => string | null): Api {
  const address = (path: string, query: Query = {}): string => {
    const words = new URLSearchParams()
    const all: Query = { ...query, center: center() }
    for (const [name, value] of Object.entries(all)) {
      if (value !== null) words.set(name, String(value))
    }
    const text = words.toString()
    return text === '' ? path : `${path}?${text}`
  }
  const get = <Value>(path: string, query?: Query) => call<Value>('GET', address(path, query))

  return {
    get,
    session: () => get<Session>('/api/session'),
    signIn: (name, password) => call<null>('POST', '/api/session', { name, password }),
    signOut: () => call<null>('DELETE', '/api/session'),
    boards: async () => {
      const answer = await get<{ boards: { board: Board }[] }>('/api/boards')
      return answer.ok
        ? { ...answer, value: answer.value.boards.map(({ board }) => board) }
        : answer
    },
    board: async (key) => {
      const answer = await get<{ board: Board }>(`/api/boards/${encodeURIComponent(key)}`)
      return answer.ok ? { ...answer, value: answer.value.board } : answer
    },
    post: (path, body) => call('POST', address(path), body),
    put: (path, body, etag) => call('PUT', address(path), body, etag),
  }
}

async function call<Value>(
  method: string,
  path: string,
  body?: unknown,
  etag: string | null = null,
): Promise<Answer<Value>> {
  const giveUp = new AbortController()
  const timer = setTimeout(() => {
    giveUp.abort()
  }, LIMIT_MS)
  try {
    const response = await fetch(path, {
      method,
      signal: giveUp.signal,
      headers: {
        accept: 'application/json',
        ...(body ? { 'content-type': 'application/json' } : {}),
        ...(etag === null ? {} : { 'if-match': etag }),
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    })
    if (!response.ok) return { ok: false, failure: await failureOf(response) }
    // The server checks its answers against its own contract; a client that did so again would
    // carry every schema to every TV.
    const value = (response.status === 204 ? null : await response.json()) as Value
    return { ok: true, value, etag: response.headers.get('etag') }
  } catch {
    return { ok: false, failure: { kind: 'offline' } }
  } finally {
    clearTimeout(timer)
  }
}

type Said = { detail?: string; errors?: readonly Fault[]; detailsFrom?: string }

async function failureOf(response: Response): Promise<Failure> {
  switch (response.status) {
    case 401:
      return { kind: 'notSignedIn' }
    case 403:
      return { kind: 'notAllowed' }
    case 404:
      return { kind: 'notFound' }
    case 412:
      return { kind: 'outdated' }
    case 429:
      return { kind: 'tooMany' }
    case 502:
    case 503:
    case 504:
      return { kind: 'offline' }
    default: {
      const problem: unknown = await response.json().catch(() => null)
      // What answers for our server may not speak as it does.
      const said = (problem ?? {}) as Said
      const { detail = response.statusText, errors = [], detailsFrom } = said
      if (detailsFrom !== undefined) return { kind: 'givenUp', from: detailsFrom }
      return { kind: 'refused', detail, faults: errors }
    }
  }
}
