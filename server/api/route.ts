/** What a call of the API is: one declaration, from which express and the OpenAPI document are made. */
import type { IncomingHttpHeaders } from 'node:http'
import type { RequestHandler } from 'express'
import { z } from 'zod'
import type { Action, Viewer } from '../../shared/rights.ts'
import type { Caller } from '../auth/identity.ts'
import type { Answer } from './answer.ts'
import { badRequest, faultsOf } from './problem.ts'
import type { CenterParts } from './parts.ts'

/**
 * Who may make a call: anybody, whoever is signed in or shows a key, or who `can` do an action. An
 * action that is granted by scope is asked for each scope that `scopesOf` gives; a route without
 * `scopesOf` whose action is granted by scope asks by itself (`call.may`).
 */
export type Needs = Action | 'anybody' | 'signedIn'

/** A request that has been parsed, and who makes it. */
export type Call<Params, Query, Body> = {
  params: Params
  query: Query
  body: Body
  /** Null only where anybody may call. */
  caller: Caller | null
  /** The same, as `can` sees it in the center that the call is about. */
  viewer: Viewer | null
  /** The center that the call is about; routes without one get the one that screens show. */
  center: CenterParts
  /** How the audit log names the caller. */
  by: string
  headers: IncomingHttpHeaders
  /** Where the request comes from, as the proxy setting makes it. */
  address: string
  https: boolean
}

type Shapes<Params extends z.ZodType, Query extends z.ZodType, Body extends z.ZodType> = {
  params?: Params
  query?: Query
  body?: Body
}
/** What an answer holds, for the OpenAPI document and for the tests that hold the route to it. */
export type Described = { description: string; schema?: z.ZodType; type?: string }

type Said = {
  method: 'get' | 'post' | 'put' | 'delete'
  /** As OpenAPI writes it: `/api/boards/{key}`. */
  path: string
  /** One sentence, for the document. */
  summary: string
  needs: Needs
  /** Whether it is about one center, and so takes `?center=`. */
  ofCenter: boolean
  answers: Readonly<Record<number, Described>>
  /** What the body is, for the document, where the handler itself parses it. */
  documentedBody?: z.ZodType
  /** The largest body, in bytes; the default is enough for everything but a directory. */
  bodyLimit?: number
  /** Runs before the handler, with the parsed body at hand: the limits of the sign-in. */
  before?: readonly RequestHandler[]
}

/** A route whose types are no longer needed: `run` parses what it is given, then handles it. */
export type Route = Said & {
  params: z.ZodType | null
  query: z.ZodType | null
  body: z.ZodType | null
  /** The scopes that the request asks about, as text; null: none that could be asked about. */
  scopesOf: ((query: unknown) => readonly string[]) | null
  parse: (sent: { params: unknown; query: unknown; body: unknown }) => Parsed
}
export type Parsed =
  | { ok: false; answer: Answer }
  | {
      ok: true
      scopes: readonly string[]
      handle: (
        call: Omit<Call<unknown, unknown, unknown>, 'params' | 'query' | 'body'>,
      ) => Promise<Answer>
    }

const nothing = z.strictObject({})
type Nothing = typeof nothing

/** Declares a route. Strict schemas: a misspelt parameter is an error and not a default. */
export function route<
  Params extends z.ZodType = Nothing,
  Query extends z.ZodType = Nothing,
  Body extends z.ZodType = z.ZodUndefined,
>(
  declared: Said &
    Shapes<Params, Query, Body> & {
      scopesOf?: (query: z.output<Query>) => readonly string[]
      handle: (
        call: Call<z.output<Params>, z.output<Query>, z.output<Body>>,
      ) => Promise<Answer> | Answer
    },
): Route {
  const { params, query, body, scopesOf, handle, ...said } = declared
  return {
    ...said,
    params: params ?? null,
    query: query ?? null,
    body: body ?? null,
    scopesOf: scopesOf ? (parsed) => scopesOf(parsed as z.output<Query>) : null,
    parse: (sent) => {
      const inPath = (params ?? nothing).safeParse(sent.params)
      const inQuery = (query ?? nothing).safeParse(sent.query)
      const inBody = body ? body.safeParse(sent.body) : { success: true as const, data: undefined }
      const errors = [inPath, inQuery, inBody].flatMap((part) =>
        part.success ? [] : faultsOf(part.error),
      )
      if (!inPath.success || !inQuery.success || !inBody.success) {
        return { ok: false, answer: badRequest(errors) }
      }
      // Where a route declares no shape, its type is that of `nothing` or undefined.
      const parsed = {
        params: inPath.data as z.output<Params>,
        query: inQuery.data as z.output<Query>,
        body: inBody.data as z.output<Body>,
      }
      return {
        ok: true,
        scopes: scopesOf ? scopesOf(parsed.query) : [],
        handle: async (call) => handle({ ...call, ...parsed }),
      }
    },
  }
}

/** One value of a parameter that may stand in a URL once. */
export function once<Schema extends z.ZodType<unknown, string>>(schema: Schema) {
  return z
    .string({
      error: ({ input }) => (input === undefined ? 'is required' : 'must be given once'),
    })
    .pipe(schema)
}

/** All values of a parameter that may be repeated; `missing` says what is wrong without one. */
export function several(missing = 'must be text') {
  return z
    .union([z.string(), z.array(z.string())], missing)
    .transform((values) => (Array.isArray(values) ? values : [values]))
}
