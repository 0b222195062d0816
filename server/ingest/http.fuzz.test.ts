/** Whatever is sent, `POST /api/events` answers as it promises, stays up, and its counts add up. */
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, inject, it } from 'vitest'
import { openEventsServer, type Answer, type EventsServer } from '../../test/eventsServer.ts'
import { SENT_AT_MS, sentEvent } from '../../test/sentEvents.ts'

const NOW_MS = SENT_AT_MS
let server: EventsServer
beforeAll(async () => {
  server = await openEventsServer({ redisSocket: inject('redisSocket'), now: () => NOW_MS })
})
afterAll(async () => {
  expect(server.failures).toEqual([])
  await server.close()
})

type Verdict = { accepted: number; duplicates: number; rejected: unknown[]; place: string }

/** Either a verdict on so many events (null: however many), or a problem. */
function expectPromised(answer: Answer, sent: number | null): void {
  if (answer.status === 202) {
    expect(answer.headers['content-type']).toBe('application/json')
    const { accepted, duplicates, rejected, place } = answer.body as Verdict
    expect(place).toMatch(/^\d+-\d+$/)
    if (sent !== null) expect(accepted + duplicates + rejected.length).toBe(sent)
    return
  }
  expect([400, 413, 415]).toContain(answer.status)
  expect(answer.headers['content-type']).toBe('application/problem+json')
  expect(answer.body).toMatchObject({ status: answer.status, detail: expect.any(String) as string })
}

const contentType = fc.oneof(
  fc.constantFrom(
    'application/json',
    'application/cloudevents+json',
    'application/cloudevents-batch+json; charset=utf-8',
    'application/cloudevents+avro',
    'text/plain',
    'application/vnd.acme+json',
    ';;;charset=',
    '',
  ),
  fc.string({ unit: 'grapheme-ascii' }).filter(isHeader),
)
function isHeader(text: string): boolean {
  return /^[\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?$/.test(text)
}

it('bytes', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uint8Array({ maxLength: 2_000 }),
      contentType,
      fc.constantFrom('identity', 'gzip', 'deflate', 'x'),
      async (bytes, type, encoding) => {
        const headers = { 'content-type': type, 'content-encoding': encoding }
        expectPromised(await server.send({ headers }, Buffer.from(bytes)), null)
      },
    ),
    { numRuns: 200 },
  )
})

it('texts that are nearly JSON', async () => {
  const text = JSON.stringify([sentEvent(0), sentEvent(1)])
  await fc.assert(
    fc.asyncProperty(
      fc.nat(text.length),
      fc.nat(text.length),
      fc.string({ maxLength: 5 }),
      fc.boolean(),
      async (a, b, middle, isGzip) => {
        const damaged = text.slice(0, Math.min(a, b)) + middle + text.slice(Math.max(a, b))
        const headers = { 'content-type': 'application/json' }
        const answer = isGzip
          ? await server.send(
              { headers: { ...headers, 'content-encoding': 'gzip' } },
              gzipSync(damaged),
            )
          : await server.send({ headers }, damaged)
        expectPromised(answer, null)
      },
    ),
    { numRuns: 200 },
  )
})

it('batches of anything', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.jsonValue({ maxDepth: 6 }), { maxLength: 20 }), async (batch) => {
      expectPromised(await server.post(batch), batch.length)
    }),
    { numRuns: 200 },
  )
})

/** An event with one attribute or field replaced by anything, taken away, or added. */
const nearlyAnEvent = fc
  .record({
    n: fc.nat(30),
    where: fc.constantFrom('id', 'source', 'type', 'time', 'data', 'sequence', 'recordedtime', 'x'),
    field: fc.constantFrom(null, 'contactId', 'queue', 'channel', 'priority', 'precision', 'extra'),
    value: fc.oneof(
      fc.jsonValue({ maxDepth: 4 }),
      fc.constantFrom('', '\0', '\ud800', '__proto__', '9'.repeat(300), -1e308, 2 ** 60),
      fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
    ),
  })
  .map(({ n, where, field, value }) => {
    const event = sentEvent(n)
    return field === null
      ? { ...event, [where]: value }
      : { ...event, data: { ...event.data, [field]: value } }
  })

it('batches of what is nearly an event, whose counts add up in the end', async () => {
  const before = await totals()
  let sent = 0
  await fc.assert(
    fc.asyncProperty(fc.array(nearlyAnEvent, { maxLength: 30 }), async (batch) => {
      expectPromised(await server.post(batch), batch.length)
      sent += batch.length
    }),
    { numRuns: 200 },
  )
  expect((await totals()) - before).toBe(sent)
})

/** All that was ever counted, each event once. */
async function totals(): Promise<number> {
  const feeds = await server.stream.feeds.read()
  return feeds.reduce(
    (sum, { accepted, duplicates, conflicting, rejected, keptApart }) =>
      sum + accepted + duplicates + conflicting + rejected + keptApart,
    0,
  )
}

it('attributes in headers', async () => {
  const name = fc.oneof(
    fc.constantFrom('id', 'source', 'type', 'time', 'specversion', 'sequence', 'data', '__proto__'),
    fc.stringMatching(/^[a-z0-9]{1,20}$/),
  )
  const value = fc.oneof(
    fc.string({ unit: 'grapheme-ascii', maxLength: 50 }).filter(isHeader),
    fc.string({ unit: 'grapheme', maxLength: 20 }).map(encodeURIComponent),
    fc.constantFrom('1.0', '%', '"', '"\\"', '2026-11-21T10:31:07.250Z', 'contact.queued', '/a/b'),
  )
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(name, value, { maxKeys: 8 }),
      fc.option(fc.jsonValue(), { nil: undefined }),
      async (attributes, data) => {
        const headers: Record<string, string> = { 'content-type': 'application/json' }
        for (const [key, text] of Object.entries(attributes)) headers[`ce-${key}`] = text
        headers['ce-x'] = 'binary'
        const body = data === undefined ? '' : JSON.stringify(data)
        expectPromised(await server.send({ headers }, body), 1)
      },
    ),
    { numRuns: 200 },
  )
})
