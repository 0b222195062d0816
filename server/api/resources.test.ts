/** Users, keys, boards, the directory and the audit log over HTTP, on both databases. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { readyBoards } from '../../shared/boards.ts'
import { metricIds } from '../../shared/metrics/registry.ts'
import { databaseKinds } from '../../test/database.ts'
import {
  startTestServer,
  type Answered,
  type Asked,
  type TestServer,
} from '../../test/apiServer.ts'

describe.each(databaseKinds)('%s', (kind) => {
  let server: TestServer
  beforeAll(async () => {
    const [postgresUrl, redisSocket] = [inject('postgresUrl'), inject('redisSocket')]
    server = await startTestServer({ kind, postgresUrl, redisSocket })
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    server.told.passwordSet = 0
    server.told.sessionsEnded = []
    for (const table of [
      'user',
      'session',
      'key',
      'audit',
      'board',
      'directory',
      'outbox',
    ] as const) {
      await server.database.deleteFrom(table).execute()
    }
  })

  const call = (path: string, asked: Asked = {}): Promise<Answered> =>
    server.call(path, { key: server.apiKey, ...asked })
  const put = (path: string, body: unknown, headers = {}): Promise<Answered> =>
    call(path, { method: 'PUT', body, headers })
  const post = (path: string, body: unknown): Promise<Answered> =>
    call(path, { method: 'POST', body })
  const remove = (path: string): Promise<Answered> => call(path, { method: 'DELETE' })
  const actions = async (): Promise<string[]> => {
    const { rows } = (await call('/api/audit')).json as { rows: { action: string; by: string }[] }
    return rows.map(({ action, by }) => `${by} ${action}`).sort()
  }

  describe('/api/users', () => {
    const anna = {
      name: 'Anna',
      password: 'correct horse',
      role: 'supervisor',
      scopes: ['team:red'],
    }

    it('adds, lists, changes and removes somebody', async () => {
      const added = await post('/api/users', anna)
      expect(added.status).toBe(201)
      const { id } = added.json as { id: string }
      const user = {
        id,
        name: 'Anna',
        role: 'supervisor',
        scopes: ['team:red'],
        createdAt: '2026-11-21T09:00:00.000Z',
        disabled: false,
      }
      expect(added.json).toEqual(user)
      expect((await call('/api/users')).json).toEqual({ users: [user] })

      const changed = await put(`/api/users/${id}`, { role: 'evaluator', scopes: [] })
      expect(changed.json).toEqual({ ...user, role: 'evaluator', scopes: [] })
      expect(server.told.sessionsEnded).toEqual([id])
      expect((await remove(`/api/users/${id}`)).status).toBe(204)
      expect((await call('/api/users')).json).toEqual({ users: [] })
      expect(await actions()).toEqual([
        'key:RINGSIDE_API_KEY user.changed',
        'key:RINGSIDE_API_KEY user.created',
        'key:RINGSIDE_API_KEY user.deleted',
      ])
    })

    it('never tells a password, nor its hash', async () => {
      const added = await post('/api/users', anna)
      const list = await call('/api/users')
      for (const { text } of [added, list]) expect(text).not.toMatch(/argon2|horse|password/i)
    })

    it.each([
      ['a short password', { ...anna, password: 'short' }, 'password'],
      ['no role', { ...anna, role: undefined }, 'role'],
      ['an unknown role', { ...anna, role: 'boss' }, 'role'],
      ['a scope that is none', { ...anna, scopes: ['red'] }, 'scopes.0'],
      ['an agent who is nobody', { ...anna, role: 'agent' }, 'scopes'],
      ['a misspelt field', { ...anna, rights: [] }, ''],
      ['an empty name', { ...anna, name: '  ' }, 'name'],
      ['a list', [anna], ''],
    ])('refuses %s and says where', async (_name, body, path) => {
      const answer = await post('/api/users', body)
      expect(answer.status).toBe(400)
      expect(answer.json).toMatchObject({ errors: [{ path }] })
    })

    it('refuses a taken name, the last administrator’s leaving, and what is not there', async () => {
      const boss = await post('/api/users', { ...anna, role: 'administrator' })
      const { id } = boss.json as { id: string }
      expect(server.told.passwordSet).toBe(1)
      expect((await post('/api/users', { ...anna, name: 'ANNA' })).status).toBe(409)
      expect((await put(`/api/users/${id}`, { disabled: true })).status).toBe(409)
      expect((await put(`/api/users/${id}`, { role: 'agent', scopes: [] })).status).toBe(400)
      expect((await remove(`/api/users/${id}`)).status).toBe(409)
      expect((await put('/api/users/nobody', { name: 'x' })).status).toBe(404)
      expect((await remove('/api/users/nobody')).status).toBe(404)
    })
  })

  describe('/api/keys', () => {
    it('shows a key once, lists it without its secret, and revokes it', async () => {
      const made = await post('/api/keys', { name: 'PBX', rights: ['ingest'], source: '/a/b' })
      expect(made.status).toBe(201)
      const { id, secret } = made.json as { id: string; secret: string }
      expect(secret).toMatch(/^rs_[0-9a-f]{18}_[\w-]{43}$/)
      const list = await call('/api/keys')
      expect(list.json).toEqual({
        keys: [
          {
            id,
            name: 'PBX',
            rights: ['ingest'],
            center: null,
            source: '/a/b',
            createdAt: '2026-11-21T09:00:00.000Z',
            usedAt: null,
            revoked: false,
          },
        ],
      })
      expect((await call('/api/session', { key: secret })).status).toBe(200)
      expect((await remove(`/api/keys/${id}`)).status).toBe(204)
      expect((await call('/api/session', { key: secret })).status).toBe(401)
      expect((await remove(`/api/keys/${id}`)).status).toBe(404)
      expect((await call('/api/keys')).json).toMatchObject({ keys: [{ revoked: true }] })
    })

    it.each([
      ['no right', { name: 'x', rights: [] }, 'rights'],
      ['an unknown right', { name: 'x', rights: ['everything'] }, 'rights.0'],
      ['no name', { rights: ['read'] }, 'name'],
      ['a source that is none', { name: 'x', rights: ['ingest'], source: 'a b' }, 'source'],
    ])('refuses %s', async (_name, body, path) => {
      expect((await post('/api/keys', body)).json).toMatchObject({
        status: 400,
        errors: [{ path }],
      })
    })

    it('opens one center only, where it is bound to one', async () => {
      const key = await server.key(['read', 'admin'], { center: 'demo' })
      expect((await call('/api/boards', { key })).status).toBe(200)
      expect((await call('/api/session', { key })).json).toMatchObject({ center: { key: 'demo' } })
      expect((await call('/api/boards?center=demo', { key })).status).toBe(200)
      expect((await call('/api/boards?center=main', { key })).status).toBe(403)
      // People and keys belong to no center.
      expect((await call('/api/users', { key })).status).toBe(403)
      expect((await call('/api/keys', { key })).status).toBe(403)
    })
  })

  describe('/api/boards', () => {
    const board = {
      schema: 'ringside.board/1',
      key: 'night',
      name: 'Night',
      widgets: [{ kind: 'heading', x: 0, y: 0, w: 24, h: 1, text: 'Night' }],
    }

    it('has those that are shipped', async () => {
      const { boards } = (await call('/api/boards')).json as {
        boards: { board: { key: string }; version: number }[]
      }
      expect(boards.map((each) => each.board.key)).toEqual(['center', 'quality', 'queue', 'sales'])
      expect((await call('/api/boards/center')).json).toEqual({
        board: readyBoards[0],
        version: 0,
        changedAt: null,
        changedBy: null,
      })
      expect((await call('/api/boards/none')).status).toBe(404)
    })

    it('keeps one of ours, with versions', async () => {
      const first = await put('/api/boards/night', board)
      expect(first.json).toMatchObject({ board: { ...board, theme: 'dark' }, version: 1 })
      expect(first.headers.get('etag')).toBe('"1"')
      const same = await put('/api/boards/night', board)
      expect(same.json).toMatchObject({ version: 1 })
      const second = await put('/api/boards/night', { ...board, theme: 'light' })
      expect(second.json).toMatchObject({ version: 2, changedBy: 'key:RINGSIDE_API_KEY' })
      expect((await call('/api/boards/night')).json).toEqual(second.json)
      expect((await remove('/api/boards/night')).status).toBe(204)
      expect((await call('/api/boards/night')).status).toBe(404)
      expect((await remove('/api/boards/night')).status).toBe(404)
    })

    it('lets ours take the place of a shipped one, and gives that back', async () => {
      const mine = { ...board, key: 'center', name: 'Mine' }
      expect((await put('/api/boards/center', mine)).json).toMatchObject({ version: 1 })
      expect((await call('/api/boards/center')).json).toMatchObject({ board: { name: 'Mine' } })
      expect((await remove('/api/boards/center')).status).toBe(204)
      expect((await call('/api/boards/center')).json).toMatchObject({ version: 0 })
      expect((await remove('/api/boards/center')).status).toBe(404)
    })

    it('refuses to write over what somebody else wrote meanwhile', async () => {
      await put('/api/boards/night', board, { 'if-match': '"0"' })
      const stale = await put('/api/boards/night', { ...board, name: 'B' }, { 'if-match': '"0"' })
      expect(stale.status).toBe(412)
      const fresh = await put('/api/boards/night', { ...board, name: 'B' }, { 'if-match': '"1"' })
      expect(fresh.json).toMatchObject({ version: 2 })
      const strange = await put('/api/boards/night', board, { 'if-match': 'nonsense' })
      expect(strange.status).toBe(412)
    })

    it('takes only one of two that are new at once', async () => {
      const both = await Promise.all([
        put('/api/boards/night', { ...board, name: 'A' }, { 'if-match': '"0"' }),
        put('/api/boards/night', { ...board, name: 'B' }, { 'if-match': '"0"' }),
      ])
      expect(both.map(({ status }) => status).sort()).toEqual([200, 412])
    })

    it('keeps those of centers apart', async () => {
      await put('/api/boards/night', board)
      expect((await call('/api/boards/night?center=demo')).status).toBe(404)
    })

    it.each([
      ['another key than its address', { ...board, key: 'day' }, 'key'],
      ['a key of a path', { ...board, key: '../x' }, 'key'],
      ['an unknown widget', { ...board, widgets: [{ kind: 'clock' }] }, 'widgets.0.kind'],
      ['a misspelt field', { ...board, colour: 'red' }, ''],
      ['no schema', { ...board, schema: undefined }, 'schema'],
    ])('refuses %s', async (_name, body, path) => {
      const answer = await put('/api/boards/night', body)
      expect(answer.json).toMatchObject({ status: 400, errors: [{ path }] })
    })
  })

  describe('/api/directory', () => {
    /** Sends what waits in the outbox, as the engine's owner does. */
    const relay = () => server.database.updateTable('outbox').set({ sentAtMs: 1 }).execute()
    const putAndRelay = async (body: unknown, headers = {}): Promise<Answered> => {
      const waiting = { for: put('/api/directory', body, headers), done: false }
      void waiting.for.then(() => (waiting.done = true))
      while (!waiting.done) {
        await relay()
        await new Promise((resolve) => setImmediate(resolve))
      }
      return waiting.for
    }

    it('is read, edited and put back', async () => {
      const fresh = await call('/api/directory')
      expect(fresh.headers.get('etag')).toBe('"0"')
      const directory = fresh.json as { queues: object[] }
      const unchanged = await put('/api/directory', directory)
      expect(unchanged.json).toEqual({ changed: false, version: 0, inStream: true })

      const queues = [{ key: 'sales', serviceLevel: { thresholdSeconds: 15 } }]
      const answer = await putAndRelay({ ...directory, queues }, { 'if-match': '"0"' })
      expect(answer.json).toEqual({ changed: true, version: 1, inStream: true })
      const after = await call('/api/directory')
      expect(after.headers.get('etag')).toBe('"1"')
      expect(after.json).toMatchObject({
        queues: [{ key: 'sales', serviceLevel: { thresholdSeconds: 15, shortAbandonSeconds: 5 } }],
      })
      expect(await actions()).toEqual(['key:RINGSIDE_API_KEY directory.changed'])
      expect((await put('/api/directory', directory, { 'if-match': '"0"' })).status).toBe(412)
    })

    it('waits until the engine’s stream holds it', async () => {
      const putting = put('/api/directory', { sites: [{ key: 'osaka' }] })
      let done = false
      void putting.then(() => (done = true))
      const written = async () =>
        (await server.database.selectFrom('outbox').selectAll().execute()).length
      while ((await written()) === 0) await new Promise((resolve) => setImmediate(resolve))
      for (let n = 0; n < 3; n++) await call('/api/session')
      expect(done).toBe(false)
      await relay()
      expect((await putting).json).toMatchObject({ inStream: true })
    })

    it('names every fault by its path, all at once', async () => {
      const answer = await put('/api/directory', {
        center: { timeZone: 'Mars' },
        queues: [{ key: 'a', serviceLevelTarget: 2 }, { name: 'b' }],
      })
      expect(answer.status).toBe(400)
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      const { errors } = answer.json as { errors: { path: string }[] }
      expect(errors.map(({ path }) => path)).toEqual([
        'center.timeZone',
        'queues.0.serviceLevelTarget',
        'queues.1.key',
      ])
    })

    it('takes ten thousand agents, and says where the one that is wrong stands', async () => {
      const agents = Array.from({ length: 10_000 }, (_, n) => ({
        key: `agent-${String(n)}`,
        names: { full: `Agent ${String(n)}` },
      }))
      const answer = await putAndRelay({ agents })
      expect(answer.json).toMatchObject({ changed: true })
      agents[9_999] = { key: 'agent-0', names: { full: 'twice' } }
      expect((await put('/api/directory', { agents })).json).toMatchObject({
        errors: [{ path: 'agents', message: '"agent-0" occurs twice' }],
      })
    })
  })

  describe('/api/audit', () => {
    it('comes in pages, newest first, each row once', async () => {
      const rows = Array.from({ length: 25 }, (_, n) => ({
        id: `row-${String(n).padStart(2, '0')}`,
        // Several within one millisecond.
        atMs: 1_000 + Math.floor(n / 4),
        by: 'user:x',
        action: 'board.changed',
        about: String(n),
        detail: '',
      }))
      await server.database.insertInto('audit').values(rows).execute()
      const seen: string[] = []
      let next: string | null = ''
      let pages = 0
      while (next !== null) {
        const answer = await call(`/api/audit?limit=10${next === '' ? '' : `&cursor=${next}`}`)
        const page = answer.json as { rows: { id: string }[]; next: string | null }
        seen.push(...page.rows.map(({ id }) => id))
        next = page.next
        pages += 1
      }
      expect(pages).toBe(3)
      expect(seen).toEqual(rows.map(({ id }) => id).reverse())
    })

    it.each([
      ['cursor=nonsense', 'cursor'],
      ['cursor=WzEsMiwzXQ', 'cursor'],
      ['limit=0', 'limit'],
      ['limit=99999', 'limit'],
      ['limit=-1', 'limit'],
      ['limit=1&limit=2', 'limit'],
      ['action=unknown', 'action'],
      ['form=2026', ''],
    ])('refuses ?%s', async (query, path) => {
      const answer = await call(`/api/audit?${query}`)
      expect(answer.json).toMatchObject({ status: 400, errors: [{ path }] })
    })

    it('shows one kind of action', async () => {
      await post('/api/keys', { name: 'x', rights: ['read'] })
      await put('/api/boards/night', {
        schema: 'ringside.board/1',
        key: 'night',
        name: 'N',
        widgets: [],
      })
      const answer = await call('/api/audit?action=key.created')
      expect(answer.json).toMatchObject({ rows: [{ action: 'key.created' }], next: null })
    })
  })

  it('/api/catalogue has every metric, with what it is made from', async () => {
    const { metrics } = (await call('/api/catalogue')).json as { metrics: { id: string }[] }
    expect(metrics.map(({ id }) => id)).toEqual(metricIds)
    expect(metrics.find(({ id }) => id === 'serviceLevel')).toMatchObject({
      name: expect.any(String) as string,
      nameJa: 'サービスレベル',
      unit: 'ratio',
      better: 'higher',
      scopes: expect.arrayContaining(['queue', 'center']) as string[],
      counters: expect.arrayContaining(['serviceLevelMet']) as string[],
      formula: expect.any(String) as string,
      attribution: expect.any(String) as string,
    })
  })
})
