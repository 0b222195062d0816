/** The directory of a center, on both databases. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
import { Directory } from '../../shared/directory.ts'
import { databaseKinds, makeDatabase, type TestDatabase } from '../../test/database.ts'
import { openDatabase, type Database } from '../database/database.ts'
import { peopleOf } from './people.ts'
import { directoryStore, type DirectoryStore, type Put } from './store.ts'

const nowMs = Date.UTC(2026, 10, 21, 9)

describe.each(databaseKinds)('%s', (kind) => {
  let place: TestDatabase
  let opened: Database
  let store: DirectoryStore
  beforeAll(async () => {
    place = await makeDatabase(kind, inject('postgresUrl'))
    opened = await openDatabase(place)
  })
  afterAll(async () => {
    await opened.close()
    await place.remove()
  })
  beforeEach(async () => {
    for (const table of ['directory', 'outbox', 'audit', 'discovered'] as const) {
      await opened.kysely.deleteFrom(table).execute()
    }
    store = directoryStore(opened.kysely, 'main')
  })

  const put = (content: unknown, ifVersion: number | null = null): Promise<Put> =>
    store.put(content, 'user:admin', nowMs, ifVersion)
  const shown = async (): Promise<Record<string, unknown>> => (await store.shown()).directory
  const rows = async (table: 'directory' | 'outbox' | 'audit') =>
    opened.kysely.selectFrom(table).selectAll().execute()
  const discover = (kindOf: 'agent' | 'queue', ...keys: string[]) =>
    opened.kysely
      .insertInto('discovered')
      .values(keys.map((key) => ({ center: 'main', kind: kindOf, key, source: '/a/b', atMs: 1 })))
      .execute()
  const errorsOf = (outcome: Put): string[] =>
    !outcome.ok && outcome.refused === 'faults'
      ? outcome.errors.map(({ path, message }) => `${path}: ${message}`)
      : []

  it('knows what older ones said of people, whenever it was opened', async () => {
    const quota = { scope: 'center', metric: 'salesAmount', period: 'month', target: 100 }
    const targets = async (of: DirectoryStore) =>
      peopleOf((await of.current()).directory).quotas.map((steps) =>
        steps.map(({ item }) => item?.map(({ target }) => target) ?? null),
      )
    await put({ quotas: [quota], teams: [{ key: 'red' }] })
    expect(await targets(store)).toEqual([[[100]]])
    await put({ quotas: [{ ...quota, target: 200 }], teams: [{ key: 'red' }] })
    await put({ quotas: [{ ...quota, target: 200 }], queues: [{ key: 'sales' }] })
    expect(await targets(store)).toEqual([[[100], [200]]])
    await put({ queues: [{ key: 'sales' }] })
    expect(await targets(store)).toEqual([[[100], [200], null]])
    expect(await targets(directoryStore(opened.kysely, 'main'))).toEqual([[[100], [200], null]])
  })

  it('is the empty one before anything was put', async () => {
    expect(await store.current()).toMatchObject({ version: 0, directory: Directory.parse({}) })
  })

  it('is written with the event for the engine and a line in the audit log, all or nothing', async () => {
    const content = { queues: [{ key: 'sales', serviceLevel: { thresholdSeconds: 15 } }] }
    const outcome = await put(content)
    expect(outcome).toMatchObject({ ok: true, changed: true, version: 1 })
    expect(await rows('directory')).toMatchObject([
      { center: 'main', version: 1, by: 'user:admin' },
    ])
    const [sent] = await rows('outbox')
    expect(JSON.parse(sent && 'event' in sent ? sent.event : '')).toEqual({
      id: outcome.ok ? outcome.outboxId : '',
      type: 'directory.changed',
      atMs: nowMs,
      // As it was put, defaults and all.
      data: { directory: content },
    })
    expect(await rows('audit')).toMatchObject([
      { action: 'directory.changed', about: 'main, version 1', detail: 'queues (0 → 1)' },
    ])
  })

  it('changes nothing where it says the same', async () => {
    const content = { queues: [{ key: 'sales', members: ['anna'] }] }
    await put(content)
    const again = { ok: true, changed: false, version: 1, outboxId: null }
    expect(await put(content)).toEqual(again)
    expect(await put(await shown())).toEqual(again)
    expect(
      await put({ queues: [{ members: [{ agent: 'anna' }], key: 'sales' }], center: {} }),
    ).toEqual(again)
    expect(await rows('directory')).toHaveLength(1)
    expect(await rows('outbox')).toHaveLength(1)
    expect(await rows('audit')).toHaveLength(1)
  })

  it('shows the fresh one such that putting it back changes nothing', async () => {
    expect(await put(await shown())).toMatchObject({ ok: true, changed: false, version: 0 })
  })

  it('names every fault by its path, and changes nothing', async () => {
    const outcome = await put({
      center: { timeZone: 'Mars/Olympus' },
      agents: [{ key: 'anna', teams: [{ team: 'ghosts' }] }, { key: '' }],
      queues: [{ key: 'sales', serviceLevel: { thresholdSeconds: 5, shortAbandonSeconds: 6 } }],
      quews: [],
    })
    const errors = errorsOf(outcome)
    expect(errors).toContain('center.timeZone: must be an IANA time zone, such as Asia/Tokyo')
    expect(errors).toContainEqual(expect.stringMatching(/^agents\.1\.key: /))
    expect(errors).toContainEqual(
      expect.stringMatching(/^queues\.0\.serviceLevel\.shortAbandonSeconds: /),
    )
    expect(errors).toContainEqual(expect.stringMatching(/quews/))
    expect(await rows('directory')).toEqual([])
    expect(await rows('outbox')).toEqual([])
    expect(await rows('audit')).toEqual([])
    const unknownTeam = await put({ agents: [{ key: 'anna', teams: [{ team: 'ghosts' }] }] })
    expect(errorsOf(unknownTeam)).toEqual([
      'agents.0.teams.0.team: "ghosts" is not in the directory',
    ])
  })

  it.each([
    [null],
    ['text'],
    [42],
    [[]],
    [{ agents: {} }],
    [{ agents: [null] }],
    [{ agents: [[]] }],
  ])('refuses what is none: %j', async (content) => {
    expect(errorsOf(await put(content)).length).toBeGreaterThan(0)
  })

  it('refuses one that was read before another was put', async () => {
    await put({ sites: [{ key: 'a' }] }, 0)
    expect(await put({ sites: [{ key: 'b' }] }, 0)).toEqual({
      ok: false,
      refused: 'outdated',
      version: 1,
    })
    expect(await put({ sites: [{ key: 'b' }] }, 1)).toMatchObject({ ok: true, version: 2 })
  })

  it('takes two that are put at once one after the other, or refuses one', async () => {
    const both = await Promise.all([put({ sites: [{ key: 'a' }] }), put({ sites: [{ key: 'b' }] })])
    const taken = both.filter(({ ok }) => ok).length
    expect(await rows('directory')).toHaveLength(taken)
    expect(await rows('outbox')).toHaveLength(taken)
  })

  it('keeps centers apart', async () => {
    await put({ sites: [{ key: 'a' }] })
    const demo = directoryStore(opened.kysely, 'demo')
    expect((await demo.current()).version).toBe(0)
    expect(await demo.put({}, 'start', nowMs, null)).toMatchObject({ changed: false })
  })

  it('is seen by others as soon as it is put', async () => {
    const other = directoryStore(opened.kysely, 'main')
    await other.current()
    await put({ sites: [{ key: 'a' }] })
    expect((await other.current()).directory.sites).toEqual([{ key: 'a' }])
  })

  it('says when the engine’s stream holds a change', async () => {
    const outcome = await put({ sites: [{ key: 'a' }] })
    const id = outcome.ok ? (outcome.outboxId ?? '') : ''
    expect(await store.isSent(id)).toBe(false)
    await opened.kysely.updateTable('outbox').set({ sentAtMs: nowMs }).execute()
    expect(await store.isSent(id)).toBe(true)
  })

  describe('with names that feeds used', () => {
    const nothingSaid = { names: {}, aliases: [], teams: [], earnings: [] }
    beforeEach(async () => {
      await discover('agent', 'PJSIP/101', 'PJSIP/102')
      await discover('queue', 'sales')
    })

    it('shows them marked, with their defaults, until they are described', async () => {
      const fresh = await shown()
      expect(fresh['agents']).toEqual([
        { key: 'PJSIP/101', ...nothingSaid, discovered: true },
        { key: 'PJSIP/102', ...nothingSaid, discovered: true },
      ])
      expect(fresh['queues']).toMatchObject([{ key: 'sales', channel: 'voice', discovered: true }])
      await put({ agents: [{ key: 'anna', aliases: ['PJSIP/101'] }], queues: [{ key: 'sales' }] })
      const after = await shown()
      expect(after['agents']).toMatchObject([
        { key: 'anna' },
        { key: 'PJSIP/102', discovered: true },
      ])
      expect(after['queues']).toEqual([expect.not.objectContaining({ discovered: true })])
    })

    it('takes back what it showed without describing them', async () => {
      expect(await put(await shown())).toMatchObject({ ok: true, changed: false })
      expect((await store.current()).directory.agents).toEqual([])
    })

    it('describes the one that was edited, and only that', async () => {
      const directory = await shown()
      const agents = directory['agents'] as Record<string, unknown>[]
      const edited = agents.map((agent) =>
        agent['key'] === 'PJSIP/102' ? { ...agent, names: { full: 'Ben' } } : agent,
      )
      expect(await put({ ...directory, agents: edited })).toMatchObject({ ok: true, changed: true })
      const after = (await store.current()).directory.agents
      expect(after).toEqual([{ key: 'PJSIP/102', ...nothingSaid, names: { full: 'Ben' } }])
    })

    it('describes one whose mark was taken away', async () => {
      const agent = { key: 'PJSIP/101' }
      expect(await put({ agents: [agent] })).toMatchObject({ ok: true, changed: true })
      expect((await shown())['agents']).toMatchObject([
        expect.not.objectContaining({ discovered: true }),
        { key: 'PJSIP/102', discovered: true },
      ])
    })

    it('names faults by their place in what was sent', async () => {
      const { agents } = (await shown()) as { agents: unknown[] }
      const outcome = await put({
        agents: [...agents, { key: 'anna', teams: [{ team: 'ghosts' }] }],
      })
      expect(errorsOf(outcome)).toEqual(['agents.2.teams.0.team: "ghosts" is not in the directory'])
    })

    it('says which scopes there are not, and what to do', async () => {
      await put({
        sites: [{ key: 'osaka' }],
        agents: [{ key: 'anna', aliases: ['PJSIP/101'] }],
        queues: [{ key: 'support' }],
      })
      const known = [
        'center',
        'site:osaka',
        'agent:anna',
        'queue:support',
        'queue:sales',
        'agent:PJSIP/102',
      ]
      expect(await store.unknownScopes(known)).toEqual([])
      expect(await store.unknownScopes(['queue:salse', 'team:red', 'agent:PJSIP/101'])).toEqual([
        'queue "salse" is unknown; there is support',
        'team "red" is unknown; there is no team yet',
        // A discovered name that became an alias still has what was booked under it.
      ])
    })
  })

  it('keeps secrets that were put back masked, and shows none', async () => {
    const source = { source: '/asterisk/pbx-1/ami', connector: 'asterisk-ami' }
    await put({ sources: [{ ...source, settings: { host: 'pbx', password: 'hunter2' } }] })
    const directory = await shown()
    expect(JSON.stringify(directory)).not.toContain('hunter2')
    expect(await put(directory)).toMatchObject({ changed: false })

    const [first] = directory['sources'] as { settings: object }[]
    const sources = [{ ...first, settings: { ...first?.settings, host: 'pbx-2' } }]
    expect(await put({ ...directory, sources })).toMatchObject({ changed: true })
    expect((await store.current()).directory.sources[0]?.settings).toEqual({
      host: 'pbx-2',
      password: 'hunter2',
    })
    expect(JSON.stringify(await rows('audit'))).not.toContain('hunter2')
  })

  it('refuses a mask for which it keeps nothing', async () => {
    const settings = { password: '••••••••' }
    expect(errorsOf(await put({ sources: [{ source: '/a/b', settings }] }))).toEqual([
      'sources.0.settings.password: is a masked secret, and none is kept for it: write the secret itself',
    ])
  })
})
