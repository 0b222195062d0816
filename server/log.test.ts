/** Nothing personal is in the log, whatever is sent and whatever fails. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { API_KEY, startServer, type RunningServer } from '../test/server.ts'
import { until } from '../test/keeping.ts'
import { createLog } from './log.ts'

/** In every name, address, text and secret that is sent here, in lower case. */
const MARK = 'zwxq'
const LIMIT = { timeout: 180_000 }

it('says of an error what it is, and not what it failed on', () => {
  const lines: string[] = []
  const log = createLog('trace', { write: (line) => void lines.push(line) })
  const parsing = (text: string): unknown => {
    try {
      return JSON.parse(text)
    } catch (error) {
      return error
    }
  }
  const command = { name: 'xadd', args: ['stream', `{"name":"${MARK}"}`] }
  const row = { code: '23505', detail: `Key (name)=(${MARK}) already exists.` }
  log.error({ err: Object.assign(new Error('MOVED'), { command }) }, 'Redis')
  log.error({ err: Object.assign(new Error('duplicate key'), row) }, 'the database')
  log.error({ err: parsing(`{"a": ${MARK}, "b": 1}`) }, 'a body')
  log.error({ err: new Error('Outer', { cause: new Error(`no ${MARK}@example.com`) }) }, 'mail')
  log.info(`main: no answer from redis://reader:${MARK}@example.com, nor from +81 3-1234-5678`)
  log.warn({ err: `${MARK}@example.com` }, 'Redis')
  const said = lines.join('')
  expect(lines.length).toBe(6)
  expect(said).not.toContain(MARK)
  expect(said).not.toContain('1234')
  expect(said).toContain('"code":"23505","message":"duplicate key"')
  expect(said).toContain('log.test.ts')
})

let server: RunningServer
beforeAll(async () => {
  server = await startServer({ env: { LOG_LEVEL: 'trace' } })
}, 180_000)
afterAll(async () => {
  await server.kill()
  await server.clean()
})

it('has nothing of what senders and visitors say', LIMIT, async () => {
  const send = async (path: string, body: unknown, key = API_KEY, type = 'application/json') => {
    const response = await fetch(server.url + path, {
      method: 'POST',
      headers: { 'content-type': type, authorization: `Bearer ${key}` },
      body: typeof body === 'string' ? body : JSON.stringify(body),
    })
    return response.status
  }
  const cloud = 'application/cloudevents-batch+json'
  const nowMs = Date.now()
  const event = (id: string, type: string, data: object, atMs = nowMs) => ({
    ...{ specversion: '1.0', id: `${MARK}-${id}`, source: '/pbx/1/ami', type },
    ...{ time: new Date(atMs).toISOString(), data: { contactId: `${MARK}-call`, ...data } },
  })
  const started = { channel: 'voice', direction: 'inbound', customer: `${MARK}@example.com` }
  const events = [
    event('1', 'contact.started', { ...started, from: `+81${MARK}`, subject: `Matter ${MARK}` }),
    event('2', 'contact.queued', { visitId: `${MARK}-v`, queue: `queue ${MARK}` }),
    event('3', 'contact.queued', { visitId: 7, queue: { name: MARK } }),
    event('4', `contact.${MARK}`, { name: MARK }),
    // A talk of years, which no books take: a poison event.
    event('5', 'contact.connected', { legId: MARK, agent: MARK }, nowMs - 500 * 86_400_000),
    event('6', 'contact.disconnected', { legId: MARK, agent: MARK }),
  ]
  expect(await send('/api/events', events, API_KEY, cloud)).toBe(202)
  // The same id with other content.
  const other = event('2', 'contact.queued', { visitId: `${MARK}-w`, queue: MARK })
  expect(await send('/api/events', [other], API_KEY, cloud)).toBe(202)
  expect(await send('/api/events', `[{"name": ${MARK}`, API_KEY, cloud)).toBe(400)
  expect(await send('/api/events', events, `key-${MARK}`, cloud)).toBe(401)
  expect(await send('/api/session', { name: MARK, password: MARK })).toBe(401)
  expect(await send('/api/session', `{"password": ${MARK}`)).toBe(400)
  for (const path of [`/api/timeline?subject=${MARK}`, `/api/metrics?scope=agent:${MARK}`]) {
    expect((await server.get(path)).status).toBeGreaterThanOrEqual(400)
  }
  await until('the books have met them', async () => {
    const counts = JSON.stringify((await server.get('/api/status')).body)
    return /"conflicting":[1-9]/.test(counts) && /"poison":[1-9]/.test(counts)
  })
  const said = server.output()
  expect(said).toContain('"msg":"request"')
  expect(said.toLowerCase()).not.toContain(MARK)
  expect(said).not.toContain(API_KEY)
})
