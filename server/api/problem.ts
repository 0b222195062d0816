/** Errors as RFC 9457 writes them: what is wrong, where, and what to do about it. */
import { STATUS_CODES } from 'node:http'
import type { z } from 'zod'
import type { Answer } from './answer.ts'

/** One fault: `path` names the field of the request, as `ids` or `agents.3.key`. */
export type Fault = { path: string; message: string }

/** A list of faults longer than this helps nobody, and an answer has to end somewhere. */
const MAX_FAULTS = 1_000

/** An answer that says no. `detail` is for people; `errors` names each fault of the request. */
export function problem(
  status: number,
  detail: string,
  errors: readonly Fault[] = [],
  headers: Readonly<Record<string, string>> = {},
  /** What a program needs to know besides. */
  more: Readonly<Record<string, string>> = {},
): Answer {
  const body = {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? 'Error',
    status,
    detail,
    ...more,
    ...(errors.length > 0 ? { errors: errors.slice(0, MAX_FAULTS) } : {}),
  }
  return { status, body, headers: { ...headers, 'content-type': 'application/problem+json' } }
}

/** The faults that a schema found, each at its place under `prefix`. */
export function faultsOf(error: z.ZodError, prefix: readonly string[] = []): Fault[] {
  return error.issues.map(({ path, message }) => ({
    path: [...prefix, ...path.map(String)].join('.'),
    message,
  }))
}

/** Faults in the request: 400. */
export function badRequest(errors: readonly Fault[]): Answer {
  const [first] = errors
  const detail = first
    ? `${first.path === '' ? 'the request' : first.path}: ${first.message}`
    : 'The request cannot be understood.'
  return problem(400, detail, errors)
}
