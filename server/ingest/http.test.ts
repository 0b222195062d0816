import { gzipSync } from 'node:zlib'
import { connect } from 'node:net'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest'
import { openEventsServer, type EventsServer } from '../../test/eventsServer.ts'
import { sampleEvents, SENT_AT_MS, sentEvent } from '../../test/sentEvents.ts'
import { LogUnavailable, START } from '../stream/eventLog.ts'
import { readEvents } from '../stream/eventLog.contract.ts'
import type { EventsParts } from './http.ts'

const NOW_MS = SENT_AT_MS + 1_000
const json = { 'content-type': 'application/json' }

let server: EventsServer
const open = async (parts: Partial<EventsParts> = {}): Promise<void> => {
  server = await openEventsServer({ redisSocket: inject('redisSocket'), now: () => NOW_MS, parts })
}
beforeEach(() => open())
afterEach(async () => {
  await server.close()
  expect(server.failures).toEqual([])
})

/** Opens the server anew with other parts. */
const reopen = async (parts: Partial<EventsParts>): Promise<void> => {
  await server.close()
  await open(parts)
}

const stored = async (count: number): Promise<unknown[]> =>
  (await readEvents(server.stream.log, START, count)).flatMap(({ events }) => events)

const refusal = (status: number, detail: unknown): object => ({
  status,
  headers: expect.objectContaining({ 'content-type': 'application/problem+json' }) as unknown,
  body: { type: 'about:blank', status, title: expect.any(String) as unknown, detail },
})

describe('content modes', () => {
  it.each([
    ['structured', 'application/cloudevents+json', sentEvent(0), 1],
    ['structured, with a charset', 'application/CloudEvents+json; charset=UTF-8', sentEvent(0), 1],
    ['batch', 'application/cloudevents-batch+json', [sentEvent(0), sentEvent(1)], 2],
    ['array', 'application/json', [sentEvent(0), sentEvent(1)], 2],
    ['object', 'application/json', sentEvent(0), 1],
  ])('%s', async (_name, type, value, count) => {
    const body = JSON.stringify(value)
    const answer = await server.send({ headers: { 'content-type': type } }, body)
    const place = await server.stream.log.end()
    expect(answer).toMatchObject({
      status: 202,
      headers: { 'content-type': 'application/json' },
      body: { accepted: count, duplicates: 0, rejected: [], place },
    })
    expect(await stored(count)).toEqual(sampleEvents(0, count))
  })

  it('binary: attributes in headers, percent-encoded, data in the body', async () => {
    const { data } = sentEvent(0)
    const headers = {
      'content-type': 'application/json',
      'ce-specversion': '1.0',
      'ce-id': '%E6%B3%A8%E6%96%87%201',
      'ce-source': '/acme/crm',
      'ce-type': 'com.acme.contact.queued',
      'ce-time': '2026-11-21T10:31:07.250Z',
      'ce-subject': '"a \\"quoted\\" %E2%82%AC"',
      'ce-sequence': '17',
    }
    const answer = await server.send({ headers }, JSON.stringify(data))
    expect(answer).toMatchObject({ status: 202, body: { accepted: 1, rejected: [] } })
    expect(await stored(1)).toEqual([
      {
        id: '注文 1',
        source: '/acme/crm',
        type: 'contact.queued',
        atMs: SENT_AT_MS,
        sequence: '17',
        subject: 'a "quoted" €',
        data,
      },
    ])
  })

  it('binary: what is missing is named', async () => {
    const headers = { ...json, 'ce-type': 'contact.queued' }
    const answer = await server.send({ headers })
    const paths = (answer.body as { rejected: { errors: { path: string }[] }[] }).rejected[0]
      ?.errors
    expect(paths?.map(({ path }) => path)).toEqual(['specversion', 'id', 'source', 'time', 'data'])
  })

  it.each([
    ['%', 'malformed'],
    ['%E6%B3', 'half a character'],
    ['caf\u00e9', 'not ASCII'],
  ])('binary: refuses the attribute %j: %s', async (subject) => {
    const headers = { ...json, 'ce-id': '1', 'ce-subject': subject }
    const answer = await server.send({ headers }, '{}')
    expect(answer).toMatchObject(refusal(400, expect.stringContaining('ce-subject')))
  })

  it('inflates gzip', async () => {
    const body = gzipSync(JSON.stringify([sentEvent(0)]))
    const answer = await server.send({ headers: { ...json, 'content-encoding': 'gzip' } }, body)
    expect(answer).toMatchObject({ status: 202, body: { accepted: 1 } })
  })

  it('passes over a byte order mark', async () => {
    const answer = await server.send({ headers: json }, `\ufeff${JSON.stringify([sentEvent(0)])}`)
    expect(answer).toMatchObject({ status: 202, body: { accepted: 1 } })
  })
})

