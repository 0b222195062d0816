/** The HTTP side of Ringside: express with every route, the screens, and how it is doing. */
import { randomUUID } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express'
import helmet from 'helmet'
import type { Logger } from 'pino'
import { Histogram, type Registry } from 'prom-client'
import { PasswordsBusy } from '../auth/password.ts'
import { DetailsGivenUp } from '../books/read/givenUp.ts'
import { isAway, isDamaged } from '../database/failure.ts'
import { LogUnavailable } from '../stream/eventLog.ts'
import { clientPages } from './clientPages.ts'
import { healthRoutes, type Readiness } from './health.ts'
import { mountRoutes, send, type MountParts } from './mount.ts'
import { openApiDocument } from './openapi.ts'
import { instantText } from './instant.ts'
import { problem } from './problem.ts'
import type { Answer } from './answer.ts'
import type { Route } from './route.ts'

/** When to try again after something that heals by itself. */
const RETRY_AFTER_SECONDS = '2'

export type AppParts = MountParts & {
  routes: readonly Route[]
  /** `POST /api/events`: reads its own body and checks its own keys; null: another process does. */
  events: ((request: IncomingMessage, response: ServerResponse) => void) | null
  readiness: () => Promise<Readiness>
  /** What `/metrics` shows; the API adds its own. */
  metrics: Registry
  /** Where the built screens lie; null: there are none. */
  clientDir: string | null
  /** The release, for the API's document. */
  version: string
  log: Logger
}

/**
 * Makes the whole of it. `trustProxy` is what express is told: with a proxy in front, its word on
 * addresses and https counts.
 */
export function createApp(parts: AppParts): Express {
  const { log } = parts
  const app = express()
  app.disable('x-powered-by')
  app.set('trust proxy', parts.trustProxy)
  app.set('etag', false)

  app.use(watched(parts.metrics, log, parts.trustProxy !== false))
  app.use(contentPolicy(), headers)
  app.use(healthRoutes(parts.readiness, parts.metrics))
  const { events } = parts
  if (events) {
    app.all('/api/events', (request, response) => {
      events(request, response)
    })
  }
  app.use(mountRoutes(parts.routes, parts))
  const document = openApiDocument(parts.routes, parts.version)
  app.get('/api/openapi.json', (_request, response) => {
    send(response, { status: 200, body: document })
  })
  app.use('/api', (request, response) => {
    send(response, problem(404, `There is no ${request.method} ${request.baseUrl}${request.path}.`))
  })
  if (parts.clientDir !== null) app.use(clientPages(parts.clientDir))
  app.use((_request, response) => {
    send(response, problem(404, 'There is nothing here.'))
  })
  app.use(failed(log))
  return app
}

/** A center is reached by a handful of names; who sends others gets theirs made anew. */
const MAX_HOSTS = 100

/** Scripts, styles, sockets and everything else from our own origin; no inline script at all. */
function contentPolicy(): RequestHandler {
  // Made once for each: helmet checks a policy as it makes it, which takes longer than all the rest.
  const policies = new Map<string, RequestHandler>()
  return (request, response, next) => {
    // Express says that there is always one; HTTP/1.0 need not name any.
    const host = (request.host as string | undefined) ?? ''
    const known = policies.get(host)
    const policy = known ?? policyFor(host)
    if (!known && policies.size < MAX_HOSTS) policies.set(host, policy)
    policy(request, response, next)
  }
}

function policyFor(asked: string): RequestHandler {
  // Older engines do not take 'self' to mean sockets as well, so the host is named.
  const host = /^[\w.:[\]-]{1,255}$/.test(asked) ? asked : null
  const sockets = host === null ? [] : [`ws://${host}`, `wss://${host}`]
  return helmet.contentSecurityPolicy({
    useDefaults: false,
    directives: {
      defaultSrc: ["'self'"],
      scriptSrc: ["'self'"],
      scriptSrcAttr: ["'none'"],
      // Components set sizes and colours by style attributes.
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", 'data:'],
      fontSrc: ["'self'", 'data:'],
      connectSrc: ["'self'", ...sockets],
      objectSrc: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
      frameAncestors: ["'self'"],
    },
  })
}

