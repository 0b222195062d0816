/** How feeds are doing, and what was turned away, over real streams and both databases. */
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest'
import type { SentEvent } from '../../shared/events/sent.ts'
import { databaseKinds } from '../../test/database.ts'
import { behindMs } from './behind.ts'
import { reasonsOf } from './feeds.ts'
import {
  startTestServer,
  type Answered,
  type Asked,
  type TestServer,
} from '../../test/apiServer.ts'

describe('behindMs', () => {
  it.each([
    ['nothing was ever written', '0', '0', 0],
    ['nothing of it is in the books', '0', '1795284000000-0', 1_795_284_000_000],
    ['all of it is', '1795284000000-3', '1795284000000-3', 0],
    ['the same millisecond', '1795284000000-3', '1795284000000-10', 0],
    ['four seconds', '1795284000000-3', '1795284004000-0', 4_000],
    ['a stream that lost its tail', '1795284004000-0', '1795284000000-3', 0],
  ])('%s', (_name, place, end, expected) => {
    expect(behindMs(place, end)).toBe(expected)
  })
})

describe('reasonsOf', () => {
  it('counts the first fault of each, the commonest first', () => {
    const fault = (path: string, message: string) => ({ errors: [{ path, message }] })
    expect(
      reasonsOf([
        fault('time', 'is missing'),
        fault('', 'unknown verb TELEPORT'),
        { errors: [] },
        fault('', 'unknown verb TELEPORT'),
      ]),
    ).toEqual([
      { reason: 'unknown verb TELEPORT', count: 2 },
      { reason: 'time: is missing', count: 1 },
    ])
  })
})