describe('bad input: a whole request', () => {
  const batch = JSON.stringify([sentEvent(0)])

  it.each([
    ['not JSON', json, 'hello', 400, 'The body is not JSON'],
    ['half of it', json, batch.slice(0, -5), 400, 'The body is not JSON'],
    ['nothing', json, '', 400, 'The body is not JSON'],
    ['a number', json, '42', 400, 'must be an event'],
    ['null', json, 'null', 400, 'must be an event'],
    ['bad UTF-8', json, Buffer.from([0x22, 0xc3, 0x28, 0x22]), 400, 'not UTF-8'],
    ['deep nesting', json, '['.repeat(500_000), 400, 'nested deeper'],
    [
      'a batch said to be one',
      { 'content-type': 'application/cloudevents+json' },
      batch,
      400,
      'one',
    ],
    [
      'one said to be a batch',
      { 'content-type': 'application/cloudevents-batch+json' },
      '{}',
      400,
      'array',
    ],
    ['a form', { 'content-type': 'application/x-www-form-urlencoded' }, 'a=1', 415, 'content type'],
    ['no content type', {}, batch, 415, 'content type'],
    ['avro', { 'content-type': 'application/cloudevents+avro' }, batch, 415, 'content type'],
    ['Latin-1', { 'content-type': 'application/json; charset=iso-8859-1' }, batch, 415, 'UTF-8'],
    ['brotli', { ...json, 'content-encoding': 'br' }, batch, 415, 'gzip'],
    ['no gzip', { ...json, 'content-encoding': 'gzip' }, batch, 400, 'gzip'],
    ['10 MB', json, Buffer.alloc(10_000_000, 0x20), 413, 'larger than 4194304 bytes'],
    [
      '10 MB without a length',
      { ...json, 'transfer-encoding': 'chunked' },
      Buffer.alloc(10_000_000, 0x20),
      413,
      'larger than 4194304 bytes',
    ],
    [
      'a gigabyte as gzip',
      { ...json, 'content-encoding': 'gzip' },
      gzipSync(Buffer.alloc(50_000_000, 0x20)),
      413,
      'larger than 4194304 bytes',
    ],
    [
      '100,000 events',
      json,
      JSON.stringify(Array.from({ length: 100_000 }, () => 0)),
      413,
      'holds 100000',
    ],
  ])('%s', async (_name, headers, body, status, detail) => {
    const answer = await server.send({ headers }, body)
    expect(answer).toMatchObject(refusal(status, expect.stringContaining(detail)))
    // The server is up, and nothing came in.
    expect(await server.post([])).toMatchObject({ status: 202, body: { accepted: 0 } })
    expect(await server.stream.feeds.read()).toEqual([])
  })

  it.each(['GET', 'PUT', 'DELETE', 'PATCH', 'OPTIONS'])('%s', async (method) => {
    const answer = await server.send({ method, headers: json })
    expect(answer).toMatchObject(refusal(405, 'Events are sent with POST.'))
    expect(answer.headers.allow).toBe('POST')
  })

  it('a sender that goes away in the middle', async () => {
    const socket = connect(server.port, '127.0.0.1')
    socket.write('POST /api/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n')
    socket.write('Content-Length: 1000\r\n\r\n[{"id":')
    socket.destroy()
    await once(socket, 'close')
    expect(await server.post([sentEvent(0)])).toMatchObject({ status: 202, body: { accepted: 1 } })
  })

  it('a sender that is refused and then sends another request on its connection', async () => {
    const socket = connect(server.port, '127.0.0.1')
    socket.write('POST /api/events HTTP/1.1\r\nHost: x\r\nContent-Type: text/plain\r\n')
    socket.write(`Content-Length: ${batch.length}\r\n\r\n${batch}`)
    socket.write('POST /api/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n')
    socket.write(`Connection: close\r\nContent-Length: ${batch.length}\r\n\r\n${batch}`)
    const answers = await text(socket)
    expect(answers.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 415', 'HTTP/1.1 202'])
  })

  it('too many large requests at once: some are told to come again', async () => {
    const [large] = [Buffer.alloc(4 * 1024 * 1024, 0x20)]
    const sockets = Array.from({ length: 33 }, () => connect(server.port, '127.0.0.1'))
    const head = `POST /api/events HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: ${large.length}\r\nConnection: close\r\n\r\n`
    for (const socket of sockets) socket.write(head)
    // Each has a body to come; the one over the bound is answered without it, after a while.
    const first = await Promise.any(sockets.map((socket) => once(socket, 'data')))
    expect(String(first[0])).toContain('HTTP/1.1 503')
    expect(String(first[0])).toContain('Retry-After: 2')
    for (const socket of sockets) socket.destroy()
  })
})

describe('who may send', () => {
  it('nobody without a key', async () => {
    await reopen({ authorise: () => ({ ok: false, status: 401, detail: 'Send a key.' }) })
    const answer = await server.post([sentEvent(0)])
    expect(answer).toMatchObject(refusal(401, 'Send a key.'))
    expect(answer.headers['www-authenticate']).toBe('Bearer')
  })

  it('no key that may not', async () => {
    await reopen({ authorise: () => ({ ok: false, status: 403, detail: 'Revoked.' }) })
    expect(await server.post([sentEvent(0)])).toMatchObject(refusal(403, 'Revoked.'))
    const rights = { ingest: false, source: null, center: 'main' }
    await reopen({ authorise: () => ({ ok: true, rights }) })
    const answer = await server.post([sentEvent(0)])
    expect(answer).toMatchObject(refusal(403, 'This key may not send events.'))
  })

  it('no key of a center that is not here', async () => {
    const rights = { ingest: true, source: null, center: 'elsewhere' }
    await reopen({ authorise: async () => ({ ok: true, rights }) })
    expect(await server.post([])).toMatchObject(refusal(404, expect.stringContaining('elsewhere')))
  })
})

describe('when we fail', () => {
  it('asks for the same again while events cannot be stored', async () => {
    const judge = (): Promise<never> => Promise.reject(new LogUnavailable('away'))
    await reopen({ doorOf: () => ({ judge }) })
    const answer = await server.post([sentEvent(0)])
    expect(answer).toMatchObject(refusal(503, expect.stringContaining('again')))
    expect(answer.headers['retry-after']).toBe('2')
  })

  it('says so, and stays up, when it has a fault', async () => {
    const judge = (): Promise<never> => Promise.reject(new TypeError('a bug'))
    await reopen({ doorOf: () => ({ judge }) })
    expect(await server.post([])).toMatchObject(refusal(500, expect.any(String)))
    expect(server.failures.splice(0)).toEqual([new TypeError('a bug')])
  })
})
