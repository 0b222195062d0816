/** Metrics of a center's own, defined one by one over HTTP, on both databases. */
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from 'vitest'
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
  const put = (path: string, body: unknown, headers = {}): Promise<Answered> =>
    call(path, { method: 'PUT', body, headers })
  const call = (path: string, asked: Asked = {}): Promise<Answered> =>
    server.call(path, { key: server.apiKey, ...asked })
  const remove = (path: string): Promise<Answered> => call(path, { method: 'DELETE' })
  /** Puts a directory whole, in the place of what was. */
  const set = async (directory: object): Promise<void> => {
    const center = server.centers.get('main')
    const answer = await center?.directory.put(directory, 'test', server.clock.nowMs, null)
    expect(answer).toMatchObject({ ok: true })
  }
  beforeEach(() => set({ teams: [{ key: 'blue' }] }))

  describe('/api/metrics/own', () => {
    const path = '/api/metrics/own/billingShare'
    const share = {
      key: 'billingShare',
      name: 'Calls about bills',
      add: ['handled'],
      by: ['handled'],
      filters: { reason: 'billing' },
      byFilters: {},
    }
    const etag = async (): Promise<string> =>
      (await call('/api/metrics/own')).headers.get('etag') ?? ''

    it('defines, changes, lists and removes a metric in the directory', async () => {
      await set({ teams: [{ key: 'red' }] })
      const made = await put(path, share, { 'if-match': await etag() })
      expect(made.status, made.text).toBe(200)
      const answer = {
        id: 'own:billingShare',
        definition: { ...share, subtract: [], better: 'neither', retired: false },
        unit: 'ratio',
        formula: '(handled; reason billing) / (handled)',
        scopes: ['center', 'site', 'team', 'queue', 'agent'],
      }
      expect(made.json).toEqual(answer)
      expect((await call(path)).json).toEqual(answer)
      expect((await call('/api/directory')).json).toMatchObject({
        teams: [{ key: 'red' }],
        metrics: [share],
      })
      const { metrics } = (await call('/api/catalogue')).json as { metrics: { id: string }[] }
      expect(metrics.at(-1)?.id).toBe('own:billingShare')

      const retired = await put(path, { ...share, retired: true })
      expect(retired.json).toMatchObject({ unit: null, definition: { retired: true } })
      expect((await remove(path)).status).toBe(204)
      expect((await call('/api/metrics/own')).json).toEqual({ metrics: [] })
      expect((await call(path)).status).toBe(404)
      expect((await remove(path)).status).toBe(404)
      const { rows } = (await call('/api/audit?action=directory.changed')).json as {
        rows: { detail: string }[]
      }
      expect(rows.filter(({ detail }) => detail === 'metrics (own:billingShare)')).toHaveLength(3)
    })

    it('tells every definition that a metric has had, and whose it was', async () => {
      const versions = async (key: string) => {
        const answer = await call(`/api/metrics/own/${key}/versions`)
        expect(answer.status, answer.text).toBe(200)
        const { versions, complete } = answer.json as {
          versions: { by: string; formula: string | null; definition: object }[]
          complete: boolean
        }
        expect(complete).toBe(true)
        return versions
      }
      const other = '/api/metrics/own/often'
      const often = { key: 'often', add: ['handled'] }
      expect((await put(other, often)).status).toBe(200)
      // Directories in which nothing of it changed are none of its versions.
      for (let n = 0; n < 7; n++) {
        expect(
          (
            await put('/api/metrics/own/beside', {
              key: 'beside',
              add: ['dials'],
              name: String(n),
            })
          ).status,
        ).toBe(200)
      }
      expect((await put(other, { ...often, better: 'higher' })).status).toBe(200)
      expect((await put(other, { ...often, retired: true })).status).toBe(200)
      expect((await put(other, { ...often, better: 'higher' })).status).toBe(200)
      expect(await versions('often')).toMatchObject([
        { formula: 'handled', definition: { better: 'higher', retired: false } },
        { formula: null, definition: { retired: true } },
        { formula: 'handled', definition: { better: 'higher' } },
        { formula: 'handled', definition: { better: 'neither' } },
      ])
      expect((await versions('often')).every(({ by }) => by.length > 0)).toBe(true)
      expect(await versions('beside')).toHaveLength(7)
      // Of one that was removed they are still there.
      expect((await remove(other)).status).toBe(204)
      expect(await versions('often')).toHaveLength(4)
      expect(await versions('never')).toEqual([])
    })

    it('writes over nobody else’s change', async () => {
      const before = await etag()
      expect((await put(path, share)).status).toBe(200)
      const late = await put(path, { ...share, better: 'lower' }, { 'if-match': before })
      expect(late.status).toBe(412)
      expect((await call(path)).json).toMatchObject({ definition: { better: 'neither' } })
    })

    it.each([
      [{ ...share, key: 'other' }, 'key: must be "billingShare", as in the address'],
      [{ ...share, add: ['handeld'] }, 'add.0: "handeld" is no counter; did you mean handled?'],
      [{ ...share, by: ['talkMs'] }, 'by.0: handled is of count, and talkMs of ms'],
      [{ ...share, filters: { product: 'x' } }, 'filters.product: handled is not kept by product'],
      [{ ...share, formula: 'x' }, 'Unrecognized key'],
    ])('refuses %j', async (body, message) => {
      const answer = await put(path, body)
      expect(answer.status).toBe(400)
      expect((answer.json as { detail: string }).detail).toContain(message)
    })

    it('has room for so many', async () => {
      const metrics = Array.from({ length: 100 }, (_, i) => ({ ...share, key: `m${String(i)}` }))
      await set({ metrics })
      const answer = await put(path, share)
      expect(answer.status).toBe(400)
      expect(answer.json).toMatchObject({ errors: [{ path: 'metrics' }] })
      expect(answer.text).toContain('at most 100 in use')
    })

    it('keeps what boards and goals show', async () => {
      const id = 'own:billingShare'
      const goal = { key: 'few', period: 'month', metric: id, target: 0.1 }
      await set({ metrics: [share], goals: [goal] })
      const place = { x: 0, y: 0, w: 4, h: 4 }
      const board = {
        schema: 'ringside.board/1',
        key: 'bills',
        name: 'Bills',
        widgets: [{ kind: 'queueTable', ...place, metrics: ['callsOffered', id] }],
      }
      expect((await put('/api/boards/bills', board)).status).toBe(200)
      const kept = await remove(path)
      expect(kept.status).toBe(409)
      expect((kept.json as { detail: string }).detail).toContain(
        'the board "bills", the goal "few"',
      )
      // Retired, it would be gone for the goal as well.
      const retired = await put(path, { ...share, retired: true })
      expect(retired.status).toBe(400)
      expect(retired.json).toMatchObject({ errors: [{ path: 'goals.0.metric' }] })
    })
  })
})
