/** Errors as RFC 9457 has them. */
import { STATUS_CODES, type ServerResponse } from 'node:http'

/** A refusal of a whole request. */
export type Problem = {
  status: number
  /** What is wrong, for whoever reads the sender's log. */
  detail: string
  /** More headers, such as `Retry-After`. */
  headers?: Readonly<Record<string, string>>
}

export function answerProblem(response: ServerResponse, problem: Problem): void {
  const { status, detail, headers } = problem
  const title = STATUS_CODES[status] ?? 'Error'
  const content = { type: 'about:blank', title, status, detail }
  answerJson(response, status, 'application/problem+json', content, headers)
}

export function answerJson(
  response: ServerResponse,
  status: number,
  type: string,
  content: unknown,
  headers: Readonly<Record<string, string>> = {},
): void {
  const body = Buffer.from(JSON.stringify(content))
  response.writeHead(status, {
    'Content-Type': type,
    'Content-Length': body.length,
    'Cache-Control': 'no-store',
    ...headers,
  })
  response.end(body)
}
