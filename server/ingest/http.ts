/** `POST /api/events`: the one way in for everybody's events. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { LogUnavailable } from '../stream/eventLog.ts'
import { discardRest, readBody, type Body } from './body.ts'
import { eventsOf } from './contentModes.ts'
import { MAX_BATCH_EVENTS, type BatchVerdict, type Door, type IngestRights } from './door.ts'
import { answerJson, answerProblem, type Problem } from './problem.ts'

/** A body of 10,000 events, or of one large one. */
const MAX_BODY_BYTES = 4 * 1024 * 1024
/** What bodies may take up in memory together, until they are judged: a full house of large ones. */
const MAX_HELD_BYTES = 32 * MAX_BODY_BYTES
/** When to try again: a log that cannot store is back in seconds, or people have to see to it. */
const RETRY_AFTER_SECONDS = 2

export type Authorised =
  | { ok: true; rights: IngestRights }
  /** 401: nobody we know; 403: somebody who may not. */
  | { ok: false; status: 401 | 403; detail: string }

export type EventsParts = {
  authorise: (request: IncomingMessage) => Authorised | Promise<Authorised>
  /** The door of a center; null where it is not served here. */
  doorOf: (center: string) => Pick<Door, 'judge'> | null
  /** Told of a fault of ours, with the request answered. */
  failed: (error: unknown) => void
  /** `MAX_BODY_BYTES` unless set. */
  maxBodyBytes?: number
}

export type HandleEvents = (request: IncomingMessage, response: ServerResponse) => void

/**
 * The handler of `POST /api/events`.
 *
 * It reads the body itself, so it works on a plain http server and in express before any parser of
 * bodies. Whatever comes, it answers: 202 with a verdict on each event, or a problem.
 */
export function eventsHandler(parts: EventsParts): HandleEvents {
  const maxBodyBytes = parts.maxBodyBytes ?? MAX_BODY_BYTES
  let heldBytes = 0

  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (request.method !== 'POST') {
      const problem = { status: 405, detail: 'Events are sent with POST.' }
      return refuse(request, response, { ...problem, headers: { Allow: 'POST' } })
    }
    const authorised = await parts.authorise(request)
    if (!authorised.ok) return refuse(request, response, unauthorised(authorised))
    const { rights } = authorised
    if (!rights.ingest) {
      return refuse(request, response, { status: 403, detail: 'This key may not send events.' })
    }
    const door = parts.doorOf(rights.center)
    if (!door) {
      const detail = `The center ${rights.center} is not served here.`
      return refuse(request, response, { status: 404, detail })
    }
    const holdBytes = bytesToHold(request, maxBodyBytes)
    if (heldBytes + holdBytes > MAX_HELD_BYTES) {
      return refuse(request, response, unavailable('Too many large requests at once.'))
    }
    heldBytes += holdBytes
    try {
      await judge(request, response, door, rights)
    } finally {
      heldBytes -= holdBytes
    }
  }

  const judge = async (
    request: IncomingMessage,
    response: ServerResponse,
    door: Pick<Door, 'judge'>,
    rights: IngestRights,
  ): Promise<void> => {
    const outcome = await readBody(request, maxBodyBytes).then((body) =>
      body ? outcomeOf(request, body, door, rights) : null,
    )
    if (!outcome) return
    if (outcome.ok) return void answerJson(response, 202, 'application/json', outcome.verdict)
    return refuse(request, response, outcome.problem)
  }

  return (request, response) => {
    answer(request, response).catch((error: unknown) => {
      parts.failed(error)
      if (response.headersSent) response.destroy()
      else answerProblem(response, { status: 500, detail: 'A fault of the server; see its log.' })
    })
  }
}

type Outcome = { ok: true; verdict: BatchVerdict } | { ok: false; problem: Problem }

/** Not async: the body would be held until the answer. */
function outcomeOf(
  { headers }: IncomingMessage,
  body: Body,
  door: Pick<Door, 'judge'>,
  rights: IngestRights,
): Outcome | Promise<Outcome> {
  if (!body.ok) return body
  const sent = eventsOf(headers, body.bytes)
  if (!sent.ok) return sent
  const count = sent.events.length
  if (count > MAX_BATCH_EVENTS) {
    const detail = `A batch may hold ${String(MAX_BATCH_EVENTS)} events; this one holds ${String(count)}.`
    return { ok: false, problem: { status: 413, detail } }
  }
  return door.judge(sent.events, rights).then(
    (verdict) => ({ ok: true, verdict }),
    (error: unknown) => {
      if (!(error instanceof LogUnavailable)) throw error
      const problem = unavailable('Events cannot be stored now. Send them again later.')
      return { ok: false, problem }
    },
  )
}

/** How large a body may get in memory, before it is read. */
function bytesToHold({ headers }: IncomingMessage, maxBodyBytes: number): number {
  if (headers['content-encoding'] !== undefined) return maxBodyBytes
  return Math.min(Number(headers['content-length'] ?? maxBodyBytes), maxBodyBytes)
}

async function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  problem: Problem,
): Promise<void> {
  await discardRest(request)
  // What is left of the body would be taken for the next request.
  if (!request.complete) response.setHeader('Connection', 'close')
  answerProblem(response, problem)
}

function unauthorised({ status, detail }: { status: 401 | 403; detail: string }): Problem {
  return { status, detail, headers: status === 401 ? { 'WWW-Authenticate': 'Bearer' } : {} }
}

function unavailable(detail: string): Problem {
  return { status: 503, detail, headers: { 'Retry-After': String(RETRY_AFTER_SECONDS) } }
}
