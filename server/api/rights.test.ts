/** Who may make which call: a row for every route, a column for every kind of caller. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { startTestServer, type TestServer } from '../../test/apiServer.ts'
import { usualKind } from '../../test/database.ts'

/** Callers by letter, in the order of the columns. */
const callers = {
  '-': 'a stranger',
  A: 'administrator',
  S: 'supervisor of everything',
  s: 'supervisor of the team red',
  r: 'the rep anna',
  E: 'evaluator',
  D: 'display',
  i: 'key with ingest',
  R: 'key with read',
  K: 'key with admin',
} as const
type Letter = keyof typeof callers
const letters = Object.keys(callers) as Letter[]

const allButStrangers = 'ASsrEDiRK'
/**
 * Each route with a request that does no harm (where it would, it lacks a body or names nothing),
 * and who may make it. A call about scopes has a row for each kind of scope.
 */
const table: [route: string, request: string, mayCall: string][] = [
  ['GET /api/metrics', '/api/metrics?scope=center&ids=callsOffered', 'ASEDRK'],
  ['GET /api/metrics', '/api/metrics?scope=team:red&ids=callsHandled', 'ASsrEDRK'],
  ['GET /api/metrics', '/api/metrics?scope=team:blue&ids=callsHandled', 'ASEDRK'],
  ['GET /api/metrics', '/api/metrics?scope=agent:anna&ids=callsHandled', 'ASsrEDRK'],
  ['GET /api/metrics', '/api/metrics?scope=agent:ben&ids=callsHandled', 'ASsEDRK'],
  ['GET /api/metrics/history', '/api/metrics/history?scope=center&ids=callsOffered', 'ASEDRK'],
  ['GET /api/metrics/history', '/api/metrics/history?scope=team:red&ids=callsHandled', 'ASsrEDRK'],
  ['GET /api/metrics/history', '/api/metrics/history?scope=agent:ben&ids=callsHandled', 'ASsEDRK'],
  ['GET /api/sums', '/api/sums?ids=callsOffered', 'ASEDRK'],
  ['GET /api/live', '/api/live?scope=center', 'ASDRK'],
  ['GET /api/live', '/api/live?scope=team:red', 'ASsDRK'],
  ['GET /api/live', '/api/live?scope=agent:anna', 'ASsrDRK'],
  ['GET /api/live', '/api/live?scope=agent:ben', 'ASsDRK'],
  ['GET /api/explain', '/api/explain?scope=center&id=callsOffered', 'ASERK'],
  ['GET /api/explain', '/api/explain?scope=team:red&id=callsHandled', 'ASsERK'],
  ['GET /api/explain', '/api/explain?scope=agent:anna&id=callsHandled', 'ASsrERK'],
  ['GET /api/explain', '/api/explain?scope=agent:ben&id=callsHandled', 'ASsERK'],
  // Whose it is decides: numbers.test.ts has the rows.
  ['GET /api/subjects/{key}', '/api/subjects/none', 'ASsrERK'],
  ['GET /api/reconcile', '/api/reconcile', 'ASsiRK'],
  ['GET /api/catalogue', '/api/catalogue', 'ASsrEDRK'],
  ['GET /api/goals', '/api/goals', allButStrangers],
  ['GET /api/directory', '/api/directory', 'ASsERK'],
  ['PUT /api/directory', '/api/directory', 'AK'],
  ['GET /api/status', '/api/status', 'ASsiRK'],
  ['GET /api/rejected', '/api/rejected', 'AK'],
  ['POST /api/rejected/{id}/retry', '/api/rejected/1-1/retry', 'AK'],
  ['DELETE /api/rejected/{id}', '/api/rejected/1-1', 'AK'],
  ['GET /api/metrics/own', '/api/metrics/own', 'ASsrEDRK'],
  ['GET /api/metrics/own/{key}', '/api/metrics/own/none', 'ASsrEDRK'],
  ['GET /api/metrics/own/{key}/versions', '/api/metrics/own/none/versions', 'AK'],
  ['POST /api/metrics/own/preview', '/api/metrics/own/preview', 'AK'],
  ['PUT /api/metrics/own/{key}', '/api/metrics/own/none', 'AK'],
  ['DELETE /api/metrics/own/{key}', '/api/metrics/own/none', 'AK'],
  ['GET /api/boards', '/api/boards', 'ASsrEDRK'],
  ['GET /api/boards/{key}', '/api/boards/center', 'ASsrEDRK'],
  ['PUT /api/boards/{key}', '/api/boards/none', 'ASsK'],
  ['DELETE /api/boards/{key}', '/api/boards/none', 'ASsK'],
  ['GET /api/session', '/api/session', allButStrangers],
  ['POST /api/session', '/api/session', `-${allButStrangers}`],
  ['DELETE /api/session', '/api/session', `-${allButStrangers}`],
  // A key has neither password nor sessions, and is told so: 403.
  ['PUT /api/session/password', '/api/session/password', allButStrangers],
  ['GET /api/session/all', '/api/session/all', 'ASsrED'],
  ['DELETE /api/session/all/{id}', '/api/session/all/none', 'ASsrED'],
  ['GET /api/users', '/api/users', 'AK'],
  ['POST /api/users', '/api/users', 'AK'],
  ['PUT /api/users/{id}', '/api/users/none', 'AK'],
  ['DELETE /api/users/{id}', '/api/users/none', 'AK'],
  ['GET /api/keys', '/api/keys', 'AK'],
  ['POST /api/keys', '/api/keys', 'AK'],
  ['DELETE /api/keys/{id}', '/api/keys/none', 'AK'],
  ['GET /api/audit', '/api/audit', 'AK'],
]

