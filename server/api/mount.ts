/** Puts the declared routes on express: who may, what was sent, what goes back. */
import { json, Router, type Request, type RequestHandler, type Response } from 'express'
import { emptyDirectory } from '../../shared/directory.ts'
import { can, canSomewhere, personOf, type Viewer } from '../../shared/rights.ts'
import { parseScope } from '../../shared/scope.ts'
import { isHttps } from '../auth/cookie.ts'
import { isCrossSite } from '../auth/crossSite.ts'
import { nameOf, type Caller, type Identity } from '../auth/identity.ts'
import { isDeeperThan, MAX_DEPTH } from '../ingest/depth.ts'
import type { CenterParts, Centers } from './parts.ts'
import { badRequest, problem, type Fault } from './problem.ts'
import type { Answer } from './answer.ts'
import type { Route } from './route.ts'

/** Enough for any board or user; the directory asks for more. */
const BODY_LIMIT = 512 * 1024

/** Which proxies are believed (`RINGSIDE_TRUST_PROXY`): none, so many before us, or by address. */
export type TrustProxy = false | number | string[]

export type MountParts = {
  identity: Identity
  centers: Centers
  trustProxy: TrustProxy
  now: () => number
}

export function mountRoutes(routes: readonly Route[], parts: MountParts): Router {
  const router = Router({ caseSensitive: true, strict: true })
  const methods = new Map<string, string[]>()
  for (const route of routes) {
    const path = expressPath(route.path)
    methods.set(path, [...(methods.get(path) ?? []), route.method.toUpperCase()])
    const limit = route.bodyLimit ?? BODY_LIMIT
    const body = route.body ? [asJson, json({ limit, type: 'application/json' }), notTooDeep] : []
    // Who may comes before what was sent: nobody makes us read a body that is not theirs to send.
    router[route.method](
      path,
      identify(route, parts),
      ...body,
      ...(route.before ?? []),
      handler(route, parts),
    )
  }
  for (const [path, allowed] of methods) {
    const allow = [...allowed, ...(allowed.includes('GET') ? ['HEAD'] : []), 'OPTIONS'].join(', ')
    router.options(path, (_request, response) => {
      send(response, { status: 204, headers: { allow } })
    })
    router.all(path, (request, response) => {
      const detail = `${request.method} is not possible here, only ${allow}.`
      send(response, problem(405, detail, [], { allow }))
    })
  }
  return router
}

/** `/api/boards/{key}` as express writes it. */
function expressPath(path: string): string {
  return path.replaceAll(/\{(\w+)\}/g, ':$1')
}

/** What `identify` found out, for the handler after it. */
type Found = { caller: Caller | null; viewer: Viewer | null; center: CenterParts }
const found = new WeakMap<Request, Found>()

function identify(route: Route, parts: MountParts): RequestHandler {
  return async (request, response, next) => {
    const who = await find(route, parts, request)
    if ('status' in who) {
      send(response, who)
    } else {
      found.set(request, who)
      next()
    }
  }
}

/** Who calls, about which center; or the answer to somebody who may not. */
async function find(route: Route, parts: MountParts, request: Request): Promise<Found | Answer> {
  const caller = await parts.identity.callerOf(request.headers)
  const refusal = mayKnock(route, caller, request)
  if (refusal) return refusal
  const center = await chooseCenter(route, caller, request, parts.centers)
  if ('status' in center) return center
  const viewer = caller && (await viewerIn(caller, center, route, parts.now()))
  const { needs } = route
  const isFree = needs === 'anybody' || needs === 'signedIn'
  if (!isFree && (!viewer || !canSomewhere(viewer, needs))) {
    return problem(403, 'Your role does not include this.')
  }
  return { caller, viewer, center }
}

/** Refuses strangers, and pages of other sites that use somebody's cookie. */
function mayKnock(route: Route, caller: Caller | null, request: Request): Answer | null {
  const withCookie = request.headers.authorization === undefined
  if (withCookie && isCrossSite(request.method, request.headers, request.host || null)) {
    return problem(403, 'This came from a page of another site.')
  }
  if (route.needs === 'anybody' || caller) return null
  const detail = withCookie
    ? 'Sign in, or send a key: Authorization: Bearer <key>.'
    : 'This key is unknown or was revoked.'
  return problem(401, detail, [], { 'www-authenticate': 'Bearer realm="ringside"' })
}

