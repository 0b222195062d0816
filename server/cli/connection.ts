/** The running server, as a command asks it: over HTTP, patient while it is away for a moment. */
import { z } from 'zod'
import { MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import {
  CommandFailed,
  textOf,
  UsageError,
  type CliIo,
  type Option,
  type Values,
} from './command.ts'

const DEFAULT_URL = 'http://localhost:4000'
/** An answer that takes longer than this does not come. */
const ANSWER_LIMIT_MS = MINUTE_MS
/** A server that was there and is gone is waited for so long: time enough to restart it. */
const AWAY_LIMIT_MS = 2 * MINUTE_MS
/** Between two tries: at first, and at most. */
const FIRST_PAUSE_MS = 250
const LAST_PAUSE_MS = 5 * SECOND_MS

/** The options of every command that talks to the server. */
export const connectionOptions: Readonly<Record<string, Option>> = {
  url: {
    type: 'string',
    value: 'ADDRESS',
    help: `the server; else RINGSIDE_URL, else ${DEFAULT_URL}`,
  },
  key: { type: 'string', value: 'KEY', help: 'an API key; else RINGSIDE_API_KEY' },
  center: { type: 'string', value: 'CENTER', help: 'the center that is meant; else the first one' },
}

/** What the server says of a batch of events. */
export const Verdict = z.object({
  accepted: z.int(),
  duplicates: z.int(),
  rejected: z.array(
    z.object({
      index: z.int(),
      id: z.string().nullable(),
      errors: z.array(z.object({ path: z.string(), message: z.string() })),
    }),
  ),
  place: z.string(),
})
export type Verdict = z.output<typeof Verdict>

/** The answer to a request, and whether an earlier try of it may have been heard as well. */
export type Answered<Body> = { body: Body; isRepeated: boolean }

export type Connection = {
  url: string
  get: <Schema extends z.ZodType>(
    path: string,
    query: Readonly<Record<string, string>>,
    schema: Schema,
  ) => Promise<z.output<Schema>>
  /** Posts JSON; null where the server finds it too large. */
  post: <Schema extends z.ZodType>(
    path: string,
    body: string,
    schema: Schema,
  ) => Promise<Answered<z.output<Schema>> | null>
}

type Asked = { method: 'GET' | 'POST'; path: string; query: URLSearchParams; body: string | null }

/** Nothing is sent before the first request. */
export function connect(io: CliIo, values: Values): Connection {
  const url = textOf(values, 'url') ?? io.env['RINGSIDE_URL'] ?? DEFAULT_URL
  if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
    throw new UsageError(`${url} is no address of a server, such as ${DEFAULT_URL}`)
  }
  const base = url.replace(/\/+$/, '')
  const key = textOf(values, 'key') ?? io.env['RINGSIDE_API_KEY'] ?? null
  const center = textOf(values, 'center')
  let wasThere = false

  async function attempt(asked: Asked): Promise<Response> {
    const query = asked.query.size > 0 ? `?${asked.query.toString()}` : ''
    return fetch(`${base}${asked.path}${query}`, {
      method: asked.method,
      headers: {
        accept: 'application/json',
        ...(key === null ? {} : { authorization: `Bearer ${key}` }),
        ...(asked.body === null ? {} : { 'content-type': 'application/json' }),
      },
      body: asked.body,
      signal: AbortSignal.any([io.signal, AbortSignal.timeout(ANSWER_LIMIT_MS)]),
    })
  }

  /** Asks until there is an answer that is one; a server that was never there is not waited for. */
  async function ask(asked: Asked): Promise<{ response: Response; isRepeated: boolean }> {
    const beganMs = io.now()
    let isRepeated = false
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LAST_PAUSE_MS)) {
      const tried = await attempt(asked).catch((error: unknown) => reasonOf(error))
      io.signal.throwIfAborted()
      if (typeof tried !== 'string') {
        wasThere = true
        const later = laterMs(tried)
        if (later === null) return { response: tried, isRepeated }
        // What was answered with 503 was not stored; of other faults nobody knows.
        isRepeated ||= tried.status !== 503 && tried.status !== 429
        await giveUpAfterAWhile(beganMs, `it answers ${String(tried.status)}`)
        await io.wait(Math.max(pauseMs, later))
      } else {
        if (!wasThere && !brokenOff.has(tried)) throw new CommandFailed(nobodyThere(base, tried))
        isRepeated = true
        await giveUpAfterAWhile(beganMs, tried)
        await io.wait(pauseMs)
      }
      io.signal.throwIfAborted()
    }
  }

  async function giveUpAfterAWhile(beganMs: number, reason: string): Promise<void> {
    if (io.now() - beganMs < AWAY_LIMIT_MS) return
    const seconds = String(AWAY_LIMIT_MS / SECOND_MS)
    throw new CommandFailed(`Ringside at ${base} has not answered for ${seconds} s: ${reason}`)
  }

  const queryOf = (query: Readonly<Record<string, string>>): URLSearchParams =>
    new URLSearchParams({ ...query, ...(center === null ? {} : { center }) })

  return {
    url: base,
    get: async (path, query, schema) => {
      const asked = { method: 'GET', path, query: queryOf(query), body: null } as const
      const { response } = await ask(asked)
      return bodyOf(response, schema, base)
    },
    post: async (path, body, schema) => {
      const { response, isRepeated } = await ask({ method: 'POST', path, query: queryOf({}), body })
      if (response.status === 413) {
        await response.body?.cancel()
        return null
      }
      return { body: await bodyOf(response, schema, base), isRepeated }
    },
  }
}

/** How long a server that cannot now wants to be left alone; null: it can. */
function laterMs({ status, headers }: Response): number | null {
  if (status < 500 && status !== 429) return null
  const seconds = Number(headers.get('retry-after') ?? 0)
  return Number.isFinite(seconds) ? Math.min(seconds * SECOND_MS, LAST_PAUSE_MS) : 0
}

const Problem = z.object({
  title: z.string().optional(),
  detail: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
})

async function bodyOf<Schema extends z.ZodType>(
  response: Response,
  schema: Schema,
  base: string,
): Promise<z.output<Schema>> {
  const text = await response.text()
  const body = jsonOf(text)
  if (response.ok) {
    const parsed = schema.safeParse(body)
    if (parsed.success) return parsed.data
    throw new CommandFailed(`${base} does not answer as Ringside does: ${text.slice(0, 200)}`)
  }
  const problem = Problem.safeParse(body).data
  const faults = (problem?.errors ?? []).map(({ path, message }) => `${path} ${message}`.trim())
  const detail = [problem?.detail ?? problem?.title ?? text.slice(0, 200), ...faults].join('; ')
  const advice = response.status === 401 ? ' (--key, or RINGSIDE_API_KEY)' : ''
  throw new CommandFailed(`${base} refuses (${String(response.status)}): ${detail}${advice}`)
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown
  } catch {
    return null
  }
}

function nobodyThere(base: string, reason: string): string {
  return (
    `Ringside does not answer at ${base} (${reason}). ` +
    'Start it with npm start, or name another one with --url.'
  )
}

const NO_ANSWER = 'no answer within a minute'
/** Somebody was there, and the connection broke before the answer. */
const brokenOff: ReadonlySet<string> = new Set(['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET', NO_ANSWER])

/** Why a request failed, in a few words: fetch hides it in a cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  if (error.name === 'TimeoutError') return NO_ANSWER
  const { cause } = error
  if (cause instanceof AggregateError) return reasonOf(cause.errors[0])
  if (cause instanceof Error) {
    return 'code' in cause ? String(cause.code) : cause.message
  }
  return 'code' in error ? String(error.code) : error.message
}