/**
 * The other headers of helmet. Left to the proxy that speaks https: that browsers should insist on
 * it. By plain http, as in an office's own network, browsers ignore the isolation headers and
 * complain about each.
 */
const headers = helmet({
  contentSecurityPolicy: false,
  strictTransportSecurity: false,
  crossOriginOpenerPolicy: false,
  originAgentCluster: false,
})

/** A request id for every request, its time for Prometheus, and a line in the log. */
function watched(metrics: Registry, log: Logger, isProxyTrusted: boolean): RequestHandler {
  const seconds = new Histogram({
    name: 'ringside_http_request_seconds',
    help: 'How long requests took, by route and status.',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10],
    registers: [metrics],
  })
  return (request, response, next) => {
    const given = isProxyTrusted ? request.headers['x-request-id'] : undefined
    const id = typeof given === 'string' && /^[\w-]{8,64}$/.test(given) ? given : randomUUID()
    response.setHeader('x-request-id', id)
    const end = seconds.startTimer()
    const startedAtMs = performance.now()
    response.once('finish', () => {
      // The route and not the address: addresses hold names of people, and there is no end of them.
      const pattern = (request.route as { path?: unknown } | undefined)?.path
      const route = typeof pattern === 'string' ? pattern : 'other'
      const { statusCode: status } = response
      const { method } = request
      end({ method, route, status })
      const ms = Math.round(performance.now() - startedAtMs)
      log.debug({ requestId: id, method, route, status, ms }, 'request')
    })
    next()
  }
}

/** Whatever failed on the way: what the sender did wrong is said, what we did is logged. */
function failed(log: Logger): ErrorRequestHandler {
  return (error: unknown, _request, response, next) => {
    if (response.headersSent) {
      next(error)
      return
    }
    const answer = answerTo(error)
    if (answer.status >= 500) {
      log.error({ err: error, requestId: response.getHeader('x-request-id') }, 'request failed')
    }
    send(response, answer)
  }
}

function answerTo(error: unknown): Answer {
  // What express and its parser throw carries a status, and a type that says what was wrong.
  const { status, type } = (typeof error === 'object' && error !== null ? error : {}) as {
    status?: unknown
    type?: unknown
  }
  if (typeof status === 'number' && status >= 400 && status < 500) {
    return problem(status, parserDetail(type))
  }
  if (error instanceof DetailsGivenUp) {
    const from = instantText(error.fromMs)
    const detail =
      `Details are kept from ${from} on (center.retention.detailDays); ` +
      'of earlier times only sums, by whole quarters of an hour.'
    return problem(410, detail, [], {}, { detailsFrom: from })
  }
  const again = { 'retry-after': RETRY_AFTER_SECONDS }
  if (error instanceof PasswordsBusy) {
    return problem(503, 'Too many people sign in at this moment; try again.', [], again)
  }
  if (error instanceof LogUnavailable) {
    return problem(503, 'The stream cannot be reached now; try again.', [], again)
  }
  if (isDamaged(error)) {
    return problem(
      503,
      'The database is damaged. A restart puts the last backup in place.',
      [],
      again,
    )
  }
  if (isAway('sqlite', error) || isAway('postgres', error)) {
    return problem(503, 'The database cannot be reached now; try again.', [], again)
  }
  return problem(500, 'Something went wrong here; the log has the rest, under the request id.')
}

function parserDetail(type: unknown): string {
  switch (type) {
    case 'entity.parse.failed':
      return 'The body is not JSON, or neither an object nor an array.'
    case 'entity.too.large':
      return 'The body is too large.'
    case 'request.aborted':
      return 'The request ended before its body.'
    case 'encoding.unsupported':
    case 'charset.unsupported':
      return 'Send the body as UTF-8, plain or gzip.'
    default:
      return 'The request cannot be understood.'
  }
}
