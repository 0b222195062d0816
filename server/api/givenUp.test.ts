/** What the API says of a time whose details are given up. */
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { calls, CALLS_BEGIN_MS } from '../../test/calls.ts'
import { usualKind } from '../../test/database.ts'
import { append, committed } from '../../test/keeping.ts'
import { startTestServer, type TestServer } from '../../test/apiServer.ts'
import { DAY_MS, HOUR_MS } from '../../shared/time.ts'
import { purgeDetails } from '../books/purging.ts'
import type { StreamEvent } from '../stream/eventLog.ts'
import type { CenterStream } from '../stream/openStream.ts'

const HORIZON_MS = Date.UTC(2026, 11, 2)
const text = (atMs: number): string => new Date(atMs).toISOString()
const steps = [HORIZON_MS - DAY_MS, HORIZON_MS].map((atMs): StreamEvent => {
  return { id: `details/${String(atMs)}`, type: 'details.givenUp', atMs, data: {} }
})

let server: TestServer
beforeAll(async () => {
  const [postgresUrl, redisSocket] = [inject('postgresUrl'), inject('redisSocket')]
  server = await startTestServer({ kind: usualKind, postgresUrl, redisSocket })
  server.clock.nowMs = HORIZON_MS + 5 * DAY_MS
  const center = server.centers.get('main')
  if (!center) throw new Error('There is a center')
  const { log } = center.stream as CenterStream
  const late = { ...calls(2)[15], id: 'late' } as StreamEvent
  const kept = server.keep('main')
  await committed(kept, await append(log, [...calls(30), ...steps]))
  await purgeDetails(center.database, 'main', 0, new AbortController().signal)
  await committed(kept, await append(log, [late]))
})
afterAll(() => server.close())

const get = (path: string) => server.call(path, { key: server.apiKey })

it('is told by its sums, and by what of them no entry is left', async () => {
  const span = `from=${text(CALLS_BEGIN_MS)}&to=${text(HORIZON_MS + DAY_MS)}`
  const { status, json } = await get(`/api/explain?id=callsHandled&${span}`)
  expect(status).toBe(200)
  expect(json).toMatchObject({
    value: 24,
    entries: [],
    next: null,
    givenUp: { before: text(HORIZON_MS), parts: { handled: 24 } },
  })
  const recent = `from=${text(HORIZON_MS)}&to=${text(HORIZON_MS + DAY_MS)}`
  expect((await get(`/api/explain?id=callsHandled&${recent}`)).json).toMatchObject({
    givenUp: null,
  })
  const ever = await get('/api/explain?id=activeCustomers&window=today')
  expect(ever.status, ever.text).toBe(200)
})

it('is refused where only details would tell, with the instant from which they are kept', async () => {
  const ragged = `from=${text(CALLS_BEGIN_MS + 1)}&to=${text(HORIZON_MS)}`
  const define = 'define=serviceLevel.thresholdSeconds:30'
  const whole = `from=${text(CALLS_BEGIN_MS)}&to=${text(HORIZON_MS)}`
  for (const path of [
    `/api/metrics?scope=center&ids=callsHandled&${ragged}`,
    `/api/explain?id=callsHandled&${ragged}`,
    `/api/metrics?scope=center&ids=serviceLevel&${whole}&${define}`,
    `/api/live?at=${text(HORIZON_MS - HOUR_MS)}`,
    `/api/reconcile?day=${text(CALLS_BEGIN_MS).slice(0, 10)}`,
    `/api/subjects/${encodeURIComponent('contact/asterisk/pbx-1#call-1')}`,
  ]) {
    const { status, json, headers } = await get(path)
    expect([path, status]).toEqual([path, 410])
    expect(headers.get('content-type')).toBe('application/problem+json')
    expect(json).toMatchObject({ title: 'Gone', detailsFrom: text(HORIZON_MS) })
    expect((json as { detail: string }).detail).toContain(text(HORIZON_MS))
  }
  expect((await get(`/api/metrics?scope=center&ids=callsHandled&${whole}`)).status).toBe(200)
})

it('is in the status, with what came too late for it', async () => {
  const { json } = await get('/api/status')
  expect(json).toMatchObject({
    detailsFrom: text(HORIZON_MS),
    events: { late: 1, lateFeeds: 0 },
    deadLetters: [{ kind: 'late', event: { id: 'late' } }],
  })
})

it('keeps days on quarters of an hour, of which they are made then', async () => {
  const put = (center: object) =>
    server.call('/api/directory', { key: server.apiKey, method: 'PUT', body: { center } })
  const odd = { businessDayStart: '05:07' }
  const days = (detailDays: number) => ({ retention: { detailDays } })
  const refused = {
    errors: [
      {
        path: 'center.businessDayStart',
        message: expect.stringContaining('quarter of an hour') as string,
      },
    ],
  }
  expect((await put(odd)).status).toBe(200)
  expect((await put({ ...odd, ...days(100) })).json).toMatchObject(refused)
  expect((await put(days(99))).json).toMatchObject({
    errors: [{ path: 'center.retention.detailDays' }],
  })
  expect((await put({ businessDayStart: '05:45', ...days(100) })).status).toBe(200)
  expect((await put(odd)).json).toMatchObject(refused)
  expect((await put({})).status).toBe(200)
  expect((await put(odd)).status).toBe(200)
  expect((await put({})).status).toBe(200)
  await server.database
    .insertInto('outbox')
    .values({ center: 'main', id: 'details/1', atMs: 1, event: '{}', sentAtMs: 1 })
    .execute()
  expect((await put(odd)).json).toMatchObject(refused)
})
