/** What every answer has, what hostile requests get, the screens, and the document. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { connect } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { z } from 'zod'
import { LogUnavailable } from '../stream/eventLog.ts'
import { route } from './route.ts'
import { startTestServer, type Asked, type TestServer } from '../../test/apiServer.ts'
import { usualKind } from '../../test/database.ts'

/** A route that fails as its query says. */
const failing = route({
  method: 'get',
  path: '/api/failing',
  summary: 'Fails.',
  needs: 'anybody',
  ofCenter: false,
  query: z.strictObject({ how: z.string() }),
  answers: {},
  handle: ({ query: { how } }) => {
    if (how === 'log') throw new LogUnavailable('Redis is away')
    throw new Error('password=hunter2 at line 7')
  },
})

let server: TestServer
let folder: string
let ready = { stream: null as string | null, database: null, engine: null as string | null }
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ringside-client-'))
  await mkdir(join(folder, 'assets'))
  await writeFile(join(folder, 'index.html'), '<!doctype html><title>Ringside</title>')
  await writeFile(join(folder, 'tv.html'), '<!doctype html><title>TV</title>')
  await writeFile(join(folder, 'assets', 'main-3f2a.js'), 'export {}')
  await writeFile(join(folder, '.secret'), 'hidden')
  server = await startTestServer({
    kind: usualKind,
    postgresUrl: inject('postgresUrl'),
    redisSocket: inject('redisSocket'),
    clientDir: folder,
    change: (parts) => ({
      ...parts,
      routes: [...parts.routes, failing],
      readiness: () => Promise.resolve(ready),
    }),
  })
})
afterAll(async () => {
  await server.close()
  await rm(folder, { recursive: true, force: true })
})

const call = (path: string, asked: Asked = {}) =>
  server.call(path, { key: server.apiKey, ...asked })

describe('every answer', () => {
  it('has a request id, a content policy without inline scripts, and no name of the server', async () => {
    const { headers } = await call('/api/session')
    expect(headers.get('x-request-id')).toMatch(/^[\w-]{36}$/)
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy).toContain("default-src 'self'")
    expect(policy).toContain("script-src 'self';")
    expect(policy).toContain(`connect-src 'self' ws://127.0.0.1:${String(server.port)} wss://`)
    expect(policy).not.toContain('upgrade-insecure-requests')
    expect(headers.get('x-content-type-options')).toBe('nosniff')
    expect(headers.get('x-powered-by')).toBeNull()
    expect(headers.get('cache-control')).toBe('no-store')
  })

  it('puts no strange host into its policy', async () => {
    const answer = await rawRequest('GET /healthz HTTP/1.1\r\nHost: a; script-src *\r\n\r\n')
    expect(answer).toMatch(/connect-src 'self';/)
    expect(answer).not.toMatch(/script-src \*/)
  })

  it('takes a request id from a proxy that is trusted only', async () => {
    const headers = { 'x-request-id': 'chosen-by-the-sender' }
    expect((await call('/healthz', { headers })).headers.get('x-request-id')).not.toBe(
      headers['x-request-id'],
    )
  })

  it('is in the log by its route, without names, addresses or secrets', async () => {
    server.logged.length = 0
    await call('/api/boards/anna-berg?center=demo')
    await call('/api/anna')
    const lines = server.logged.join('')
    expect(lines).toContain('/api/boards/:key')
    expect(lines).not.toMatch(/anna|127\.0\.0\.1|key-of-the-environment|demo/)
  })
})

/** What a client sends that follows no rules of HTTP libraries; gives back all that came. */
function rawRequest(text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(server.port, '127.0.0.1', () => {
      socket.write(text.replace('\r\n', '\r\nConnection: close\r\n'))
    })
    let said = ''
    socket.on('data', (chunk) => (said += String(chunk)))
    socket.on('close', () => {
      resolve(said)
    })
    socket.on('error', reject)
  })
}