describe.each(databaseKinds)('%s', (kind) => {
  let server: TestServer
  beforeAll(async () => {
    const [postgresUrl, redisSocket] = [inject('postgresUrl'), inject('redisSocket')]
    server = await startTestServer({ kind, postgresUrl, redisSocket })
  })
  afterAll(() => server.close())

  const call = (path: string, asked: Asked = {}): Promise<Answered> =>
    server.call(path, { key: server.apiKey, ...asked })
  const main = () => {
    const center = server.centers.get('main')
    if (!center) throw new Error('There is a main center')
    return center
  }
  const event = (id: string, more: Partial<SentEvent> = {}): SentEvent => ({
    specversion: '1.0',
    id,
    source: '/asterisk/pbx-1/ami',
    type: 'contact.ended',
    time: '2026-11-21T08:59:58.000Z',
    data: { contactId: id },
    ...more,
  })
  const send = (...events: unknown[]) => main().door.judge(events, { source: null })

  it('tells of a fresh center', async () => {
    const answer = await call('/api/status?center=demo')
    expect(answer.json).toMatchObject({
      center: { key: 'demo', name: 'Ringside', simulated: true },
      asOf: '2026-11-21T09:00:00.000Z',
      place: '0',
      complete: true,
      stream: { end: '0-0', gaps: [] },
      engine: { place: '0', delayMs: 0, committedAt: null },
      events: { folded: 0, rejectedKept: 0, ahead: { kept: 0, nextAt: null } },
      sources: [],
      deadLetters: [],
      unopened: { facts: 0, subjects: 0, listed: [] },
      flagged: { subjects: 0, listed: [] },
      discovered: [],
    })
  })

  it('tells of each source: last event, lag, counts, reasons, gaps', async () => {
    await send(event('1'), event('2'), event('2'), event('1', { data: { contactId: 'other' } }))
    await send(
      event('3', { time: '2026-11-21 08:59' }),
      event('4', { time: 'yesterday' }),
      event('5', { data: {} }),
      event('6', { time: '2026-11-21T10:00:00Z' }),
      { nonsense: true },
    )
    const { place } = await send(event('7', { source: '/genesys/org/ws' }))
    const { kysely } = server.opened
    await kysely
      .insertInto('center')
      .values({
        center: 'main',
        epoch: 3,
        generation: 'g',
        place: '0',
        commits: 7,
        committedAtMs: Date.UTC(2026, 10, 21, 8, 59, 59),
        calendar: '',
        counts: JSON.stringify({ folded: 4, poison: 1 }),
      })
      .execute()
    const subject = { center: 'main', version: 1, open: 0, firstAtMs: 0, lastAtMs: 0, present: '' }
    const report = {
      source: '/asterisk/pbx-1/ami',
      data: { from: 1_000, to: 2_000, reason: 'cut' },
    }
    await kysely
      .insertInto('subject')
      .values([
        {
          ...subject,
          key: 'system/asterisk/pbx-1',
          kind: 'system',
          unopened: 0,
          flags: 0,
          record: JSON.stringify({
            key: 'system/asterisk/pbx-1',
            facts: [{ type: 'source.gap', reports: [report] }],
            flags: [],
          }),
        },
        {
          ...subject,
          key: 'contact/a/b#1',
          kind: 'contact',
          unopened: 2,
          flags: 1,
          record: JSON.stringify({
            key: 'contact/a/b#1',
            facts: [],
            flags: ['time runs backwards'],
          }),
        },
      ])
      .execute()
    await kysely
      .insertInto('deadLetter')
      .values({
        center: 'main',
        place: '1-1',
        position: 0,
        kind: 'poison',
        event: '{"id":"x"}',
        reason: 'boom',
        atMs: 5_000,
      })
      .execute()

    const answer = await call('/api/status')
    const status = answer.json as { sources: { source: string | null }[]; stream: { end: string } }
    expect(status).toMatchObject({
      place: '0',
      complete: false,
      stream: { end: place },
      engine: { place: '0', committedAt: '2026-11-21T08:59:59.000Z', epoch: 3 },
      events: {
        folded: 4,
        poison: 1,
        rejectedKept: 5,
        ahead: { kept: 1, nextAt: '2026-11-21T10:00:00.000Z' },
      },
      deadLetters: [
        { place: '1-1', reason: 'boom', at: '1970-01-01T00:00:05.000Z', event: { id: 'x' } },
      ],
      unopened: { facts: 2, subjects: 1, listed: [{ subject: 'contact/a/b#1', facts: 2 }] },
      flagged: {
        subjects: 1,
        listed: [{ subject: 'contact/a/b#1', flags: ['time runs backwards'] }],
      },
    })
    expect(status.sources.map(({ source }) => source)).toEqual([
      '/asterisk/pbx-1/ami',
      '/genesys/org/ws',
      null,
    ])
    expect(status.sources[0]).toMatchObject({
      lastEventAt: '2026-11-21T08:59:58.000Z',
      lastReceivedAt: '2026-11-21T09:00:00.000Z',
      lagMs: 2_000,
      accepted: 2,
      duplicates: 1,
      conflicting: 1,
      rejected: 3,
      keptApart: 1,
      doing: 'signed in',
      connector: null,
      enabled: null,
      gaps: [{ from: '1970-01-01T00:00:01.000Z', to: '1970-01-01T00:00:02.000Z', reason: 'cut' }],
    })
    const [first] = status.sources as unknown as { reasons: { reason: string; count: number }[] }[]
    expect(first?.reasons.map(({ reason }) => reason.split(':')[0])).toEqual(
      expect.arrayContaining(['time', 'id', 'data.contactId']),
    )
  })

  it('tells a key of one source of that source only', async () => {
    const key = await server.key(['ingest'], { source: '/genesys/org/ws', center: 'main' })
    const answer = await call('/api/status', { key })
    expect(answer.json).toMatchObject({
      sources: [{ source: '/genesys/org/ws' }],
      deadLetters: [],
      unopened: { listed: [] },
    })
  })

  it('lists what was turned away, in pages, newest first', async () => {
    const seen: (string | null)[] = []
    let query = ''
    for (;;) {
      const answer = await call(`/api/rejected?limit=2${query}`)
      const page = answer.json as {
        rejected: { eventId: string | null }[]
        next: string | null
        kept: number
      }
      expect(page.kept).toBe(5)
      seen.push(...page.rejected.map(({ eventId }) => eventId))
      if (page.next === null) break
      query = `&before=${page.next}`
    }
    expect(seen).toHaveLength(5)
    expect(new Set(seen)).toEqual(new Set(['1', '3', '4', '5', null]))
  })

  type Listed = { id: string; eventId: string | null; content: string; errors: { path: string }[] }
  const listed = async (eventId: string): Promise<Listed> => {
    const { rejected } = (await call('/api/rejected')).json as { rejected: Listed[] }
    const found = rejected.find((each) => each.eventId === eventId)
    if (!found) throw new Error(`${eventId} is not in the list`)
    return found
  }
  const again = (id: string, body: unknown): Promise<Answered> =>
    call(`/api/rejected/${id}/retry`, { method: 'POST', body })

  it('sends one again as it was, and says why where it is turned away again', async () => {
    const { id } = await listed('5')
    const answer = await again(id, {})
    expect(answer.status).toBe(422)
    expect(answer.json).toMatchObject({ errors: [{ path: 'data.contactId' }] })
    // It is in the list once, as it was kept anew.
    expect((await listed('5')).id).not.toBe(id)
    expect((await call('/api/rejected')).json).toMatchObject({ kept: 5 })
  })

  it('sends one again as it was mended, and takes it out of the list', async () => {
    const { id, content } = await listed('5')
    const mended = { ...(JSON.parse(content) as object), data: { contactId: '5' } }
    const answer = await again(id, { event: mended })
    expect(answer.json).toMatchObject({ accepted: 1, duplicates: 0 })
    expect(answer.json).toMatchObject({ place: await main().stream.log.end() })
    expect((await call('/api/rejected')).json).toMatchObject({ kept: 4 })
    expect((await again(id, {})).status).toBe(404)
    const audit = await call('/api/audit?action=rejected.sentAgain')
    expect(audit.json).toMatchObject({ rows: [{ about: 'main, /asterisk/pbx-1/ami, 5' }] })
  })

  it('does not send what is no event, nor what was not kept whole', async () => {
    await main().stream.rejected.keep([
      { kind: 'rejected', source: '/a/b', id: 'line', errors: [], content: '1366720340|c1|sales' },
      {
        kind: 'rejected',
        source: '/a/b',
        id: 'long',
        errors: [],
        content: `"${'a'.repeat(9_000)}"`,
      },
    ])
    for (const eventId of ['line', 'long']) {
      const { id } = await listed(eventId)
      expect((await again(id, {})).status, eventId).toBe(409)
      expect((await call(`/api/rejected/${id}`, { method: 'DELETE' })).status).toBe(204)
      expect((await call(`/api/rejected/${id}`, { method: 'DELETE' })).status).toBe(404)
    }
  })

  it.each(['x', '1-1-1', '-', '9999999999999999-1', '1-9999999999999999'])(
    'refuses %s for an id',
    async (id) => {
      expect((await again(id, {})).status).toBe(400)
    },
  )
})
