/** Metrics, history, live state, explanations and timelines over real books, on both databases. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import { catalogue } from '../../shared/metrics/catalogue.ts'
import { MINUTE_MS, SECOND_MS } from '../../shared/time.ts'
import { calls, CALLS_BEGIN_MS } from '../../test/calls.ts'
import { databaseKinds } from '../../test/database.ts'
import { append, committed } from '../../test/keeping.ts'
import { NOT_ANEW, OLDER_ANEW } from '../database/schema.ts'
import type { StreamEvent } from '../stream/eventLog.ts'
import type { CenterStream } from '../stream/openStream.ts'
import {
  startTestServer,
  type Answered,
  type Asked,
  type TestServer,
} from '../../test/apiServer.ts'

const CALLS = 90
/** While the last calls still go on. */
const NOW_MS = CALLS_BEGIN_MS + 14 * MINUTE_MS
const text = (atMs: number): string => new Date(atMs).toISOString()
const BEGAN = text(CALLS_BEGIN_MS)

type Sums = Record<string, { booked: number; live: number }>
type Value = { value: number | null; reason?: string; parts: Sums }
type Metrics = { values: Record<string, Value>; place: string; complete: boolean }

describe.each(databaseKinds)('%s', (kind) => {
  let server: TestServer
  beforeAll(async () => {
    const [postgresUrl, redisSocket] = [inject('postgresUrl'), inject('redisSocket')]
    server = await startTestServer({ kind, postgresUrl, redisSocket })
    server.clock.nowMs = NOW_MS
    const described = (thresholdSeconds: number) => ({
      sites: [{ key: 'osaka' }],
      teams: [{ key: 'red', site: 'osaka' }],
      agents: [
        { key: 'agent-0', names: { full: 'Anna Berg' }, teams: [{ team: 'red' }] },
        { key: 'agent-7', teams: [{ team: 'red' }] },
      ],
      queues: [
        { key: 'sales', site: 'osaka', serviceLevel: { thresholdSeconds } },
        { key: 'support', serviceLevel: { thresholdSeconds } },
      ],
    })
    // The same calls in two centers, whose thresholds differ.
    for (const [key, seconds] of [
      ['main', 20],
      ['demo', 30],
    ] as const) {
      const center = server.centers.get(key)
      if (!center) throw new Error('There are two centers')
      const put = await center.directory.put(described(seconds), 'test', 1, null)
      if (!put.ok) throw new Error(JSON.stringify(put))
      const { log } = center.stream as CenterStream
      const events = calls(CALLS).filter(({ atMs }) => atMs <= NOW_MS)
      const rows = await server.database
        .selectFrom('outbox')
        .select('event')
        .where('center', '=', key)
        .execute()
      const changed = rows.map(({ event }) => JSON.parse(event) as StreamEvent)
      await append(log, changed)
      const place = await append(log, events)
      await committed(server.keep(key), place)
    }
  })
  afterAll(() => server.close())

  const call = (path: string, asked: Asked = {}): Promise<Answered> =>
    server.call(path, { key: server.apiKey, ...asked })
  const get = async <Shape>(path: string): Promise<Shape> => {
    const answer = await call(path)
    expect(answer.status, answer.text).toBe(200)
    return answer.json as Shape
  }
  const metrics = (query: string): Promise<Metrics> => get(`/api/metrics?${query}`)

  describe('/api/metrics', () => {
    it('is not complete while what was booked is judged anew', async () => {
      const database = server.centers.get('main')?.database
      const marked = async (anewAfter: string) => {
        await database?.kysely
          .updateTable('center')
          .set({ anewAfter })
          .where('center', '=', 'main')
          .execute()
        const { complete } = await metrics('scope=center&ids=callsOffered')
        const status = await get<{ complete: boolean; engine: { judgingAnew: boolean } }>(
          '/api/status',
        )
        expect(status.engine.judgingAnew).toBe(!complete)
        expect(status.complete).toBe(complete)
        return complete
      }
      expect(await marked('')).toBe(false)
      expect(await marked(OLDER_ANEW)).toBe(false)
      expect(await marked(NOT_ANEW)).toBe(true)
    })

    it('has the shape of the contract', async () => {
      const end = await server.centers.get('main')?.stream.log.end()
      const answer = await get(
        '/api/metrics?scope=queue:sales&window=today&ids=serviceLevel,callsOffered',
      )
      expect(answer).toEqual({
        scope: 'queue:sales',
        window: {
          name: 'today',
          from: '2026-11-21T00:00:00.000Z',
          to: '2026-11-22T00:00:00.000Z',
        },
        asOf: text(NOW_MS),
        place: end,
        complete: true,
        values: {
          serviceLevel: {
            value: expect.any(Number) as number,
            parts: {
              met: { booked: expect.any(Number) as number, live: 0 },
              decided: { booked: expect.any(Number) as number, live: expect.any(Number) as number },
            },
          },
          callsOffered: { value: 29, parts: { offered: { booked: 29, live: 0 } } },
        },
      })
      const { serviceLevel } = (answer as Metrics).values
      const { met, decided } = serviceLevel?.parts ?? {}
      const ratio = (met?.booked ?? 0) / ((decided?.booked ?? 0) + (decided?.live ?? 0))
      expect(serviceLevel?.value).toBeCloseTo(ratio, 12)
    })

    it('answers several scopes in the order asked', async () => {
      const { results } = await get<{
        results: { scope: string; values: Record<string, Value> }[]
      }>('/api/metrics?scope=queue:support&scope=center&scope=queue:sales&ids=callsOffered')
      expect(results.map(({ scope }) => scope)).toEqual(['queue:support', 'center', 'queue:sales'])
      const [support, center, sales] = results.map(
        ({ values }) => values['callsOffered']?.value ?? 0,
      )
      expect(center).toBe(85)
      expect([support, sales]).toEqual([28, 29])
    })

    it('has every metric of the scope where none is named, and today where no window is', async () => {
      for (const [scope, kindOf] of [
        ['center', 'center'],
        ['queue:sales', 'queue'],
        ['agent:agent-0', 'agent'],
      ]) {
        const { values } = await metrics(`scope=${String(scope)}`)
        const expected = catalogue()
          .filter(({ scopes }) => scopes.some((each) => each === kindOf))
          .map(({ id }) => id)
        expect(Object.keys(values)).toEqual(expected)
      }
    })

    it('has a reason for each value that is none', async () => {
      const { values } = await metrics(
        'scope=queue:sales&from=2026-11-20T00:00:00Z&to=2026-11-21T00:00:00Z&ids=serviceLevel,callsOffered',
      )
      expect(values['serviceLevel']).toMatchObject({ value: null, reason: 'empty' })
      expect(values['callsOffered']).toMatchObject({ value: 0 })

      server.feeds.push({ source: '/asterisk/pbx-1/queue_log', lacks: ['contact.held'] })
      const held = await metrics('scope=queue:sales&ids=averageHoldTime')
      server.feeds.length = 0
      expect(held.values['averageHoldTime']).toMatchObject({
        value: null,
        reason: 'notReported',
        source: '/asterisk/pbx-1/queue_log',
        lacks: 'contact.held',
      })
    })

    it('takes any span, to the millisecond', async () => {
      const offered = async (from: number, to: number): Promise<number> => {
        const { values } = await metrics(
          `scope=center&ids=callsOffered&from=${text(CALLS_BEGIN_MS + from)}&to=${text(CALLS_BEGIN_MS + to)}`,
        )
        return values['callsOffered']?.value ?? -1
      }
      expect(await offered(0, 10 * SECOND_MS)).toBe(1)
      expect(await offered(0, 10 * SECOND_MS + 1)).toBe(2)
      expect(await offered(1, 10 * SECOND_MS)).toBe(0)
      expect(await offered(-MINUTE_MS, 60 * MINUTE_MS)).toBe(85)
    })

    it('adds up: two halves of the day are the day', async () => {
      const middle = text(CALLS_BEGIN_MS + 7 * MINUTE_MS + 1_234)
      const sums = async (from: string, to: string) => {
        const { values } = await metrics(
          `scope=center&from=${from}&to=${to}&ids=averageHandleTime,abandonRate`,
        )
        return Object.values(values).flatMap(({ parts }) =>
          Object.values(parts).map(({ booked, live }) => booked + live),
        )
      }
      const one = await sums('2026-11-21T00:00:00Z', middle)
      const other = await sums(middle, '2026-11-22T00:00:00Z')
      const all = await sums('2026-11-21T00:00:00Z', '2026-11-22T00:00:00Z')
      expect(one.map((sum, at) => sum + (other[at] ?? 0))).toEqual(all)
    })

    it('shows the window before', async () => {
      const before = await get<{ window: object }>(
        '/api/metrics?scope=center&window=today&previous=full&ids=callsOffered',
      )
      expect(before).toMatchObject({
        window: { name: 'today', from: '2026-11-20T00:00:00.000Z', to: '2026-11-21T00:00:00.000Z' },
        values: { callsOffered: { value: 0 } },
      })
    })

    it('narrows to a channel', async () => {
      const chat = await metrics('scope=center&ids=callsOffered&channel=chat')
      expect(chat.values['callsOffered']?.value).toBe(0)
      const all = await metrics('scope=center&ids=callsOffered&channel=all')
      expect(all.values['callsOffered']?.value).toBe(85)
    })

    it('has gauges of now, whatever the window', async () => {
      const waiting = async (window: string): Promise<Value | undefined> =>
        (await metrics(`scope=center&window=${window}&ids=contactsWaiting,longestWait`)).values[
          'contactsWaiting'
        ]
      const now = await waiting('interval')
      expect(now?.value).toBeGreaterThan(0)
      expect(await waiting('year')).toEqual(now)
      const { values } = await metrics(
        'scope=center&ids=longestWait,agentsSignedIn,expectedWait'.replace(',expectedWait', ''),
      )
      expect(values['longestWait']).toMatchObject({ since: expect.stringMatching(/Z$/) as string })
      expect(values['agentsSignedIn']?.value).toBe(12)
      const forecast = await metrics('scope=queue:sales&ids=expectedWait,agentsRequired')
      expect(forecast.values['agentsRequired']?.value).toBeGreaterThan(0)
    })

    it('is not complete while the books are behind the stream, nor where a feed missed something', async () => {
      const center = server.centers.get('demo')
      const { place } = await metrics('scope=center&ids=callsOffered&center=demo')
      const behind = { ...center, place }
      expect(behind.place).toBe(await center?.stream.log.end())
      const gap = {
        center: 'demo',
        id: 'g',
        fromMs: CALLS_BEGIN_MS,
        toMs: CALLS_BEGIN_MS + 1,
        reason: 'x',
      }
      await server.database.insertInto('gap').values(gap).execute()
      const complete = async (from: number, to: number): Promise<boolean> =>
        (
          await metrics(
            `scope=center&ids=callsOffered&center=demo&from=${text(CALLS_BEGIN_MS + from)}&to=${text(CALLS_BEGIN_MS + to)}`,
          )
        ).complete
      expect(await complete(-1, 0)).toBe(true)
      expect(await complete(0, 1)).toBe(false)
      expect(await complete(1, 2)).toBe(true)
      await server.database.deleteFrom('gap').execute()
      expect(await complete(0, 1)).toBe(true)
    })

    describe('what if', () => {
      it('the threshold were another: as if it had been so from the beginning', async () => {
        for (const scope of [
          'queue:sales',
          'queue:support',
          'agent:agent-0',
          'team:red',
          'site:osaka',
        ]) {
          const query = `scope=${scope}&ids=serviceLevel`
          const supposed = await metrics(`${query}&define=serviceLevel.thresholdSeconds:30`)
          const real = await metrics(`${query}&center=demo`)
          expect(supposed.values, scope).toEqual(real.values)
          expect(supposed.values, scope).not.toEqual((await metrics(query)).values)
        }
      })

      it('nothing were another: as it is', async () => {
        const query = 'scope=queue:sales&ids=serviceLevel,callsOffered,abandonRate,longestWait'
        const supposed = await metrics(`${query}&define=serviceLevel.thresholdSeconds:20`)
        expect(supposed.values).toEqual((await metrics(query)).values)
      })

      it('what counts were another', async () => {
        const parts = async (define: string): Promise<Sums> =>
          (await metrics(`scope=queue:sales&ids=serviceLevel${define}`)).values['serviceLevel']
            ?.parts ?? {}
        const asIs = await parts('')
        const only = await parts('&define=serviceLevel.answeredOnly:true')
        const { values } = await metrics('scope=queue:sales&ids=callsAnswered')
        expect(only['decided']?.booked).toBe(values['callsAnswered']?.value)
        const met = await parts(
          '&define=serviceLevel.abandonedInTime:met&define=serviceLevel.thresholdSeconds:60',
        )
        expect(met['met']).toEqual(met['decided'])
        const without = await parts(
          '&define=serviceLevel.abandonedInTime:ignored&define=serviceLevel.thresholdSeconds:60',
        )
        expect(without['decided']?.booked).toBe(values['callsAnswered']?.value)
        expect(asIs['decided']?.booked).toBeGreaterThan(without['decided']?.booked ?? 0)
      })

      it('the floor of short calls, or the window of first contacts', async () => {
        const asked = async (id: string, define: string) => {
          const query = `scope=center&ids=${id}&define=${id}.${define}`
          const answer = await get<Metrics & { supposed: { subjects: number } }>(
            `/api/metrics?${query}`,
          )
          return { ...answer.values[id], subjects: answer.supposed.subjects }
        }
        const none = await asked('shortCallRate', 'shortCallSeconds:0')
        const all = await asked('shortCallRate', 'shortCallSeconds:3600')
        expect([none.value, all.value]).toEqual([0, 1])
        expect(all.parts?.['short']?.booked).toBe(all.parts?.['handled']?.booked)
        expect(all.subjects).toBeGreaterThan(80)
        const { values } = await metrics('scope=center&ids=callFirstContactResolution')
        const usual = values['callFirstContactResolution']
        const brief = await asked('callFirstContactResolution', 'firstContactWindowDays:0.00001')
        // What comes back after a second is another matter.
        expect(brief.parts?.['firstContacts']?.booked).toBeGreaterThanOrEqual(
          usual?.parts['firstContacts']?.booked ?? Infinity,
        )
        expect(await asked('callFirstContactResolution', 'firstContactWindowDays:7')).toMatchObject(
          usual ?? {},
        )
      })

      it('whoever still waits would be past it, in a queue that nobody described as well', async () => {
        const live = async (define: string): Promise<number | undefined> =>
          (await metrics(`scope=queue:billing&ids=serviceLevel${define}`)).values['serviceLevel']
            ?.parts['decided']?.live
        // Call 83 has waited in billing for ten seconds.
        expect(await live('')).toBe(0)
        expect(await live('&define=serviceLevel.thresholdSeconds:5')).toBe(1)
      })

      it('and leaves no trace', async () => {
        const before = await server.database.selectFrom('entry').select('id').execute()
        await metrics('scope=center&ids=serviceLevel&define=serviceLevel.thresholdSeconds:1')
        expect(await server.database.selectFrom('entry').select('id').execute()).toEqual(before)
      })
    })

    it.each([
      ['', 'scope', 'is required'],
      ['scope=sales', 'scope', '"sales" is no scope'],
      ['scope=queue:', 'scope', 'is no scope'],
      ['scope=queue:salse', 'scope', 'queue "salse" is unknown; there is sales, support'],
      ['scope=agent:nobody', 'scope', 'agent "nobody" is unknown'],
      ['scope=center&ids=servicelevl', 'ids', 'did you mean serviceLevel?'],
      ['scope=center&ids=xyz', 'ids', 'GET /api/catalogue'],
      ['scope=agent:agent-0&ids=callsAbandoned', 'ids', 'callsAbandoned is defined at'],
      ['scope=center&window=yesterday', 'window', ''],
      ['scope=center&window=today&from=2026-11-21T00:00:00Z', 'window', 'neither from nor to'],
      ['scope=center&from=2026-11-21T00:00:00Z', 'to', 'is required with from'],
      ['scope=center&to=2026-11-21T00:00:00Z', 'from', 'is required with to'],
      [
        'scope=center&from=2026-11-21T00:00:00Z&to=2026-11-21T00:00:00Z',
        'to',
        'must be after from',
      ],
      ['scope=center&from=2026-11-21&to=2026-11-22', 'from', 'RFC 3339'],
      ['scope=center&from=2026-11-21T09:00:00+09:00&to=x', 'from', '%2B'],
      ['scope=center&from=1900-11-21T00:00:00Z&to=2026-11-21T00:00:00Z', 'to', '50 years'],
      ['scope=center&previous=last', 'previous', ''],
      ['scope=center&channel=fax', 'channel', ''],
      ['scope=center&channel=voice&channel=chat', 'channel', 'must be given once'],
      ['scope=center&define=thresholdSeconds:30', 'define', 'serviceLevel.thresholdSeconds'],
      ['scope=center&define=serviceLevel.thresholdSeconds:-1', 'define', 'thresholdSeconds'],
      ['scope=center&define=serviceLevel.thresholdSeconds:', 'define', 'thresholdSeconds'],
      ['scope=center&define=serviceLevel.flowedOut:met', 'define', 'flowedOut'],
      ['scope=center&define=serviceLevel.__proto__:1', 'define', 'is unknown'],
      [
        'scope=center&define=serviceLevel.thresholdSeconds:5&define=serviceLevel.shortAbandonSeconds:6',
        'define',
        'must not be over',
      ],
      ['scope=center&windw=today', '', 'windw'],
    ])('refuses ?%s and says what to do', async (query, path, message) => {
      const answer = await call(`/api/metrics?${query}`)
      expect(answer.status).toBe(400)
      const { errors } = answer.json as { errors: { path: string; message: string }[] }
      expect(errors.map((error) => error.path)).toContain(path)
      expect(errors.map((error) => error.message).join('\n')).toContain(message)
    })
  })

  describe('/api/metrics/history', () => {
    type History = { steps: { from: string; to: string; values: Record<string, Value> }[] }
    const hour = `from=${BEGAN}&to=${text(CALLS_BEGIN_MS + 15 * MINUTE_MS)}`

    it('is the same by step, and adds up to the whole', async () => {
      for (const step of ['1m', '15m', '1h', '1d', '1w', '1M']) {
        const query = `scope=queue:sales&${hour}&ids=averageHandleTime,serviceLevel`
        const { steps } = await get<History>(`/api/metrics/history?${query}&step=${step}`)
        expect(steps).toHaveLength(step === '1m' ? 15 : 1)
        expect(steps[0]?.from).toBe(BEGAN)
        expect(steps.at(-1)?.to).toBe(text(CALLS_BEGIN_MS + 15 * MINUTE_MS))
        const whole = await metrics(query)
        for (const [id, { parts }] of Object.entries(whole.values)) {
          for (const [part, sum] of Object.entries(parts)) {
            const added = steps.map(({ values }) => values[id]?.parts[part])
            const total = added.reduce(
              (sumOf, each) => sumOf + (each?.booked ?? 0) + (each?.live ?? 0),
              0,
            )
            expect(total, `${id} ${part} by ${step}`).toBe(sum.booked + sum.live)
          }
        }
      }
    })

    it('says what it is of', async () => {
      expect(
        await get(`/api/metrics/history?scope=center&window=today&ids=callsOffered&step=1d`),
      ).toMatchObject({
        scope: 'center',
        window: { name: 'today' },
        step: '1d',
        asOf: text(NOW_MS),
        complete: true,
        steps: [{ values: { callsOffered: { value: 85 } } }],
      })
    })

    it('comes as CSV, with a byte order mark', async () => {
      const path = `/api/metrics/history?scope=queue:sales&scope=center&${hour}&ids=callsOffered,serviceLevel&step=15m`
      const response = await fetch(`${server.url}${path}`, {
        headers: { authorization: `Bearer ${server.apiKey}`, accept: 'text/csv' },
      })
      expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
      const bytes = new Uint8Array(await response.arrayBuffer())
      expect([...bytes.slice(0, 3)]).toEqual([0xef, 0xbb, 0xbf])
      const lines = new TextDecoder().decode(bytes).split('\r\n')
      expect(lines[0]).toBe('scope,from,to,callsOffered,serviceLevel')
      expect(lines[1]).toMatch(
        /^queue:sales,2026-11-21T01:00:00\.000Z,2026-11-21T01:15:00\.000Z,29,0\.\d+$/,
      )
      expect(lines[2]).toMatch(/^center,/)
      expect(lines).toHaveLength(4)
    })

    it('has no gauges: they are of now', async () => {
      const { steps } = await get<History>(`/api/metrics/history?scope=center&${hour}&step=1h`)
      expect(Object.keys(steps[0]?.values ?? {})).not.toContain('contactsWaiting')
      const asked = await call(`/api/metrics/history?scope=center&${hour}&ids=contactsWaiting`)
      expect(asked.json).toMatchObject({ status: 400, errors: [{ path: 'ids' }] })
    })

    it.each([
      ['step=2h', 'step'],
      ['step=1m&window=year', 'step'],
      ['step=15m&window=last60days&ids=nothing', 'ids'],
    ])('refuses ?%s', async (query, path) => {
      const answer = await call(`/api/metrics/history?scope=center&${query}`)
      expect(answer.json).toMatchObject({ status: 400, errors: [{ path }] })
    })
  })

  describe('/api/live', () => {
    type Live = {
      waiting: { contact: string; queue: string; since: string; pastAt: string }[]
      talking: { agent: string; since: string }[]
      agents: { agent: string; name: string; state: string; since: string }[]
    }

    it('tells of now, as instants', async () => {
      const live = await get<Live>('/api/live?scope=center')
      const { values } = await metrics('scope=center&ids=contactsWaiting,agentsOnContact')
      expect(live.waiting).toHaveLength(values['contactsWaiting']?.value ?? -1)
      expect(live.agents).toHaveLength(12)
      expect(live.agents.find(({ agent }) => agent === 'agent-0')).toMatchObject({
        name: 'Anna Berg',
      })
      expect(live.agents.filter(({ state }) => state === 'onContact')).toHaveLength(
        values['agentsOnContact']?.value ?? -1,
      )
      expect(live.waiting.map(({ since }) => since)).toEqual(
        live.waiting.map(({ since }) => since).toSorted(),
      )
    })

    it('tells of a scope', async () => {
      const sales = await get<Live>('/api/live?scope=queue:sales')
      expect(new Set(sales.waiting.map(({ queue }) => queue))).toEqual(new Set(['sales']))
      const red = await get<Live>('/api/live?scope=team:red')
      expect(red.agents.map(({ agent }) => agent)).toEqual(['agent-0', 'agent-7'])
    })

    it('tells of a past instant', async () => {
      // Call 3 comes to sales after 30 s and waits for 24.757 s.
      const at = async (afterMs: number): Promise<Live> =>
        get(`/api/live?scope=queue:sales&at=${text(CALLS_BEGIN_MS + afterMs)}`)
      const waits = async (afterMs: number): Promise<boolean> =>
        (await at(afterMs)).waiting.some(({ contact }) => contact.includes('call-3'))
      expect(await waits(29_999)).toBe(false)
      expect(await waits(30_000)).toBe(true)
      expect(await waits(54_756)).toBe(true)
      expect(await waits(54_757)).toBe(false)
      const before = await get<Live & { asOf: string }>(
        `/api/live?scope=center&at=${text(CALLS_BEGIN_MS - 10 * MINUTE_MS)}`,
      )
      expect(before).toMatchObject({
        waiting: [],
        talking: [],
        asOf: text(CALLS_BEGIN_MS - 10 * MINUTE_MS),
      })
    })

    it.each([
      [`at=${text(NOW_MS + 1)}`, 'at'],
      ['at=now', 'at'],
      ['scope=queue:none', 'scope'],
      ['scope=center&scope=queue:sales', 'scope'],
    ])('refuses ?%s', async (query, path) => {
      expect((await call(`/api/live?${query}`)).json).toMatchObject({
        status: 400,
        errors: [{ path }],
      })
    })
  })

  describe('/api/explain', () => {
    type Explained = {
      parts: Sums
      value: number
      entries: {
        id: string
        subject: string
        contact: string | null
        parts: string[]
        amount: number
      }[]
      accruing: { parts: string[]; amount: number; contact: string | null }[]
      next: string | null
      definition: { queues: { queue: string; serviceLevel: { thresholdSeconds: number } }[] }
    }
    const explain = (query: string): Promise<Explained> => get(`/api/explain?${query}`)
    /** Every page, put together. */
    const all = async (query: string): Promise<Explained> => {
      const first = await explain(`${query}&limit=7`)
      for (let next = first.next; next !== null;) {
        const page = await explain(`${query}&limit=7&cursor=${next}`)
        expect(page.accruing).toEqual([])
        expect(page.parts).toEqual(first.parts)
        first.entries.push(...page.entries)
        next = page.next
      }
      return first
    }

    it.each([
      ['queue:sales', 'serviceLevel'],
      ['queue:support', 'averageHandleTime'],
      ['center', 'callsAbandoned'],
      ['agent:agent-0', 'occupancy'],
      ['team:red', 'serviceLevel'],
      ['center', 'waitP90'],
    ])('%s %s opens into entries that add up to its parts', async (scope, id) => {
      const query = `scope=${scope}&id=${id}&from=${text(CALLS_BEGIN_MS + 12_345)}&to=${text(NOW_MS - 54_321)}`
      const explained = await all(query)
      const { values } = await metrics(query.replace('id=', 'ids='))
      expect(explained.value).toBe(values[id]?.value)
      expect(explained.parts).toEqual(values[id]?.parts)
      for (const [part, { booked, live }] of Object.entries(explained.parts)) {
        const sum = (rows: { parts: string[]; amount: number }[]): number =>
          rows.reduce((total, row) => (row.parts.includes(part) ? total + row.amount : total), 0)
        expect(sum(explained.entries), part).toBe(booked)
        expect(sum(explained.accruing), part).toBe(live)
      }
      expect(new Set(explained.entries.map((entry) => entry.id)).size).toBe(
        explained.entries.length,
      )
    })

    it('names the definition in force, and the contacts behind it', async () => {
      const explained = await explain('scope=queue:sales&id=serviceLevel&window=today')
      expect(explained).toMatchObject({
        scope: 'queue:sales',
        window: { name: 'today' },
        definition: {
          id: 'serviceLevel',
          nameJa: 'サービスレベル',
          unit: 'ratio',
          queues: [
            { queue: 'sales', serviceLevel: { thresholdSeconds: 20, shortAbandonSeconds: 5 } },
          ],
        },
        live: null,
      })
      expect(explained.entries[0]).toMatchObject({
        subject: expect.stringMatching(/^contact\/asterisk\/pbx-1#call-/) as string,
        contact: expect.stringMatching(/^\/asterisk\/pbx-1#call-/) as string,
        queue: 'sales',
        site: 'osaka',
      })
    })

    it('shows what a number of now is made of', async () => {
      const explained = await get<{ live: { waiting: unknown[] }; value: number }>(
        '/api/explain?scope=center&id=contactsWaiting',
      )
      expect(explained.live.waiting).toHaveLength(explained.value)
    })

    it('shows what a forecast rests on, and how good the expected wait has been', async () => {
      type Forecasts = { value: number | null; forecasts: Record<string, unknown>[] | null }
      const of = (query: string) => get<Forecasts>(`/api/explain?${query}`)
      const wait = await of('scope=queue:sales&id=expectedWait')
      expect(wait.forecasts).toHaveLength(1)
      const number = expect.any(Number) as number
      expect(wait.forecasts?.[0]).toMatchObject({
        queue: 'sales',
        inputs: { offered: number, handled: number, staffed: number, thresholdMs: 20_000 },
        expectedWaitMs: wait.value,
        averageHandleMs: number,
        averagePatienceMs: number,
        formula: 'Erlang A',
        pastError: { to: text(NOW_MS), answered: number, predicted: number },
      })
      const required = await of('scope=center&id=agentsRequired')
      const needed = required.forecasts?.flatMap(
        ({ requiredAgents }) => (requiredAgents as { erlangC: number | null }).erlangC ?? [],
      )
      expect(needed?.reduce((sum, agents) => sum + agents, 0)).toBe(required.value)
      expect(required.forecasts?.[0]).toMatchObject({ pastError: null })
      const projected = await of('scope=queue:sales&id=projectedServiceLevel')
      const { met, all } = projected.forecasts?.[0]?.['projection'] as { met: number; all: number }
      expect(met / all).toBeCloseTo(projected.value ?? NaN, 9)
      expect((await of('scope=center&id=contactsWaiting')).forecasts).toBeNull()
    })

    it.each([
      ['id=servicelevl', 'id'],
      ['', 'id'],
      ['id=serviceLevel&id=abandonRate', 'id'],
      ['id=callsAbandoned&scope=agent:agent-0', 'id'],
      ['id=serviceLevel&cursor=xyz', 'cursor'],
      ['id=serviceLevel&cursor=WzEsMl0', 'cursor'],
      ['id=serviceLevel&limit=5000', 'limit'],
      ['id=serviceLevel&scope=queue:none', 'scope'],
    ])('refuses ?%s', async (query, path) => {
      const answer = await call(`/api/explain?${query}`)
      expect(answer.json).toMatchObject({ status: 400, errors: [{ path }] })
    })
  })

  describe('/api/subjects', () => {
    const path = (id: string) =>
      `/api/subjects/${encodeURIComponent(`contact/asterisk/pbx-1#${id}`)}`

    it('tells the story of a contact', async () => {
      const subject = await get<{ facts: { type: string; at: string }[]; entries: object[] }>(
        path('call-1'),
      )
      expect(subject).toMatchObject({
        subject: 'contact/asterisk/pbx-1#call-1',
        kind: 'contact',
        contact: '/asterisk/pbx-1#call-1',
        open: false,
        flags: [],
      })
      expect(subject.facts.map(({ type }) => type)).toEqual([
        'contact.queued',
        'contact.offered',
        'contact.offerEnded',
        'contact.dequeued',
        'contact.connected',
        'contact.disconnected',
        'contact.wrapUpStarted',
        'contact.ended',
        'contact.wrapUpEnded',
      ])
      expect(subject.facts[0]).toMatchObject({
        at: text(CALLS_BEGIN_MS + 10 * SECOND_MS),
        stands: true,
        data: { queue: 'support' },
        reports: [{ source: '/asterisk/pbx-1/ami', provenance: 'observed', precision: 'ms' }],
      })
      expect(subject.entries).toContainEqual(
        expect.objectContaining({ counter: 'visitsOffered', amount: 1, queue: 'support' }),
      )
    })

    it('is there for whoever may see one of its scopes, and for nobody else', async () => {
      // Call 0 was abandoned in sales; call 3 was answered there by agent-9.
      const seen = async (cookie: string, id: string): Promise<number> =>
        (await server.call(path(id), { cookie })).status
      const ofSales = await server.signedIn('supervisor', 'queue:sales')
      expect(await seen(ofSales, 'call-0')).toBe(200)
      expect(await seen(ofSales, 'call-1')).toBe(404)
      const rep = await server.signedIn('agent', 'agent:agent-9')
      expect(await seen(rep, 'call-3')).toBe(200)
      expect(await seen(rep, 'call-0')).toBe(404)
      expect(await seen(rep, 'call-1')).toBe(404)
      const display = await server.signedIn('display')
      expect(await seen(display, 'call-0')).toBe(403)
      const { rows } = await get<{ rows: { about: string }[] }>('/api/audit?action=detail.seen')
      expect(rows.map(({ about }) => about)).toContain('main, contact/asterisk/pbx-1#call-3')
    })

    it.each(['none', 'contact/asterisk/pbx-1#none', '../../etc/passwd', "'; drop table subject"])(
      'has no %s',
      async (key) => {
        const answer = await call(`/api/subjects/${encodeURIComponent(key)}`)
        expect(answer.status).toBe(404)
      },
    )
  })

  it('a rep sees own numbers and the team’s sums, never a colleague’s', async () => {
    const rep = await server.signedIn('agent', 'agent:agent-0')
    const status = async (path: string): Promise<number> =>
      (await server.call(path, { cookie: rep })).status
    expect(await status('/api/metrics?scope=agent:agent-0&ids=callsHandled')).toBe(200)
    expect(await status('/api/metrics?scope=team:red&ids=callsHandled')).toBe(200)
    for (const scope of ['agent:agent-7', 'center', 'queue:sales', 'site:osaka', 'agent:nobody']) {
      expect(await status(`/api/metrics?scope=${scope}&ids=callsHandled`), scope).toBe(403)
      expect(
        await status(`/api/metrics?scope=agent:agent-0&scope=${scope}&ids=callsHandled`),
        scope,
      ).toBe(403)
      expect(await status(`/api/metrics/history?scope=${scope}&ids=callsHandled`), scope).toBe(403)
    }
    expect(await status('/api/live?scope=agent:agent-0')).toBe(200)
    expect(await status('/api/live?scope=team:red')).toBe(403)
    expect(await status('/api/live')).toBe(403)
    expect(await status('/api/explain?scope=agent:agent-0&id=callsHandled')).toBe(200)
    expect(await status('/api/explain?scope=team:red&id=callsHandled')).toBe(403)
  })

  it('a supervisor of a team sees that team', async () => {
    const cookie = await server.signedIn('supervisor', 'team:red')
    const status = async (path: string): Promise<number> =>
      (await server.call(path, { cookie })).status
    expect(await status('/api/live?scope=team:red')).toBe(200)
    expect(await status('/api/explain?scope=agent:agent-7&id=callsHandled')).toBe(200)
    expect(await status('/api/explain?scope=agent:agent-1&id=callsHandled')).toBe(403)
    expect(await status('/api/metrics?scope=center&ids=callsOffered')).toBe(403)
  })

  describe('/api/reconcile', () => {
    it('finds no difference', async () => {
      const answer = await get<{ checked: number }>('/api/reconcile')
      expect(answer).toMatchObject({ day: '2026-11-21', differences: [], more: 0, complete: true })
      expect(answer.checked).toBeGreaterThan(100)
      expect(await get('/api/reconcile?day=2026-11-20')).toMatchObject({
        day: '2026-11-20',
        differences: [],
      })
    })

    it('finds one', async () => {
      const { database } = server
      const row = await database
        .selectFrom('balance')
        .selectAll()
        .where('center', '=', 'demo')
        .where('grain', '=', '1m')
        .where('counter', '=', 'visitsOffered')
        .executeTakeFirstOrThrow()
      const spoil = (amount: number) =>
        database
          .updateTable('balance')
          .set({ amount })
          .where('center', '=', 'demo')
          .where('grain', '=', '1m')
          .where('counter', '=', 'visitsOffered')
          .where('cell', '=', row.cell)
          .where('bucketMs', '=', row.bucketMs)
          .execute()
      await spoil(row.amount + 1)
      expect(await get('/api/reconcile?center=demo')).toMatchObject({
        differences: [{ between: 'balance', expected: row.amount, found: row.amount + 1 }],
      })
      await spoil(row.amount)
      expect(await get('/api/reconcile?center=demo')).toMatchObject({ differences: [] })
    })

    it.each(['day=yesterday', 'day=2026-02-30', 'day=0001-01-01', 'day=9999-12-31'])(
      'refuses ?%s',
      async (query) => {
        const answer = await call(`/api/reconcile?${query}`)
        expect(answer.json).toMatchObject({ status: 400, errors: [{ path: 'day' }] })
      },
    )
  })
})