describe('hostile requests', () => {
  const json = { 'content-type': 'application/json' }

  it.each<[string, string, Asked, number]>([
    ['no such call', '/api/nothing', {}, 404],
    ['nor below one', '/api/session/x/y', {}, 404],
    ['another method', '/api/catalogue', { method: 'DELETE' }, 405],
    ['a method nobody knows', '/api/session', { method: 'PATCH' }, 405],
    ['a path that is no UTF-8', '/api/boards/%E0%A4%A', {}, 400],
    ['a path with a null byte', '/api/boards/%00', {}, 400],
    ['dots in a path', '/api/boards/..%2f..%2fetc%2fpasswd', {}, 400],
    ['an endless path', `/api/boards/${'a'.repeat(5_000)}`, {}, 400],
    ['not JSON', '/api/keys', { method: 'POST', raw: '{"name":', headers: json }, 400],
    ['nothing at all', '/api/keys', { method: 'POST', raw: '', headers: json }, 400],
    ['a bare word', '/api/keys', { method: 'POST', raw: '"x"', headers: json }, 400],
    ['null', '/api/keys', { method: 'POST', raw: 'null', headers: json }, 400],
    ['a list', '/api/keys', { method: 'POST', raw: '[]', headers: json }, 400],
    ['no content type', '/api/keys', { method: 'POST', raw: new Uint8Array([123, 125]) }, 415],
    [
      'XML',
      '/api/keys',
      { method: 'POST', raw: '<a/>', headers: { 'content-type': 'text/xml' } },
      415,
    ],
    [
      'a strange charset',
      '/api/keys',
      { method: 'POST', raw: '{}', headers: { 'content-type': 'application/json; charset=koi8' } },
      415,
    ],
    [
      'a strange encoding',
      '/api/keys',
      { method: 'POST', raw: '{}', headers: { ...json, 'content-encoding': 'x' } },
      415,
    ],
    [
      'broken gzip',
      '/api/keys',
      { method: 'POST', raw: 'no gzip', headers: { ...json, 'content-encoding': 'gzip' } },
      400,
    ],
    [
      'a body of a megabyte',
      '/api/keys',
      { method: 'POST', raw: `{"name":"${'a'.repeat(1_000_000)}"}`, headers: json },
      413,
    ],
    [
      'a bomb that unpacks to 100 MB',
      '/api/keys',
      {
        method: 'POST',
        raw: new Uint8Array(gzipSync(Buffer.alloc(100_000_000, 32))),
        headers: { ...json, 'content-encoding': 'gzip' },
      },
      413,
    ],
    [
      'a prototype',
      '/api/keys',
      { method: 'POST', raw: '{"__proto__":{"rights":["admin"]},"name":"x"}', headers: json },
      400,
    ],
    [
      'JSON nested 10,000 deep',
      '/api/directory',
      { method: 'PUT', raw: `${'['.repeat(10_000)}${']'.repeat(10_000)}`, headers: json },
      400,
    ],
    [
      'settings nested 10,000 deep',
      '/api/directory',
      {
        method: 'PUT',
        raw: `{"sources":[{"source":"/a/b","settings":{"a":${'['.repeat(10_000)}${']'.repeat(10_000)}}}]}`,
        headers: json,
      },
      400,
    ],
    ['a parameter that is none', '/api/catalogue?callback=alert', {}, 400],
    ['a parameter as an object', '/api/audit?limit[$gt]=1', {}, 400],
    ['a prototype as a parameter', '/api/audit?__proto__=1', {}, 400],
    ['an unknown center', '/api/boards?center=nowhere', {}, 400],
    ['two centers', '/api/boards?center=main&center=demo', {}, 400],
    ['a query of 10,000 parameters', `/api/audit?${'a=1&'.repeat(3_000)}`, {}, 400],
  ])('%s: a problem, and the server goes on', async (_name, path, asked, status) => {
    const answer = await call(path, asked)
    expect(answer.status).toBe(status)
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
    expect(answer.json).toMatchObject({
      type: 'about:blank',
      status,
      detail: expect.any(String) as string,
    })
    expect(answer.text).not.toMatch(/node_modules|\.ts:|at /)
    expect((await call('/healthz')).status).toBe(200)
  })

  it('says which methods there are', async () => {
    const answer = await call('/api/boards/center', { method: 'POST' })
    expect(answer.headers.get('allow')).toBe('GET, PUT, DELETE, HEAD, OPTIONS')
    const options = await call('/api/boards/center', { method: 'OPTIONS' })
    expect(options.status).toBe(204)
    expect(options.headers.get('allow')).toBe('GET, PUT, DELETE, HEAD, OPTIONS')
    expect((await call('/api/catalogue', { method: 'HEAD' })).status).toBe(200)
  })

  it('tells strangers nothing about what there is', async () => {
    const known = await server.call('/api/boards/center')
    const unknown = await server.call('/api/boards/none')
    expect(known.status).toBe(401)
    expect(unknown.text).toBe(known.text)
    expect(known.headers.get('www-authenticate')).toBe('Bearer realm="ringside"')
  })

  it('asks who it is before it reads what they send', async () => {
    const huge = { method: 'PUT', raw: `{"a":"${'a'.repeat(2_000_000)}"}` }
    const answer = await server.call('/api/directory', {
      ...huge,
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.status).toBe(401)
  })

  it('takes any bytes for a query or a body and answers with less than 500', async () => {
    const paths = ['/api/audit', '/api/boards', '/api/boards/center', '/api/users', '/api/session']
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...paths),
        fc.webQueryParameters(),
        fc.constantFrom('GET', 'PUT', 'POST', 'DELETE'),
        fc.json(),
        async (path, query, method, body) => {
          const hasBody = method === 'PUT' || method === 'POST'
          const headers = hasBody ? { 'content-type': 'application/json' } : {}
          const raw = hasBody ? { raw: body } : {}
          const answer = await call(`${path}?${query}`, { method, headers, ...raw })
          expect(answer.status).toBeLessThan(500)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('says that it will work again, when it will', async () => {
    const answer = await call('/api/failing?how=log')
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('2')
  })

  it('keeps its own faults to itself, and logs them under the request id', async () => {
    server.logged.length = 0
    const answer = await call('/api/failing?how=bug')
    expect(answer.status).toBe(500)
    expect(answer.text).not.toContain('hunter2')
    const line = server.logged.find((each) => each.includes('request failed')) ?? ''
    expect(line).toContain(answer.headers.get('x-request-id'))
    expect(line).toContain('at line 7')
  })
})

describe('the screens', () => {
  const page = { headers: { accept: 'text/html' } }

  it.each(['/', '/wall/center', '/live', '/sign-in', '/wall/queue?queue=sales', '/setup/users'])(
    '%s is the screens’ page, asked for anew each time',
    async (path) => {
      const answer = await server.call(path, page)
      expect(answer.status).toBe(200)
      expect(answer.text).toContain('<title>Ringside</title>')
      expect(answer.headers.get('cache-control')).toBe('no-cache')
    },
  )

  it('/tv is a page of its own', async () => {
    expect((await server.call('/tv', page)).text).toContain('<title>TV</title>')
  })

  it('files with a hash in their name are kept for ever', async () => {
    const answer = await server.call('/assets/main-3f2a.js')
    expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(answer.headers.get('content-type')).toMatch(/javascript/)
  })

  it.each([
    ['a file of an older release', '/assets/main-0000.js'],
    ['a missing file', '/favicon.png'],
    ['a hidden file', '/.secret'],
    ['above the folder', '/..%2f..%2fetc/passwd'],
    ['above the folder, in disguise', '/assets/..%5c..%5csecret'],
  ])('%s is not there', async (_name, path) => {
    const answer = await server.call(path, page)
    expect(answer.status).toBeGreaterThanOrEqual(400)
    expect(answer.text).not.toMatch(/<title>|hidden|root:/)
  })

  it('the API is never the screens', async () => {
    expect((await server.call('/api/nothing', page)).headers.get('content-type')).toBe(
      'application/problem+json',
    )
  })
})

describe('health', () => {
  it('lives, whatever else is away', async () => {
    expect((await server.call('/healthz')).json).toEqual({ status: 'ok' })
  })

  it('is ready when every part is, and says which is not', async () => {
    const all = { stream: 'ok', database: 'ok', engine: 'ok' }
    const answer = await server.call('/readyz')
    expect(answer.status).toBe(200)
    expect(answer.json).toEqual({ status: 'ready', checks: all })
    ready = { stream: 'Redis is away', database: null, engine: '12 s behind' }
    const later = await server.call('/readyz')
    expect(later.status).toBe(503)
    expect(later.json).toEqual({
      status: 'notReady',
      checks: { ...all, stream: 'Redis is away', engine: '12 s behind' },
    })
  })

  it('counts requests for Prometheus, by route and never by address', async () => {
    await call('/api/boards/center')
    await call(`/api/${'x'.repeat(20)}`)
    const { text, headers } = await server.call('/metrics')
    expect(headers.get('content-type')).toMatch(/^text\/plain/)
    expect(text).toMatch(
      /ringside_http_request_seconds_count\{method="GET",route="\/api\/boards\/:key",status="200"\} \d/,
    )
    expect(text).not.toContain('xxx')
  })
})

it('hands POST /api/events to the door as it comes', async () => {
  const answer = await server.call('/api/events', { method: 'POST', raw: 'anything' })
  expect(answer.status).toBe(202)
  expect(answer.text).toBe('events')
})

describe('/api/openapi.json', () => {
  type Operation = {
    parameters?: { name: string; in: string }[]
    requestBody?: object
    responses: object
  }
  type Document = { openapi: string; paths: Record<string, Record<string, Operation>> }
  const document = async () => (await server.call('/api/openapi.json')).json as Document

  it('covers every route, with its parameters, its body and its answers', async () => {
    const { openapi, paths } = await document()
    expect(openapi).toBe('3.1.0')
    for (const each of server.parts.routes) {
      const operation = paths[each.path]?.[each.method]
      expect(operation, `${each.method} ${each.path}`).toBeDefined()
      const names = (operation?.parameters ?? []).map((parameter) => parameter.name)
      if (each.ofCenter) expect(names).toContain('center')
      for (const [, name] of each.path.matchAll(/\{(\w+)\}/g)) expect(names).toContain(name)
      if (each.query instanceof z.ZodObject) {
        expect(names).toEqual(expect.arrayContaining(Object.keys(each.query.shape)))
      }
      expect(operation?.requestBody !== undefined).toBe(each.body !== null)
      expect(Object.keys(operation?.responses ?? {})).toEqual(
        expect.arrayContaining(Object.keys(each.answers)),
      )
    }
    expect(paths['/api/events']?.['post']).toBeDefined()
  })

  it('names no call that there is not', async () => {
    const { paths } = await document()
    for (const [path, operations] of Object.entries(paths)) {
      for (const method of Object.keys(operations)) {
        const answer = await server.call(path.replaceAll(/\{\w+\}/g, 'x'), {
          method: method.toUpperCase(),
        })
        expect([404, 405], `${method} ${path}`).not.toContain(answer.status)
      }
    }
  })

  it('and docs/api.md name the same calls', async () => {
    const page = await readFile(new URL('../../docs/api.md', import.meta.url), 'utf8')
    const named = new Set(page.match(/(?:GET|POST|PUT|DELETE) \/[a-z]+(?:\/[\w{}]+)*/g))
    const routes = server.parts.routes
      .filter(({ path }) => path !== failing.path)
      .map(({ method, path }) => `${method.toUpperCase()} ${path}`)
    const others = ['POST /api/events', 'GET /healthz', 'GET /readyz', 'GET /metrics']
    expect([...named].sort()).toEqual([...routes, ...others].sort())
  })

  it('describes what the directory holds', async () => {
    const text = JSON.stringify((await document()).paths['/api/directory'])
    expect(text).toContain('serviceLevel')
    expect(text).toContain('shortAbandonSeconds')
  })
})
