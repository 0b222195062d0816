/** Signing in and out, and what protects it. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { databaseKinds } from '../../test/database.ts'
import { createUser, NewUser } from '../auth/users.ts'
import { startTestServer, type Answered, type TestServer } from '../../test/apiServer.ts'

/** The session's token in an answer's cookie. */
function tokenOf(answer: Answered): string {
  return /ringside=([\w-]*)/.exec(answer.headers.get('set-cookie') ?? '')?.[1] ?? ''
}

describe.each(databaseKinds)('%s', (kind) => {
  let server: TestServer
  beforeAll(async () => {
    const [postgresUrl, redisSocket] = [inject('postgresUrl'), inject('redisSocket')]
    server = await startTestServer({ kind, postgresUrl, redisSocket, trustProxy: 1 })
  })
  afterAll(() => server.close())
  beforeEach(async () => {
    server.told.passwordSet = 0
    server.told.sessionsEnded = []
    for (const table of ['user', 'session', 'audit'] as const) {
      await server.database.deleteFrom(table).execute()
    }
    await add('admin', 'administrator')
  })

  const add = async (name: string, role = 'supervisor', ...scopes: string[]): Promise<string> => {
    const user = NewUser.parse({ name, role, scopes, password: 'correct horse' })
    const created = await createUser(server.database, user, 'test', server.parts.now())
    return created.ok ? created.user.id : ''
  }
  /** From an address of its own, so that the limits of one test are not another's. */
  let addresses = 0
  const address = (): Record<string, string> => {
    addresses += 1
    return { 'x-forwarded-for': `198.51.${String(addresses >> 8)}.${String(addresses & 255)}` }
  }
  const signIn = (name: string, password: string, more: object = {}): Promise<Answered> =>
    server.call('/api/session', {
      method: 'POST',
      body: { name, password },
      headers: address(),
      ...more,
    })
  const whoAmI = (cookie: string): Promise<Answered> => server.call('/api/session', { cookie })

  it('hands out a session for the right name and password', async () => {
    const answer = await signIn('Admin', 'correct horse')
    expect(answer.status).toBe(204)
    expect(answer.headers.get('set-cookie')).toMatch(
      /^ringside=[\w-]{43}; Path=\/; Max-Age=2592000; HttpOnly; SameSite=Lax$/,
    )
    const me = await whoAmI(tokenOf(answer))
    expect(me.status).toBe(200)
    expect(me.json).toMatchObject({
      kind: 'user',
      name: 'admin',
      role: 'administrator',
      may: expect.arrayContaining(['manageUsers']) as unknown,
      center: { key: 'main', name: 'Ringside', timeZone: 'UTC', simulated: false },
    })
  })

  it('hands out a guarded cookie by https', async () => {
    const answer = await signIn('admin', 'correct horse', {
      headers: { ...address(), 'x-forwarded-proto': 'https' },
    })
    expect(answer.headers.get('set-cookie')).toMatch(
      /^__Host-ringside=[\w-]{43}; Path=\/; .*; Secure$/,
    )
  })

  it.each([
    ['the wrong password', 'admin', 'wrong horse'],
    ['an unknown name', 'nobody', 'correct horse'],
    ['a password of somebody else', 'Anna', 'correct horse'],
  ])('says the same to %s', async (_name, name, password) => {
    const id = await add('Anna')
    await server.database.updateTable('user').set({ disabled: 1 }).where('id', '=', id).execute()
    const answer = await signIn(name, password)
    expect(answer.status).toBe(401)
    expect(answer.json).toMatchObject({ detail: 'The name or the password is wrong.' })
    expect(answer.headers.get('set-cookie')).toBeNull()
    expect(answer.headers.get('content-type')).toBe('application/problem+json')
  })

  it('never continues a session that the browser came with', async () => {
    const first = tokenOf(await signIn('admin', 'correct horse'))
    const answer = await signIn('admin', 'correct horse', { cookie: first, headers: address() })
    const second = tokenOf(answer)
    expect(second).not.toBe(first)
    expect((await whoAmI(first)).status).toBe(401)
    expect((await whoAmI(second)).status).toBe(200)
  })

  it('never takes a token that somebody else made up', async () => {
    const planted = 'a'.repeat(43)
    const answer = await signIn('admin', 'correct horse', { cookie: planted, headers: address() })
    expect(tokenOf(answer)).not.toBe(planted)
    expect((await whoAmI(planted)).status).toBe(401)
  })

  it('signs out: the session is gone, on the server as well', async () => {
    const token = tokenOf(await signIn('admin', 'correct horse'))
    const answer = await server.call('/api/session', { method: 'DELETE', cookie: token })
    expect(answer.status).toBe(204)
    expect(answer.headers.get('set-cookie')).toMatch(/^ringside=; Path=\/; Max-Age=0; /)
    expect((await whoAmI(token)).status).toBe(401)
    expect(server.told.sessionsEnded).toHaveLength(1)
    // Signing out without a session is no fault: whoever wants to be out is.
    expect((await server.call('/api/session', { method: 'DELETE' })).status).toBe(204)
  })

  it('lists the devices of a user, and signs one out', async () => {
    const [here, there] = [
      tokenOf(await signIn('admin', 'correct horse')),
      tokenOf(await signIn('admin', 'correct horse')),
    ]
    const list = await server.call('/api/session/all', { cookie: here })
    const { sessions } = list.json as { sessions: { id: string; current: boolean }[] }
    expect(sessions.map(({ current }) => current).sort()).toEqual([false, true])
    expect(list.text).not.toContain(here)
    const other = sessions.find(({ current }) => !current)
    const path = `/api/session/all/${other?.id ?? ''}`
    expect((await server.call(path, { method: 'DELETE', cookie: here })).status).toBe(204)
    expect((await whoAmI(there)).status).toBe(401)
    expect((await whoAmI(here)).status).toBe(200)
    expect((await server.call(path, { method: 'DELETE', cookie: here })).status).toBe(404)
  })

  it('signs nobody out but oneself', async () => {
    await add('Anna')
    const [admin, anna] = [
      tokenOf(await signIn('admin', 'correct horse')),
      tokenOf(await signIn('Anna', 'correct horse')),
    ]
    const list = await server.call('/api/session/all', { cookie: anna })
    const { sessions } = list.json as { sessions: { id: string }[] }
    const path = `/api/session/all/${sessions[0]?.id ?? ''}`
    expect((await server.call(path, { method: 'DELETE', cookie: admin })).status).toBe(404)
    expect((await whoAmI(anna)).status).toBe(200)
  })

  it('changes one’s own password, and tells that an administrator has set one', async () => {
    const [here, there] = [
      tokenOf(await signIn('admin', 'correct horse')),
      tokenOf(await signIn('admin', 'correct horse')),
    ]
    const change = (present: string, password: string): Promise<Answered> =>
      server.call('/api/session/password', {
        method: 'PUT',
        cookie: here,
        headers: address(),
        body: { present, password },
      })
    expect((await change('wrong horse', 'another horse')).status).toBe(400)
    const short = await change('correct horse', 'short')
    expect(short.json).toMatchObject({ status: 400, errors: [{ path: 'password' }] })
    expect(server.told.passwordSet).toBe(0)
    expect((await change('correct horse', 'another horse')).status).toBe(204)
    expect(server.told.passwordSet).toBe(1)
    expect((await whoAmI(here)).status).toBe(200)
    expect((await whoAmI(there)).status).toBe(401)
    expect((await signIn('admin', 'correct horse')).status).toBe(401)
    expect((await signIn('admin', 'another horse')).status).toBe(204)
  })

  it('knows what a key may do, and that it has no password', async () => {
    const me = await server.call('/api/session', { key: server.apiKey })
    expect(me.json).toMatchObject({ kind: 'key', name: 'RINGSIDE_API_KEY', role: null })
    const body = { present: 'a', password: 'another horse' }
    const change = { method: 'PUT', key: server.apiKey, body, headers: address() }
    expect((await server.call('/api/session/password', change)).status).toBe(403)
  })

  it('writes down who signed in, who was refused, and from where', async () => {
    const from = { headers: { 'x-forwarded-for': '203.0.113.9' } }
    await signIn('admin', 'wrong horse', from)
    await signIn('admin', 'correct horse', from)
    const { rows } = (await server.call('/api/audit', { key: server.apiKey })).json as {
      rows: { action: string; about: string; detail: string }[]
    }
    const seen = rows.map(({ action, about, detail }) => `${action} ${about} ${detail}`)
    expect(seen).toContain('session.refused admin 203.0.113.9')
    expect(seen).toContain('session.opened admin 203.0.113.9')
    expect(JSON.stringify(rows)).not.toContain('horse')
  })

  describe('against guessing', () => {
    it('stops after ten wrong passwords for an account from one address', async () => {
      const headers = address()
      for (let n = 0; n < 10; n++) {
        expect((await signIn('admin', 'wrong horse', { headers })).status).toBe(401)
      }
      const stopped = await signIn('admin', 'correct horse', { headers })
      expect(stopped.status).toBe(429)
      expect(stopped.headers.get('content-type')).toBe('application/problem+json')
      expect(Number(stopped.headers.get('retry-after'))).toBeGreaterThan(0)
      // However the name is written.
      expect((await signIn(' ADMIN ', 'correct horse', { headers })).status).toBe(429)
      // Somebody else at the same address, and the same person elsewhere, are not stopped.
      await add('Anna')
      expect((await signIn('Anna', 'correct horse', { headers })).status).toBe(204)
      expect((await signIn('admin', 'correct horse')).status).toBe(204)
    })

    it('does not count what was right', async () => {
      const headers = address()
      for (let n = 0; n < 15; n++) {
        expect((await signIn('admin', 'correct horse', { headers })).status).toBe(204)
      }
    })
  })

  describe('against other sites', () => {
    it.each([
      ['a page of another site', { 'sec-fetch-site': 'cross-site' }, 403],
      ['a page of another host of our domain', { 'sec-fetch-site': 'same-site' }, 403],
      ['an old browser on another site', { origin: 'http://evil.example' }, 403],
      ['a sandboxed frame', { origin: 'null' }, 403],
      ['our own page', { 'sec-fetch-site': 'same-origin' }, 204],
      ['no browser', {}, 204],
    ])('%s: %o', async (_name, headers, status) => {
      const token = tokenOf(await signIn('admin', 'correct horse'))
      const signOut = { method: 'DELETE', cookie: token, headers }
      expect((await server.call('/api/session', signOut)).status).toBe(status)
    })

    it('signs nobody in for them either', async () => {
      const headers = { ...address(), 'sec-fetch-site': 'cross-site' }
      expect((await signIn('admin', 'correct horse', { headers })).status).toBe(403)
    })

    it('takes no form for JSON', async () => {
      const form = await server.call('/api/session', {
        method: 'POST',
        raw: '{"name":"admin","password":"correct horse"}',
        headers: { ...address(), 'content-type': 'text/plain' },
      })
      expect(form.status).toBe(415)
    })

    it('a key is no cookie: another site cannot make a browser send one', async () => {
      const headers = { 'sec-fetch-site': 'cross-site' }
      expect((await server.call('/api/keys', { key: server.apiKey, headers })).status).toBe(200)
    })
  })
})
