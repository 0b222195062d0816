/** Users, sessions, keys and who a request is from, on both databases. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { databaseKinds, makeDatabase, type TestDatabase } from '../../test/database.ts'
import { MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import { openDatabase, type Database } from '../database/database.ts'
import { readAudit } from './audit.ts'
import { ensureAdministrator, hostToListen, isPasswordSet } from './firstAdministrator.ts'
import { createIdentity, type Identity } from './identity.ts'
import { createKey, listKeys, NewKey, revokeKey } from './keys.ts'
import { isPasswordOf } from './password.ts'
import {
  endSession,
  endSessionsOf,
  findSession,
  IDLE_MS,
  LONGEST_MS,
  openSession,
  sessionsOf,
} from './sessions.ts'
import { changeUser, createUser, deleteUser, findUserByName, listUsers, NewUser } from './users.ts'

describe.each(databaseKinds)('%s', (kind) => {
  let place: TestDatabase
  let opened: Database
  let database: Database['kysely']
  let nowMs = Date.UTC(2026, 10, 21, 9)
  beforeAll(async () => {
    place = await makeDatabase(kind, inject('postgresUrl'))
    opened = await openDatabase(place)
    database = opened.kysely
  })
  afterAll(async () => {
    await opened.close()
    await place.remove()
  })
  beforeEach(async () => {
    for (const table of ['user', 'session', 'key', 'audit'] as const) {
      await database.deleteFrom(table).execute()
    }
  })

  const add = async (name: string, role = 'supervisor', ...scopes: string[]) => {
    const user = NewUser.parse({ name, role, scopes, password: 'correct horse' })
    const created = await createUser(database, user, 'user:admin', nowMs)
    if (!created.ok) throw new Error(created.refusal)
    return created.user
  }
  const audited = async (): Promise<string[]> => {
    const rows = await readAudit(database, { limit: 100, before: null, action: null })
    return rows.map(({ by, action, about }) => `${by} ${action} ${about}`).sort()
  }

  describe('users', () => {
    it('are found by name, however it is typed', async () => {
      const { id } = await add('Zoë')
      expect((await findUserByName(database, ' ZOË '))?.id).toBe(id)
      expect(await findUserByName(database, 'zoe')).toBeNull()
    })

    it('have a name to themselves', async () => {
      await add('Anna')
      const again = NewUser.parse({ name: 'ANNA', role: 'display', password: 'correct horse' })
      const refused = { ok: false, refusal: 'nameTaken' }
      expect(await createUser(database, again, 'user:admin', nowMs)).toEqual(refused)
      const ben = await add('Ben')
      const asAnna = await changeUser(database, ben.id, { name: 'anna' }, 'user:admin', nowMs)
      expect(asAnna).toEqual(refused)
    })

    it('have a name to themselves also when two are made at once', async () => {
      await add('first')
      const user = NewUser.parse({ name: 'twin', role: 'display', password: 'correct horse' })
      const both = await Promise.all([
        createUser(database, user, 'user:admin', nowMs),
        createUser(database, user, 'user:admin', nowMs),
      ])
      expect(both.filter(({ ok }) => ok)).toHaveLength(1)
    })

    it('lose their sessions with a new password, role or scope, and keep them with a new name', async () => {
      const { id } = await add('Anna')
      const sessions = async (): Promise<number> => (await sessionsOf(database, id, nowMs)).length
      const signIn = () => openSession(database, { userId: id, userAgent: '', address: '' }, nowMs)
      const change = (part: Parameters<typeof changeUser>[2]) =>
        changeUser(database, id, part, 'user:admin', nowMs)

      await signIn()
      await change({ name: 'Anne' })
      expect(await sessions()).toBe(1)
      for (const part of [
        { password: 'another horse' },
        { role: 'evaluator' as const },
        { scopes: ['team:red'] },
        { disabled: true },
      ]) {
        await signIn()
        await change(part)
        expect(await sessions(), JSON.stringify(part)).toBe(0)
      }
    })

    it('keep one session where they change their own password', async () => {
      const { id } = await add('Anna')
      const who = { userId: id, userAgent: '', address: '' }
      const { session } = await openSession(database, who, nowMs)
      await openSession(database, who, nowMs)
      await changeUser(database, id, { password: 'another horse' }, 'user:Anna', nowMs, session.id)
      expect((await sessionsOf(database, id, nowMs)).map((each) => each.id)).toEqual([session.id])
    })

    it('always include an administrator who can sign in', async () => {
      const { id } = await add('admin', 'administrator')
      await add('Anna')
      const last = { ok: false, refusal: 'lastAdministrator' }
      const by = 'user:admin'
      expect(await changeUser(database, id, { role: 'supervisor' }, by, nowMs)).toEqual(last)
      expect(await changeUser(database, id, { disabled: true }, by, nowMs)).toEqual(last)
      expect(await deleteUser(database, id, by, nowMs)).toEqual(last)
      const other = await add('boss', 'administrator')
      expect(await deleteUser(database, id, by, nowMs)).toEqual({ ok: true })
      expect(await deleteUser(database, other.id, by, nowMs)).toEqual(last)
    })

    it('always include one, also when two leave at once', async () => {
      const one = await add('one', 'administrator')
      const two = await add('two', 'administrator')
      const left = await Promise.all([
        deleteUser(database, one.id, 'user:two', nowMs),
        deleteUser(database, two.id, 'user:one', nowMs),
      ])
      expect(left.filter(({ ok }) => ok)).toHaveLength(1)
      expect(await listUsers(database)).toHaveLength(1)
    })

    it('of the role agent are somebody', async () => {
      const agent = (...scopes: string[]) =>
        NewUser.safeParse({ name: 'x', password: 'correct horse', role: 'agent', scopes }).success
      expect(agent('agent:anna')).toBe(true)
      expect(agent('agent:anna', 'queue:sales')).toBe(true)
      expect(agent()).toBe(false)
      expect(agent('agent:anna', 'agent:ben')).toBe(false)
      const { id } = await add('Anna')
      const changed = await changeUser(database, id, { role: 'agent' }, 'user:admin', nowMs)
      expect(changed).toEqual({ ok: false, refusal: 'agentUnnamed' })
    })

    it('leave a trail, and no secret in it', async () => {
      const { id } = await add('Anna')
      await changeUser(
        database,
        id,
        { password: 'a new secret', disabled: true },
        'user:admin',
        nowMs,
      )
      await deleteUser(database, id, 'user:admin', nowMs)
      expect(await audited()).toEqual([
        'user:admin password.changed Anna',
        'user:admin user.changed Anna',
        'user:admin user.created Anna',
        'user:admin user.deleted Anna',
      ])
      const rows = await readAudit(database, { limit: 10, before: null, action: null })
      expect(JSON.stringify(rows)).not.toMatch(/secret|horse/)
    })
  })

  describe('the first administrator', () => {
    it('is made once, with a password that is shown once', async () => {
      const made = await ensureAdministrator(database, null, nowMs)
      expect(made).toMatchObject({ made: true, name: 'admin' })
      expect(await ensureAdministrator(database, null, nowMs)).toEqual({ made: false })
      const user = await findUserByName(database, 'admin')
      const password = made.made ? (made.password ?? '') : ''
      expect(password).toHaveLength(16)
      expect(await isPasswordOf(password, user?.passwordHash ?? null)).toBe(true)
      expect(
        JSON.stringify(await database.selectFrom('audit').selectAll().execute()),
      ).not.toContain(password)
    })

    it('has the configured password, which is not shown', async () => {
      const made = await ensureAdministrator(database, 'from the environment', nowMs)
      expect(made).toEqual({ made: true, name: 'admin', password: null })
      const user = await findUserByName(database, 'admin')
      expect(await isPasswordOf('from the environment', user?.passwordHash ?? null)).toBe(true)
    })

    it('is one, also where two processes start together', async () => {
      const both = await Promise.all([
        ensureAdministrator(database, null, nowMs),
        ensureAdministrator(database, null, nowMs),
      ])
      expect(both.filter(({ made }) => made)).toHaveLength(1)
      expect(await listUsers(database)).toHaveLength(1)
    })

    it('counts as without a password until somebody has chosen one', async () => {
      await ensureAdministrator(database, null, nowMs)
      expect(await isPasswordSet(database)).toBe(false)
      const user = await findUserByName(database, 'admin')
      await changeUser(database, user?.id ?? '', { name: 'boss' }, 'user:admin', nowMs)
      expect(await isPasswordSet(database)).toBe(false)
      await changeUser(database, user?.id ?? '', { password: 'chosen by me' }, 'user:boss', nowMs)
      expect(await isPasswordSet(database)).toBe(true)
    })

    it('takes the configured password later, in the place of one that nobody chose', async () => {
      await ensureAdministrator(database, null, nowMs)
      await ensureAdministrator(database, 'from the environment', nowMs)
      expect(await isPasswordSet(database)).toBe(true)
      const user = await findUserByName(database, 'admin')
      await changeUser(database, user?.id ?? '', { password: 'chosen by me' }, 'user:admin', nowMs)
      await ensureAdministrator(database, 'from the environment', nowMs)
      const after = await findUserByName(database, 'admin')
      expect(await isPasswordOf('chosen by me', after?.passwordHash ?? null)).toBe(true)
    })

    it.each([
      ['0.0.0.0', false, '127.0.0.1'],
      ['0.0.0.0', true, '0.0.0.0'],
      ['10.1.2.3', true, '10.1.2.3'],
      ['127.0.0.1', true, '127.0.0.1'],
    ])('HOST %s, password set %s: listens on %s', (configured, isSet, expected) => {
      expect(hostToListen(configured, isSet)).toBe(expected)
    })
  })

  describe('sessions', () => {
    const who = { userId: 'u1', userAgent: 'a browser', address: '192.0.2.1' }
    const found = async (token: string, atMs: number): Promise<boolean> =>
      (await findSession(database, token, atMs)) !== null

    it('are opened by a token of which only the hash is kept', async () => {
      const { token, session } = await openSession(database, who, nowMs)
      expect(await findSession(database, token, nowMs)).toEqual(session)
      expect(await found(`${token}x`, nowMs)).toBe(false)
      expect(await found(session.id, nowMs)).toBe(false)
      const rows = await database.selectFrom('session').selectAll().execute()
      expect(JSON.stringify(rows)).not.toContain(token)
    })

    it('end when they were not used for long', async () => {
      const { token } = await openSession(database, who, nowMs)
      expect(await found(token, nowMs + IDLE_MS - 1)).toBe(true)
      // That use counted: they live on from there.
      expect(await found(token, nowMs + 2 * IDLE_MS - 2)).toBe(true)
      expect(await found(token, nowMs + 3 * IDLE_MS)).toBe(false)
    })

    it('end after their longest life, however much they were used', async () => {
      const { token } = await openSession(database, who, nowMs)
      for (let atMs = nowMs; atMs < nowMs + LONGEST_MS; atMs += IDLE_MS / 2) {
        expect(await found(token, atMs)).toBe(true)
      }
      expect(await found(token, nowMs + LONGEST_MS - 1)).toBe(true)
      expect(await found(token, nowMs + LONGEST_MS)).toBe(false)
    })

    it('write down their use once a minute, not once a request', async () => {
      const { token } = await openSession(database, who, nowMs)
      const seenAt = async () =>
        (await database.selectFrom('session').select('seenAtMs').execute())[0]
      await findSession(database, token, nowMs + MINUTE_MS - 1)
      expect(await seenAt()).toEqual({ seenAtMs: nowMs })
      await findSession(database, token, nowMs + MINUTE_MS)
      expect(await seenAt()).toEqual({ seenAtMs: nowMs + MINUTE_MS })
    })

    it('are ended by their own user only', async () => {
      const { token, session } = await openSession(database, who, nowMs)
      expect(await endSession(database, 'somebody else', session.id)).toBe(false)
      expect(await found(token, nowMs)).toBe(true)
      expect(await endSession(database, 'u1', session.id)).toBe(true)
      expect(await found(token, nowMs)).toBe(false)
    })

    it('are so many at most: the one that was used the longest ago goes', async () => {
      const first = await openSession(database, who, nowMs)
      for (let n = 1; n <= 19; n++) await openSession(database, who, nowMs + n)
      expect(await found(first.token, nowMs + 20)).toBe(true)
      await openSession(database, who, nowMs + 20)
      expect(await found(first.token, nowMs + 21)).toBe(false)
      expect(await sessionsOf(database, 'u1', nowMs + 21)).toHaveLength(20)
    })

    it('that are over are swept up when somebody signs in', async () => {
      await openSession(database, who, nowMs)
      await openSession(database, { ...who, userId: 'u2' }, nowMs + IDLE_MS)
      expect(await database.selectFrom('session').select('userId').execute()).toEqual([
        { userId: 'u2' },
      ])
    })

    it('end all together', async () => {
      const { session } = await openSession(database, who, nowMs)
      await openSession(database, who, nowMs)
      await endSessionsOf(database, 'u1', session.id)
      expect((await sessionsOf(database, 'u1', nowMs)).map(({ id }) => id)).toEqual([session.id])
      await endSessionsOf(database, 'u1')
      expect(await sessionsOf(database, 'u1', nowMs)).toEqual([])
    })
  })

  describe('who a request is from', () => {
    let identity: Identity
    beforeEach(() => {
      nowMs = Date.UTC(2026, 10, 21, 9)
      identity = createIdentity({
        database,
        apiKey: 'the key of the environment',
        trustProxy: true,
        now: () => nowMs,
      })
    })
    const newKey = async (given: object) => {
      const key = NewKey.parse({ name: 'a feed', rights: ['read'], ...given })
      return createKey(database, key, 'user:admin', nowMs)
    }
    const bearer = (key: string) => ({ authorization: `Bearer ${key}` })
    /** What of a key only its holder knows; it may have the sign in it that parts are divided by. */
    const secretPartOf = ({ secret }: { secret: string }): string =>
      secret.split('_').slice(2).join('_')

    it('a user, by the session’s cookie', async () => {
      const { id } = await add('Anna')
      const { token } = await openSession(
        database,
        { userId: id, userAgent: '', address: '' },
        nowMs,
      )
      const caller = await identity.callerOf({ cookie: `ringside=${token}` })
      expect(caller).toMatchObject({ kind: 'user', user: { name: 'Anna', role: 'supervisor' } })
      expect(JSON.stringify(caller)).not.toContain('argon2')
      const https = { 'x-forwarded-proto': 'https' }
      expect(await identity.callerOf({ ...https, cookie: `ringside=${token}` })).toBeNull()
      expect(
        await identity.callerOf({ ...https, cookie: `__Host-ringside=${token}` }),
      ).not.toBeNull()
    })

    it('nobody, once the user is disabled or gone', async () => {
      const { id } = await add('Anna')
      const who = { userId: id, userAgent: '', address: '' }
      const { token } = await openSession(database, who, nowMs)
      await database.updateTable('user').set({ disabled: 1 }).execute()
      expect(await identity.callerOf({ cookie: `ringside=${token}` })).toBeNull()
      await database.deleteFrom('user').execute()
      expect(await identity.callerOf({ cookie: `ringside=${token}` })).toBeNull()
    })

    it('a program, by its key', async () => {
      const { secret, key } = await newKey({ center: 'main', source: '/asterisk/pbx-1/ami' })
      expect(secret).toMatch(new RegExp(`^rs_${key.id}_[\\w-]{43}$`))
      expect(await identity.callerOf(bearer(secret))).toEqual({
        kind: 'key',
        id: key.id,
        name: 'a feed',
        rights: ['read'],
        center: 'main',
        source: '/asterisk/pbx-1/ami',
      })
    })

    it('automation, by the key of the environment', async () => {
      const caller = await identity.callerOf(bearer('the')) // A prefix is not the key.
      expect(caller).toBeNull()
      expect(await identity.callerOf(bearer('RINGSIDE_API_KEY'))).toBeNull()
      const spaced = createIdentity({
        database,
        apiKey: 'env-key',
        trustProxy: false,
        now: () => nowMs,
      })
      expect(await spaced.callerOf(bearer('env-key'))).toMatchObject({
        kind: 'key',
        rights: ['ingest', 'read', 'admin'],
        center: null,
        source: null,
      })
      const without = createIdentity({ database, apiKey: '', trustProxy: false, now: () => nowMs })
      expect(await without.callerOf(bearer(''))).toBeNull()
    })

    it.each([
      ['no secret', 'rs_0123456789abcdef01_'],
      ['no id', 'rs__abcdefghijklmnopqrstuvwxyz'],
      ['not ours', 'ghp_abcdefghijklmnopqrstuvwxyz'],
      ['an unknown id', 'rs_ffffffffffffffffff_abcdefghijklmnopqrstuvwxyz0123456789abcdefg'],
      ['SQL', `rs_0'or'1'='1_abcdefghijklmnopqrstuvwxyz`],
      ['endless', `rs_0_${'a'.repeat(10_000)}`],
    ])('nobody, by a key that is wrong: %s', async (_name, shown) => {
      expect(await identity.callerOf(bearer(shown))).toBeNull()
    })

    it('nobody, by the right id with the secret of another key', async () => {
      const [one, two] = [await newKey({}), await newKey({})]
      const mixed = `rs_${one.key.id}_${secretPartOf(two)}`
      expect(await identity.callerOf(bearer(mixed))).toBeNull()
    })

    it('nobody, by a wrong key beside a good cookie', async () => {
      const { id } = await add('Anna')
      const { token } = await openSession(
        database,
        { userId: id, userAgent: '', address: '' },
        nowMs,
      )
      const cookie = `ringside=${token}`
      expect(await identity.callerOf({ cookie, ...bearer('wrong') })).toBeNull()
      expect(await identity.callerOf({ cookie, authorization: 'Basic YTpi' })).toBeNull()
    })

    it('nobody, by a key that was revoked: here at once, elsewhere within seconds', async () => {
      const elsewhere = createIdentity({
        database,
        apiKey: null,
        trustProxy: false,
        now: () => nowMs,
      })
      const { secret, key } = await newKey({})
      expect(await identity.callerOf(bearer(secret))).not.toBeNull()
      expect(await elsewhere.callerOf(bearer(secret))).not.toBeNull()
      expect(await revokeKey(database, key.id, 'user:admin', nowMs)).toBe(true)
      expect(await revokeKey(database, key.id, 'user:admin', nowMs)).toBe(false)
      identity.forgetKeys()
      expect(await identity.callerOf(bearer(secret))).toBeNull()
      nowMs += 2 * SECOND_MS
      expect(await elsewhere.callerOf(bearer(secret))).toBeNull()
    })

    it('a key tells when it was last used, to the minute', async () => {
      const { secret } = await newKey({})
      const usedAt = async () => (await listKeys(database))[0]?.usedAtMs
      expect(await usedAt()).toBeNull()
      await identity.callerOf(bearer(secret))
      expect(await usedAt()).toBe(nowMs)
      const firstMs = nowMs
      nowMs += MINUTE_MS - 1
      await identity.callerOf(bearer(secret))
      expect(await usedAt()).toBe(firstMs)
      nowMs += 2 * SECOND_MS
      await identity.callerOf(bearer(secret))
      expect(await usedAt()).toBe(nowMs)
    })

    it('keeps no key in the database that could be used', async () => {
      const made = await newKey({})
      const rows = await database.selectFrom('key').selectAll().execute()
      expect(JSON.stringify(rows)).not.toContain(secretPartOf(made))
    })

    describe('and whether it may send events', () => {
      it.each([
        ['nothing shown', {}, 401],
        ['a cookie is no key', { cookie: 'ringside=abc' }, 401],
        ['an unknown key', { authorization: 'Bearer rs_0_abcdefghijklmnopqrstuvwxyz' }, 401],
        ['another scheme', { authorization: 'Basic YTpi' }, 401],
      ])('%s', async (_name, headers, status) => {
        const request = { headers, url: '/api/events' }
        expect(await identity.authoriseEvents(request)).toMatchObject({ ok: false, status })
      })

      const post = (key: string, url = '/api/events') =>
        identity.authoriseEvents({ headers: bearer(key), url })

      it('a key without the right', async () => {
        const { secret } = await newKey({ rights: ['read', 'admin'] })
        expect(await post(secret)).toMatchObject({ ok: false, status: 403 })
      })

      it('a key with the right, its center and its source', async () => {
        const { secret } = await newKey({ rights: ['ingest'], center: 'east', source: '/a/b' })
        const rights = { ingest: true, source: '/a/b', center: 'east' }
        expect(await post(secret)).toEqual({ ok: true, rights })
        expect(await post(secret, '/api/events?center=east')).toEqual({ ok: true, rights })
        const elsewhere = await post(secret, '/api/events?center=main')
        expect(elsewhere).toMatchObject({ ok: false, status: 403 })
      })

      it('a key of any center: the one that is named, else main', async () => {
        const { secret } = await newKey({ rights: ['ingest'] })
        expect(await post(secret)).toMatchObject({ rights: { source: null, center: 'main' } })
        expect(await post(secret, '/api/events?center=demo')).toMatchObject({
          rights: { center: 'demo' },
        })
      })
    })
  })
})
