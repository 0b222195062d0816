/** What goes back to a caller. */

/** A body is sent as JSON, a text as it is. */
export type Answer = {
  status: number
  body?: unknown
  text?: string
  headers?: Readonly<Record<string, string>>
}

/** The usual answer. */
export function ok(body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 200, body, headers }
}
