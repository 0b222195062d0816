/** A server that answers as Ringside's door does, and fails as it is told to: for the command line. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { parseEvent } from '../shared/events/parse.ts'
import type { SentEvent } from '../shared/events/sent.ts'

/** What to do with a request instead of answering it as usual. */
export type Trouble =
  /** Answered so. */
  | { status: number; headers?: Record<string, string>; body?: unknown }
  /** Stored, and then the connection breaks before the answer. */
  | 'lostAnswer'

export type StandIn = {
  url: string
  /** The batches that came in, duplicates and all, and where they were sent. */
  posts: { url: string; key: string; events: SentEvent[] }[]
  /** Every event that was accepted, once. */
  accepted: SentEvent[]
  /** What happens to the next requests for events, one after the other. */
  troubles: Trouble[]
  /** How often the status is asked before the engine has caught up; null: it never does. */
  lag: number | null
  statusAsked: number
  /** How often it then says that the past is judged anew, and that something was committed. */
  judgingLooks: number
  /** How large a body may be. */
  maxBytes: number
  /** Answers of other paths. */
  answers: Map<string, unknown>
  close: () => Promise<void>
}

export async function startStandIn(): Promise<StandIn> {
  const known = new Set<string>()
  let batches = 0
  const server = createServer((request, response) => {
    answer(request, response).catch((error: unknown) => {
      response.writeHead(500).end(String(error))
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const standIn: StandIn = {
    url: `http://127.0.0.1:${String(port)}`,
    ...{ posts: [], accepted: [], troubles: [], lag: 0, statusAsked: 0, judgingLooks: 0 },
    ...{ maxBytes: 4 * 1024 * 1024, answers: new Map() },
    close: async () => {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk as Buffer)
    const url = new URL(request.url ?? '/', standIn.url)
    if (url.pathname === '/api/events') {
      takeEvents(request, response, Buffer.concat(chunks))
    } else if (url.pathname === '/api/status' && !standIn.answers.has('/api/status')) {
      standIn.statusAsked += 1
      const isThere = standIn.lag !== null && standIn.statusAsked > standIn.lag
      const place = isThere ? `${String(batches)}-0` : '0-0'
      const judgingAnew = isThere && standIn.judgingLooks > 0
      if (judgingAnew) standIn.judgingLooks -= 1
      const committedAt = new Date(standIn.statusAsked).toISOString()
      send(response, 200, { engine: { place, judgingAnew, committedAt } })
    } else {
      const found = standIn.answers.get(url.pathname)
      send(response, found === undefined ? 404 : 200, found ?? { title: 'Not Found' })
    }
  }

  function takeEvents(request: IncomingMessage, response: ServerResponse, body: Buffer): void {
    const trouble = standIn.troubles.shift()
    if (trouble !== undefined && trouble !== 'lostAnswer') {
      send(response, trouble.status, trouble.body ?? { title: 'Trouble' }, trouble.headers)
      return
    }
    if (body.length > standIn.maxBytes) {
      send(response, 413, { title: 'Content Too Large' })
      return
    }
    const events = JSON.parse(body.toString('utf8')) as SentEvent[]
    const key = (request.headers.authorization ?? '').replace('Bearer ', '')
    standIn.posts.push({ url: request.url ?? '', key, events })
    const verdict = judge(events)
    if (trouble === 'lostAnswer') request.socket.destroy()
    else send(response, 202, verdict)
  }

  function judge(events: readonly SentEvent[]): unknown {
    const fresh: SentEvent[] = []
    const rejected: unknown[] = []
    for (const [index, event] of events.entries()) {
      const parsed = parseEvent(event)
      const { id = null } = Object(event) as { id?: string | null }
      if (!parsed.ok) rejected.push({ index, id, errors: parsed.errors })
      else if (!known.has(`${event.source} ${event.id}`)) fresh.push(event)
      if (parsed.ok) known.add(`${event.source} ${event.id}`)
    }
    if (fresh.length > 0) batches += 1
    standIn.accepted.push(...fresh)
    const duplicates = events.length - fresh.length - rejected.length
    return { accepted: fresh.length, duplicates, rejected, place: `${String(batches)}-0` }
  }
  return standIn
}

function send(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(body))
}