async function chooseCenter(
  route: Route,
  caller: Caller | null,
  request: Request,
  centers: Centers,
): Promise<CenterParts | Answer> {
  const bound = caller?.kind === 'key' ? caller.center : null
  const asked = route.ofCenter ? request.query['center'] : undefined
  if (asked !== undefined && typeof asked !== 'string') {
    return badRequest([{ path: 'center', message: 'must be given once' }])
  }
  if (bound !== null && asked !== undefined && asked !== bound) {
    return problem(403, `This key opens the center "${bound}" only.`)
  }
  if (
    bound !== null &&
    !route.ofCenter &&
    !['anybody', 'signedIn', 'seeCatalogue'].includes(route.needs)
  ) {
    return problem(403, `This key opens the center "${bound}" only, and this is about all.`)
  }
  const key = asked ?? bound ?? (await centers.shown())
  const center = centers.of(key)
  if (center) return center
  const known = centers
    .keys()
    .map((name) => `"${name}"`)
    .join(', ')
  return badRequest([{ path: 'center', message: `"${key}" is unknown; there is ${known}` }])
}

async function viewerIn(
  caller: Caller,
  center: CenterParts,
  route: Route,
  nowMs: number,
): Promise<Viewer> {
  if (caller.kind === 'key') return { kind: 'key', rights: caller.rights }
  // What has no center is decided by the role alone.
  const directory = route.ofCenter ? (await center.directory.current()).directory : emptyDirectory
  return personOf(caller.user, directory, nowMs)
}

const asJson: RequestHandler = (request, response, next) => {
  const type = request.headers['content-type'] ?? ''
  if (/^application\/json *(;|$)/i.test(type)) next()
  else send(response, problem(415, 'Send JSON: Content-Type: application/json.'))
}

/** What walks a value later calls itself for each level. */
const notTooDeep: RequestHandler = (request, response, next) => {
  if (!isDeeperThan(MAX_DEPTH, request.body)) {
    next()
    return
  }
  const message = `must not be nested deeper than ${String(MAX_DEPTH)} levels`
  send(response, badRequest([{ path: '', message }]))
}

function handler(route: Route, parts: MountParts): RequestHandler {
  return async (request, response) => {
    send(response, await answerTo(route, parts, request))
  }
}

async function answerTo(route: Route, parts: MountParts, request: Request): Promise<Answer> {
  const who = found.get(request)
  if (!who) throw new Error('A request reached its handler before anybody asked who it is from')
  const { caller, viewer, center } = who
  const query: Record<string, unknown> = { ...request.query }
  if (route.ofCenter) delete query['center']

  const sent = { params: { ...request.params }, query, body: request.body as unknown }
  const parsed = route.parse(sent)
  if (!parsed.ok) return parsed.answer
  const refusal = await refuseScopes(route, parsed.scopes, viewer, center)
  if (refusal) return refusal
  return parsed.handle({
    caller,
    viewer,
    center,
    by: caller ? nameOf(caller) : 'nobody',
    headers: request.headers,
    address: request.ip ?? '',
    https: isHttps(request.headers, parts.trustProxy !== false),
  })
}

/** Asks for each scope of the request whether it is one, may be seen, and exists. */
async function refuseScopes(
  route: Route,
  texts: readonly string[],
  viewer: Viewer | null,
  center: CenterParts,
): Promise<Answer | null> {
  const { needs } = route
  if (texts.length === 0 || needs === 'anybody' || needs === 'signedIn') return null
  const faults: Fault[] = []
  for (const text of texts) {
    const scope = parseScope(text)
    if (!scope) {
      const message = `"${text}" is no scope: write center, or site:, team:, queue: or agent: and a key`
      faults.push({ path: 'scope', message })
    } else if (!viewer || !can(viewer, needs, scope)) {
      return problem(403, `You may not see "${text}".`)
    }
  }
  if (faults.length > 0) return badRequest(faults)
  const unknown = await center.directory.unknownScopes(texts)
  return unknown.length > 0
    ? badRequest(unknown.map((message) => ({ path: 'scope', message })))
    : null
}

/** Sends an answer. What the API says is of this moment: nothing keeps it. */
export function send(response: Response, answer: Answer): void {
  response.status(answer.status)
  response.setHeader('cache-control', 'no-store')
  for (const [name, value] of Object.entries(answer.headers ?? {})) response.setHeader(name, value)
  if (answer.text !== undefined) {
    response.end(answer.text)
  } else if (answer.body === undefined) {
    response.end()
  } else {
    if (!response.hasHeader('content-type')) {
      response.setHeader('content-type', 'application/json; charset=utf-8')
    }
    response.end(JSON.stringify(answer.body))
  }
}