let server: TestServer
/** How each caller shows who it is; a session that a row has ended is opened anew. */
let shows: Record<Letter, () => Promise<{ cookie?: string; key?: string }>>
beforeAll(async () => {
  const [postgresUrl, redisSocket] = [inject('postgresUrl'), inject('redisSocket')]
  server = await startTestServer({ kind: usualKind, postgresUrl, redisSocket })
  const main = server.centers.get('main')
  await main?.directory.put(
    {
      teams: [{ key: 'red' }, { key: 'blue' }],
      agents: ['anna', 'ben'].map((key) => ({ key, teams: [{ team: 'red' }] })),
    },
    'test',
    1,
    null,
  )
  const person = (...who: Parameters<TestServer['signedIn']>) => {
    return async () => ({ cookie: await server.signedIn(...who) })
  }
  const program = (right: 'ingest' | 'read' | 'admin') => {
    return async () => ({ key: await server.key([right]) })
  }
  shows = {
    '-': async () => ({}),
    A: person('administrator'),
    S: person('supervisor'),
    s: person('supervisor', 'team:red'),
    r: person('agent', 'agent:anna'),
    E: person('evaluator'),
    D: person('display'),
    i: program('ingest'),
    R: program('read'),
    K: program('admin'),
  }
})
afterAll(() => server.close())

describe.each(table)('%s: %s', (route, request, mayCall) => {
  it(`is for ${mayCall}`, async () => {
    const [method = ''] = route.split(' ')
    const hasBody = method === 'PUT' || method === 'POST'
    const allowed: Letter[] = []
    for (const letter of letters) {
      const who = await shows[letter]()
      // A body of nothing is refused by every schema, after the caller was asked for.
      const answer = await server.call(request, { method, ...who, ...(hasBody && { body: [] }) })
      const isRefused = answer.status === 401 || answer.status === 403
      if (!isRefused) allowed.push(letter)
      if (isRefused) expect(answer.status, callers[letter]).toBe(letter === '-' ? 401 : 403)
      expect(answer.status, `${callers[letter]}: ${answer.text}`).toBeLessThan(500)
    }
    expect(allowed.join('')).toBe(mayCall)
  })
})

it('has a row for every route, and no other', () => {
  const routes = server.parts.routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`)
  expect([...new Set(table.map(([route]) => route))].sort()).toEqual(routes.sort())
})
