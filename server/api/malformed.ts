/** What a client is told that does not speak HTTP, or speaks too long. */
import { STATUS_CODES, type Server } from 'node:http'
import { problem } from './problem.ts'

/** Node's codes for what has a status of its own; anything else is a bad request. */
const statuses: Readonly<Record<string, { status: number; detail: string }>> = {
  HPE_HEADER_OVERFLOW: { status: 431, detail: 'The headers are too long: send less than 16 KiB.' },
  ERR_HTTP_REQUEST_TIMEOUT: { status: 408, detail: 'The request did not arrive in time.' },
}
const malformed = { status: 400, detail: 'This is no HTTP request that can be understood.' }

/** Answers with a problem, like everything else here, and closes the connection. */
export function answerMalformed(http: Server): void {
  http.on('clientError', (error: NodeJS.ErrnoException, socket) => {
    // Who has gone cannot be told anything.
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    const { status, detail } = statuses[error.code ?? ''] ?? malformed
    const { body, headers } = problem(status, detail)
    const text = JSON.stringify(body)
    const lines = Object.entries({
      ...headers,
      'content-length': String(Buffer.byteLength(text)),
      connection: 'close',
    }).map(([name, value]) => `${name}: ${value}`)
    socket.end(
      `HTTP/1.1 ${String(status)} ${STATUS_CODES[status] ?? ''}\r\n${lines.join('\r\n')}\r\n\r\n${text}`,
    )
  })
}
